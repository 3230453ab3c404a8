#include "sources/otlp/exponential.h"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <limits>
#include <vector>

#include "sources/otlp/wire.h"

// Buckets  1: sint32 offset  2: uint64 counts...

namespace vedette::sources::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

// What Prometheus takes for the width of a zero bucket that does not say it.
constexpr double kZeroThreshold = 1e-128;
// So many empty buckets are cheaper than a new run.
constexpr int64_t kGapMax = 2;

struct Dense {
  int32_t offset = 0;
  std::vector<uint64_t> counts;
};

base::Result<Dense> ReadBuckets(std::string_view message, size_t max) {
  Dense dense;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::varint): dense.offset = reader.get_sint32(); break;
      case tag_and_type(2, pbf_wire_type::varint):
        dense.counts.push_back(reader.get_uint64());
        break;
      case tag_and_type(2, kLengthDelimited):
        for (const uint64_t count : reader.get_packed_uint64()) {
          if (dense.counts.size() > max) break;
          dense.counts.push_back(count);
        }
        break;
      default: reader.skip();
    }
    if (dense.counts.size() > max) {
      return base::InvalidArgument(fmt::format("more than {} buckets", max), "bucket_counts");
    }
  }
  return dense;
}

base::Result<> Convert(std::string_view message, int scale_down, size_t max,
                       std::vector<model::BucketRun>& runs, std::vector<double>& buckets) {
  VEDETTE_TRY(const Dense dense, ReadBuckets(message, max));
  int64_t end = 0;  // of the last run: the index after its last bucket
  for (size_t i = 0; i < dense.counts.size(); ++i) {
    if (dense.counts[i] == 0) continue;
    const auto count = static_cast<double>(dense.counts[i]);
    const int64_t index = ((int64_t{dense.offset} + static_cast<int64_t>(i)) >> scale_down) + 1;
    if (index > std::numeric_limits<int32_t>::max() ||
        index < std::numeric_limits<int32_t>::min()) {
      return base::InvalidArgument(fmt::format("a bucket has the index {}", index), "offset");
    }
    if (!runs.empty() && index == end - 1) {
      buckets.back() += count;
      continue;
    }
    if (runs.empty() || index - end > kGapMax) {
      runs.push_back({static_cast<int32_t>(runs.empty() ? index : index - end), 0});
    } else {
      for (; end < index; ++end) {
        buckets.push_back(0);
        ++runs.back().length;
      }
    }
    buckets.push_back(count);
    ++runs.back().length;
    end = index + 1;
  }
  return {};
}

}  // namespace

base::Result<model::Histogram> ToNativeHistogram(const ExponentialPoint& point,
                                                 size_t buckets_max) {
  if (point.scale < model::kMinHistogramSchema) {
    return base::InvalidArgument(
        fmt::format("scale is {}; the least is {}", point.scale, model::kMinHistogramSchema),
        "scale");
  }
  // Beyond 31 steps all buckets of an offset of 32 bits are one.
  const int64_t down =
      std::clamp<int64_t>(int64_t{point.scale} - model::kMaxHistogramSchema, 0, 40);
  model::Histogram histogram;
  histogram.schema = std::min(point.scale, model::kMaxHistogramSchema);
  histogram.count = static_cast<double>(point.count);
  histogram.sum = point.sum;
  histogram.zero_count = static_cast<double>(point.zero_count);
  histogram.zero_threshold = point.zero_threshold > 0 ? point.zero_threshold : kZeroThreshold;
  VEDETTE_TRY_VOID(Convert(point.positive, static_cast<int>(down), buckets_max,
                           histogram.positive_runs, histogram.positive_buckets));
  VEDETTE_TRY_VOID(Convert(point.negative, static_cast<int>(down), buckets_max,
                           histogram.negative_runs, histogram.negative_buckets));
  VEDETTE_TRY_VOID(histogram.Validate(buckets_max));
  VEDETTE_TRY_VOID(histogram.ValidateCount());
  return histogram;
}

}  // namespace vedette::sources::otlp
