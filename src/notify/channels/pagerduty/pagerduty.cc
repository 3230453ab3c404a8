#include "notify/channels/pagerduty/pagerduty.h"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;
using delivery::Verdict;
using wording::Lines;
using wording::OneLine;

// PagerDuty's limits: 1024 characters of summary, 512 KiB of event.
constexpr size_t kSummaryMax = 1024;
constexpr size_t kDetailMax = 4000;
constexpr size_t kNameMax = 255;
constexpr size_t kLabelsMax = 60;

std::string_view ActionOf(const model::Page& page) {
  if (page.kind == model::PageKind::kResolved) return "resolve";
  return page.kind == model::PageKind::kAcknowledged ? "acknowledge" : "trigger";
}

void WriteLabels(JsonWriter& json, std::string_view key, model::LabelsView labels) {
  json.Key(key).BeginObject();
  size_t written = 0;
  for (const model::Label& label : labels) {
    if (++written > kLabelsMax) break;
    json.Field(OneLine(label.name, kNameMax), OneLine(label.value, kNameMax));
  }
  json.EndObject();
}

void WriteDetails(JsonWriter& json, const model::Page& page, const Attempt& attempt) {
  json.Key("custom_details").BeginObject();
  json.Field("text", Lines(page.text, kDetailMax))
      .Field("services", OneLine(wording::Services(page), kSummaryMax))
      .Field("since", base::FormatTime(page.incident_started_at))
      .Field("incident_id", page.incident_id)
      .Field("priority", "P" + std::to_string(page.priority))
      .Field("key", page.dedup_key);
  if (const std::string note = wording::LateNote(attempt); !note.empty()) json.Field("late", note);
  WriteLabels(json, "labels", page.labels);
  WriteLabels(json, "annotations", page.annotations);
  json.EndObject();
}

void WritePayload(JsonWriter& json, const model::Page& page, const Attempt& attempt) {
  const std::string source = page.entities.empty() ? "vedette" : page.entities.front();
  json.Key("payload")
      .BeginObject()
      .Field("summary", OneLine(page.title, kSummaryMax))
      .Field("source", OneLine(source, kNameMax))
      .Field("severity", model::SeverityName(page.severity))  // critical, warning, info: the same
      .Field("timestamp", base::FormatTime(page.incident_started_at))
      .Field("component", OneLine(source, kNameMax))
      .Field("class", model::PageKindName(page.kind));
  WriteDetails(json, page, attempt);
  json.EndObject();
}

std::string Event(const model::Page& page, const Attempt& attempt, std::string_view action,
                  std::string_view routing_key, const std::string& external_url) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("routing_key", routing_key)
      .Field("event_action", action)
      .Field("dedup_key", page.incident_id);
  WritePayload(json, page, attempt);
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  json.Field("client", "Vedette");
  if (!url.empty()) {
    json.Field("client_url", url).Key("links").BeginArray();
    json.BeginObject().Field("href", url).Field("text", "The incident in Vedette").EndObject();
    json.EndArray();
  }
  json.EndObject();
  return body;
}

}  // namespace

PagerDuty::PagerDuty(PagerDutySettings settings, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), settings_(std::move(settings)), external_url_(parts.external_url) {}

Answer PagerDuty::Send(const model::Page& page, const Attempt& attempt) {
  if (page.kind == model::PageKind::kSilenceExpiring) {
    return {.verdict = Verdict::kDelivered, .detail = "not sent: it is about no incident"};
  }
  if (page.kind == model::PageKind::kAcknowledged && attempt.replaced > 0) {
    const base::Result<net::Response> triggered = client().Fetch(
        delivery::JsonPost(settings_.url, page, attempt,
                           Event(page, attempt, "trigger", settings_.routing_key, external_url_)));
    if (!triggered.ok()) return delivery::AnswerOf(triggered.error());
    Answer answer = Judge(*triggered);
    if (answer.verdict != Verdict::kDelivered) return answer;
  }
  return HttpChannel::Send(page, attempt);
}

std::string PagerDuty::Preview(const model::Page& page, const Attempt& attempt) const {
  return Event(page, attempt, ActionOf(page), "(routing key)", external_url_);
}

net::ClientRequest PagerDuty::RequestFor(const model::Page& page, const Attempt& attempt) const {
  return delivery::JsonPost(
      settings_.url, page, attempt,
      Event(page, attempt, ActionOf(page), settings_.routing_key, external_url_));
}

// {"status":"invalid event","message":...,"errors":["Length of 'routing_key' is incorrect ..."]}
Answer PagerDuty::Judge(const net::Response& response) const {
  Answer answer = delivery::AnswerOf(response);
  if (answer.verdict == Verdict::kDelivered) return answer;
  const base::Result<base::Json> body = base::ParseJson(response.body);
  if (!body.ok() || !body->is_object()) return answer;
  const auto errors = body->find("errors");
  if (errors == body->end() || !errors->is_array() || errors->empty()) return answer;
  const std::string first = errors->front().is_string() ? errors->front().get<std::string>() : "";
  answer.detail += delivery::PlainWords(first);
  // A person may repair the key.
  if (first.find("routing_key") != std::string::npos) answer.verdict = Verdict::kRetry;
  return answer;
}

}  // namespace vedette::notify::channels
