#include "query/logs/lexer.h"

#include <algorithm>
#include <fmt/core.h>

namespace vedette::query::logs {
namespace {

constexpr size_t kQueryBytesMax = 8192;
constexpr std::string_view kSigns[] = {"=~", "!~", "!=", "|=", "|~", ">=", "<=", "=", ">", "<",
                                       "(",  ")",  "[",  "]",  "{",  "}",  "|",  ",", "!", "~"};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool EndsWord(char c) {
  return IsSpace(c) || std::string_view("=!><()[]|,~\"'`").find(c) != std::string_view::npos;
}
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The text of a quoted string that begins at `at`, which moves behind it. Backquotes take
// everything as it is.
base::Result<std::string> Unquote(std::string_view query, size_t& at) {
  const size_t begin = at;
  const char quote = query[at++];
  std::string text;
  for (; at < query.size() && query[at] != quote; ++at) {
    char c = query[at];
    if (c == '\\' && quote != '`') {
      if (++at == query.size()) break;
      c = query[at];
      if (c == 'n') {
        c = '\n';
      } else if (c == 't') {
        c = '\t';
      } else if (c != quote && c != '\\') {
        text += '\\';  // \d stays as it is, for regular expressions
      }
    }
    text += c;
  }
  if (at >= query.size()) return ErrorAt(query, begin, "the quoted text does not end");
  ++at;
  return text;
}

}  // namespace

bool Token::IsWord(std::string_view keyword) const {
  return kind == Kind::kWord && text.size() == keyword.size() &&
         std::equal(text.begin(), text.end(), keyword.begin(),
                    [](char a, char b) { return Lower(a) == Lower(b); });
}

base::Error ErrorAt(std::string_view query, size_t offset, std::string_view message) {
  size_t line = 1;
  size_t column = 1;
  for (const char c : query.substr(0, offset)) {
    line += c == '\n' ? 1 : 0;
    column = c == '\n' ? 1 : column + 1;
  }
  return base::InvalidArgument(fmt::format("{}:{}: {}", line, column, message), "query");
}

base::Result<std::vector<Token>> Tokenize(std::string_view query) {
  if (query.size() > kQueryBytesMax) {
    return base::InvalidArgument(
        fmt::format("the query has {} bytes; the limit is {}", query.size(), kQueryBytesMax),
        "query");
  }
  std::vector<Token> tokens;
  bool in_braces = false;
  // Words may hold braces, but not those of a selector.
  const auto ends_word = [&](char c) { return EndsWord(c) || (in_braces && c == '}'); };
  for (size_t i = 0; i < query.size();) {
    if (IsSpace(query[i])) {
      ++i;
      continue;
    }
    Token token;
    token.offset = i;
    token.glued = i > 0 && !IsSpace(query[i - 1]);
    if (query[i] == '"' || query[i] == '\'' || query[i] == '`') {
      token.kind = Token::Kind::kQuoted;
      VEDETTE_TRY(token.text, Unquote(query, i));
    } else if (query[i] != '{' && !ends_word(query[i])) {
      token.kind = Token::Kind::kWord;
      while (i < query.size() && !ends_word(query[i])) token.text += query[i++];
    } else {
      token.kind = Token::Kind::kSign;
      for (const std::string_view sign : kSigns) {
        if (!query.substr(i).starts_with(sign)) continue;
        token.text = sign;
        break;
      }
      i += token.text.size();
      in_braces = token.Is("{") || (in_braces && !token.Is("}"));
    }
    tokens.push_back(std::move(token));
  }
  tokens.push_back({Token::Kind::kEnd, "", query.size(), false});
  return tokens;
}

}  // namespace vedette::query::logs
