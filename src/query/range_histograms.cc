#include "query/range_histograms.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <utility>
#include <vector>

#include "query/block.h"
#include "query/format.h"

// A window is split into its numbers and its histograms. Functions that add values want one kind
// only; functions that look at order or time take both; all others leave histograms out.

namespace vedette::query {
namespace {

using model::CounterReset;
using model::Histogram;

HistogramPtr Shared(Histogram histogram) {
  return std::make_shared<const Histogram>(std::move(histogram));
}

RangeOutcome Number(double value) { return {!IsAbsent(value), value, nullptr}; }
RangeOutcome OfHistogram(HistogramPtr histogram) { return {true, 0, std::move(histogram)}; }

const Expr& MatrixOf(const CallExpr& call) {
  const auto found = std::find_if(call.args.begin(), call.args.end(), [](const ExprPtr& arg) {
    return arg->type == ValueType::kMatrix;
  });
  return **found;
}

class MixedWindow {
 public:
  MixedWindow(const CallExpr& call, const Window& window, const RangeParameters& parameters,
              std::string_view metric, Context& context)
      : call_(call),
        id_(call.function.id),
        window_(window),
        parameters_(parameters),
        metric_(metric),
        context_(context) {
    for (size_t i = 0; i < window.size; ++i) {
      if (window.histograms[i] != nullptr) {
        histograms_.push_back(i);
        continue;
      }
      t_ms_.push_back(window.t_ms[i]);
      values_.push_back(window.values[i]);
    }
  }

  base::Result<RangeOutcome> Compute() {
    RangeOutcome outcome = Dispatch();
    if (!spent_.ok()) return spent_.error();
    return outcome;
  }

 private:
  RangeOutcome Dispatch() {
    switch (id_) {
      case FunctionId::kRate:
      case FunctionId::kIncrease:
      case FunctionId::kDelta: return Extrapolated();
      case FunctionId::kIrate:
      case FunctionId::kIdelta: return Instantaneous();
      case FunctionId::kSumOverTime:
      case FunctionId::kAvgOverTime: return Total();
      case FunctionId::kFirstOverTime: return At(0);
      case FunctionId::kLastOverTime: return At(window_.size - 1);
      case FunctionId::kChanges:
      case FunctionId::kResets: return Number(CountSteps());
      case FunctionId::kCountOverTime:
      case FunctionId::kPresentOverTime:
      case FunctionId::kTsOfFirstOverTime:
      case FunctionId::kTsOfLastOverTime: return Number(RangeFunctionOf(id_)(window_, parameters_));
      default: return NumbersOnly();
    }
  }

  // Adds and counts the memory.
  void AddTo(HistogramSum& sum, const Histogram& h, double factor) {
    const size_t before = sum.bytes();
    sum.Add(h, factor);
    if (spent_.ok() && sum.bytes() > before) spent_ = share_.Add(0, sum.bytes() - before);
  }

  // Counts the work on a histogram. False when the query must end.
  bool Spend(const Histogram& h) {
    if (spent_.ok()) spent_ = context_.budget.Work(WorkOf(h));
    return spent_.ok();
  }

  const Histogram& histogram(size_t i) const { return *window_.histograms[histograms_[i]]; }
  const Histogram& first() const { return histogram(0); }
  const Histogram& last() const { return histogram(histograms_.size() - 1); }

  RangeOutcome WarnMixed() {
    Warn(context_, MatrixOf(call_),
         fmt::format("encountered a mix of histograms and floats for metric name {}",
                     Quote(metric_)));
    return {};
  }
  RangeOutcome WarnIncompatible() {
    Warn(context_, MatrixOf(call_),
         fmt::format("vector contains a mix of histograms with exponential and custom buckets "
                     "schemas for metric name {}",
                     Quote(metric_)));
    return {};
  }
  void WarnNot(std::string_view kind) {
    Warn(context_, MatrixOf(call_),
         fmt::format("this native histogram metric is not a {}: {}", kind, Quote(metric_)));
  }
  void InformReconciled(const CombineNotes& notes, std::string_view operation) {
    if (!notes.bounds_reconciled) return;
    Inform(context_, MatrixOf(call_),
           fmt::format("mismatched custom buckets were reconciled during {}", operation));
  }

