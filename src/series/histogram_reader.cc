#include "series/histogram_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace vedette::series {

base::Result<> HistogramReader::ReadStored(kv::Db& db, kv::Family family, const Stored& stored,
                                           size_t samples_max) {
  const int64_t last_ms = std::min(to_ms_, stored.end_ms);
  if (from_ms_ > last_ms) return {};
  int64_t bucket = BucketOf(from_ms_);
  const int64_t last = BucketOf(last_ms);
  const auto chunks = db.NewIterator(family, KeyOfBucket(bucket), KeyOfBucket(last + 1));
  while (bucket <= last) {
    const auto prefix = PrefixOfChunks(bucket, stored.tenant, stored.ref);
    for (chunks->Seek(prefix); chunks->Valid() && chunks->key().starts_with(prefix);
         chunks->Next()) {
      VEDETTE_TRY(const ChunkId id, ParseChunkKey(chunks->key()));
      if (id.number < stored.end_number) Take(chunks->value(), id.number);
      if (found_.size() > samples_max) {
        return base::ResourceExhausted(
            fmt::format("a series has more than {} samples in the time range", samples_max),
            "samples_max");
      }
    }
    if (!chunks->Valid()) break;
    VEDETTE_TRY(const int64_t next, ParseBucket(chunks->key()));
    bucket = std::max(bucket + 1, next);
  }
  return chunks->status();
}

void HistogramReader::Take(std::string_view chunk, uint32_t number) {
  std::vector<HistogramSample> samples;
  if (const auto decoded = DecodeHistogramChunk(chunk, from_ms_, to_ms_, samples); !decoded.ok()) {
    corrupt_.Add();
    base::LogError("a damaged chunk of histograms is left out",
                   {{"error", decoded.error().message}});
  }
  for (HistogramSample& sample : samples) found_.push_back({number, std::move(sample)});
}

void HistogramReader::Add(std::span<const HistogramSample> samples) {
  for (const HistogramSample& sample : samples) {
    if (sample.t_ms < from_ms_ || sample.t_ms > to_ms_) continue;
    found_.push_back({std::numeric_limits<uint32_t>::max(), sample});
  }
}

void HistogramReader::MergeInto(SampleColumns& out, size_t start) {
  if (found_.empty() && out.histograms.empty()) return;
  std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.sample.t_ms, a.number) < std::tie(b.sample.t_ms, b.number);
  });
  const auto from = static_cast<std::ptrdiff_t>(start);
  const std::vector<int64_t> times(out.t_ms.begin() + from, out.t_ms.end());
  const std::vector<double> values(out.values.begin() + from, out.values.end());
  out.t_ms.resize(start);
  out.values.resize(start);
  out.histograms.resize(start);
  const auto put = [&](int64_t t_ms, double value,
                       std::shared_ptr<const model::Histogram> histogram) {
    out.t_ms.push_back(t_ms);
    out.values.push_back(value);
    out.histograms.push_back(std::move(histogram));
  };
  size_t next = 0;
  for (Found& found : found_) {
    const int64_t t_ms = found.sample.t_ms;
    for (; next < times.size() && times[next] <= t_ms; ++next) {
      put(times[next], values[next], nullptr);
    }
    if (out.t_ms.size() > start && out.t_ms.back() >= t_ms) continue;
    const double sum = found.sample.histogram->sum;
    put(t_ms, sum, std::move(found.sample.histogram));
  }
  for (; next < times.size(); ++next) put(times[next], values[next], nullptr);
}

}  // namespace vedette::series
