#include "query/vector_match.h"

#include <cmath>
#include <fmt/format.h>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "query/element_ops.h"
#include "query/format.h"
#include "query/math_functions.h"

// Rows of both sides are grouped by the labels that must agree (the match group). Most groups have
// one row on each side, and then a pair of rows is computed over all steps at once. Conflicts are
// decided step by step, since rows of one group may take turns: only where two have a value at the
// same step is the matching ambiguous. Where a side is filled, the fill is one more row of each
// group, present at the steps where the group has nothing on that side.

namespace vedette::query {
namespace {

struct Group {
  model::Labels labels;      // that agree; only where a side is filled
  std::vector<size_t> many;  // rows of the side that may have several
  std::vector<size_t> one;
};

// Writes the labels that must agree, canonically.
class GroupKey {
 public:
  explicit GroupKey(const VectorMatching& matching) : matching_(matching) {}

  const std::string& Of(model::LabelsView labels) {
    key_.clear();
    builder_.Reset(labels);
    if (matching_.on) {
      builder_.Keep(matching_.labels);
    } else {
      builder_.Drop(matching_.labels);
      RemoveMetricLabels(builder_);
    }
    builder_.AppendCanonical(key_);
    return key_;
  }

 private:
  const VectorMatching& matching_;
  model::LabelsBuilder builder_;
  std::string key_;
};

base::Result<std::vector<Group>> GroupRows(const VectorMatching& matching, const Block& many,
                                           const Block& one, Budget& budget) {
  const bool filled = matching.fill_left.set || matching.fill_right.set;
  GroupKey key(matching);
  KeyIndex index;
  std::vector<Group> groups;
  const auto group_of = [&](model::LabelsView labels) -> Group& {
    const std::string& bytes = key.Of(labels);
    const size_t group = index.Find(bytes);
    if (group == groups.size()) {
      groups.emplace_back();
      if (filled) groups[group].labels = model::Labels(model::LabelsView::FromCanonical(bytes));
    }
    return groups[group];
  };
  for (size_t row = 0; row < many.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(100));
    group_of(many.labels(row)).many.push_back(row);
  }
  for (size_t row = 0; row < one.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(100));
    group_of(one.labels(row)).one.push_back(row);
  }
  return groups;
}

// Which steps have any value in any row.
std::vector<char> StepsWithValues(const Block& block) {
  std::vector<char> steps(block.width(), 0);
  for (size_t row = 0; row < block.rows(); ++row) {
    const auto cells = block.cells(row);
    for (size_t i = 0; i < cells.size(); ++i) steps[i] |= static_cast<char>(!IsAbsent(cells[i]));
  }
  return steps;
}

// What stands on one side of the operator: a row, or what fills its place.
struct Operand {
  model::LabelsView labels;
  std::span<const double> cells;
  const Block* block = nullptr;  // null for a fill
  size_t row = 0;

  bool has_histograms() const { return block != nullptr && block->has_histograms(row); }
  Element At(size_t i) const {
    return {cells[i], block == nullptr ? nullptr : block->histogram(row, i)};
  }
};

Operand RowOf(const Block& block, size_t row) {
  return {.labels = block.labels(row), .cells = block.cells(row), .block = &block, .row = row};
}

class Matching {
 public:
  Matching(const BinaryExpr& expr, const Block& lhs, const Block& rhs, Context& context)
      : expr_(expr),
        swapped_(expr.matching.cardinality == Cardinality::kOneToMany),
        one_to_one_(expr.matching.cardinality == Cardinality::kOneToOne),
        many_(swapped_ ? rhs : lhs),
        one_(swapped_ ? lhs : rhs),
        fill_many_(swapped_ ? expr.matching.fill_right : expr.matching.fill_left),
        fill_one_(swapped_ ? expr.matching.fill_left : expr.matching.fill_right),
        context_(context),
        result_(context.budget, lhs.width()) {}

  base::Result<Block> Run() {
    VEDETTE_TRY(const std::vector<Group> groups,
                GroupRows(expr_.matching, many_, one_, context_.budget));
    VEDETTE_TRY_VOID(CheckOneSide(groups));
    const std::vector<const Group*> group_of_row = ByRow(groups);
    result_.Reserve(many_.rows());
    for (size_t row = 0; row < many_.rows(); ++row) {
      const Group& group = *group_of_row[row];
      const Operand many = RowOf(many_, row);
      const bool drops_name = many_.drops_name(row);
      for (const size_t partner : group.one) {
        VEDETTE_TRY_VOID(Pair(group, many, RowOf(one_, partner), drops_name));
      }
      if (!fill_one_.set) continue;
      VEDETTE_TRY(const std::vector<double> filled, Filled(fill_one_, one_, group.one));
      VEDETTE_TRY_VOID(Pair(group, many, {group.labels, filled}, drops_name));
    }
    VEDETTE_TRY_VOID(PairWithoutMany(groups));
    return MergeEqualLabels(std::move(result_), context_.budget);
  }

