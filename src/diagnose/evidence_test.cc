#include "diagnose/evidence.h"

#include <gtest/gtest.h>

namespace vedette::diagnose {
namespace {

TEST(KindOfMetric, ReadsTheWordsOfTheName) {
  EXPECT_EQ(KindOfMetric("cpu_pct"), MetricKind::kCpu);
  EXPECT_EQ(KindOfMetric("container_memory_rss_mb"), MetricKind::kMemory);
  EXPECT_EQ(KindOfMetric("http_server_duration_p99_ms"), MetricKind::kLatency);
  EXPECT_EQ(KindOfMetric("lat50_src_s"), MetricKind::kLatency);
  EXPECT_EQ(KindOfMetric("http_server_5xx_rate_pct"), MetricKind::kErrors);
  EXPECT_EQ(KindOfMetric("availability"), MetricKind::kAvailability);
  EXPECT_EQ(KindOfMetric("requests_per_sec"), MetricKind::kTraffic);
  EXPECT_EQ(KindOfMetric("syscall_read"), MetricKind::kUnknown);
  EXPECT_EQ(KindOfMetric("platform"), MetricKind::kUnknown);  // "lat" is no word of it
  EXPECT_EQ(KindOfMetric(""), MetricKind::kUnknown);
}

TEST(SideOfMetric, IsToldByTheWordsOfMeshes) {
  EXPECT_EQ(SideOfMetric("lat50_src_s"), CallSide::kCaller);
  EXPECT_EQ(SideOfMetric("lat50_dst_s"), CallSide::kCallee);
  EXPECT_EQ(SideOfMetric("latency"), CallSide::kUnknown);
}

}  // namespace
}  // namespace vedette::diagnose
