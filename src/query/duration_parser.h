#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/lexer.h"

namespace vedette::query {

// What step() and range() stand for in durations.
struct QueryTimes {
  int64_t step_ms = 0;   // 0 of an instant query
  int64_t range_ms = 0;  // end - start
};

// A duration as written in brackets or after `offset`.
struct DurationValue {
  double seconds = 0;
  std::string text;    // canonical
  bool lone = false;   // a number or duration, perhaps with a sign
  uint32_t begin = 0;  // in the query text
};

// Reads durations: numbers, durations, + - * / % ^, parentheses, step(), range(), min(a, b) and
// max(a, b). Moves `at` over the tokens it takes. Everything outlives it; without `times`, step()
// and range() are taken to be a minute and an hour. Errors as the parser's.
class DurationParser {
 public:
  DurationParser(std::string_view query, const std::vector<Token>& tokens, size_t& at,
                 std::optional<QueryTimes> times)
      : query_(query), tokens_(tokens), at_(at), times_(times) {}

  // A whole expression, as in brackets. `where` names them in errors.
  base::Result<DurationValue> Expression(std::string_view where);
  // What binds to `offset`: a signed number, duration or function; expressions in parentheses only.
  base::Result<DurationValue> Operand(std::string_view where);

  // Milliseconds; an error for those that 64 bits of nanoseconds do not hold.
  base::Result<int64_t> Milliseconds(const DurationValue& value) const;

 private:
  const Token& Peek() const { return tokens_[at_]; }
  bool TakeIf(TokenKind kind);
  base::Error Unexpected() const;
  base::Result<> Expect(TokenKind kind);
  // One level deeper; errors beyond the limit.
  base::Result<> Descend();
  base::Result<DurationValue> Climb(int min_precedence);
  base::Result<DurationValue> Signed();
  base::Result<DurationValue> Unary();
  base::Result<DurationValue> Primary();
  base::Result<DurationValue> Function();
  base::Result<DurationValue> Apply(const Token& op, const DurationValue& lhs,
                                    const DurationValue& rhs) const;

  std::string_view query_;
  const std::vector<Token>& tokens_;
  size_t& at_;
  const std::optional<QueryTimes> times_;
  std::string_view where_;
  int nesting_ = 0;
  int operators_ = 0;
};

// What a token is called in errors: `end of input`, `identifier "x"`, `<op:+>`, `")"`.
std::string DescribeToken(const Token& token);

}  // namespace vedette::query
