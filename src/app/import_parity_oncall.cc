#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <utility>

#include "app/import_parity.h"
#include "importer/their_plan.h"
#include "notify/routing/schedule.h"

namespace vedette::app {
namespace {

using importer::TheirPlan;
using notify::routing::Plan;
using notify::routing::Policy;
using notify::routing::Target;
using notify::routing::TargetKind;

// Who is called, after how many seconds.
using Calls = std::set<std::pair<int64_t, std::string>>;

std::string TextOf(const Calls& calls) {
  std::string text;
  for (const auto& [seconds, name] : calls) {
    text += text.empty() ? "" : ", ";
    text += name;
    if (seconds == 0) continue;
    text += seconds % 60 == 0 ? fmt::format(" after {} min", seconds / 60)
                              : fmt::format(" after {} s", seconds);
  }
  return text.empty() ? "nobody" : text;
}

void AddTarget(const Plan& plan, const Target& target, base::TimePoint time,
               std::set<std::string>& people) {
  switch (target.kind) {
    case TargetKind::kUser: people.insert(target.name); return;
    case TargetKind::kReceiver: people.insert(target.ToString()); return;
    case TargetKind::kSchedule: {
      const notify::routing::Schedule* schedule = plan.FindSchedule(target.name);
      if (schedule == nullptr) return;
      const std::string user = OnCall(*schedule, {}, time).user;
      if (!user.empty()) people.insert(user);
      return;
    }
    case TargetKind::kTeam: {
      const notify::routing::Team* team = plan.FindTeam(target.name);
      if (team == nullptr) return;
      if (team->schedule.empty()) {
        people.insert(team->members.begin(), team->members.end());
      } else {
        AddTarget(plan, {TargetKind::kSchedule, team->schedule}, time, people);
      }
    }
  }
}

void AddPolicy(const Plan& plan, const Policy& policy, base::TimePoint time, Calls& calls) {
  base::Duration after{0};
  for (const notify::routing::Step& step : policy.steps) {
    std::set<std::string> people;
    for (const Target& target : step.targets) AddTarget(plan, target, time + after, people);
    if (people.empty()) continue;  // gives way at once
    for (const std::string& name : people) calls.emplace(after.count() / 1'000, name);
    after += step.patience;
  }
}

Calls CallsHere(const Plan& plan, const ParityAlert& alert) {
  Calls calls;
  for (const notify::routing::Taken& taken : Match(plan, LabelsHere(alert))) {
    if (const Policy* policy = plan.FindPolicy(taken.policy)) {
      AddPolicy(plan, *policy, alert.starts_at, calls);
      continue;
    }
    std::set<std::string> people;
    for (const Target& target : taken.targets) AddTarget(plan, target, alert.starts_at, people);
    for (const std::string& name : people) calls.emplace(0, name);
  }
  return calls;
}

Calls CallsThere(const TheirPlan& plan, const importer::Imported& imported,
                 const ParityAlert& alert) {
  Calls calls;
  for (const TheirPlan::Call& call : plan.Calls(alert.labels, alert.starts_at)) {
    const auto name = imported.people.find(call.person);
    calls.emplace(call.after_seconds,
                  name == imported.people.end() ? fmt::format("({})", call.person) : name->second);
  }
  return calls;
}

}  // namespace

base::Result<ParityResult> CompareWithOnCall(std::string_view system, std::string_view text,
                                             const importer::Imported& imported,
                                             const Config& config, std::vector<ParityAlert> stream,
                                             base::TimePoint now) {
  VEDETTE_TRY(const TheirPlan plan, TheirPlan::Read(system, text));
  if (stream.empty()) stream = WeekOf(plan.Samples(), now);
  std::set<std::string> seen;
  ParityResult result;
  for (ParityAlert& alert : stream) {
    ++result.alerts;
    ParityDifference difference{.alert = std::move(alert), .there = {}, .here = {}};
    difference.there = TextOf(CallsThere(plan, imported, difference.alert));
    difference.here = TextOf(CallsHere(config.plan, difference.alert));
    if (difference.there == difference.here) continue;
    const std::string key =
        difference.alert.labels.ToString() + difference.there + "\n" + difference.here;
    if (seen.insert(key).second) result.differences.push_back(std::move(difference));
  }
  return result;
}

}  // namespace vedette::app
