#include "detect/noise_budget.h"

#include <cmath>
#include <gtest/gtest.h>

#include "base/random.h"
#include "detect/baseline/calibration.h"

namespace vedette::detect {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr double kPerWeek = 7;
const base::TimePoint kStart = base::FromMillis(1'767'225'600'000);

TEST(Calibration, IsItsOwnInverse) {
  for (const double nats : {5.0, 9.0, 10.0, 12.0, 19.0, 30.0, 80.0}) {
    EXPECT_NEAR(baseline::NatsFor(baseline::FalseAlarmsPerDay(nats)), nats, 1e-9);
  }
  for (const double nats : {0.0, 5.0, 8.0, 15.0, 30.0, 70.0}) {
    EXPECT_NEAR(baseline::NatsToPage(baseline::FalsePagesPerDay(nats)), nats, 1e-9);
    EXPECT_LT(baseline::FalsePagesPerDay(nats), baseline::FalseAlarmsPerDay(nats)) << nats;
  }
  EXPECT_LE(baseline::FalseAlarmsPerDay(NoiseBudget::kAlarmMin), 0.05);
}

TEST(NoiseBudget, AsksMoreOfMoreSeries) {
  NoiseBudget budget(kPerWeek);
  budget.AddSeries(1, 1);
  budget.Settle(kStart);
  EXPECT_EQ(budget.levels().alarm, NoiseBudget::kAlarmMin);
  EXPECT_EQ(budget.levels().listed, NoiseBudget::kListedMin);

  budget.AddSeries(9'999, 9'999);
  budget.Settle(kStart);
  const baseline::Levels many = budget.levels();
  EXPECT_NEAR(baseline::FalseAlarmsPerDay(many.alarm) * 7 * 10'000, kPerWeek, 1e-6);
  EXPECT_NEAR(baseline::FalseAlarmsPerDay(many.listed) * 7 * 10'000,
              kPerWeek * NoiseBudget::kListedPerAlarm, 1e-6);
  EXPECT_LE(many.listed, many.strict);
  EXPECT_EQ(many.strict, NoiseBudget::kBeyondDoubt);
}

TEST(NoiseBudget, HearsOfWhatIsBeyondDoubtInTheLargestFleet) {
  NoiseBudget budget(kPerWeek);
  budget.AddSeries(5'000'000, 5'000'000);
  budget.Settle(kStart);
  const baseline::Levels alone = budget.levels();
  EXPECT_GT(alone.alarm, NoiseBudget::kBeyondDoubt);
  EXPECT_EQ(alone.listed, NoiseBudget::kBeyondDoubt);
  // What is listed is a discovery, so that many of them lower the alarm.
  EXPECT_GE(alone.listed, alone.strict);
  budget.Discovered(10'000);
  budget.Settle(kStart + seconds(1));
  EXPECT_LT(budget.levels().alarm, alone.alarm);
}

TEST(NoiseBudget, CountsASeriesOfSecondsAsMany) {
  const auto level = [](int64_t values) {
    NoiseBudget budget(kPerWeek);
    budget.AddSeries(100, 100);
    budget.Tested(hours(1), values);
    budget.Settle(kStart);
    return budget.levels();
  };
  EXPECT_EQ(level(12).strict, level(60).strict);
  EXPECT_GT(level(360).strict, level(60).strict + 5);
  EXPECT_EQ(level(360).critical, level(60).critical) << "gathered over a minute";
}

TEST(NoiseBudget, TakesMoreWhenMoreIsBearable) {
  NoiseBudget few(1);
  NoiseBudget many(100);
  for (NoiseBudget* budget : {&few, &many}) {
    budget->AddSeries(10'000, 10'000);
    budget->Settle(kStart);
  }
  EXPECT_GT(few.levels().alarm, many.levels().alarm + 1);
}

TEST(NoiseBudget, TakesWeakerEvidenceWhileSomethingGoesOnAndForAWhile) {
  NoiseBudget budget(kPerWeek);
  budget.AddSeries(1000, 1000);
  budget.Settle(kStart);
  const baseline::Levels before = budget.levels();
  for (int i = 0; i < 5; ++i) budget.Discovered();
  budget.Settle(kStart + seconds(1));
  EXPECT_LT(budget.levels().alarm, before.alarm - 10);
  EXPECT_EQ(budget.levels().strict, before.strict);

  budget.Settle(kStart + hours(3));
  EXPECT_NEAR(budget.levels().alarm, before.alarm, 0.01);
}

TEST(NoiseBudget, IsNotFooledByPastDataSentInAHurry) {
  const auto level = [](base::Duration tested) {
    NoiseBudget budget(kPerWeek);
    budget.AddSeries(1000, 1000);
    budget.Discovered();
    budget.Tested(tested, tested / std::chrono::minutes(5));
    budget.Settle(kStart);
    return budget.levels().alarm;
  };
  EXPECT_GT(level(hours(24 * 1000)), level(seconds(600 * 1000)) + 2);
}

// Chance alone as the calibration has it, with every alarm counted as a discovery: the worst that
// the second term can do.
TEST(NoiseBudget, KeepsItsPromiseOnChance) {
  constexpr int kSeries = 500;
  constexpr int kWeeks = 200;
  NoiseBudget budget(kPerWeek);
  budget.AddSeries(kSeries, kSeries);
  budget.Settle(kStart);
  base::Random random(4);
  int alarms = 0;
  const double per_day = kSeries * baseline::FalseAlarmsPerDay(NoiseBudget::kListedMin);
  double day = 0;
  while (true) {
    day += random.Exponential(1 / per_day);
    if (day > 7 * kWeeks) break;
    const base::TimePoint now = kStart + base::Duration(static_cast<int64_t>(day * 86'400'000));
    budget.Settle(now);
    const double rarer = random.Uniform();  // how much rarer than the least that is listed
    const double nats =
        baseline::NatsFor(rarer * baseline::FalseAlarmsPerDay(NoiseBudget::kListedMin));
    const baseline::Levels levels = budget.levels();
    if (nats < levels.alarm) continue;
    ++alarms;
    if (nats >= levels.strict) budget.Discovered();
    budget.Settle(now);
  }
  EXPECT_LE(alarms, 1.3 * kPerWeek * kWeeks);
  EXPECT_GE(alarms, 0.8 * kPerWeek * kWeeks);
}

TEST(NoiseBudget, GoesOnAfterARestartBeforeItsSeriesAreBack) {
  NoiseBudget before(kPerWeek);
  before.AddSeries(2'000, 2'000);
  before.Settle(kStart);
  const double level = before.levels().alarm;

  NoiseBudget after(kPerWeek);
  after.Resume(before.memory());
  EXPECT_EQ(after.levels().alarm, level) << "before the first tick";
  after.AddSeries(10, 10);
  after.Settle(kStart + seconds(1));
  EXPECT_EQ(after.levels().alarm, level);
  after.Settle(kStart + seconds(1) + NoiseBudget::kMemory);
  EXPECT_LT(after.levels().alarm, level) << "the others do not come back";
}

TEST(NoiseBudget, PagesForAQuarterOfTheBudgetAndForLessWhileOthersAreFound) {
  EXPECT_EQ(NoiseBudget(kPerWeek).levels().critical, NoiseBudget::kCriticalMin);
  NoiseBudget budget(kPerWeek);
  budget.AddSeries(400, 400);
  budget.Settle(kStart);
  const double quiet = budget.levels().critical;
  EXPECT_NEAR(baseline::FalsePagesPerDay(quiet) * 7 * 400, kPerWeek / 4, 1e-6);
  for (int i = 0; i < 5; ++i) budget.Discovered();
  budget.Settle(kStart + seconds(1));
  EXPECT_LT(budget.levels().critical, quiet - 5);

  // What cannot page leaves the budget to what can.
  budget.Settle(kStart + hours(3));
  const double again = budget.levels().critical;
  budget.AddSeries(4'000, 0);
  budget.Settle(kStart + hours(6));
  EXPECT_NEAR(budget.levels().critical, again, 0.1);

  NoiseBudget strict(0.1);
  strict.AddSeries(400, 400);
  strict.Settle(kStart);
  EXPECT_GT(strict.levels().critical, quiet + 5);
}

}  // namespace
}  // namespace vedette::detect
