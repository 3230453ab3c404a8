#include "notify/channels/telegram/telegram.h"

#include <fmt/core.h>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/html.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "notify/wording/page_text.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

using base::EscapeHtml;
using base::Json;
using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;
using delivery::Verdict;
using wording::Lines;
using wording::OneLine;

// Telegram takes 4096 UTF-16 units once entities are read: these and the words between fit.
constexpr size_t kTitleMax = 300;
constexpr size_t kTextMax = 2400;
constexpr size_t kFactMax = 250;

std::string Text(const model::Page& page, const Attempt& attempt, const std::string& external_url) {
  const std::string headline =
      fmt::format("{} {}", wording::HeadingOf(page).shape, wording::Headline(page));
  std::string text = fmt::format("<b>{}</b>\n{}", EscapeHtml(OneLine(headline, kTitleMax)),
                                 EscapeHtml(Lines(page.text, kTextMax)));
  for (const auto& [name, value] : wording::Facts(page, attempt)) {
    text += fmt::format("\n<b>{}</b> {}", name, EscapeHtml(OneLine(value, kFactMax)));
  }
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  if (!url.empty()) text += fmt::format("\n<a href=\"{}\">Open the incident</a>", EscapeHtml(url));
  return text;
}

}  // namespace

Telegram::Telegram(TelegramSettings settings, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), settings_(std::move(settings)), external_url_(parts.external_url) {}

std::string Telegram::Preview(const model::Page& page, const Attempt& attempt) const {
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("chat_id", attempt.to.empty() ? settings_.chat_id : attempt.to)
      .Field("text", Text(page, attempt, external_url_))
      .Field("parse_mode", "HTML");
  json.Key("link_preview_options").BeginObject().Field("is_disabled", true).EndObject();
  json.EndObject();
  return body;
}

net::ClientRequest Telegram::RequestFor(const model::Page& page, const Attempt& attempt) const {
  return delivery::JsonPost(
      fmt::format("{}/bot{}/sendMessage", settings_.api_url, settings_.bot_token), page, attempt,
      Preview(page, attempt));
}

// {"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 5",
//  "parameters": {"retry_after": 5}}
Answer Telegram::Judge(const net::Response& response) const {
  Answer answer = delivery::AnswerOf(response);
  const base::Result<Json> body = base::ParseJson(response.body);
  const bool object = body.ok() && body->is_object();
  if (answer.verdict == Verdict::kDelivered) {
    if (object && body->value("ok", Json(false)) == Json(true)) return answer;
    answer.verdict = Verdict::kRetry;
    answer.detail += ", but not Telegram's 'ok'";
    return answer;
  }
  if (!object) return answer;
  const Json description = body->value("description", Json());
  if (description.is_string()) {
    const auto text = description.get<std::string>();
    answer.detail += delivery::PlainWords(text);
    // A person may invite the bot, or repair the number.
    if (text.find("chat") != std::string::npos) answer.verdict = Verdict::kRetry;
  }
  const Json parameters = body->value("parameters", Json());
  if (!parameters.is_object()) return answer;
  const Json wait = parameters.value("retry_after", Json());
  constexpr int64_t kSecondsMax = 24 * 3600;
  if (wait.is_number_integer() && wait.get<int64_t>() >= 0 && wait.get<int64_t>() <= kSecondsMax) {
    answer.retry_after = std::chrono::seconds(wait.get<int64_t>());
  }
  return answer;
}

}  // namespace vedette::notify::channels
