#include "series/format.h"

#include <bit>
#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vedette::series {
namespace {

static_assert(std::endian::native == std::endian::little, "values are little-endian");
static_assert(SeriesKey::kBytes == sizeof(SeriesRef));
static_assert(LogKey::kBytes == sizeof(uint16_t) + sizeof(uint64_t));
static_assert(ChunkPrefix::kBytes == sizeof(uint32_t) + sizeof(TenantId) + sizeof(SeriesRef));
static_assert(ChunkKey::kBytes ==
              ChunkPrefix::kBytes + sizeof(uint64_t) + sizeof(ChunkKind) + sizeof(uint32_t));

template <typename Number>
void Put(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// Reads fields in turn; afterwards `ok` says whether they were all there.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  template <typename Number>
  Number Get() {
    Number number{};
    if (bytes_.size() < sizeof(Number)) {
      ok_ = false;
      return number;
    }
    std::memcpy(&number, bytes_.data(), sizeof(Number));
    bytes_.remove_prefix(sizeof(Number));
    return number;
  }
  std::string_view Take(size_t size) {
    if (bytes_.size() < size) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string_view rest() const { return bytes_; }
  bool ok() const { return ok_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

template <typename Number>
Number FromBigEndian(std::string_view bytes) {
  Number number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number << 8 | static_cast<uint8_t>(bytes[i]));
  }
  return number;
}

base::Error Damaged(std::string_view what) {
  return base::DataLoss(fmt::format("a stored {} record is damaged", what));
}

constexpr uint8_t kHasOutOfOrderOnDisk = 1;
constexpr uint8_t kHasHistograms = 2;

}  // namespace

base::Result<ChunkSpan> SpanOfChunk(std::string_view bytes) {
  Fields fields(bytes);
  fields.Take(offsetof(ChunkHeader, min_t_ms));
  ChunkSpan span;
  span.min_t_ms = fields.Get<int64_t>();
  span.max_t_ms = span.min_t_ms + fields.Get<uint32_t>();
  if (!fields.ok()) return Damaged("chunk");
  return span;
}

ChunkKey KeyOfChunk(const ChunkId& id) {
  return ChunkKey()
      .Add(DayInKey(BucketOf(id.min_t_ms)))
      .Add(id.tenant)
      .Add(id.ref)
      .Add(TimeInKey(id.min_t_ms))
      .Add(static_cast<uint8_t>(id.kind))
      .Add(id.number);
}

base::Result<ChunkId> ParseChunkKey(std::string_view key) {
  if (key.size() != ChunkKey::kBytes) return Damaged("chunk key");
  ChunkId id;
  id.tenant = FromBigEndian<uint32_t>(key.substr(4));
  id.ref = FromBigEndian<uint64_t>(key.substr(8));
  id.min_t_ms = static_cast<int64_t>(
      TimeInKey(static_cast<int64_t>(FromBigEndian<uint64_t>(key.substr(16)))));
  id.kind = static_cast<ChunkKind>(key[24]);
  id.number = FromBigEndian<uint32_t>(key.substr(25));
  return id;
}

base::Result<int64_t> ParseBucket(std::string_view chunk_key) {
  if (chunk_key.size() < 4) return Damaged("chunk key");
  return static_cast<int64_t>(
      static_cast<int32_t>(FromBigEndian<uint32_t>(chunk_key) ^ (uint32_t{1} << 31)));
}

std::string NextRefKey(uint32_t shard) { return fmt::format("next_ref/{}", shard); }

std::string LogFloorKey(uint32_t shard) { return fmt::format("log_floor/{}", shard); }

std::string ToldKey(uint32_t shard) { return fmt::format("told/{}", shard); }

std::string EncodeStore(const StoreRecord& record) {
  std::string out;
  Put(out, kFormatVersion);
  Put(out, record.shards);
  Put(out, record.hash_seed);
  return out;
}

base::Result<StoreRecord> DecodeStore(std::string_view bytes) {
  Fields fields(bytes);
  const auto version = fields.Get<uint8_t>();
  StoreRecord record;
  record.shards = fields.Get<uint32_t>();
  record.hash_seed = fields.Get<uint64_t>();
  if (!fields.ok() || record.shards == 0) return Damaged("store");
  if (version != kFormatVersion) {
    return base::FailedPrecondition(fmt::format(
        "the metrics store has format {}, this program knows {}", version, kFormatVersion));
  }
  return record;
}

std::string EncodeNumber(uint64_t number) {
  std::string out;
  Put(out, number);
  return out;
}

base::Result<uint64_t> DecodeNumber(std::string_view bytes) {
  Fields fields(bytes);
  const auto number = fields.Get<uint64_t>();
  if (!fields.ok()) return Damaged("number");
  return number;
}

void EncodeSeries(const SeriesRecord& record, std::string& out) {
  Put(out, kFormatVersion);
  Put(out, record.tenant);
  out.append(record.labels.bytes());
}

base::Result<SeriesRecord> DecodeSeries(std::string_view bytes) {
  Fields fields(bytes);
  const auto version = fields.Get<uint8_t>();
  SeriesRecord record;
  record.tenant = fields.Get<uint32_t>();
  if (!fields.ok() || version != kFormatVersion) return Damaged("series");
  VEDETTE_TRY(record.labels, model::LabelsView::ParseCanonical(fields.rest()));
  return record;
}

void EncodeHead(const HeadRecord& record, std::string& out) {
  const size_t start = out.size();
  Put(out, uint32_t{0});
  Put(out, kFormatVersion);
  Put(out, static_cast<uint8_t>((record.out_of_order_on_disk ? kHasOutOfOrderOnDisk : 0) |
                                (record.has_histograms ? kHasHistograms : 0)));
  Put(out, record.next_number);
  Put(out, record.applied_seq);
  Put(out, record.first_t_ms);
  Put(out, record.disk_max_t_ms);
  Put(out, static_cast<uint32_t>(record.open_chunk.size()));
  out.append(record.open_chunk);
  if (record.has_histograms) {
    Put(out, static_cast<uint32_t>(record.open_histograms.size()));
    out.append(record.open_histograms);
    std::string late;
    EncodeHistogramList(record.late_histograms, late);
    Put(out, static_cast<uint32_t>(late.size()));
    out.append(late);
  }
  for (const model::Sample& sample : record.out_of_order) {
    Put(out, sample.t_ms);
    Put(out, std::bit_cast<uint64_t>(sample.value));
  }
  const auto checksum = static_cast<uint32_t>(
      XXH3_64bits(out.data() + start + sizeof(uint32_t), out.size() - start - sizeof(uint32_t)));
  std::memcpy(out.data() + start, &checksum, sizeof(checksum));
}

base::Result<HeadRecord> DecodeHead(std::string_view bytes) {
  Fields fields(bytes);
  const auto checksum = fields.Get<uint32_t>();
  if (!fields.ok() ||
      checksum != static_cast<uint32_t>(XXH3_64bits(fields.rest().data(), fields.rest().size()))) {
    return Damaged("head");
  }
  const auto version = fields.Get<uint8_t>();
  HeadRecord record;
  const auto flags = fields.Get<uint8_t>();
  record.out_of_order_on_disk = (flags & kHasOutOfOrderOnDisk) != 0;
  record.has_histograms = (flags & kHasHistograms) != 0;
  record.next_number = fields.Get<uint32_t>();
  record.applied_seq = fields.Get<uint64_t>();
  record.first_t_ms = fields.Get<int64_t>();
  record.disk_max_t_ms = fields.Get<int64_t>();
  record.open_chunk = fields.Take(fields.Get<uint32_t>());
  if (record.has_histograms) {
    record.open_histograms = fields.Take(fields.Get<uint32_t>());
    VEDETTE_TRY(record.late_histograms, DecodeHistogramList(fields.Take(fields.Get<uint32_t>())));
  }
  constexpr size_t kSampleBytes = 16;
  if (!fields.ok() || version != kFormatVersion || fields.rest().size() % kSampleBytes != 0) {
    return Damaged("head");
  }
  while (!fields.rest().empty()) {
    const auto t_ms = fields.Get<int64_t>();
    record.out_of_order.push_back({t_ms, std::bit_cast<double>(fields.Get<uint64_t>())});
  }
  return record;
}

}  // namespace vedette::series
