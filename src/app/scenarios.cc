#include "app/scenarios.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace vedette::app {
namespace {

constexpr std::uintmax_t kFileMax = 1 << 20;

base::Result<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return base::NotFound(fmt::format("{}: {}", path, error.message()));
  if (size > kFileMax) return base::InvalidArgument(path + ": more than 1 MiB");
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

std::vector<sim::Scenario> ShippedScenarios() {
  std::vector<sim::Scenario> scenarios;
  for (const base::EmbeddedFile& file : EmbeddedScenarios()) {
    auto read = sim::ReadScenario(file.path, file.bytes);
    VEDETTE_CHECK(read.ok());  // a test reads what ships
    scenarios.push_back(*std::move(read));
  }
  std::sort(scenarios.begin(), scenarios.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return scenarios;
}

base::Result<sim::Scenario> FindScenario(const std::string& name_or_file) {
  std::string names;
  for (sim::Scenario& scenario : ShippedScenarios()) {
    if (scenario.name == name_or_file) return std::move(scenario);
    names += (names.empty() ? "" : ", ") + scenario.name;
  }
  base::Result<std::string> text = ReadFile(name_or_file);
  if (text.ok()) return sim::ReadScenario(name_or_file, *text);
  if (text.error().code != base::ErrorCode::kNotFound) return text.error();
  return base::NotFound(
      fmt::format("there is no scenario and no file \"{}\"; there are {}", name_or_file, names));
}

}  // namespace vedette::app
