#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/result.h"

namespace vedette::rules::backtest {

// What an expression gives at times a step apart, asked for in that order: a few hundred of them
// are evaluated by one range query, which costs little more than one instant query. The answers are
// those of instant queries. Not thread-safe.
class Ahead {
 public:
  using Range = std::function<base::Result<query::QueryResult>(
      const std::string& promql, base::TimePoint from, base::TimePoint to, base::Duration step)>;

  // Nothing after `last` is asked. REQUIRES: step > 0.
  Ahead(std::string promql, base::Duration step, base::TimePoint last, Range range)
      : promql_(std::move(promql)), step_(step), last_(last), range_(std::move(range)) {}

  // An instant vector.
  base::Result<query::QueryResult> At(base::TimePoint time);

 private:
  base::Result<> Fetch(base::TimePoint from);

  static constexpr int64_t kStepsMax = 500;

  const std::string promql_;
  const base::Duration step_;
  const base::TimePoint last_;
  const Range range_;
  int64_t steps_ = kStepsMax;  // of the next query: fewer after one that met a limit
  base::TimePoint begin_;      // of what is there: [begin_, end_]
  base::TimePoint end_{base::Duration(-1)};
  std::vector<query::MatrixSeries> matrix_;
  std::vector<size_t> next_;  // by series: the first sample not passed yet
};

}  // namespace vedette::rules::backtest
