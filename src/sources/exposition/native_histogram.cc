#include "sources/exposition/native_histogram.h"

#include <cstdint>
#include <fmt/core.h>
#include <vector>

#include <protozero/pbf_reader.hpp>

namespace vedette::sources::exposition {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto kLengthDelimited = pbf_wire_type::length_delimited;
constexpr size_t kBucketsMax = 20'000;  // of one side, as Histogram::Validate has it

pbf_reader Reader(const protozero::data_view& view) { return {view.data(), view.size()}; }

base::Error TooMany() {
  return base::InvalidArgument(
      fmt::format("a histogram has more than {} buckets on one side", kBucketsMax));
}

struct Side {
  std::vector<model::BucketRun> runs;
  std::vector<double> buckets;
  uint64_t last = 0;  // of the deltas; they wrap as Go's do

  base::Result<> ReadRun(pbf_reader span) {
    if (runs.size() == kBucketsMax) return TooMany();
    model::BucketRun run;
    while (span.next()) {
      switch (span.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::varint): run.offset = span.get_sint32(); break;
        case tag_and_type(2, pbf_wire_type::varint): run.length = span.get_uint32(); break;
        default: span.skip();
      }
    }
    runs.push_back(run);
    return {};
  }
  base::Result<> AddDelta(int64_t delta) {
    if (buckets.size() == kBucketsMax) return TooMany();
    last += static_cast<uint64_t>(delta);
    buckets.push_back(static_cast<double>(static_cast<int64_t>(last)));
    return {};
  }
  base::Result<> AddCount(double count) {
    if (buckets.size() == kBucketsMax) return TooMany();
    buckets.push_back(count);
    return {};
  }
  // `field` counts from the spans: 1 are deltas, 2 counts, each packed or not.
  base::Result<> ReadBuckets(pbf_reader& reader, uint32_t field) {
    if (field == 1 && reader.wire_type() == pbf_wire_type::varint) {
      return AddDelta(reader.get_sint64());
    }
    if (field == 2 && reader.wire_type() == pbf_wire_type::fixed64) {
      return AddCount(reader.get_double());
    }
    if (reader.wire_type() != kLengthDelimited) {
      reader.skip();
      return {};
    }
    if (field == 1) {
      for (const int64_t delta : reader.get_packed_sint64()) VEDETTE_TRY_VOID(AddDelta(delta));
    } else {
      for (const double count : reader.get_packed_double()) VEDETTE_TRY_VOID(AddCount(count));
    }
    return {};
  }
};

// The fields of both sides.
base::Result<> ReadSide(pbf_reader& reader, Side& negative, Side& positive) {
  const uint32_t tag = reader.tag();
  if (tag < 9 || tag > 14) {
    reader.skip();
    return {};
  }
  Side& side = tag < 12 ? negative : positive;
  const uint32_t field = (tag - 9) % 3;
  if (field > 0) return side.ReadBuckets(reader, field);
  if (reader.wire_type() == kLengthDelimited) return side.ReadRun(Reader(reader.get_view()));
  reader.skip();
  return {};
}

}  // namespace

bool IsNativeHistogram(std::string_view message) {
  bool native = false;
  for (pbf_reader reader(message.data(), message.size()); !native && reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(6, pbf_wire_type::fixed64):
      case tag_and_type(8, pbf_wire_type::fixed64): native = reader.get_double() > 0; break;
      case tag_and_type(7, pbf_wire_type::varint): native = reader.get_uint64() > 0; break;
      case tag_and_type(9, kLengthDelimited):
      case tag_and_type(12, kLengthDelimited): native = true; break;
      default: reader.skip();
    }
  }
  return native;
}

base::Result<model::Histogram> ReadNativeHistogram(std::string_view message, bool gauge) {
  model::Histogram histogram;
  Side negative;
  Side positive;
  double fractions = 0;
  double zero_fractions = 0;
  for (pbf_reader reader(message.data(), message.size()); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
        histogram.count = static_cast<double>(reader.get_uint64());
        break;
      case tag_and_type(2, pbf_wire_type::fixed64): histogram.sum = reader.get_double(); break;
      case tag_and_type(4, pbf_wire_type::fixed64): fractions = reader.get_double(); break;
      case tag_and_type(5, pbf_wire_type::varint): histogram.schema = reader.get_sint32(); break;
      case tag_and_type(6, pbf_wire_type::fixed64):
        histogram.zero_threshold = reader.get_double();
        break;
      case tag_and_type(7, pbf_wire_type::varint):
        histogram.zero_count = static_cast<double>(reader.get_uint64());
        break;
      case tag_and_type(8, pbf_wire_type::fixed64): zero_fractions = reader.get_double(); break;
      default: VEDETTE_TRY_VOID(ReadSide(reader, negative, positive));
    }
  }
  if (fractions > 0) histogram.count = fractions;
  if (zero_fractions > 0) histogram.zero_count = zero_fractions;
  if (gauge) histogram.counter_reset = model::CounterReset::kGauge;
  histogram.negative_runs = std::move(negative.runs);
  histogram.negative_buckets = std::move(negative.buckets);
  histogram.positive_runs = std::move(positive.runs);
  histogram.positive_buckets = std::move(positive.buckets);
  VEDETTE_TRY_VOID(histogram.Validate(kBucketsMax));
  const bool is_float = fractions > 0 || zero_fractions > 0;
  if (!is_float) VEDETTE_TRY_VOID(histogram.ValidateCount());
  return histogram;
}

}  // namespace vedette::sources::exposition
