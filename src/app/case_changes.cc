#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "app/case_files.h"
#include "app/case_records.h"
#include "base/duration.h"

namespace vedette::app {
namespace {

using base::Json;
using diagnose::Evidence;
namespace fs = std::filesystem;

constexpr size_t kMaxItems = 200'000;

base::Result<std::string> Text(const Json& item, const char* key) {
  const auto at = item.find(key);
  if (at == item.end() || at->is_null()) return std::string();
  if (!at->is_string()) return base::InvalidArgument(fmt::format("{} must be text", key), key);
  return at->get<std::string>();
}

base::Result<base::TimePoint> Time(const Json& item, const char* key) {
  VEDETTE_TRY(const std::string text, Text(item, key));
  base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok()) return time.error().With(key);
  return time;
}

// "+318", "-4" or a number.
base::Result<double> Count(const Json& item, const char* key) {
  const auto at = item.find(key);
  if (at == item.end() || at->is_null()) return 0.0;
  if (at->is_number()) return at->get<double>();
  if (at->is_string()) {
    const std::string text = at->get<std::string>();
    const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
    double value = 0;
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
  }
  return base::InvalidArgument(fmt::format("{} must be a number", key), key);
}

// Calls `take` for each object of a list; a file that is not there is an empty list.
base::Result<> ForEachItem(const fs::path& file,
                           const std::function<base::Result<>(const Json&)>& take) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) return {};
  VEDETTE_TRY(const Json list, ReadCaseJson(file));
  if (!list.is_array()) return base::InvalidArgument(file.string() + ": must be a list");
  if (list.size() > kMaxItems) {
    return base::ResourceExhausted(fmt::format("{}: more than {} items", file.string(), kMaxItems));
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const base::Result<> taken =
        list[i].is_object() ? take(list[i]) : base::InvalidArgument("must be an object");
    if (!taken.ok()) return taken.error().With(fmt::format("{}: item {}", file.string(), i));
  }
  return {};
}

struct Commit {
  std::string title;
  std::string diff;
  std::vector<std::string> files;
};

base::Result<std::map<std::string, Commit>> ReadCommits(const fs::path& file) {
  std::map<std::string, Commit> commits;
  VEDETTE_TRY_VOID(ForEachItem(file, [&](const Json& item) -> base::Result<> {
    Commit commit;
    VEDETTE_TRY(const std::string id, Text(item, "sha"));
    VEDETTE_TRY(commit.title, Text(item, "message"));
    VEDETTE_TRY(commit.diff, Text(item, "diff"));
    if (const auto files = item.find("files_changed"); files != item.end() && files->is_array()) {
      for (const Json& name : *files) {
        if (name.is_string()) commit.files.push_back(name.get<std::string>());
      }
    }
    commits[id] = std::move(commit);
    return {};
  }));
  return commits;
}

base::Result<> ReadDeployments(const fs::path& folder, Evidence& evidence) {
  VEDETTE_TRY(const auto commits, ReadCommits(folder / "commits.json"));
  return ForEachItem(folder / "deploys.json", [&](const Json& item) -> base::Result<> {
    diagnose::Change change;
    VEDETTE_TRY(change.time, Time(item, "timestamp"));
    VEDETTE_TRY(change.entity, Text(item, "service"));
    VEDETTE_TRY(change.id, Text(item, "commit_sha"));
    if (const auto commit = commits.find(change.id); commit != commits.end()) {
      change.title = commit->second.title;
      change.files = commit->second.files;
      change.diff = commit->second.diff;
    }
    evidence.changes.push_back(std::move(change));
    return {};
  });
}

base::Result<> ReadFlags(const fs::path& folder, Evidence& evidence) {
  return ForEachItem(folder / "flags.json", [&](const Json& item) -> base::Result<> {
    diagnose::Change change;
    change.kind = diagnose::ChangeKind::kFeatureFlag;
    VEDETTE_TRY(change.time, Time(item, "timestamp"));
    VEDETTE_TRY(change.entity, Text(item, "service"));
    VEDETTE_TRY(change.id, Text(item, "flag"));
    VEDETTE_TRY(change.title, Text(item, "change"));
    evidence.changes.push_back(std::move(change));
    return {};
  });
}

base::Result<> ReadPatterns(const fs::path& folder, Evidence& evidence) {
  return ForEachItem(folder / "patterns.json", [&](const Json& item) -> base::Result<> {
    diagnose::LogTemplate one;
    VEDETTE_TRY(one.text, Text(item, "signature"));
    VEDETTE_TRY(one.entity, Text(item, "service"));
    VEDETTE_TRY(one.count, Count(item, "count"));
    VEDETTE_TRY(const double more, Count(item, "delta_vs_baseline"));
    VEDETTE_TRY(const std::string sentiment, Text(item, "sentiment"));
    one.usual = one.count - more;
    one.failure = sentiment == "negative";
    evidence.templates.push_back(std::move(one));
    return {};
  });
}

}  // namespace

base::Result<> ReadChanges(const fs::path& folder, Evidence& evidence) {
  const fs::path alert_file = folder / "alert.json";
  std::error_code failed;
  if (evidence.symptom && fs::is_regular_file(alert_file, failed)) {
    VEDETTE_TRY(const Json alert, ReadCaseJson(alert_file));
    if (!alert.is_object()) {
      return base::InvalidArgument(alert_file.string() + ": must be an object");
    }
    base::Result<std::string> summary = Text(alert, "summary");
    if (!summary.ok()) return summary.error().With(alert_file.string());
    evidence.symptom->text = *std::move(summary);
  }
  VEDETTE_TRY_VOID(ReadDeployments(folder, evidence));
  VEDETTE_TRY_VOID(ReadFlags(folder, evidence));
  return ReadPatterns(folder, evidence);
}

}  // namespace vedette::app
