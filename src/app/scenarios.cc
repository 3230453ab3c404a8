#include "app/scenarios.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/check.h"
#include "base/files.h"

namespace vedette::app {
namespace {

constexpr size_t kFileBytesMax = 1 << 20;

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
  base::Result<std::string> text = base::ReadFile(name_or_file, kFileBytesMax);
  if (text.ok()) return sim::ReadScenario(name_or_file, *text);
  if (text.error().code != base::ErrorCode::kNotFound) return text.error();
  return base::NotFound(
      fmt::format("there is no scenario and no file \"{}\"; there are {}", name_or_file, names));
}

}  // namespace vedette::app
