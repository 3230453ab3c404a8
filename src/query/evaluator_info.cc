#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "query/evaluator.h"

// info(v, {selectors}): each series gets the data labels of the info series (target_info unless
// the selectors name another) with the same instance and job. Of several info series for one
// target the one with the newest sample counts. As in Prometheus, where the function is
// experimental and the identifying labels are fixed.

namespace vedette::query {
namespace {

constexpr std::string_view kIdentifying[] = {"instance", "job"};
constexpr std::string_view kDefaultInfoMetric = "target_info";
constexpr std::string_view kInfoMetrics = ".+_info";

struct InfoSelection {
  std::vector<model::Matcher> name_matchers;
  std::vector<model::Matcher> data_matchers;

  bool IsInfoName(std::string_view name) const {
    return std::all_of(name_matchers.begin(), name_matchers.end(),
                       [&](const model::Matcher& matcher) { return matcher.Matches(name); });
  }
  // Whether the info series' label is one to take over.
  bool Wants(std::string_view label) const {
    if (data_matchers.empty()) return true;
    return std::any_of(data_matchers.begin(), data_matchers.end(),
                       [&](const model::Matcher& matcher) { return matcher.name() == label; });
  }
  bool MayBeMissing() const {
    return std::all_of(data_matchers.begin(), data_matchers.end(),
                       [](const model::Matcher& matcher) { return matcher.MatchesEmpty(); });
  }
};

base::Result<InfoSelection> ReadSelection(const CallExpr& call) {
  InfoSelection selection;
  if (call.args.size() > 1) {
    const auto& selector = static_cast<const VectorSelector&>(*call.args[1]);
    for (const model::Matcher& matcher : selector.matchers) {
      const bool is_name = matcher.name() == model::kMetricName;
      (is_name ? selection.name_matchers : selection.data_matchers).push_back(matcher);
    }
  }
  // Names that are only ruled out leave the other info metrics.
  const bool named = std::any_of(selection.name_matchers.begin(), selection.name_matchers.end(),
                                 [](const model::Matcher& matcher) {
                                   return matcher.op() == model::MatchOp::kEqual ||
                                          matcher.op() == model::MatchOp::kRegex;
                                 });
  if (!named) {
    const bool any = !selection.name_matchers.empty();
    VEDETTE_TRY(model::Matcher matcher,
                model::Matcher::Create(std::string(model::kMetricName),
                                       any ? model::MatchOp::kRegex : model::MatchOp::kEqual,
                                       std::string(any ? kInfoMetrics : kDefaultInfoMetric)));
    selection.name_matchers.push_back(std::move(matcher));
  }
  return selection;
}

// The identifying labels, as a key.
std::string TargetOf(model::LabelsView labels) {
  std::string key;
  for (const std::string_view name : kIdentifying) {
    if (const std::string_view value = labels.Get(name); !value.empty()) {
      model::AppendCanonicalLabel(key, name, value);
    }
  }
  return key;
}

// By target: the rows of each info metric.
using InfoRows = std::map<std::string, std::map<std::string_view, std::vector<size_t>>>;

InfoRows GroupInfo(const Block& info) {
  InfoRows rows;
  for (size_t row = 0; row < info.rows(); ++row) {
    rows[TargetOf(info.labels(row))][info.labels(row).metric_name()].push_back(row);
  }
  return rows;
}

// The row with the newest sample at a step, or kNone.
base::Result<size_t> Newest(const std::vector<size_t>& rows, const Block& info, size_t i) {
  size_t newest = KeyIndex::kNone;
  for (const size_t row : rows) {
    const double time = info.cells(row)[i];
    if (IsAbsent(time)) continue;
    if (newest != KeyIndex::kNone && info.cells(newest)[i] == time) {
      return base::FailedPrecondition(fmt::format(
          "found duplicate series for info metric: existing {} @ {:.0f}, new {} @ {:.0f}",
          info.labels(newest).ToString(), time * 1000, info.labels(row).ToString(), time * 1000));
    }
    if (newest == KeyIndex::kNone || info.cells(newest)[i] < time) newest = row;
  }
  return newest;
}

class InfoJoin {
 public:
  InfoJoin(const InfoSelection& selection, const Block& base, const Block& info, Context& context)
      : selection_(selection),
        base_(base),
        info_(info),
        rows_(GroupInfo(info)),
        context_(context),
        result_(context.budget, base.width()) {}

