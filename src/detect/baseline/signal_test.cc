#include "detect/baseline/signal.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::detect::baseline {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Signal Classify(std::string name, Pairs labels = {}) {
  labels.emplace_back("__name__", std::move(name));
  return ClassifySignal(model::Labels(std::move(labels)));
}

TEST(Signal, KnowsWhatHurtsByNameAndLabels) {
  const struct {
    std::string name;
    Pairs labels;
    SignalKind want;
  } cases[] = {
      {"http_requests_total", {{"code", "500"}}, SignalKind::kErrors},
      {"istio_requests_total", {{"response_code", "0"}}, SignalKind::kTraffic},
      {"http_requests_total", {{"code", "200"}}, SignalKind::kTraffic},
      {"http_requests_total", {{"code", "404"}}, SignalKind::kOther},
      {"job_failures_total", {}, SignalKind::kErrors},
      {"error_rate", {}, SignalKind::kErrors},
      {"http_request_latency_p95_seconds", {}, SignalKind::kLatency},
      {"queue_delay_ms", {}, SignalKind::kSaturation},
      {"response_time_ms", {}, SignalKind::kLatency},
      {"process_cpu_usage", {}, SignalKind::kSaturation},
      {"process_memory_usage", {}, SignalKind::kSaturation},
      {"node_cpu_seconds_total", {{"mode", "user"}}, SignalKind::kSaturation},
      {"node_cpu_seconds_total", {{"mode", "idle"}}, SignalKind::kIdle},
      {"node_pressure_cpu_waiting_seconds_total", {}, SignalKind::kSaturation},
      {"node_load1", {}, SignalKind::kSaturation},
      {"kafka_broker_request_handler_idle_percent", {}, SignalKind::kIdle},
      {"kafka_consumer_lag", {}, SignalKind::kSaturation},
      {"pods_ready", {}, SignalKind::kAvailability},
      {"up", {}, SignalKind::kAvailability},
      {"http_request_duration_seconds_sum", {}, SignalKind::kWork},
      {"http_request_duration_seconds_count", {}, SignalKind::kTraffic},
      {"room_temperature", {}, SignalKind::kOther},
      {"supply_total", {}, SignalKind::kOther},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Classify(c.name, c.labels).kind, c.want) << c.name;
  }
}

TEST(Signal, ReadsCountersAsRates) {
  EXPECT_EQ(Classify("http_requests_total").reading, Reading::kCounter);
  EXPECT_EQ(Classify("rpc_duration_seconds_sum").reading, Reading::kCounter);
  EXPECT_EQ(Classify("node_netstat_Tcp_InSegs").reading, Reading::kCounter);
  EXPECT_EQ(Classify("node_load1").reading, Reading::kGauge);
  EXPECT_EQ(Classify("node_netstat_Tcp_CurrEstab").reading, Reading::kGauge);
}

TEST(Signal, SkipsWhatRepeatsOthersOrIsNoMeasurement) {
  EXPECT_EQ(Classify("http_request_duration_seconds_bucket", {{"le", "1"}}).reading,
            Reading::kSkip);
  EXPECT_EQ(Classify("go_gc_duration_seconds", {{"quantile", "0.5"}}).reading, Reading::kSkip);
  EXPECT_EQ(Classify("node_boot_time_seconds").reading, Reading::kSkip);
  EXPECT_EQ(Classify("node_time_seconds").reading, Reading::kSkip);
  EXPECT_EQ(Classify("node_load15").reading, Reading::kSkip);
  EXPECT_EQ(Classify("build_info").reading, Reading::kSkip);
}

TEST(Signal, DoesNotWakeAnybodyForInternals) {
  EXPECT_FALSE(Classify("scrape_duration_seconds").may_page);
  EXPECT_FALSE(Classify("go_goroutines").may_page);
  EXPECT_FALSE(Classify("node_network_receive_drop_total").may_page);
  EXPECT_TRUE(Classify("node_cpu_seconds_total", {{"mode", "user"}}).may_page);
  EXPECT_TRUE(Classify("http_requests_total", {{"code", "503"}}).may_page);
}

TEST(Signal, KnowsTheFullValueAndTheUnit) {
  EXPECT_EQ(Classify("process_cpu_usage").full, 1);
  EXPECT_EQ(Classify("cpu_usage_percent").full, 100);
  EXPECT_EQ(Classify("node_cpu_seconds_total", {{"mode", "idle"}}).full, 1);
  EXPECT_EQ(Classify("node_load1").full, 0);
  EXPECT_EQ(Classify("http_request_latency_p95_seconds").unit_seconds, 1.0F);
  EXPECT_EQ(Classify("response_time_ms").unit_seconds, 0.001F);
}

}  // namespace
}  // namespace vedette::detect::baseline
