#include "rules/unit/test_file.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "rules/duration.h"

namespace vedette::rules::unit {
namespace {

using yaml::YamlReader;

void ReadDuration(YamlReader& reader, std::string_view key, base::Duration& out) {
  std::string text;
  if (!reader.Read(key, text)) return;
  const base::Result<base::Duration> duration = ParsePrometheusDuration(text);
  if (duration.ok()) {
    out = *duration;
  } else {
    reader.Problem(key, duration.error().message);
  }
}

Texts ReadMap(YamlReader& reader, std::string_view key) {
  Texts texts;
  reader.ReadTexts(key, [&](const std::string& name, const std::string& value) {
    texts.emplace_back(name, value);
  });
  std::sort(texts.begin(), texts.end());
  return texts;
}

void ReadLabels(YamlReader& reader, std::string_view key, model::Labels& out) {
  std::string text;
  if (!reader.Read(key, text) || text.empty()) return;
  base::Result<model::Labels> labels = ParseLabels(text);
  if (labels.ok()) {
    out = *std::move(labels);
  } else {
    reader.Problem(key, labels.error().message);
  }
}

InputSeries ReadSeries(YamlReader& reader) {
  InputSeries series;
  ReadLabels(reader, "series", series.labels);
  if (series.labels.empty()) reader.Problem("series", "a series needs a name or a label");
  std::string values;
  reader.Read("values", values);
  base::Result<std::vector<Place>> places = ParsePlaces(values);
  if (places.ok()) {
    series.places = *std::move(places);
  } else {
    reader.Problem("values", places.error().message);
  }
  return series;
}

// When a record of a test happens: at `time`, and `times` times in all, `every` so often.
struct Times {
  base::Duration first{0};
  base::Duration every{60'000};
  int64_t count = 1;
};

constexpr int64_t kTimesMax = 100'000;

Times ReadTimes(YamlReader& reader) {
  Times times;
  ReadDuration(reader, "time", times.first);
  ReadDuration(reader, "every", times.every);
  reader.Read("times", times.count, 1, kTimesMax);
  return times;
}

template <typename Record>
void Repeat(const Record& record, const Times& times, std::vector<Record>& out) {
  for (int64_t i = 0; i < times.count; ++i) {
    out.push_back(record);
    out.back().time = base::FromMillis((times.first + i * times.every).count());
  }
}

void ReadEvent(YamlReader& reader, std::vector<model::Event>& out) {
  model::Event event;
  const Times times = ReadTimes(reader);
  reader.Read("id", event.id);
  reader.Read("service", event.service);
  reader.Read("type", event.type);
  reader.Read("message", event.message);
  reader.Read("data", event.data_json);
  size_t severity = 0;
  if (reader.ReadChoice("severity", {"info", "warning", "critical"}, severity)) {
    event.severity = static_cast<model::Severity>(severity);
  }
  reader.ReadTexts("labels", [&](const std::string& name, const std::string& value) {
    event.labels.emplace_back(name, value);
  });
  const base::Result<base::Json> data = base::ParseJson(event.data_json);
  if (!data.ok() || !data->is_object()) {
    reader.Problem("data", "must be the text of a JSON object",
                   "data: '{\"status\": \"success\"}'");
  }
  Repeat(event, times, out);
}

void ReadLine(YamlReader& reader, std::vector<model::LogRecord>& out) {
  model::LogRecord line;
  const Times times = ReadTimes(reader);
  reader.Read("service", line.service);
  reader.Read("message", line.message);
  reader.Read("trace_id", line.trace_id);
  std::string level = "info";
  reader.Read("level", level);
  if (const auto parsed = model::ParseLogSeverity(level)) {
    line.level = *parsed;
  } else {
    reader.Problem("level", "must be trace, debug, info, warning, error or fatal");
  }
  reader.ReadTexts("fields", [&](const std::string& name, const std::string& value) {
    line.fields.emplace_back(name, value);
  });
  Repeat(line, times, out);
}

template <typename Record>
void SortByTime(std::vector<Record>& records) {
  std::sort(records.begin(), records.end(),
            [](const Record& a, const Record& b) { return a.time < b.time; });
}

AlertTest ReadAlertTest(YamlReader& reader) {
  AlertTest test;
  test.line = reader.line();
  ReadDuration(reader, "eval_time", test.eval_time);
  reader.Read("alertname", test.alertname);
  if (test.alertname.empty()) reader.Problem("alertname", "must be set");
  reader.ReadList("exp_alerts", [&](YamlReader& r) {
    Texts labels = ReadMap(r, "exp_labels");
    labels.emplace_back("alertname", test.alertname);
    test.expected.push_back({model::Labels(std::move(labels)), ReadMap(r, "exp_annotations")});
  });
  return test;
}

ExprTest ReadExprTest(YamlReader& reader) {
  ExprTest test;
  test.line = reader.line();
  ReadDuration(reader, "eval_time", test.eval_time);
  reader.Read("expr", test.expr);
  if (test.expr.empty()) reader.Problem("expr", "must be set");
  reader.ReadList("exp_samples", [&](YamlReader& r) {
    ExpectedSample sample;
    ReadLabels(r, "labels", sample.labels);
    std::string text;
    if (r.Read("value", text)) {
      const base::Result<double> value = ParseValue(text);
      if (value.ok()) {
        sample.value = *value;
      } else {
        r.Problem("value", value.error().message);
      }
    }
    if (r.Read("histogram", text); !text.empty() && text.starts_with("{{")) {
      base::Result<model::Histogram> histogram = ParseHistogram(text);
      if (histogram.ok()) {
        sample.histogram = *std::move(histogram);
      } else {
        r.Problem("histogram", histogram.error().message);
      }
    }
    test.expected.push_back(std::move(sample));
  });
  return test;
}

TestGroup ReadGroup(YamlReader& reader) {
  TestGroup group;
  group.line = reader.line();
  reader.Read("name", group.name);
  base::Duration interval{0};
  ReadDuration(reader, "interval", interval);
  if (interval.count() > 0) group.interval = interval;
  reader.ReadList("input_series", [&](YamlReader& r) { group.series.push_back(ReadSeries(r)); });
  reader.ReadList("input_events", [&](YamlReader& r) { ReadEvent(r, group.events); });
  reader.ReadList("input_logs", [&](YamlReader& r) { ReadLine(r, group.logs); });
  SortByTime(group.events);
  SortByTime(group.logs);
  reader.ReadList("alert_rule_test",
                  [&](YamlReader& r) { group.alerts.push_back(ReadAlertTest(r)); });
  reader.ReadList("promql_expr_test",
                  [&](YamlReader& r) { group.exprs.push_back(ReadExprTest(r)); });
  group.external_labels = model::Labels(ReadMap(reader, "external_labels"));
  reader.Read("external_url", group.external_url);
  std::string start;
  if (reader.Read("start_timestamp", start)) {
    const base::Result<base::TimePoint> time = base::ParseTime(start);
    if (time.ok()) {
      group.start = *time;
    } else {
      reader.Problem("start_timestamp", time.error().message);
    }
  }
  return group;
}

}  // namespace

TestFile ParseTestFile(std::string_view text, std::vector<yaml::Diagnostic>& problems) {
  TestFile file;
  const yaml::EnvironmentLookup as_written;
  yaml::ReadYaml(text, as_written, problems, [&](YamlReader& root) {
    root.Read("rule_files", file.rule_files);
    ReadDuration(root, "evaluation_interval", file.evaluation_interval);
    if (file.evaluation_interval.count() == 0) file.evaluation_interval = std::chrono::minutes(1);
    root.Read("group_eval_order", file.group_eval_order);
    root.Read("fuzzy_compare", file.fuzzy_compare);
    std::set<std::string> names;
    for (const std::string& name : file.group_eval_order) {
      if (names.insert(name).second) continue;
      root.Problem("group_eval_order",
                   fmt::format("group name repeated in evaluation order: {}", name));
    }
    root.ReadList("tests", [&](YamlReader& r) { file.tests.push_back(ReadGroup(r)); });
  });
  return file;
}

}  // namespace vedette::rules::unit
