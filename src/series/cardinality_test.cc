#include "series/cardinality.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace vedette::series {
namespace {

// Series spread over two indexes, as over two shards.
class CardinalityTest : public testing::Test {
 protected:
  void Add(std::vector<std::pair<std::string, std::string>> labels) {
    const model::Labels set(std::move(labels));
    indexes_[next_ % 2].Add(next_ / 2, set);
    ++next_;
  }
  Cardinality Count(CardinalityRequest request) {
    CardinalityCounter all(request);
    CardinalityCounter other(request);
    all.Count(&indexes_[0]);
    other.Count(&indexes_[1]);
    all.Merge(other);
    all.Choose();
    for (const Index& index : indexes_) all.Name(&index);
    return all.Finish();
  }
  Index indexes_[2];
  uint32_t next_ = 0;
};

using Counts = std::vector<NamedCount>;

TEST_F(CardinalityTest, CountsOverAllShards) {
  for (int i = 0; i < 6; ++i) {
    Add({{"__name__", i < 4 ? "many" : "few"}, {"pod", "p" + std::to_string(i)}, {"env", "x"}});
  }
  const Cardinality found = Count({.tenant = "t", .limit = 2, .prefix = "", .label = "pod"});
  EXPECT_EQ(found.series, 6U);
  EXPECT_EQ(found.labels, 3U);
  EXPECT_EQ(found.label_pairs, 9U);
  EXPECT_EQ(found.series_by_metric, (Counts{{"many", 4}, {"few", 2}}));
  EXPECT_EQ(found.values_by_label, (Counts{{"pod", 6}, {"__name__", 2}}));
  EXPECT_EQ(found.series_by_label, (Counts{{"__name__", 6}, {"env", 6}}));
  EXPECT_EQ(found.bytes_by_label, (Counts{{"pod", 12}, {"__name__", 7}}));
  EXPECT_EQ(found.series_by_pair, (Counts{{"env=x", 6}, {"__name__=many", 4}}));
  EXPECT_EQ(found.series_by_value.size(), 2U);
  EXPECT_EQ(found.series_by_value[0].count, 1U);
}

TEST_F(CardinalityTest, ListsOnlyWhatBeginsWithThePrefix) {
  Add({{"__name__", "apples"}, {"area", "ash"}});
  Add({{"__name__", "pears"}, {"area", "birch"}, {"b", "ab"}});
  const Cardinality found = Count({.tenant = "t", .limit = 9, .prefix = "a", .label = "area"});
  EXPECT_EQ(found.series_by_metric, (Counts{{"apples", 1}}));
  EXPECT_EQ(found.values_by_label, (Counts{{"area", 2}}));
  EXPECT_EQ(found.series_by_value, (Counts{{"ash", 1}}));
  EXPECT_EQ(found.series_by_pair, (Counts{{"area=ash", 1}, {"area=birch", 1}}));
  EXPECT_EQ(Count({.tenant = "t", .limit = 9, .prefix = "area=b", .label = ""}).series_by_pair,
            (Counts{{"area=birch", 1}}));
}

TEST_F(CardinalityTest, KnowsTheOldestAndTheNewestSampleOfAllShards) {
  CardinalityCounter all({.tenant = "t", .limit = 1, .prefix = "", .label = ""});
  CardinalityCounter other({.tenant = "t", .limit = 1, .prefix = "", .label = ""});
  all.AddTimes(5'000, 9'000);
  all.AddTimes(INT64_MAX, INT64_MIN);
  other.AddTimes(2'000, 3'000);
  all.Merge(other);
  EXPECT_EQ(all.Finish().min_ms, 2'000);
  EXPECT_EQ(all.Finish().max_ms, 9'000);
}

TEST_F(CardinalityTest, NothingIsNothing) {
  CardinalityCounter none({.tenant = "t", .limit = 5, .prefix = "", .label = ""});
  none.Count(nullptr);
  none.Choose();
  none.Name(nullptr);
  EXPECT_EQ(none.Finish().series, 0U);
  EXPECT_TRUE(none.Finish().series_by_pair.empty());
}

}  // namespace
}  // namespace vedette::series
