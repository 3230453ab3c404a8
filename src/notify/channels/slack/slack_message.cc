#include "notify/channels/slack/slack_message.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "notify/delivery/buttons.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

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

// What a reader in a hurry sees first: a word and a shape, never colour alone.
std::string Heading(const model::Page& page) {
  const std::string_view word = wording::HeadingOf(page).word;
  const std::string_view shape = word == "Resolved"       ? ":white_check_mark:"
                                 : word == "Acknowledged" ? ":eyes:"
                                 : word == "Critical"     ? ":rotating_light:"
                                 : word == "Warning"      ? ":warning:"
                                                          : ":information_source:";
  return fmt::format("{} {}", shape, word);
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
  for (const auto& [name, value] : wording::Facts(page, attempt)) WriteField(json, name, value);
  json.EndArray().EndObject();
}

// A button that leads somewhere (`url`), or that comes back as an interaction (`action`).
void WriteButton(JsonWriter& json, std::string_view text, std::string_view url,
                 std::string_view action, std::string_view value) {
  json.BeginObject().Field("type", "button").Key("text");
  WriteText(json, "plain_text", text);
  if (!url.empty()) json.Field("url", url);
  if (!action.empty()) json.Field("action_id", action).Field("value", value);
  json.EndObject();
}

void WriteButtons(JsonWriter& json, const model::Page& page, const SlackLook& look) {
  const std::string url = delivery::IncidentUrl(look.external_url, page.incident_id);
  const bool resolved = page.kind == model::PageKind::kResolved;
  const bool acknowledged = page.state == model::IncidentState::kAcknowledged ||
                            page.kind == model::PageKind::kAcknowledged;
  const bool answers = look.buttons && !resolved && !page.incident_id.empty();
  if (url.empty() && !answers) return;
  const std::string value = fmt::format("{} {}", page.tenant, page.incident_id);
  json.BeginObject().Field("type", "actions").Key("elements").BeginArray();
  if (answers && !acknowledged) {
    WriteButton(json, "Acknowledge", "", delivery::kAcknowledgeAction, value);
  }
  if (answers) WriteButton(json, "Resolve", "", delivery::kResolveAction, value);
  if (!url.empty()) WriteButton(json, "Open the incident", url, "", "");
  json.EndArray().EndObject();
}

}  // namespace

std::string SlackText(std::string_view raw, size_t characters_max) {
  const std::string clean = wording::Lines(raw, characters_max + 1);
  std::string_view text = clean;
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

void WriteSlackMembers(JsonWriter& json, const model::Page& page, const Attempt& attempt,
                       const SlackLook& look) {
  const std::string summary =
      wording::OneLine(fmt::format("{}: {}", Heading(page), page.title), kFieldCharactersMax);
  // `text` is what a notification on a phone shows.
  json.Field("text", SlackText(summary, kFieldCharactersMax));
  json.Key("blocks").BeginArray();
  json.BeginObject().Field("type", "header").Key("text");
  WriteText(json, "plain_text", SlackText(summary, kHeaderCharactersMax));
  json.EndObject();
  json.BeginObject().Field("type", "section").Key("text");
  WriteText(json, "mrkdwn", SlackText(page.text, kTextCharactersMax));
  json.EndObject();
  WriteFields(json, page, attempt);
  WriteButtons(json, page, look);
  json.BeginObject().Field("type", "context").Key("elements").BeginArray();
  WriteText(json, "mrkdwn", SlackText("key " + page.dedup_key, kFieldCharactersMax));
  json.EndArray().EndObject();
  json.EndArray();
}

}  // namespace vedette::notify::channels
