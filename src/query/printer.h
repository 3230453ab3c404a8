#pragma once

#include <string>

#include "query/ast.h"

namespace vedette::query {

// The canonical text of an expression, in one line: Parse(Print(x)) gives the same tree. Pure.
std::string Print(const Expr& expr);

// Parts of it: "sum by (job) " before the parenthesis; "+ on (job)" between the operands;
// "[5m:1m] offset 1h" after the expression of a subquery.
std::string PrintAggregateHead(const AggregateExpr& expr);
std::string PrintOperator(const BinaryExpr& expr);
std::string PrintSubqueryRange(const Subquery& subquery);

// name{a="x",b=~"y"}, without time modifiers.
std::string PrintSelector(const VectorSelector& selector);

}  // namespace vedette::query
