#include <algorithm>
#include <utility>

#include "query/evaluator.h"
#include "query/range_edges.h"
#include "query/reading.h"

// Anchored and smoothed selectors: each series is read once, with a lookback more on the sides that
// the windows look beyond.

namespace vedette::query {
namespace {

// Of the functions that need the samples themselves, so that roll-ups stand in for none.
constexpr FunctionId kOfSamples = FunctionId::kChanges;

}  // namespace

base::Result<> Evaluator::VisitEdged(const VectorSelector& selector, int64_t range_ms,
                                     const EdgedVisitor& visit) {
  const Looked looked = LookedAt(selector, range_ms + context_.lookback_ms, kOfSamples);
  const int64_t beyond_ms =
      selector.edges == RangeEdges::kSmoothed ? context_.lookback_ms : int64_t{0};
  VEDETTE_TRY(const Selection selection, Select(selector, looked, beyond_ms));
  int64_t rollup_ms = 0;
  series::SampleColumns samples;
  for (const auto& series : selection) {
    samples.Clear();
    Share share(context_.budget);
    VEDETTE_TRY_VOID(ReadWithin(*series, samples, share, context_.budget));
    VEDETTE_TRY_VOID(context_.budget.Work(samples.t_ms.size() + steps_.count + 100));
    RemoveStale(samples);
    if (std::any_of(samples.histograms.begin(), samples.histograms.end(),
                    [](const HistogramPtr& histogram) { return histogram != nullptr; })) {
      return base::FailedPrecondition(
          "smoothed and anchored modifiers do not work with native histograms");
    }
    rollup_ms = std::max(rollup_ms, samples.rollup_ms);
    if (!samples.t_ms.empty()) VEDETTE_TRY_VOID(visit(series->labels(), samples));
  }
  InformOfRollups(context_, selector, looked, rollup_ms);
  return {};
}

template <typename Use>
base::Result<> Evaluator::ForEachEdged(const VectorSelector& selector, int64_t range_ms,
                                       const series::SampleColumns& samples, Use use) {
  const int64_t beyond_ms =
      selector.edges == RangeEdges::kSmoothed ? context_.lookback_ms : int64_t{0};
  size_t low = 0;   // the first sample inside
  size_t high = 0;  // the first sample beyond
  for (size_t i = 0; i < steps_.count; ++i) {
    const int64_t end_ms = ReferenceTime(selector.when, steps_.At(i));
    const int64_t start_ms = end_ms - range_ms;
    while (high < samples.t_ms.size() && samples.t_ms[high] <= end_ms + beyond_ms) ++high;
    while (low < high && samples.t_ms[low] <= start_ms - context_.lookback_ms) ++low;
    if (low == high) continue;
    VEDETTE_TRY_VOID(context_.budget.Work(high - low + 10));
    VEDETTE_TRY_VOID(use(EdgedWindow{.edges = selector.edges,
                                     .t_ms = &samples.t_ms[low],
                                     .values = &samples.values[low],
                                     .size = high - low,
                                     .start_ms = start_ms,
                                     .end_ms = end_ms},
                         i));
  }
  return {};
}

base::Result<Block> Evaluator::EdgedCall(const CallExpr& call, const MatrixSelector& matrix) {
  Block block(context_.budget, steps_.count);
  const auto visit = [&](model::LabelsView labels,
                         const series::SampleColumns& samples) -> base::Result<> {
    VEDETTE_TRY(const std::span<double> out, block.AddRow(model::Labels(labels), true));
    VEDETTE_TRY_VOID(ForEachEdged(*matrix.selector, matrix.range_ms, samples,
                                  [&](const EdgedWindow& window, size_t step) -> base::Result<> {
                                    out[step] = OverEdges(call.function.id, window);
                                    return {};
                                  }));
    if (HasAny(out)) {
      InformIfNoCounter(call, matrix, labels.metric_name());
    } else {
      block.DropLastRow();
    }
    return {};
  };
  VEDETTE_TRY_VOID(VisitEdged(*matrix.selector, matrix.range_ms, visit));
  return block;
}

base::Result<Block> Evaluator::SelectSmoothed(const VectorSelector& selector, Want want) {
  Block block(context_.budget, steps_.count);
  const auto visit = [&](model::LabelsView labels,
                         const series::SampleColumns& samples) -> base::Result<> {
    VEDETTE_TRY(const std::span<double> out, block.AddRow(model::Labels(labels)));
    VEDETTE_TRY_VOID(ForEachEdged(
        selector, 0, samples, [&](const EdgedWindow& window, size_t step) -> base::Result<> {
          const double value = SmoothedAt(window.t_ms, window.values, window.size, window.end_ms);
          const bool time = want == Want::kTimes && !IsAbsent(value);
          out[step] = time ? static_cast<double>(window.end_ms) / 1000 : value;
          return {};
        }));
    if (!HasAny(out)) block.DropLastRow();
    return {};
  };
  VEDETTE_TRY_VOID(VisitEdged(selector, 0, visit));
  return block;
}

base::Result<std::vector<MatrixSeries>> Evaluator::EdgedMatrix(const MatrixSelector& matrix) {
  std::vector<MatrixSeries> result;
  Share share(context_.budget);
  const auto visit = [&](model::LabelsView labels,
                         const series::SampleColumns& samples) -> base::Result<> {
    VEDETTE_TRY_VOID(Charge(samples, share));
    VEDETTE_TRY_VOID(share.Add(2, sizeof(MatrixSeries) + labels.bytes().size()));
    return ForEachEdged(*matrix.selector, matrix.range_ms, samples,
                        [&](const EdgedWindow& window, size_t /*step*/) -> base::Result<> {
                          series::SampleColumns inside = SamplesBetweenEdges(window);
                          if (inside.t_ms.empty()) return {};
                          result.push_back({model::Labels(labels), std::move(inside)});
                          return {};
                        });
  };
  VEDETTE_TRY_VOID(VisitEdged(*matrix.selector, matrix.range_ms, visit));
  std::sort(result.begin(), result.end(),
            [](const MatrixSeries& a, const MatrixSeries& b) { return a.labels < b.labels; });
  return result;
}

}  // namespace vedette::query
