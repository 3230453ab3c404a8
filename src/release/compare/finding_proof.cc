#include "release/compare/finding_proof.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/json_writer.h"
#include "release/counts.h"
#include "release/proof.h"
#include "release/signals.h"

namespace vedette::release::compare {
namespace {

bool IsName(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == ':';
  });
}

// name{...} and nothing else.
bool IsSelector(std::string_view text) {
  const size_t brace = text.find('{');
  return text.ends_with('}') && brace != std::string_view::npos && IsName(text.substr(0, brace)) &&
         std::count(text.begin(), text.end(), '{') == 1;
}

// By how much the answers of one class grew, in rows that are thinner than those that were counted.
Tally Growth(const Rows& rows, const std::string& code, const std::string& which,
             int64_t watched_ms) {
  const int64_t step = rows.grid.step_ms;
  const int64_t before = std::max<int64_t>(0, watched_ms - rows.grid.start_ms);
  Tally sum;
  for (const query::MatrixSeries& series : rows.series) {
    if (ClassOf(series.labels.Get(code)) != which) continue;
    for (const double growth :
         Increases(series, rows.grid, static_cast<size_t>((before + step - 1) / step))) {
      sum.total += growth;
    }
  }
  return sum;
}

Source ProofOf(const Answers& answers, const Rows& rows, const Finding& finding,
               const std::string& query, double want) {
  Rows mine;
  mine.grid = rows.grid;
  mine.source.query = query;
  for (const query::MatrixSeries& series : rows.series) {
    if (RowName(series.labels, answers.key) == finding.row) mine.series.push_back(series);
  }
  std::string counted = fmt::format("{}; {}", finding.what, answers.counted);
  if (answers.code.empty() || finding.kind == "in_a_row") {
    return WithAnswer(mine, std::move(counted));
  }
  const size_t watched = FirstPoint(rows.series, rows.grid).value_or(0);
  const int64_t watched_ms = rows.grid.start_ms + static_cast<int64_t>(watched) * rows.grid.step_ms;
  const base::TimePoint from = base::FromMillis(rows.grid.start_ms);
  const base::TimePoint to =
      from + base::Duration(rows.grid.step_ms * static_cast<int64_t>(rows.grid.intervals()));
  const auto count = [&](const Rows& thin) {
    return Growth(thin, answers.code, finding.what, watched_ms);
  };
  return release::Prove(mine, from, to, {.total = want}, count, std::move(counted));
}

model::Evidence EvidenceIn(const Finding& finding, const std::string& id, std::string_view window,
                           const Source& source, base::TimePoint taken_at) {
  model::Evidence evidence;
  evidence.id = id;
  evidence.query = source.query;
  evidence.from = source.from;
  evidence.to = source.to;
  evidence.step = source.step;
  evidence.taken_at = taken_at;
  std::string& out = evidence.result_json;
  base::JsonWriter json(out);
  json.BeginObject().Field("group", finding.group).Field("row", finding.row);
  json.Field("what", finding.what).Field("kind", finding.kind).Field("text", finding.text);
  json.Field("now", finding.now).Field("then", finding.then).Field("limit", finding.limit);
  json.Field("window", window).Field("counted", source.counted).EndObject();
  if (!source.answer_json.empty()) {
    out.back() = ',';
    out += source.answer_json.substr(1);
  }
  return evidence;
}

}  // namespace

std::string RowName(model::LabelsView labels, const std::vector<std::string>& key) {
  std::string name;
  for (const std::string& label : key) {
    const std::string_view value = labels.Get(label);
    if (value.empty()) continue;
    if (!name.empty()) name += ' ';
    name += value;
  }
  return name;
}

std::string Narrowed(const std::string& query, const std::vector<std::string>& key,
                     model::LabelsView labels) {
  std::string matchers;
  std::string one = "vector(1)";
  for (const std::string& label : key) {
    const std::string matcher = Matching(label, labels.Get(label));
    matchers += (matchers.empty() ? "" : ",") + matcher;
    one = fmt::format("label_replace({}, \"{}\", {}, \"\", \"\")", one, label,
                      matcher.substr(label.size() + 1));
  }
  if (IsName(query)) return fmt::format("{}{{{}}}", query, matchers);
  if (IsSelector(query)) {
    const bool alone = query[query.size() - 2] == '{';
    return fmt::format("{}{}{}}}", query.substr(0, query.size() - 1), alone ? "" : ",", matchers);
  }
  return fmt::format("({}) and on ({}) {}", query, fmt::join(key, ", "), one);
}

void Prove(const Answers& answers, Finding& finding) {
  std::string query = answers.query;
  for (const Rows* rows : {&answers.now, &answers.then}) {
    const auto found = std::find_if(
        rows->series.begin(), rows->series.end(),
        [&](const auto& series) { return RowName(series.labels, answers.key) == finding.row; });
    if (found == rows->series.end()) continue;
    query = Narrowed(answers.query, answers.key, found->labels);
    break;
  }
  finding.asked_now = ProofOf(answers, answers.now, finding, query, finding.now);
  if (finding.then) {
    finding.asked_then = ProofOf(answers, answers.then, finding, query, *finding.then);
  }
}

std::vector<model::Evidence> EvidenceOf(const Report& report, base::TimePoint taken_at) {
  std::vector<model::Evidence> all;
  for (const Finding& finding : report.findings) {
    all.push_back(EvidenceIn(finding, finding.evidence_id, "now", finding.asked_now, taken_at));
    if (finding.then_evidence_id.empty()) continue;
    all.push_back(
        EvidenceIn(finding, finding.then_evidence_id, "then", finding.asked_then, taken_at));
  }
  return all;
}

}  // namespace vedette::release::compare
