#include "rules/anomaly.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>
#include <string>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "model/alert.h"
#include "rules/log_question.h"

namespace vedette::rules {
namespace {

constexpr size_t kSummaryBytesMax = 500;
// What evidence shows before an alert became active, at least.
constexpr base::Duration kContext = std::chrono::minutes(10);
// Languages of evidence (evidence/question.h).
constexpr std::string_view kPromql = "promql";
constexpr std::string_view kLogs = "logs";

std::string_view Find(const Texts& texts, std::string_view name) {
  for (const auto& [key, value] : texts) {
    if (key == name) return value;
  }
  return {};
}

std::string Summary(const AlertChange& change) {
  std::string_view text = Find(change.alert.annotations, "summary");
  if (text.empty()) text = Find(change.alert.annotations, "message");
  if (text.empty()) text = Find(change.alert.annotations, "description");
  std::string out = change.rule->name;
  if (!text.empty()) out += ": " + base::OneLine(text, kSummaryBytesMax);
  return out;
}

double Seconds(base::TimePoint time) { return static_cast<double>(base::ToMillis(time)) / 1000; }

void WriteExamples(base::JsonWriter& json, const std::vector<Example>& examples) {
  json.Key("examples").BeginArray();
  for (const Example& example : examples) {
    json.BeginObject().Field("time", example.time);
    json.Field("id", example.id).Field("text", example.text).EndObject();
  }
  json.EndArray();
}

// The value, and by `labels` which of the series that the expression gives has it.
std::string ValueJson(const AlertChange& change, const std::vector<Example>& examples) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("observed").BeginArray().BeginArray();
  json.Value(Seconds(change.alert.value_at)).Value(change.alert.value).EndArray().EndArray();
  json.Field("labels", change.alert.labels).Field("annotations", change.alert.annotations);
  if (change.rule->records != nullptr) WriteExamples(json, examples);
  json.EndObject();
  return out;
}

// The count as a log query answers it (evidence/question.h): lines of the whole window.
std::string CountJson(const AlertChange& change, const LogQuestion& question,
                      const std::vector<Example>& examples) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("resultType", "matrix").Key("result").BeginArray();
  json.BeginObject().Key("metric").BeginObject().EndObject().Key("values").BeginArray();
  json.BeginArray().Value(Seconds(question.from)).Value(fmt::format("{}", change.alert.value));
  json.EndArray().EndArray().EndObject().EndArray().Field("complete", true);
  json.Field("recorded", question.recorded).Field("annotations", change.alert.annotations);
  WriteExamples(json, examples);
  json.EndObject();
  return out;
}

// Labels that the rule sets are not those of what was counted.
std::optional<LogQuestion> QuestionOf(const AlertChange& change) {
  const Rule& rule = *change.rule;
  if (rule.records == nullptr) return std::nullopt;
  for (const std::string& field : rule.records->by) {
    if (!Find(rule.labels, FieldLabel(field)).empty()) return std::nullopt;
  }
  return LogQuestionOf(*rule.records, change.alert.labels, change.alert.value_at);
}

void DescribeEvidence(const AlertChange& change, const std::vector<Example>& examples,
                      model::Evidence& out) {
  const AlertStatus& alert = change.alert;
  out.taken_at = alert.value_at;
  if (const std::optional<LogQuestion> question = QuestionOf(change)) {
    out.language = kLogs;
    out.query = question->query;
    out.from = question->from;
    out.to = question->to;
    out.step = question->step;
    out.result_json = CountJson(change, *question, examples);
    return;
  }
  out.language = kPromql;
  out.step = base::Duration(0);
  out.query = change.rule->expr;
  out.from = alert.active_at - std::max<base::Duration>(kContext, change.rule->for_duration);
  out.to = alert.value_at;
  out.result_json = ValueJson(change, examples);
}

}  // namespace

void DescribeAlert(const AlertChange& change, base::TimePoint now, model::Anomaly& out,
                   const std::vector<Example>& examples) {
  const AlertStatus& alert = change.alert;
  out.kind = model::AnomalyKind::kRule;
  out.entity = model::EntityOfAlert(alert.labels);
  out.labels = alert.labels;
  out.severity = model::SeverityOfAlert(alert.labels);
  out.score = out.severity == model::Severity::kCritical  ? 0.95
              : out.severity == model::Severity::kWarning ? 0.8
                                                          : 0.5;
  out.started_at = alert.active_at;
  out.updated_at = now;
  out.observed = alert.value;
  out.expected_low = -std::numeric_limits<double>::infinity();
  out.expected_high = std::numeric_limits<double>::infinity();
  out.detector = change.rule->name;
  out.summary = Summary(change);
  out.annotations = model::Labels(alert.annotations);
  DescribeEvidence(change, examples, out.evidence);
}

}  // namespace vedette::rules
