#include "detect/learned/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

#include "detect/baseline/series_detector.h"
#include "model/severity.h"

namespace vedette::detect::learned {
namespace {

using baseline::SeriesDetector;

constexpr size_t kApart = 30;  // steps between two alarms that count as two
constexpr double kAlarmNats = baseline::Surprise::kAlert;
constexpr double kNatsMin = 9;
constexpr double kRaise = 1.02;  // thresholds above what must not alarm

// The statistical detectors of all metrics.
class Statistics {
 public:
  explicit Statistics(const std::vector<Metric>& metrics) : series_(metrics.size()) {
    for (const Metric& metric : metrics) {
      signals_.push_back(baseline::ClassifySignal(
          model::Labels({std::pair<std::string, std::string>("__name__", metric.name)})));
      signals_.back().reading = baseline::Reading::kGauge;  // a counter's rate is asked for
    }
  }
  // The most surprising of the values in nats; a deviation that hurts is worth an alarm.
  double Step(int64_t t_ms, const double* values) {
    double most = 0;
    for (size_t j = 0; j < series_.size(); ++j) {
      const double nats =
          baseline::Step(options_, signals_[j], levels_, series_[j], t_ms, values[j]).nats;
      most = std::max(most, nats);
      if (ScoreOf(levels_, series_[j]) >= model::kWarningScore) most = std::max(most, kAlarmNats);
    }
    return most;
  }

 private:
  baseline::BaselineOptions options_;
  baseline::Levels levels_;
  std::vector<baseline::Signal> signals_;
  std::vector<SeriesDetector> series_;
};

// What both said of each row, and of each row of a fault.
struct Readings {
  std::vector<double> nats;
  std::vector<double> deviations;
};

class Trial {
 public:
  Trial(const Model& model, const History& history, const TrialOptions& options)
      : model_(model),
        history_(history),
        options_(options),
        scaled_(Scaled(history.values, model.scales)) {
    for (size_t j = 0; j < history.values.cols(); ++j) {
      bool negative = false;
      for (size_t i = 0; i < history.rows(); ++i) negative |= history.values(i, j) < 0;
      may_be_negative_.push_back(negative);
    }
  }

  TrialResult Run() {
    MakeFaults();
    const size_t before = std::min(options_.first + 1 - model_.window, RecentScores::kKept);
    raw_first_ = options_.first - before;
    raw_ = RawScores(model_, scaled_, raw_first_, history_.rows());
    ReadAll();
    return Count();
  }

 private:
  void MakeFaults() {
    base::Random random(options_.seed);
    for (size_t i = 0; i < options_.faults; ++i) {
      faults_.push_back(RandomFault(random, static_cast<FaultKind>(i % kFaultKinds), options_.first,
                                    history_.rows(), scaled_.cols(), options_.longest));
    }
    std::sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
      return std::tuple(a.start, a.length, a.kind) < std::tuple(b.start, b.length, b.kind);
    });
  }

  // The values with a fault: below zero only where the metric has been there.
  void FaultedRow(const Fault& fault, size_t row, std::vector<double>& values,
                  std::vector<double>& scaled) const {
    std::vector<double> changed(scaled_.row(row), scaled_.row(row) + scaled_.cols());
    ApplyFault(fault, scaled_, row, changed.data());
    values.assign(history_.values.row(row), history_.values.row(row) + scaled_.cols());
    scaled = changed;
    for (size_t j = 0; j < changed.size(); ++j) {
      const double moved = changed[j] - scaled_(row, j);
      if (moved == 0 || !std::isfinite(values[j])) continue;
      values[j] += moved * model_.scales[j].width;
      if (!may_be_negative_[j]) values[j] = std::max(values[j], 0.0);
      scaled[j] = model_.scales[j].Of(values[j]);
    }
  }

  RecentScores RecentAt(size_t row) const {
    RecentScores recent(model_.floor);
    const size_t at = row - raw_first_;
    for (size_t i = at - std::min(at, RecentScores::kKept); i < at; ++i) recent.Add(raw_[i]);
    return recent;
  }

  Readings ReadFault(const Fault& fault, Statistics statistics) const {
    const size_t end = fault.start + fault.length;
    const size_t begin = fault.start + 1 - model_.window;
    learn::Matrix rows(end - begin, scaled_.cols());
    std::copy_n(scaled_.row(begin), rows.size(), rows.row(0));
    Readings readings;
    std::vector<double> values, scaled;
    for (size_t row = fault.start; row < end; ++row) {
      FaultedRow(fault, row, values, scaled);
      std::copy(scaled.begin(), scaled.end(), rows.row(row - begin));
      readings.nats.push_back(statistics.Step(MillisOf(row), values.data()));
    }
    RecentScores recent = RecentAt(fault.start);
    for (const double raw : RawScores(model_, rows, model_.window - 1, rows.rows())) {
      readings.deviations.push_back(recent.Deviation(raw));
      recent.Add(raw);
    }
    return readings;
  }

