#include "release/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "base/duration.h"
#include "base/id.h"
#include "release/counts.h"

namespace vedette::release::compare {
namespace {

constexpr size_t kRowsMax = 500;  // of a table, and of findings; the largest are kept
constexpr double kSeriesAssumed = 500;

using Classes = std::map<std::string, std::vector<double>>;  // growth step by step

bool Skipped(const std::string& row, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return row.starts_with(prefix); });
}

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
    if (report_.findings.size() > kRowsMax) {
      report_.notes.push_back(
          fmt::format("{} findings more are left out", report_.findings.size() - kRowsMax));
      report_.findings.resize(kRowsMax);
    }
    for (Finding& finding : report_.findings) {
      finding.evidence_id = "ev_" + base::NewId(report_.now.to);
    }
    return std::move(report_);
  }

 private:
  base::Result<Rows> Range(const std::string& text, const Window& window) const;
  base::Result<std::map<std::string, Classes>> Count(const RequestGroup& group,
                                                     const Window& window) const;
  void RunRequests(const RequestGroup& group);
  void Compare(const RequestGroup& group, const Row& row);
  void FindRuns(const RequestGroup& group, const Classes& classes, Row& row);
  void RunLevels(const LevelGroup& group);
  void Compare(const LevelGroup& group, const Row& row, const std::vector<double>& points);
  void RunMembers(const MemberGroup& group);
  void NoteNoPast(const std::string& group, bool has_now, bool has_then);
  void Keep(Table table);

  const Comparison& comparison_;
  const Ask& ask_;
  Report report_;
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

base::Result<std::map<std::string, Classes>> Runner::Count(const RequestGroup& group,
                                                           const Window& window) const {
  VEDETTE_TRY(const Rows rows, Range(group.selector, window));
  std::map<std::string, Classes> counts;
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

void Runner::NoteNoPast(const std::string& group, bool has_now, bool has_then) {
  if (has_now && !has_then) {
    report_.notes.push_back(fmt::format("No historical data available for {}", group));
  }
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

void Runner::RunRequests(const RequestGroup& group) {
  Table table{.group = group.name,
              .kind = "requests",
              .query = group.selector,
              .unit = "requests",
              .rows = {},
              .error = {}};
  const auto now = Count(group, report_.now);
  const auto then = Count(group, report_.then);
  if (!now.ok() || !then.ok()) {
    table.error = (now.ok() ? then.error() : now.error()).message;
    return Keep(std::move(table));
  }
  NoteNoPast(group.name, !now->empty(), !then->empty());
  for (const auto& [name, classes] : *now) {
    Row row{.name = name, .values = {}, .most_in_a_row = {}, .members_now = {}, .members_then = {}};
    for (const auto& [which, growth] : classes) row.values[which] = {Sum(growth), std::nullopt};
    if (!then->empty()) {
      for (auto& [which, value] : row.values) value.second = 0;
      if (const auto past = then->find(name); past != then->end()) {
        for (const auto& [which, growth] : past->second) row.values[which].second = Sum(growth);
      }
      Compare(group, row);
    }
    FindRuns(group, classes, row);
    table.rows.push_back(std::move(row));
  }
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
  const auto now = Range(group.query, report_.now);
  const auto then = Range(group.query, report_.then);
  if (!now.ok() || !then.ok()) {
    table.error = (now.ok() ? then.error() : now.error()).message;
    return Keep(std::move(table));
  }
  const auto values_now = Values(*now, group.key);
  const auto values_then = Values(*then, group.key);
  NoteNoPast(group.name, !values_now.empty(), !values_then.empty());
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

void Runner::RunMembers(const MemberGroup& group) {
  Table table{.group = group.name,
              .kind = "members",
              .query = group.query,
              .unit = {},
              .rows = {},
              .error = {}};
  std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> members;
  bool has_then = false;
  for (const bool past : {false, true}) {
    // Whoever was there at the window's end counts.
    query::InstantQuery query;
    query.tenant = comparison_.tenant;
    query.text = group.query;
    query.time = past ? report_.then.to : report_.now.to;
    const base::Result<query::QueryResult> result = ask_.instant(query);
    if (!result.ok()) {
      table.error = result.error().message;
      return Keep(std::move(table));
    }
    for (const query::VectorSample& sample : result->vector) {
      auto& sets = members[RowName(sample.labels, group.key)];
      (past ? sets.second : sets.first).emplace(sample.labels.Get(group.member));
      has_then = has_then || past;
    }
  }
  NoteNoPast(group.name, !members.empty(), has_then);
  for (const auto& [name, sets] : members) {
    const auto now = static_cast<double>(sets.first.size());
    const auto then = static_cast<double>(sets.second.size());
    Row row{.name = name,
            .values = {},
            .most_in_a_row = {},
            .members_now = {sets.first.begin(), sets.first.end()},
            .members_then = {sets.second.begin(), sets.second.end()}};
    row.values["members"] = {now, has_then ? std::optional(then) : std::nullopt};
    if (has_then && std::abs(now - then) >= group.change) {
      report_.findings.push_back({.group = group.name,
                                  .row = name,
                                  .what = "members",
                                  .kind = "changed",
                                  .text = fmt::format("{}: {} members ({}), after {} ({})", name,
                                                      now, fmt::join(row.members_now, ", "), then,
                                                      fmt::join(row.members_then, ", ")),
                                  .now = now,
                                  .then = then,
                                  .limit = group.change,
                                  .query = group.query});
    }
    table.rows.push_back(std::move(row));
  }
  Keep(std::move(table));
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
