#include "notify/channels/slack/slack.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;

// Slack's limits: 150 for a header, 3000 for a section's text, 2000 for a field; we stay shorter,
// because people read it on a phone.
constexpr size_t kHeaderCharactersMax = 150;
constexpr size_t kTextCharactersMax = 1500;
constexpr size_t kFieldCharactersMax = 300;
constexpr size_t kServicesNamedMax = 10;
constexpr int64_t kLateSeconds = 60;

// What a reader in a hurry sees first: a word and a shape, never colour alone.
std::string Heading(const model::Page& page) {
  switch (page.kind) {
    case model::PageKind::kResolved: return ":white_check_mark: Resolved";
    case model::PageKind::kAcknowledged: return ":eyes: Acknowledged";
    case model::PageKind::kSilenceExpiring: return ":hourglass: A silence ends soon";
    case model::PageKind::kOpened:
    case model::PageKind::kUpdated:
    case model::PageKind::kSeverityRaised: break;
  }
  switch (page.severity) {
    case model::Severity::kCritical: return ":rotating_light: Critical";
    case model::Severity::kWarning: return ":warning: Warning";
    case model::Severity::kInfo: break;
  }
  return ":information_source: Info";
}

std::string Services(const model::Page& page) {
  std::string list;
  for (size_t i = 0; i < page.entities.size(); ++i) {
    if (i == kServicesNamedMax) {
      return list + fmt::format(" and {} more", page.entities.size() - i);
    }
    if (i > 0) list += ", ";
    list += page.entities[i];
  }
  return list;
}

void WriteText(JsonWriter& json, std::string_view type, std::string_view text) {
  json.BeginObject().Field("type", type).Field("text", text);
  if (type == "plain_text") json.Field("emoji", true);
  json.EndObject();
}

void WriteField(JsonWriter& json, std::string_view name, std::string_view value) {
  WriteText(json, "mrkdwn", fmt::format("*{}*\n{}", name, SlackText(value, kFieldCharactersMax)));
}

void WriteFields(JsonWriter& json, const model::Page& page, const Attempt& attempt) {
  json.BeginObject().Field("type", "section").Key("fields").BeginArray();
  WriteField(json, "Services", Services(page));
  WriteField(json, "Since", base::FormatTime(page.incident_started_at));
  if (const int64_t late = attempt.delay.count() / 1000; late >= kLateSeconds) {
    WriteField(json, "Late", fmt::format("this message is {} s old", late));
  }
  json.EndArray().EndObject();
}

void WriteButton(JsonWriter& json, const std::string& url) {
  json.BeginObject().Field("type", "actions").Key("elements").BeginArray();
  json.BeginObject().Field("type", "button").Field("url", url).Key("text");
  WriteText(json, "plain_text", "Open the incident");
  json.EndObject().EndArray().EndObject();
}

// "no_service" and the like; nothing that a stranger wrote beyond a plain word.
std::string PlainWord(std::string_view body) {
  const std::string_view word = body.substr(0, 60);
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
  return plain ? fmt::format(", {}", word) : "";
}

}  // namespace

std::string SlackText(std::string_view text, size_t characters_max) {
  std::string out;
  size_t characters = 0;
  size_t cut = 0;  // where three dots would still fit
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(text));
    std::string_view piece = text.substr(0, length);
    if (piece == "&") piece = "&amp;";
    if (piece == "<") piece = "&lt;";
    if (piece == ">") piece = "&gt;";
    characters += piece.front() == '&' ? piece.size() : 1;
    if (characters > characters_max) return out.substr(0, cut) + "...";
    out += piece;
    if (characters + 3 <= characters_max) cut = out.size();
    text.remove_prefix(length);
  }
  return out;
}

std::string SlackMessage(const model::Page& page, const Attempt& attempt,
                         const std::string& external_url) {
  const std::string heading = Heading(page);
  const std::string summary = fmt::format("{}: {}", heading, page.title);
  std::string body;
  JsonWriter json(body);
  // `text` is what a notification on a phone shows.
  json.BeginObject().Field("text", SlackText(summary, kFieldCharactersMax));
  json.Key("blocks").BeginArray();
  json.BeginObject().Field("type", "header").Key("text");
  WriteText(json, "plain_text", SlackText(summary, kHeaderCharactersMax));
  json.EndObject();
  json.BeginObject().Field("type", "section").Key("text");
  WriteText(json, "mrkdwn", SlackText(page.text, kTextCharactersMax));
  json.EndObject();
  WriteFields(json, page, attempt);
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  if (!url.empty()) WriteButton(json, url);
  json.BeginObject().Field("type", "context").Key("elements").BeginArray();
  WriteText(json, "mrkdwn", SlackText("key " + page.dedup_key, kFieldCharactersMax));
  json.EndArray().EndObject();
  json.EndArray().EndObject();
  return body;
}

Slack::Slack(delivery::Receiver receiver, std::string external_url, net::HttpClient& client)
    : receiver_(std::move(receiver)), external_url_(std::move(external_url)), client_(client) {}

Answer Slack::Send(const model::Page& page, const Attempt& attempt) {
  const net::ClientRequest request =
      delivery::JsonPost(receiver_, page, attempt, SlackMessage(page, attempt, external_url_));
  const base::Result<net::Response> response = client_.Fetch(request);
  if (!response.ok()) return delivery::AnswerOf(response.error());
  Answer answer = delivery::AnswerOf(response->status, response->headers.Get("Retry-After"));
  // Slack says "ok"; a proxy's login page also comes with 200.
  if (answer.verdict == delivery::Verdict::kDelivered && response->body != "ok") {
    answer.verdict = delivery::Verdict::kRetry;
    answer.detail += ", but not Slack's 'ok'";
  } else if (answer.verdict != delivery::Verdict::kDelivered) {
    answer.detail += PlainWord(response->body);
  }
  return answer;
}

}  // namespace vedette::notify::channels
