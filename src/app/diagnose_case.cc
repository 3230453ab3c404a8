#include "app/diagnose_case.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <map>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/case_files.h"
#include "app/case_records.h"
#include "base/json_writer.h"
#include "diagnose/diagnose.h"

namespace vedette::app {
namespace {

using diagnose::Claim;
using diagnose::Evidence;
using diagnose::Hypothesis;
namespace fs = std::filesystem;

constexpr size_t kMaxValues = 50'000'000;

struct Table {
  std::vector<std::string> names;  // of the columns after `time`
  std::vector<base::TimePoint> times;
  std::vector<std::vector<double>> columns;  // as names
};

base::Result<base::TimePoint> ParseSeconds(std::string_view cell) {
  const std::optional<double> seconds = ParseCsvNumber(cell);
  if (!seconds || !(std::abs(*seconds) < 1e12)) {
    return base::InvalidArgument(fmt::format("\"{}\" is no time in unix seconds", cell), "time");
  }
  return base::FromMillis(std::llround(*seconds * 1000));
}

base::Result<> AddRow(const std::vector<std::string_view>& cells, Table& table) {
  if (cells.size() != table.names.size() + 1) {
    return base::InvalidArgument(
        fmt::format("{} cells, the header has {}", cells.size(), table.names.size() + 1));
  }
  VEDETTE_TRY(const base::TimePoint time, ParseSeconds(cells[0]));
  if (!table.times.empty() && time <= table.times.back()) {
    return base::InvalidArgument("the time is not after the row before", "time");
  }
  table.times.push_back(time);
  if (table.times.size() * table.names.size() > kMaxValues) {
    return base::ResourceExhausted(fmt::format("more than {} values", kMaxValues));
  }
  for (size_t i = 1; i < cells.size(); ++i) {
    const std::optional<double> value = ParseCsvNumber(cells[i]);
    if (!value || std::isinf(*value)) {
      return base::InvalidArgument(fmt::format("\"{}\" is no number", cells[i]),
                                   table.names[i - 1]);
    }
    table.columns[i - 1].push_back(*value);
  }
  return {};
}

base::Result<Table> ReadTable(const fs::path& file) {
  VEDETTE_TRY(const std::string text, ReadCaseFile(file));
  Table table;
  bool header = true;
  VEDETTE_TRY_VOID(
      ForEachCsvRow(file, text, [&](const std::vector<std::string_view>& cells) -> base::Result<> {
        if (!header) return AddRow(cells, table);
        header = false;
        if (cells[0] != "time") return base::InvalidArgument("the first column must be \"time\"");
        table.names.assign(cells.begin() + 1, cells.end());
        table.columns.resize(table.names.size());
        return {};
      }));
  if (table.times.empty()) return base::InvalidArgument(file.string() + ": no rows");
  return table;
}

// "entity|metric" or "entity|metric|statistic"; "caller->callee" in place of the entity for calls.
base::Result<diagnose::Series> SeriesOf(const fs::path& file, const std::string& name) {
  diagnose::Series series;
  const size_t metric = name.find('|');
  if (metric == std::string::npos) {
    return base::InvalidArgument(
        fmt::format("{}:1: column \"{}\" is not entity|metric", file.string(), name));
  }
  const size_t statistic = name.find('|', metric + 1);
  series.entity = name.substr(0, metric);
  if (const size_t arrow = series.entity.find("->"); arrow != std::string::npos) {
    series.callee = series.entity.substr(arrow + 2);
    series.entity.resize(arrow);
  }
  series.metric = name.substr(metric + 1, statistic - metric - 1);
  if (statistic != std::string::npos) series.statistic = name.substr(statistic + 1);
  return series;
}

base::Result<> ReadMetrics(const fs::path& folder, const base::Json& meta, Evidence& evidence) {
  const fs::path file = folder / "metrics.csv";
  VEDETTE_TRY(Table table, ReadTable(file));
  VEDETTE_TRY(const std::optional<fs::path> baseline_file, SiblingFile(folder, meta, "baseline"));
  std::map<std::string, std::vector<double>> baseline;
  if (baseline_file) {
    VEDETTE_TRY(Table usual, ReadTable(*baseline_file));
    for (size_t i = 0; i < usual.names.size(); ++i) {
      baseline[usual.names[i]] = std::move(usual.columns[i]);
    }
  }
  evidence.times = std::move(table.times);
  for (size_t i = 0; i < table.names.size(); ++i) {
    VEDETTE_TRY(diagnose::Series series, SeriesOf(file, table.names[i]));
    series.window = std::move(table.columns[i]);
    if (const auto at = baseline.find(table.names[i]); at != baseline.end()) {
      series.baseline = std::move(at->second);
    } else if (baseline_file) {
      continue;  // never seen before: there is nothing to compare it with
    }
    evidence.series.push_back(std::move(series));
  }
  return {};
}

void WriteClaim(const Claim& claim, base::JsonWriter& json) {
  json.BeginObject()
      .Field("kind", diagnose::ClaimKindName(claim.kind))
      .Field("text", claim.text)
      .Field("entity", claim.entity)
      .Field("subject", claim.subject);
  if (!claim.statistic.empty()) json.Field("statistic", claim.statistic);
  if (claim.at) json.Field("at", static_cast<double>(base::ToMillis(*claim.at)) / 1000);
  if (claim.before) json.Field("before", *claim.before);
  if (claim.after) json.Field("after", *claim.after);
  if (claim.deviation) json.Field("deviation", *claim.deviation);
  json.EndObject();
}

std::string AsJson(const diagnose::Diagnosis& diagnosis) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("abstained", diagnosis.abstained).Key("hypotheses").BeginArray();
  for (const Hypothesis& hypothesis : diagnosis.hypotheses) {
    json.BeginObject()
        .Field("entity", hypothesis.entity)
        .Field("probability", hypothesis.probability)
        .Field("status", diagnose::StatusName(hypothesis.status))
        .Field("region", base::NullIfEmpty(hypothesis.region))
        .Key("claims")
        .BeginArray();
    for (const Claim& claim : hypothesis.claims) WriteClaim(claim, json);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

std::string AsText(const diagnose::Diagnosis& diagnosis) {
  std::string out;
  if (diagnosis.abstained) out += "Unknown: nothing here is abnormal enough to be the cause.\n";
  for (const Hypothesis& hypothesis : diagnosis.hypotheses) {
    out += fmt::format("{:>5.1f} %  {:<12}  {}", hypothesis.probability * 100,
                       diagnose::StatusName(hypothesis.status), hypothesis.entity);
    if (!hypothesis.region.empty()) out += fmt::format("  [{}]", hypothesis.region);
    out += '\n';
    for (const Claim& claim : hypothesis.claims) {
      out += fmt::format("           - {}", claim.text);
      if (claim.at) {
        out += fmt::format(" (since {:%Y-%m-%d %H:%M:%S} UTC)",
                           fmt::gmtime(static_cast<std::time_t>(base::ToMillis(*claim.at) / 1000)));
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace

base::Result<Evidence> ReadCase(const std::string& folder_name) {
  const fs::path folder = fs::path(folder_name);
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return base::NotFound(folder_name + ": no such folder");
  Evidence evidence;
  VEDETTE_TRY(const base::Json meta, ReadMeta(folder, evidence));
  VEDETTE_TRY_VOID(ReadMetrics(folder, meta, evidence));
  VEDETTE_TRY_VOID(ReadGraph(folder, evidence));
  VEDETTE_TRY_VOID(ReadChanges(folder, evidence));
  VEDETTE_TRY_VOID(ReadTraces(folder, meta, evidence));
  return evidence;
}

base::Result<std::string> DiagnoseCase(const DiagnoseCaseOptions& options) {
  VEDETTE_TRY(const Evidence evidence, ReadCase(options.folder));
  const diagnose::Diagnosis diagnosis = diagnose::Diagnose(evidence);
  return options.json ? AsJson(diagnosis) : AsText(diagnosis);
}

}  // namespace vedette::app
