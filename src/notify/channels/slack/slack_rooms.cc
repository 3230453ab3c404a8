#include "notify/channels/slack/slack_rooms.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "notify/channels/slack/slack_message.h"
#include "notify/wording/page_text.h"

namespace vedette::notify::channels {
namespace {

using base::JsonWriter;
using delivery::Attempt;
using model::PageKind;

constexpr size_t kTextMax = 1500;
constexpr size_t kTopicMax = 250;
constexpr size_t kNameMax = 80;  // Slack's
constexpr size_t kSlugMax = 30;
constexpr size_t kSuffix = 6;
constexpr std::string_view kRoom = "#room";  // in place of a person's address
constexpr std::string_view kStakeholders = "#stakeholders";

void Warn(std::string_view what, const SlackReply& reply) {
  base::LogWarning("Slack did not do what goes with a page",
                   {{"what", std::string(what)}, {"detail", reply.answer.detail}});
}

std::string Message(const std::string& channel, const std::string& text,
                    const std::string& thread = {}, bool broadcast = false,
                    const std::string& ts = {}) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("channel", channel).Field("text", text);
  if (!ts.empty()) json.Field("ts", ts);
  if (!thread.empty()) json.Field("thread_ts", thread).Field("reply_broadcast", broadcast);
  json.Field("unfurl_links", false).EndObject();
  return body;
}

std::string Link(std::string_view external_url, const model::Page& page) {
  const std::string url = delivery::IncidentUrl(external_url, page.incident_id);
  return url.empty() ? std::string() : fmt::format("\n<{}|Details>", url);
}

// For all, and not only for the receiver of this page.
bool IsOver(const model::Page& page) {
  return page.kind == PageKind::kResolved && page.state == model::IncidentState::kResolved;
}

// Where it stands, for people who do not read graphs.
std::string PlainStatus(const model::Page& page) {
  if (IsOver(page)) return "*Resolved*";
  switch (page.kind) {
    case PageKind::kAcknowledged: return "*Being worked on*";
    case PageKind::kSeverityRaised: return "*Got worse, being looked into*";
    default: break;
  }
  return page.state == model::IncidentState::kAcknowledged ? "*Being worked on*"
                                                           : "*Being looked into*";
}

std::string PlainText(std::string_view external_url, const model::Page& page) {
  std::string text = fmt::format(
      "{}: {} ({}), since {}", PlainStatus(page), SlackText(wording::Services(page), kTextMax),
      model::SeverityName(page.severity), base::FormatTime(page.incident_started_at));
  if (IsOver(page)) {
    const base::Duration lasted = page.decided_at - page.incident_started_at;
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(lasted);
    text += fmt::format(", lasted {}", base::FormatDuration(whole));
  }
  return text + Link(external_url, page);
}

}  // namespace

std::string RoomName(std::string_view prefix, const model::Page& page) {
  const auto append = [](std::string& out, std::string_view text, size_t max) {
    for (const char c : text.substr(0, max)) {
      const char small = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const bool fine = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
      if (fine || small == '-' || small == '_') {
        out += small;
      } else if (!out.ends_with('-')) {
        out += '-';
      }
    }
  };
  std::string name;
  append(name, prefix, kSlugMax);
  append(name, base::FormatTime(page.incident_started_at).substr(0, 10), 10);
  name += '-';
  if (!page.entities.empty()) append(name, page.entities.front(), kSlugMax);
  name += '-';
  const size_t size = page.incident_id.size();
  append(name, std::string_view(page.incident_id).substr(size - std::min(size, kSuffix)), kSuffix);
  return name.substr(0, kNameMax);
}

SlackRooms::SlackRooms(SlackRoomsSettings settings, const SlackApi& api,
                       const delivery::ChannelParts& parts)
    : settings_(std::move(settings)),
      api_(api),
      receiver_(parts.receiver),
      external_url_(parts.external_url),
      threads_(parts.threads) {}

delivery::ThreadKey SlackRooms::KeyOf(const model::Page& page, std::string_view what) const {
  return {receiver_, std::string(what), page.incident_id};
}

