#include <gtest/gtest.h>
#include <snappy.h>
#include <string>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "model/write_batch.h"
#include "sources/remote_write/decoder.h"
#include "sources/remote_write/symbol_decoder.h"

// Histograms and exemplars, of which both versions have nearly the same messages.

namespace vedette::sources::remote_write {
namespace {

using protozero::pbf_writer;

std::string Pack(const std::string& raw) {
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  return body;
}

void AddSpan(pbf_writer& histogram, uint32_t field, int32_t offset, uint32_t length) {
  pbf_writer span(histogram, field);
  span.add_sint32(1, offset);
  span.add_uint32(2, length);
}

// Integers: 2 in the zero bucket, 1 and 3 and 2 positive, 4 negative.
std::string IntegerHistogram() {
  std::string out;
  pbf_writer h(out);
  h.add_uint64(1, 12);
  h.add_double(3, 18.4);
  h.add_sint32(4, 1);
  h.add_double(5, 0.001);
  h.add_uint64(6, 2);
  AddSpan(h, 8, 0, 1);
  const std::vector<int64_t> negative = {4};
  h.add_packed_sint64(9, negative.begin(), negative.end());
  AddSpan(h, 11, -2, 2);
  AddSpan(h, 11, 3, 1);
  const std::vector<int64_t> positive = {1, 2, -1};
  h.add_packed_sint64(12, positive.begin(), positive.end());
  h.add_int32(14, 2);
  h.add_int64(15, 1000);
  return out;
}

std::string CustomHistogram(double first_bound = 0.5) {
  std::string out;
  pbf_writer h(out);
  h.add_double(2, 2.5);
  h.add_double(3, 4);
  h.add_sint32(4, -53);
  AddSpan(h, 11, 0, 2);
  const std::vector<double> counts = {1, 1.5};
  h.add_packed_double(13, counts.begin(), counts.end());
  const std::vector<double> bounds = {first_bound, 1};
  h.add_packed_double(16, bounds.begin(), bounds.end());
  h.add_int32(14, 3);
  h.add_int64(15, 2000);
  return out;
}

std::string ExemplarOf1(const std::string& trace) {
  std::string out;
  pbf_writer exemplar(out);
  {
    pbf_writer label(exemplar, 1);
    label.add_string(1, "trace_id");
    label.add_string(2, trace);
  }
  exemplar.add_double(2, 0.7);
  exemplar.add_int64(3, 900);
  return out;
}

// h{} with these fields, in 1.0 and in 2.0.
std::string Version1(const std::vector<std::string>& histograms,
                     const std::vector<std::string>& exemplars = {}) {
  std::string raw;
  pbf_writer request(raw);
  {
    pbf_writer series(request, 1);
    {
      pbf_writer label(series, 1);
      label.add_string(1, "__name__");
      label.add_string(2, "h");
    }
    for (const std::string& exemplar : exemplars) series.add_message(3, exemplar);
    for (const std::string& histogram : histograms) series.add_message(4, histogram);
  }
  return Pack(raw);
}

std::string Version2(const std::vector<std::string>& histograms) {
  std::string raw;
  pbf_writer request(raw);
  for (const std::string symbol : {"", "__name__", "h"}) request.add_string(4, symbol);
  {
    pbf_writer series(request, 5);
    const std::vector<uint32_t> refs = {1, 2};
    series.add_packed_uint32(1, refs.begin(), refs.end());
    for (const std::string& histogram : histograms) series.add_message(3, histogram);
  }
  return Pack(raw);
}

TEST(RemoteWriteHistogram, IntegersBecomeAbsoluteCountsInBothVersions) {
  model::Histogram want;
  want.schema = 1;
  want.counter_reset = model::CounterReset::kNo;
  want.zero_threshold = 0.001;
  want.zero_count = 2;
  want.count = 12;
  want.sum = 18.4;
  want.positive_runs = {{-2, 2}, {3, 1}};
  want.positive_buckets = {1, 3, 2};
  want.negative_runs = {{0, 1}};
  want.negative_buckets = {4};
  model::WriteBatch first;
  model::WriteBatch second;

  const auto report = Decoder().Decode(Version1({IntegerHistogram()}), first);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->first_refusal, "");
  ASSERT_TRUE(SymbolDecoder().Decode(Version2({IntegerHistogram()}), second).ok());

