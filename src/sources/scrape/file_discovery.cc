#include "sources/scrape/file_discovery.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "sources/scrape/request.h"

namespace vedette::sources::scrape {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = 16 << 20;
constexpr size_t kFilesMax = 1000;

// The files that a pattern stands for now.
void AddMatches(const std::string& pattern, std::set<std::string>& out) {
  const fs::path path(pattern);
  const std::string name = path.filename().string();
  std::error_code error;
  if (name.find_first_of("*?") == std::string::npos) {
    if (fs::is_regular_file(path, error)) out.insert(pattern);
    return;
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (out.size() < kFilesMax && MatchesWildcard(name, entry->path().filename().string()) &&
        entry->is_regular_file(ignored)) {
      out.insert(entry->path().string());
    }
  }
}

}  // namespace

bool MatchesWildcard(std::string_view pattern, std::string_view name) {
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;  // the last * of the pattern, and where its text began
  size_t star_name = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

base::Result<std::vector<TargetGroup>> FileGroups::Read(const std::string& path) const {
  VEDETTE_TRY(const std::string text, base::ReadFile(path, kFileBytesMax));
  if (path.ends_with(".json")) return ParseTargetGroups(text);
  if (!parse_yaml_) return base::InvalidArgument("only .json files can be read");
  return parse_yaml_(text);
}

bool FileGroups::Refresh() {
  std::set<std::string> paths;
  for (const std::string& pattern : patterns_) AddMatches(pattern, paths);
  bool changed = std::erase_if(files_, [&](const auto& f) { return !paths.contains(f.first); }) > 0;
  for (const std::string& path : paths) {
    std::error_code error;
    const int64_t modified = fs::last_write_time(path, error).time_since_epoch().count();
    const uint64_t bytes = error ? 0 : fs::file_size(path, error);
    if (error) continue;
    auto [file, created] = files_.try_emplace(path);
    if (!created && file->second.modified == modified && file->second.bytes == bytes) continue;
    file->second.modified = modified;
    file->second.bytes = bytes;
    base::Result<std::vector<TargetGroup>> groups = Read(path);
    if (!groups.ok()) {
      base::LogWarning("scrape: targets file not read; its former targets stay",
                       {{"file", path}, {"error", groups.error().message}});
      continue;
    }
    file->second.groups = *std::move(groups);
    changed = true;
  }
  return changed;
}

std::vector<TargetGroup> FileGroups::groups() const {
  std::vector<TargetGroup> all;
  for (const auto& [path, file] : files_) {
    for (TargetGroup group : file.groups) {
      group.labels.emplace_back("__meta_filepath", path);
      all.push_back(std::move(group));
    }
  }
  return all;
}

}  // namespace vedette::sources::scrape
