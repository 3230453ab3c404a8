#include "app/diagnose_case.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/case_files.h"
#include "app/case_inputs.h"
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

// A comparison that meta.json promises and that is not there.
void NoteBaseline(const base::Json& meta, const std::vector<std::string>& left_out, bool there,
                  std::vector<diagnose::InputNote>& notes) {
  if (!there && meta.contains("baseline") && meta["baseline"].is_string()) {
    notes.push_back({"metrics", diagnose::InputState::kFailed,
                     fmt::format("the baseline {} is not there: the quiet part of the case itself "
                                 "is compared with",
                                 meta["baseline"].get<std::string>())});
  }
  if (left_out.empty()) return;
  notes.push_back({"metrics", diagnose::InputState::kPartial,
                   fmt::format("{} series that the baseline lacks were left out, as {}",
                               left_out.size(), left_out.front())});
}

base::Result<> ReadMetrics(const fs::path& folder, const base::Json& meta, Evidence& evidence,
                           std::vector<diagnose::InputNote>& notes) {
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
  std::vector<std::string> left_out;
  for (size_t i = 0; i < table.names.size(); ++i) {
    VEDETTE_TRY(diagnose::Series series, SeriesOf(file, table.names[i]));
    series.window = std::move(table.columns[i]);
    if (const auto at = baseline.find(table.names[i]); at != baseline.end()) {
      series.baseline = std::move(at->second);
    } else if (baseline_file) {
      left_out.push_back(table.names[i]);  // there is nothing to compare it with
      continue;
    }
    evidence.series.push_back(std::move(series));
  }
  NoteBaseline(meta, left_out, baseline_file.has_value(), notes);
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

std::string AsJson(const diagnose::Diagnosis& diagnosis,
                   const std::vector<diagnose::InputNote>& inputs) {
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
  json.EndArray().Key("inputs").BeginArray();
  for (const diagnose::InputNote& input : inputs) {
    json.BeginObject().Field("name", input.name);
    json.Field("state", diagnose::InputStateName(input.state)).Field("text", input.text);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

// What is whole needs no word.
std::string AsText(const std::vector<diagnose::InputNote>& inputs) {
  std::string out;
  for (const diagnose::InputNote& input : inputs) {
    if (input.state == diagnose::InputState::kOk) continue;
    out +=
        fmt::format("{} ({}): {}\n", input.name, diagnose::InputStateName(input.state), input.text);
  }
  return out.empty() ? out : "\n" + out;
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

base::Result<Case> ReadCase(const std::string& folder_name) {
  const fs::path folder = fs::path(folder_name);
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return base::NotFound(folder_name + ": no such folder");
  Case read;
  VEDETTE_TRY(const base::Json meta, ReadMeta(folder, read.evidence));
  VEDETTE_TRY_VOID(ReadMetrics(folder, meta, read.evidence, read.inputs));
  VEDETTE_TRY_VOID(ReadGraph(folder, read.evidence));
  VEDETTE_TRY_VOID(ReadChanges(folder, read.evidence));
  VEDETTE_TRY_VOID(ReadTraces(folder, meta, read.evidence));
  std::vector<diagnose::InputNote> notes = NoteInputs(read.evidence);
  std::move(notes.begin(), notes.end(), std::back_inserter(read.inputs));
  return read;
}

base::Result<std::string> DiagnoseCase(const DiagnoseCaseOptions& options) {
  VEDETTE_TRY(const Case read, ReadCase(options.folder));
  const diagnose::Diagnosis diagnosis = diagnose::Diagnose(read.evidence);
  if (options.json) return AsJson(diagnosis, read.inputs);
  return AsText(diagnosis) + AsText(read.inputs);
}

}  // namespace vedette::app
