#include "model/alert.h"

#include <gtest/gtest.h>
#include <utility>

#include "model/page.h"

namespace vedette::model {
namespace {

// The values of prometheus/common's own test of signatures.
TEST(Fingerprint, IsThatOfPrometheus) {
  EXPECT_EQ(Fingerprint(Labels()), "cbf29ce484222325");
  EXPECT_EQ(Fingerprint(Labels({{"name", "garland, briggs"}, {"fear", "love is not enough"}})),
            "507a62d79ee76c9a");
}

TEST(EntityOfAlert, IsTheFirstLabelThatNamesOne) {
  EXPECT_EQ(EntityOfAlert(Labels({{"alertname", "Slow"}, {"job", "api"}})), "api");
  EXPECT_EQ(EntityOfAlert(Labels({{"job", "api"}, {"service", "shop"}})), "shop");
  EXPECT_EQ(EntityOfAlert(Labels({std::pair("pod", "a")})), "");
}

TEST(PriorityOf, FollowsTheLabelElseTheSeverity) {
  EXPECT_EQ(PriorityOf(Labels({std::pair("priority", "P2")}), Severity::kCritical), 2);
  EXPECT_EQ(PriorityOf(Labels({std::pair("priority", "4")}), Severity::kCritical), 4);
  EXPECT_EQ(PriorityOf(Labels({std::pair("priority", "P9")}), Severity::kCritical), 1);
  EXPECT_EQ(PriorityOf(Labels(), Severity::kWarning), 3);
  EXPECT_EQ(PriorityOf(Labels(), Severity::kInfo), 5);
}

TEST(SeverityOfAlert, FollowsTheLabel) {
  const auto severity = [](std::string value) {
    return SeverityOfAlert(Labels({{"severity", std::move(value)}, {"a", "b"}}));
  };
  EXPECT_EQ(severity("critical"), Severity::kCritical);
  EXPECT_EQ(severity("Page"), Severity::kCritical);
  EXPECT_EQ(severity("warning"), Severity::kWarning);
  EXPECT_EQ(severity(""), Severity::kWarning);
  EXPECT_EQ(severity("none"), Severity::kInfo);
}

}  // namespace
}  // namespace vedette::model
