#include "rules/anomaly.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <string>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "model/alert.h"

namespace vedette::rules {
namespace {

constexpr size_t kSummaryBytesMax = 500;
// What evidence shows before an alert became active, at least.
constexpr base::Duration kContext = std::chrono::minutes(10);

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

std::string ResultJson(const AlertChange& change, base::TimePoint now,
                       const std::vector<Example>& examples) {
  std::string json;
  base::JsonWriter writer(json);
  writer.BeginObject().Key("observed").BeginArray().BeginArray();
  writer.Value(static_cast<double>(base::ToMillis(now)) / 1000).Value(change.alert.value);
  writer.EndArray().EndArray();
  writer.Field("annotations", change.alert.annotations);
  if (change.rule->records != nullptr) {
    writer.Key("examples").BeginArray();
    for (const Example& example : examples) {
      writer.BeginObject().Field("time", example.time);
      writer.Field("id", example.id).Field("text", example.text).EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return json;
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
  out.observed = std::isfinite(alert.value) ? alert.value : 0;
  out.expected_low = -std::numeric_limits<double>::infinity();
  out.expected_high = std::numeric_limits<double>::infinity();
  out.detector = change.rule->name;
  out.summary = Summary(change);
  out.annotations = model::Labels(alert.annotations);
  out.evidence.query = change.rule->expr;
  out.evidence.from =
      alert.active_at - std::max<base::Duration>(kContext, change.rule->for_duration);
  out.evidence.to = now;
  out.evidence.taken_at = now;
  out.evidence.result_json = ResultJson(change, now, examples);
}

}  // namespace vedette::rules
