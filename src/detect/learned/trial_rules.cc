#include "detect/learned/trial_rules.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "detect/learned/scale.h"
#include "model/severity.h"

namespace vedette::detect::learned {
namespace {

constexpr double kAlarmNats = baseline::Surprise::kAlert;
constexpr double kNatsMin = 9;          // the statistical detectors' least threshold
constexpr double kRaise = 1.02;         // thresholds above what must not alarm
constexpr size_t kApart = 30;           // steps between two alarms that count as two
constexpr size_t kLevelsTried = 2'000;  // of hundreds of services there may be far more

// The first row at which one of both is at its level.
std::optional<size_t> First(const Readings& of, double nats, double threshold) {
  for (size_t i = 0; i < of.nats.size(); ++i) {
    if (of.nats[i] >= nats || of.deviations[i] >= threshold) return i;
  }
  return std::nullopt;
}

std::vector<double> Joined(const std::vector<Readings>& all,
                           std::vector<double> Readings::* which) {
  std::vector<double> out;
  for (const Readings& each : all) {
    out.insert(out.end(), (each.*which).begin(), (each.*which).end());
  }
  return out;
}

// Who finds which fault at these levels.
void CountAt(const std::vector<FaultReadings>& faulted, double threshold, TrialReport& report) {
  std::vector<double> alone, beside;
  for (const FaultReadings& fault : faulted) {
    const auto statistics = First(fault.readings, report.nats, INFINITY);
    const auto model = First(fault.readings, INFINITY, threshold);
    const auto either = First(fault.readings, report.nats_beside, threshold);
    if (statistics) alone.push_back(static_cast<double>(*statistics));
    if (either) beside.push_back(static_cast<double>(*either));
    for (TrialReport::Found* found : {&report.total, &report.by_kind.at(fault.kind)}) {
      ++found->faults;
      if (statistics) ++found->by_statistics;
      if (model) ++found->by_model;
      if (either) ++found->by_either;
    }
  }
  report.delay_statistics = Quantile(alone, 0.5);
  report.delay_either = Quantile(beside, 0.5);
}

}  // namespace

Statistics::Statistics(const std::vector<Metric>& metrics) : series_(metrics.size()) {
  for (const Metric& metric : metrics) {
    signals_.push_back(baseline::ClassifySignal(
        model::Labels({std::pair<std::string, std::string>("__name__", metric.name)})));
    signals_.back().reading = baseline::Reading::kGauge;  // a counter's rate is asked for
  }
}

double Statistics::Step(int64_t t_ms, const double* values) {
  double most = 0;
  for (size_t j = 0; j < series_.size(); ++j) {
    const double nats =
        baseline::Step(options_, signals_[j], levels_, series_[j], t_ms, values[j]).nats;
    most = std::max(most, nats);
    if (ScoreOf(levels_, series_[j]) >= model::kWarningScore) most = std::max(most, kAlarmNats);
  }
  return most;
}

size_t AlarmsOf(const std::vector<Readings>& clean, double nats, double threshold) {
  size_t alarms = 0;
  for (const Readings& of : clean) {
    std::optional<size_t> last;
    for (size_t i = 0; i < of.nats.size(); ++i) {
      if (of.nats[i] < nats && of.deviations[i] < threshold) continue;
      if (!last || i - *last > kApart) ++alarms;
      last = i;
    }
  }
  return alarms;
}

double LeastLevel(std::vector<double> values, double least, size_t allowed,
                  const std::function<size_t(double)>& alarms) {
  if (alarms(least) <= allowed) return least;
  std::erase_if(values, [&](double value) { return value < least; });
  std::sort(values.begin(), values.end());
  const size_t every = values.size() / kLevelsTried + 1;
  for (size_t i = 0; i < values.size(); ++i) {
    if ((i + 1) % every != 0 && i + 1 < values.size()) continue;
    const double level = values[i] * kRaise;
    if (alarms(level) <= allowed) return level;
  }
  return values.empty() ? least : values.back() * kRaise;
}

TrialResult CountFound(std::vector<Readings> clean, std::vector<FaultReadings> faulted,
                       const TrialTerms& terms) {
  for (Readings& each : clean) each.deviations = Lasting(each.deviations);
  for (FaultReadings& each : faulted) each.readings.deviations = Lasting(each.readings.deviations);
  TrialReport report;
  const size_t rows = clean.empty() ? 0 : clean.front().nats.size();
  report.days =
      std::chrono::duration<double>(terms.step).count() * static_cast<double>(rows) / 86'400;
  report.alarms_allowed = static_cast<size_t>(report.days * terms.alarms_per_day);
  const std::vector<double> nats = Joined(clean, &Readings::nats);
  const std::vector<double> deviations = Joined(clean, &Readings::deviations);
  report.nats = LeastLevel(nats, kNatsMin, report.alarms_allowed,
                           [&](double level) { return AlarmsOf(clean, level, INFINITY); });
  const size_t equal = AlarmsOf(clean, report.nats, INFINITY);
  const double threshold =
      LeastLevel(deviations, terms.threshold_min, equal / 2,
                 [&](double level) { return AlarmsOf(clean, INFINITY, level); });
  report.nats_beside = LeastLevel(nats, report.nats, equal,
                                  [&](double level) { return AlarmsOf(clean, level, threshold); });
  report.alarms_statistics = equal;
  report.alarms_model = AlarmsOf(clean, INFINITY, threshold);
  report.alarms_either = AlarmsOf(clean, report.nats_beside, threshold);
  CountAt(faulted, threshold, report);
  return {.report = report, .threshold = threshold};
}

}  // namespace vedette::detect::learned
