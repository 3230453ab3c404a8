#include "app/watch_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

WatchAnswers Shop() {
  WatchAnswers answers;
  answers.status = *base::ParseJson(R"({
    "now": "2026-11-22T15:00:00.000Z", "system_state": "DEGRADED",
    "counts": {"open": 1, "acknowledged": 2, "anomalies": 5},
    "services": [
      {"name": "payment", "state": "NORMAL", "open_incidents": 1, "open_anomalies": 3},
      {"name": "order", "state": "NORMAL", "open_incidents": 0, "open_anomalies": 0},
      {"name": "user", "state": "WARNING", "open_incidents": 0, "open_anomalies": 1},
      {"name": "analytics", "state": "NORMAL", "open_incidents": 0, "open_anomalies": 0}]})");
  answers.topology = *base::ParseJson(R"({"nodes": [
    {"name": "payment", "calls_per_second": 24.2, "error_ratio": 0.42, "latency_ms": 51.3},
    {"name": "order", "calls_per_second": 40, "error_ratio": 0.01, "latency_ms": 80},
    {"name": "user", "calls_per_second": null, "error_ratio": null, "latency_ms": null}]})");
  answers.incidents = *base::ParseJson(R"({"incidents": [
    {"id": "in_1", "severity": "critical", "status": "firing",
     "started_at": "2026-11-22T14:59:00.000Z", "title": "payment: errors\u001b[2J"}]})");
  answers.cpu = {{"order", 0.91}, {"payment", 0.3}};
  answers.memory = {{"payment", 0.4}};
  return answers;
}

TEST(Watch, SaysHowEachServiceIsAndWhatGoesOn) {
  const std::string picture = *DrawWatch(Shop(), false);

  EXPECT_THAT(picture, HasSubstr("DEGRADED  1 open, 2 in hand, 5 anomalies"));
  EXPECT_THAT(picture, HasSubstr("payment    NORMAL   24.2     42.0 %  51 ms    30.0 %  40.0 %  "
                                 "1          3\n"));
  EXPECT_THAT(picture, HasSubstr("user       WARNING  -        -       -        -       -"));
  EXPECT_THAT(picture, HasSubstr("in_1      critical  firing  2026-11-22T14:59:00.000Z  payment"));
  EXPECT_THAT(picture, Not(HasSubstr("\x1b"))) << "titles cannot draw";
}

TEST(Watch, ColoursByTheWorstThing) {
  const std::string picture = *DrawWatch(Shop(), true);

  EXPECT_THAT(picture, HasSubstr("\x1b[31mpayment"));
  EXPECT_THAT(picture, HasSubstr("\x1b[38;5;208morder"));
  EXPECT_THAT(picture, HasSubstr("\x1b[33muser"));
  EXPECT_THAT(picture, HasSubstr("\nanalytics  NORMAL"));
  EXPECT_THAT(picture, HasSubstr("\x1b[31min_1"));
}

TEST(Watch, AnAnswerOfAnotherFormIsAnError) {
  WatchAnswers answers = Shop();
  answers.status.erase("counts");
  EXPECT_FALSE(DrawWatch(answers, false).ok());
}

}  // namespace
}  // namespace vedette::app
