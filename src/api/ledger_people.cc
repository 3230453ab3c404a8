#include "api/ledger_people.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <set>
#include <string_view>
#include <utility>

#include "notify/routing/schedule.h"

namespace vedette::api {
namespace {

using notify::routing::Policy;
using notify::routing::Step;
using notify::routing::Taken;
using notify::routing::Target;
using notify::routing::TargetKind;
using notify::routing::store::TrailRow;

// Where a route asks for somebody.
struct Place {
  std::string route;
  std::string policy;    // empty: the route tells directly
  int64_t step = 0;      // from 1; 0: without a policy
  std::string schedule;  // in which somebody else was on call; empty: it asks for the person
  std::string on_call;   // who was; empty: nobody
};

class PeopleReader {
 public:
  explicit PeopleReader(const PeopleFacts& facts);

  PersonAnswer Of(const std::string& person, const std::string& name) const;

 private:
  bool OfMessages(PersonAnswer& answer) const;
  bool OfRemarks(PersonAnswer& answer) const;
  bool WithoutPage(PersonAnswer& answer) const;
  void OfPlace(const Place& place, PersonAnswer& answer) const;
  std::optional<Place> FindPlace(const std::string& person) const;
  std::optional<Place> Asks(const Target& target, const std::string& person) const;
  std::optional<Place> AsksInTurn(const std::string& schedule, const std::string& person) const;
  bool Ran(const Place& place) const;
  const model::TimelineEntry* FirstRow(std::string_view kind) const;

