#include "query/fused.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "model/labels.h"
#include "query/function_table.h"
#include "query/reading.h"
#include "query/rollups.h"
#include "query/row_kernels.h"

namespace vedette::query {
namespace {

using Selection = std::vector<std::unique_ptr<series::SelectedSeries>>;

// What is to be done, as far as the expression alone says it.
struct Plan {
  const VectorSelector* selector = nullptr;
  const CallExpr* call = nullptr;  // null: the selector itself
  int64_t range_ms = 0;
  RangeParameters parameters;
};

bool IsFoldable(AggregateOp op) {
  return op == AggregateOp::kSum || op == AggregateOp::kAvg || op == AggregateOp::kMin ||
         op == AggregateOp::kMax || op == AggregateOp::kCount;
}

// Functions whose windows are numbers in, a number or nothing out, without remarks.
bool IsQuiet(FunctionId id) {
  switch (id) {
    case FunctionId::kRate:
    case FunctionId::kIncrease:
    case FunctionId::kMinOverTime:
    case FunctionId::kMaxOverTime:
    case FunctionId::kAvgOverTime:
    case FunctionId::kSumOverTime:
    case FunctionId::kCountOverTime:
    case FunctionId::kLastOverTime:
    case FunctionId::kQuantileOverTime: return true;
    default: return false;
  }
}

// Fills in the call; false when it is none of those.
bool PlanCall(const CallExpr& call, Plan& plan) {
  const FunctionId id = call.function.id;
  if (!IsQuiet(id)) return false;
  const bool quantile = id == FunctionId::kQuantileOverTime;
  if (call.args.size() != (quantile ? 2 : 1)) return false;
  if (quantile) {
    const Expr& phi = Unwrap(*call.args[0]);
    if (phi.kind != ExprKind::kNumber) return false;
    plan.parameters.first = static_cast<const NumberLiteral&>(phi).value;
    if (!(plan.parameters.first >= 0 && plan.parameters.first <= 1)) return false;
  }
  const Expr& matrix = Unwrap(*call.args.back());
  if (matrix.kind != ExprKind::kMatrixSelector) return false;
  const auto& selector = static_cast<const MatrixSelector&>(matrix);
  plan.call = &call;
  plan.selector = selector.selector.get();
  plan.range_ms = selector.range_ms;
  if (plan.selector->edges != RangeEdges::kSamples) return false;
  const bool counter = id == FunctionId::kRate || id == FunctionId::kIncrease;
  return !counter || LooksLikeCounter(plan.selector->name);
}

std::optional<Plan> PlanOf(const AggregateExpr& expr, const Context& context) {
  if (!IsFoldable(expr.op)) return std::nullopt;
  Plan plan;
  const Expr& inner = Unwrap(*expr.expr);
  if (inner.kind == ExprKind::kVectorSelector) {
    plan.selector = &static_cast<const VectorSelector&>(inner);
    plan.range_ms = context.lookback_ms;
    if (plan.selector->edges != RangeEdges::kSamples) return std::nullopt;
    return plan;
  }
  if (inner.kind != ExprKind::kCall) return std::nullopt;
  // Labels that a function drops at the end of the query must not decide about groups.
  for (const std::string& name : expr.grouping) {
    if (!expr.without && name.starts_with("__")) return std::nullopt;
  }
  if (!PlanCall(static_cast<const CallExpr&>(inner), plan)) return std::nullopt;
  return plan;
}

RowKernel::Look LookOf(const Plan& plan, const Steps& steps, const Context& context) {
  const TimeModifier& when = plan.selector->when;
  RowKernel::Look look{
      .steps = steps, .range_ms = plan.range_ms, .shift_ms = when.offset_ms, .fixed = true};
  switch (when.at) {
    case TimeModifier::At::kNone: look.fixed = false; break;
    case TimeModifier::At::kTime: look.fixed_end_ms = when.at_ms - when.offset_ms; break;
    case TimeModifier::At::kStart: look.fixed_end_ms = context.start_ms - when.offset_ms; break;
    case TimeModifier::At::kEnd: look.fixed_end_ms = context.end_ms - when.offset_ms; break;
  }
  return look;
}

// The accumulated rows of one group, by step.
struct Group {
  size_t first = SIZE_MAX;  // the first series that belongs to it, which decides the order
  model::Labels labels;
  std::vector<double> counts;
  std::vector<double> sums;           // sum, avg
  std::vector<double> compensations;  // what rounding took from each sum
  std::vector<double> extremes;       // min, max
};

// Adds with the rounding error kept apart, without branches (Knuth's TwoSum). An infinite sum makes
// its compensation NaN: Total looks at that.
void AddTo(double& sum, double& compensation, double value) {
  const double next = sum + value;
  const double part = next - sum;
  compensation += (sum - (next - part)) + (value - part);
  sum = next;
}
double Total(double sum, double compensation) {
  return std::isfinite(sum) ? sum + compensation : sum;
}

// What one thread works with.
class Worker {
 public:
  Worker(const AggregateExpr& expr, const Plan& plan, const RowKernel::Look& look, Budget& budget)
      : expr_(expr),
        plan_(plan),
        look_(look),
        budget_(budget),
        kernel_(look),
        share_(budget),
        row_(look.steps.count) {}

