#include "api/compat/opsbuddy/analytics.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/compat/opsbuddy/log_entry.h"

namespace vedette::api::compat::opsbuddy {
namespace {

constexpr int64_t kWindowMillis = 60'000;
constexpr size_t kWindowsMax = 7 * 24 * 60;
constexpr size_t kRowsMax = 50'000;
constexpr size_t kGroupsMax = 4;

// {aggregation of S4, of one series over a window, of several series}
struct Aggregation {
  std::string_view name;
  std::string_view over_time;
  std::string_view across;
};
constexpr std::array<Aggregation, 5> kAggregations = {{{"mean", "avg_over_time", "avg"},
                                                       {"sum", "sum_over_time", "sum"},
                                                       {"min", "min_over_time", "min"},
                                                       {"max", "max_over_time", "max"},
                                                       {"count", "count_over_time", "sum"}}};

struct Cell {
  uint64_t count = 0;
  double sum = 0;
  double low = 0;
  double high = 0;

  void Add(double value) {
    low = count == 0 ? value : std::min(low, value);
    high = count == 0 ? value : std::max(high, value);
    sum += value;
    ++count;
  }
  double Value(std::string_view aggregation) const {
    if (aggregation == "count") return static_cast<double>(count);
    if (aggregation == "sum") return sum;
    if (aggregation == "min") return low;
    if (aggregation == "max") return high;
    return sum / static_cast<double>(count);
  }
};

using Groups = std::vector<std::string>;  // names, or the values of a row
using Table = std::map<std::pair<int64_t, Groups>, Cell>;

base::Error Bad(std::string_view field, std::string_view message) {
  return base::InvalidArgument(fmt::format("{} {}", field, message), std::string(field));
}

base::Result<Groups> ReadGroups(std::string_view text) {
  Groups groups;
  while (!text.empty()) {
    const size_t size = std::min(text.find(','), text.size());
    const std::string_view name = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (name != "service" && name != "level" && name != "operation" && name != "host" &&
        name != "logger") {
      return Bad("group_by", "must be of service, level, operation, host, logger");
    }
    if (groups.size() >= kGroupsMax) return Bad("group_by", "has too many names");
    groups.emplace_back(name);
  }
  return groups;
}

std::string GroupValue(const records::LogLine& line, std::string_view group) {
  if (group == "service") return std::string(line.service());
  if (group == "level") return std::string(LevelName(line.level()));
  return std::string(line.Field(group).value_or(""));
}

// What a log line says of a metric.
std::optional<double> ValueOf(const records::LogLine& line, std::string_view metric) {
  if (metric == "log_count") return 1;
  if (metric == "error_count") {
    return line.level() >= model::LogSeverity::kError ? std::optional(1.0) : std::nullopt;
  }
  if (metric == "message_length") return static_cast<double>(line.message().size());
  const std::string_view data = line.Field("data").value_or("");
  if (metric == "data_size") return static_cast<double>(data.size());
  if (metric.starts_with("data_")) metric.remove_prefix(5);
  // Most lines do not name it: no need to read their JSON.
  if (data.find(metric) == std::string_view::npos) return std::nullopt;
  for (const auto& [name, value] : NumbersOf(line.Record())) {
    if (name == metric) return value;
  }
  return std::nullopt;
}

base::Result<Table> FromLogs(const Call& call, const QueryInput& query, const Groups& groups,
                             records::Store& records) {
  Table table;
  bool too_many = false;
  records::LogScan scan{.tenant = call.caller.tenant,
                        .from = query.start,
                        .to = query.end,
                        .condition = nullptr,
                        .details = true,
                        .keep_going = [&call] { return !call.request.cancelled(); }};
  const auto report = records.ScanLogs(scan, [&](const records::LogLine& line) {
    if (!query.service.empty() && line.service() != query.service) return true;
    const std::optional<double> value = ValueOf(line, query.metric);
    if (!value) return true;
    Groups values;
    for (const std::string& group : groups) values.push_back(GroupValue(line, group));
    const int64_t window = line.time_ms() / kWindowMillis * kWindowMillis;
    table[{window, std::move(values)}].Add(*value);
    too_many = table.size() > kRowsMax;
    return !too_many;
  });
  if (!report.ok()) return report.error();
  if (too_many) return Bad("group_by", fmt::format("gives more than {} rows", kRowsMax));
  return table;
}

bool IsMetricName(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:") ==
             std::string_view::npos;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  base::AppendJsonEscaped(out, text);
  return out + '"';
}

// Rows of a series of the metrics store; its windows end where S4's begin, a minute later.
base::Result<Table> FromMetrics(const Call& call, const QueryInput& query, const Groups& groups,
                                const Aggregation& aggregation, query::Engine& engine) {
  Table table;
  if (!IsMetricName(query.metric)) return table;
  const std::string selector = fmt::format(
      "{}{}", query.metric,
      query.service.empty() ? "" : fmt::format("{{service={}}}", Quoted(query.service)));
  const int64_t begin = base::ToMillis(query.start) / kWindowMillis * kWindowMillis;
  const auto result =
      engine.Range({.tenant = call.caller.tenant,
                    .text = fmt::format("{} by ({}) ({}({}[1m]))", aggregation.across,
                                        fmt::join(groups, ","), aggregation.over_time, selector),
                    .start = base::FromMillis(begin + kWindowMillis),
                    .end = query.end + base::Duration(kWindowMillis),
                    .step = base::Duration(kWindowMillis),
                    .deadline = call.request.deadline,
                    .cancelled = call.request.cancelled});
  if (!result.ok()) return result.error();
  for (const query::MatrixSeries& series : result->matrix) {
    Groups values;
    for (const std::string& group : groups) values.emplace_back(series.labels.Get(group));
    for (size_t i = 0; i < series.samples.t_ms.size(); ++i) {
      Cell& cell = table[{series.samples.t_ms[i] - kWindowMillis, values}];
      cell.count = 1;
      cell.sum = cell.low = cell.high = series.samples.values[i];
    }
  }
  return table;
}

void WriteRow(base::JsonWriter& json, const Groups& names, const std::pair<int64_t, Groups>& key,
              double value) {
  json.BeginObject();
  json.Field("time", base::FromMillis(key.first));
  json.Field("value", value);
  for (size_t i = 0; i < names.size(); ++i) json.Field(names[i], key.second[i]);
  json.EndObject();
}

}  // namespace

base::Result<> RunAnalyticsQuery(const Call& call, const QueryInput& query, records::Store& records,
                                 query::Engine& engine, std::string& out) {
  if (query.metric.empty()) return Bad("metric", "is required");
  const std::string name = query.aggregation.empty() ? "mean" : query.aggregation;
  const auto* const aggregation = std::ranges::find(kAggregations, name, &Aggregation::name);
  if (aggregation == kAggregations.end()) {
    return Bad("aggregation", "is none of mean, sum, min, max, count");
  }
  if (query.end - query.start > base::Duration(kWindowsMax * kWindowMillis)) {
    return Bad("start_time", fmt::format("is more than {} minutes before end_time", kWindowsMax));
  }
  VEDETTE_TRY(const Groups groups, ReadGroups(query.group_by));
  VEDETTE_TRY(Table table, FromLogs(call, query, groups, records));
  // The cells of metrics hold what was aggregated already.
  const bool logs = !table.empty();
  if (!logs) {
    VEDETTE_TRY(table, FromMetrics(call, query, groups, *aggregation, engine));
  }
  base::JsonWriter json(out);
  json.BeginObject().Key("results").BeginArray();
  for (const auto& [key, cell] : table) {
    WriteRow(json, groups, key, logs ? cell.Value(name) : cell.sum);
  }
  json.EndArray().Field("count", static_cast<uint64_t>(table.size()));
  json.Key("query");
  WriteQuery(json, query);
  json.EndObject();
  return {};
}

}  // namespace vedette::api::compat::opsbuddy
