#include "release/usual.h"

#include <gtest/gtest.h>

namespace vedette::release {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr base::TimePoint kEnd{base::Duration(1'760'000'000'000)};

TEST(UsualTime, WithoutTroubleIsAllOfIt) {
  const UsualTime usual;

  EXPECT_TRUE(usual.Has(kEnd - hours(3), kEnd));
  EXPECT_EQ(usual.StartOf(hours(3), kEnd), kEnd - hours(3));
}

TEST(UsualTime, GoesFurtherBackByWhatWasTrouble) {
  const UsualTime usual({{kEnd - minutes(90), kEnd - minutes(60)},
                         {kEnd - minutes(70), kEnd - minutes(50)},  // overlaps
                         {kEnd - minutes(20), kEnd}});

  EXPECT_FALSE(usual.Has(kEnd - minutes(52), kEnd - minutes(48)));
  EXPECT_TRUE(usual.Has(kEnd - minutes(50), kEnd - minutes(20)));
  EXPECT_EQ(usual.TroubleIn(kEnd - minutes(55), kEnd), minutes(25));
  EXPECT_EQ(usual.StartOf(minutes(30), kEnd), kEnd - minutes(50));
  EXPECT_EQ(usual.StartOf(hours(3), kEnd), kEnd - hours(4));
}

TEST(UsualTime, EndsADayFurtherBackAndIsNoneWhereTroubleFillsAll) {
  EXPECT_EQ(UsualTime({{kEnd - hours(50), kEnd}}).StartOf(hours(3), kEnd), std::nullopt);
  EXPECT_EQ(UsualTime({{kEnd - hours(26), kEnd}}).StartOf(hours(3), kEnd), kEnd - hours(27));
}

}  // namespace
}  // namespace vedette::release
