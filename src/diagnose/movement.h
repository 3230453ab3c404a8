#pragma once

#include <optional>
#include <vector>

#include "diagnose/evidence.h"
#include "diagnose/robust.h"

namespace vedette::diagnose {

// Which rows of the window are looked at, and against what.
struct Frame {
  size_t first = 0;  // rows [first, last) give the context: the incident and just before it
  size_t last = 0;
  size_t incident = 0;  // from this row on something is wrong
  // Without a baseline of its own a series is measured against the rows [0, quiet); those from
  // there to the incident may be of it or not.
  size_t quiet = 0;
  bool found = false;  // the incident's row was found in the data rather than told
};

// What one series did. Deviations are signed so that above 0 is worse; of a metric that may go
// either way, the way it went at its peak.
struct Movement {
  size_t series = 0;
  MetricKind kind = MetricKind::kUnknown;
  Usual usual;
  int direction = 0;               // of the raw values: 1 or -1
  double peak = 0;                 // the largest deviation within the frame
  double level = 0;                // the median deviation of the incident's rows
  double beyond_record = 0;        // at the peak
  double peak_value = 0;           // raw
  bool sustained = false;          // more than one row is near the peak, or there is only one
  double level_value = 0;          // raw, median of the incident's rows
  std::optional<size_t> onset;     // the first row of a sustained deviation
  std::vector<double> deviations;  // of the frame's rows; 0 where a value is missing
};

// REQUIRES: every series' window has one value per time.
Frame FrameOf(const Evidence& evidence);

// Nothing when there are fewer than five usual values or none in the frame.
std::optional<Movement> Measure(const Evidence& evidence, const Frame& frame, size_t series);

}  // namespace vedette::diagnose
