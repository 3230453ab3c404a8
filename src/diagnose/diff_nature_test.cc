#include "diagnose/diff_nature.h"

#include <gtest/gtest.h>

namespace vedette::diagnose {
namespace {

DiffNature Of(std::string_view diff, const std::vector<std::string>& files = {"app/pool.go"}) {
  return NatureOf(diff, files);
}

TEST(DiffNature, AValueThatChangesByAFactorOfTwoOrItsUnit) {
  EXPECT_EQ(Of("-const limit = 50\n+const limit = 10\n"), DiffNature::kValue);
  EXPECT_EQ(Of("-  ttl: 15m\n+  ttl: 15s\n"), DiffNature::kValue);
  EXPECT_EQ(Of("-  TTL: 15 * time.Minute,\n+  TTL: 15 * time.Second,\n"), DiffNature::kValue);
  EXPECT_EQ(Of("-  level: info\n+  level: debug\n"), DiffNature::kValue);
  EXPECT_EQ(Of("-\t\"title\": field(\"text\"),\n+\t\"name\": field(\"text\"),\n"),
            DiffNature::kValue);
}

TEST(DiffNature, ASmallerStepIsANudge) {
  EXPECT_EQ(Of("-  entries: 50000\n+  entries: 60000\n"), DiffNature::kNudged);
}

TEST(DiffNature, LinesThatAreFoundAgainWereMoved) {
  EXPECT_EQ(Of("-\tf, err := os.Open(path)\n-\tdefer f.Close()\n-\treturn read(f)\n"
               "+\treturn load(path)\n+func load(path string) error {\n+\tf, err := os.Open(path)\n"
               "+\tdefer f.Close()\n+\treturn read(f)\n"),
            DiffNature::kMoved);
}

TEST(DiffNature, LinesTakenOutWithNothingInTheirPlace) {
  EXPECT_EQ(Of("-\tmu.Lock()\n-\tdefer mu.Unlock()\n \tcounts[id]++\n"), DiffNature::kRemoved);
  EXPECT_EQ(
      Of("-\tif r == nil {\n-\t\treturn \"\"\n-\t}\n-\treturn r.Status\n+\treturn r.Status\n"),
      DiffNature::kRemoved);
}

TEST(DiffNature, FilesThatDoNotRunAndLibraries) {
  EXPECT_EQ(Of("-a: 1\n+a: 9\n", {"web/static/page.css"}), DiffNature::kInert);
  EXPECT_EQ(Of("", {"docs/api.md", "pkg/retry_test.go"}), DiffNature::kInert);
  EXPECT_EQ(Of("-\tgrpc v1.62.0\n+\tgrpc v1.70.0\n", {"go.mod", "go.sum"}),
            DiffNature::kDependency);
}

TEST(DiffNature, CommentsAndNewCodeSayNothing) {
  EXPECT_EQ(Of(""), DiffNature::kUnknown);
  EXPECT_EQ(Of("-\t// at most 50\n+\t// at most 10\n"), DiffNature::kUnknown);
  EXPECT_EQ(Of("+\tstart := now()\n+\tlog(start)\n"), DiffNature::kUnknown);
}

TEST(DiffNature, UnclosedQuotesAndOddBytesDoNotCrash) {
  EXPECT_NO_FATAL_FAILURE(Of("-x = \"\n+x = '\n"));
  EXPECT_NO_FATAL_FAILURE(Of(std::string_view("-\0\xff\n+\"\0\n-'", 9)));
}

}  // namespace
}  // namespace vedette::diagnose
