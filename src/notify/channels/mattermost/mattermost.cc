#include "notify/channels/mattermost/mattermost.h"

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
using wording::EscapeMarkdown;
using wording::Lines;
using wording::OneLine;

// Mattermost cuts posts at 16383 characters; people read this on a phone.
constexpr size_t kTitleMax = 300;
constexpr size_t kTextMax = 3000;
constexpr size_t kFieldMax = 500;

}  // namespace

Mattermost::Mattermost(MattermostSettings settings, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), settings_(std::move(settings)), external_url_(parts.external_url) {}

std::string Mattermost::Preview(const model::Page& page, const Attempt& attempt) const {
  const wording::Heading heading = wording::HeadingOf(page);
  const std::string title = EscapeMarkdown(
      OneLine(fmt::format("{} {}", heading.shape, wording::Headline(page)), kTitleMax));
  const std::string url = delivery::IncidentUrl(external_url_, page.incident_id);
  const std::string channel = attempt.to.empty() ? settings_.channel : attempt.to;
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("username", "Vedette");
  if (!channel.empty()) json.Field("channel", channel);
  json.Key("attachments").BeginArray().BeginObject();
  json.Field("fallback", title).Field("color", heading.color).Field("title", title);
  if (!url.empty()) json.Field("title_link", url);
  json.Field("text", EscapeMarkdown(Lines(page.text, kTextMax))).Key("fields").BeginArray();
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    json.BeginObject()
        .Field("title", name)
        .Field("value", EscapeMarkdown(OneLine(value, kFieldMax)))
        .Field("short", true)
        .EndObject();
  }
  json.EndArray().Field("footer", OneLine("key " + page.dedup_key, kFieldMax));
  json.EndObject().EndArray().EndObject();
  return body;
}

net::ClientRequest Mattermost::RequestFor(const model::Page& page, const Attempt& attempt) const {
  return delivery::JsonPost(settings_.url, page, attempt, Preview(page, attempt));
}

// "ok", or {"id": "...", "message": "Couldn't find the channel.", "status_code": 404}
Answer Mattermost::Judge(const net::Response& response) const {
  Answer answer = delivery::AnswerOf(response);
  if (answer.verdict == delivery::Verdict::kDelivered) {
    if (response.body == "ok") return answer;
    answer.verdict = delivery::Verdict::kRetry;
    answer.detail += ", but not Mattermost's 'ok'";
    return answer;
  }
  const base::Result<base::Json> body = base::ParseJson(response.body);
  if (body.ok() && body->is_object() && body->contains("id") && (*body)["id"].is_string()) {
    answer.detail += delivery::PlainWords((*body)["id"].get<std::string>());
  }
  return answer;
}

}  // namespace vedette::notify::channels
