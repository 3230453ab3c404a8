#include "notify/channels/slack/slack_bot.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "notify/channels/slack/slack_message.h"
#include "notify/delivery/http_channel.h"
#include "notify/wording/page_text.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Answer;
using delivery::Attempt;
using delivery::Verdict;

constexpr size_t kReplyCharactersMax = 1500;

// The same message will never be taken. All other words of Slack's are of what passes, or of what a
// person may repair: invalid_auth, not_in_channel, ...
bool IsRefusal(std::string_view error) {
  static constexpr std::array<std::string_view, 8> kWords = {
      "invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_json",
      "msg_too_long",   "msg_blocks_too_long",   "no_text",           "too_many_attachments"};
  return std::find(kWords.begin(), kWords.end(), error) != kWords.end();
}

// The message that should be changed is not there to be changed.
bool IsGone(std::string_view error) {
  return error == "message_not_found" || error == "cant_update_message" ||
         error == "edit_window_closed" || error == "thread_not_found";
}

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

SlackBot::SlackBot(SlackBotSettings settings, const delivery::ChannelParts& parts)
    : settings_(std::move(settings)),
      receiver_(parts.receiver),
      external_url_(parts.external_url),
      client_(parts.http),
      threads_(parts.threads) {}

delivery::ThreadKey SlackBot::KeyOf(const model::Page& page, const Attempt& attempt) const {
  return {receiver_, attempt.to, page.incident_id};
}

SlackBot::Outcome SlackBot::Call(std::string_view method, const model::Page& page,
                                 const Attempt& attempt, std::string body) const {
  net::ClientRequest request = delivery::JsonPost(fmt::format("{}/{}", settings_.api_url, method),
                                                  page, attempt, std::move(body));
  request.headers.Set("Content-Type", "application/json; charset=utf-8");
  request.headers.Add("Authorization", "Bearer " + settings_.bot_token);
  const base::Result<net::Response> response = client_.Fetch(request);
  if (!response.ok()) return {delivery::AnswerOf(response.error()), "", {}};
  Outcome outcome{delivery::AnswerOf(*response), "", {}};
  outcome.answer.detail = fmt::format("{}, {}", outcome.answer.detail, method);
  const base::Result<base::Json> json = base::ParseJson(response->body);
  if (outcome.answer.verdict != Verdict::kDelivered) return outcome;
  const bool ok =
      json.ok() && json->is_object() && json->contains("ok") && (*json)["ok"] == base::Json(true);
  if (ok) {
    outcome.place = {TextOf(*json, "channel"), TextOf(*json, "ts")};
    return outcome;
  }
  if (json.ok() && json->is_object()) outcome.error = TextOf(*json, "error");
  outcome.answer.verdict = IsRefusal(outcome.error) ? Verdict::kRefused : Verdict::kRetry;
  const std::string words = delivery::PlainWords(outcome.error);
  outcome.answer.detail += words.empty() ? ", but not Slack's 'ok'" : words;
  return outcome;
}

std::string SlackBot::Message(const model::Page& page, const Attempt& attempt,
                              const std::string& channel, std::string_view ts) const {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("channel", channel);
  if (!ts.empty()) json.Field("ts", ts);
  json.Field("unfurl_links", false).Field("unfurl_media", false);
  WriteSlackMembers(json, page, attempt,
                    {.external_url = external_url_, .buttons = settings_.buttons});
  json.EndObject();
  return body;
}

std::string SlackBot::Preview(const model::Page& page, const Attempt& attempt) const {
  return Message(page, attempt, attempt.to.empty() ? settings_.channel : attempt.to, "");
}

Answer SlackBot::Post(const model::Page& page, const Attempt& attempt) {
  Outcome posted = Call("chat.postMessage", page, attempt, Preview(page, attempt));
  if (posted.answer.verdict != Verdict::kDelivered || page.incident_id.empty()) {
    return posted.answer;
  }
  const base::Result<> saved =
      threads_.Save(KeyOf(page, attempt), posted.place.channel + " " + posted.place.ts);
  // It has arrived; the next page will be a message of its own.
  if (!saved.ok()) {
    base::LogWarning("a Slack thread is not remembered", {{"receiver", receiver_}});
  }
  return posted.answer;
}

std::optional<Answer> SlackBot::FollowUp(const model::Page& page, const Attempt& attempt,
                                         const Place& place) {
  const Outcome changed =
      Call("chat.update", page, attempt, Message(page, attempt, place.channel, place.ts));
  if (IsGone(changed.error)) return std::nullopt;
  if (changed.answer.verdict != Verdict::kDelivered) return changed.answer;
  const bool worse =
      page.kind == model::PageKind::kOpened || page.kind == model::PageKind::kSeverityRaised;
  std::string note = wording::Headline(page) + "\n" + page.text;
  if (const std::string late = wording::LateNote(attempt); !late.empty()) note += "\n" + late;
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("channel", place.channel)
      .Field("thread_ts", place.ts)
      .Field("reply_broadcast", worse)
      .Field("text", SlackText(note, kReplyCharactersMax))
      .EndObject();
  const Outcome replied = Call("chat.postMessage", page, attempt, std::move(body));
  if (IsGone(replied.error)) return std::nullopt;
  return replied.answer;
}

Answer SlackBot::Send(const model::Page& page, const Attempt& attempt) {
  const base::Result<std::optional<std::string>> known = threads_.Find(KeyOf(page, attempt));
  if (known.ok() && *known) {
    const size_t blank = (*known)->find(' ');
    const Place place{(*known)->substr(0, blank),
                      blank == std::string::npos ? "" : (*known)->substr(blank + 1)};
    const std::optional<Answer> answer = FollowUp(page, attempt, place);
    if (answer) return *answer;
  }
  return Post(page, attempt);
}

}  // namespace vedette::notify::channels
