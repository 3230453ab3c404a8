#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"

namespace vedette::query {

// One bucket of a classic histogram: how many observations are not above the bound.
struct ClassicBucket {
  double bound;
  double count;
};

// histogram_quantile(s) and histogram_fraction over vectors that may hold classic histograms (rows
// that differ in `le` only) and native ones. Both kinds for the same labels and time contradict
// each other: there is no answer then, but a warning. Lives within one call; everything outlives
// it.
class HistogramReader {
 public:
  // `call` is the function's call, `vector` its argument with the histograms, evaluated in `input`.
  HistogramReader(const CallExpr& call, const Expr& vector, const Block& input, Context& context)
      : call_(call), vector_(vector), input_(input), context_(context) {}

  // One value per step in each column.
  base::Result<Block> Quantiles(std::span<const double> phi);
  base::Result<Block> ManyQuantiles(const std::vector<std::vector<double>>& phis,
                                    std::string_view label);
  base::Result<Block> Fractions(std::span<const double> lower, std::span<const double> upper);

 private:
  struct Row {
    size_t row;
    double bound;
  };
  // What belongs to one set of labels without `le`.
  struct Group {
    model::Labels labels;
    std::vector<Row> buckets;
    std::vector<size_t> natives;
  };

  base::Result<std::vector<Group>> GroupRows();
  // Adds one row per group: `classic(buckets, step, name)` and `native(histogram, step, name)`
  // compute a cell.
  template <typename Classic, typename Native>
  base::Result<> Compute(std::span<const Group> groups, Classic classic, Native native,
                         Block& result);
  base::Result<> AddQuantiles(std::span<const Group> groups, std::span<const double> phi,
                              Block& result);
  void Remark(std::string_view text, std::string_view metric, const Expr& at, bool warn);

  const CallExpr& call_;
  const Expr& vector_;
  const Block& input_;
  Context& context_;
};

}  // namespace vedette::query
