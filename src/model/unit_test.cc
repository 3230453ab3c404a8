#include "model/unit.h"

#include <gtest/gtest.h>
#include <string_view>
#include <utility>

namespace vedette::model {
namespace {

TEST(Unit, IsWhatAMetricsNameEndsIn) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"http_request_duration_seconds", "s"},
      {"query_time_ms", "ms"},
      {"process_resident_memory_bytes", "B"},
      {"cache_hit_ratio", "ratio"},
      {"disk_used_percent", "percent"},
      {"http_requests_total", "1"},
      {"node_network_receive_bytes_total", "B"},
      {"http_request_duration_seconds_sum", "s"},
      {"http_request_duration_seconds_count", "1"},
      {"http_request_duration_seconds_bucket", "1"},
      {"disk_read_bytes_per_second", "B/s"},
      {"queue_length", ""},
      {"seconds", ""},
      {"sum", ""},
      {"", ""},
  };
  for (const auto& [name, unit] : cases) EXPECT_EQ(UnitOfName(name), unit) << name;
}

TEST(Unit, OfARecordingRuleIsThatOfTheMetricAndPerSecondAfterARate) {
  EXPECT_EQ(UnitOfName("svc:duration_seconds:p99_5m"), "s");
  EXPECT_EQ(UnitOfName("job:http_requests:rate5m"), "1/s");
  EXPECT_EQ(UnitOfName("instance:network_bytes:rate1m"), "B/s");
  EXPECT_EQ(UnitOfName("job:http_errors:ratio_rate5m"), "ratio");
  EXPECT_EQ(UnitOfName("job:queue_length:sum"), "");
}

TEST(Unit, OfASenderIsTheSameWordWhateverTheSenderCallsIt) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"seconds", "s"},        {"s", "s"},       {"By", "B"},      {"bytes", "B"},
      {"By/s", "B/s"},         {"1", "1"},       {"%", "percent"}, {"{request}", "request"},
      {"bytes/second", "B/s"}, {"rows", "rows"}, {"/s", "/s"},     {"", ""},
  };
  for (const auto& [told, unit] : cases) EXPECT_EQ(ShortUnit(told), unit) << told;
}

TEST(Unit, OfARateOfWhatIsNotKnownIsNotKnown) {
  EXPECT_EQ(PerSecond("B"), "B/s");
  EXPECT_EQ(PerSecond(""), "");
}

}  // namespace
}  // namespace vedette::model
