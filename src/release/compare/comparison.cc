#include "release/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/duration.h"
#include "base/id.h"
#include "release/compare/finding_proof.h"
#include "release/counts.h"

namespace vedette::release::compare {
namespace {

constexpr size_t kNamesMax = 10;  // of a note
constexpr size_t kRowsMax = 500;  // of a table, and of findings; the largest are kept
constexpr double kSeriesAssumed = 500;

using Classes = std::map<std::string, std::vector<double>>;  // growth step by step
using Counts = std::map<std::string, Classes>;               // by row

bool Skipped(const std::string& row, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return row.starts_with(prefix); });
}

class Runner {
 public:
  Runner(const Comparison& comparison, const Ask& ask, base::TimePoint reference)
      : comparison_(comparison), ask_(ask) {
    report_.name = comparison.name;
    report_.now = {reference - comparison.window, reference};
    report_.then = {report_.now.from - comparison.offset, report_.now.to - comparison.offset};
    report_.step = comparison.step;
  }

  Report Run() {
    for (const RequestGroup& group : comparison_.requests) RunRequests(group);
    for (const LevelGroup& group : comparison_.levels) RunLevels(group);
    for (const MemberGroup& group : comparison_.members) RunMembers(group);
    if (!without_data_.empty()) {
      report_.notes.push_back(
          fmt::format("No data in either window for {}", fmt::join(without_data_, ", ")));
    }
    if (report_.findings.size() > kRowsMax) {
      report_.notes.push_back(
          fmt::format("{} findings more are left out", report_.findings.size() - kRowsMax));
      report_.findings.resize(kRowsMax);
    }
    for (Finding& finding : report_.findings) {
      finding.evidence_id = "ev_" + base::NewId(report_.now.to);
      if (finding.then) finding.then_evidence_id = "ev_" + base::NewId(report_.now.to);
    }
    return std::move(report_);
  }

 private:
  base::Result<Rows> Range(const std::string& text, const Window& window) const;
  static Counts Count(const RequestGroup& group, const Rows& rows);
  // Both windows; false: it is said in the table why not.
  bool Read(Answers& answers, Table& table) const;
  void RunRequests(const RequestGroup& group);
  void Compare(const RequestGroup& group, const Row& row);
  void FindRuns(const RequestGroup& group, const Classes& classes, Row& row);
  void RunLevels(const LevelGroup& group);
  void Compare(const LevelGroup& group, const Row& row, const std::vector<double>& points);
  base::Result<Rows> Members(const std::string& text, base::TimePoint at) const;
  void RunMembers(const MemberGroup& group);
  void Compare(const MemberGroup& group, const Row& row);
  void NoteMissing(const std::string& group, const std::set<std::string>& now,
                   const std::set<std::string>& then, bool each_row);
  void NoteRows(const std::string& what, const std::set<std::string>& rows,
                const std::set<std::string>& without);
  void ProveSince(size_t first, const Answers& answers);
  void Keep(Table table);

  const Comparison& comparison_;
  const Ask& ask_;
  Report report_;
  std::vector<std::string> without_data_;  // groups
};

base::Result<Rows> Runner::Range(const std::string& text, const Window& window) const {
  Rows rows;
  query::RangeQuery query;
  query.tenant = comparison_.tenant;
  query.text = text;
  query.start = window.from;
  query.end = window.to;
  query.step = StepFor(comparison_.step, window.to - window.from, kSeriesAssumed);
  rows.grid = {.start_ms = base::ToMillis(query.start),
               .step_ms = query.step.count(),
               .points = static_cast<size_t>((query.end - query.start) / query.step) + 1};
  VEDETTE_TRY(query::QueryResult result, ask_.range(query));
  rows.series = std::move(result.matrix);
  return rows;
}

bool Runner::Read(Answers& answers, Table& table) const {
  base::Result<Rows> now = Range(answers.query, report_.now);
  base::Result<Rows> then = Range(answers.query, report_.then);
  if (!now.ok() || !then.ok()) {
    table.error = (now.ok() ? then.error() : now.error()).message;
    return false;
  }
  answers.now = *std::move(now);
  answers.then = *std::move(then);
  return true;
}

Counts Runner::Count(const RequestGroup& group, const Rows& rows) {
  Counts counts;
  const std::optional<size_t> watched = FirstPoint(rows.series, rows.grid);
  if (!watched) return counts;
  for (const query::MatrixSeries& series : rows.series) {
    const std::string name = RowName(series.labels, group.key);
    if (name.empty() || Skipped(name, group.skip)) continue;
    std::vector<double>& sum = counts[name][ClassOf(series.labels.Get(group.code))];
    sum.resize(rows.grid.intervals());
    const std::vector<double> growth = Increases(series, rows.grid, *watched);
    for (size_t i = 0; i < growth.size(); ++i) sum[i] += growth[i];
  }
  return counts;
}

