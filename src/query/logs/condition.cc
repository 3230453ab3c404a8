#include "query/logs/condition.h"

#include <charconv>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <re2/re2.h>

#include "model/log_record.h"
#include "query/logs/number.h"

namespace vedette::query::logs {
namespace {

using records::LogCondition;

constexpr int64_t kRegexBytesMax = 1 << 20;

template <typename T>
bool Holds(std::string_view op, const T& a, const T& b) {
  if (op == ">") return a > b;
  if (op == ">=") return a >= b;
  if (op == "<") return a < b;
  return a <= b;
}

base::Result<LogCondition> CompareLevel(std::string_view op, const std::string& value) {
  const auto level = model::ParseLogSeverity(value);
  if (!level || op == "=~" || op == "!~") {
    return base::InvalidArgument(
        "level is compared by =, !=, >, >=, < or <= with trace, debug, info, warning, error or "
        "fatal");
  }
  LogCondition condition;
  condition.kind = LogCondition::Kind::kLevel;
  for (int i = 0; i <= static_cast<int>(model::LogSeverity::kFatal); ++i) {
    const int wanted = static_cast<int>(*level);
    const bool holds = op == "=" ? i == wanted : op == "!=" ? i != wanted : Holds(op, i, wanted);
    if (holds) condition.levels = static_cast<uint8_t>(condition.levels | (1u << i));
  }
  return condition;
}

base::Result<LogCondition> ComparePattern(std::string_view op, const std::string& value) {
  LogCondition condition;
  condition.kind = LogCondition::Kind::kPattern;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, condition.pattern, 16);
  if (error != std::errc{} || rest != end || (op != "=" && op != "!=")) {
    return base::InvalidArgument("pattern is compared by = or != with the id of a pattern");
  }
  return op == "=" ? condition : Not(std::move(condition));
}

base::Result<LogCondition> MatchField(std::string_view field, const std::string& expression) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kRegexBytesMax);
  const auto regex = std::make_shared<const re2::RE2>(expression, options);
  if (!regex->ok()) return base::InvalidArgument("regex: " + regex->error());
  LogCondition condition;
  condition.kind = LogCondition::Kind::kField;
  condition.field = field;
  condition.test = [regex](std::optional<std::string_view> actual) {
    const std::string_view text = actual.value_or("");
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex);
  };
  return condition;
}

}  // namespace

LogCondition Not(LogCondition condition) {
  LogCondition negated;
  negated.kind = LogCondition::Kind::kNot;
  negated.parts.push_back(std::move(condition));
  return negated;
}

base::Result<LogCondition> Compare(std::string_view field, std::string_view op,
                                   const std::string& value) {
  if (field == "level") return CompareLevel(op, value);
  if (field == "pattern") return ComparePattern(op, value);
  if (op == "=") return LogCondition::FieldIs(field, value);
  if (op == "!=") return Not(LogCondition::FieldIs(field, value));
  if (op == "=~") return MatchField(field, value);
  if (op == "!~") {
    VEDETTE_TRY(LogCondition condition, MatchField(field, value));
    return Not(std::move(condition));
  }
  const auto limit = NumberOf(value);
  if (!limit.has_value()) {
    return base::InvalidArgument(fmt::format("{} needs a number, not \"{}\"", op, value));
  }
  LogCondition condition;
  condition.kind = LogCondition::Kind::kField;
  condition.field = field;
  condition.test = [op = std::string(op), limit = *limit](std::optional<std::string_view> actual) {
    const auto number = actual.has_value() ? NumberOf(*actual) : std::nullopt;
    return number.has_value() && Holds(op, *number, limit);
  };
  return condition;
}

}  // namespace vedette::query::logs
