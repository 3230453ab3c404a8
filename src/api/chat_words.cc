#include "api/chat_words.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "base/duration.h"
#include "notify/delivery/channel.h"
#include "notify/routing/schedule.h"

namespace vedette::api {
namespace {

using incident::CommandKind;
using model::Incident;
using model::IncidentState;
using notify::routing::Duty;
using notify::routing::Schedule;
using notify::routing::View;

constexpr size_t kListedMax = 10;
constexpr size_t kNameBytesMax = 64;
constexpr size_t kSuffixMin = 4;
constexpr std::string_view kHelp =
    "`ack [id]` take an incident\n"
    "`resolve [id] [why]` say that it is over\n"
    "`comment [id] text` add to its timeline\n"
    "`update [id] text` tell its stakeholders\n"
    "`oncall [schedule or team]` who is on call\n"
    "`status` what is open\n"
    "An id may be its last four characters, or `last`; with only one open incident it may be left "
    "out.";

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view TakeWord(std::string_view& rest) {
  rest = Trim(rest);
  const size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest = Trim(rest.substr(end));
  return word;
}

std::string Short(const Incident& incident) {
  return incident.id.size() <= 6 ? incident.id : incident.id.substr(incident.id.size() - 6);
}

std::string Line(const ChatSources& sources, const Incident& incident) {
  const std::string url = notify::delivery::IncidentUrl(sources.external_url, incident.id);
  const std::string title = Escape(incident.title);
  std::string line = fmt::format(
      "`{}` {}: {}, {}", Short(incident), url.empty() ? title : fmt::format("<{}|{}>", url, title),
      model::SeverityName(incident.severity), model::IncidentStateName(incident.state));
  if (incident.state == IncidentState::kAcknowledged)
    line += " by " + Escape(incident.acknowledged_by);
  return line;
}

std::string Listed(const ChatSources& sources, const std::vector<Incident>& incidents) {
  std::string text;
  for (size_t i = 0; i < std::min(incidents.size(), kListedMax); ++i) {
    text += (text.empty() ? "" : "\n") + Line(sources, incidents[i]);
  }
  if (incidents.size() > kListedMax) {
    text += fmt::format("\nand {} more", incidents.size() - kListedMax);
  }
  return text;
}

bool LooksLikeId(std::string_view word) {
  return word.size() >= kSuffixMin && std::ranges::all_of(word, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
         });
}

// The incident that the first word of `rest` names; the word is taken off when it names one.
base::Result<Incident> Choose(const std::vector<Incident>& incidents, CommandKind kind,
                              std::string_view& rest) {
  if (incidents.empty()) return base::NotFound("nothing is open");
  std::string_view after = rest;
  const std::string word = Lower(TakeWord(after));
  if (word == "last") {
    rest = after;
    return *std::ranges::max_element(incidents, {}, &Incident::started_at);
  }
  if (LooksLikeId(word)) {
    std::vector<const Incident*> found;
    for (const Incident& incident : incidents) {
      if (Lower(incident.id).ends_with(word)) found.push_back(&incident);
    }
    if (found.size() > 1) return base::InvalidArgument("several incidents end like that");
    if (found.size() == 1) {
      rest = after;
      return *found.front();
    }
    const bool is_id = word.starts_with("in_");
    if (is_id || (kind == CommandKind::kAcknowledge && after.empty())) {
      return base::NotFound("no incident that is open ends like that");
    }
  }
  std::vector<const Incident*> waiting;
  for (const Incident& incident : incidents) {
    if (kind != CommandKind::kAcknowledge || incident.state == IncidentState::kOpen) {
      waiting.push_back(&incident);
    }
  }
  if (waiting.empty()) return base::NotFound("all that is open has been acknowledged");
  if (waiting.size() > 1) return base::InvalidArgument("several incidents are open: which one?");
  return *waiting.front();
}

ChatReply Act(const ChatSources& sources, const ChatRequest& request, CommandKind kind,
              std::string_view rest, std::string_view did) {
  const auto incidents = sources.unresolved(request.tenant);
  if (!incidents.ok()) return {"That did not work: " + Escape(incidents.error().message)};
  const base::Result<Incident> chosen = Choose(*incidents, kind, rest);
  if (!chosen.ok()) {
    const std::string list = Listed(sources, *incidents);
    return {Escape(chosen.error().message) + (list.empty() ? "." : "\n" + list)};
  }
  if (kind == CommandKind::kComment && rest.empty()) return {"What is the comment?"};
  const base::Result<Incident> done = sources.command({.kind = kind,
                                                       .tenant = request.tenant,
                                                       .incident_id = chosen->id,
                                                       .actor = request.actor,
                                                       .text = std::string(rest)});
  if (!done.ok()) return {"That did not work: " + Escape(done.error().message)};
  return {fmt::format("{} {} {}", Escape(request.actor), did, Line(sources, *done)), true};
}

// A comment that goes to the stakeholders too.
ChatReply Update(const ChatSources& sources, const ChatRequest& request, std::string_view rest) {
  const auto incidents = sources.unresolved(request.tenant);
  if (!incidents.ok()) return {"That did not work: " + Escape(incidents.error().message)};
  std::string_view text = rest;
  const base::Result<Incident> chosen = Choose(*incidents, CommandKind::kComment, text);
  ChatReply reply =
      Act(sources, request, CommandKind::kComment, rest, "wrote to the stakeholders of");
  if (!reply.for_all || !chosen.ok()) return reply;
  const base::Result<int64_t> told =
      sources.update ? sources.update(chosen->id, std::string(text)) : base::Result<int64_t>(0);
  if (told.ok() && *told > 0) return reply;
  return {reply.text + "\nBut no stakeholders of it could be told" +
              (told.ok() ? "." : ": " + Escape(told.error().message)),
          true};
}

std::string DutyLine(const Schedule& schedule, const View& view, base::TimePoint now) {
  const Duty duty = OnCall(schedule, view.overrides, now);
  if (duty.user.empty()) return fmt::format("*{}*: nobody", Escape(schedule.name));
  const notify::routing::User* user = view.plan->FindUser(duty.user);
  const bool named = user != nullptr && !user->full_name.empty();
  return fmt::format("*{}*: {} until {}", Escape(schedule.name),
                     Escape(named ? user->full_name : duty.user), base::FormatTime(duty.to));
}

ChatReply WhoIsOnCall(const ChatSources& sources, std::string_view name, base::TimePoint now) {
  const std::shared_ptr<const View> view = sources.view();
  std::string text;
  const auto add = [&](const Schedule& schedule) {
    text += (text.empty() ? "" : "\n") + DutyLine(schedule, *view, now);
  };
  if (name.empty()) {
    for (const Schedule& schedule : view->plan->schedules) add(schedule);
    return {text.empty() ? "There is no schedule." : text};
  }
  const Schedule* schedule = view->plan->FindSchedule(name);
  if (schedule == nullptr) {
    const notify::routing::Team* team = view->plan->FindTeam(name);
    if (team != nullptr) schedule = view->plan->FindSchedule(team->schedule);
  }
  if (schedule == nullptr) {
    return {fmt::format("There is no schedule or team `{}`.", Escape(name))};
  }
  add(*schedule);
  return {text};
}

ChatReply Status(const ChatSources& sources, const ChatRequest& request) {
  const auto incidents = sources.unresolved(request.tenant);
  if (!incidents.ok()) return {"That did not work: " + Escape(incidents.error().message)};
  if (incidents->empty()) return {"All is well: no incident is open."};
  return {Listed(sources, *incidents)};
}

}  // namespace

