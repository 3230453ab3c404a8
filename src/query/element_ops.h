#pragma once

#include <cstddef>

#include "base/result.h"
#include "query/ast.h"
#include "query/block.h"
#include "query/context.h"
#include "query/histogram_ops.h"

namespace vedette::query {

// Operators between two elements that may be native histograms.

struct Element {
  double value = 0;
  HistogramPtr histogram;  // null: the element is the number
};

struct ElementOutcome {
  bool fails = false;  // the operator is not for these types: no result, not even with `bool`
  bool keeps = true;   // of comparisons: it holds
  Element element;
};

// Remarks on the way go to the context, placed at the operator's expression.
ElementOutcome ApplyToElements(const BinaryExpr& expr, const Element& lhs, const Element& rhs,
                               Context& context);

// Applies the operator and stores the outcome in a cell, if there is any. Comparisons that filter
// store `kept`, or the left side when it is null.
base::Result<> ApplyToCell(const BinaryExpr& expr, const Element& lhs, const Element& rhs,
                           const Element* kept, Block& result, size_t row, size_t i,
                           Context& context);

}  // namespace vedette::query
