#pragma once

#include <string>

#include "query/ast.h"

namespace vedette::query {

// What the grammar alone cannot say about a node: types of operands, argument counts, matching
// clauses. Each returns the complaint, empty when there is none; the parser adds the place. Pure.

std::string CheckBinary(const BinaryExpr& expr, bool has_matching);
std::string CheckAggregate(AggregateOp op, const std::vector<ExprPtr>& args);
std::string CheckCall(const Function& function, const std::vector<ExprPtr>& args);
std::string CheckSelector(const VectorSelector& selector);

}  // namespace vedette::query
