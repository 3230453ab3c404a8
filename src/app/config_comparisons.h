#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"
#include "model/severity.h"
#include "notify/routing/time_zone.h"
#include "release/compare/comparison.h"
#include "yaml/reader.h"

namespace vedette::app {

// When a comparison is made, and where its window ends then.
struct ComparisonSchedule {
  std::optional<base::Duration> every;   // at any interval...
  std::optional<base::Duration> at;      // ...or at this time of the zone's clocks...
  int days = 1;                          // ...every so many days
  std::optional<base::Duration> target;  // the window ends at this time of day; none: at the run
  notify::routing::TimeZone zone;

  // The first run after that time; none: only when asked.
  std::optional<base::TimePoint> NextAfter(base::TimePoint time) const;
  // The end of the window of a run: today's target if it is past, else yesterday's.
  base::TimePoint ReferenceAt(base::TimePoint run) const;
};

// What the alerts are like that tell of a run that was due.
struct ComparisonAlert {
  model::Severity severity = model::Severity::kWarning;
  model::Labels labels;                          // of the configuration
  base::Duration lasts = std::chrono::hours(1);  // unless the next run finds it again
};

struct ComparisonConfig {
  release::compare::Comparison comparison;
  ComparisonSchedule schedule;
  std::optional<ComparisonAlert> alert = {};  // none: nobody is told
  bool of_all_tenants = false;                // not of comparison.tenant alone; only when asked
};

// One of comparisons. Problems go to the reader. What it leaves out is as in
// release::compare::Default.
ComparisonConfig ReadComparison(yaml::YamlReader& reader);
// What there is when nothing is configured: the default for every tenant, only when asked.
std::vector<ComparisonConfig> DefaultComparisons();

}  // namespace vedette::app
