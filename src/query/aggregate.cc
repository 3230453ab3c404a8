#include "query/aggregate.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "query/format.h"
#include "query/numeric.h"

// Rows are put into groups by their grouping labels once; each group is then computed by itself,
// step by step over the columns of its rows. Groups keep the order in which they first appear.

namespace vedette::query {
namespace {

struct Groups {
  std::vector<model::Labels> labels;
  std::vector<std::vector<size_t>> rows;
};

void Regroup(const AggregateExpr& expr, model::LabelsBuilder& builder) {
  if (expr.without) {
    builder.Drop(expr.grouping);
    builder.Remove(model::kMetricName);
  } else {
    builder.Keep(expr.grouping);
  }
}

base::Result<Groups> GroupRows(const AggregateExpr& expr, const Block& input, Budget& budget) {
  Groups groups;
  KeyIndex index;
  model::LabelsBuilder builder;
  for (size_t row = 0; row < input.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(100));
    builder.Reset(input.labels(row));
    Regroup(expr, builder);
    model::Labels labels = builder.Build();
    const size_t group = index.Find(labels.bytes());
    if (group == groups.rows.size()) {
      groups.rows.emplace_back();
      groups.labels.push_back(std::move(labels));
    }
    groups.rows[group].push_back(row);
  }
  return groups;
}

class MaxOf {
 public:
  void Add(double value) {
    if (count_++ == 0 || result_ < value || std::isnan(result_)) result_ = value;
  }
  double value() const { return result_; }

 private:
  size_t count_ = 0;
  double result_ = 0;
};

class MinOf {
 public:
  void Add(double value) {
    if (count_++ == 0 || result_ > value || std::isnan(result_)) result_ = value;
  }
  double value() const { return result_; }

 private:
  size_t count_ = 0;
  double result_ = 0;
};

class CountOf {
 public:
  void Add(double /*value*/) { count_ += 1; }
  double value() const { return count_; }

 private:
  double count_ = 0;
};

class GroupOf {
 public:
  void Add(double /*value*/) {}
  double value() const { return 1; }
};

class StddevOf {
 public:
  void Add(double value) { variance_.Add(value); }
  double value() const { return std::sqrt(variance_.value()); }

