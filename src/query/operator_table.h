#pragma once

#include <optional>
#include <string_view>

#include "query/ast.h"
#include "query/lexer.h"

namespace vedette::query {

// The binary operators of PromQL as the parser meets them. Pure.

inline constexpr int kPowPrecedence = 6;  // the highest

struct Operator {
  BinaryOp op;
  int precedence;  // from 1: `or`
};
// Nothing when the token is none.
std::optional<Operator> BinaryOperator(const Token& token);

// Words, in lower case, that stand for themselves and never for a metric.
bool IsReservedWord(std::string_view lower);

}  // namespace vedette::query
