#pragma once

#include <string>
#include <vector>

#include "query/ast.h"

namespace vedette::query {

// What tools do with syntax trees. Pure.

// The canonical text of an expression, over several lines where a part is longer than 100
// characters: Prometheus' format_query. Parse(Pretty(x)) gives the same tree.
std::string Pretty(const Expr& expr);

// All selectors of an expression, in the order of the text. They live as long as `expr`.
std::vector<const VectorSelector*> SelectorsOf(const Expr& expr);

}  // namespace vedette::query
