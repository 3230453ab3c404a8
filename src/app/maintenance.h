#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/input.h"
#include "model/matcher.h"
#include "model/silence.h"
#include "notify/routing/time_zone.h"
#include "yaml/reader.h"

namespace vedette::app {

// When work on something is planned, once or every week: nobody is told of what the matchers match.
struct MaintenanceWindow {
  std::string name;
  std::string comment;
  model::TenantName tenant{model::kDefaultTenant};
  std::vector<model::Matcher> matchers;
  // Once...
  std::optional<base::TimePoint> from;
  base::TimePoint to;
  // ...or on these days (0 Monday to 6 Sunday) at this time of the zone's clocks, for this long.
  std::vector<int> days;
  base::Duration at{0};
  base::Duration length{0};
  notify::routing::TimeZone zone;

  friend bool operator==(const MaintenanceWindow&, const MaintenanceWindow&) = default;
};

// One of notify.maintenance: name, matchers, comment, and from and to, or days, at, for and
// time_zone. Problems go to the reader.
MaintenanceWindow ReadMaintenanceWindow(yaml::YamlReader& reader);

// The silences that the windows are between `now` and `until`. The id of each follows from its
// window's name and its start, so that the same window is never two silences. Pure.
std::vector<model::Silence> SilencesOf(const std::vector<MaintenanceWindow>& windows,
                                       base::TimePoint now, base::TimePoint until);

// The commands that bring the silences that are known in line with the windows: new ones are put,
// those whose window is gone or was changed are expired. Pure.
std::vector<incident::SilenceCommand> MaintenanceCommands(
    const std::vector<MaintenanceWindow>& windows, const std::vector<model::Silence>& known,
    base::TimePoint now);

}  // namespace vedette::app
