#include <cstdint>
#include <utility>

#include "sources/remote_write/wire.h"

// The Histogram message, the same in both versions but for what 2.0 adds behind field 16:
//
//   1: uint64 count_int  2: double count_float  3: double sum  4: sint32 schema
//   5: double zero_threshold  6: uint64 zero_count_int  7: double zero_count_float
//   8: negative BucketSpan...  9: sint64 deltas...  10: double counts...
//   11: positive BucketSpan...  12: sint64 deltas...  13: double counts...
//   14: reset hint  15: int64 timestamp (ms)  16: double custom bounds...
//   BucketSpan  1: sint32 offset  2: uint32 length
//
// An integer histogram holds each bucket as the difference to the one before, of its side.

namespace vedette::sources::remote_write {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

model::BucketRun ReadSpan(std::string_view message) {
  model::BucketRun run;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint): run.offset = reader.get_sint32(); break;
      case tag_and_type(2, pbf_wire_type::varint): run.length = reader.get_uint32(); break;
      default: reader.skip();
    }
  }
  return run;
}

// Reads a Histogram message; a side's deltas become counts as they arrive.
class HistogramReader {
 public:
  explicit HistogramReader(RequestLimits& limits) : limits_(limits) {}

  base::Result<> Read(std::string_view message) {
    pbf_reader reader = Reader(message);
    while (reader.next()) {
      VEDETTE_TRY_VOID(ReadField(reader));
    }
    return {};
  }
  int64_t t_ms() const { return t_ms_; }
  bool is_float() const { return is_float_; }
  model::Histogram Take() { return std::move(histogram_); }

 private:
  base::Result<> ReadField(pbf_reader& reader) {
    model::Histogram& h = histogram_;
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint):
        h.count = static_cast<double>(reader.get_uint64());
        is_float_ = false;
        return {};
      case tag_and_type(2, pbf_wire_type::fixed64):
        h.count = reader.get_double();
        is_float_ = true;
        return {};
      case tag_and_type(3, pbf_wire_type::fixed64): h.sum = reader.get_double(); return {};
      case tag_and_type(4, pbf_wire_type::varint): h.schema = reader.get_sint32(); return {};
      case tag_and_type(5, pbf_wire_type::fixed64):
        h.zero_threshold = reader.get_double();
        return {};
      case tag_and_type(6, pbf_wire_type::varint):
        h.zero_count = static_cast<double>(reader.get_uint64());
        return {};
      case tag_and_type(7, pbf_wire_type::fixed64): h.zero_count = reader.get_double(); return {};
      case tag_and_type(14, pbf_wire_type::varint):
        h.counter_reset = ResetOf(reader.get_int32());
        return {};
      case tag_and_type(15, pbf_wire_type::varint): t_ms_ = reader.get_int64(); return {};
      default: return ReadRepeated(reader);
    }
  }

  base::Result<> ReadRepeated(pbf_reader& reader) {
    model::Histogram& h = histogram_;
    const auto field = reader.tag();
    const bool packed = reader.wire_type() == kLengthDelimited;
    const bool negative = field <= 10;
    std::vector<double>& buckets = negative ? h.negative_buckets : h.positive_buckets;
    switch (field) {
      case 8:
      case 11:
        if (!packed) break;
        VEDETTE_TRY_VOID(limits_.Take(RequestLimits::kBuckets, 1));
        (negative ? h.negative_runs : h.positive_runs).push_back(ReadSpan(Text(reader.get_view())));
        return {};
      case 9:
      case 12: return ReadDeltas(reader, negative ? negative_last_ : positive_last_, buckets);
      case 10:
      case 13: return ReadDoubles(reader, buckets);
      case 16: return ReadDoubles(reader, h.custom_bounds);
      default: break;
    }
    reader.skip();
    return {};
  }

  // Differences wrap as Go's do; a count that becomes negative is refused with the histogram.
  base::Result<> ReadDeltas(pbf_reader& reader, uint64_t& last, std::vector<double>& out) {
    const auto add = [&](int64_t delta) {
      last += static_cast<uint64_t>(delta);
      out.push_back(static_cast<double>(static_cast<int64_t>(last)));
    };
    if (reader.wire_type() == pbf_wire_type::varint) {
      VEDETTE_TRY_VOID(limits_.Take(RequestLimits::kBuckets, 1));
      add(reader.get_sint64());
      return {};
    }
    if (reader.wire_type() != kLengthDelimited) return Skip(reader);
    for (const int64_t delta : reader.get_packed_sint64()) {
      VEDETTE_TRY_VOID(limits_.Take(RequestLimits::kBuckets, 1));
      add(delta);
    }
    return {};
  }

  base::Result<> ReadDoubles(pbf_reader& reader, std::vector<double>& out) {
    if (reader.wire_type() == pbf_wire_type::fixed64) {
      VEDETTE_TRY_VOID(limits_.Take(RequestLimits::kBuckets, 1));
      out.push_back(reader.get_double());
      return {};
    }
    if (reader.wire_type() != kLengthDelimited) return Skip(reader);
    const auto values = reader.get_packed_double();
    VEDETTE_TRY_VOID(limits_.Take(RequestLimits::kBuckets, values.size()));
    out.insert(out.end(), values.begin(), values.end());
    return {};
  }

  static base::Result<> Skip(pbf_reader& reader) {
    reader.skip();
    return {};
  }

  static model::CounterReset ResetOf(int32_t hint) {
    switch (hint) {
      case 1: return model::CounterReset::kYes;
      case 2: return model::CounterReset::kNo;
      case 3: return model::CounterReset::kGauge;
      default: return model::CounterReset::kUnknown;
    }
  }

  RequestLimits& limits_;
  model::Histogram histogram_;
  int64_t t_ms_ = 0;
  bool is_float_ = false;
  uint64_t negative_last_ = 0;
  uint64_t positive_last_ = 0;
};

}  // namespace

base::Result<> ReadHistogram(std::string_view message, RequestLimits& limits, SeriesParts& parts) {
  VEDETTE_TRY_VOID(limits.Take(RequestLimits::kHistograms, 1));
  HistogramReader reader(limits);
  VEDETTE_TRY_VOID(reader.Read(message));
  model::Histogram histogram = reader.Take();
  base::Result<> valid = histogram.Validate();
  if (valid.ok() && !reader.is_float()) valid = histogram.ValidateCount();
  if (!valid.ok()) {
    if (parts.refused_histograms++ == 0) parts.problem = "histogram: " + valid.error().message;
    return {};
  }
  parts.histograms.push_back({reader.t_ms(), std::move(histogram)});
  return {};
}

}  // namespace vedette::sources::remote_write
