#include "diagnose/movement.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "diagnose/onset.h"

namespace vedette::diagnose {
namespace {

constexpr size_t kMinUsual = 5;
constexpr double kSustainedDeviation = 6;
constexpr double kNearPeak = 0.2;
constexpr int64_t kShiftContext = 3;  // times the lateness, around what was detected
constexpr int64_t kContextRows = 2;
constexpr int64_t kAfterRows = 6;
constexpr size_t kYoungRows = 12;
constexpr base::Duration kAfter = std::chrono::minutes(15);

base::Duration StepOf(const std::vector<base::TimePoint>& times) {
  if (times.size() < 2) return base::Duration(0);
  return (times.back() - times.front()) / static_cast<int64_t>(times.size() - 1);
}

size_t RowAt(const std::vector<base::TimePoint>& times, base::TimePoint time) {
  return static_cast<size_t>(std::lower_bound(times.begin(), times.end(), time) - times.begin());
}

bool HasBaseline(const Evidence& evidence) {
  return std::any_of(evidence.series.begin(), evidence.series.end(),
                     [](const Series& series) { return !series.baseline.empty(); });
}

std::vector<double> Rows(const std::vector<double>& values, size_t from, size_t to) {
  return {values.begin() + static_cast<ptrdiff_t>(from),
          values.begin() + static_cast<ptrdiff_t>(to)};
}

// The row at which everything shifted; nothing for one that is too early to be what was detected.
std::optional<size_t> ShiftOf(const Evidence& evidence, size_t incident) {
  if (!evidence.detected_at || !evidence.detected_late_max) {
    return FindShift(evidence.series, evidence.times.size());
  }
  const base::Duration late = *evidence.detected_late_max;
  const size_t earliest = RowAt(evidence.times, *evidence.detected_at - late);
  const size_t first = RowAt(evidence.times, *evidence.detected_at - kShiftContext * late);
  if (first > incident || first >= evidence.times.size()) return std::nullopt;  // too few samples
  const size_t last = std::min(evidence.times.size(), 2 * incident - first + 1);
  std::vector<Series> near;
  for (const Series& series : evidence.series) {
    near.emplace_back().window = Rows(series.window, first, last);
  }
  std::optional<size_t> shift = FindShift(near, last - first);
  if (!shift || *shift + first < earliest) return std::nullopt;
  return *shift + first;
}

// A spike of one row is no incident.
bool IsSustained(const std::vector<double>& deviations, double peak) {
  const auto near = [&](double deviation) { return deviation >= kNearPeak * peak; };
  return deviations.size() < 3 || std::count_if(deviations.begin(), deviations.end(), near) > 1;
}

// The way a metric of no known direction went: to its largest deviation.
int DirectionOf(MetricKind kind, const std::vector<double>& deviations) {
  if (const int worse = WorseDirection(kind); worse != 0) return worse;
  double largest = 0;
  for (const double deviation : deviations) {
    if (std::abs(deviation) > std::abs(largest)) largest = deviation;
  }
  return largest < 0 ? -1 : 1;
}

}  // namespace

Frame FrameOf(const Evidence& evidence) {
  const std::vector<base::TimePoint>& times = evidence.times;
  const base::Duration step = StepOf(times);
  Frame frame;
  frame.last = times.size();
  if (evidence.detected_at) {
    const base::TimePoint at = *evidence.detected_at;
    frame.incident = std::min(RowAt(times, at - step / 2), times.size() - (times.empty() ? 0 : 1));
    frame.last =
        std::max(RowAt(times, at + std::max(kAfter, kAfterRows * step)), frame.incident + 1);
    frame.last = std::min(frame.last, times.size());
  }
  if (HasBaseline(evidence)) {
    if (evidence.detected_at)
      frame.first = RowAt(times, *evidence.detected_at - kContextRows * step);
    frame.quiet = times.size();
    return frame;
  }
  const std::optional<size_t> shift = ShiftOf(evidence, frame.incident);
  frame.quiet = frame.incident;
  if (shift && (!evidence.detected_at || *shift < frame.incident)) {
    frame.quiet = *shift;
    // Of few rows it matters what each of them is: those between may be either.
    frame.found = !evidence.detected_late_max || frame.last - frame.incident >= kYoungRows;
    if (frame.found) frame.incident = *shift;
  }
  return frame;
}

std::optional<Movement> Measure(const Evidence& evidence, const Frame& frame, size_t index) {
  const Series& series = evidence.series[index];
  Movement movement;
  movement.series = index;
  movement.kind = KindOfMetric(series.metric);
  movement.usual =
      Describe(series.baseline.empty() ? Rows(series.window, 0, frame.quiet) : series.baseline);
  if (movement.usual.count < kMinUsual) return std::nullopt;
  std::vector<double> seen;
  for (size_t row = frame.first; row < frame.last; ++row) {
    const double deviation = Deviation(movement.usual, series.window[row]);
    if (!std::isnan(deviation)) seen.push_back(deviation);
    movement.deviations.push_back(std::isnan(deviation) ? 0 : deviation);
  }
  if (seen.empty()) return std::nullopt;
  movement.direction = DirectionOf(movement.kind, seen);
  size_t peak = 0;
  for (size_t i = 0; i < movement.deviations.size(); ++i) {
    movement.deviations[i] *= movement.direction;
    if (movement.deviations[i] > movement.deviations[peak]) peak = i;
  }
  movement.peak = movement.deviations[peak];
  movement.sustained = IsSustained(movement.deviations, movement.peak);
  movement.peak_value = series.window[frame.first + peak];
  if (movement.peak > 0) movement.beyond_record = BeyondRecord(movement.usual, movement.peak_value);
  movement.level_value = Median(Rows(series.window, frame.incident, frame.last));
  const double level = Deviation(movement.usual, movement.level_value) * movement.direction;
  movement.level = std::isnan(level) ? 0 : level;
  movement.onset = FirstSustained(movement.deviations, kSustainedDeviation);
  if (movement.onset) *movement.onset += frame.first;
  return movement;
}

}  // namespace vedette::diagnose
