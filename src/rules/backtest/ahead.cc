#include "rules/backtest/ahead.h"

#include <algorithm>
#include <utility>

namespace vedette::rules::backtest {

base::Result<> Ahead::Fetch(base::TimePoint from) {
  while (true) {
    const int64_t left = std::max<int64_t>(0, (last_ - from) / step_);
    const base::TimePoint to = from + std::min(steps_ - 1, left) * step_;
    base::Result<query::QueryResult> result = range_(promql_, from, to, step_);
    if (!result.ok()) {
      const bool too_much = result.error().code == base::ErrorCode::kResourceExhausted;
      if (!too_much || steps_ == 1) return result.error();
      steps_ = std::max<int64_t>(1, steps_ / 4);
      continue;
    }
    matrix_ = std::move(result->matrix);
    next_.assign(matrix_.size(), 0);
    begin_ = from;
    end_ = to;
    return {};
  }
}

base::Result<query::QueryResult> Ahead::At(base::TimePoint time) {
  const bool here = time >= begin_ && time <= end_ && (time - begin_) % step_ == base::Duration(0);
  if (!here) VEDETTE_TRY_VOID(Fetch(time));
  query::QueryResult result;
  result.t_ms = base::ToMillis(time);
  for (size_t i = 0; i < matrix_.size(); ++i) {
    const series::SampleColumns& samples = matrix_[i].samples;
    while (next_[i] < samples.t_ms.size() && samples.t_ms[next_[i]] < result.t_ms) ++next_[i];
    const size_t at = next_[i];
    if (at == samples.t_ms.size() || samples.t_ms[at] != result.t_ms) continue;
    query::VectorSample& sample = result.vector.emplace_back();
    sample.labels = matrix_[i].labels;
    sample.value = samples.values[at];
    if (!samples.histograms.empty()) sample.histogram = samples.histograms[at];
  }
  return result;
}

}  // namespace vedette::rules::backtest
