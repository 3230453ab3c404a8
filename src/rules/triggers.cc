#include "rules/triggers.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "model/labels.h"
#include "model/sample.h"
#include "query/function_table.h"
#include "rules/expression.h"

// The tree is walked with the direction of a selector's values that brings the comparison about:
// of `a / b > 1` the rises of a and the falls of b. Counters mostly rise, and those in a
// denominator do with every request; when there is something else to ring for, such samples do not:
// they only tell how far their metric has come.

namespace vedette::rules {
namespace {

using query::BinaryOp;
using query::Expr;
using query::ExprKind;
using query::FunctionId;

constexpr int64_t kForgetAfterMs = 300'000;  // as the lookback of instant vectors
// What looks back further moves slowly, and costs much to ask.
constexpr base::Duration kReachMax = std::chrono::hours(1);

enum class Direction { kUp, kDown, kEither };

Direction Opposite(Direction direction) {
  if (direction == Direction::kEither) return direction;
  return direction == Direction::kUp ? Direction::kDown : Direction::kUp;
}

// The triggers of one comparison.
struct Found {
  std::vector<Trigger> triggers;
  std::vector<Trigger> weak;  // counters that bring it about by rising more slowly
  std::string missing;        // the first thing that no sample can ring for
  bool joins = false;         // two vectors
};

bool JoinsVectors(const query::BinaryExpr& binary) {
  return binary.op != BinaryOp::kOr && binary.lhs->type == query::ValueType::kVector &&
         binary.rhs->type == query::ValueType::kVector;
}

void Miss(Found& found, const char* what) {
  if (found.missing.empty()) found.missing = what;
}

// The trigger of a selector, without saying when; nothing for one that does not look at what comes.
std::optional<Trigger> TriggerOf(const query::VectorSelector& selector, Found& found) {
  Trigger trigger;
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() == model::kMetricName && matcher.op() == model::MatchOp::kEqual) {
      trigger.metric = matcher.value();
    } else {
      trigger.matchers.push_back(matcher);
    }
  }
  if (trigger.metric.empty()) {
    Miss(found, "a selector without the name of a metric");
    return std::nullopt;
  }
  if (selector.when.at != query::TimeModifier::At::kNone || selector.when.offset_ms != 0) {
    Miss(found, "offset or @ look at another time");
    return std::nullopt;
  }
  return trigger;
}

void CollectSelector(const query::VectorSelector& selector, Direction direction, Found& found) {
  std::optional<Trigger> trigger = TriggerOf(selector, found);
  if (!trigger) return;
  trigger->when = direction == Direction::kUp     ? Trigger::When::kRises
                  : direction == Direction::kDown ? Trigger::When::kFalls
                                                  : Trigger::When::kChanges;
  found.triggers.push_back(*std::move(trigger));
}

void CollectWindow(FunctionId id, const Expr& window, Direction direction, Found& found) {
  if (window.kind != ExprKind::kMatrixSelector) return Miss(found, "a subquery");
  const auto& matrix = static_cast<const query::MatrixSelector&>(window);
  std::optional<Trigger> trigger = TriggerOf(*matrix.selector, found);
  if (!trigger) return;
  const bool counter =
      id == FunctionId::kRate || id == FunctionId::kIncrease || id == FunctionId::kIrate;
  if (counter && direction == Direction::kDown) return found.weak.push_back(*std::move(trigger));
  if (counter) trigger->when = Trigger::When::kChanges;
  found.triggers.push_back(*std::move(trigger));
}

void Collect(const Expr& node, Direction direction, Found& found);

void CollectCall(const query::CallExpr& call, Direction direction, Found& found) {
  const FunctionId id = call.function.id;
  if (query::IsRangeFunction(id)) {
    for (const query::ExprPtr& argument : call.args) {
      const Expr& node = query::Unwrap(*argument);
      if (node.type == query::ValueType::kMatrix) CollectWindow(id, node, direction, found);
    }
    return;
  }
  if (id == FunctionId::kAbsent || id == FunctionId::kAbsentOverTime) {
    return Miss(found, "absent() becomes true when nothing comes");
  }
  const bool passes = id == FunctionId::kClamp || id == FunctionId::kClampMin ||
                      id == FunctionId::kClampMax || id == FunctionId::kLabelReplace ||
                      id == FunctionId::kLabelJoin || id == FunctionId::kSort ||
                      id == FunctionId::kSortDesc;
  for (const query::ExprPtr& argument : call.args) {
    if (argument->type == query::ValueType::kString) continue;
    Collect(*argument, passes ? direction : Direction::kEither, found);
  }
  if (call.args.empty()) Miss(found, "time alone makes it true");
}

