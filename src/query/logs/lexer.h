#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::query::logs {

// The words and signs of a log query.
struct Token {
  enum class Kind : uint8_t { kWord, kQuoted, kSign, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;    // unescaped for kQuoted
  size_t offset = 0;   // in the query
  bool glued = false;  // no space between it and the token before

  bool Is(std::string_view sign) const { return kind == Kind::kSign && text == sign; }
  // Keywords are words, in any case.
  bool IsWord(std::string_view keyword) const;
};

// "1:14: message" as an error; `field` is "query".
base::Error ErrorAt(std::string_view query, size_t offset, std::string_view message);

// Ends with a kEnd. Error: kInvalidArgument with the position.
base::Result<std::vector<Token>> Tokenize(std::string_view query);

}  // namespace vedette::query::logs
