#include "notify/channels/webhook/webhook.h"

#include <fmt/core.h>
#include <utility>

#include "base/digest.h"
#include "base/json_writer.h"
#include "notify/delivery/page_json.h"

namespace vedette::notify::channels {
namespace {

using delivery::Answer;
using delivery::Attempt;

std::string BodyOf(const model::Page& page, const Attempt& attempt,
                   const std::string& external_url) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  delivery::WritePageMembers(json, page);
  json.Field("attempt", attempt.number).Field("delayed_seconds", attempt.delay.count() / 1000);
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  if (url.empty()) {
    json.Key("incident_url").Null();
  } else {
    json.Field("incident_url", url);
  }
  json.EndObject();
  return body;
}

}  // namespace

Webhook::Webhook(delivery::Receiver receiver, std::string external_url, net::HttpClient& client)
    : receiver_(std::move(receiver)), external_url_(std::move(external_url)), client_(client) {}

Answer Webhook::Send(const model::Page& page, const Attempt& attempt) {
  net::ClientRequest request =
      delivery::JsonPost(receiver_, page, attempt, BodyOf(page, attempt, external_url_));
  if (!receiver_.secret.empty()) {
    const int64_t seconds = base::ToMillis(attempt.now) / 1000;
    const std::string signed_text = fmt::format("{}.{}", seconds, request.body);
    request.headers.Add(
        "X-Vedette-Signature",
        fmt::format("t={},v1={}", seconds, base::HmacSha256Hex(receiver_.secret, signed_text)));
  }
  const base::Result<net::Response> response = client_.Fetch(request);
  if (!response.ok()) return delivery::AnswerOf(response.error());
  return delivery::AnswerOf(response->status, response->headers.Get("Retry-After"));
}

}  // namespace vedette::notify::channels
