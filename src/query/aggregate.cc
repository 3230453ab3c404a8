#include "query/aggregate.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "query/format.h"
#include "query/label_hash.h"
#include "query/numeric.h"

// Rows are put into groups by their grouping labels once; each group is then computed by itself,
// step by step over the columns of its rows. Groups keep the order in which they first appear.

namespace vedette::query {
namespace {

struct Groups {
  std::vector<model::Labels> labels;
  std::vector<std::vector<size_t>> rows;
  std::vector<char> drops_name;  // by group: its rows do, where it has a name
};

void Regroup(const AggregateExpr& expr, model::LabelsBuilder& builder) {
  if (expr.without) {
    builder.Drop(expr.grouping);
    RemoveMetricLabels(builder);
  } else {
    builder.Keep(expr.grouping);
  }
}

base::Result<Groups> GroupRows(const AggregateExpr& expr, const Block& input, Budget& budget) {
  Groups groups;
  KeyIndex index;
  std::string buffer;
  model::LabelsBuilder builder;
  for (size_t row = 0; row < input.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(100));
    builder.Reset(input.labels(row));
    Regroup(expr, builder);
    model::Labels labels = builder.Build();
    const size_t group = index.Find(RowKey(labels, input.drops_name(row), buffer));
    if (group == groups.rows.size()) {
      groups.rows.emplace_back();
      groups.labels.push_back(std::move(labels));
      groups.drops_name.push_back(0);
    }
    groups.rows[group].push_back(row);
    if (input.drops_name(row)) groups.drops_name[group] = 1;
  }
  return groups;
}

void InformIgnored(const AggregateExpr& expr, const Expr& at, Context& context) {
  Inform(context, at, fmt::format("ignored histogram in {} aggregation", AggregateOpName(expr.op)));
}

// The sum or mean of the histograms of a group at one step; null, with a warning, when they do not
// fit each other.
base::Result<HistogramPtr> TotalOf(const AggregateExpr& expr,
                                   const std::vector<HistogramPtr>& histograms,
                                   std::string_view metric, Context& context) {
  using model::CounterReset;
  const bool average = expr.op == AggregateOp::kAvg;
  const double count = static_cast<double>(histograms.size());
  bool reset = false;
  bool no_reset = false;
  for (const HistogramPtr& histogram : histograms) {
    reset = reset || histogram->counter_reset == CounterReset::kYes;
    no_reset = no_reset || histogram->counter_reset == CounterReset::kNo;
    if (Compatible(*histograms[0], *histogram)) continue;
    Warn(context, *expr.expr,
         fmt::format("vector contains a mix of histograms with exponential and custom buckets "
                     "schemas for metric name {}",
                     Quote(metric)));
    return HistogramPtr();
  }
  if (reset && no_reset) {
    Warn(context, *expr.expr, "conflicting counter resets during histogram aggregation");
  }
  const auto add = [&](double factor) -> base::Result<HistogramSum> {
    HistogramSum sum(*histograms[0], factor);
    Share share(context.budget);
    for (size_t i = 1; i < histograms.size(); ++i) {
      VEDETTE_TRY_VOID(context.budget.Work(WorkOf(*histograms[i])));
      const size_t before = sum.bytes();
      sum.Add(*histograms[i], factor);
      if (sum.bytes() > before) VEDETTE_TRY_VOID(share.Add(0, sum.bytes() - before));
    }
    return sum;
  };
  VEDETTE_TRY(const HistogramSum sum, add(1));
  if (sum.notes().bounds_reconciled) {
    Inform(context, *expr.expr, "mismatched custom buckets were reconciled during aggregation");
  }
  model::Histogram total = sum.Value();
  if (average && sum.overflowed()) {
    VEDETTE_TRY(const HistogramSum parts, add(1 / count));
    total = parts.Value();
  } else if (average) {
    total = DivideHistogram(total, count);
  }
  return HistogramPtr(std::make_shared<const model::Histogram>(std::move(total)));
}

// Adds the histograms of a group to the last row of the result, which holds the numbers. Where
// there are both, there is no result.
base::Result<> SumHistograms(const AggregateExpr& expr, const std::vector<size_t>& rows,
                             const Block& input, Block& result, Context& context) {
  const size_t target = result.rows() - 1;
  std::vector<HistogramPtr> histograms;
  for (size_t i = 0; i < input.width(); ++i) {
    histograms.clear();
    std::string_view metric;
    for (const size_t row : rows) {
      if (!input.is_histogram(row, i)) continue;
      histograms.push_back(input.histogram(row, i));
      metric = input.labels(row).metric_name();
      VEDETTE_TRY_VOID(context.budget.Work(BytesOf(*histograms.back()) + 100));
    }
    if (histograms.empty()) continue;
    if (!IsAbsent(result.cells(target)[i])) {
      Warn(context, *expr.expr, "encountered a mix of histograms and floats for aggregation");
      result.ClearCell(target, i);
      continue;
    }
    VEDETTE_TRY(HistogramPtr total, TotalOf(expr, histograms, metric, context));
    if (total != nullptr) VEDETTE_TRY_VOID(result.SetHistogram(target, i, std::move(total)));
  }
  return {};
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

// What Fold does with the histograms of its input.
enum class Histograms { kIgnored, kCounted, kSummed };

// One accumulator per step; rows are added one after the other.
template <typename Accumulator>
base::Result<Block> Fold(const AggregateExpr& expr, const Groups& groups, const Block& input,
                         Histograms histograms, Context& context) {
  Budget& budget = context.budget;
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
      const bool mixed = histograms != Histograms::kCounted && input.has_histograms(row);
      for (size_t i = 0; i < cells.size(); ++i) {
        if (IsAbsent(cells[i])) continue;
        if (mixed && input.is_histogram(row, i)) {
          if (histograms == Histograms::kIgnored) InformIgnored(expr, *expr.expr, context);
          continue;
        }
        accumulators[i].Add(cells[i]);
        seen[i] = 1;
      }
    }
    VEDETTE_TRY(const std::span<double> out,
                result.AddRow(groups.labels[group], groups.drops_name[group] != 0));
    for (size_t i = 0; i < out.size(); ++i) {
      if (seen[i] != 0) out[i] = accumulators[i].value();
    }
    if (histograms == Histograms::kSummed && input.has_histograms()) {
      VEDETTE_TRY_VOID(SumHistograms(expr, groups.rows[group], input, result, context));
    }
  }
  return result;
}

