#include "app/maintenance.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <utility>

#include "base/digest.h"
#include "base/duration.h"

namespace vedette::app {
namespace {

using notify::routing::LocalTime;
using notify::routing::TimeZone;

constexpr std::string_view kActor = "maintenance";
constexpr base::Duration kAhead = std::chrono::hours(24);
constexpr base::Duration kLengthMax = std::chrono::hours(24 * 7);

// In the form of a UUID.
std::string IdOf(const MaintenanceWindow& window, base::TimePoint starts_at) {
  std::string text =
      fmt::format("{}\n{}\n{}", window.tenant, window.name, base::ToMillis(starts_at));
  for (const model::Matcher& matcher : window.matchers) text += "\n" + matcher.ToString();
  const std::string hash = base::Sha256Hex(text);
  return fmt::format("{}-{}-{}-{}-{}", hash.substr(0, 8), hash.substr(8, 4), hash.substr(12, 4),
                     hash.substr(16, 4), hash.substr(20, 12));
}

model::Silence SilenceAt(const MaintenanceWindow& window, base::TimePoint from,
                         base::TimePoint to) {
  return {.id = IdOf(window, from),
          .tenant = window.tenant,
          .matchers = window.matchers,
          .starts_at = from,
          .ends_at = to,
          .updated_at = {},
          .created_by = std::string(kActor),
          .comment = window.comment.empty() ? window.name : window.comment,
          .until_resolved = false,
          .window = window.name};
}

void ReadOnce(yaml::YamlReader& reader, const std::string& from, MaintenanceWindow& window) {
  std::string to;
  reader.Read("to", to);
  const base::Result<base::TimePoint> begins = base::ParseTime(from);
  const base::Result<base::TimePoint> ends = base::ParseTime(to);
  if (!begins.ok()) reader.Problem("from", begins.error().message);
  if (!ends.ok()) reader.Problem("to", ends.error().message);
  if (!begins.ok() || !ends.ok()) return;
  window.from = *begins;
  window.to = *ends;
  if (*ends <= *begins) reader.Problem("to", "must be after from");
}

void ReadWeekly(yaml::YamlReader& reader, MaintenanceWindow& window) {
  static constexpr std::string_view kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};
  std::vector<std::string> days;
  reader.Read("days", days);
  if (days.empty()) reader.Problem("", "needs from and to, or days, at and for");
  for (const std::string& day : days) {
    const auto* const found = std::ranges::find(kDays, std::string_view(day));
    if (found == std::end(kDays)) {
      reader.Problem("days", fmt::format("\"{}\" is no day: write monday to sunday", day));
      continue;
    }
    window.days.push_back(static_cast<int>(found - std::begin(kDays)));
  }
  std::string at;
  reader.Read("at", at);
  const base::Result<base::Duration> clock = notify::routing::ParseClock(at);
  if (clock.ok()) {
    window.at = *clock;
  } else {
    reader.Problem("at", clock.error().message);
  }
  reader.Read("for", window.length);
  if (window.length <= base::Duration(0) || window.length > kLengthMax) {
    reader.Problem("for", "must be more than 0 and at most a week");
  }
  std::string zone;
  if (!reader.Read("time_zone", zone)) return;
  const base::Result<TimeZone> found = TimeZone::Find(zone);
  if (found.ok()) {
    window.zone = *found;
  } else {
    reader.Problem("time_zone", found.error().message);
  }
}

}  // namespace

MaintenanceWindow ReadMaintenanceWindow(yaml::YamlReader& reader) {
  MaintenanceWindow window;
  if (!reader.Read("name", window.name)) reader.Problem("", "the name is missing");
  reader.Read("comment", window.comment);
  reader.Read("tenant", window.tenant);
  std::vector<std::string> matchers;
  reader.Read("matchers", matchers);
  for (const std::string& text : matchers) {
    base::Result<model::Matcher> matcher = model::Matcher::Parse(text);
    if (!matcher.ok()) {
      reader.Problem("matchers", matcher.error().message);
      continue;
    }
    window.matchers.push_back(*std::move(matcher));
  }
  if (std::ranges::all_of(window.matchers, &model::Matcher::MatchesEmpty)) {
    reader.Problem("", "needs a matcher that does not match everything",
                   "for instance matchers: ['service=\"db\"']");
  }
  std::string from;
  if (reader.Read("from", from)) {
    ReadOnce(reader, from, window);
  } else {
    ReadWeekly(reader, window);
  }
  return window;
}

std::vector<model::Silence> SilencesOf(const std::vector<MaintenanceWindow>& windows,
                                       base::TimePoint now, base::TimePoint until) {
  std::vector<model::Silence> silences;
  const auto add = [&](const MaintenanceWindow& window, base::TimePoint from, base::TimePoint to) {
    if (to > now && from < until) silences.push_back(SilenceAt(window, from, to));
  };
  for (const MaintenanceWindow& window : windows) {
    if (window.from) {
      add(window, *window.from, window.to);
      continue;
    }
    LocalTime day = notify::routing::Midnight(window.zone.ToLocal(now - window.length));
    for (; window.zone.ToUtc(day) < until; day += std::chrono::hours(24)) {
      const bool planned =
          std::ranges::find(window.days, notify::routing::WeekdayOf(day)) != window.days.end();
      if (!planned) continue;
      const base::TimePoint from = window.zone.ToUtc(day + window.at);
      add(window, from, from + window.length);
    }
  }
  return silences;
}

std::vector<incident::SilenceCommand> MaintenanceCommands(
    const std::vector<MaintenanceWindow>& windows, const std::vector<model::Silence>& known,
    base::TimePoint now) {
  using incident::SilenceCommand;
  std::map<std::string, model::Silence> planned;
  for (model::Silence& silence : SilencesOf(windows, now, now + kAhead)) {
    planned.emplace(silence.id, std::move(silence));
  }
  std::vector<SilenceCommand> commands;
  for (const model::Silence& silence : known) {
    if (silence.window.empty()) continue;
    const auto plan = planned.find(silence.id);
    const bool over = silence.StateAt(now) == model::SilenceState::kExpired;
    const bool soon = silence.starts_at < now + kAhead;
    // What a person ended early stays ended.
    const bool same = plan != planned.end() && (over || plan->second.ends_at == silence.ends_at);
    if (!over && soon && plan == planned.end()) {
      commands.push_back({.kind = SilenceCommand::Kind::kExpire,
                          .actor = std::string(kActor),
                          .silence = silence});
    }
    if (same) planned.erase(plan);
  }
  for (auto& [id, silence] : planned) {
    const auto before = std::ranges::find(known, id, &model::Silence::id);
    // The engine knows when an earlier one began.
    if (before != known.end()) silence.starts_at = before->starts_at;
    commands.push_back({.kind = SilenceCommand::Kind::kPut,
                        .actor = std::string(kActor),
                        .silence = std::move(silence)});
  }
  return commands;
}

}  // namespace vedette::app