  // False when the series holds histograms or roll-ups.
  base::Result<bool> Add(const series::SelectedSeries& series, size_t position);
  // Takes over the groups of another thread.
  base::Result<> Merge(Worker& other);
  // False when a mean needs more care than a sum and a count.
  base::Result<bool> Finish(Block& block);

 private:
  void MakeKey(model::LabelsView labels);
  base::Result<Group*> GroupOf(model::LabelsView labels, size_t position);
  void Put(Group& group);
  static void PutExtreme(Group& group, std::span<const double> values, bool largest);

  const AggregateExpr& expr_;
  const Plan& plan_;
  const RowKernel::Look look_;
  Budget& budget_;
  RowKernel kernel_;
  Share share_;
  std::vector<double> row_;
  series::SampleColumns samples_;
  std::string key_;
  KeyIndex index_;
  std::vector<Group> groups_;
};

// The labels of the group. They come in canonical order already.
void Worker::MakeKey(model::LabelsView labels) {
  key_.clear();
  const auto& names = expr_.grouping;
  if (names.empty() && !expr_.without) return;
  for (const model::Label& label : labels) {
    const bool named = std::find(names.begin(), names.end(), label.name) != names.end();
    if (expr_.without ? named || IsMetricLabel(label.name) : !named) continue;
    model::AppendCanonicalLabel(key_, label.name, label.value);
  }
}

base::Result<Group*> Worker::GroupOf(model::LabelsView labels, size_t position) {
  MakeKey(labels);
  const size_t found = index_.Find(key_);
  if (found == groups_.size()) {
    const size_t steps = look_.steps.count;
    const bool sums = expr_.op == AggregateOp::kSum || expr_.op == AggregateOp::kAvg;
    const bool extremes = expr_.op == AggregateOp::kMin || expr_.op == AggregateOp::kMax;
    VEDETTE_TRY_VOID(
        share_.Add(steps, key_.size() * 2 + sizeof(Group) +
                              steps * (sizeof(double) + (sums ? 2 * sizeof(double) : 0) +
                                       (extremes ? sizeof(double) : 0))));
    Group& group = groups_.emplace_back();
    group.first = position;
    group.labels = model::Labels(model::LabelsView::FromCanonical(key_));
    group.counts.resize(steps);
    if (sums) {
      group.sums.resize(steps);
      group.compensations.resize(steps);
    }
    if (extremes) group.extremes.resize(steps);
  }
  Group& group = groups_[found];
  group.first = std::min(group.first, position);
  return &group;
}

void Worker::PutExtreme(Group& group, std::span<const double> values, bool largest) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (IsAbsent(values[i])) continue;
    double& extreme = group.extremes[i];
    const bool better = largest ? extreme < values[i] : extreme > values[i];
    if (group.counts[i] == 0 || better || std::isnan(extreme)) extreme = values[i];
  }
}

void Worker::Put(Group& group) {
  if (!group.extremes.empty()) PutExtreme(group, row_, expr_.op == AggregateOp::kMax);
  const size_t count = row_.size();
  const double* const row = row_.data();
  if (!group.sums.empty()) {
    double* const sums = group.sums.data();
    double* const compensations = group.compensations.data();
    for (size_t i = 0; i < count; ++i) {
      AddTo(sums[i], compensations[i], IsAbsent(row[i]) ? 0.0 : row[i]);
    }
  }
  double* const counts = group.counts.data();
  for (size_t i = 0; i < count; ++i) counts[i] += IsAbsent(row[i]) ? 0.0 : 1.0;
}

