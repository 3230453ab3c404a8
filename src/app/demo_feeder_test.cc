#include "app/demo_feeder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::app {
namespace {

constexpr base::TimePoint kNow = base::FromMillis(1'795'000'000'000);

TEST(DemoFeeder, FaultsComeAsOftenAndAreOfTheTypesThatWereAskedFor) {
  DemoFeeder::Options options;
  const auto usual = FaultsByChance(options, kNow);
  ASSERT_TRUE(usual.ok()) << usual.error().message;
  EXPECT_EQ(sim::IncidentsPerHour(usual->options()), 6);
  ASSERT_EQ(usual->truth().size(), 1U) << "the one that nobody waits for";

  options.probability_per_cycle = 0.01;
  options.weights = {0, 1, 0, 0, 0, 0, 2};
  const auto asked = FaultsByChance(options, kNow);
  ASSERT_TRUE(asked.ok()) << asked.error().message;
  EXPECT_DOUBLE_EQ(sim::IncidentsPerHour(asked->options()), 36);
  EXPECT_THAT(asked->options().weights, testing::ElementsAre(0, 1, 0, 0, 0, 0, 2));
  EXPECT_TRUE(asked->truth().empty()) << "the first would be a cascade";
}

TEST(DemoFeeder, NoIncidentsPerHourAreNone) {
  DemoFeeder::Options options;
  options.incidents_per_hour = 0;
  const auto quiet = FaultsByChance(options, kNow);
  ASSERT_TRUE(quiet.ok()) << quiet.error().message;
  EXPECT_TRUE(quiet->truth().empty());
}

}  // namespace
}  // namespace vedette::app