bool KeepsDirection(query::AggregateOp op) {
  using Op = query::AggregateOp;
  return op == Op::kSum || op == Op::kAvg || op == Op::kMin || op == Op::kMax || op == Op::kTopk ||
         op == Op::kBottomk || op == Op::kLimitk || op == Op::kQuantile;
}

void CollectArithmetic(const query::BinaryExpr& binary, Direction direction, Found& found) {
  const Expr& left = query::Unwrap(*binary.lhs);
  const Expr& right = query::Unwrap(*binary.rhs);
  found.joins = found.joins || JoinsVectors(binary);
  switch (binary.op) {
    case BinaryOp::kAdd: Collect(left, direction, found); return Collect(right, direction, found);
    case BinaryOp::kSub:
    case BinaryOp::kDiv:  // of what is not negative, as ratios are
      Collect(left, direction, found);
      return Collect(right, Opposite(direction), found);
    case BinaryOp::kMul: Collect(left, direction, found); return Collect(right, direction, found);
    default:
      Collect(left, Direction::kEither, found);
      return Collect(right, Direction::kEither, found);
  }
}

void Collect(const Expr& node, Direction direction, Found& found) {
  switch (node.kind) {
    case ExprKind::kNumber:
    case ExprKind::kString:
    case ExprKind::kMatrixSelector: return;
    case ExprKind::kSubquery: return Miss(found, "a subquery");
    case ExprKind::kVectorSelector:
      return CollectSelector(static_cast<const query::VectorSelector&>(node), direction, found);
    case ExprKind::kParen:
      return Collect(*static_cast<const query::ParenExpr&>(node).expr, direction, found);
    case ExprKind::kUnary: {
      const auto& unary = static_cast<const query::UnaryExpr&>(node);
      return Collect(*unary.expr, unary.negative ? Opposite(direction) : direction, found);
    }
    case ExprKind::kAggregate: {
      const auto& aggregate = static_cast<const query::AggregateExpr&>(node);
      const bool keeps = KeepsDirection(aggregate.op);
      return Collect(*aggregate.expr, keeps ? direction : Direction::kEither, found);
    }
    case ExprKind::kCall:
      return CollectCall(static_cast<const query::CallExpr&>(node), direction, found);
    case ExprKind::kBinary:
      return CollectArithmetic(static_cast<const query::BinaryExpr&>(node), direction, found);
  }
}

std::optional<double> NumberOf(const Expr& expr) {
  const Expr& node = query::Unwrap(expr);
  if (node.kind == ExprKind::kNumber) return static_cast<const query::NumberLiteral&>(node).value;
  if (node.kind != ExprKind::kUnary) return std::nullopt;
  const auto& unary = static_cast<const query::UnaryExpr&>(node);
  const std::optional<double> number = NumberOf(*unary.expr);
  return number && unary.negative ? -*number : number;
}

BinaryOp Mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLess: return BinaryOp::kGreater;
    case BinaryOp::kLessEqual: return BinaryOp::kGreaterEqual;
    case BinaryOp::kGreater: return BinaryOp::kLess;
    case BinaryOp::kGreaterEqual: return BinaryOp::kLessEqual;
    default: return op;
  }
}

Direction DirectionOf(BinaryOp op) {
  if (op == BinaryOp::kGreater || op == BinaryOp::kGreaterEqual) return Direction::kUp;
  if (op == BinaryOp::kLess || op == BinaryOp::kLessEqual) return Direction::kDown;
  return Direction::kEither;
}

// A selector beside a number can be judged by the sample alone.
bool CollectThreshold(const Expr& side, BinaryOp op, const std::optional<double>& limit,
                      Found& found) {
  const Expr& node = query::Unwrap(side);
  if (!limit || node.kind != ExprKind::kVectorSelector) return false;
  std::optional<Trigger> trigger =
      TriggerOf(static_cast<const query::VectorSelector&>(node), found);
  if (!trigger) return true;
  trigger->when = Trigger::When::kCrosses;
  trigger->op = op;
  trigger->limit = *limit;
  found.triggers.push_back(*std::move(trigger));
  return true;
}

