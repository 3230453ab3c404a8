#include "sources/otlp/names.h"

#include <gtest/gtest.h>

namespace vedette::sources::otlp {
namespace {

using enum MetricKind;
using enum Translation;

TEST(OtlpNames, MetricsFollowThePrometheusConventions) {
  const struct {
    std::string_view name, unit;
    MetricKind kind;
    std::string_view escaped, utf8;
  } cases[] = {
      {"http.server.duration", "ms", kHistogram, "http_server_duration_milliseconds",
       "http.server.duration_milliseconds"},
      {"requests", "1", kCounter, "requests_total", "requests_total"},
      {"requests_total", "{request}", kCounter, "requests_total", "requests_total"},
      {"cpu", "1", kGauge, "cpu_ratio", "cpu_ratio"},
      {"cpu", "1", kUpDownCounter, "cpu", "cpu"},
      {"io", "By/s", kGauge, "io_bytes_per_second", "io_bytes_per_second"},
      {"net.bytes", "By", kCounter, "net_bytes_total", "net.bytes_total"},
      {"speed", "m/s", kGauge, "speed_meters_per_second", "speed_meters_per_second"},
      {"a__b..c", "", kGauge, "a_b_c", "a__b..c"},
      {"2xx", "", kGauge, "_2xx", "2xx"},
      {"system.memory", "foo bar", kGauge, "system_memory_foo_bar", "system.memory_foo bar"},
      {"...", "", kGauge, "", "..."},
      {"", "s", kGauge, "", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(MetricName(c.name, c.unit, c.kind, kUnderscoreEscapingWithSuffixes), c.escaped)
        << c.name;
    EXPECT_EQ(MetricName(c.name, c.unit, c.kind, kNoUtf8EscapingWithSuffixes), c.utf8) << c.name;
    EXPECT_EQ(MetricName(c.name, c.unit, c.kind, kNoTranslation), c.name);
  }
  EXPECT_EQ(MetricName("a.b__c", "s", kCounter, kUnderscoreEscapingWithoutSuffixes), "a_b__c");
}

TEST(OtlpNames, LabelsAreEscapedUnlessUtf8IsWanted) {
  EXPECT_EQ(LabelName("http.method", kUnderscoreEscapingWithSuffixes), "http_method");
  EXPECT_EQ(LabelName("1a", kUnderscoreEscapingWithSuffixes), "key_1a");
  EXPECT_EQ(LabelName("_a", kUnderscoreEscapingWithSuffixes), "key_a");
  EXPECT_EQ(LabelName("__a", kUnderscoreEscapingWithSuffixes), "__a");
  EXPECT_EQ(LabelName("a:b", kUnderscoreEscapingWithSuffixes), "a_b");
  EXPECT_EQ(LabelName("http.method", kNoTranslation), "http.method");
}

TEST(OtlpNames, TranslationsHaveTheNamesOfPrometheus) {
  EXPECT_EQ(ParseTranslation("NoUTF8EscapingWithSuffixes"), kNoUtf8EscapingWithSuffixes);
  EXPECT_EQ(ParseTranslation("none"), std::nullopt);
  EXPECT_EQ(ParseTranslation("NoTranslation"), kNoTranslation);
}

}  // namespace
}  // namespace vedette::sources::otlp
