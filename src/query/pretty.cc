#include "query/pretty.h"

#include <fmt/format.h>
#include <string_view>

#include "query/function_table.h"
#include "query/printer.h"

namespace vedette::query {
namespace {

constexpr size_t kLineMax = 100;

std::string Indent(int level) { return std::string(static_cast<size_t>(2 * level), ' '); }

std::string PrettyAt(const Expr& expr, int level);

std::string PrettyArguments(const std::vector<ExprPtr>& args, int level) {
  std::string out;
  for (const ExprPtr& arg : args) {
    if (!out.empty()) out += ",\n";
    out += PrettyAt(*arg, level);
  }
  return out;
}

// A node whose text is too long for a line. Selectors and literals have no parts to split.
std::string Split(const Expr& expr, int level) {
  const std::string indent = Indent(level);
  switch (expr.kind) {
    case ExprKind::kAggregate: {
      const auto& aggregate = static_cast<const AggregateExpr&>(expr);
      std::string out = indent + PrintAggregateHead(aggregate) + "(\n";
      if (aggregate.param != nullptr) out += PrettyAt(*aggregate.param, level + 1) + ",\n";
      return out + PrettyAt(*aggregate.expr, level + 1) + "\n" + indent + ")";
    }
    case ExprKind::kBinary: {
      const auto& binary = static_cast<const BinaryExpr&>(expr);
      return fmt::format("{}\n{}{}\n{}", PrettyAt(*binary.lhs, level + 1), indent,
                         PrintOperator(binary), PrettyAt(*binary.rhs, level + 1));
    }
    case ExprKind::kCall: {
      const auto& call = static_cast<const CallExpr&>(expr);
      return fmt::format("{}{}(\n{}\n{})", indent, call.function.name,
                         PrettyArguments(call.args, level + 1), indent);
    }
    case ExprKind::kParen:
      return fmt::format("{}(\n{}\n{})", indent,
                         PrettyAt(*static_cast<const ParenExpr&>(expr).expr, level + 1), indent);
    case ExprKind::kSubquery: {
      const auto& subquery = static_cast<const Subquery&>(expr);
      return PrettyAt(*subquery.expr, level) + PrintSubqueryRange(subquery);
    }
    case ExprKind::kUnary: {
      const auto& unary = static_cast<const UnaryExpr&>(expr);
      const std::string inner = PrettyAt(*unary.expr, level);
      return fmt::format("{}{}{}", indent, unary.negative ? '-' : '+',
                         std::string_view(inner).substr(indent.size()));
    }
    default: return indent + Print(expr);
  }
}

std::string PrettyAt(const Expr& expr, int level) {
  std::string line = Print(expr);
  if (line.size() <= kLineMax) return Indent(level) + line;
  return Split(expr, level);
}

void Collect(const Expr& expr, std::vector<const VectorSelector*>& out) {
  switch (expr.kind) {
    case ExprKind::kNumber:
    case ExprKind::kString: return;
    case ExprKind::kVectorSelector:
      out.push_back(&static_cast<const VectorSelector&>(expr));
      return;
    case ExprKind::kMatrixSelector:
      out.push_back(static_cast<const MatrixSelector&>(expr).selector.get());
      return;
    case ExprKind::kSubquery: Collect(*static_cast<const Subquery&>(expr).expr, out); return;
    case ExprKind::kUnary: Collect(*static_cast<const UnaryExpr&>(expr).expr, out); return;
    case ExprKind::kParen: Collect(*static_cast<const ParenExpr&>(expr).expr, out); return;
    case ExprKind::kBinary:
      Collect(*static_cast<const BinaryExpr&>(expr).lhs, out);
      Collect(*static_cast<const BinaryExpr&>(expr).rhs, out);
      return;
    case ExprKind::kAggregate: {
      const auto& aggregate = static_cast<const AggregateExpr&>(expr);
      if (aggregate.param != nullptr) Collect(*aggregate.param, out);
      Collect(*aggregate.expr, out);
      return;
    }
    case ExprKind::kCall:
      for (const ExprPtr& arg : static_cast<const CallExpr&>(expr).args) Collect(*arg, out);
      return;
  }
}

}  // namespace

std::string Pretty(const Expr& expr) { return PrettyAt(expr, 0); }

std::vector<const VectorSelector*> SelectorsOf(const Expr& expr) {
  std::vector<const VectorSelector*> selectors;
  Collect(expr, selectors);
  return selectors;
}

}  // namespace vedette::query