 private:
  StreamingVariance variance_;
};

// One accumulator per step; rows are added one after the other.
template <typename Accumulator>
base::Result<Block> Fold(const Groups& groups, const Block& input, Budget& budget) {
  Block result(budget, input.width());
  result.Reserve(groups.rows.size());
  std::vector<Accumulator> accumulators(input.width());
  std::vector<char> seen(input.width());
  for (size_t group = 0; group < groups.rows.size(); ++group) {
    std::fill(accumulators.begin(), accumulators.end(), Accumulator());
    std::fill(seen.begin(), seen.end(), 0);
    for (const size_t row : groups.rows[group]) {
      VEDETTE_TRY_VOID(budget.Work(2 * input.width()));
      const auto cells = input.cells(row);
      for (size_t i = 0; i < cells.size(); ++i) {
        if (IsAbsent(cells[i])) continue;
        accumulators[i].Add(cells[i]);
        seen[i] = 1;
      }
    }
    VEDETTE_TRY(const std::span<double> out, result.AddRow(groups.labels[group]));
    for (size_t i = 0; i < out.size(); ++i) {
      if (seen[i] != 0) out[i] = accumulators[i].value();
    }
  }
  return result;
}

base::Result<Block> Quantiles(const AggregateExpr& expr, const Groups& groups, const Block& input,
                              std::span<const double> param, Context& context) {
  for (const double phi : param) {
    if (std::isnan(phi) || phi < 0 || phi > 1) {
      context.annotations.Warn(fmt::format("quantile value should be between 0 and 1, got {}{}",
                                           FormatLiteral(phi), PlaceSuffix(context, *expr.param)));
    }
  }
  Block result(context.budget, input.width());
  std::vector<double> values;
  for (size_t group = 0; group < groups.rows.size(); ++group) {
    VEDETTE_TRY(const std::span<double> out, result.AddRow(groups.labels[group]));
    for (size_t i = 0; i < out.size(); ++i) {
      VEDETTE_TRY_VOID(context.budget.Work(groups.rows[group].size() * 20));
      values.clear();
      for (const size_t row : groups.rows[group]) {
        const double cell = input.cells(row)[i];
        if (!IsAbsent(cell)) values.push_back(cell);
      }
      if (!values.empty()) out[i] = Quantile(param[i], values);
    }
  }
  return result;
}

// How many elements topk and bottomk keep at a step.
base::Result<size_t> KeptCount(const AggregateExpr& expr, double k, const Context& context) {
  if (std::isnan(k)) {
    return base::FailedPrecondition(
        fmt::format("Parameter value is NaN{}", PlaceSuffix(context, *expr.param)));
  }
  constexpr double kInt64Max = 9223372036854775807.0;
  if (std::abs(k) >= kInt64Max) {
    return base::FailedPrecondition(fmt::format(
        "Scalar value {} overflows int64{}", FormatLiteral(k), PlaceSuffix(context, *expr.param)));
  }
  return k < 1 ? size_t{0} : static_cast<size_t>(k);
}

// Best first; NaN after all others. Equal values in the order of rows.
void SortByRank(AggregateOp op, const Block& input, size_t step, std::vector<size_t>& rows) {
  const bool largest = op == AggregateOp::kTopk;
  std::stable_sort(rows.begin(), rows.end(), [&](size_t a, size_t b) {
    const double x = input.cells(a)[step];
    const double y = input.cells(b)[step];
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
    return largest ? x > y : x < y;
  });
}

base::Result<Block> Best(const AggregateExpr& expr, const Groups& groups, const Block& input,
                         std::span<const double> param, Context& context) {
  // The rows that are among the best at some step, in the order of an instant query's answer.
  std::vector<size_t> position(input.rows(), KeyIndex::kNone);
  Block result(context.budget, input.width());
  std::vector<size_t> kept(input.width());
  for (size_t i = 0; i < kept.size(); ++i) {
    VEDETTE_TRY(kept[i], KeptCount(expr, param[i], context));
  }
  std::vector<size_t> ranked;
  for (const std::vector<size_t>& rows : groups.rows) {
    for (size_t i = 0; i < input.width(); ++i) {
      VEDETTE_TRY_VOID(context.budget.Work(rows.size() * 20));
      ranked.clear();
      for (const size_t row : rows) {
        if (!IsAbsent(input.cells(row)[i])) ranked.push_back(row);
      }
      SortByRank(expr.op, input, i, ranked);
      ranked.resize(std::min(ranked.size(), kept[i]));
      for (const size_t row : ranked) {
        if (position[row] == KeyIndex::kNone) {
          position[row] = result.rows();
          VEDETTE_TRY_VOID(result.AddRow(input.labels(row)));
        }
        result.cells(position[row])[i] = input.cells(row)[i];
      }
    }
  }
  return result;
}

base::Result<Block> CountValues(const AggregateExpr& expr, const Block& input,
                                std::string_view label, Context& context) {
  if (label.empty()) {
    return base::FailedPrecondition(
        fmt::format("invalid label name \"\"{}", PlaceSuffix(context, *expr.param)));
  }
  Block result(context.budget, input.width());
  KeyIndex index;
  model::LabelsBuilder builder;
  std::string value;
  for (size_t row = 0; row < input.rows(); ++row) {
    for (size_t i = 0; i < input.width(); ++i) {
      const double cell = input.cells(row)[i];
      if (IsAbsent(cell)) continue;
      VEDETTE_TRY_VOID(context.budget.Work(300));
      value.clear();
      AppendGoFloat(value, cell);
      builder.Reset(input.labels(row));
      builder.Set(label, value);
      std::vector<std::string> grouping = expr.grouping;
      if (expr.without) {
        builder.Drop(grouping);
        builder.Remove(model::kMetricName);
      } else {
        grouping.emplace_back(label);
        builder.Keep(grouping);
      }
      model::Labels labels = builder.Build();
      const size_t target = index.Find(labels.bytes());
      if (target == result.rows()) VEDETTE_TRY_VOID(result.AddRow(std::move(labels)));
      double& count = result.cells(target)[i];
      count = IsAbsent(count) ? 1 : count + 1;
    }
  }
  return result;
}

}  // namespace

base::Result<Block> Aggregate(const AggregateExpr& expr, const Block& input,
                              std::span<const double> param, std::string_view text,
                              Context& context) {
  if (expr.op == AggregateOp::kCountValues) return CountValues(expr, input, text, context);
  VEDETTE_TRY(const Groups groups, GroupRows(expr, input, context.budget));
  switch (expr.op) {
    case AggregateOp::kSum: return Fold<CompensatedSum>(groups, input, context.budget);
    case AggregateOp::kAvg: return Fold<StreamingMean>(groups, input, context.budget);
    case AggregateOp::kMin: return Fold<MinOf>(groups, input, context.budget);
    case AggregateOp::kMax: return Fold<MaxOf>(groups, input, context.budget);
    case AggregateOp::kCount: return Fold<CountOf>(groups, input, context.budget);
    case AggregateOp::kGroup: return Fold<GroupOf>(groups, input, context.budget);
    case AggregateOp::kStdvar: return Fold<StreamingVariance>(groups, input, context.budget);
    case AggregateOp::kStddev: return Fold<StddevOf>(groups, input, context.budget);
    case AggregateOp::kQuantile: return Quantiles(expr, groups, input, param, context);
    case AggregateOp::kTopk:
    case AggregateOp::kBottomk: return Best(expr, groups, input, param, context);
    case AggregateOp::kCountValues: break;
  }
  return base::Internal("unknown aggregation");
}

}  // namespace vedette::query