  const PeopleFacts& facts_;
  base::TimePoint asked_at_;  // when people were first asked for
};

PeopleReader::PeopleReader(const PeopleFacts& facts) : facts_(facts) {
  if (!facts.tellings.empty()) {
    asked_at_ = facts.tellings.front().time;
  } else if (!facts.incidents.empty()) {
    asked_at_ = facts.incidents.front().started_at;
  }
}

std::string Times(size_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

// Who was told, and who was to be.
bool PeopleReader::OfMessages(PersonAnswer& answer) const {
  if (answer.tellings.empty()) return false;
  std::set<std::string> by;
  size_t arrived = 0;
  for (const Telling& telling : answer.tellings) {
    if (telling.state != "delivered") continue;
    if (++arrived == 1) answer.at = telling.delivered_at;
    by.insert(telling.receiver);
  }
  const Telling& last = answer.tellings.back();
  answer.told = arrived > 0;
  answer.reason = answer.told ? "told" : "undelivered";
  if (answer.told) {
    answer.text = fmt::format("told {}, by {}", Times(arrived), fmt::join(by, ", "));
  } else {
    answer.at = last.time;
    answer.text = fmt::format("to be told by {}: {}{}{}", last.receiver, last.state,
                              last.detail.empty() ? "" : ", ", last.detail);
  }
  if (const std::string& why = answer.tellings.front().why; !why.empty()) {
    answer.text += fmt::format("; {}", why);
  }
  return true;
}

// What the router said of the person by name: "route a > policy b, step 1 > ann: quiet hours ...".
bool PeopleReader::OfRemarks(PersonAnswer& answer) const {
  const std::string named = fmt::format(" > {}: ", answer.person);
  for (const TrailRow& row : facts_.trail) {
    const bool about = row.kind == "deferred" || row.kind == "nobody";
    if (!about || row.time < facts_.since || row.text.find(named) == std::string::npos) continue;
    answer.reason = row.kind == "deferred" ? "deferred" : "unreachable";
    answer.text = row.text;
    answer.at = row.time;
  }
  return !answer.reason.empty();
}

// Why nobody was told of it: what the router said last, else the timeline.
bool PeopleReader::WithoutPage(PersonAnswer& answer) const {
  if (!facts_.tellings.empty()) return false;
  answer.reason = "no_page";
  answer.text = "nobody was told of it";
  if (!facts_.why_no_page.empty()) answer.text += ": " + facts_.why_no_page;
  for (const TrailRow& row : facts_.trail) {
    if (row.kind == "notice" || row.time < facts_.since) continue;
    if (row.kind == "deferred") answer.reason = "deferred";
    if (row.kind == "held") answer.reason = "silenced";
    answer.text = row.text;
    answer.at = row.time;
  }
  if (answer.at) return true;
  for (const char* kind : {"silenced", "inhibited", "suppressed"}) {
    const model::TimelineEntry* const row = FirstRow(kind);
    if (row == nullptr) continue;
    answer.reason = "silenced";
    answer.text = fmt::format("nobody was told of it, which was {}: {}", kind, row->text);
    answer.at = row->time;
    break;
  }
  return true;
}

std::string NameOf(const Place& place) {
  return place.policy.empty() ? fmt::format("route {}", place.route)
                              : fmt::format("step {} of policy {} (route {})", place.step,
                                            place.policy, place.route);
}

// A route asks for the person, or for who is on call in their stead, and told them nothing.
void PeopleReader::OfPlace(const Place& place, PersonAnswer& answer) const {
  if (!place.schedule.empty()) {
    answer.reason = "not_on_call";
    answer.text = fmt::format("not on call: {} asks for schedule {}, where {} was", NameOf(place),
                              place.schedule, place.on_call.empty() ? "nobody" : place.on_call);
    answer.at = asked_at_;
    return;
  }
  const std::string turn = Ran(place) ? "every way to reach them was due" : NameOf(place);
  const std::string asks = Ran(place) ? "" : ", which asks for them";
  if (const model::TimelineEntry* taken = FirstRow("acknowledged")) {
    answer.reason = "acknowledged";
    answer.text = fmt::format("{} acknowledged it before {}{}", taken->actor, turn, asks);
    answer.at = taken->time;
  } else if (const model::TimelineEntry* over = FirstRow("resolved")) {
    answer.reason = "over";
    answer.text = fmt::format("it was over before {}{}", turn, asks);
    answer.at = over->time;
  } else if (!Ran(place)) {
    answer.reason = "waiting";
    answer.text =
        fmt::format("{} asks for them, when nobody has acknowledged before", NameOf(place));
  } else {
    answer.reason = "unknown";
    answer.text = fmt::format("{} asks for them now; what it did then is not known", NameOf(place));
  }
}

const model::TimelineEntry* PeopleReader::FirstRow(std::string_view kind) const {
  for (const model::Incident& incident : facts_.incidents) {
    for (const model::TimelineEntry& row : incident.timeline) {
      if (row.kind == kind && row.time >= facts_.since) return &row;
    }
  }
  return nullptr;
}

bool PeopleReader::Ran(const Place& place) const {
  return std::ranges::any_of(facts_.tellings, [&](const Telling& telling) {
    return telling.route == place.route && telling.step >= place.step;
  });
}

std::optional<Place> PeopleReader::AsksInTurn(const std::string& schedule,
                                              const std::string& person) const {
  const notify::routing::Schedule* const found = facts_.view.plan->FindSchedule(schedule);
  if (found == nullptr) return std::nullopt;
  const auto duty = notify::routing::OnCall(*found, facts_.view.overrides, asked_at_);
  if (duty.user == person) return Place{};
  const bool takes_turns = std::ranges::any_of(found->layers, [&](const auto& layer) {
    return std::ranges::find(layer.users, person) != layer.users.end();
  });
  if (!takes_turns) return std::nullopt;
  return Place{.route = {}, .policy = {}, .schedule = schedule, .on_call = duty.user};
}

// Whether a target is the person, or somebody in whose stead they might have been.
std::optional<Place> PeopleReader::Asks(const Target& target, const std::string& person) const {
  switch (target.kind) {
    case TargetKind::kUser: return target.name == person ? std::optional(Place{}) : std::nullopt;
    case TargetKind::kSchedule: return AsksInTurn(target.name, person);
    case TargetKind::kTeam: {
      const notify::routing::Team* const team = facts_.view.plan->FindTeam(target.name);
      if (team == nullptr) return std::nullopt;
      if (!team->schedule.empty()) return AsksInTurn(team->schedule, person);
      const bool member = std::ranges::find(team->members, person) != team->members.end();
      return member ? std::optional(Place{}) : std::nullopt;
    }
    case TargetKind::kReceiver: return std::nullopt;
  }
  return std::nullopt;
}

// The first place that asks for the person; else the first where they may be asked for.
std::optional<Place> PeopleReader::FindPlace(const std::string& person) const {
  std::optional<Place> may;
  for (const Taken& route : facts_.routes) {
    const Policy* const policy = facts_.view.plan->FindPolicy(route.policy);
    const std::vector<Step> direct = {Step{.targets = route.targets}};
    const std::vector<Step>& steps = policy == nullptr ? direct : policy->steps;
    for (size_t i = 0; i < steps.size(); ++i) {
      for (const Target& target : steps[i].targets) {
        std::optional<Place> place = Asks(target, person);
        if (!place) continue;
        place->route = route.name;
        place->policy = route.policy;
        place->step = policy == nullptr ? 0 : static_cast<int64_t>(i) + 1;
        if (place->schedule.empty()) return place;
        if (!may) may = std::move(place);
      }
    }
  }
  return may;
}

PersonAnswer PeopleReader::Of(const std::string& person, const std::string& name) const {
  PersonAnswer answer;
  answer.person = person;
  answer.name = name;
  std::ranges::copy_if(facts_.tellings, std::back_inserter(answer.tellings),
                       [&](const Telling& telling) { return telling.person == person; });
  if (OfMessages(answer) || OfRemarks(answer) || WithoutPage(answer)) return answer;
  if (const std::optional<Place> place = FindPlace(person)) {
    OfPlace(*place, answer);
    return answer;
  }
  std::vector<std::string> names;
  for (const Taken& route : facts_.routes) names.push_back(route.name);
  answer.reason = "not_of_the_route";
  answer.text = fmt::format("no route that took it asks for them: {}", fmt::join(names, ", "));
  return answer;
}

}  // namespace

std::vector<PersonAnswer> AnswerPeople(const PeopleFacts& facts) {
  const PeopleReader reader(facts);
  std::vector<PersonAnswer> people;
  std::set<std::string> known = {""};  // whoever reads a receiver is nobody in particular
  for (const notify::routing::User& user : facts.view.plan->users) {
    people.push_back(reader.Of(user.name, user.full_name));
    known.insert(user.name);
  }
  for (const Telling& telling : facts.tellings) {
    if (known.insert(telling.person).second) people.push_back(reader.Of(telling.person, {}));
  }
  return people;
}

void WritePeople(base::JsonWriter& json, const std::vector<PersonAnswer>& people) {
  json.BeginArray();
  for (const PersonAnswer& answer : people) {
    json.BeginObject()
        .Field("person", answer.person)
        .Field("name", base::NullIfEmpty(answer.name))
        .Field("told", answer.told)
        .Field("reason", answer.reason)
        .Field("text", answer.text)
        .Field("at", answer.at)
        .Key("messages")
        .BeginArray();
    for (const Telling& telling : answer.tellings) {
      json.BeginObject()
          .Field("time", telling.time)
          .Field("kind", telling.kind)
          .Field("receiver", telling.receiver)
          .Field("state", telling.state)
          .Field("delivered_at", telling.delivered_at)
          .Field("why", telling.why)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

}  // namespace vedette::api
