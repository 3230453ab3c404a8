#include "app/commands_check.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "rules/rule.h"

namespace vedette::app {

std::string AllMistakes(const std::string& file, const base::Error& error) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return error.message;
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const std::string folder = std::filesystem::path(file).parent_path().string();
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    const char* const value = getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  std::vector<yaml::Diagnostic> said;
  const Config config = ReadConfig(text, folder.empty() ? "." : folder, environment, said);
  std::string all = error.message;
  for (const auto& [tenant, patterns] : config.rule_files) {
    const base::Result<rules::LoadedRules> loaded = rules::LoadRuleFiles(patterns);
    if (loaded.ok() || all.find(loaded.error().message) != std::string::npos) continue;
    all += '\n' + loaded.error().message;
  }
  return all;
}

}  // namespace vedette::app
