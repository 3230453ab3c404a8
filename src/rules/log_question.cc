#include "rules/log_question.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <string_view>

#include "query/logs/query.h"
#include "rules/section.h"

namespace vedette::rules {
namespace {

constexpr base::Duration kInstant{1};

// Which every line has: no other field can be in its message.
bool IsOfAllLines(std::string_view field) {
  return field == "service" || field == "level" || field == "trace_id";
}

bool WasCut(std::string_view value) { return value.ends_with("..."); }

// Adds the conditions of a group to the query, and its labels to the series.
bool AddGroup(const RecordRule& rule, model::LabelsView labels, LogQuestion& question) {
  std::string where;
  std::set<std::string> names;
  bool in_message = false;
  for (const std::string& field : rule.by) {
    const std::string name = FieldLabel(field);
    const std::string_view value = labels.Get(name);
    if (!names.insert(name).second || WasCut(value)) return false;
    where += fmt::format(" {}={}", IsOfAllLines(field) ? field : Quoted(field), Quoted(value));
    question.recorded += fmt::format(",{}={}", name, Quoted(value));
    in_message = in_message || !IsOfAllLines(field);
  }
  // A rule reads the fields of a message that is a JSON object without being told to.
  if (in_message) question.query += " | json";
  if (!where.empty()) question.query += " | where" + where;
  return true;
}

void AddPattern(model::LabelsView labels, LogQuestion& question) {
  const std::string service = Quoted(labels.Get("service"));
  const std::string_view pattern = labels.Get("pattern");
  question.query += fmt::format(" | where service={} pattern={}", service, pattern);
  question.recorded += fmt::format(",service={},pattern={}", service, Quoted(pattern));
}

}  // namespace

std::optional<LogQuestion> LogQuestionOf(const RecordRule& rule, model::LabelsView labels,
                                         base::TimePoint at) {
  const bool burst = rule.kind == RecordRule::Kind::kBurst;
  if (!burst && rule.kind != RecordRule::Kind::kNewPattern) return std::nullopt;
  LogQuestion question{
      .query = rule.input.text,
      .from = at - rule.window + kInstant,
      .to = at,
      .step = rule.window,
      .recorded = fmt::format("{}{{rule={}", burst ? kLogBurst : kNewPattern, Quoted(rule.name))};
  if (burst) {
    if (!AddGroup(rule, labels, question)) return std::nullopt;
  } else {
    AddPattern(labels, question);
  }
  question.query += " | count";
  question.recorded += "}";
  if (!query::logs::Parse(question.query).ok()) return std::nullopt;
  return question;
}

}  // namespace vedette::rules
