#include "records/log_condition.h"

#include <utility>

namespace vedette::records {

LogCondition LogCondition::Phrase(std::string_view text) {
  LogCondition condition;
  condition.kind = Kind::kPhrase;
  condition.text = text;
  return condition;
}

LogCondition LogCondition::Part(std::string_view text) {
  LogCondition condition;
  condition.kind = text.empty() ? Kind::kAll : Kind::kPart;
  condition.text = text;
  return condition;
}

LogCondition LogCondition::MinLevel(model::LogSeverity level) {
  LogCondition condition;
  condition.kind = Kind::kLevel;
  condition.levels = static_cast<uint8_t>(0x3f & ~((1u << static_cast<unsigned>(level)) - 1));
  return condition;
}

LogCondition LogCondition::FieldIs(std::string_view field, std::string_view value) {
  LogCondition condition;
  condition.kind = Kind::kField;
  condition.field = field;
  condition.equals = value;
  condition.test = [wanted = std::string(value)](std::optional<std::string_view> actual) {
    return actual.value_or("") == wanted;
  };
  return condition;
}

LogCondition LogCondition::And(std::vector<LogCondition> parts) {
  LogCondition condition;
  condition.kind = Kind::kAnd;
  condition.parts = std::move(parts);
  return condition;
}

}  // namespace vedette::records
