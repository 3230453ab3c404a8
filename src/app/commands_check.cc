#include "app/commands_check.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "base/files.h"
#include "rules/rule.h"
#include "yaml/limits.h"

namespace vedette::app {

std::string AllMistakes(const std::string& file, const base::Error& error) {
  const base::Result<std::string> text = base::ReadFile(file, yaml::kDocumentBytesMax);
  if (!text.ok()) return error.message;
  const std::string folder = std::filesystem::path(file).parent_path().string();
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    const char* const value = getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  std::vector<yaml::Diagnostic> said;
  const Config config = ReadConfig(*text, folder.empty() ? "." : folder, environment, said);
  std::string all = error.message;
  for (const auto& [tenant, patterns] : config.rule_files) {
    const base::Result<rules::LoadedRules> loaded = rules::LoadRuleFiles(patterns);
    if (loaded.ok()) continue;
    std::istringstream lines(loaded.error().message);
    for (std::string line; std::getline(lines, line);) {
      if (all.find(line) == std::string::npos) all += '\n' + line;
    }
  }
  return all;
}

}  // namespace vedette::app
