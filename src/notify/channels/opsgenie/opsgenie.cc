#include "notify/channels/opsgenie/opsgenie.h"

#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

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

// Opsgenie's limits: message 130, description 15000, entity 512, source 100, note 25000, 20 tags of
// 50, details of 8000 in all.
constexpr size_t kMessageMax = 130;
constexpr size_t kDescriptionMax = 10'000;
constexpr size_t kEntityMax = 512;
constexpr size_t kNoteMax = 1000;
constexpr size_t kTagMax = 50;
constexpr size_t kTagsMax = 20;
constexpr size_t kDetailMax = 200;
constexpr size_t kDetailsMax = 20;

std::string PriorityName(const model::Page& page) { return fmt::format("P{}", page.priority); }

void WriteDetails(JsonWriter& json, const model::Page& page, const std::string& external_url) {
  json.Key("details").BeginObject();
  json.Field("incident_id", page.incident_id);
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  if (!url.empty()) json.Field("incident_url", url);
  size_t written = 0;
  for (const model::Label& label : page.labels) {
    if (++written > kDetailsMax) break;
    if (label.name == "incident_id" || label.name == "incident_url") continue;
    json.Field(OneLine(label.name, kDetailMax), OneLine(label.value, kDetailMax));
  }
  json.EndObject();
}

// The body of acknowledging and closing.
std::string Note(const model::Page& page) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("source", "Vedette")
      .Field("note", Lines(wording::Headline(page) + "\n" + page.text, kNoteMax))
      .EndObject();
  return body;
}

}  // namespace

Opsgenie::Opsgenie(OpsgenieSettings settings, const delivery::ChannelParts& parts)
    : settings_(std::move(settings)), external_url_(parts.external_url), client_(parts.http) {}

std::string Opsgenie::Alert(const model::Page& page, const Attempt& attempt) const {
  std::string description = page.text;
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    description += fmt::format("\n{}: {}", name, value);
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("message", OneLine(page.title, kMessageMax))
      .Field("alias", page.incident_id)
      .Field("description", Lines(description, kDescriptionMax))
      .Field("priority", PriorityName(page))
      .Field("source", "Vedette");
  if (!page.entities.empty()) json.Field("entity", OneLine(page.entities.front(), kEntityMax));
  if (!settings_.teams.empty()) {
    json.Key("responders").BeginArray();
    for (const std::string& team : settings_.teams) {
      json.BeginObject().Field("type", "team").Field("name", team).EndObject();
    }
    json.EndArray();
  }
  json.Key("tags").BeginArray().Value(model::SeverityName(page.severity));
  for (size_t i = 0; i < settings_.tags.size() && i + 1 < kTagsMax; ++i) {
    json.Value(OneLine(settings_.tags[i], kTagMax));
  }
  json.EndArray();
  WriteDetails(json, page, external_url_);
  json.EndObject();
  return body;
}

std::string Opsgenie::Preview(const model::Page& page, const Attempt& attempt) const {
  const bool is_note =
      page.kind == model::PageKind::kAcknowledged || page.kind == model::PageKind::kResolved;
  return is_note ? Note(page) : Alert(page, attempt);
}

Answer Opsgenie::Call(std::string method, const std::string& rest, const model::Page& page,
                      const Attempt& attempt, std::string body) const {
  net::ClientRequest request =
      delivery::JsonPost(settings_.url + "/v2/alerts" + rest, page, attempt, std::move(body));
  request.method = std::move(method);
  request.headers.Add("Authorization", "GenieKey " + settings_.api_key);
  const base::Result<net::Response> response = client_.Fetch(request);
  if (!response.ok()) return delivery::AnswerOf(response.error());
  Answer answer = delivery::AnswerOf(*response);
  if (answer.verdict == Verdict::kDelivered) return answer;
  const base::Result<base::Json> said = base::ParseJson(response->body);
  if (said.ok() && said->is_object() && said->contains("message") &&
      (*said)["message"].is_string()) {
    answer.detail += delivery::PlainWords((*said)["message"].get<std::string>());
  }
  return answer;
}

Answer Opsgenie::Send(const model::Page& page, const Attempt& attempt) {
  if (page.kind == model::PageKind::kSilenceExpiring) {
    return {.verdict = Verdict::kDelivered, .detail = "not sent: it is about no incident"};
  }
  const std::string& alias = page.incident_id;  // letters, digits and '_'
  const auto act = [&](std::string method, std::string_view action, std::string body) {
    return Call(std::move(method), fmt::format("/{}/{}?identifierType=alias", alias, action), page,
                attempt, std::move(body));
  };
  if (page.kind == model::PageKind::kResolved) return act("POST", "close", Note(page));
  const bool may_be_new = page.kind != model::PageKind::kAcknowledged || attempt.replaced > 0;
  if (may_be_new) {
    Answer created = Call("POST", "", page, attempt, Alert(page, attempt));
    if (created.verdict != Verdict::kDelivered) return created;
    if (page.kind == model::PageKind::kOpened) return created;
  }
  if (page.kind == model::PageKind::kAcknowledged) return act("POST", "acknowledge", Note(page));
  if (page.kind != model::PageKind::kSeverityRaised) return act("POST", "notes", Note(page));
  return act("PUT", "priority", fmt::format(R"({{"priority":"{}"}})", PriorityName(page)));
}

}  // namespace vedette::notify::channels