 private:
  // Results come in the order of the many side.
  std::vector<const Group*> ByRow(const std::vector<Group>& groups) const {
    std::vector<const Group*> group_of_row(many_.rows());
    for (const Group& group : groups) {
      for (const size_t row : group.many) group_of_row[row] = &group;
    }
    return group_of_row;
  }

  // What fills the place of rows where none of them has a value.
  base::Result<std::vector<double>> Filled(const Fill& fill, const Block& block,
                                           const std::vector<size_t>& rows) {
    std::vector<double> filled(block.width(), fill.value);
    for (const size_t row : rows) {
      VEDETTE_TRY_VOID(context_.budget.Work(block.width()));
      const auto cells = block.cells(row);
      for (size_t i = 0; i < cells.size(); ++i) {
        if (!IsAbsent(cells[i])) filled[i] = Absent();
      }
    }
    return filled;
  }

  base::Result<> PairWithoutMany(const std::vector<Group>& groups) {
    if (!fill_many_.set) return {};
    for (const Group& group : groups) {
      if (group.one.empty()) continue;
      VEDETTE_TRY(const std::vector<double> filled, Filled(fill_many_, many_, group.many));
      for (const size_t partner : group.one) {
        VEDETTE_TRY_VOID(Pair(group, {group.labels, filled}, RowOf(one_, partner), false));
      }
    }
    return {};
  }

  // At each step where both sides have anything, a group may have one value on the one side.
  base::Result<> CheckOneSide(const std::vector<Group>& groups) {
    std::vector<char> lively;
    for (const Group& group : groups) {
      if (group.one.size() < 2) continue;
      if (lively.empty()) {
        lively = fill_many_.set ? std::vector<char>(many_.width(), 1) : StepsWithValues(many_);
      }
      std::vector<size_t> holder(one_.width(), KeyIndex::kNone);
      for (const size_t row : group.one) {
        VEDETTE_TRY_VOID(context_.budget.Work(one_.width()));
        const auto cells = one_.cells(row);
        for (size_t i = 0; i < cells.size(); ++i) {
          if (IsAbsent(cells[i]) || lively[i] == 0) continue;
          if (holder[i] != KeyIndex::kNone) return DuplicateOnOneSide(holder[i], row);
          holder[i] = row;
        }
      }
    }
    return {};
  }

  // As Prometheus shows a label set: {__name__="a", b="c"}.
  static std::string Braced(model::LabelsView labels) {
    std::string text = "{";
    for (const model::Label& label : labels) {
      text +=
          fmt::format("{}{}={}", text.size() > 1 ? ", " : "",
                      IsPlainLabelName(label.name) ? std::string(label.name) : Quote(label.name),
                      Quote(label.value));
    }
    return text + "}";
  }

  base::Error DuplicateOnOneSide(size_t a, size_t b) const {
    GroupKey key(expr_.matching);
    const std::string group = key.Of(one_.labels(a));
    return base::FailedPrecondition(fmt::format(
        "found duplicate series for the match group {} on the {} hand-side of the operation: [{}, "
        "{}];many-to-many matching not allowed: matching labels must be unique on one side",
        Braced(model::LabelsView::FromCanonical(group)), swapped_ ? "left" : "right",
        Braced(one_.labels(b)), Braced(one_.labels(a))));
  }

  // One row of the many side with one partner, over all steps.
  base::Result<> Pair(const Group& group, const Operand& many, const Operand& one,
                      bool drops_name) {
    VEDETTE_TRY_VOID(context_.budget.Work(2 * many_.width() + 100));
    std::vector<char>* taken = nullptr;
    if (one_to_one_ && group.many.size() > 1) {
      taken = &taken_[&group];
      taken->resize(many_.width(), 0);
    }
    VEDETTE_TRY_VOID(result_.AddRow(ResultLabels(many.labels, one.labels), DropsName(drops_name)));
    const bool mixed = many.has_histograms() || one.has_histograms() || IsTrim(expr_.op);
    for (size_t i = 0; i < many.cells.size(); ++i) {
      if (IsAbsent(many.cells[i]) || IsAbsent(one.cells[i])) continue;
      const size_t added = result_.rows() - 1;
      if (mixed) {
        VEDETTE_TRY_VOID(MixedCell(many.At(i), one.At(i), i));
      } else {
        result_.cells(added)[i] =
            Cell((swapped_ ? one : many).cells[i], (swapped_ ? many : one).cells[i]);
      }
      // Filters count what they keep only.
      if (taken == nullptr || IsAbsent(result_.cells(added)[i])) continue;
      if ((*taken)[i] != 0) {
        return base::FailedPrecondition(
            "multiple matches for labels: many-to-one matching must be explicit "
            "(group_left/group_right)");
      }
      (*taken)[i] = 1;
    }
    if (!HasAny(std::as_const(result_).cells(result_.rows() - 1))) {
      result_.DropLastRow();
      return {};
    }
    return one_to_one_ ? base::Result<>() : CheckUnique(group);
  }

  base::Result<> MixedCell(const Element& many, const Element& one, size_t i) {
    return ApplyToCell(expr_, swapped_ ? one : many, swapped_ ? many : one, nullptr, result_,
                       result_.rows() - 1, i, context_);
  }

