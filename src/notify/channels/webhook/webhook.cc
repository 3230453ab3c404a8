#include "notify/channels/webhook/webhook.h"

#include <fmt/core.h>
#include <utility>

#include "base/digest.h"
#include "base/json_writer.h"
#include "notify/delivery/page_json.h"

namespace vedette::notify::channels {

using delivery::Attempt;

Webhook::Webhook(WebhookSettings settings, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), settings_(std::move(settings)), external_url_(parts.external_url) {}

std::string Webhook::Preview(const model::Page& page, const Attempt& attempt) const {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  delivery::WritePageMembers(json, page);
  json.Field("attempt", attempt.number)
      .Field("delayed_seconds", attempt.delay.count() / 1000)
      .Field("replaced", attempt.replaced)
      .Field("to", attempt.to);
  const std::string url = delivery::IncidentUrl(external_url_, page.incident_id);
  if (url.empty()) {
    json.Key("incident_url").Null();
  } else {
    json.Field("incident_url", url);
  }
  json.EndObject();
  return body;
}

net::ClientRequest Webhook::RequestFor(const model::Page& page, const Attempt& attempt) const {
  net::ClientRequest request =
      delivery::JsonPost(settings_.url, page, attempt, Preview(page, attempt));
  for (const net::Header& header : settings_.headers) {
    request.headers.Add(header.name, header.value);
  }
  if (!settings_.secret.empty()) {
    const int64_t seconds = base::ToMillis(attempt.now) / 1000;
    const std::string signed_text = fmt::format("{}.{}", seconds, request.body);
    request.headers.Add(
        "X-Vedette-Signature",
        fmt::format("t={},v1={}", seconds, base::HmacSha256Hex(settings_.secret, signed_text)));
  }
  return request;
}

}  // namespace vedette::notify::channels
