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

// The table of the platform-monitoring chatbot, and the queue that only its pattern named.
struct Documented {
  const char* metric;
  Bound bound;
  double warning;
  double critical;
};
constexpr Documented kDocumented[] = {
    {"kafka_broker_under_replicated_partitions", Bound::kAbove, 1, 5},
    {"kafka_broker_offline_partitions", Bound::kAbove, 1, 1},
    {"kafka_broker_messages_in_per_sec", Bound::kAbove, 75000, 100000},
    {"kafka_broker_bytes_in_per_sec", Bound::kAbove, 157286400, 209715200},
    {"kafka_broker_bytes_out_per_sec", Bound::kAbove, 314572800, 419430400},
    {"kafka_broker_request_handler_idle_percent", Bound::kBelow, 10, 5},
    {"kafka_broker_network_processor_idle_percent", Bound::kBelow, 20, 10},
    {"kafka_consumer_lag", Bound::kAbove, 50000, 100000},
    {"kafka_consumer_lag_seconds", Bound::kAbove, 300, 600},
    {"kafka_partition_leader_election_rate", Bound::kAbove, 0.5, 1},
    {"kafka_partition_isr_shrink_rate", Bound::kAbove, 0.1, 0.5},
    {"kafka_jvm_heap_usage", Bound::kAbove, 80, 90},
    {"kafka_jvm_gc_pause_time", Bound::kAbove, 200, 500},
    {"flink_jobmanager_job_uptime", Bound::kBelow, 1800, 300},
    {"flink_jobmanager_job_restarts", Bound::kAbove, 5, 10},
    {"flink_jobmanager_checkpoint_duration", Bound::kAbove, 10000, 30000},
    {"flink_jobmanager_checkpoint_size", Bound::kAbove, 5368709120, 10737418240},
    {"flink_jobmanager_checkpoint_failure_rate", Bound::kAbove, 10, 20},
    {"flink_taskmanager_heap_used", Bound::kAbove, 80, 90},
    {"flink_taskmanager_cpu_load", Bound::kAbove, 85, 95},
    {"flink_taskmanager_network_io", Bound::kAbove, 800, 1000},
    {"flink_task_backpressure", Bound::kAbove, 0.5, 0.8},
    {"flink_task_records_lag", Bound::kAbove, 100000, 1000000},
    {"flink_task_throughput", Bound::kAbove, 150000, 200000},
    {"flink_task_latency", Bound::kAbove, 500, 1000},
    {"flink_watermark_lag", Bound::kAbove, 5000, 10000},
    {"clickhouse_query_duration", Bound::kAbove, 5000, 10000},
    {"clickhouse_queries_per_second", Bound::kAbove, 2000, 3000},
    {"clickhouse_slow_queries", Bound::kAbove, 10, 20},
    {"clickhouse_failed_queries", Bound::kAbove, 5, 10},
    {"clickhouse_disk_usage", Bound::kAbove, 80, 90},
    {"clickhouse_parts_count", Bound::kAbove, 50000, 100000},
    {"clickhouse_merge_time", Bound::kAbove, 30, 60},
    {"clickhouse_replication_lag", Bound::kAbove, 30, 60},
    {"clickhouse_replication_queue_size", Bound::kAbove, 500, 1000},
    {"clickhouse_memory_usage", Bound::kAbove, 80, 90},
    {"clickhouse_memory_tracked", Bound::kAbove, 100, 150},
    {"clickhouse_connections", Bound::kAbove, 800, 1000},
    {"clickhouse_http_connections", Bound::kAbove, 400, 500},
    {"clickhouse_inserts_per_second", Bound::kAbove, 2000000, 3000000},
    {"clickhouse_insert_latency", Bound::kAbove, 500, 1000},
    {"clickhouse_background_pool_tasks", Bound::kAbove, 100, 200},
    {"clickhouse_insert_queue_size", Bound::kAbove, 500, 1000},
};

TEST(Catalog, EachOfThe43HasTheLimitsThatAreDocumented) {
  const auto rules = ByName(CatalogRules());
  EXPECT_EQ(std::size(kDocumented), 43U);
  for (const auto& [metric, bound, warning, critical] : kDocumented) {
    const bool below = bound == Bound::kBelow;
    const auto found = rules.find(metric + std::string(below ? " low" : ""));
    ASSERT_NE(found, rules.end()) << metric;
    EXPECT_EQ(found->second.bound, bound) << metric;
    EXPECT_EQ(found->second.critical, critical) << metric;
    // Where both are the same, what is a warning is critical at once.
    EXPECT_EQ(found->second.warning.value_or(critical), warning) << metric;
    EXPECT_TRUE(found->second.inclusive) << metric;
    EXPECT_EQ(found->second.points, 1) << metric;
  }
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