  // The name is gone from the labels already where the operator changes what the metric is.
  bool DropsName(bool many_drops) const {
    if (IsArithmetic(expr_.op)) return false;
    return expr_.return_bool || many_drops;
  }

  double Cell(double lhs, double rhs) const {
    if (IsArithmetic(expr_.op)) return ApplyOperator(expr_.op, lhs, rhs);
    const bool holds = Compare(expr_.op, lhs, rhs);
    if (expr_.return_bool) return holds ? 1 : 0;
    return holds ? lhs : Absent();
  }

  // With group_left and group_right: results of one group must differ in labels at each step.
  base::Result<> CheckUnique(const Group& group) {
    const size_t added = result_.rows() - 1;
    const model::Labels& labels = result_.labels(added);
    std::vector<size_t>& same = rows_of_[&group][labels.bytes()];
    const auto cells = std::as_const(result_).cells(added);
    for (const size_t other : same) {
      VEDETTE_TRY_VOID(context_.budget.Work(cells.size()));
      const auto other_cells = std::as_const(result_).cells(other);
      for (size_t i = 0; i < cells.size(); ++i) {
        if (!IsAbsent(cells[i]) && !IsAbsent(other_cells[i])) {
          return base::FailedPrecondition(
              "multiple matches for labels: grouping labels must ensure unique matches");
        }
      }
    }
    same.push_back(added);
    return {};
  }

  model::Labels ResultLabels(model::LabelsView many, model::LabelsView one) {
    const VectorMatching& matching = expr_.matching;
    builder_.Reset(many);
    if (IsArithmetic(expr_.op)) RemoveMetricLabels(builder_);
    if (one_to_one_) {
      if (matching.on) {
        builder_.Keep(matching.labels);
      } else {
        builder_.Drop(matching.labels);
      }
    }
    for (const std::string& label : matching.include) builder_.Set(label, one.Get(label));
    return builder_.Build();
  }

  const BinaryExpr& expr_;
  const bool swapped_;  // the many side is the right one
  const bool one_to_one_;
  const Block& many_;
  const Block& one_;
  const Fill& fill_many_;
  const Fill& fill_one_;
  Context& context_;
  Block result_;
  model::LabelsBuilder builder_;
  std::unordered_map<const Group*, std::vector<char>> taken_;  // steps with a result, one-to-one
  std::unordered_map<const Group*, std::unordered_map<std::string, std::vector<size_t>>> rows_of_;
};

// Adds `rows` of `from` to `result` with the cells that `keep(i)` holds for.
template <typename Keep>
base::Result<> AddFiltered(const Block& from, size_t row, Keep keep, Block& result,
                           Budget& budget) {
  VEDETTE_TRY_VOID(budget.Work(from.width() + 100));
  VEDETTE_TRY_VOID(result.AddRowOf(from, row, from.labels(row), keep));
  if (!HasAny(result.cells(result.rows() - 1))) result.DropLastRow();
  return {};
}

}  // namespace

base::Result<Block> MatchVectors(const BinaryExpr& expr, const Block& lhs, const Block& rhs,
                                 Context& context) {
  return Matching(expr, lhs, rhs, context).Run();
}

base::Result<Block> CombineSets(const BinaryExpr& expr, const Block& lhs, const Block& rhs,
                                Context& context) {
  const bool either = expr.op == BinaryOp::kOr;
  const bool both = expr.op == BinaryOp::kAnd;
  // Which groups have a value at which steps, on the side that decides.
  const Block& decider = either ? lhs : rhs;
  GroupKey key(expr.matching);
  KeyIndex index;
  Block present(context.budget, lhs.width());
  for (size_t row = 0; row < decider.rows(); ++row) {
    VEDETTE_TRY_VOID(context.budget.Work(decider.width() + 100));
    const size_t group = index.Find(key.Of(decider.labels(row)));
    if (group == present.rows()) VEDETTE_TRY_VOID(present.AddRow({}));
    const auto cells = decider.cells(row);
    const auto marks = present.cells(group);
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!IsAbsent(cells[i])) marks[i] = 1;
    }
  }
  const auto has = [&](size_t group, size_t i) {
    return group != KeyIndex::kNone && !IsAbsent(std::as_const(present).cells(group)[i]);
  };

  Block result(context.budget, lhs.width());
  for (size_t row = 0; row < lhs.rows(); ++row) {
    const size_t group = either ? 0 : index.FindExisting(key.Of(lhs.labels(row)));
    const auto keep = [&](size_t i) { return either || has(group, i) == both; };
    VEDETTE_TRY_VOID(AddFiltered(lhs, row, keep, result, context.budget));
  }
  for (size_t row = 0; either && row < rhs.rows(); ++row) {
    const size_t group = index.FindExisting(key.Of(rhs.labels(row)));
    const auto keep = [&](size_t i) { return !has(group, i); };
    VEDETTE_TRY_VOID(AddFiltered(rhs, row, keep, result, context.budget));
  }
  return MergeEqualLabels(std::move(result), context.budget);
}

}  // namespace vedette::query
