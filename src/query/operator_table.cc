#include "query/operator_table.h"

namespace vedette::query {
namespace {

constexpr int kOrPrecedence = 1;
constexpr int kAndPrecedence = 2;
constexpr int kComparePrecedence = 3;
constexpr int kAddPrecedence = 4;
constexpr int kMulPrecedence = 5;

// Both enums have the comparisons in the same order.
BinaryOp ComparisonOf(TokenKind kind) {
  const int nth = static_cast<int>(kind) - static_cast<int>(TokenKind::kEqual);
  return static_cast<BinaryOp>(static_cast<int>(BinaryOp::kEqual) + nth);
}

}  // namespace

std::optional<Operator> BinaryOperator(const Token& token) {
  switch (token.kind) {
    case TokenKind::kAdd: return Operator{BinaryOp::kAdd, kAddPrecedence};
    case TokenKind::kSub: return Operator{BinaryOp::kSub, kAddPrecedence};
    case TokenKind::kMul: return Operator{BinaryOp::kMul, kMulPrecedence};
    case TokenKind::kDiv: return Operator{BinaryOp::kDiv, kMulPrecedence};
    case TokenKind::kMod: return Operator{BinaryOp::kMod, kMulPrecedence};
    case TokenKind::kTrimUpper: return Operator{BinaryOp::kTrimUpper, kComparePrecedence};
    case TokenKind::kTrimLower: return Operator{BinaryOp::kTrimLower, kComparePrecedence};
    case TokenKind::kPow: return Operator{BinaryOp::kPow, kPowPrecedence};
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterEqual: return Operator{ComparisonOf(token.kind), kComparePrecedence};
    case TokenKind::kWord:
      if (token.lower == "or") return Operator{BinaryOp::kOr, kOrPrecedence};
      if (token.lower == "and") return Operator{BinaryOp::kAnd, kAndPrecedence};
      if (token.lower == "unless") return Operator{BinaryOp::kUnless, kAndPrecedence};
      if (token.lower == "atan2") return Operator{BinaryOp::kAtan2, kMulPrecedence};
      return std::nullopt;
    default: return std::nullopt;
  }
}

bool IsReservedWord(std::string_view lower) {
  return lower == "on" || lower == "ignoring" || lower == "group_left" || lower == "group_right" ||
         lower == "bool" || lower == "atan2";
}

}  // namespace vedette::query
