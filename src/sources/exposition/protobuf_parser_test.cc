#include "sources/exposition/protobuf_parser.h"

#include <fmt/core.h>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include <protozero/pbf_writer.hpp>

namespace vedette::sources::exposition {
namespace {

using protozero::pbf_writer;

enum Type : int { kCounter, kGauge, kSummary, kUntyped, kHistogram, kGaugeHistogram };

void AddLabel(pbf_writer& message, const std::string& name, const std::string& value) {
  pbf_writer label(message, 1);
  label.add_string(1, name);
  label.add_string(2, value);
}

using Fill = std::function<void(pbf_writer&)>;

// A family of one metric, whose value is in this field.
std::string Family(const std::string& name, Type type, uint32_t field, const Fill& value,
                   const Fill& rest = {}) {
  std::string family;
  pbf_writer writer(family);
  writer.add_string(1, name);
  writer.add_string(2, "What it is.");
  writer.add_int32(3, type);
  {
    pbf_writer metric(writer, 4);
    AddLabel(metric, "code", "200");
    if (rest) rest(metric);
    pbf_writer inner(metric, field);
    value(inner);
  }
  std::string delimited;
  protozero::add_varint_to_buffer(&delimited, family.size());
  return delimited + family;
}

void AddExemplar(pbf_writer& writer, uint32_t field, double value) {
  pbf_writer exemplar(writer, field);
  AddLabel(exemplar, "trace_id", "K");
  exemplar.add_double(2, value);
  pbf_writer time(exemplar, 3);
  time.add_int64(1, 7);
  time.add_int32(2, 500'000'000);
}

void FillBuckets(pbf_writer& h) {
  h.add_uint64(1, 7);
  h.add_double(2, 18.5);
  for (const auto& [bound, count] : {std::pair(0.25, 2), std::pair(1.0, 4), std::pair(2.5e6, 6)}) {
    pbf_writer bucket(h, 3);
    bucket.add_uint64(1, static_cast<uint64_t>(count));
    bucket.add_double(2, bound);
    if (bound == 1.0) AddExemplar(bucket, 3, 0.5);
  }
}

// 1 in the zero bucket; 1, 3 and 2 in the others.
void FillNative(pbf_writer& h) {
  h.add_sint32(5, 1);
  h.add_double(6, 0.001);
  h.add_uint64(7, 1);
  for (const auto& [offset, length] : {std::pair(-2, 2), std::pair(3, 1)}) {
    pbf_writer span(h, 12);
    span.add_sint32(1, offset);
    span.add_uint32(2, static_cast<uint32_t>(length));
  }
  const std::vector<int64_t> deltas = {1, 2, -1};
  h.add_packed_sint64(13, deltas.begin(), deltas.end());
}

class ProtobufTest : public testing::Test {
 protected:
  // Each sample as "series t value"; an error as its message.
  std::string Read(const std::string& message) {
    const auto samples = ParseBatch(
        message, options_, base::FromMillis(5000), batch_, [this](const FamilyMetadata& m) {
          metadata_ += fmt::format("{} {} {}\n", m.family, m.type, m.help);
        });
    if (!samples.ok()) return samples.error().message;
    std::string out;
    for (const auto& entry : batch_.entries()) {
      for (const model::Sample& sample : batch_.samples(entry)) {
        out +=
            fmt::format("{} {} {}\n", batch_.labels(entry).ToString(), sample.t_ms, sample.value);
      }
    }
    return out;
  }

