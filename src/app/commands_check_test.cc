#include "app/commands_check.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "app/config.h"
#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class AllMistakesTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.File(name)) << text;
  }
  std::string Mistakes() {
    const base::Result<Config> config = LoadConfig(folder_.File("vedette.yaml"));
    EXPECT_FALSE(config.ok());
    return config.ok() ? "" : AllMistakes(folder_.File("vedette.yaml"), config.error());
  }
  const base::TempFolder folder_{"check"};
};

constexpr const char* kBadRules = "groups: [{name: g, rules: [{alert: A, expr: 'sum('}]}]\n";

TEST_F(AllMistakesTest, GoesOnToTheRuleFilesOfAFileThatIsWrong) {
  Write("vedette.yaml",
        "rule_files: [a.yml]\ntenant_rule_files: {shop: [b.yml]}\nreleases: {watch: 1m}\n");
  Write("a.yml", kBadRules);
  Write("b.yml", kBadRules);

  EXPECT_THAT(Mistakes(),
              AllOf(HasSubstr("vedette.yaml:3:"), HasSubstr("a.yml:1:"), HasSubstr("b.yml:1:")));
}

TEST_F(AllMistakesTest, NamesAMistakeOnce) {
  Write("vedette.yaml", "rule_files: [a.yml]\n");
  Write("a.yml", kBadRules);

  const std::string mistakes = Mistakes();
  EXPECT_THAT(mistakes, HasSubstr("a.yml:1:"));
  EXPECT_THAT(mistakes.substr(mistakes.find("a.yml:1:") + 1), Not(HasSubstr("a.yml:1:")));
}

TEST_F(AllMistakesTest, AFolderOfRulesIsAMistakeAndNamedOnce) {
  Write("vedette.yaml", "rule_files: [none.yml, '.', absent.yml]\n");

  const std::string mistakes = Mistakes();
  EXPECT_THAT(mistakes, AllOf(HasSubstr("vedette.yaml:1:14: rule_files[0]: "),
                              HasSubstr("is a folder"), HasSubstr("absent.yml: no such file")));
  EXPECT_EQ(std::count(mistakes.begin(), mistakes.end(), '\n'), 2);
}

}  // namespace
}  // namespace vedette::app
