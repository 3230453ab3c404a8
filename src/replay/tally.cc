#include "replay/tally.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace vedette::replay {
namespace {

using notify::routing::LocalTime;
using notify::routing::Notice;
using notify::routing::TimeZone;

// What the live loop and a machine busy with other things may differ by is no news.
constexpr base::Duration kMovedLeast = std::chrono::seconds(5);
constexpr std::string_view kTest = "test_";  // what stands for the incident of a test page

Message MessageOf(const Notice& notice) {
  return {.dedup_key = notice.page.dedup_key,
          .receiver = notice.receiver,
          .to = notice.to,
          .person = notice.person,
          .kind = notice.page.kind,
          .incident_id = notice.page.incident_id,
          .title = notice.page.title,
          .severity = notice.page.severity,
          .time = notice.page.decided_at,
          .why = notice.why};
}

std::string DateOf(LocalTime local) {
  return notify::routing::FormatLocal(notify::routing::Midnight(local)).substr(0, 10);
}

int64_t Missing(const std::set<std::string>& from, const std::set<std::string>& in) {
  return std::ranges::count_if(from, [&](const std::string& id) { return !in.contains(id); });
}

}  // namespace

void Comparison::Note(const decide::Machine::Decided& decided, Side& side) {
  for (const model::Incident& incident : decided.decisions.changed) {
    if (incident.tenant == request_.tenant && incident.revision == 1) {
      side.incidents.insert(incident.id);
    }
  }
  for (const Notice& notice : decided.outcome.notices) {
    if (notice.page.tenant != request_.tenant) continue;
    if (notice.page.incident_id.starts_with(kTest)) continue;
    if (notice.receiver.empty()) {
      ++side.unreachable;
    } else {
      side.messages.try_emplace({notice.page.dedup_key, notice.receiver, notice.to},
                                MessageOf(notice));
    }
  }
}

// By the clock of the person; of a receiver nobody knows where it is read.
Comparison::Clock Comparison::ClockOf(const Message& message) const {
  TimeZone zone;
  const notify::routing::User* user = plan_->FindUser(message.person);
  if (user != nullptr) zone = user->zone;
  const LocalTime local = zone.ToLocal(message.time);
  const base::Duration of_day = local - notify::routing::Midnight(local);
  return {.at_night = of_day >= std::chrono::hours(22) || of_day < std::chrono::hours(6),
          .night = DateOf(local - std::chrono::hours(6))};
}

void Comparison::Count(const Message& message, int64_t Tally::* which) {
  const std::string& name = message.person.empty() ? message.receiver : message.person;
  Person& person = people_[name];
  person.name = name;
  person.is_person = !message.person.empty();
  ++(person.all.*which);
  const Clock clock = ClockOf(message);
  if (!clock.at_night) return;
  ++(person.nights.*which);
  ++(nights_[{clock.night, name}].*which);
}

void Comparison::AddChange(Report& report, Change change) {
  change.at_night = ClockOf(change.message).at_night;
  switch (change.kind) {
    case ChangeKind::kAdded:
      ++report.messages.added;
      Count(change.message, &Tally::added);
      break;
    case ChangeKind::kRemoved:
      ++report.messages.removed;
      Count(change.message, &Tally::removed);
      break;
    case ChangeKind::kMoved: ++report.moved; break;
  }
  report.changes.push_back(std::move(change));
}

void Comparison::Finish(Report& report, const notify::routing::Plan& plan) {
  plan_ = &plan;
  if (!report.has_candidate) candidate_ = recorded_;
  report.messages.recorded = std::ssize(recorded_.messages);
  report.messages.candidate = std::ssize(candidate_.messages);
  report.incidents = {.recorded = std::ssize(recorded_.incidents),
                      .candidate = std::ssize(candidate_.incidents),
                      .added = Missing(candidate_.incidents, recorded_.incidents),
                      .removed = Missing(recorded_.incidents, candidate_.incidents)};
  report.unreachable = {.recorded = recorded_.unreachable, .candidate = candidate_.unreachable};
  for (const auto& [letter, message] : recorded_.messages) {
    Count(message, &Tally::recorded);
    if (!candidate_.messages.contains(letter)) {
      AddChange(report, {.kind = ChangeKind::kRemoved, .message = message, .recorded_time = {}});
    }
  }
  for (const auto& [letter, message] : candidate_.messages) {
    Count(message, &Tally::candidate);
    const auto then = recorded_.messages.find(letter);
    if (then == recorded_.messages.end()) {
      AddChange(report, {.kind = ChangeKind::kAdded, .message = message, .recorded_time = {}});
    } else if (std::chrono::abs(message.time - then->second.time) >= kMovedLeast) {
      AddChange(
          report,
          {.kind = ChangeKind::kMoved, .message = message, .recorded_time = then->second.time});
    }
  }
  std::ranges::sort(report.changes, {}, [](const Change& it) {
    return std::tie(it.message.time, it.message.dedup_key, it.message.receiver, it.message.to);
  });
  if (report.changes.size() > request_.changes_max) {
    report.changes_left_out =
        std::ssize(report.changes) - static_cast<int64_t>(request_.changes_max);
    report.changes.resize(request_.changes_max);
  }
  for (auto& [name, person] : people_) report.people.push_back(std::move(person));
  std::ranges::sort(report.people, {}, [](const Person& it) {
    return std::pair(-std::max(it.all.recorded, it.all.candidate), it.name);
  });
  for (auto it = nights_.rbegin(); it != nights_.rend(); ++it) {
    report.nights.push_back({it->first.first, it->first.second, it->second});
  }
}

}  // namespace vedette::replay
