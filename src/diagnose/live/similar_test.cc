#include "diagnose/live/similar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::diagnose::live {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PastIncident Past(std::string id, std::vector<std::string> features) {
  PastIncident past;
  past.incident_id = std::move(id);
  past.features = std::move(features);
  return past;
}

std::vector<std::string> Ids(const std::vector<Similar>& similar,
                             const std::vector<PastIncident>& past) {
  std::vector<std::string> ids;
  for (const Similar& one : similar) ids.push_back(past[one.past].incident_id);
  return ids;
}

TEST(Similar, FindsTheSameTroubleFirst) {
  const std::vector<PastIncident> past = {
      Past("other", {"service cart", "latency of cart"}),
      Past("near", {"service pay", "service shop", "errors of shop"}),
      Past("same", {"cause pay", "service pay", "latency of pay"})};
  const std::vector<Similar> similar =
      FindSimilar({"cause pay", "service pay", "latency of pay"}, past, 5);
  EXPECT_THAT(Ids(similar, past), ElementsAre("same", "near"));
  EXPECT_DOUBLE_EQ(similar[0].similarity, 1);
  EXPECT_EQ(similar[0].shared.front(), "cause pay");
}

TEST(Similar, CountsTheRareMoreThanTheCommon) {
  std::vector<PastIncident> past = {Past("rare", {"service gateway", "odd of x"})};
  for (int i = 0; i < 20; ++i) past.push_back(Past("common", {"service gateway", "usual of y"}));
  const std::vector<Similar> similar = FindSimilar({"odd of x", "usual of y"}, past, 1);
  EXPECT_THAT(Ids(similar, past), ElementsAre("rare"));
}

TEST(Similar, SaysNothingRatherThanLittle) {
  EXPECT_THAT(FindSimilar({"service a"}, {Past("x", {"service b"})}, 5), IsEmpty());
  EXPECT_THAT(FindSimilar({}, {Past("x", {})}, 5), IsEmpty());
  EXPECT_THAT(FindSimilar({"service a"}, {}, 5), IsEmpty());
}

TEST(Similar, NamesServicesMetricsAndTheCause) {
  Occasion occasion;
  occasion.entities = {"shop"};
  model::Anomaly anomaly;
  anomaly.entity = "shop";
  anomaly.labels = model::Labels({{"__name__", std::string("latency")}});
  occasion.anomalies = {anomaly, anomaly};
  Report report;
  report.status = "likely";
  report.hypotheses.push_back({.entity = "db", .region = {}, .claims = {}});
  EXPECT_THAT(FeaturesOf(occasion, report),
              ElementsAre("cause db", "latency of shop", "service shop"));
  report.status = "unknown";
  EXPECT_THAT(FeaturesOf(occasion, report), ElementsAre("latency of shop", "service shop"));
}

}  // namespace
}  // namespace vedette::diagnose::live
