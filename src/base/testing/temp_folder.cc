#include "base/testing/temp_folder.h"

#include <cstdlib>
#include <system_error>

#include "base/check.h"

namespace vedette::base {

TempFolder::TempFolder(std::string_view name) {
  std::error_code error;
  std::string pattern =
      (std::filesystem::temp_directory_path(error) / (std::string(name) + "-XXXXXX")).string();
  VEDETTE_CHECK(!error && ::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;  // at worst a folder is left in /tmp
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace vedette::base
