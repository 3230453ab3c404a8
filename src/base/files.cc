#include "base/files.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <memory>
#include <system_error>

namespace vedette::base {
namespace {

Error Unreadable(const std::string& path, int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return NotFound(path + ": no such file");
    case EISDIR: return FailedPrecondition(path + ": is a folder");
    default:
      return FailedPrecondition(
          fmt::format("{}: cannot be read: {}", path, std::generic_category().message(number)));
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rbe"), close);
  if (file == nullptr) return Unreadable(path, errno);
  std::string text;
  std::array<char, 64 << 10> part;
  size_t size = 0;
  while (text.size() <= bytes_max &&
         (size = std::fread(part.data(), 1, part.size(), file.get())) > 0) {
    text.append(part.data(), size);
  }
  if (std::ferror(file.get()) != 0) return Unreadable(path, errno);
  if (text.size() > bytes_max) {
    return ResourceExhausted(fmt::format("{}: larger than {} bytes", path, bytes_max));
  }
  return text;
}

Result<> ReplaceFile(const std::string& path, std::string_view content) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (const fs::path folder = fs::path(path).parent_path(); !folder.empty()) {
    fs::create_directories(folder, error);
  }
  const std::string unfinished = path + ".unfinished";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) return Unavailable(path + ": cannot be written");
  fs::rename(unfinished, path, error);
  if (error) return Unavailable(fmt::format("{}: cannot be replaced: {}", path, error.message()));
  return {};
}

}  // namespace vedette::base
