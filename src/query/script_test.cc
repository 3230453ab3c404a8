#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "query/testing/query_script.h"

namespace vedette::query {
namespace {

// Tests run in the build folder, which is inside the repository.
std::filesystem::path TestData() {
  for (std::filesystem::path at = std::filesystem::current_path();; at = at.parent_path()) {
    const std::filesystem::path found = at / "src" / "query" / "testdata";
    if (std::filesystem::exists(found)) return found;
    if (at == at.parent_path()) return {};
  }
}

std::vector<std::filesystem::path> Scripts() {
  std::vector<std::filesystem::path> scripts;
  const std::filesystem::path folder = TestData();
  if (folder.empty()) return scripts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") scripts.push_back(entry.path());
  }
  std::sort(scripts.begin(), scripts.end());
  return scripts;
}

class Script : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Script, GivesWhatItExpects) {
  std::ifstream file(GetParam());
  std::stringstream text;
  text << file.rdbuf();

  // What Prometheus itself computed is taken by its every digit.
  const bool golden = GetParam().stem() == "golden";
  const testing::ScriptReport report =
      testing::RunScript(text.str(), {.tolerance = golden ? 1e-9 : 1e-6});

  EXPECT_GT(report.evals, 0U);
  for (const std::string& failure : report.failures) {
    ADD_FAILURE() << GetParam().filename().string() << " " << failure;
  }
}

INSTANTIATE_TEST_SUITE_P(Query, Script, ::testing::ValuesIn(Scripts()),
                         [](const auto& param) { return param.param.stem().string(); });

TEST(ScriptLanguage, ReportsWhatDiffers) {
  const testing::ScriptReport report = testing::RunScript(
      "load 1m\n"
      "  up 1x5\n"
      "eval instant at 1m up\n"
      "  up 2\n"
      "eval instant at 1m up\n"
      "  expect fail\n"
      "eval instant at 1m up +\n"
      "eval instant at 1m up\n"
      "  up 1\n");
  EXPECT_EQ(report.evals, 4U);
  ASSERT_EQ(report.failures.size(), 3U);
  EXPECT_EQ(report.failures[0], "line 3: vector is\n    up 1");
  EXPECT_EQ(report.failures[1], "line 5: did not fail");
}

}  // namespace
}  // namespace vedette::query