void CollectComparison(const query::BinaryExpr& binary, Found& found) {
  const Direction direction = DirectionOf(binary.op);
  found.joins = JoinsVectors(binary);
  if (CollectThreshold(*binary.lhs, binary.op, NumberOf(*binary.rhs), found) ||
      CollectThreshold(*binary.rhs, Mirrored(binary.op), NumberOf(*binary.lhs), found)) {
    return;
  }
  Collect(*binary.lhs, direction, found);
  Collect(*binary.rhs, Opposite(direction), found);
}

void Take(Found found, TriggerPlan& plan, bool& joins) {
  if (!found.triggers.empty()) {
    for (Trigger& trigger : found.weak) trigger.when = Trigger::When::kNever;
  }
  std::move(found.weak.begin(), found.weak.end(), std::back_inserter(found.triggers));
  for (Trigger& trigger : found.triggers) {
    const auto known = std::find(plan.triggers.begin(), plan.triggers.end(), trigger);
    if (known == plan.triggers.end()) plan.triggers.push_back(std::move(trigger));
  }
  joins = joins || found.joins;
  if (plan.polled_because.empty()) plan.polled_because = std::move(found.missing);
}

// The conditions of an expression: comparisons, and what `and`, `or` and `unless` join.
void CollectConditions(const Expr& expr, TriggerPlan& plan, bool& joins) {
  const Expr& node = query::Unwrap(expr);
  Found found;
  if (node.kind == ExprKind::kBinary) {
    const auto& binary = static_cast<const query::BinaryExpr&>(node);
    if (query::IsSetOp(binary.op)) {
      joins = joins || binary.op != BinaryOp::kOr;
      CollectConditions(*binary.lhs, plan, joins);
      if (binary.op != BinaryOp::kUnless) return CollectConditions(*binary.rhs, plan, joins);
      return;  // what ends on the right is seen at a turn
    }
    if (query::IsComparison(binary.op) && !binary.return_bool) {
      CollectComparison(binary, found);
      return Take(std::move(found), plan, joins);
    }
  }
  Collect(node, Direction::kEither, found);
  Take(std::move(found), plan, joins);
}

// Numbers the metrics.
void FindParts(TriggerPlan& plan) {
  std::vector<std::string_view> metrics;
  for (Trigger& trigger : plan.triggers) {
    const auto known = std::find(metrics.begin(), metrics.end(), trigger.metric);
    trigger.part = static_cast<size_t>(known - metrics.begin());
    if (known == metrics.end()) metrics.push_back(trigger.metric);
  }
  plan.parts = std::max<size_t>(1, metrics.size());
}

bool Holds(BinaryOp op, double value, double limit) {
  switch (op) {
    case BinaryOp::kEqual: return value == limit;
    case BinaryOp::kNotEqual: return value != limit;
    case BinaryOp::kLess: return value < limit;
    case BinaryOp::kLessEqual: return value <= limit;
    case BinaryOp::kGreater: return value > limit;
    case BinaryOp::kGreaterEqual: return value >= limit;
    default: return true;
  }
}

}  // namespace

TriggerPlan TriggersOf(const Expr& expr) {
  TriggerPlan plan;
  const base::Duration lookback = ReadingOf(expr).lookback;
  plan.reach = lookback + base::Duration(kForgetAfterMs);
  if (lookback > kReachMax) {
    plan.polled_because = "it looks back more than an hour";
    return plan;
  }
  bool joins = false;
  CollectConditions(expr, plan, joins);
  if (joins) FindParts(plan);
  if (!plan.triggers.empty()) {
    plan.polled_because.clear();
  } else if (plan.polled_because.empty()) {
    plan.polled_because = "it selects no series";
  }
  return plan;
}

bool Rings(const Trigger& trigger, TriggerState& state, int64_t t_ms, double value) {
  if (model::IsStale(value)) {
    if (t_ms >= state.t_ms) state = {};
    return false;
  }
  const bool late = t_ms < state.t_ms;
  const bool anew = late || state.t_ms == 0 || t_ms - state.t_ms > kForgetAfterMs;
  const double before = state.value;
  if (!late) state = {.t_ms = t_ms, .value = value};
  switch (trigger.when) {
    case Trigger::When::kCrosses:
      return Holds(trigger.op, value, trigger.limit) &&
             (anew || !Holds(trigger.op, before, trigger.limit));
    case Trigger::When::kRises: return anew || value > before;
    case Trigger::When::kFalls: return anew || value < before;
    case Trigger::When::kChanges: return anew || value != before;
    case Trigger::When::kAny: return true;
    case Trigger::When::kNever: return false;
  }
  return true;
}

}  // namespace vedette::rules
