#include "sources/otlp/metrics.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sources/otlp/json.h"

namespace vedette::sources::otlp {
namespace {

// Requests are written in OTLP's JSON form, which every decoder reads through json.h.
std::string Request(
    const std::string& metrics,
    const std::string& resource = R"({"key":"service.name","value":{"stringValue":"shop"}})") {
  return R"({"resourceMetrics":[{"resource":{"attributes":[)" + resource +
         R"(]},"scopeMetrics":[{"scope":{"name":"lib","version":"1.2"},"metrics":[)" + metrics +
         "]}]}]}";
}

std::string Number(double number) {
  return model::IsStale(number) ? "stale" : std::to_string(number);
}

std::string Dump(const model::WriteBatch& batch) {
  std::string out;
  for (const auto& entry : batch.entries()) {
    for (const model::Sample& sample : batch.samples(entry)) {
      out += batch.labels(entry).ToString() + " " + std::to_string(sample.t_ms) + " " +
             Number(sample.value) + "\n";
    }
  }
  return out;
}

class OtlpMetrics : public testing::Test {
 protected:
  base::Result<MetricsReport> Decode(const std::string& json, MetricsOptions options = {}) {
    const auto message = JsonToProtobuf(Signal::kMetrics, json);
    EXPECT_TRUE(message.ok()) << message.error().message;
    if (!message.ok()) return message.error();
    auto report = MetricsDecoder(std::move(options))
                      .Decode(*message, batch_, [this](const MetricMetadata& m) {
                        told_.append(m.family).append(" ").append(m.type).append(" ");
                        told_.append(m.help).append(" ").append(m.unit).append("\n");
                      });
    for (const auto& entry : batch_.entries()) {
      EXPECT_TRUE(model::LabelsView::ParseCanonical(batch_.labels(entry).bytes()).ok());
    }
    return report;
  }
  static MetricsOptions Bare() {
    MetricsOptions options;
    options.promoted_attributes.clear();
    options.promote_scope = false;
    return options;
  }

  model::WriteBatch batch_;
  std::string told_;
};

TEST_F(OtlpMetrics, GaugesAndCountersGetPrometheusNamesAndLabels) {
  const auto report = Decode(Request(
      R"({"name":"http.requests","unit":"{request}","description":"Requests.","sum":{
           "aggregationTemporality":2,"isMonotonic":true,"dataPoints":[
            {"timeUnixNano":"1700000000123456789","asInt":"7","attributes":[
              {"key":"http.method","value":{"stringValue":"GET"}},
              {"key":"1st","value":{"boolValue":true}},
              {"key":"code","value":{"intValue":"200"}}]}]}},
         {"name":"cpu.use","unit":"1","gauge":{"dataPoints":[
            {"timeUnixNano":1700000000000000000,"asDouble":0.25}]}})"));

  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->refused.first, "");
  EXPECT_EQ(report->points, 2u);
  EXPECT_EQ(Dump(batch_),
            "http_requests_total{code=\"200\",http_method=\"GET\",job=\"shop\",key_1st=\"true\","
            "otel_scope_name=\"lib\",otel_scope_version=\"1.2\",service_name=\"shop\"} "
            "1700000000123 7.000000\n"
            "cpu_use_ratio{job=\"shop\",otel_scope_name=\"lib\",otel_scope_version=\"1.2\","
            "service_name=\"shop\"} 1700000000000 0.250000\n");
  EXPECT_EQ(told_, "http_requests_total counter Requests. {request}\ncpu_use_ratio gauge  1\n");
}

