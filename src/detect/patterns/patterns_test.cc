#include "detect/patterns/patterns.h"

#include <gtest/gtest.h>
#include <limits>

namespace vedette::detect::patterns {
namespace {

constexpr base::TimePoint kStart{base::Duration(1'700'000'000'000)};

model::Anomaly Seen(const std::string& metric, double observed = 1, int seconds = 0) {
  model::Anomaly anomaly;
  anomaly.id = "an_" + metric;
  anomaly.entity = "host-1";
  anomaly.labels = model::Labels({{"__name__", metric}});
  anomaly.observed = observed;
  anomaly.started_at = kStart + std::chrono::seconds(seconds);
  anomaly.ended_at = anomaly.started_at;
  anomaly.evidence.id = "ev_" + metric;
  return anomaly;
}

// A value that is too small, and one that is still so.
model::Anomaly Low(model::Anomaly anomaly) {
  anomaly.expected_low = anomaly.expected_high = anomaly.observed + 1;
  return anomaly;
}
model::Anomaly Open(model::Anomaly anomaly) {
  anomaly.ended_at.reset();
  return anomaly;
}

std::vector<std::string> Kinds(const std::vector<model::Anomaly>& anomalies) {
  std::vector<std::string> kinds;
  for (const Pattern& pattern : FindPatterns(anomalies)) {
    kinds.emplace_back(KindName(pattern.kind));
  }
  return kinds;
}
using Names = std::vector<std::string>;

TEST(Patterns, NamesTheComponentOfAnAnomaly) {
  EXPECT_EQ(ComponentOf(Seen("kafka_consumer_lag")), "kafka");
  EXPECT_EQ(ComponentOf(Seen("kafkaesque")), "host-1");
  EXPECT_TRUE(IsComponent("Kafka", "kafka"));
  EXPECT_FALSE(IsComponent("Kafka", "kafk"));
  EXPECT_EQ(ComponentOfMetric("http_requests_total"), "");
  model::Anomaly labelled = Seen("lag");
  labelled.labels = model::Labels({{"__name__", "lag"}, {"component", "flink"}});
  EXPECT_EQ(ComponentOf(labelled), "flink");
}

TEST(Patterns, EachPairOfACascadeIsEnough) {
  const Names cascade = {"cascade_failure"};
  EXPECT_EQ(Kinds({Seen("kafka_consumer_lag"), Seen("flink_task_backpressure", 1, 60)}), cascade);
  EXPECT_EQ(
      Kinds({Seen("flink_jobmanager_checkpoint_failure_rate"), Seen("clickhouse_insert_latency")}),
      cascade);
  EXPECT_EQ(Kinds({Seen("kafka_broker_offline_partitions"), Seen("flink_jobmanager_job_restarts")}),
            cascade);
  EXPECT_EQ(Kinds({Seen("kafka_jvm_gc_pause_time"), Seen("flink_watermark_lag"),
                   Seen("clickhouse_parts_count")}),
            cascade)
      << "all three components";
}

TEST(Patterns, ABlockageNeedsTwoOfItsThreeSteps) {
  EXPECT_EQ(Kinds({Seen("kafka_consumer_lag", 2.5e6), Low(Seen("flink_task_throughput", 50))}),
            Names{"data_pipeline_blockage"});
  EXPECT_EQ(Kinds({Seen("kafka_consumer_lag", 2e5), Low(Seen("flink_task_throughput", 50))}),
            Names{"correlated_anomaly"});
  EXPECT_EQ(Kinds({Seen("kafka_consumer_lag", 2.5e6)}), Names());
}

TEST(Patterns, RecordsThatWaitForFlinkAreLagTooUnderTheirOwnName) {
  const auto found = FindPatterns(
      {Seen("flink_task_records_lag", 5e6), Low(Seen("flink_task_throughput", 50, 1))});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, Kind::kDataPipelineBlockage);
  EXPECT_EQ(found[0].steps, (Names{"flink: records behind", "flink: low throughput"}));
}

TEST(Patterns, FindsExhaustionPartitionAndAttack) {
  EXPECT_EQ(Kinds({Seen("kafka_jvm_heap_usage", 91), Seen("clickhouse_memory_usage", 92)}),
            Names{"resource_exhaustion"});
  EXPECT_EQ(Kinds({Seen("flink_taskmanager_cpu_load", 97), Seen("clickhouse_disk_usage", 93)}),
            Names{"resource_exhaustion"});
  EXPECT_EQ(Kinds({Seen("kafka_partition_isr_shrink_rate"), Seen("clickhouse_replication_lag")}),
            Names{"network_partition"});
  EXPECT_EQ(Kinds({Seen("kafka_broker_bytes_in_per_sec"), Seen("clickhouse_queries_per_second"),
                   Seen("clickhouse_connections")}),
            Names{"coordinated_attack"});
}

// The generator of S5: what it makes of a cascade and of an exhaustion.
TEST(Patterns, FindsWhatTheSourcesGeneratorMakes) {
  const Names cascade = Kinds(
      {Seen("kafka_broker_under_replicated_partitions", 15), Seen("kafka_consumer_lag", 2.5e6, 5),
       Seen("flink_task_backpressure", 0.95, 10), Seen("flink_jobmanager_job_restarts", 8, 12),
       Low(Seen("flink_task_throughput", 50, 14)), Seen("clickhouse_insert_latency", 5000, 20),
       Seen("clickhouse_memory_usage", 92, 25)});
  EXPECT_EQ(cascade, (Names{"data_pipeline_blockage", "cascade_failure"})) << "the latest first";
  const Names exhaustion =
      Kinds({Seen("kafka_jvm_heap_usage", 93), Seen("flink_taskmanager_heap_used", 94, 1),
             Seen("flink_taskmanager_cpu_load", 96, 2), Seen("clickhouse_disk_usage", 91, 3)});
  EXPECT_EQ(exhaustion, (Names{"cascade_failure", "resource_exhaustion"}));
}

TEST(Patterns, WhatIsFarApartIsNotTogetherAndOneComponentIsNoPattern) {
  EXPECT_EQ(Kinds({Seen("kafka_consumer_lag"), Seen("flink_task_backpressure", 1, 301)}), Names());
  EXPECT_EQ(Kinds({Seen("kafka_jvm_gc_pause_time"), Seen("kafka_jvm_heap_usage")}), Names());
}

TEST(Patterns, AValueCountsOnTheSideThatHurts) {
  EXPECT_EQ(
      Kinds({Seen("flink_task_throughput", 250'000), Seen("clickhouse_insert_queue_size", 5000)}),
      Names{"correlated_anomaly"})
      << "high throughput blocks nothing";
  EXPECT_EQ(
      Kinds({Low(Seen("kafka_broker_messages_in_per_sec", 5)),
             Low(Seen("clickhouse_inserts_per_second", 10)), Seen("clickhouse_connections", 1200)}),
      Names{"correlated_anomaly"})
      << "input that stopped is no attack";
}

TEST(Patterns, TogetherIsWhatIsOpenHoweverLongAgoItBegan) {
  EXPECT_EQ(
      Kinds({Open(Seen("kafka_consumer_lag", 2e5)), Seen("flink_task_backpressure", 1, 14 * 60)}),
      Names{"cascade_failure"});
  EXPECT_EQ(Kinds({Seen("clickhouse_disk_usage", 95), Seen("kafka_consumer_lag", 2e5, 240),
                   Seen("flink_task_backpressure", 1, 360)}),
            Names{"cascade_failure"})
      << "windows are not cut by what was before";
}

TEST(Patterns, WhatComesAgainWhileAPartLastsIsTheSamePattern) {
  std::vector<model::Anomaly> anomalies = {Open(Seen("kafka_consumer_lag", 2e5))};
  for (int i = 1; i <= 4; ++i) {
    anomalies.push_back(Seen("flink_task_backpressure", 1, i * 600));
    anomalies.back().id += std::to_string(i);
  }
  const auto found = FindPatterns(anomalies);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].steps.size(), 5U);
}

TEST(Patterns, StrangersHaveNoPartInACascade) {
  const auto found =
      FindPatterns({Seen("kafka_consumer_lag"), Seen("flink_watermark_lag"),
                    Seen("clickhouse_parts_count"), Seen("http_request_latency_p95_seconds")});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].components, (Names{"clickhouse", "flink", "kafka"}));
  EXPECT_EQ(found[0].steps.size(), 3U);
}

