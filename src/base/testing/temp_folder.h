#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace vedette::base {

// A new empty folder on the real disk for one test, removed with all that is in it at the end. Its
// path begins with `name` and is like no other.
class TempFolder {
 public:
  explicit TempFolder(std::string_view name);
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string File(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace vedette::base
