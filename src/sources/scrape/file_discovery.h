#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/scrape/config.h"

namespace vedette::sources::scrape {

// Reads the groups of a file_sd file that is not JSON; given by app, which owns YAML.
using GroupParser = std::function<base::Result<std::vector<TargetGroup>>(std::string_view text)>;

// The target groups of the files that match some patterns. A file that cannot be read or parsed
// keeps the groups it had; a file that is gone has none. Not thread-safe.
class FileGroups {
 public:
  FileGroups(std::vector<std::string> patterns, GroupParser parse_yaml)
      : patterns_(std::move(patterns)), parse_yaml_(std::move(parse_yaml)) {}

  // Reads the files that changed. True when groups() may have changed. Faults go to the log, once
  // per change of the file.
  bool Refresh();

  // All groups, in the order of the file names.
  std::vector<TargetGroup> groups() const;

 private:
  struct File {
    int64_t modified = 0;  // of the file system, in its own units
    uint64_t bytes = 0;
    std::vector<TargetGroup> groups;
  };
  base::Result<std::vector<TargetGroup>> Read(const std::string& path) const;

  const std::vector<std::string> patterns_;
  const GroupParser parse_yaml_;
  std::map<std::string, File> files_;
};

// True when a file name has the form of a pattern of plain characters, * and ?.
bool MatchesWildcard(std::string_view pattern, std::string_view name);

}  // namespace vedette::sources::scrape
