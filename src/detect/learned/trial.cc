#include "detect/learned/trial.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "detect/learned/trial_rules.h"

namespace vedette::detect::learned {
namespace {

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
    std::vector<FaultReadings> faulted;
    for (size_t i = 0; i < faulted_.size(); ++i) {
      faulted.push_back({static_cast<size_t>(faults_[i].kind), std::move(faulted_[i])});
    }
    return CountFound({clean_}, faulted,
                      {.step = history_.step,
                       .alarms_per_day = options_.alarms_per_day,
                       .threshold_min = model_.threshold});
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
    for (size_t row = 0; row < history_.rows() && !options_.cancelled(); ++row) {
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
