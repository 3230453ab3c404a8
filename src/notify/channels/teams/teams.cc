#include "notify/channels/teams/teams.h"

#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;
using wording::Lines;
using wording::OneLine;

// Teams takes 28 KB in all. A unit of UTF-16 has three bytes at most in UTF-8, and six in JSON when
// it is a quotation mark or a line feed escaped twice.
constexpr size_t kTitleMax = 300;
constexpr size_t kTextMax = 2000;
constexpr size_t kFactMax = 500;

// What Adaptive Cards call the colours.
std::string_view ColorOf(const model::Page& page) {
  const std::string_view word = wording::HeadingOf(page).word;
  if (word == "Critical") return "attention";
  if (word == "Warning") return "warning";
  return word == "Resolved" ? "good" : "accent";
}

// One paragraph of plain runs: the first in bold where it has a text.
void WriteParagraph(JsonWriter& json, std::string_view bold, std::string_view text,
                    std::string_view size, std::string_view color) {
  json.BeginObject().Field("type", "RichTextBlock").Key("inlines").BeginArray();
  const auto run = [&](std::string_view what, bool heavy) {
    if (what.empty()) return;
    json.BeginObject().Field("type", "TextRun").Field("text", what).Field("size", size);
    if (heavy) json.Field("weight", "bolder").Field("color", color);
    json.EndObject();
  };
  run(bold, true);
  run(text, false);
  json.EndArray().EndObject();
}

void WriteCard(JsonWriter& json, const model::Page& page, const Attempt& attempt,
               const std::string& external_url) {
  const wording::Heading heading = wording::HeadingOf(page);
  const std::string title =
      OneLine(fmt::format("{} {}", heading.shape, wording::Headline(page)), kTitleMax);
  json.BeginObject()
      .Field("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
      .Field("type", "AdaptiveCard")
      .Field("version", "1.4")
      .Field("fallbackText", title);
  json.Key("msteams").BeginObject().Field("width", "Full").EndObject();
  json.Key("body").BeginArray();
  WriteParagraph(json, title, "", "large", ColorOf(page));
  WriteParagraph(json, "", Lines(page.text, kTextMax), "default", "default");
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    WriteParagraph(json, name + ": ", OneLine(value, kFactMax), "default", "default");
  }
  json.EndArray();
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  if (!url.empty()) {
    json.Key("actions").BeginArray().BeginObject();
    json.Field("type", "Action.OpenUrl").Field("title", "Open the incident").Field("url", url);
    json.EndObject().EndArray();
  }
  json.EndObject();
}

}  // namespace

Teams::Teams(std::string url, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), url_(std::move(url)), external_url_(parts.external_url) {}

std::string Teams::Preview(const model::Page& page, const Attempt& attempt) const {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("type", "message").Key("attachments").BeginArray();
  json.BeginObject()
      .Field("contentType", "application/vnd.microsoft.card.adaptive")
      .Key("contentUrl")
      .Null()
      .Key("content");
  WriteCard(json, page, attempt, external_url_);
  json.EndObject().EndArray().EndObject();
  return body;
}

net::ClientRequest Teams::RequestFor(const model::Page& page, const Attempt& attempt) const {
  return delivery::JsonPost(url_, page, attempt, Preview(page, attempt));
}

// The older connectors say 200 and put the failure into the text.
Answer Teams::Judge(const net::Response& response) const {
  Answer answer = delivery::AnswerOf(response);
  const bool failed_inside =
      response.body.find("endpoint returned HTTP error") != std::string::npos;
  if (answer.verdict == delivery::Verdict::kDelivered && failed_inside) {
    answer.verdict = delivery::Verdict::kRetry;
    answer.detail += ", but Teams reports a failure behind it";
  }
  return answer;
}

}  // namespace vedette::notify::channels
