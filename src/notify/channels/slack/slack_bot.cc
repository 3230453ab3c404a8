#include "notify/channels/slack/slack_bot.h"

#include <utility>

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

// The message that should be changed is not there to be changed.
bool IsGone(std::string_view error) {
  return error == "message_not_found" || error == "cant_update_message" ||
         error == "edit_window_closed" || error == "thread_not_found";
}

}  // namespace

SlackBot::SlackBot(SlackBotSettings settings, const delivery::ChannelParts& parts)
    : settings_(std::move(settings)),
      receiver_(parts.receiver),
      external_url_(parts.external_url),
      api_(settings_.bot_token, settings_.api_url, parts.http),
      threads_(parts.threads),
      rooms_(settings_.rooms, api_, parts) {}

delivery::ThreadKey SlackBot::KeyOf(const model::Page& page, const Attempt& attempt) const {
  return {receiver_, attempt.to, page.incident_id};
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
  const SlackReply posted = api_.Call("chat.postMessage", page, attempt, Preview(page, attempt));
  if (posted.answer.verdict != Verdict::kDelivered || page.incident_id.empty()) {
    return posted.answer;
  }
  const base::Result<> saved =
      threads_.Save(KeyOf(page, attempt), posted.channel + " " + posted.ts);
  // It has arrived; the next page will be a message of its own.
  if (!saved.ok()) {
    base::LogWarning("a Slack thread is not remembered", {{"receiver", receiver_}});
  }
  return posted.answer;
}

std::optional<Answer> SlackBot::FollowUp(const model::Page& page, const Attempt& attempt,
                                         const Place& place) {
  const SlackReply changed =
      api_.Call("chat.update", page, attempt, Message(page, attempt, place.channel, place.ts));
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
  const SlackReply replied = api_.Call("chat.postMessage", page, attempt, std::move(body));
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
    if (answer) {
      if (answer->verdict == Verdict::kDelivered) Follow(page, attempt);
      return *answer;
    }
  }
  Answer answer = Post(page, attempt);
  if (answer.verdict == Verdict::kDelivered) Follow(page, attempt);
  return answer;
}

// What goes with the page; says in the thread of its message where the incident's channel is.
void SlackBot::Follow(const model::Page& page, const Attempt& attempt) {
  const std::string room = rooms_.Follow(page, attempt);
  if (room.empty()) return;
  const base::Result<std::optional<std::string>> known = threads_.Find(KeyOf(page, attempt));
  if (!known.ok() || !*known) return;
  const size_t blank = (*known)->find(' ');
  if (blank == std::string::npos) return;
  std::string body;
  JsonWriter(body)
      .BeginObject()
      .Field("channel", (*known)->substr(0, blank))
      .Field("thread_ts", (*known)->substr(blank + 1))
      .Field("text", "This incident is worked on in " + room)
      .EndObject();
  const SlackReply said = api_.Call("chat.postMessage", page, attempt, std::move(body));
  if (!said.ok()) base::LogWarning("a Slack thread has no link", {{"detail", said.answer.detail}});
}

}  // namespace vedette::notify::channels