  base::Result<Block> Run() {
    for (size_t row = 0; row < base_.rows(); ++row) {
      VEDETTE_TRY_VOID(context_.budget.Work(base_.width() * 20 + 300));
      if (selection_.IsInfoName(base_.labels(row).metric_name())) {
        VEDETTE_TRY_VOID(result_.AddRowOf(base_, row, base_.labels(row)));
      } else {
        VEDETTE_TRY_VOID(Join(row));
      }
    }
    return MergeEqualLabels(std::move(result_), context_.budget);
  }

 private:
  // A series has other labels at steps with other info series: one row of the result for each.
  base::Result<> Join(size_t row) {
    const auto target = rows_.find(TargetOf(base_.labels(row)));
    std::map<std::vector<size_t>, std::vector<char>> steps_by_partners;
    for (size_t i = 0; i < base_.width(); ++i) {
      if (IsAbsent(base_.cells(row)[i])) continue;
      std::vector<size_t> partners;
      if (target != rows_.end() && !target->first.empty()) {
        for (const auto& [name, rows] : target->second) {
          VEDETTE_TRY(const size_t partner, Newest(rows, info_, i));
          if (partner != KeyIndex::kNone) partners.push_back(partner);
        }
      }
      if (partners.empty() && !selection_.MayBeMissing()) continue;
      std::vector<char>& steps = steps_by_partners[partners];
      steps.resize(base_.width(), 0);
      steps[i] = 1;
    }
    for (const auto& [partners, steps] : steps_by_partners) {
      VEDETTE_TRY(model::Labels labels, Joined(row, partners));
      VEDETTE_TRY_VOID(
          result_.AddRowOf(base_, row, std::move(labels), [&](size_t i) { return steps[i] != 0; }));
    }
    return {};
  }

  base::Result<model::Labels> Joined(size_t row, const std::vector<size_t>& partners) const {
    std::map<std::string_view, std::string_view> added;
    for (const size_t partner : partners) {
      for (const model::Label& label : info_.labels(partner)) {
        if (label.name == model::kMetricName || !selection_.Wants(label.name)) continue;
        const auto [found, is_new] = added.emplace(label.name, label.value);
        if (!is_new && found->second != label.value) {
          return base::FailedPrecondition(fmt::format("conflicting label: {}", label.name));
        }
      }
    }
    model::LabelsBuilder builder(base_.labels(row));
    for (const auto& [name, value] : added) {
      if (base_.labels(row).Get(name).empty()) builder.Set(name, value);
    }
    return builder.Build();
  }

  const InfoSelection& selection_;
  const Block& base_;
  const Block& info_;
  const InfoRows rows_;
  Context& context_;
  Block result_;
};

// The modifier of the first selector in an expression, depth first: info series are looked up
// at the same time.
const TimeModifier* FirstModifier(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kVectorSelector: return &static_cast<const VectorSelector&>(expr).when;
    case ExprKind::kMatrixSelector: return &static_cast<const MatrixSelector&>(expr).selector->when;
    case ExprKind::kSubquery: return FirstModifier(*static_cast<const Subquery&>(expr).expr);
    case ExprKind::kUnary: return FirstModifier(*static_cast<const UnaryExpr&>(expr).expr);
    case ExprKind::kParen: return FirstModifier(*static_cast<const ParenExpr&>(expr).expr);
    case ExprKind::kBinary: {
      const auto& binary = static_cast<const BinaryExpr&>(expr);
      const TimeModifier* left = FirstModifier(*binary.lhs);
      return left != nullptr ? left : FirstModifier(*binary.rhs);
    }
    case ExprKind::kAggregate: return FirstModifier(*static_cast<const AggregateExpr&>(expr).expr);
    case ExprKind::kCall:
      for (const ExprPtr& arg : static_cast<const CallExpr&>(expr).args) {
        if (const TimeModifier* modifier = FirstModifier(*arg)) return modifier;
      }
      return nullptr;
    default: return nullptr;
  }
}

}  // namespace

base::Result<Block> Evaluator::InfoCall(const CallExpr& call) {
  VEDETTE_TRY(const Block base, Vector(*call.args[0]));
  VEDETTE_TRY(const InfoSelection selection, ReadSelection(call));
  VectorSelector selector(call.span);
  selector.matchers = selection.name_matchers;
  selector.matchers.insert(selector.matchers.end(), selection.data_matchers.begin(),
                           selection.data_matchers.end());
  if (const TimeModifier* when = FirstModifier(*call.args[0])) selector.when = *when;
  VEDETTE_TRY(const Block info, SelectInstant(selector, Want::kTimes));
  return InfoJoin(selection, base, info, context_).Run();
}

}  // namespace vedette::query
