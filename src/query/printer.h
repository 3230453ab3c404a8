#pragma once

#include <string>

#include "query/ast.h"

namespace vedette::query {

// The canonical text of an expression, in one line: Parse(Print(x)) gives the same tree. Pure.
std::string Print(const Expr& expr);

// name{a="x",b=~"y"}, without time modifiers.
std::string PrintSelector(const VectorSelector& selector);

}  // namespace vedette::query