  RangeOutcome At(size_t i) const {
    if (window_.histograms[i] == nullptr) return Number(window_.values[i]);
    return OfHistogram(window_.histograms[i]);
  }

  RangeOutcome NumbersOnly() {
    if (values_.empty()) return {};
    Inform(context_, MatrixOf(call_),
           fmt::format("ignored histograms in a range containing both floats and histograms for "
                       "metric name {}",
                       Quote(metric_)));
    const Window numbers{t_ms_.data(),     values_.data(), nullptr,       values_.size(),
                         window_.start_ms, window_.end_ms, window_.now_ms};
    return Number(RangeFunctionOf(id_)(numbers, parameters_));
  }

  double CountSteps() {
    const bool resets = id_ == FunctionId::kResets;
    double count = 0;
    for (size_t i = 1; i < window_.size; ++i) {
      const Histogram* before = window_.histograms[i - 1].get();
      const Histogram* now = window_.histograms[i].get();
      if (now != nullptr && !Spend(*now)) break;
      const double x = window_.values[i - 1];
      const double y = window_.values[i];
      bool step = true;
      if (before == nullptr && now == nullptr) {
        step = resets ? y < x : y != x && !(std::isnan(y) && std::isnan(x));
      } else if (before != nullptr && now != nullptr) {
        step = resets ? IsCounterReset(*now, *before) : !SameHistogram(*now, *before);
      }
      if (step) count += 1;
    }
    return count;
  }

  RangeOutcome Total() {
    if (!values_.empty()) return WarnMixed();
    const bool average = id_ == FunctionId::kAvgOverTime;
    const double count = static_cast<double>(histograms_.size());
    bool compatible = true;
    const auto add = [&](double factor) {
      HistogramSum sum(first(), factor);
      for (size_t i = 1; i < histograms_.size() && compatible && Spend(histogram(i)); ++i) {
        compatible = Compatible(first(), histogram(i));
        if (compatible) AddTo(sum, histogram(i), factor);
      }
      return sum;
    };
    HistogramSum sum = add(1);
    if (!compatible) return WarnIncompatible();
    WarnResetConflict();
    InformReconciled(sum.notes(), "aggregation");
    if (!average) return OfHistogram(Shared(sum.Value()));
    if (sum.overflowed()) return OfHistogram(Shared(add(1 / count).Value()));
    return OfHistogram(Shared(DivideHistogram(sum.Value(), count)));
  }

  void WarnResetConflict() {
    bool reset = false;
    bool no_reset = false;
    for (size_t i = 0; i < histograms_.size(); ++i) {
      reset = reset || histogram(i).counter_reset == CounterReset::kYes;
      no_reset = no_reset || histogram(i).counter_reset == CounterReset::kNo;
    }
    if (!reset || !no_reset) return;
    Warn(context_, MatrixOf(call_), "conflicting counter resets during histogram aggregation");
  }

  RangeOutcome Extrapolated() {
    if (!values_.empty()) return WarnMixed();
    if (histograms_.size() < 2) return {};
    const bool counter = id_ != FunctionId::kDelta;
    Histogram change;
    if (!Change(counter, change)) return {};
    const double factor = ExtrapolationFactor({.w = window_,
                                               .counter = counter,
                                               .per_second = id_ == FunctionId::kRate,
                                               .first = first().count,
                                               .change = change.count,
                                               .first_t_ms = window_.t_ms[0],
                                               .count = window_.size});
    Histogram scaled = ScaleHistogram(change, factor);
    scaled.counter_reset = CounterReset::kGauge;
    return OfHistogram(Shared(std::move(scaled)));
  }

  void CheckKind(bool counter) {
    const auto is_gauge = [](const Histogram& h) {
      return h.counter_reset == CounterReset::kGauge;
    };
    if (!counter) {
      if (!is_gauge(first()) || !is_gauge(last())) WarnNot("gauge");
      return;
    }
    for (size_t i = 0; i < histograms_.size(); ++i) {
      if (is_gauge(histogram(i))) return WarnNot("counter");
    }
  }