  ParseOptions options_{.format = Format::kProtobuf};
  model::WriteBatch batch_;
  std::string metadata_;
};

TEST_F(ProtobufTest, IsToldByItsContentType) {
  EXPECT_EQ(FormatOf("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                     "encoding=delimited"),
            Format::kProtobuf);
}

TEST_F(ProtobufTest, ReadsNumbersOfEveryType) {
  const auto number = [](double value) {
    return [value](pbf_writer& w) { w.add_double(1, value); };
  };
  const Fill counter = [](pbf_writer& w) {
    w.add_double(1, 3);
    AddExemplar(w, 2, 1);
    pbf_writer created(w, 3);
    created.add_int64(1, 1000);
  };
  const Fill at = [](pbf_writer& metric) { metric.add_int64(6, 1234); };
  EXPECT_EQ(Read(Family("c_total", kCounter, 3, counter) + Family("g", kGauge, 2, number(-1.5)) +
                 Family("u", kUntyped, 5, number(2), at)),
            "c_total{code=\"200\"} 5000 3\ng{code=\"200\"} 5000 -1.5\nu{code=\"200\"} 1234 2\n");
  ASSERT_EQ(batch_.exemplars().size(), 1u);
  EXPECT_EQ(batch_.exemplars()[0].exemplar.labels.Get("trace_id"), "K");
  EXPECT_EQ(batch_.exemplars()[0].exemplar.t_ms, 7500);
  EXPECT_EQ(metadata_, "c_total counter What it is.\ng gauge What it is.\nu unknown What it is.\n");
}

TEST_F(ProtobufTest, WritesSummariesAndBucketsAsTheTextFormatDoes) {
  const Fill summary = [](pbf_writer& w) {
    w.add_uint64(1, 9);
    w.add_double(2, 4.5);
    pbf_writer quantile(w, 3);
    quantile.add_double(1, 0.99);
    quantile.add_double(2, 2);
  };
  EXPECT_EQ(Read(Family("s", kSummary, 4, summary)),
            "s{code=\"200\",quantile=\"0.99\"} 5000 2\ns_sum{code=\"200\"} 5000 4.5\n"
            "s_count{code=\"200\"} 5000 9\n");
  EXPECT_EQ(Read(Family("h", kHistogram, 7, FillBuckets)),
            "h_bucket{code=\"200\",le=\"0.25\"} 5000 2\nh_bucket{code=\"200\",le=\"1.0\"} 5000 4\n"
            "h_bucket{code=\"200\",le=\"2.5e+06\"} 5000 6\n"
            "h_bucket{code=\"200\",le=\"+Inf\"} 5000 7\n"
            "h_sum{code=\"200\"} 5000 18.5\nh_count{code=\"200\"} 5000 7\n");
  ASSERT_EQ(batch_.exemplars().size(), 1u);
  EXPECT_EQ(batch_.exemplars()[0].entry, 1u);
}

TEST_F(ProtobufTest, PrefersTheNativeHistogramToItsBuckets) {
  const std::string both = Family("h", kHistogram, 7, [](pbf_writer& h) {
    FillBuckets(h);
    FillNative(h);
  });
  EXPECT_EQ(Read(both), "");
  ASSERT_EQ(batch_.histograms().size(), 1u);
  const auto& [entry, t_ms, histogram] = batch_.histograms()[0];
  EXPECT_EQ(batch_.labels(batch_.entries()[entry]).ToString(), "h{code=\"200\"}");
  EXPECT_EQ(t_ms, 5000);
  model::Histogram want{.schema = 1,
                        .zero_threshold = 0.001,
                        .zero_count = 1,
                        .count = 7,
                        .sum = 18.5,
                        .positive_runs = {{-2, 2}, {3, 1}},
                        .negative_runs = {},
                        .positive_buckets = {1, 3, 2},
                        .negative_buckets = {},
                        .custom_bounds = {}};
  EXPECT_EQ(histogram, want);
  EXPECT_EQ(batch_.exemplars().size(), 1u) << "that of its bucket";

  options_.classic_with_native = true;
  EXPECT_NE(Read(both).find("h_bucket"), std::string::npos);
  EXPECT_EQ(batch_.histograms().size(), 1u);

  options_.native_histograms = false;
  EXPECT_NE(Read(both).find("h_bucket"), std::string::npos);
  EXPECT_EQ(batch_.histograms().size(), 0u);
}

TEST_F(ProtobufTest, TakesAnEmptySpanForANativeHistogram) {
  Read(Family("h", kGaugeHistogram, 7, [](pbf_writer& h) {
    pbf_writer span(h, 12);
    span.add_sint32(1, 0);
    span.add_uint32(2, 0);
  }));
  ASSERT_EQ(batch_.histograms().size(), 1u);
  EXPECT_EQ(batch_.histograms()[0].histogram.counter_reset, model::CounterReset::kGauge);
}

TEST_F(ProtobufTest, RefusesWhatIsWrongWithTheNumberOfTheFamily) {
  const Fill one = [](pbf_writer& w) { w.add_double(1, 1); };
  const std::string good = Family("g", kGauge, 2, one);
  const auto label = [](const std::string& name, const std::string& value) {
    return [=](pbf_writer& metric) { AddLabel(metric, name, value); };
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {good.substr(0, good.size() - 1), "family 2: it is no MetricFamily message: end of buffer"},
      {Family("", kGauge, 2, one), "family 2: it has no name"},
      {Family("g", static_cast<Type>(6), 2, one), "family 2: 6 is no type"},
      {Family("g", kGauge, 3, one), "family 2: a metric has no gauge"},
      {Family("g", kGauge, 2, one, label("code", "1")), "family 2: label \"code\" occurs twice"},
      {Family("g", kGauge, 2, one, label("__name__", "1")),
       "family 2: label \"__name__\" occurs twice"},
      {Family("g", kGauge, 2, one, label("", "1")), "family 2: a label has an empty name"},
      {Family("g", kGauge, 2, one, label("a", "\xff")), "family 2: a label is not valid UTF-8"},
      {Family("h", kHistogram, 7,
              [](pbf_writer& h) {
                h.add_uint64(1, 1);
                FillNative(h);
              }),
       "family 2: the buckets hold 7 observations, but the count is 1"},
      {Family("h", kHistogram, 7, FillBuckets, label("le", "1")),
       "family 2: label \"le\" occurs twice"},
  };
  for (const auto& [message, want] : cases) {
    EXPECT_TRUE(Read(good + message).starts_with(want)) << Read(good + message);
    EXPECT_TRUE(batch_.empty());
  }
  options_.samples_max = 1;
  EXPECT_EQ(Read(good + good), "family 2: more than 1 samples");
}

TEST_F(ProtobufTest, BoundsTheBucketsOfAHistogram) {
  EXPECT_EQ(Read(Family("h", kHistogram, 7,
                        [](pbf_writer& h) {
                          h.add_uint64(7, 1);
                          const std::vector<int64_t> deltas(20'001, 0);
                          h.add_packed_sint64(13, deltas.begin(), deltas.end());
                        })),
            "family 1: a histogram has more than 20000 buckets on one side");
}

}  // namespace
}  // namespace vedette::sources::exposition