base::Result<Block> Quantiles(const AggregateExpr& expr, const Groups& groups, const Block& input,
                              std::span<const double> param, Context& context) {
  for (const double phi : param) {
    if (std::isnan(phi) || phi < 0 || phi > 1) {
      Warn(context, *expr.param,
           fmt::format("quantile value should be between 0 and 1, got {}", GoShort(phi)));
    }
  }
  Block result(context.budget, input.width());
  std::vector<double> values;
  for (size_t group = 0; group < groups.rows.size(); ++group) {
    VEDETTE_TRY(const std::span<double> out,
                result.AddRow(groups.labels[group], groups.drops_name[group] != 0));
    for (size_t i = 0; i < out.size(); ++i) {
      VEDETTE_TRY_VOID(context.budget.Work(groups.rows[group].size() * 20));
      values.clear();
      for (const size_t row : groups.rows[group]) {
        const double cell = input.cells(row)[i];
        if (IsAbsent(cell)) continue;
        if (input.is_histogram(row, i)) {
          InformIgnored(expr, *expr.expr, context);
        } else {
          values.push_back(cell);
        }
      }
      if (!values.empty()) out[i] = Quantile(param[i], values);
    }
  }
  return result;
}

// How many elements topk, bottomk and limitk keep at each step.
base::Result<std::vector<size_t>> KeptCounts(std::span<const double> param) {
  std::vector<size_t> kept(param.size(), 0);
  // As Prometheus: one that keeps nothing at any step is not looked at further.
  if (std::none_of(param.begin(), param.end(), [](double k) { return !(k < 1); })) return kept;
  constexpr double kInt64Max = 9223372036854775807.0;
  for (size_t i = 0; i < param.size(); ++i) {
    if (std::isnan(param[i])) return base::FailedPrecondition("Parameter value is NaN");
    if (param[i] <= -kInt64Max) {
      return base::FailedPrecondition(
          fmt::format("Scalar value {} underflows int64", GoShort(param[i])));
    }
    if (param[i] >= kInt64Max) {
      return base::FailedPrecondition(
          fmt::format("Scalar value {} overflows int64", GoShort(param[i])));
    }
    kept[i] = param[i] < 1 ? size_t{0} : static_cast<size_t>(param[i]);
  }
  return kept;
}

