#include "app/demo_config.h"

#include <filesystem>
#include <fmt/core.h>
#include <fstream>

namespace vedette::app {
namespace fs = std::filesystem;

base::Result<std::string> PutDemoConfig(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const base::EmbeddedFile& file : EmbeddedDemo()) {
    const fs::path path = fs::path(folder) / fs::path(file.path).filename();
    if (fs::exists(path, error)) continue;
    std::ofstream out(path, std::ios::binary);
    out << file.bytes << std::flush;
    if (!out) return base::Unavailable(fmt::format("{}: cannot be written", path.string()));
  }
  return (fs::path(folder) / "vedette.yml").string();
}

}  // namespace vedette::app