std::optional<SlackRooms::Place> SlackRooms::Find(const model::Page& page, std::string_view what) {
  const auto known = threads_.Find(KeyOf(page, what));
  if (!known.ok() || !*known) return std::nullopt;
  const size_t blank = (*known)->find(' ');
  return Place{(*known)->substr(0, blank),
               blank == std::string::npos ? std::string() : (*known)->substr(blank + 1)};
}

void SlackRooms::Save(const model::Page& page, std::string_view what, const Place& place) {
  const base::Result<> saved = threads_.Save(KeyOf(page, what), place.channel + " " + place.ts);
  if (!saved.ok()) {
    base::LogWarning("a Slack channel is not remembered", {{"receiver", receiver_}});
  }
}

// A channel of this name that is there already is ours: a crash came before it was remembered.
std::string SlackRooms::Open(const model::Page& page, const Attempt& attempt) {
  const std::string name = RoomName(settings_.rooms->prefix, page);
  std::string body;
  JsonWriter(body).BeginObject().Field("name", name).Field("is_private", false).EndObject();
  const SlackReply made = api_.Call("conversations.create", page, attempt, std::move(body));
  if (!made.ok() && made.error != "name_taken") {
    Warn("an incident's channel", made);
    return {};
  }
  const std::string channel = made.ok() ? made.channel : "#" + name;
  Save(page, kRoom, {channel, ""});
  if (!made.ok()) return channel;
  std::string topic;
  JsonWriter(topic)
      .BeginObject()
      .Field("channel", channel)
      .Field("topic", SlackText(wording::Headline(page), kTopicMax))
      .EndObject();
  const SlackReply named = api_.Call("conversations.setTopic", page, attempt, std::move(topic));
  if (!named.ok()) Warn("a channel's topic", named);
  if (settings_.rooms->invite.empty()) return channel;
  std::string users;
  for (const std::string& user : settings_.rooms->invite) {
    users += (users.empty() ? "" : ",") + user;
  }
  std::string invitation;
  JsonWriter(invitation).BeginObject().Field("channel", channel).Field("users", users).EndObject();
  const SlackReply invited =
      api_.Call("conversations.invite", page, attempt, std::move(invitation));
  if (!invited.ok()) Warn("an invitation", invited);
  return channel;
}

void SlackRooms::TellRoom(const model::Page& page, const Attempt& attempt,
                          const std::string& channel) {
  const std::string text = fmt::format("{}\n{}{}", SlackText(wording::Headline(page), kTextMax),
                                       SlackText(page.text, kTextMax), Link(external_url_, page));
  const SlackReply said = api_.Call("chat.postMessage", page, attempt, Message(channel, text));
  if (!said.ok()) Warn("a message in an incident's channel", said);
  if (!IsOver(page) || !settings_.rooms->archive) return;
  std::string body;
  JsonWriter(body).BeginObject().Field("channel", channel).EndObject();
  const SlackReply archived = api_.Call("conversations.archive", page, attempt, std::move(body));
  if (!archived.ok()) Warn("archiving a channel", archived);
}

void SlackRooms::TellStakeholders(const model::Page& page, const Attempt& attempt) {
  const std::optional<Place> known = Find(page, kStakeholders);
  const bool changes = page.kind == PageKind::kUpdated || page.kind == PageKind::kResolved;
  if (known && changes && !IsOver(page)) return;  // alerts that come and go
  const std::string text = PlainText(external_url_, page);
  if (!known) {
    if (page.severity < settings_.stakeholders->from || page.kind == PageKind::kResolved) return;
    const SlackReply posted = api_.Call("chat.postMessage", page, attempt,
                                        Message(settings_.stakeholders->channel, text));
    if (!posted.ok()) return Warn("an update for stakeholders", posted);
    return Save(page, kStakeholders, {posted.channel, posted.ts});
  }
  const SlackReply changed =
      api_.Call("chat.update", page, attempt, Message(known->channel, text, "", false, known->ts));
  if (!changed.ok()) Warn("an update for stakeholders", changed);
  const SlackReply said =
      api_.Call("chat.postMessage", page, attempt, Message(known->channel, text, known->ts));
  if (!said.ok()) Warn("an update for stakeholders", said);
}