  void ReadAll() {
    Statistics statistics(history_.metrics);
    size_t next = 0;
    for (size_t row = 0; row < history_.rows(); ++row) {
      for (; next < faults_.size() && faults_[next].start == row; ++next) {
        faulted_.push_back(ReadFault(faults_[next], statistics));
      }
      const double nats = statistics.Step(MillisOf(row), history_.values.row(row));
      if (row < options_.first) continue;
      clean_.nats.push_back(nats);
      clean_.deviations.push_back(RecentAt(row).Deviation(raw_[row - raw_first_]));
    }
  }

  int64_t MillisOf(size_t row) const { return base::ToMillis(history_.TimeOf(row)); }

  // Alarms on the rows as they are.
  size_t Alarms(double nats, double threshold) const {
    size_t alarms = 0;
    std::optional<size_t> last;
    for (size_t i = 0; i < clean_.nats.size(); ++i) {
      if (clean_.nats[i] < nats && clean_.deviations[i] < threshold) continue;
      if (!last || i - *last > kApart) ++alarms;
      last = i;
    }
    return alarms;
  }
  // The least level from `least` on that leaves no more alarms than allowed; `of` counts them.
  template <typename Of>
  static double LeastLevel(std::vector<double> values, double least, size_t allowed, Of of) {
    if (of(least) <= allowed) return least;
    std::sort(values.begin(), values.end());
    for (const double value : values) {
      if (value < least) continue;
      const double level = value * kRaise;
      if (of(level) <= allowed) return level;
    }
    return values.empty() ? least : std::max(least, values.back() * kRaise);
  }

  TrialResult Count() const {
    TrialReport report;
    report.days = std::chrono::duration<double>(history_.step).count() *
                  static_cast<double>(clean_.nats.size()) / 86'400;
    report.alarms_allowed = static_cast<size_t>(report.days * options_.alarms_per_day);
    const size_t allowed = report.alarms_allowed;
    report.nats = LeastLevel(clean_.nats, kNatsMin, allowed,
                             [&](double nats) { return Alarms(nats, INFINITY); });
    const double threshold = LeastLevel(clean_.deviations, model_.threshold, allowed / 2,
                                        [&](double level) { return Alarms(INFINITY, level); });
    report.nats_beside = LeastLevel(clean_.nats, report.nats, allowed,
                                    [&](double nats) { return Alarms(nats, threshold); });
    report.alarms_statistics = Alarms(report.nats, INFINITY);
    report.alarms_model = Alarms(INFINITY, threshold);
    report.alarms_either = Alarms(report.nats_beside, threshold);
    std::vector<double> alone, beside;
    for (size_t i = 0; i < faults_.size(); ++i) {
      const Readings& of = faulted_[i];
      const auto statistics = First(of, report.nats, INFINITY);
      const auto model = First(of, INFINITY, threshold);
      const auto either = First(of, report.nats_beside, threshold);
      if (statistics) alone.push_back(static_cast<double>(*statistics));
      if (either) beside.push_back(static_cast<double>(*either));
      const auto kind = static_cast<size_t>(faults_[i].kind);
      for (TrialReport::Found* found : {&report.total, &report.by_kind[kind]}) {
        ++found->faults;
        if (statistics) ++found->by_statistics;
        if (model) ++found->by_model;
        if (either) ++found->by_either;
      }
    }
    report.delay_statistics = Quantile(alone, 0.5);
    report.delay_either = Quantile(beside, 0.5);
    return {.report = report, .threshold = threshold};
  }

  static std::optional<size_t> First(const Readings& of, double nats, double threshold) {
    for (size_t i = 0; i < of.nats.size(); ++i) {
      if (of.nats[i] >= nats || of.deviations[i] >= threshold) return i;
    }
    return std::nullopt;
  }

  const Model& model_;
  const History& history_;
  const TrialOptions options_;
  const learn::Matrix scaled_;
  std::vector<bool> may_be_negative_;
  std::vector<Fault> faults_;
  size_t raw_first_ = 0;
  std::vector<double> raw_;  // of the rows as they are, from raw_first_ on
  Readings clean_;           // of the held-out rows
  std::vector<Readings> faulted_;
};

}  // namespace

TrialResult RunTrial(const Model& model, const History& history, const TrialOptions& options) {
  return Trial(model, history, options).Run();
}

}  // namespace vedette::detect::learned
