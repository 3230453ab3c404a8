#include "sources/scrape/file_discovery.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "sources/scrape/testing/temp_folder.h"

namespace vedette::sources::scrape {
namespace {

std::string TargetsOf(const FileGroups& files) {
  std::string out;
  for (const TargetGroup& group : files.groups()) {
    for (const std::string& target : group.targets) out += target + " ";
  }
  return out;
}

TEST(FileGroups, FollowsItsFiles) {
  const TempFolder folder;
  folder.Write("a.json", R"([{"targets":["a:1"]}])");
  folder.Write("ignored.txt", R"([{"targets":["x:1"]}])");
  FileGroups files({folder.Path("*.json"), folder.Path("missing.json")}, {});

  EXPECT_TRUE(files.Refresh());
  EXPECT_EQ(TargetsOf(files), "a:1 ");
  EXPECT_FALSE(files.Refresh());

  folder.Write("b.json", R"([{"targets":["b:1"]}])");
  EXPECT_TRUE(files.Refresh());
  EXPECT_EQ(TargetsOf(files), "a:1 b:1 ");

  folder.Write("a.json", R"([{"targets":["a:1","a:22"]}])");
  EXPECT_TRUE(files.Refresh());
  EXPECT_EQ(TargetsOf(files), "a:1 a:22 b:1 ");

  folder.Remove("b.json");
  EXPECT_TRUE(files.Refresh());
  EXPECT_EQ(TargetsOf(files), "a:1 a:22 ");
}

TEST(FileGroups, KeepsTheFormerTargetsOfABrokenFile) {
  const TempFolder folder;
  folder.Write("a.json", R"([{"targets":["a:1"]}])");
  FileGroups files({folder.Path("a.json")}, {});
  files.Refresh();

  folder.Write("a.json", R"([{"targets":)");

  EXPECT_FALSE(files.Refresh());
  EXPECT_EQ(TargetsOf(files), "a:1 ");
}

TEST(FileGroups, GivesOtherFilesToTheParser) {
  const TempFolder folder;
  folder.Write("a.yml", "- targets");
  FileGroups files({folder.Path("a.yml")}, [](std::string_view text) {
    return std::vector<TargetGroup>{{.targets = {std::string(text)}, .labels = {}}};
  });

  EXPECT_TRUE(files.Refresh());
  EXPECT_EQ(TargetsOf(files), "- targets ");
}

TEST(MatchesWildcard, KnowsStarsAndQuestionMarks) {
  const std::vector<std::pair<std::string, std::string>> yes = {
      {"*", ""},          {"*", "abc"},     {"*.json", "a.json"}, {"a?c", "abc"},
      {"a*c*e", "abcde"}, {"*a*a*", "aaa"}, {"**", "x"},          {"a", "a"}};
  const std::vector<std::pair<std::string, std::string>> no = {
      {"", "a"}, {"?", ""}, {"*.json", "a.jsonx"}, {"a?c", "ac"}, {"a*c", "abcd"}, {"A", "a"}};
  for (const auto& [pattern, name] : yes) EXPECT_TRUE(MatchesWildcard(pattern, name)) << pattern;
  for (const auto& [pattern, name] : no) EXPECT_FALSE(MatchesWildcard(pattern, name)) << pattern;
}

}  // namespace
}  // namespace vedette::sources::scrape
