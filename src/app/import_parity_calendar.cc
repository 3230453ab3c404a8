#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/import_parity.h"
#include "importer/calendar.h"
#include "notify/routing/schedule.h"

namespace vedette::app {
namespace {

constexpr base::Duration kCompared = std::chrono::weeks(8);
constexpr base::Duration kHour = std::chrono::hours(1);

std::string TextOf(const std::set<std::string>& people) {
  return people.empty() ? "nobody" : fmt::format("{}", fmt::join(people, ", "));
}

}  // namespace

base::Result<ParityResult> CompareWithCalendar(std::string_view text,
                                               const importer::Imported& imported,
                                               const Config& config, base::TimePoint now) {
  VEDETTE_TRY(const importer::TheirCalendar theirs, importer::ReadTheirCalendar(text, now));
  ParityResult result;
  result.compared = "hours";
  std::set<std::pair<std::string, std::string>> seen;
  const base::TimePoint first(now.time_since_epoch() / kHour * kHour + kHour);
  std::vector<notify::routing::Duty> duties;
  for (const notify::routing::Schedule& schedule : config.plan.schedules) {
    std::ranges::copy(notify::routing::Duties(schedule, {}, first, first + kCompared),
                      std::back_inserter(duties));
  }
  for (base::TimePoint at = first; at < first + kCompared; at += kHour) {
    ++result.alerts;
    std::set<std::string> there;
    for (const auto& event : theirs.calendar.events) {
      if (event.from > at || event.to <= at) continue;
      const auto name = imported.people.find(importer::DutyOf(event));
      if (name != imported.people.end()) there.insert(name->second);
    }
    std::set<std::string> here;
    for (const notify::routing::Duty& duty : duties) {
      if (duty.from <= at && at < duty.to && !duty.user.empty()) here.insert(duty.user);
    }
    if (there == here) continue;
    ParityDifference difference{.alert = {.labels = model::Labels({{"calendar", theirs.name}}),
                                          .starts_at = at,
                                          .ends_at = at + kHour},
                                .there = TextOf(there),
                                .here = TextOf(here)};
    if (seen.emplace(difference.there, difference.here).second) {
      result.differences.push_back(std::move(difference));
    }
  }
  return result;
}

}  // namespace vedette::app
