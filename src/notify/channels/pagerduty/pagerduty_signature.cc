#include "notify/channels/pagerduty/pagerduty_signature.h"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/duration.h"
#include "base/json.h"
#include "notify/delivery/replay_guard.h"

namespace vedette::notify::channels {
namespace {

constexpr size_t kSignaturesMax = 8;  // while a secret is being changed there are two

// "v1=<hex>,v1=<hex>"
bool AnyMatches(std::string_view signatures, const std::string& want) {
  bool matches = false;
  for (size_t i = 0; i < kSignaturesMax && !signatures.empty(); ++i) {
    const size_t end = signatures.find(',');
    std::string_view one = signatures.substr(0, end);
    signatures.remove_prefix(end == std::string_view::npos ? signatures.size() : end + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    matches = base::SameSecret(one, want) || matches;
  }
  return matches;
}

base::Result<base::TimePoint> OccurredAt(std::string_view body) {
  const base::Error malformed = base::Unauthenticated("the body has no event.occurred_at");
  const base::Result<base::Json> json = base::ParseJson(body);
  if (!json.ok() || !json->is_object()) return malformed;
  const auto event = json->find("event");
  if (event == json->end() || !event->is_object()) return malformed;
  const auto at = event->find("occurred_at");
  if (at == event->end() || !at->is_string()) return malformed;
  const base::Result<base::TimePoint> time = base::ParseTime(at->get_ref<const std::string&>());
  if (!time.ok()) return malformed;
  return *time;
}

}  // namespace

delivery::InboundCheck MakePagerDutyCheck(std::string webhook_secret) {
  return [secret = std::move(webhook_secret)](const net::Headers& headers, std::string_view body,
                                              base::TimePoint now) -> base::Result<> {
    const std::string want = "v1=" + base::HmacSha256Hex(secret, body);
    if (!AnyMatches(headers.Get("X-PagerDuty-Signature"), want)) {
      return base::Unauthenticated("the signature is wrong");
    }
    VEDETTE_TRY(const base::TimePoint occurred, OccurredAt(body));
    if (occurred < now - delivery::kSignatureWindow ||
        occurred > now + delivery::kSignatureWindow) {
      return base::Unauthenticated("the event is more than five minutes off");
    }
    return {};
  };
}

}  // namespace vedette::notify::channels
