// What comes back: second waves of an incident that goes on, and incidents that are opened again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

using model::IncidentState;
using model::Severity;
using ::testing::ElementsAre;
using testing::Script;
using ::testing::StartsWith;

TEST(SecondWave, WhatBeginsAsAWarningAmongTheRestAndBecomesWorseIsToldAgain) {
  Script script;
  script.Opens("payment").Opens("payment", Severity::kWarning, "an_slow");
  script.At(100).Closes("payment").TickUntil(390);  // the warning goes on
  script.At(395).Opens("payment", Severity::kWarning, "an_memory");
  ASSERT_EQ(script.order.size(), 1u);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened"));

  script.At(430).Opens("payment", Severity::kCritical, "an_memory");

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "severity_raised"));
  EXPECT_THAT(script.pages.back().text, StartsWith("Now critical."));
  script.At(440).Opens("payment", Severity::kCritical, "an_cpu");
  EXPECT_EQ(script.pages.size(), 2u) << "it goes on";
}

TEST(SecondWave, WhatReturnsWithinTheGroupWindowIsTheSameWave) {
  Script script;
  script.Opens("payment").Opens("payment", Severity::kWarning, "an_slow");
  script.At(100).Closes("payment").TickUntil(395);

  script.At(400).Opens("payment", Severity::kCritical, "an_2");

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(SecondWave, WhatTheIncidentWasNotAboutIsToldWhenItsEndWouldHaveBeenToldButForLesserThings) {
  Script script;
  script.Opens("payment").Opens("order", Severity::kWarning, "an_slow");
  script.Opens("user", Severity::kWarning, "an_busy");
  script.At(100).Closes("payment").TickUntil(159);
  script.At(160).Opens("order", Severity::kCritical, "an_early");
  EXPECT_EQ(script.pages.size(), 1u) << "a minute has not passed";
  script.At(170).Closes("order", "an_early").TickUntil(250);

  script.At(250).Opens("user", Severity::kCritical, "an_late");

  EXPECT_EQ(script.order.size(), 1u);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "severity_raised"));
  EXPECT_THAT(script.pages.back().title, StartsWith("user"));
}

TEST(Flapping, WavesOfAnHourBesideAWarningThatStaysAreAHandfulOfNotifications) {
  for (const int period : {310, 330, 400}) {
    Script script;
    script.Opens("payment", Severity::kWarning, "an_slow");
    for (int second = 1; second < 2 * 3600; ++second) {
      script.At(second);
      if (second % period == 0) {
        script.Opens("payment", Severity::kCritical, "an_" + std::to_string(second));
      } else if (second % period == 5 && second > period) {
        script.Closes("payment", "an_" + std::to_string(second - 5));
      } else {
        script.Tick();
      }
    }
    EXPECT_LE(script.pages.size(), 21u) << period << ": ten an hour, and the first";
    EXPECT_GE(script.pages.size(), 2u) << period;
  }
}

TEST(Flapping, ReopensTheSameIncidentWithoutAnotherPage) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(100);
  ASSERT_EQ(script.Incident().state, IncidentState::kResolved);

  script.At(300).Opens("payment", Severity::kCritical, "an_2");

  EXPECT_EQ(script.order.size(), 1u);
  EXPECT_EQ(script.Incident().state, IncidentState::kOpen);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  script.Closes("payment", "an_2").TickUntil(400);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
}

TEST(Flapping, AReopenedIncidentThatLastsIsPagedAgain) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(100);

  script.At(300).Opens("payment").TickUntil(300 + 299);
  EXPECT_EQ(script.pages.size(), 2u);
  script.TickUntil(300 + 300);

  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened"));
}

TEST(Flapping, WhatNobodyWasToldOfIsToldAtOnceWhereItReopensAnIncidentWhoseEndWasTold) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(100);
  script.At(200).Opens("payment", Severity::kWarning, "an_slow");
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));
  EXPECT_THAT(script.Incident().title, StartsWith("payment")) << "what goes on now";

  script.At(220).Opens("order", Severity::kCritical, "an_leak");

  EXPECT_EQ(script.order.size(), 1u) << "found within a moment of the other";
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened"));
  EXPECT_THAT(script.pages.back().title, StartsWith("order"));
  EXPECT_EQ(script.pages.back().labels.Get("service"), "order") << "who has that service hears";
  // Its end is told; when it comes back, that is what they know.
  script.At(230).Closes("order", "an_leak").Closes("payment", "an_slow").TickUntil(400);
  script.At(410).Opens("order", Severity::kCritical, "an_leak_2").TickUntil(500);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened", "resolved"));
}

// As with an incident that somebody took before it was bad enough for a page.
TEST(Flapping, WhatNobodyWasToldOfIsToldAlsoWhenSomebodyHasTakenTheReopenedIncident) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(100);
  script.At(200).Opens("payment", Severity::kWarning, "an_slow");
  script.Says(CommandKind::kAcknowledge);
  const size_t before = script.pages.size();

  script.At(220).Opens("order", Severity::kCritical, "an_leak").TickUntil(7200);

  ASSERT_EQ(script.pages.size(), before + 1);
  EXPECT_EQ(script.PageKinds().back(), "opened");
}

TEST(Flapping, AnAlertThatComesBackAfterItsEndWasToldIsToldAtOnce) {
  const std::vector<std::pair<std::string, std::string>> down = {{"alertname", "Down"}};
  Script script;
  script.Fires(down, 3600).At(10).Ends(down).TickUntil(100);
  ASSERT_THAT(script.PageKinds(), ElementsAre("opened", "resolved"));

  script.At(200).Fires(down, 3600);

  EXPECT_EQ(script.order.size(), 1u);
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened", "resolved", "opened"));
}

TEST(Flapping, AfterTheReopenWindowItIsANewIncident) {
  Script script;
  script.Opens("payment").At(10).Closes("payment").TickUntil(100);

  script.TickUntil(700).Opens("payment");

  EXPECT_EQ(script.order.size(), 2u);
}

TEST(Flapping, AnHourOfItIsAHandfulOfNotifications) {
  for (const int period : {10, 30, 59, 61, 70, 90, 120, 240, 300}) {
    Script script;
    for (int second = 0; second < 3600; ++second) {
      script.At(second);
      if (second % period != 0) {
        script.Tick();
      } else if (second / period % 2 == 0) {
        script.Opens("payment");
      } else {
        script.Closes("payment");
      }
    }
    script.TickUntil(4000);

    // Five minutes each are outages of their own.
    EXPECT_LE(script.pages.size(), period < 300 ? 4u : 12u) << "flips every " << period << " s";
    EXPECT_EQ(script.order.size(), 1u) << "flips every " << period << " s";
  }
}

}  // namespace
}  // namespace vedette::incident