base::Result<bool> Worker::Add(const series::SelectedSeries& series, size_t position) {
  samples_.Clear();
  Share share(budget_);
  VEDETTE_TRY_VOID(ReadWithin(series, samples_, share, budget_));
  if (!samples_.histograms.empty() || !samples_.rollups.empty()) return false;
  VEDETTE_TRY_VOID(budget_.Work(4 * row_.size() + 300));
  std::fill(row_.begin(), row_.end(), Absent());
  if (plan_.call == nullptr) {
    VEDETTE_TRY_VOID(kernel_.Latest(samples_, row_, budget_));
  } else {
    RemoveStale(samples_);
    VEDETTE_TRY_VOID(
        kernel_.Apply(plan_.call->function.id, plan_.parameters, samples_, row_, budget_));
  }
  if (!HasAny(row_)) return true;
  VEDETTE_TRY(Group * group, GroupOf(series.labels(), position));
  Put(*group);
  return true;
}

base::Result<> Worker::Merge(Worker& other) {
  for (Group& from : other.groups_) {
    VEDETTE_TRY_VOID(budget_.Work(10 * row_.size()));
    const size_t found = index_.Find(from.labels.bytes());
    if (found == groups_.size()) {
      groups_.push_back(std::move(from));
      continue;
    }
    Group& into = groups_[found];
    into.first = std::min(into.first, from.first);
    for (size_t i = 0; i < row_.size(); ++i) {
      if (from.counts[i] == 0) continue;
      if (!into.sums.empty()) {
        AddTo(into.sums[i], into.compensations[i], from.sums[i]);
        into.compensations[i] += from.compensations[i];
      }
      if (!into.extremes.empty()) {
        const double value = from.extremes[i];
        double& extreme = into.extremes[i];
        const bool better = expr_.op == AggregateOp::kMax ? extreme < value : extreme > value;
        if (into.counts[i] == 0 || better || std::isnan(extreme)) extreme = value;
      }
      into.counts[i] += from.counts[i];
    }
  }
  return {};
}

base::Result<bool> Worker::Finish(Block& block) {
  std::sort(groups_.begin(), groups_.end(),
            [](const Group& a, const Group& b) { return a.first < b.first; });
  block.Reserve(groups_.size());
  for (const Group& group : groups_) {
    VEDETTE_TRY(const std::span<double> out, block.AddRow(group.labels));
    for (size_t i = 0; i < out.size(); ++i) {
      if (group.counts[i] == 0) continue;
      switch (expr_.op) {
        case AggregateOp::kCount: out[i] = group.counts[i]; break;
        case AggregateOp::kMin:
        case AggregateOp::kMax: out[i] = group.extremes[i]; break;
        case AggregateOp::kSum: out[i] = Total(group.sums[i], group.compensations[i]); break;
        default:
          // Where a sum overflows, the mean need not.
          if (std::isinf(group.sums[i])) return false;
          out[i] = Total(group.sums[i], group.compensations[i]) / group.counts[i];
      }
    }
  }
  return true;
}

// Hands out series in pieces to the caller and to helpers that come in time; whoever comes when all
// is taken does nothing. Shared, because a helper may look at it after everything is over.
class Pieces {
 public:
  static constexpr size_t kSize = 128;

  Pieces(size_t count, size_t workers) : count_(count), regions_(workers) {
    for (size_t i = 0; i < workers; ++i) regions_[i].next = Begin(i);
  }

  // The next piece for a worker as [begin, end), or an empty one. Each begins in a region of its
  // own, since the store reads neighbours at once best, and then helps in the others.
  std::pair<size_t, size_t> Next(size_t worker) {
    for (size_t i = 0; i < regions_.size(); ++i) {
      const size_t region = (worker + i) % regions_.size();
      const size_t end = Begin(region + 1);
      const size_t begin = regions_[region].next.fetch_add(kSize, std::memory_order_relaxed);
      if (begin < end) return {begin, std::min(begin + kSize, end)};
    }
    return {count_, count_};
  }
  void Stop() {
    for (Region& region : regions_) region.next.store(count_, std::memory_order_relaxed);
  }