TEST_F(OtlpMetrics, AHistogramBecomesBucketsSumAndCount) {
  const auto report = Decode(
      Request(
          R"({"name":"latency","unit":"ms","histogram":{"aggregationTemporality":2,"dataPoints":[
        {"timeUnixNano":"1000000000","count":"6","sum":99.5,"bucketCounts":["1","2","3"],
         "explicitBounds":[5,10.5],"attributes":[{"key":"le","value":{"stringValue":"x"}},
         {"key":"zone","value":{"stringValue":"a"}}],
         "exemplars":[{"timeUnixNano":"900000000","asDouble":7,
           "traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708",
           "filteredAttributes":[{"key":"user.id","value":{"stringValue":"u1"}}]}]}]}})"),
      Bare());

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->refused.first, "");
  EXPECT_EQ(Dump(batch_),
            "latency_milliseconds_sum{job=\"shop\",zone=\"a\"} 1000 99.500000\n"
            "latency_milliseconds_count{job=\"shop\",zone=\"a\"} 1000 6.000000\n"
            "latency_milliseconds_bucket{job=\"shop\",le=\"5\",zone=\"a\"} 1000 1.000000\n"
            "latency_milliseconds_bucket{job=\"shop\",le=\"10.5\",zone=\"a\"} 1000 3.000000\n"
            "latency_milliseconds_bucket{job=\"shop\",le=\"+Inf\",zone=\"a\"} 1000 6.000000\n");
  ASSERT_EQ(batch_.exemplars().size(), 1u);
  const auto& [entry, exemplar] = batch_.exemplars()[0];
  EXPECT_EQ(batch_.labels(batch_.entries()[entry]).Get("le"), "10.5");
  EXPECT_EQ(exemplar.labels.ToString(),
            "{span_id=\"0102030405060708\",trace_id=\"0102030405060708090a0b0c0d0e0f10\","
            "user_id=\"u1\"}");
  EXPECT_EQ(exemplar.t_ms, 900);
}

TEST_F(OtlpMetrics, AnExponentialHistogramBecomesNative) {
  const auto report = Decode(
      Request(R"({"name":"size","unit":"By","exponentialHistogram":{"aggregationTemporality":2,
        "dataPoints":[{"timeUnixNano":"1000000000","count":"11","sum":5,"scale":9,"zeroCount":"1",
          "positive":{"offset":-1,"bucketCounts":["1","2","3","0","0","0","0","0","0","0","0","4"]},
          "negative":{"offset":2,"bucketCounts":[]}}]}})"),
      Bare());

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->refused.first, "");
  ASSERT_EQ(batch_.histograms().size(), 1u);
  const model::Histogram& h = batch_.histograms()[0].histogram;
  EXPECT_EQ(batch_.labels(batch_.entries()[0]).ToString(), "size_bytes{job=\"shop\"}");
  EXPECT_EQ(h.schema, 8);
  EXPECT_EQ(h.count, 11);
  EXPECT_EQ(h.zero_count, 1);
  EXPECT_EQ(h.zero_threshold, 1e-128);
  // Offset -1 at scale 9: indexes -1, 0, 1 and 10 fall into -1, 0, 0 and 5 at scale 8; one higher
  // as Prometheus counts.
  EXPECT_EQ(h.positive_runs, (std::vector<model::BucketRun>{{0, 2}, {4, 1}}));
  EXPECT_EQ(h.positive_buckets, (std::vector<double>{1, 5, 4}));
  EXPECT_TRUE(h.negative_runs.empty());
}

TEST_F(OtlpMetrics, ASummaryHasItsQuantiles) {
  ASSERT_TRUE(Decode(Request(R"({"name":"rpc","unit":"s","summary":{"dataPoints":[
      {"timeUnixNano":"1000000000","count":"3","sum":6,"quantileValues":[
        {"quantile":0.5,"value":1},{"quantile":0.99,"value":4}]}]}})"),
                     Bare())
                  .ok());

  EXPECT_EQ(Dump(batch_),
            "rpc_seconds_sum{job=\"shop\"} 1000 6.000000\n"
            "rpc_seconds_count{job=\"shop\"} 1000 3.000000\n"
            "rpc_seconds{job=\"shop\",quantile=\"0.5\"} 1000 1.000000\n"
            "rpc_seconds{job=\"shop\",quantile=\"0.99\"} 1000 4.000000\n");
}