  for (const model::WriteBatch* batch : {&first, &second}) {
    ASSERT_EQ(batch->histograms().size(), 1u);
    EXPECT_EQ(batch->histograms()[0].t_ms, 1000);
    EXPECT_TRUE(batch->histograms()[0].histogram == want);
    EXPECT_EQ(batch->labels(batch->entries()[0]).ToString(), "h");
  }
  EXPECT_EQ(report->histograms, 1u);
  EXPECT_EQ(report->samples, 0u);
}

TEST(RemoteWriteHistogram, KeepsFloatsCustomBoundsAndGauges) {
  model::WriteBatch batch;

  ASSERT_TRUE(SymbolDecoder().Decode(Version2({CustomHistogram()}), batch).ok());

  ASSERT_EQ(batch.histograms().size(), 1u);
  const model::Histogram& h = batch.histograms()[0].histogram;
  EXPECT_TRUE(h.custom_buckets());
  EXPECT_EQ(h.custom_bounds, (std::vector<double>{0.5, 1}));
  EXPECT_EQ(h.positive_buckets, (std::vector<double>{1, 1.5}));
  EXPECT_EQ(h.count, 2.5);
  EXPECT_EQ(h.counter_reset, model::CounterReset::kGauge);
}

// Fractions round: Prometheus takes any count of them.
TEST(RemoteWriteHistogram, TakesFloatsWhoseCountIsNotThatOfTheBuckets) {
  std::string float_histogram;
  pbf_writer h(float_histogram);
  h.add_double(2, 3);
  {
    pbf_writer span(h, 11);
    span.add_uint32(2, 3);
  }
  const std::vector<double> counts = {1, 2, 1};
  h.add_packed_double(13, counts.begin(), counts.end());
  h.add_int64(15, 1000);
  model::WriteBatch batch;

  const auto report = Decoder().Decode(Version1({float_histogram}), batch);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->first_refusal, "");
  ASSERT_EQ(batch.histograms().size(), 1u);
  EXPECT_EQ(batch.histograms()[0].histogram.count, 3);
}

TEST(RemoteWriteHistogram, RefusesTheOneThatMakesNoSenseAndKeepsTheRest) {
  model::WriteBatch batch;

  const auto report =
      SymbolDecoder().Decode(Version2({CustomHistogram(7), IntegerHistogram()}), batch);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->histograms, 1u);
  EXPECT_EQ(report->refused_histograms, 1u);
  EXPECT_EQ(report->first_refusal,
            "series h{}: histogram: the custom bound 1 is not finite and greater than the one "
            "before");
  EXPECT_EQ(batch.histograms().size(), 1u);
}

TEST(RemoteWriteHistogram, StaleMarkersPass) {
  std::string stale;
  {
    pbf_writer h(stale);
    h.add_double(3, model::StaleNan());
    h.add_int64(15, 3000);
  }
  model::WriteBatch batch;

  ASSERT_TRUE(Decoder().Decode(Version1({stale}), batch).ok());

  ASSERT_EQ(batch.histograms().size(), 1u);
  EXPECT_TRUE(batch.histograms()[0].histogram.stale());
}

TEST(RemoteWriteHistogram, BoundsHistogramsAndBucketsOfARequest) {
  const std::string body = Version1({IntegerHistogram(), IntegerHistogram()});
  model::WriteBatch batch;

  EXPECT_EQ(Decoder({.histograms_max = 1}).Decode(body, batch).error().field,
            "histograms_per_request");
  EXPECT_EQ(Decoder({.histogram_buckets_max = 13}).Decode(body, batch).error().message,
            "remote write: more than 13 histogram_buckets in one request");
  EXPECT_TRUE(Decoder({.histograms_max = 2, .histogram_buckets_max = 14}).Decode(body, batch).ok());
}

TEST(RemoteWriteExemplar, IsKeptWithItsLabelsAndTime) {
  model::WriteBatch batch;

  const auto report =
      Decoder().Decode(Version1({IntegerHistogram()}, {ExemplarOf1("abc"), std::string()}), batch);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->exemplars, 2u);
  ASSERT_EQ(batch.exemplars().size(), 2u);
  EXPECT_EQ(batch.exemplars()[0].exemplar.labels.ToString(), "{trace_id=\"abc\"}");
  EXPECT_EQ(batch.exemplars()[0].exemplar.t_ms, 900);
  EXPECT_EQ(batch.exemplars()[0].exemplar.value, 0.7);
  EXPECT_EQ(batch.exemplars()[1].exemplar.t_ms, 1000) << "the time of its series' newest sample";
}

TEST(RemoteWriteExemplar, IsDroppedWhenItsLabelsAreTooLong) {
  model::WriteBatch batch;

  const auto report = Decoder().Decode(
      Version1({IntegerHistogram()},
               {ExemplarOf1(std::string(121, 'x')), ExemplarOf1(std::string(120, 'x'))}),
      batch);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->refused_exemplars, 1u);
  EXPECT_EQ(batch.exemplars().size(), 1u);
  EXPECT_FALSE(report->refused());
}

}  // namespace
}  // namespace vedette::sources::remote_write
