#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/ast.h"

namespace vedette::query {

// The words of PromQL. Tokens refer to the query text, which must outlive them. Pure.

enum class TokenKind {
  kEnd,
  kWord,    // identifier or keyword, no colon
  kMetric,  // identifier with a colon
  kNumber,  // also a duration, in seconds
  kString,
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kComma,
  kColon,   // between the brackets of a subquery
  kAt,      // @
  kAssign,  // =
  kRegexMatch,
  kRegexNotMatch,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kTrimUpper,  // </
  kTrimLower,  // >/
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
  std::string_view text;     // as written
  std::string lower;         // of a kWord: in lower case, for keywords
  double number = 0;         // of a kNumber
  int64_t duration_ms = -1;  // of a kNumber written as a duration; else -1
};

// The value of a kNumber, or of the words Inf and NaN.
double ValueOfNumber(const Token& token);

// A parse error that begins with the place: "1:7: parse error: ...". Field "query".
base::Error ParseErrorAt(std::string_view query, uint32_t offset, std::string_view message);
// "1:7": line and column, from 1, columns in bytes.
std::string PlaceOf(std::string_view query, uint32_t offset);

// All tokens, the last one kEnd. Error: kInvalidArgument with the place.
base::Result<std::vector<Token>> Lex(std::string_view query);

// What is wrong with the brackets at a token that nobody expected there: "unclosed left
// parenthesis"; empty when it is not they.
std::string_view BracketFault(const std::vector<Token>& tokens, size_t at);

// The value of a kString token's text, without quotes and with escapes resolved. Errors name the
// escape; the caller adds the place.
base::Result<std::string> Unquote(std::string_view quoted);

// Prometheus' durations: whole numbers with y w d h m s ms, each at most once and in that order.
base::Result<int64_t> ParsePromDuration(std::string_view text);

}  // namespace vedette::query
