#include "app/catalog.h"

#include <algorithm>
#include <filesystem>
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
  std::map<std::string, std::set<std::string>> metrics;  // by file, without its folder and ending
  for (const base::EmbeddedFile& file : EmbeddedCatalog()) {
    const auto rules = ReadCatalog(file.path, file.bytes);
    ASSERT_TRUE(rules.ok()) << rules.error().message;
    std::set<std::string>& of_file = metrics[std::filesystem::path(file.path).stem().string()];
    for (const Rule& rule : *rules) {
      if (rule.name.find('(') == std::string::npos) of_file.insert(rule.metric);
    }
  }
  // The chatbot's, which nothing that is added elsewhere may hide.
  EXPECT_EQ(metrics["kafka"].size(), 13U);
  EXPECT_EQ(metrics["flink"].size(), 13U);
  EXPECT_EQ(metrics["clickhouse"].size(), 17U);
  EXPECT_TRUE(metrics["rds"].contains("rds_cpu_utilization"));
  EXPECT_TRUE(metrics["elasticache"].contains("elasticache_engine_cpu_utilization"));
  EXPECT_EQ(metrics.size(), 5U);
  EXPECT_TRUE(RuleSetOf(detect::rules::DefaultRules(), true).ok());
}

TEST(Catalog, LimitsOfRdsAndElastiCacheHoldForTheSeriesOfCloudWatchsExporters) {
  const auto rules = ByName(CatalogRules());
  const Rule& cpu = rules.at("aws_rds_cpuutilization_average (rds_cpu_utilization)");
  EXPECT_EQ(cpu.bound, Bound::kAbove);
  EXPECT_EQ(cpu.warning, 80);
  const Rule& memory = rules.at(
      "aws_elasticache_database_memory_usage_percentage_average "
      "(elasticache_database_memory_usage)");
  EXPECT_EQ(memory.warning, 80);
  EXPECT_EQ(rules.at("rds_burst_balance low").bound, Bound::kBelow);
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

TEST(Catalog, KnowsTheUnitOfAMetricAndOfTheSeriesThatTellTheSame) {
  const auto units = CatalogUnits();
  EXPECT_EQ(units.at("kafka_consumer_lag"), "messages");
  EXPECT_EQ(units.at("kminion_kafka_consumer_group_topic_lag"), "messages");
  EXPECT_EQ(units.at("kafka_broker_bytes_in_per_sec"), "B/s");
  EXPECT_EQ(units.at("kafka_server_brokertopicmetrics_bytesin_total"), "B") << "of a rate";
  EXPECT_EQ(units.at("kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent"),
            "ratio");
  EXPECT_EQ(units.at("ClickHouseMetrics_MemoryTracking"), "B");
  EXPECT_EQ(units.at("flink_jobmanager_job_runningTime"), "ms");
}

}  // namespace
}  // namespace vedette::app
