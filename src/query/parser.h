#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/matcher.h"
#include "query/ast.h"
#include "query/duration_parser.h"

namespace vedette::query {

// Text to syntax tree. Pure and thread-safe; time and memory are linear in the text.

inline constexpr size_t kQueryBytesMax = 64 * 1024;
inline constexpr int kNestingMax = 64;  // parentheses, arguments, unary signs, powers
inline constexpr int kHeightMax = 256;  // of the tree, so also the terms of a + b + c ...

// Error: kInvalidArgument, field "query", message "line:column: parse error: ...". To evaluate
// the tree, `times` must be those of the query.
base::Result<ExprPtr> Parse(std::string_view query, std::optional<QueryTimes> times = {});

// The matchers of a lone selector such as `up{job="x"}`, as in match[] parameters.
base::Result<std::vector<model::Matcher>> ParseSelector(std::string_view text);

}  // namespace vedette::query
