#include "notify/channels/slack/slack_signature.h"

#include <charconv>
#include <cstdint>
#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "notify/delivery/replay_guard.h"

namespace vedette::notify::channels {
namespace {

base::Result<> Check(const std::string& secret, const net::Headers& headers, std::string_view body,
                     base::TimePoint now) {
  const std::string_view stamp = headers.Get("X-Slack-Request-Timestamp");
  int64_t seconds = 0;
  const char* const end = stamp.data() + stamp.size();
  const auto read = std::from_chars(stamp.data(), end, seconds);
  // Ten digits last until the year 2286.
  if (stamp.size() != 10 || read.ec != std::errc() || read.ptr != end) {
    return base::Unauthenticated("the timestamp is missing or malformed");
  }
  const std::string want =
      "v0=" + base::HmacSha256Hex(secret, fmt::format("v0:{}:{}", stamp, body));
  if (!base::SameSecret(headers.Get("X-Slack-Signature"), want)) {
    return base::Unauthenticated("the signature is wrong");
  }
  const base::TimePoint signed_at = base::FromMillis(seconds * 1000);
  if (signed_at < now - delivery::kSignatureWindow ||
      signed_at > now + delivery::kSignatureWindow) {
    return base::Unauthenticated("the request is more than five minutes off");
  }
  return {};
}

}  // namespace

delivery::InboundCheck MakeSlackCheck(std::string signing_secret) {
  return [secret = std::move(signing_secret)](const net::Headers& headers, std::string_view body,
                                              base::TimePoint now) {
    return Check(secret, headers, body, now);
  };
}

}  // namespace vedette::notify::channels
