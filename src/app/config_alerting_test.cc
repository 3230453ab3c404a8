#include "app/config_alerting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// "line: message" of what is wrong with a section `notify`.
std::vector<std::string> Problems(const std::string& notify) {
  std::vector<yaml::Diagnostic> diagnostics;
  yaml::ReadYaml("notify:\n" + notify, {}, diagnostics, [](yaml::YamlReader& root) {
    root.ReadSection("notify", [](yaml::YamlReader& section) {
      incident::EngineOptions options;
      std::vector<MaintenanceWindow> windows;
      ReadAlerting(section, options, windows);
    });
  });
  std::vector<std::string> problems;
  for (const yaml::Diagnostic& diagnostic : diagnostics) {
    problems.push_back(std::to_string(diagnostic.line) + ": " + diagnostic.message);
  }
  return problems;
}

TEST(ConfigAlerting, TakesGroupsAsTheyMayBe) {
  EXPECT_THAT(Problems("  group_by: ['...']\n"
                       "  group_interval: 5h\n"
                       "  repeat_interval: 4h\n"
                       "  grouping:\n"
                       "    - {match: ['a=\"b\"'], group_by: [größe, '9 x']}\n"
                       "    - {match: ['a=\"c\"'], group_by: []}\n"
                       "    - {name: rest, group_wait: 0s}\n"),
              IsEmpty());
}

TEST(ConfigAlerting, NamesWhatCannotBeGroupedBy) {
  EXPECT_THAT(Problems("  group_by: ['...', x]\n"
                       "  grouping:\n"
                       "    - {match: ['a=\"b\"'], group_by: ['9 x', '']}\n"
                       "    - {match: ['a=\"c\"'], group_by: [x, '...', x]}\n"
                       "    - {match: ['a=\"d\"'], group_wait: 1s}\n"),
              UnorderedElementsAre(HasSubstr("2: notify.group_by: '...' stands alone"),
                                   HasSubstr("4: notify.grouping[0].group_by: a label has a name"),
                                   HasSubstr("5: notify.grouping[1].group_by: '...' stands alone"),
                                   HasSubstr("5: notify.grouping[1].group_by: x twice")));
}

TEST(ConfigAlerting, ARuleBehindOneForAllAlertsIsAMistake) {
  EXPECT_THAT(Problems("  grouping:\n"
                       "    - {name: one, match: [service]}\n"
                       "    - {name: all}\n"
                       "    - {name: two, match: ['a=\"c\"']}\n"),
              UnorderedElementsAre(HasSubstr("3: notify.grouping[0].match"),
                                   HasSubstr("all has no match: no alert comes past it to two")));
}

}  // namespace
}  // namespace vedette::app
