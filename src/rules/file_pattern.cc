#include "rules/file_pattern.h"

#include <filesystem>
#include <fmt/core.h>
#include <glob.h>
#include <system_error>

namespace vedette::rules {

base::Result<std::vector<std::string>> FilesOf(const std::string& pattern) {
  glob_t found{};
  const int status = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths;
  for (size_t i = 0; status == 0 && i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  if (status != 0 && status != GLOB_NOMATCH) {
    return base::InvalidArgument(fmt::format("{}: cannot be searched", pattern));
  }
  if (pattern.find_first_of("*?[") != std::string::npos) return paths;
  std::error_code error;
  if (paths.empty()) return base::NotFound(fmt::format("{}: no such file", pattern));
  if (std::filesystem::is_directory(pattern, error)) {
    return base::FailedPrecondition(fmt::format("{}: is a folder", pattern));
  }
  return paths;
}

}  // namespace vedette::rules
