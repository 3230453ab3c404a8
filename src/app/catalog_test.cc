#include "app/catalog.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>

namespace vedette::app {
namespace {

using detect::rules::Bound;
using detect::rules::Rule;

std::map<std::string, Rule> ByName(const std::vector<Rule>& rules) {
  std::map<std::string, Rule> by_name;
  for (const Rule& rule : rules) by_name.emplace(rule.name, rule);
  return by_name;
}

TEST(Catalog, WhatShipsIsValidAndHasThe43Metrics) {
  std::set<std::string> metrics;
  for (const base::EmbeddedFile& file : EmbeddedCatalog()) {
    const auto rules = ReadCatalog(file.path, file.bytes);
    ASSERT_TRUE(rules.ok()) << rules.error().message;
    for (const Rule& rule : *rules) {
      if (rule.name.find('(') == std::string::npos) metrics.insert(rule.metric);
    }
  }
  EXPECT_EQ(metrics.size(), 43U);
  EXPECT_TRUE(RuleSetOf(detect::rules::DefaultRules(), true).ok());
}

TEST(Catalog, KnowsTheDirectionThatHurts) {
  const auto rules = ByName(CatalogRules());
  const Rule& idle = rules.at("kafka_broker_request_handler_idle_percent low");
  EXPECT_EQ(idle.bound, Bound::kBelow);
  EXPECT_EQ(idle.warning, 10);
  EXPECT_EQ(idle.critical, 5);
  EXPECT_TRUE(idle.inclusive);
  EXPECT_EQ(rules.at("flink_task_throughput low").warning, 100);
  EXPECT_EQ(rules.at("flink_task_throughput").critical, 200'000);
}

TEST(Catalog, ASeriesOfAnExporterHasItsLimitsInItsOwnUnit) {
  const auto rules = ByName(CatalogRules());
  const Rule& idle = rules.at(
      "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent low "
      "(kafka_broker_request_handler_idle_percent)");
  EXPECT_DOUBLE_EQ(*idle.warning, 0.1);
  const Rule& bytes =
      rules.at("kafka_server_brokertopicmetrics_bytesin_total (kafka_broker_bytes_in_per_sec)");
  EXPECT_TRUE(bytes.per_second);
  EXPECT_EQ(bytes.warning, 157'286'400);
}

TEST(Catalog, AnAnomalyIsOverATenthOfTheWayBackToWhatIsUsual) {
  const auto rules = ByName(CatalogRules());
  EXPECT_DOUBLE_EQ(*rules.at("kafka_consumer_lag").clear, 50'000 - 0.1 * (50'000 - 10'000));
  EXPECT_DOUBLE_EQ(*rules.at("kafka_broker_request_handler_idle_percent low").clear, 11);
  EXPECT_DOUBLE_EQ(*rules.at("flink_task_throughput low").clear, 190);
}

TEST(Catalog, AMetricWithAThresholdOfItsOwnKeepsThatAlone) {
  Rule own;
  own.name = "lag";
  own.metric = "kafka_consumer_lag";
  own.critical = 7;
  const auto set = RuleSetOf({own}, true);
  ASSERT_TRUE(set.ok());
  const std::vector<Rule>& rules = (*set)->rules();
  EXPECT_EQ((*RuleSetOf({own}, false))->rules().size(), 1U);
  EXPECT_EQ(std::ranges::count(rules, std::string("kafka_consumer_lag"), &Rule::metric), 1);
  EXPECT_EQ(rules.front().critical, 7);
  EXPECT_GT(rules.size(), 43U);
}

TEST(Catalog, NamesThePlaceOfAMistake) {
  const auto read = [](std::string_view text) {
    return ReadCatalog("x.yml", text).error().message;
  };
  EXPECT_EQ(read("component: a\nmetrics:\n  - {name: m, unit: s, normal: [0, 1]}\n").substr(0, 8),
            "x.yml:3:");
  EXPECT_NE(read("metrics: []\n").find("component"), std::string::npos);
  EXPECT_NE(
      read("component: a\nmetrics: [{name: m, unit: s, normal: [0, 1], abov: {}}]\n").find("abov"),
      std::string::npos);
}

}  // namespace
}  // namespace vedette::app
