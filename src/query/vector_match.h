#pragma once

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"

namespace vedette::query {

// Operators between two instant vectors, for all steps at once.

// Arithmetic and comparison. Error: kFailedPrecondition when an element has more partners at a step
// than the matching clause allows, or results have equal labels.
base::Result<Block> MatchVectors(const BinaryExpr& expr, const Block& lhs, const Block& rhs,
                                 Context& context);

// and, or, unless.
base::Result<Block> CombineSets(const BinaryExpr& expr, const Block& lhs, const Block& rhs,
                                Context& context);

}  // namespace vedette::query
