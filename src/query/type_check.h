#pragma once

#include <string>

#include "query/ast.h"

namespace vedette::query {

// What the grammar alone cannot say about a node: types of operands, argument counts, matching
// clauses. Each returns the complaint, empty when there is none; the parser adds the place. Pure.

struct Complaint {
  std::string text;
  const Expr* at = nullptr;  // null: the operator or function itself
};

Complaint CheckBinary(const BinaryExpr& expr, bool has_matching);
Complaint CheckAggregate(AggregateOp op, const std::vector<ExprPtr>& args);
Complaint CheckCall(const Function& function, const std::vector<ExprPtr>& args);
// `bare` selectors may match everything.
std::string CheckSelector(const VectorSelector& selector, bool bare);

}  // namespace vedette::query
