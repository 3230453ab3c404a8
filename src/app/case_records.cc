#include "app/case_records.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <string>

#include <nlohmann/json.hpp>

#include "app/case_files.h"

namespace vedette::app {
namespace {

using base::Json;
using diagnose::Evidence;
namespace fs = std::filesystem;

constexpr size_t kMaxEdges = 1'000'000;

// The text under a key; empty when it is null or not there. kInvalidArgument for another type.
base::Result<std::string> TextOf(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return std::string();
  if (!at->is_string()) return base::InvalidArgument(fmt::format("{} must be text", key), key);
  return at->get<std::string>();
}

base::Result<> ReadAlert(const Json& alert, Evidence& evidence) {
  if (alert.is_null()) return {};
  if (!alert.is_object()) return base::InvalidArgument("alert must be an object", "alert");
  diagnose::Symptom symptom;
  VEDETTE_TRY(symptom.entity, TextOf(alert, "entity"));
  VEDETTE_TRY(symptom.metric, TextOf(alert, "metric"));
  VEDETTE_TRY(symptom.statistic, TextOf(alert, "stat"));
  evidence.symptom = std::move(symptom);
  return {};
}

bool Exists(const fs::path& file) {
  std::error_code failed;
  return fs::is_regular_file(file, failed);
}

}  // namespace

base::Result<Json> ReadMeta(const fs::path& folder, Evidence& evidence) {
  const fs::path file = folder / "meta.json";
  if (!Exists(file)) return Json::object();
  VEDETTE_TRY(Json meta, ReadCaseJson(file));
  if (!meta.is_object()) return base::InvalidArgument(file.string() + ": must be an object");
  if (const auto alert = meta.find("alert"); alert != meta.end()) {
    const base::Result<> read = ReadAlert(*alert, evidence);
    if (!read.ok()) return read.error().With(file.string());
  }
  const auto detected = meta.find("detect_time");
  if (detected == meta.end() || detected->is_null()) return meta;
  if (!detected->is_number() || !(std::abs(detected->get<double>()) < 1e12)) {
    return base::InvalidArgument(file.string() + ": detect_time must be in unix seconds",
                                 "detect_time");
  }
  evidence.detected_at = base::FromMillis(std::llround(detected->get<double>() * 1000));
  return meta;
}

base::Result<std::optional<fs::path>> SiblingFile(const fs::path& folder, const Json& meta,
                                                  std::string_view key) {
  const std::string name(key);
  const base::Result<std::string> told = TextOf(meta, name.c_str());
  if (!told.ok()) return told.error().With((folder / "meta.json").string());
  if (told->empty()) return std::nullopt;
  const fs::path relative(*told);
  const bool climbs = std::any_of(relative.begin(), relative.end(),
                                  [](const fs::path& part) { return part == ".."; });
  if (relative.is_absolute() || climbs) {
    return base::InvalidArgument(
        fmt::format("{}: {} leads out of the data set", (folder / "meta.json").string(), name),
        name);
  }
  std::error_code failed;
  const fs::path whole = fs::weakly_canonical(folder, failed);
  fs::path file = whole.parent_path().parent_path() / relative;
  if (failed || !Exists(file)) return std::nullopt;
  return file;
}

base::Result<> ReadGraph(const fs::path& folder, Evidence& evidence) {
  const fs::path file = folder / "graph.json";
  if (!Exists(file)) return {};
  VEDETTE_TRY(const Json graph, ReadCaseJson(file));
  const auto wrong = [&] {
    return base::InvalidArgument(file.string() + ": edges must be a list of [caller, callee]",
                                 "edges");
  };
  if (!graph.is_object()) return wrong();
  const auto edges = graph.find("edges");
  if (edges == graph.end()) return {};
  if (!edges->is_array()) return wrong();
  if (edges->size() > kMaxEdges) {
    return base::ResourceExhausted(fmt::format("{}: more than {} edges", file.string(), kMaxEdges));
  }
  for (const Json& edge : *edges) {
    if (!edge.is_array() || edge.size() < 2 || !edge[0].is_string() || !edge[1].is_string()) {
      return wrong();
    }
    evidence.calls.push_back({edge[0].get<std::string>(), edge[1].get<std::string>()});
  }
  return {};
}

}  // namespace vedette::app