TEST_F(OtlpMetrics, AResourceBecomesTargetInfo) {
  ASSERT_TRUE(Decode(Request(R"({"name":"a","gauge":{"dataPoints":[
                          {"timeUnixNano":"1000000000","asDouble":1},
                          {"timeUnixNano":"201000000000","asDouble":1}]}})",
                             R"({"key":"service.name","value":{"stringValue":"shop"}},
                        {"key":"service.namespace","value":{"stringValue":"eu"}},
                        {"key":"service.instance.id","value":{"stringValue":"i-1"}},
                        {"key":"host.name","value":{"stringValue":"h"}},
                        {"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},
                          {"stringValue":"b"},{"kvlistValue":{"values":[
                            {"key":"k","value":{"doubleValue":1.5}}]}}]}}})"),
                     Bare())
                  .ok());

  EXPECT_EQ(Dump(batch_),
            "a{instance=\"i-1\",job=\"eu/shop\"} 1000 1.000000\n"
            "a{instance=\"i-1\",job=\"eu/shop\"} 201000 1.000000\n"
            "target_info{host_name=\"h\",instance=\"i-1\",job=\"eu/shop\","
            "list=\"[1,\\\"b\\\",{\\\"k\\\":1.5}]\"} 1000 1.000000\n"
            "target_info{host_name=\"h\",instance=\"i-1\",job=\"eu/shop\","
            "list=\"[1,\\\"b\\\",{\\\"k\\\":1.5}]\"} 151000 1.000000\n"
            "target_info{host_name=\"h\",instance=\"i-1\",job=\"eu/shop\","
            "list=\"[1,\\\"b\\\",{\\\"k\\\":1.5}]\"} 201000 1.000000\n");
}

TEST_F(OtlpMetrics, NoRecordedValueIsAStaleMarker) {
  ASSERT_TRUE(Decode(Request(R"({"name":"a","gauge":{"dataPoints":[
                        {"timeUnixNano":"1000000000","flags":1}]}},
                      {"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[
                        {"timeUnixNano":"1000000000","flags":1}]}})"),
                     Bare())
                  .ok());

  EXPECT_EQ(Dump(batch_), "a{job=\"shop\"} 1000 stale\n");
  ASSERT_EQ(batch_.histograms().size(), 1u);
  EXPECT_TRUE(batch_.histograms()[0].histogram.stale());
}

TEST_F(OtlpMetrics, RefusesPointsByNameAndKeepsTheOthers) {
  const std::string good = R"(,{"name":"ok","gauge":{"dataPoints":[
      {"timeUnixNano":"1000000000","asDouble":1}]}})";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"name":"d","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[
           {"timeUnixNano":"1","asInt":"1"}]}})",
       "metric \"d\": its aggregation temporality is not cumulative: set the exporter's "
       "temporality "
       "preference to cumulative"},
      {R"({"name":"...","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"1"}]}})",
       "metric \"...\": its name has no character that a name may have"},
      {R"({"name":"t","gauge":{"dataPoints":[{"asInt":"1"}]}})",
       "metric \"t\": time_unix_nano is missing"},
      {R"({"name":"v","gauge":{"dataPoints":[{"timeUnixNano":"1"}]}})",
       "metric \"v\": neither as_double nor as_int is set"},
      {R"({"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[
           {"timeUnixNano":"1","bucketCounts":[1,2],"explicitBounds":[1,2]}]}})",
       "metric \"h\": 2 bucket counts do not fit 2 bounds"},
      {R"({"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[
           {"timeUnixNano":"1","bucketCounts":[1,2,3],"explicitBounds":[2,1]}]}})",
       "metric \"h\": the bound 1 is not greater than the one before"},
      {R"({"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[
           {"timeUnixNano":"1","scale":-5}]}})",
       "metric \"e\": scale is -5; the least is -4"},
      {R"({"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[
           {"timeUnixNano":"1","count":1,"positive":{"bucketCounts":[2]}}]}})",
       "metric \"e\": the buckets hold 2 observations, but the count is 1"},
  };
  for (const auto& [metric, want] : cases) {
    const auto report = Decode(Request(metric + good), Bare());
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->refused.first, want);
    EXPECT_EQ(report->refused.count, 1u);
    EXPECT_EQ(Dump(batch_), "ok{job=\"shop\"} 1000 1.000000\n") << metric;
  }
}

