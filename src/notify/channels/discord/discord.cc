#include "notify/channels/discord/discord.h"

#include <charconv>
#include <fmt/core.h>
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
using wording::EscapeMarkdown;
using wording::Lines;
using wording::OneLine;

// Discord's limits: 256 of title, 4096 of description, 1024 of a field, 2048 of a footer, 6000 in
// all. Escaping may double a text.
constexpr size_t kTitleMax = 120;
constexpr size_t kTextMax = 1500;
constexpr size_t kFieldMax = 250;
constexpr size_t kFooterMax = 200;

// "#d73a49" as a number.
int64_t NumberOf(std::string_view color) {
  int64_t number = 0;
  std::from_chars(color.data() + 1, color.data() + color.size(), number, 16);
  return number;
}

}  // namespace

Discord::Discord(std::string url, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), url_(std::move(url)), external_url_(parts.external_url) {}

std::string Discord::Preview(const model::Page& page, const Attempt& attempt) const {
  const wording::Heading heading = wording::HeadingOf(page);
  const std::string url = delivery::IncidentUrl(external_url_, page.incident_id);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("username", "Vedette");
  json.Key("allowed_mentions").BeginObject().Key("parse").BeginArray().EndArray().EndObject();
  json.Key("embeds").BeginArray().BeginObject();
  json.Field("title", EscapeMarkdown(OneLine(
                          fmt::format("{} {}", heading.shape, wording::Headline(page)), kTitleMax)))
      .Field("description", EscapeMarkdown(Lines(page.text, kTextMax)))
      .Field("color", NumberOf(heading.color))
      .Field("timestamp", base::FormatTime(page.decided_at));
  if (!url.empty()) json.Field("url", url);
  json.Key("fields").BeginArray();
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    json.BeginObject()
        .Field("name", name)
        .Field("value", EscapeMarkdown(OneLine(value, kFieldMax)))
        .Field("inline", true)
        .EndObject();
  }
  json.EndArray().Key("footer").BeginObject();
  json.Field("text", OneLine("key " + page.dedup_key, kFooterMax)).EndObject();
  json.EndObject().EndArray().EndObject();
  return body;
}

net::ClientRequest Discord::RequestFor(const model::Page& page, const Attempt& attempt) const {
  return delivery::JsonPost(url_, page, attempt, Preview(page, attempt));
}

// 429 says how long in its body: {"message": "...", "retry_after": 0.65, "global": false}
Answer Discord::Judge(const net::Response& response) const {
  Answer answer = delivery::AnswerOf(response);
  if (answer.verdict == delivery::Verdict::kDelivered) return answer;
  const base::Result<base::Json> body = base::ParseJson(response.body);
  if (!body.ok() || !body->is_object()) return answer;
  if (const auto message = body->find("message"); message != body->end() && message->is_string()) {
    answer.detail += delivery::PlainWords(message->get<std::string>());
  }
  constexpr double kSecondsMax = 24 * 3600;
  const auto wait = body->find("retry_after");
  if (wait != body->end() && wait->is_number()) {
    const double seconds = wait->get<double>();
    if (seconds >= 0 && seconds <= kSecondsMax) {
      answer.retry_after = base::Duration(static_cast<int64_t>(seconds * 1000) + 1);
    }
  }
  return answer;
}

}  // namespace vedette::notify::channels
