#include "notify/channels/slack/slack_signature.h"

#include <charconv>
#include <cstdint>
#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/digest.h"

namespace vedette::notify::channels {
namespace {

constexpr base::Duration kWindow = std::chrono::minutes(5);
constexpr size_t kRememberedMax = 10'000;

// In a time that tells nothing of where they differ.
bool SameText(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

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
  if (!SameText(headers.Get("X-Slack-Signature"), want)) {
    return base::Unauthenticated("the signature is wrong");
  }
  const base::TimePoint signed_at = base::FromMillis(seconds * 1000);
  if (signed_at < now - kWindow || signed_at > now + kWindow) {
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

base::Result<> ReplayGuard::Remember(std::string_view signature, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  if (seen_.size() >= kRememberedMax) {
    std::erase_if(seen_, [&](const auto& entry) { return entry.second < now; });
  }
  if (seen_.size() >= kRememberedMax) return base::Unauthenticated("too many requests");
  // It may have been signed by a clock that is ahead.
  if (!seen_.emplace(signature, now + 2 * kWindow).second) {
    return base::Unauthenticated("the request has come before");
  }
  return {};
}

}  // namespace vedette::notify::channels
