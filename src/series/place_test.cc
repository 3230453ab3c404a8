#include "series/place.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::series {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

uint64_t PlaceOfLabels(Pairs pairs) {
  const SeriesHash hash(7);
  const model::Labels labels(std::move(pairs));
  return PlaceOf(hash, hash(1, labels.bytes()), 1, labels);
}

uint64_t OwnOf(Pairs pairs) { return SeriesHash(7)(1, model::Labels(std::move(pairs)).bytes()); }

TEST(PlaceOf, IsOneForAllBucketsOfAHistogramAndAnotherForTheNext) {
  const auto bucket = [](const std::string& bound, const std::string& path) {
    return PlaceOfLabels({{"__name__", "d_bucket"}, {"job", "a"}, {"le", bound}, {"path", path}});
  };
  EXPECT_EQ(bucket("0.1", "/"), bucket("+Inf", "/"));
  EXPECT_EQ(bucket("1", "/"), bucket("0.25", "/"));
  EXPECT_NE(bucket("0.1", "/"), bucket("0.1", "/pay"));
}

TEST(PlaceOf, IsTheSeriesOwnHashForEverythingElse) {
  for (const Pairs& pairs :
       {Pairs{{"__name__", "d_total"}, {"le", "1"}}, Pairs{{"__name__", "d_bucket"}, {"job", "a"}},
        Pairs{{"__name__", "up"}, {"job", "a"}}}) {
    EXPECT_EQ(PlaceOfLabels(pairs), OwnOf(pairs));
  }
}

}  // namespace
}  // namespace vedette::series
