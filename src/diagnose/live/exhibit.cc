#include "diagnose/live/exhibit.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/id.h"
#include "base/json.h"

namespace vedette::diagnose::live {
namespace {

using evidence::Reading;

// Where the counts of a matrix begin to be above 0, from a time on.
std::optional<base::TimePoint> FirstCount(std::string_view result_json, base::TimePoint from) {
  const base::Result<base::Json> answer = base::ParseJson(result_json);
  if (!answer.ok() || (*answer)["result"].empty()) return std::nullopt;
  for (const base::Json& point : (*answer)["result"][0]["values"]) {
    const base::TimePoint time = base::FromMillis(std::llround(point[0].get<double>() * 1000));
    if (time >= from && point[1] != "0") return time;
  }
  return std::nullopt;
}

}  // namespace

Exhibits::Exhibits(const Occasion& occasion, const Gathered& gathered, const Diagnosis& diagnosis,
                   const evidence::Asker& asker, base::TimePoint now)
    : occasion_(occasion),
      gathered_(gathered),
      asker_(asker),
      now_(now),
      onset_(diagnosis.onset.value_or(occasion.onset)),
      usual_until_(diagnosis.usual_until.value_or(onset_)),
      until_(diagnosis.until.value_or(gathered.window.to) + gathered.window.windows.step) {}

model::Evidence Exhibits::Begin(std::string_view language, std::string query) const {
  model::Evidence evidence;
  evidence.id = "ev_" + base::NewId(now_);
  evidence.language = language;
  evidence.query = std::move(query);
  evidence.from = gathered_.window.from;
  evidence.to = gathered_.window.to;
  evidence.taken_at = now_;
  return evidence;
}

Reading Exhibits::ReadingBy(Reading::Rule rule) const {
  return {.rule = rule,
          .usual_until = onset_,
          .from = onset_,
          .to = until_,
          .before = {},
          .after = {},
          .deviation = {}};
}

// Of rows that may hold earlier troubles.
Reading Exhibits::UsualReadingBy(Reading::Rule rule) const {
  Reading reading = ReadingBy(rule);
  reading.usual_until = usual_until_;
  for (const Stretch& stretch : gathered_.left_out) {
    reading.without.emplace_back(stretch.from, stretch.to);
  }
  return reading;
}

Exhibit Exhibits::OfSeries(size_t series, Reading::Rule rule) const {
  const Series& row = gathered_.tables.series[series];
  const SeriesQuestion& question = gathered_.questions[series];
  Exhibit exhibit;
  exhibit.evidence = Begin(evidence::kPromql, question.query);
  exhibit.evidence.step = gathered_.window.windows.step;
  const std::vector<double>& values = question.answered.empty() ? row.window : question.answered;
  exhibit.reading = UsualReadingBy(rule);
  evidence::Take(exhibit.reading, gathered_.tables.times, values);
  query::MatrixSeries matrix{.labels = question.labels, .samples = {}};
  for (size_t i = 0; i < values.size(); ++i) {
    matrix.samples.t_ms.push_back(base::ToMillis(gathered_.tables.times[i]));
    matrix.samples.values.push_back(values[i]);
  }
  exhibit.evidence.result_json =
      evidence::WithReading(evidence::MatrixAnswer({std::move(matrix)}), exhibit.reading);
  return exhibit;
}

std::optional<Exhibit> Exhibits::OfQuery(const std::string& promql, Reading::Rule rule) const {
  Exhibit exhibit;
  exhibit.evidence = Begin(evidence::kPromql, promql);
  exhibit.evidence.step = gathered_.window.windows.step;
  base::Result<std::string> answer = asker_.Ask(occasion_.tenant, exhibit.evidence);
  if (!answer.ok()) return std::nullopt;
  exhibit.reading = UsualReadingBy(rule);
  if (!evidence::Take(exhibit.reading, *answer).ok()) return std::nullopt;
  if (!exhibit.reading.before && !exhibit.reading.after) return std::nullopt;
  exhibit.evidence.result_json = evidence::WithReading(*answer, exhibit.reading);
  return exhibit;
}

model::Evidence Exhibits::OfUnread(const std::string& promql) const {
  model::Evidence evidence = Begin(evidence::kPromql, promql);
  evidence.step = gathered_.window.windows.step;
  const base::Result<std::string> answer = asker_.Ask(occasion_.tenant, evidence);
  evidence.result_json = answer.ok() ? *answer : evidence::MatrixAnswer({});
  return evidence;
}

base::TimePoint Exhibits::LinesUntil() const { return std::min(until_, gathered_.window.to); }

std::optional<Exhibit> Exhibits::OfLogs(const LogForm& form) const {
  const base::Duration step = gathered_.window.windows.step;
  Exhibit exhibit;
  exhibit.evidence =
      Begin(evidence::kLogs, fmt::format("service={} pattern={} | count [{}]", Quoted(form.service),
                                         form.pattern, base::FormatDuration(step)));
  exhibit.evidence.step = step;
  exhibit.evidence.to = LinesUntil() - base::Duration(1);
  const base::Duration length = exhibit.evidence.to - onset_;
  exhibit.evidence.from =
      std::max(gathered_.window.from,
               base::FromMillis(base::ToMillis(onset_ - length) / step.count() * step.count()));
  base::Result<std::string> answer = asker_.Ask(occasion_.tenant, exhibit.evidence);
  if (!answer.ok()) return std::nullopt;
  exhibit.reading = ReadingBy(Reading::Rule::kSum);
  if (!evidence::Take(exhibit.reading, *answer).ok()) return std::nullopt;
  exhibit.first_at = FirstCount(*answer, onset_);
  exhibit.evidence.result_json = evidence::WithReading(*answer, exhibit.reading);
  return exhibit;
}

std::optional<Exhibit> Exhibits::OfLines(const std::string& query) const {
  Exhibit exhibit;
  exhibit.evidence = Begin(evidence::kLogs, query);
  exhibit.evidence.from = onset_;
  exhibit.evidence.to = LinesUntil() - base::Duration(1);
  base::Result<std::string> answer = asker_.Ask(occasion_.tenant, exhibit.evidence);
  if (!answer.ok()) return std::nullopt;
  exhibit.reading = ReadingBy(Reading::Rule::kSum);
  exhibit.reading.usual_until = exhibit.reading.from = base::FromMillis(0);
  if (!evidence::Take(exhibit.reading, *answer).ok()) return std::nullopt;
  exhibit.evidence.result_json = evidence::WithReading(*answer, exhibit.reading);
  return exhibit;
}

std::optional<SplitExhibit> Exhibits::OfSplit(const std::string& promql,
                                              const std::string& label) const {
  SplitExhibit split;
  split.evidence = Begin(evidence::kPromql, promql);
  split.evidence.from = split.evidence.to = until_ - gathered_.window.windows.step;
  split.evidence.step = gathered_.window.windows.step;
  base::Result<std::string> text = asker_.Ask(occasion_.tenant, split.evidence);
  if (!text.ok()) return std::nullopt;
  const base::Result<base::Json> answer = base::ParseJson(*text);
  if (!answer.ok()) return std::nullopt;
  for (const base::Json& series : (*answer)["result"]) {
    if (!series["metric"].contains(label) || series["values"].empty()) continue;
    const std::string& value = series["values"][0][1].get_ref<const std::string&>();
    double number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    split.sums[series["metric"][label].get<std::string>()] = number;
  }
  split.evidence.result_json = *std::move(text);
  return split;
}

std::optional<model::Evidence> Exhibits::OfSpans(const std::string& operation,
                                                 const std::string& service) const {
  const evidence::TraceWindows& windows = gathered_.trace_windows;
  model::Evidence evidence =
      Begin(evidence::kSpans, evidence::SpanQuestion(operation, service, windows.split));
  evidence.from = windows.from;
  evidence.to = windows.to;
  base::Result<std::string> answer = asker_.Ask(occasion_.tenant, evidence);
  if (!answer.ok()) return std::nullopt;
  evidence.result_json = *std::move(answer);
  return evidence;
}

std::optional<model::Evidence> Exhibits::OfPair(const LostPair& pair) const {
  const evidence::TraceWindows& windows = gathered_.trace_windows;
  model::Evidence evidence = Begin(evidence::kPairs, evidence::PairQuestion(pair, windows.split));
  evidence.from = windows.from;
  evidence.to = windows.to;
  base::Result<std::string> answer = asker_.Ask(occasion_.tenant, evidence);
  if (!answer.ok()) return std::nullopt;
  evidence.result_json = *std::move(answer);
  return evidence;
}

model::Evidence Exhibits::OfCalls(const evidence::CallsSeen& calls) const {
  model::Evidence evidence =
      Begin(evidence::kEdges, evidence::EdgeQuestion(calls.caller, calls.callee));
  evidence.from = gathered_.calls_from;
  evidence.to = gathered_.calls_to;
  evidence.result_json = evidence::EdgeAnswer(calls);
  return evidence;
}

model::Evidence Exhibits::OfChange(const model::Change& change) const {
  model::Evidence evidence = Begin(evidence::kChanges, change.id);
  evidence.from = evidence.to = change.time;
  evidence.result_json = evidence::ChangeAnswer(change);
  return evidence;
}

}  // namespace vedette::diagnose::live