  // The last histogram minus the first one, plus what was lost in counter resets. A first one that
  // is followed by a reset counts as empty, whatever its buckets. False, with a warning, when they
  // do not fit together.
  bool Change(bool counter, Histogram& change) {
    Histogram start = first();
    if (counter && IsCounterReset(histogram(1), start)) {
      start = Histogram();
      start.schema = histogram(1).schema;
      start.custom_bounds = histogram(1).custom_bounds;
    }
    for (size_t i = 1; i < histograms_.size(); ++i) {
      const bool looked_at = counter || i + 1 == histograms_.size();
      if (looked_at && !Compatible(start, histogram(i))) {
        WarnIncompatible();
        return false;
      }
    }
    CheckKind(counter);
    CombineNotes difference;
    CombineNotes added;
    HistogramSum sum(last());
    sum.Add(start, -1);
    difference = sum.notes();
    if (counter) {
      HistogramSum lost(sum.Value());
      const Histogram* before = &start;
      for (size_t i = 1; i < histograms_.size() && Spend(histogram(i)); ++i) {
        if (IsCounterReset(histogram(i), *before)) AddTo(lost, *before, 1);
        before = &histogram(i);
      }
      added = lost.notes();
      sum = lost;
    }
    InformReconciled(difference, "subtraction");
    InformReconciled(added, "addition");
    change = Coarsest(sum, counter);
    return true;
  }

  // In the coarsest schema of all samples that were looked at.
  Histogram Coarsest(HistogramSum sum, bool counter) const {
    if (!counter || last().custom_buckets()) return sum.Value();
    Histogram empty;
    empty.schema = last().schema;
    for (size_t i = 1; i < histograms_.size(); ++i) {
      empty.schema = std::min(empty.schema, histogram(i).schema);
    }
    empty.zero_threshold = sum.Value().zero_threshold;
    sum.Add(empty);
    return sum.Value();
  }

  RangeOutcome Instantaneous() {
    if (window_.size < 2) return {};
    const HistogramPtr& before = window_.histograms[window_.size - 2];
    const HistogramPtr& now = window_.histograms[window_.size - 1];
    if ((before == nullptr) != (now == nullptr)) return WarnMixed();
    if (now == nullptr) {
      const Window tail{window_.t_ms + window_.size - 2,
                        window_.values + window_.size - 2,
                        nullptr,
                        2,
                        window_.start_ms,
                        window_.end_ms,
                        window_.now_ms};
      return Number(RangeFunctionOf(id_)(tail, parameters_));
    }
    const bool rate = id_ == FunctionId::kIrate;
    const bool both_gauges =
        now->counter_reset == CounterReset::kGauge && before->counter_reset == CounterReset::kGauge;
    const bool any_gauge =
        now->counter_reset == CounterReset::kGauge || before->counter_reset == CounterReset::kGauge;
    if (rate && any_gauge) WarnNot("counter");
    if (!rate && !both_gauges) WarnNot("gauge");
    Histogram change = *now;
    if (!rate || !IsCounterReset(*now, *before)) {
      if (!Compatible(*now, *before)) return WarnIncompatible();
      CombineNotes notes;
      change = SubtractHistograms(*now, *before, notes);
      InformReconciled(notes, "subtraction");
    }
    change.counter_reset = CounterReset::kGauge;
    const double seconds =
        static_cast<double>(window_.t_ms[window_.size - 1] - window_.t_ms[window_.size - 2]) / 1000;
    return OfHistogram(Shared(rate ? DivideHistogram(change, seconds) : Compacted(change)));
  }

  const CallExpr& call_;
  const FunctionId id_;
  const Window& window_;
  const RangeParameters& parameters_;
  const std::string_view metric_;
  Context& context_;
  std::vector<size_t> histograms_;  // where they are in the window
  std::vector<int64_t> t_ms_;       // of the numbers
  std::vector<double> values_;
  Share share_{context_.budget};
  base::Result<> spent_;
};

}  // namespace

base::Result<RangeOutcome> ApplyToMixedWindow(const CallExpr& call, const Window& window,
                                              const RangeParameters& parameters,
                                              std::string_view metric, Context& context) {
  return MixedWindow(call, window, parameters, metric, context).Compute();
}

}  // namespace vedette::query