TEST_F(OtlpMetrics, AttributesOfOneLabelShareIt) {
  ASSERT_TRUE(Decode(Request(R"({"name":"a","gauge":{"dataPoints":[{"timeUnixNano":"1000000000",
                        "asDouble":1,"attributes":[
                        {"key":"x.y","value":{"stringValue":"1"}},
                        {"key":"job","value":{"stringValue":"mine"}},
                        {"key":"x_y","value":{"stringValue":"2"}},
                        {"key":"empty","value":{"stringValue":""}},
                        {"key":"none"}]}]}})"),
                     Bare())
                  .ok());

  EXPECT_EQ(Dump(batch_), "a{job=\"shop\",x_y=\"1;2\"} 1000 1.000000\n");
}

TEST_F(OtlpMetrics, HandsDeltasToTheirSink) {
  const auto message = JsonToProtobuf(
      Signal::kMetrics,
      Request(R"({"name":"hits","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[
                 {"timeUnixNano":"1000000000","asInt":"5",
                  "exemplars":[{"timeUnixNano":"1000000000","asInt":"1"}]}]}},
                 {"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[
                 {"timeUnixNano":"1000000000","count":"2","sum":3,"bucketCounts":["1","1"],
                  "explicitBounds":[1]}]}},
                 {"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[
                 {"timeUnixNano":"1000000000"}]}})"));
  ASSERT_TRUE(message.ok());
  const DeltaSink tenfold = [](model::LabelsView, int64_t, double delta) {
    return base::Result<double>(10 * delta);
  };
  auto report = MetricsDecoder(Bare()).Decode(*message, batch_, {}, tenfold);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(Dump(batch_),
            "hits_total{job=\"shop\"} 1000 50.000000\n"
            "h_sum{job=\"shop\"} 1000 30.000000\nh_count{job=\"shop\"} 1000 20.000000\n"
            "h_bucket{job=\"shop\",le=\"1\"} 1000 10.000000\n"
            "h_bucket{job=\"shop\",le=\"+Inf\"} 1000 20.000000\n");
  EXPECT_EQ(report->refused.count, 1u) << "the exponential one";

  const DeltaSink full = [](model::LabelsView, int64_t, double) {
    return base::Result<double>(base::ResourceExhausted("no room"));
  };
  report = MetricsDecoder(Bare()).Decode(*message, batch_, {}, full);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(batch_.empty());
  EXPECT_EQ(report->refused.count, 3u);
  EXPECT_EQ(report->refused.first, "metric \"hits\": no room");
}

TEST_F(OtlpMetrics, BoundsARequest) {
  const std::string many = Request(R"({"name":"a","gauge":{"dataPoints":[
      {"timeUnixNano":"1","asDouble":1},{"timeUnixNano":"1","asDouble":1}]}})");
  EXPECT_EQ(Decode(many, {.samples_max = 1}).error().field, "samples_per_request");
  EXPECT_EQ(Decode(many, {.label_bytes_max = 20}).error().field, "label_bytes_per_request");
  EXPECT_TRUE(batch_.empty());
  EXPECT_FALSE(MetricsDecoder().Decode("\x0A\x7F", batch_).ok());
}

}  // namespace
}  // namespace vedette::sources::otlp