std::string SlackRooms::Follow(const model::Page& page, const Attempt& attempt) {
  // Test pages, and pages about a silence or this server, are about no incident.
  if (!attempt.to.empty() || !page.incident_id.starts_with("in_")) return {};
  if (settings_.stakeholders) TellStakeholders(page, attempt);
  if (!settings_.rooms) return {};
  if (const std::optional<Place> room = Find(page, kRoom)) {
    TellRoom(page, attempt, room->channel);
    return {};
  }
  if (page.severity < settings_.rooms->from || page.kind == PageKind::kResolved) return {};
  const std::string channel = Open(page, attempt);
  if (channel.empty()) return {};
  TellRoom(page, attempt, channel);
  return channel.starts_with('#') ? channel : fmt::format("<#{}>", channel);
}

namespace {

// For a form: Slack takes this method no other way.
std::string PercentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// The place that was remembered; kNotFound.
base::Result<std::pair<std::string, std::string>> PlaceOf(const delivery::ChannelParts& parts,
                                                          std::string_view what,
                                                          const std::string& incident_id) {
  VEDETTE_TRY(const std::optional<std::string> known,
              parts.threads.Find({parts.receiver, std::string(what), incident_id}));
  if (!known) return base::NotFound("nobody was told of this incident there");
  const size_t blank = known->find(' ');
  if (blank == std::string::npos) return base::NotFound("there is no thread");
  return std::pair(known->substr(0, blank), known->substr(blank + 1));
}

base::Result<> ErrorOf(const delivery::Answer& answer) {
  if (answer.verdict == delivery::Verdict::kDelivered) return {};
  return base::Unavailable("Slack: " + answer.detail);
}

base::Result<> Update(const SlackApi& api, const delivery::ChannelParts& parts,
                      const delivery::Commission& commission) {
  VEDETTE_TRY(const auto place, PlaceOf(parts, kStakeholders, commission.incident_id));
  const SlackReply said =
      api.Call("chat.postMessage",
               Message(place.first, SlackText(commission.text, kTextMax), place.second, true));
  return ErrorOf(said.answer);
}

base::Result<> Upload(const SlackApi& api, const delivery::ChannelParts& parts,
                      const delivery::Commission& commission) {
  VEDETTE_TRY(const auto place, PlaceOf(parts, "", commission.incident_id));
  const SlackReply where =
      api.Call("files.getUploadURLExternal",
               fmt::format("filename={}&length={}", PercentEncode(commission.file_name),
                           commission.file.size()),
               true);
  if (!where.ok()) return ErrorOf(where.answer);
  VEDETTE_TRY_VOID(ErrorOf(api.Upload(where.upload_url, commission.file)));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("files").BeginArray().BeginObject();
  json.Field("id", where.file_id).Field("title", commission.file_name).EndObject().EndArray();
  json.Field("channel_id", place.first).Field("thread_ts", place.second);
  json.Field("initial_comment", SlackText(commission.text, kTextMax)).EndObject();
  return ErrorOf(api.Call("files.completeUploadExternal", std::move(body)).answer);
}

using Task = base::Result<> (*)(const SlackApi&, const delivery::ChannelParts&,
                                const delivery::Commission&);

delivery::Errand MakeErrand(std::string token, std::string url, Task task) {
  return [token = std::move(token), url = std::move(url), task](
             const delivery::ChannelParts& parts, const delivery::Commission& commission) {
    return task(SlackApi(token, url, parts.http), parts, commission);
  };
}

}  // namespace

delivery::Errand MakeSlackUpdate(std::string bot_token, std::string api_url) {
  return MakeErrand(std::move(bot_token), std::move(api_url), Update);
}

delivery::Errand MakeSlackUpload(std::string bot_token, std::string api_url) {
  return MakeErrand(std::move(bot_token), std::move(api_url), Upload);
}

}  // namespace vedette::notify::channels