TEST(Patterns, ReadsExportersByTheNameOfTheCatalogue) {
  model::Anomaly behind = Seen("ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay", 90);
  EXPECT_EQ(ComponentOf(behind), "clickhouse");
  behind.kind = model::AnomalyKind::kThreshold;
  behind.detector = "ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay (clickhouse_replication_lag)";
  EXPECT_EQ(Kinds({behind, Seen("kafka_partition_isr_shrink_rate")}), Names{"network_partition"});
}

TEST(Patterns, ReadsAlertsByTheirNamesAndQueries) {
  const auto alert = [](const std::string& name, const std::string& query) {
    model::Anomaly anomaly = Seen(name);
    anomaly.kind = model::AnomalyKind::kRule;
    anomaly.labels =
        model::Labels(std::vector<std::pair<std::string, std::string>>{{"alertname", name}});
    anomaly.expected_low = -std::numeric_limits<double>::infinity();
    anomaly.expected_high = std::numeric_limits<double>::infinity();
    anomaly.evidence.query = query;
    return anomaly;
  };
  EXPECT_EQ(ComponentOf(alert("KafkaConsumerLagGrows", "")), "kafka");
  EXPECT_EQ(Kinds({alert("KafkaConsumerLagGrows", ""),
                   alert("FlinkBusy", "avg(flink_task_backpressure) > 0.5")}),
            Names{"cascade_failure"});
  // Of catalog/rules/platform.rules.yml.
  EXPECT_EQ(Kinds({alert("KafkaOfflineBrokers", ""), alert("FlinkJobKeepsRestarting", "")}),
            Names{"cascade_failure"});
  EXPECT_EQ(Kinds({alert("KafkaInputDropped", "rate(kafka_messages_in_total[5m]) < 1"),
                   alert("ClickHouseLowInserts", "clickhouse_inserts_per_second < 1"),
                   alert("ClickHouseManyConnections", "")}),
            Names{"correlated_anomaly"});
}

TEST(Patterns, CarryTheirEvidenceInTheOrderOfTime) {
  const auto found =
      FindPatterns({Seen("flink_task_backpressure", 1, 30), Seen("kafka_consumer_lag", 1, 10),
                    Seen("kafka_jvm_heap_usage", 1, 900), Seen("clickhouse_memory_usage", 1, 905)});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Kind::kResourceExhaustion) << "the latest first";
  const Pattern& cascade = found[1];
  EXPECT_EQ(cascade.components, (Names{"flink", "kafka"}));
  EXPECT_EQ(cascade.steps, (Names{"kafka: consumer lag", "flink: back-pressure"}));
  EXPECT_EQ(cascade.anomaly_ids, (Names{"an_kafka_consumer_lag", "an_flink_task_backpressure"}));
  EXPECT_EQ(cascade.evidence_ids, (Names{"ev_kafka_consumer_lag", "ev_flink_task_backpressure"}));
  EXPECT_EQ(cascade.from, kStart + std::chrono::seconds(10));
  EXPECT_EQ(cascade.to, kStart + std::chrono::seconds(30));
}

}  // namespace
}  // namespace vedette::detect::patterns
