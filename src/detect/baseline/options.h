#pragma once

#include "base/clock.h"
#include "base/result.h"

namespace vedette::detect::baseline {

// How the baseline learns and judges. The defaults suit scrapes of 1 s to 60 s.
struct BaselineOptions {
  // Deviations are multiplied by it before they count: 2 finds half as large ones. 0.1 to 10.
  double sensitivity = 1;

  // A series is judged after this much time and this many values.
  base::Duration warmup{600'000};
  int warmup_points = 20;

  // How far back "usual" reaches (the time constant of the exponential weights), and its minimum
  // in values for sparse series.
  base::Duration memory{1'800'000};
  int memory_points_min = 30;
  bool time_of_day = true;  // use an hourly profile once two days have shown that it helps

  // An anomaly opens when the deviation has lasted that long and that many values, becomes
  // critical no sooner than critical_after, and closes after normal values as long and as many.
  base::Duration open_after{20'000};
  int open_points = 3;
  base::Duration critical_after{30'000};
  base::Duration close_after{60'000};
  int close_points = 3;

  // What has lasted that long is the new normal.
  base::Duration relearn_after{10'800'000};
  base::Duration relearn_critical_after{21'600'000};

  // After a longer silence a deviation begins anew.
  base::Duration gap{300'000};
  friend bool operator==(const BaselineOptions&, const BaselineOptions&) = default;
};

// kInvalidArgument that names the option and its limits.
base::Result<> Validate(const BaselineOptions& options);

}  // namespace vedette::detect::baseline