ChatReply AnswerInChat(const ChatSources& sources, const ChatRequest& request,
                       base::TimePoint now) {
  std::string_view rest = request.text;
  const std::string word = Lower(TakeWord(rest));
  if (word == "ack" || word == "acknowledge") {
    return Act(sources, request, CommandKind::kAcknowledge, rest, "acknowledged");
  }
  if (word == "resolve" || word == "close") {
    return Act(sources, request, CommandKind::kResolve, rest, "resolved");
  }
  if (word == "comment" || word == "note") {
    return Act(sources, request, CommandKind::kComment, rest, "commented on");
  }
  if (word == "update") return Update(sources, request, rest);
  if (word == "oncall" || word == "on-call" || word == "who") {
    return WhoIsOnCall(sources, TakeWord(rest), now);
  }
  if (word == "status" || word == "incidents") return Status(sources, request);
  if (word.empty() || word == "help") return {std::string(kHelp)};
  return {fmt::format("I do not know `{}`.\n{}", Escape(word), kHelp)};
}

std::string ChatActor(const notify::routing::Plan& plan, std::string_view chat, std::string_view id,
                      std::string_view name) {
  for (const notify::routing::User& user : plan.users) {
    const bool reached = !id.empty() && std::ranges::any_of(user.contacts, [&](const auto& each) {
      return each.to == id;
    });
    if (reached || (!name.empty() && user.full_name == name)) return user.name;
  }
  std::string plain;
  for (const char c : name.empty() ? id : name) {
    const bool fine =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
    if (fine) plain += c;
  }
  plain.resize(std::min(plain.size(), kNameBytesMax));
  return fmt::format("{}:{}", chat, plain.empty() ? "unknown" : plain);
}

}  // namespace vedette::api
