#include "notify/channels/webpush/webpush.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/digest.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "notify/channels/webpush/push_crypto.h"
#include "notify/delivery/http_channel.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using delivery::Answer;
using delivery::Attempt;
using delivery::Verdict;

constexpr size_t kTitleMax = 200;
constexpr size_t kTextMax = 500;
constexpr size_t kDevicesMax = 10;                             // of one message
constexpr size_t kTopicBytes = 32;                             // what RFC 8030 allows
constexpr base::Duration kTokenLife = std::chrono::hours(12);  // RFC 8292 allows a day
constexpr base::Duration kTimeMin = std::chrono::seconds(1);   // of one device

// "https://push.example:8443" of an endpoint there.
std::string OriginOf(const std::string& endpoint) {
  const size_t host = endpoint.find("://");
  if (host == std::string::npos) return {};
  return endpoint.substr(0, endpoint.find('/', host + 3));
}

// How long a service keeps the message for a browser that is away: a call is of no use tomorrow.
int64_t SecondsToLive(const model::Page& page) {
  return page.kind == model::PageKind::kOpened || page.kind == model::PageKind::kSeverityRaised
             ? 4 * 3600
             : 3600;
}

Answer Retry(std::string detail) {
  return {.verdict = Verdict::kRetry, .detail = std::move(detail)};
}

bool HasEnded(const Answer& answer) { return answer.status == 404 || answer.status == 410; }

}  // namespace

WebPush::WebPush(WebPushSettings settings, const delivery::ChannelParts& parts)
    : settings_(std::move(settings)),
      external_url_(parts.external_url),
      client_(parts.http),
      push_(parts.push) {}

std::string WebPush::Preview(const model::Page& page, const Attempt& attempt) const {
  std::string text = page.text;
  if (const std::string late = wording::LateNote(attempt); !late.empty()) text += "\n" + late;
  std::string body;
  base::JsonWriter(body)
      .BeginObject()
      .Field("title", wording::OneLine(wording::Headline(page), kTitleMax))
      .Field("body", wording::Lines(text, kTextMax))
      .Field("kind", model::PageKindName(page.kind))
      .Field("severity", model::SeverityName(page.severity))
      .Field("incident_id", wording::OneLine(page.incident_id, kTitleMax))
      .Field("url", delivery::IncidentUrl(external_url_, page.incident_id))
      .Field("key", wording::OneLine(page.dedup_key, kTitleMax))
      .EndObject();
  return body;
}

base::Result<net::ClientRequest> WebPush::RequestFor(const delivery::PushDevice& device,
                                                     const model::Page& page,
                                                     const Attempt& attempt,
                                                     const std::string& payload) const {
  PushTarget target;
  VEDETTE_TRY(target.public_key, base::DecodeBase64(device.p256dh));
  VEDETTE_TRY(target.auth, base::DecodeBase64(device.auth));
  net::ClientRequest request;
  request.method = "POST";
  request.url = device.endpoint;
  VEDETTE_TRY(request.body, EncryptPush(payload, target, NewPushNonce()));
  VEDETTE_TRY(const std::string vapid, VapidHeader(push_->secret(), OriginOf(device.endpoint),
                                                   settings_.subject, attempt.now + kTokenLife));
  request.headers.Add("Authorization", vapid);
  request.headers.Add("Content-Encoding", "aes128gcm");
  request.headers.Add("Content-Type", "application/octet-stream");
  request.headers.Add("TTL", fmt::format("{}", SecondsToLive(page)));
  request.headers.Add("Urgency", page.severity == model::Severity::kCritical ? "high" : "normal");
  // Of one incident the browser that was away sees only the newest.
  request.headers.Add("Topic", base::Sha256Hex(page.incident_id).substr(0, kTopicBytes));
  request.cancelled = attempt.cancelled;
  request.addresses =
      settings_.private_addresses ? net::AddressPolicy::kAny : net::AddressPolicy::kPublicOnly;
  return request;
}

Answer WebPush::SendTo(const delivery::PushDevice& device, const model::Page& page,
                       const Attempt& attempt, const std::string& payload) {
  base::Result<net::ClientRequest> request = RequestFor(device, page, attempt, payload);
  if (!request.ok()) return Retry("a subscription cannot be used: " + request.error().message);
  request->timeout = attempt.timeout;
  const base::Result<net::Response> response = client_.Fetch(*request);
  if (!response.ok()) return delivery::AnswerOf(response.error());
  Answer answer = delivery::AnswerOf(*response);
  if (HasEnded(answer)) {
    const base::Result<> removed = push_->Remove(device.id);
    base::LogInfo("a push subscription has ended",
                  {{"person", device.person}, {"forgotten", removed.ok() ? "yes" : "no"}});
  }
  return answer;
}

Answer WebPush::Send(const model::Page& page, const Attempt& attempt) {
  if (push_ == nullptr) return Retry("there is no push book");
  base::Result<std::vector<delivery::PushDevice>> devices = push_->List(attempt.to);
  if (!devices.ok()) return Retry(devices.error().message);
  if (devices->empty()) return Retry("no browser is subscribed");
  if (devices->size() > kDevicesMax) devices->resize(kDevicesMax);
  const std::string payload = Preview(page, attempt);
  Attempt each = attempt;
  each.timeout = std::max(kTimeMin, attempt.timeout / static_cast<int64_t>(devices->size()));
  size_t taken = 0;
  Answer last;
  for (const delivery::PushDevice& device : *devices) {
    Answer answer = SendTo(device, page, each, payload);
    if (answer.verdict == Verdict::kDelivered) ++taken;
    // What one browser's service took is not sent to it again for the sake of another.
    if (answer.verdict == Verdict::kDelivered || taken == 0) last = std::move(answer);
  }
  if (taken > 0)
    last.detail = fmt::format("{}, {} of {} browsers", last.detail, taken, devices->size());
  return last;
}

}  // namespace vedette::notify::channels