// A row's value at the step at hand.
struct Ranked {
  double value;
  size_t row;
};

// Leaves the best `kept`, best first; NaN after all others. Equal values in the order of rows.
void KeepBest(AggregateOp op, size_t kept, std::vector<Ranked>& ranked) {
  const bool largest = op == AggregateOp::kTopk;
  kept = std::min(kept, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept),
                    ranked.end(), [&](const Ranked& a, const Ranked& b) {
                      if (a.value > b.value) return largest;
                      if (a.value < b.value) return !largest;
                      const bool a_nan = std::isnan(a.value);
                      const bool b_nan = std::isnan(b.value);
                      return a_nan == b_nan ? a.row < b.row : b_nan;
                    });
  ranked.resize(kept);
}

base::Result<Block> Best(const AggregateExpr& expr, const Groups& groups, const Block& input,
                         std::span<const double> param, Context& context) {
  // The rows that are among the best at some step, in the order of an instant query's answer.
  std::vector<size_t> position(input.rows(), KeyIndex::kNone);
  Block result(context.budget, input.width());
  VEDETTE_TRY(const std::vector<size_t> kept, KeptCounts(param));
  std::vector<Ranked> ranked;
  for (const std::vector<size_t>& rows : groups.rows) {
    for (size_t i = 0; i < input.width(); ++i) {
      VEDETTE_TRY_VOID(context.budget.Work(rows.size() * 20));
      ranked.clear();
      for (const size_t row : rows) {
        const double value = input.cells(row)[i];
        if (IsAbsent(value)) continue;
        if (input.is_histogram(row, i)) {
          if (kept[i] > 0) InformIgnored(expr, expr, context);
        } else {
          ranked.push_back({value, row});
        }
      }
      KeepBest(expr.op, kept[i], ranked);
      for (const Ranked& best : ranked) {
        size_t& at = position[best.row];
        if (at == KeyIndex::kNone) {
          at = result.rows();
          VEDETTE_TRY_VOID(result.AddRow(input.labels(best.row), input.drops_name(best.row)));
        }
        result.cells(at)[i] = best.value;
      }
    }
  }
  return result;
}

// limitk: the first ones of each group.
base::Result<Block> First(const Groups& groups, const Block& input, std::span<const double> param,
                          Context& context) {
  VEDETTE_TRY(const std::vector<size_t> kept, KeptCounts(param));
  Block result(context.budget, input.width());
  std::vector<size_t> taken(input.width());
  for (const std::vector<size_t>& rows : groups.rows) {
    std::fill(taken.begin(), taken.end(), 0);
    for (const size_t row : rows) {
      VEDETTE_TRY_VOID(context.budget.Work(2 * input.width() + 100));
      const auto cells = input.cells(row);
      const auto keep = [&](size_t i) { return !IsAbsent(cells[i]) && taken[i]++ < kept[i]; };
      VEDETTE_TRY_VOID(result.AddRowOf(input, row, input.labels(row), keep));
      if (!HasAny(result.cells(result.rows() - 1))) result.DropLastRow();
    }
  }
  return result;
}