  // A helper takes part between Enter, unless it gives false, and Leave.
  bool Enter() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
  }
  void Leave() EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (--inside_ == 0) empty_.NotifyAll();
  }
  // Nobody comes in any more; returns when all have left.
  void Close() EXCLUDES(mutex_) {
    mutex_.Lock();
    closed_ = true;
    while (inside_ > 0) empty_.Wait(mutex_);
    mutex_.Unlock();
  }

 private:
  struct Region {
    std::atomic<size_t> next{0};
  };
  size_t Begin(size_t region) const { return count_ * region / regions_.size(); }

  const size_t count_;
  std::vector<Region> regions_;
  base::Mutex mutex_;
  base::CondVar empty_;
  size_t inside_ GUARDED_BY(mutex_) = 0;
  bool closed_ GUARDED_BY(mutex_) = false;
};

// False when a series holds histograms.
base::Result<bool> Work(const Selection& selection, Pieces& pieces, size_t number, Worker& worker) {
  for (;;) {
    const auto [begin, end] = pieces.Next(number);
    if (begin == end) return true;
    for (size_t i = begin; i < end; ++i) {
      base::Result<bool> numbers = worker.Add(*selection[i], i);
      if (numbers.ok() && *numbers) continue;
      pieces.Stop();
      return numbers;
    }
  }
}

// A thread beside the caller's.
struct Helper {
  Helper(const AggregateExpr& expr, const Plan& plan, const RowKernel::Look& look, Budget& of)
      : budget(Budget::Helping{of}), worker(expr, plan, look, budget) {}
  Budget budget;
  Worker worker;
  base::Result<bool> done = true;
};

}  // namespace

bool LooksLikeCounter(std::string_view name) {
  constexpr std::array<std::string_view, 4> kSuffixes = {"_total", "_sum", "_count", "_bucket"};
  return std::any_of(kSuffixes.begin(), kSuffixes.end(),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

base::Result<std::optional<Block>> FusedAggregate(const AggregateExpr& expr, const Steps& steps,
                                                  Context& context) {
  const std::optional<Plan> plan = PlanOf(expr, context);
  if (!plan) return std::optional<Block>();
  const RowKernel::Look look = LookOf(*plan, steps, context);
  series::SelectRequest request;
  request.tenant = context.tenant;
  request.matchers = plan->selector->matchers;
  request.from_ms = look.EndOf(0) - look.range_ms + 1;
  request.to_ms = look.EndOf(steps.count - 1);
  request.max_series = context.series_max;
  request.sorted = false;
  std::optional<FunctionId> function;
  if (plan->call != nullptr) function = plan->call->function.id;
  request.rollups =
      RollupsFor(context, {.function = function,
                           .range_ms = look.range_ms,
                           .first_end_ms = look.EndOf(0),
                           .distance_ms = steps.count > 1 ? look.EndOf(1) - look.EndOf(0) : 0});
  VEDETTE_TRY(const Selection selection, context.store.Select(request));
  VEDETTE_TRY_VOID(context.budget.Check());

  const size_t threads = context.helpers == nullptr ? 0 : context.helpers->threads();
  const size_t most = std::min(threads, selection.size() / (2 * Pieces::kSize));
  const auto pieces = std::make_shared<Pieces>(selection.size(), most + 1);
  Worker mine(expr, *plan, look, context.budget);
  std::vector<std::unique_ptr<Helper>> helpers;
  while (helpers.size() < most) {
    helpers.push_back(std::make_unique<Helper>(expr, *plan, look, context.budget));
    Helper* const helper = helpers.back().get();
    const size_t number = helpers.size();
    const bool taken = context.helpers->Submit([pieces, helper, number, &selection] {
      if (!pieces->Enter()) return;
      helper->done = Work(selection, *pieces, number, helper->worker);
      pieces->Leave();
    });
    if (!taken) break;
  }
  base::Result<bool> numbers = Work(selection, *pieces, 0, mine);
  pieces->Close();
  for (const auto& helper : helpers) {
    if (!numbers.ok() || !*numbers) continue;
    if (helper->done.ok() && *helper->done) {
      VEDETTE_TRY_VOID(mine.Merge(helper->worker));
    } else {
      numbers = std::move(helper->done);
    }
  }
  VEDETTE_TRY(const bool only_numbers, std::move(numbers));
  if (!only_numbers) return std::optional<Block>();
  Block block(context.budget, steps.count);
  VEDETTE_TRY(const bool complete, mine.Finish(block));
  if (!complete) return std::optional<Block>();
  return std::optional<Block>(std::move(block));
}

}  // namespace vedette::query