double Sum(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// Without one of the windows nothing is compared; else with the rows that only one of them has.
void Runner::NoteMissing(const std::string& group, const std::set<std::string>& now,
                         const std::set<std::string>& then, bool each_row) {
  if (now.empty() && then.empty()) {
    without_data_.push_back(group);
    return;
  }
  if (then.empty()) {
    report_.notes.push_back(fmt::format("No historical data available for {}", group));
    return;
  }
  if (now.empty()) {
    report_.notes.push_back(
        fmt::format("No data in the window for {}, which had some before", group));
    return;
  }
  NoteRows(fmt::format("No data in the window for these of {}, which had some before", group), then,
           now);
  if (each_row)
    NoteRows(fmt::format("No historical data available for these of {}", group), now, then);
}

void Runner::NoteRows(const std::string& what, const std::set<std::string>& rows,
                      const std::set<std::string>& without) {
  std::vector<std::string> names;
  std::set_difference(rows.begin(), rows.end(), without.begin(), without.end(),
                      std::back_inserter(names));
  if (names.empty()) return;
  const size_t more = names.size() - std::min(names.size(), kNamesMax);
  names.resize(names.size() - more);
  report_.notes.push_back(fmt::format("{}: {}{}", what, fmt::join(names, ", "),
                                      more > 0 ? fmt::format(" and {} more", more) : ""));
}

void Runner::Keep(Table table) {
  if (table.rows.size() > kRowsMax) {
    report_.notes.push_back(fmt::format("{} of {} rows of {} are left out",
                                        table.rows.size() - kRowsMax, table.rows.size(),
                                        table.group));
    table.rows.resize(kRowsMax);
  }
  report_.tables.push_back(std::move(table));
}

// Of the findings from that one on.
void Runner::ProveSince(size_t first, const Answers& answers) {
  for (size_t i = first; i < std::min(report_.findings.size(), kRowsMax); ++i) {
    Prove(answers, report_.findings[i]);
  }
}

template <typename Value>
std::set<std::string> NamesOf(const std::map<std::string, Value>& rows,
                              const std::vector<std::string>& skip) {
  std::set<std::string> names;
  for (const auto& [name, value] : rows) {
    if (!Skipped(name, skip)) names.insert(name);
  }
  return names;
}

void Runner::RunRequests(const RequestGroup& group) {
  Table table{.group = group.name,
              .kind = "requests",
              .query = group.selector,
              .unit = "requests",
              .rows = {},
              .error = {}};
  Answers answers{.query = group.selector,
                  .key = group.key,
                  .code = group.code,
                  .counted = "growth of the rows of that class from point to point"};
  if (!Read(answers, table)) return Keep(std::move(table));
  const Counts now = Count(group, answers.now);
  const Counts then = Count(group, answers.then);
  NoteMissing(group.name, NamesOf(now, {}), NamesOf(then, {}), /*each_row=*/false);
  const size_t first = report_.findings.size();
  for (const auto& [name, classes] : now) {
    Row row{.name = name, .values = {}, .most_in_a_row = {}, .members_now = {}, .members_then = {}};
    for (const auto& [which, growth] : classes) row.values[which] = {Sum(growth), std::nullopt};
    if (!then.empty()) {
      for (auto& [which, value] : row.values) value.second = 0;
      if (const auto past = then.find(name); past != then.end()) {
        for (const auto& [which, growth] : past->second) row.values[which].second = Sum(growth);
      }
      Compare(group, row);
    }
    FindRuns(group, classes, row);
    table.rows.push_back(std::move(row));
  }
  ProveSince(first, answers);
  const auto errors = [](const Row& row) {
    double sum = 0;
    for (const char* which : {"5xx", "0DC"}) {
      if (const auto value = row.values.find(which); value != row.values.end()) {
        sum += value->second.first;
      }
    }
    return sum;
  };
  std::stable_sort(table.rows.begin(), table.rows.end(),
                   [&](const Row& a, const Row& b) { return errors(a) > errors(b); });
  Keep(std::move(table));
}

void Runner::Compare(const RequestGroup& group, const Row& row) {
  for (const auto& [which, value] : row.values) {
    const auto limit = group.limits.find(which);
    if (limit == group.limits.end()) continue;
    const double now = value.first;
    const double then = value.second.value_or(0);
    Finding finding{.group = group.name,
                    .row = row.name,
                    .what = which,
                    .kind = {},
                    .text = {},
                    .now = now,
                    .then = then,
                    .limit = 0,
                    .query = group.selector};
    if (then <= 0) {
      if (now <= limit->second.unseen) continue;
      finding.kind = "unseen";
      finding.limit = limit->second.unseen;
      finding.text =
          fmt::format("{}: {:.0f} {} answers, where there were none", row.name, now, which);
    } else {
      const double percent = (now - then) / then * 100;
      if (now <= limit->second.count || percent <= limit->second.percent) continue;
      finding.kind = "increase";
      finding.limit = limit->second.percent;
      finding.text = fmt::format("{}: {:.0f} {} answers, after {:.0f}: {:.0f} % more", row.name,
                                 now, which, then, percent);
    }
    report_.findings.push_back(std::move(finding));
  }
}

void Runner::FindRuns(const RequestGroup& group, const Classes& classes, Row& row) {
  for (const auto& [which, limit] : group.in_a_row) {
    const auto growth = classes.find(which);
    if (growth == classes.end()) continue;
    double most = 0;
    double sum = 0;
    int points = 0;
    for (const double value : growth->second) {
      const bool above = value > limit.count;
      points = above ? points + 1 : 0;
      sum = above ? sum + value : 0;
      if (points >= limit.points) most = std::max(most, sum);
    }
    if (most <= 0) continue;
    row.most_in_a_row[which] = most;
    report_.findings.push_back(
        {.group = group.name,
         .row = row.name,
         .what = which,
         .kind = "in_a_row",
         .text = fmt::format("{}: more than {:.0f} {} answers per {} at least {} times in a row; "
                             "{:.0f} in the largest run",
                             row.name, limit.count, which, base::FormatDuration(comparison_.step),
                             limit.points, most),
         .now = most,
         .then = std::nullopt,
         .limit = limit.count,
         .query = group.selector});
  }
}

// The finite values of a query by row.
std::map<std::string, std::vector<double>> Values(const Rows& rows,
                                                  const std::vector<std::string>& key) {
  std::map<std::string, std::vector<double>> values;
  for (const query::MatrixSeries& series : rows.series) {
    const std::string name = RowName(series.labels, key);
    std::vector<double>& row = values[name.empty() ? series.labels.ToString() : name];
    for (const double value : series.samples.values) {
      if (std::isfinite(value)) row.push_back(value);
    }
  }
  std::erase_if(values, [](const auto& row) { return row.second.empty(); });
  return values;
}

double MeanOfLast(const std::vector<double>& values, int count) {
  const size_t used = std::min(values.size(), static_cast<size_t>(std::max(1, count)));
  return Sum({values.end() - static_cast<ptrdiff_t>(used), values.end()}) /
         static_cast<double>(used);
}

void Runner::RunLevels(const LevelGroup& group) {
  Table table{.group = group.name,
              .kind = "levels",
              .query = group.query,
              .unit = group.unit,
              .rows = {},
              .error = {}};
  Answers answers{
      .query = group.query,
      .key = group.key,
      .code = {},
      .counted = fmt::format("the mean of the last {} points is the level", group.averaged)};
  if (!Read(answers, table)) return Keep(std::move(table));
  const auto values_now = Values(answers.now, group.key);
  const auto values_then = Values(answers.then, group.key);
  NoteMissing(group.name, NamesOf(values_now, group.skip), NamesOf(values_then, group.skip),
              /*each_row=*/true);
  const size_t first = report_.findings.size();
  for (const auto& [name, points] : values_now) {
    if (Skipped(name, group.skip)) continue;
    Row row{.name = name, .values = {}, .most_in_a_row = {}, .members_now = {}, .members_then = {}};
    auto& value = row.values["value"];
    value.first = MeanOfLast(points, group.averaged);
    if (const auto past = values_then.find(name); past != values_then.end()) {
      value.second = MeanOfLast(past->second, group.averaged);
    }
    Compare(group, row, points);
    table.rows.push_back(std::move(row));
  }
  ProveSince(first, answers);
  Keep(std::move(table));
}

void Runner::Compare(const LevelGroup& group, const Row& row, const std::vector<double>& points) {
  const auto& [now, then] = row.values.at("value");
  Finding finding{.group = group.name,
                  .row = row.name,
                  .what = "level",
                  .kind = {},
                  .text = {},
                  .now = now,
                  .then = then,
                  .limit = 0,
                  .query = group.query};
  if (group.rise && then && now > *then + *group.rise) {
    finding.kind = "increase";
    finding.limit = *group.rise;
    finding.text =
        fmt::format("{}: {} {:.2f} {}, after {:.2f}", row.name, group.name, now, group.unit, *then);
    report_.findings.push_back(finding);
  }
  if (!group.limit) return;
  int run = 0;
  for (const double value : points) {
    run = value > *group.limit ? run + 1 : 0;
    if (run < group.points) continue;
    finding.kind = "above";
    finding.limit = *group.limit;
    finding.text = fmt::format("{}: {} above {:.4g} {} at least {} times in a row", row.name,
                               group.name, *group.limit, group.unit, group.points);
    report_.findings.push_back(finding);
    return;
  }
}

// Whoever was there at the window's end counts: one point of each.
base::Result<Rows> Runner::Members(const std::string& text, base::TimePoint at) const {
  query::InstantQuery query;
  query.tenant = comparison_.tenant;
  query.text = text;
  query.time = at;
  VEDETTE_TRY(const query::QueryResult result, ask_.instant(query));
  Rows rows;
  rows.grid = {.start_ms = base::ToMillis(at), .step_ms = comparison_.step.count(), .points = 1};
  for (const query::VectorSample& sample : result.vector) {
    query::MatrixSeries series;
    series.labels = sample.labels;
    series.samples.t_ms.push_back(rows.grid.start_ms);
    series.samples.values.push_back(sample.value);
    rows.series.push_back(std::move(series));
  }
  return rows;
}

void Runner::RunMembers(const MemberGroup& group) {
  Table table{.group = group.name,
              .kind = "members",
              .query = group.query,
              .unit = {},
              .rows = {},
              .error = {}};
  Answers answers{.query = group.query,
                  .key = group.key,
                  .code = {},
                  .counted = fmt::format("each {} is a member", group.member)};
  std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> members;
  for (const bool past : {false, true}) {
    base::Result<Rows> rows = Members(group.query, past ? report_.then.to : report_.now.to);
    if (!rows.ok()) {
      table.error = rows.error().message;
      return Keep(std::move(table));
    }
    for (const query::MatrixSeries& series : rows->series) {
      auto& sets = members[RowName(series.labels, group.key)];
      (past ? sets.second : sets.first).emplace(series.labels.Get(group.member));
    }
    (past ? answers.then : answers.now) = *std::move(rows);
  }
  std::set<std::string> rows_now, rows_then;
  for (const auto& [name, sets] : members) {
    if (!sets.first.empty()) rows_now.insert(name);
    if (!sets.second.empty()) rows_then.insert(name);
  }
  NoteMissing(group.name, rows_now, rows_then, /*each_row=*/false);
  const size_t first = report_.findings.size();
  for (const auto& [name, sets] : members) {
    Row row{.name = name,
            .values = {},
            .most_in_a_row = {},
            .members_now = {sets.first.begin(), sets.first.end()},
            .members_then = {sets.second.begin(), sets.second.end()}};
    const auto then = static_cast<double>(sets.second.size());
    row.values["members"] = {static_cast<double>(sets.first.size()),
                             rows_then.empty() ? std::nullopt : std::optional(then)};
    if (!rows_then.empty() && !rows_now.empty()) Compare(group, row);
    table.rows.push_back(std::move(row));
  }
  ProveSince(first, answers);
  Keep(std::move(table));
}

std::vector<std::string> Without(const std::vector<std::string>& names,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::set_difference(names.begin(), names.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

// By their names: one that took another's place does not change the number. Pods do so all the
// time.
void Runner::Compare(const MemberGroup& group, const Row& row) {
  const auto& [now, then] = row.values.at("members");
  const std::vector<std::string> fresh = Without(row.members_now, row.members_then);
  const std::vector<std::string> gone = Without(row.members_then, row.members_now);
  const bool changed = std::abs(now - then.value_or(0)) >= group.change;
  const bool replaced = !fresh.empty() && !gone.empty() && group.member != "pod";
  if (!changed && !replaced) return;
  std::string text = fmt::format("{}: {} members ({}), after {} ({})", row.name, now,
                                 fmt::join(row.members_now, ", "), then.value_or(0),
                                 fmt::join(row.members_then, ", "));
  if (!fresh.empty()) text += fmt::format("; new: {}", fmt::join(fresh, ", "));
  if (!gone.empty()) text += fmt::format("; gone: {}", fmt::join(gone, ", "));
  report_.findings.push_back({.group = group.name,
                              .row = row.name,
                              .what = "members",
                              .kind = changed ? "changed" : "replaced",
                              .text = std::move(text),
                              .now = now,
                              .then = then,
                              .limit = group.change,
                              .query = group.query});
}

}  // namespace

std::string ClassOf(std::string_view code) {
  if (code.starts_with('0')) return "0DC";
  const bool known =
      !code.empty() && code[0] >= '2' && code[0] <= '5' && (code.size() == 3 || code.size() == 1);
  return known ? std::string(1, code[0]) + "xx" : "unknown";
}

Report Run(const Comparison& comparison, const Ask& ask, base::TimePoint reference) {
  return Runner(comparison, ask, reference).Run();
}

}  // namespace vedette::release::compare