// limit_ratio: a share of all rows, chosen by their labels alone, so that the same ones are taken
// again and that r and r-1 share out all of them.
base::Result<Block> Sample(const AggregateExpr& expr, const Block& input,
                           std::span<const double> param, Context& context) {
  const bool nothing = std::all_of(param.begin(), param.end(), [](double r) { return r == 0; });
  for (const double ratio : param) {
    if (std::isnan(ratio)) return base::FailedPrecondition("Ratio value is NaN");
    if (std::abs(ratio) <= 1) continue;
    Warn(context, *expr.param,
         fmt::format("ratio value should be between -1 and 1, got {}, capping to {}",
                     GoShort(ratio), ratio > 1 ? 1 : -1));
  }
  Block result(context.budget, input.width());
  for (size_t row = 0; !nothing && row < input.rows(); ++row) {
    VEDETTE_TRY_VOID(context.budget.Work(2 * input.width() + 300));
    const double offset = static_cast<double>(HashLabels(input.labels(row))) / 0x1p64;
    const auto keep = [&](size_t i) {
      return param[i] >= 0 ? offset < param[i] || param[i] >= 1 : offset >= 1 + param[i];
    };
    VEDETTE_TRY_VOID(result.AddRowOf(input, row, input.labels(row), keep));
    if (!HasAny(result.cells(result.rows() - 1))) result.DropLastRow();
  }
  return result;
}

base::Result<Block> CountValues(const AggregateExpr& expr, const Block& input,
                                std::string_view label, Context& context) {
  if (label.empty() || !base::IsValidUtf8(label)) {
    return base::FailedPrecondition(fmt::format("invalid label name {}", Quote(label)));
  }
  Block result(context.budget, input.width());
  KeyIndex index;
  std::string buffer;
  model::LabelsBuilder builder;
  std::string value;
  for (size_t row = 0; row < input.rows(); ++row) {
    const bool drops_name = input.drops_name(row);
    for (size_t i = 0; i < input.width(); ++i) {
      const double cell = input.cells(row)[i];
      if (IsAbsent(cell)) continue;
      VEDETTE_TRY_VOID(context.budget.Work(300));
      value.clear();
      if (const HistogramPtr histogram = input.histogram(row, i)) {
        value = HistogramText(*histogram);
      } else {
        AppendGoFloat(value, cell);
      }
      builder.Reset(input.labels(row));
      builder.Set(label, value);
      std::vector<std::string> grouping = expr.grouping;
      if (expr.without) {
        builder.Drop(grouping);
        RemoveMetricLabels(builder);
      } else {
        grouping.emplace_back(label);
        builder.Keep(grouping);
      }
      model::Labels labels = builder.Build();
      const size_t target = index.Find(RowKey(labels, drops_name, buffer));
      if (target == result.rows()) VEDETTE_TRY_VOID(result.AddRow(std::move(labels), drops_name));
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
  const auto fold = [&]<typename Accumulator>(Histograms histograms) {
    return Fold<Accumulator>(expr, groups, input, histograms, context);
  };
  switch (expr.op) {
    case AggregateOp::kSum: return fold.operator()<CompensatedSum>(Histograms::kSummed);
    case AggregateOp::kAvg: return fold.operator()<StreamingMean>(Histograms::kSummed);
    case AggregateOp::kMin: return fold.operator()<MinOf>(Histograms::kIgnored);
    case AggregateOp::kMax: return fold.operator()<MaxOf>(Histograms::kIgnored);
    case AggregateOp::kCount: return fold.operator()<CountOf>(Histograms::kCounted);
    case AggregateOp::kGroup: return fold.operator()<GroupOf>(Histograms::kCounted);
    case AggregateOp::kStdvar: return fold.operator()<StreamingVariance>(Histograms::kIgnored);
    case AggregateOp::kStddev: return fold.operator()<StddevOf>(Histograms::kIgnored);
    case AggregateOp::kQuantile: return Quantiles(expr, groups, input, param, context);
    case AggregateOp::kTopk:
    case AggregateOp::kBottomk: return Best(expr, groups, input, param, context);
    case AggregateOp::kLimitk: return First(groups, input, param, context);
    case AggregateOp::kLimitRatio: return Sample(expr, input, param, context);
    case AggregateOp::kCountValues: break;
  }
  return base::Internal("unknown aggregation");
}

}  // namespace vedette::query
