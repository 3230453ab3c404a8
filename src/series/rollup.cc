#include "series/rollup.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "model/sample.h"
#include "series/bits.h"
#include "series/block.h"
#include "series/integers.h"

namespace vedette::series {
namespace {

constexpr uint8_t kVersion = 1;
// Columns that are told by another one.
constexpr uint8_t kMinIsFirst = 1;
constexpr uint8_t kMaxIsLast = 2;
constexpr uint8_t kSumIsFirst = 4;
constexpr uint8_t kKnownFlags = 7;

uint64_t U(int64_t value) { return static_cast<uint64_t>(value); }
int64_t S(uint64_t value) { return static_cast<int64_t>(value); }

int64_t WindowNumber(int64_t t_ms, int64_t resolution_ms) {
  const int64_t quotient = t_ms / resolution_ms;
  return t_ms % resolution_ms > 0 ? quotient + 1 : quotient;
}

// Neumaier's sum: of decimals it gives, nearly always, the decimal that a person would write, and
// that packs well.
class Sum {
 public:
  void Start(double value) {
    sum_ = value;
    compensation_ = 0;
  }
  void Add(double value) {
    const double next = sum_ + value;
    if (std::isinf(next)) {
      compensation_ = 0;
    } else if (std::abs(sum_) >= std::abs(value)) {
      compensation_ += (sum_ - next) + value;
    } else {
      compensation_ += (value - next) + sum_;
    }
    sum_ = next;
  }
  double value() const { return sum_ + compensation_; }

 private:
  double sum_ = 0;
  double compensation_ = 0;
};

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

void PutColumn(std::span<int64_t> numbers, std::string& out) {
  const int64_t first = numbers[0];
  PutVarint(out, ZigZag(first));
  for (int64_t& number : numbers) number -= first;
  PackIntegers(numbers, out);
}

bool TakeColumn(std::string_view& bytes, std::span<int64_t> out) {
  uint64_t first;
  if (!TakeVarint(bytes, first) || !UnpackIntegers(bytes, out)) return false;
  for (int64_t& number : out) number = S(U(number) + U(UnZigZag(first)));
  return true;
}

using Windows = std::span<const RollupWindow>;

template <typename Of>
void PutNumbers(Windows windows, Of of, std::string& out) {
  std::vector<int64_t> column(windows.size());
  std::transform(windows.begin(), windows.end(), column.begin(), of);
  PutColumn(column, out);
}

template <typename Of>
void PutValues(Windows windows, Of of, std::string& out) {
  std::vector<double> column(windows.size());
  std::transform(windows.begin(), windows.end(), column.begin(), of);
  PackValues(column, out);
}

void PutSegment(Windows windows, int64_t resolution_ms, std::string& out) {
  const auto offset = [&](const RollupWindow& w, int64_t t_ms) {
    return t_ms - (w.end_ms - resolution_ms);
  };
  PutVarint(out, windows.size() - 1);
  PutNumbers(windows, [&](const RollupWindow& w) { return w.end_ms / resolution_ms; }, out);
  PutNumbers(windows, [](const RollupWindow& w) { return int64_t{w.rollup.count}; }, out);
  PutNumbers(windows, [&](const RollupWindow& w) { return offset(w, w.rollup.first_t_ms); }, out);
  PutNumbers(windows, [&](const RollupWindow& w) { return offset(w, w.last_t_ms); }, out);
  PutNumbers(
      windows,
      [&](const RollupWindow& w) { return w.stale_ms == INT64_MIN ? 0 : offset(w, w.stale_ms); },
      out);
  const auto all = [&](auto same) { return std::all_of(windows.begin(), windows.end(), same); };
  uint8_t flags = 0;
  using W = RollupWindow;
  if (all([](const W& w) { return SameBits(w.rollup.min, w.rollup.first); })) flags |= kMinIsFirst;
  if (all([](const W& w) { return SameBits(w.rollup.max, w.last); })) flags |= kMaxIsLast;
  if (all([](const W& w) { return SameBits(w.rollup.sum, w.rollup.first); })) flags |= kSumIsFirst;
  out.push_back(static_cast<char>(flags));
  PutValues(windows, [](const W& w) { return w.rollup.first; }, out);
  PutValues(windows, [](const W& w) { return w.last; }, out);
  PutValues(windows, [](const W& w) { return w.rollup.lost; }, out);
  if ((flags & kMinIsFirst) == 0) PutValues(windows, [](const W& w) { return w.rollup.min; }, out);
  if ((flags & kMaxIsLast) == 0) PutValues(windows, [](const W& w) { return w.rollup.max; }, out);
  if ((flags & kSumIsFirst) == 0) PutValues(windows, [](const W& w) { return w.rollup.sum; }, out);
}

struct Columns {
  std::vector<int64_t> numbers, counts, first_t, last_t, stale_t;
  std::vector<double> first, last, lost, min, max, sum;
  explicit Columns(size_t n)
      : numbers(n), counts(n), first_t(n), last_t(n), stale_t(n), first(n), last(n), lost(n) {}
};

bool TakeColumns(std::string_view& bytes, Columns& c) {
  if (!TakeColumn(bytes, c.numbers) || !TakeColumn(bytes, c.counts) ||
      !TakeColumn(bytes, c.first_t) || !TakeColumn(bytes, c.last_t) ||
      !TakeColumn(bytes, c.stale_t) || bytes.empty()) {
    return false;
  }
  const auto flags = static_cast<uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  if ((flags & ~kKnownFlags) != 0) return false;
  if (!UnpackValues(bytes, c.first) || !UnpackValues(bytes, c.last) ||
      !UnpackValues(bytes, c.lost)) {
    return false;
  }
  const auto take = [&](uint8_t flag, const std::vector<double>& same, std::vector<double>& out) {
    out = same;
    return (flags & flag) != 0 || UnpackValues(bytes, out);
  };
  return take(kMinIsFirst, c.first, c.min) && take(kMaxIsLast, c.last, c.max) &&
         take(kSumIsFirst, c.first, c.sum);
}

bool TakeSegment(std::string_view& bytes, int64_t resolution_ms, std::vector<RollupWindow>& out) {
  uint64_t count;
  if (!TakeVarint(bytes, count) || count >= kSegmentSamples) return false;
  Columns c(count + 1);
  if (!TakeColumns(bytes, c)) return false;
  const auto inside = [&](int64_t offset) { return offset > 0 && offset <= resolution_ms; };
  out.reserve(out.size() + c.numbers.size());
  for (size_t i = 0; i <= count; ++i) {
    const int64_t number = c.numbers[i];
    if (number < kMinTimeMs / resolution_ms || number > kMaxTimeMs / resolution_ms + 1) {
      return false;
    }
    const int64_t start_ms = (number - 1) * resolution_ms;
    if (!inside(c.first_t[i]) || !inside(c.last_t[i]) || c.last_t[i] < c.first_t[i]) return false;
    if (c.stale_t[i] != 0 && !inside(c.stale_t[i])) return false;
    if (c.counts[i] < 0 || c.counts[i] > resolution_ms) return false;
    const RollupWindow window{.end_ms = start_ms + resolution_ms,
                              .last_t_ms = start_ms + c.last_t[i],
                              .last = c.last[i],
                              .rollup = {.count = static_cast<uint32_t>(c.counts[i]),
                                         .first_t_ms = start_ms + c.first_t[i],
                                         .first = c.first[i],
                                         .min = c.min[i],
                                         .max = c.max[i],
                                         .sum = c.sum[i],
                                         .lost = c.lost[i]},
                              .stale_ms = c.stale_t[i] == 0 ? INT64_MIN : start_ms + c.stale_t[i]};
    if (!out.empty() && out.back().end_ms >= window.end_ms) return false;
    out.push_back(window);
  }
  return true;
}

uint32_t ChecksumOf(std::string_view bytes) {
  return static_cast<uint32_t>(
      XXH3_64bits(bytes.data() + sizeof(uint32_t), bytes.size() - sizeof(uint32_t)));
}

uint8_t ResolutionInKey(size_t resolution) { return static_cast<uint8_t>(resolution + 1); }

uint64_t BigEndian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<uint8_t>(c);
  return number;
}

int64_t DayFromKey(std::string_view bytes) {
  return static_cast<int32_t>(static_cast<uint32_t>(BigEndian(bytes)) ^ (uint32_t{1} << 31));
}

}  // namespace

std::vector<RollupWindow> RollUp(const SampleColumns& samples, int64_t resolution_ms) {
  std::vector<RollupWindow> windows;
  Sum sum;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    const int64_t t_ms = samples.t_ms[i];
    const double value = samples.values[i];
    if (windows.empty() || t_ms > windows.back().end_ms) {
      windows.push_back({.end_ms = WindowNumber(t_ms, resolution_ms) * resolution_ms,
                         .last_t_ms = t_ms,
                         .rollup = {.first_t_ms = t_ms}});
    }
    RollupWindow& window = windows.back();
    Rollup& rollup = window.rollup;
    if (model::IsStale(value)) {
      window.stale_ms = t_ms;
      continue;
    }
    if (rollup.count == 0) {
      rollup.first_t_ms = t_ms;
      rollup.first = rollup.min = rollup.max = value;
      sum.Start(value);
    } else {
      if (value < window.last) rollup.lost += window.last;
      if (value < rollup.min || std::isnan(rollup.min)) rollup.min = value;
      if (value > rollup.max || std::isnan(rollup.max)) rollup.max = value;
      sum.Add(value);
    }
    ++rollup.count;
    rollup.sum = sum.value();
    window.last = value;
    window.last_t_ms = t_ms;
    window.stale_ms = INT64_MIN;
  }
  return windows;
}

std::string EncodeRollups(std::span<const RollupWindow> windows, int64_t resolution_ms) {
  VEDETTE_CHECK(!windows.empty());
  std::string bytes(kRollupHeadBytes, '\0');
  bytes.back() = static_cast<char>(kVersion);
  for (size_t i = 0; i < windows.size(); i += kSegmentSamples) {
    PutSegment(windows.subspan(i, std::min(kSegmentSamples, windows.size() - i)), resolution_ms,
               bytes);
  }
  SealRollups(bytes);
  return bytes;
}

void SealRollups(std::span<char> bytes) {
  const uint32_t checksum = ChecksumOf({bytes.data(), bytes.size()});
  std::memcpy(bytes.data(), &checksum, sizeof(checksum));
}

base::Result<std::vector<RollupWindow>> DecodeRollups(std::string_view bytes,
                                                      int64_t resolution_ms) {
  uint32_t checksum = 0;
  if (bytes.size() <= kRollupHeadBytes) return base::DataLoss("a roll-up is too short");
  std::memcpy(&checksum, bytes.data(), sizeof(checksum));
  if (checksum != ChecksumOf(bytes)) return base::DataLoss("a roll-up has the wrong checksum");
  if (static_cast<uint8_t>(bytes[kRollupHeadBytes - 1]) != kVersion) {
    return base::DataLoss("a roll-up has an unknown version");
  }
  bytes.remove_prefix(kRollupHeadBytes);
  std::vector<RollupWindow> windows;
  const size_t most = static_cast<size_t>(kBucketMs / resolution_ms) + 1;
  while (!bytes.empty()) {
    if (!TakeSegment(bytes, resolution_ms, windows) || windows.size() > most) {
      return base::DataLoss("the bytes of a roll-up make no sense");
    }
  }
  return windows;
}

RollupPeriodKey KeyOfRollupPeriod(size_t resolution, int64_t period) {
  return RollupPeriodKey().Add(ResolutionInKey(resolution)).Add(DayInKey(period));
}
RollupTenantKey KeyOfRollupTenant(size_t resolution, int64_t period, TenantId tenant) {
  return RollupTenantKey().Add(ResolutionInKey(resolution)).Add(DayInKey(period)).Add(tenant);
}
RollupPrefix PrefixOfRollups(size_t resolution, int64_t period, TenantId tenant, SeriesRef ref) {
  return RollupPrefix().Add(ResolutionInKey(resolution)).Add(DayInKey(period)).Add(tenant).Add(ref);
}
RollupKey KeyOfRollup(size_t resolution, int64_t day, TenantId tenant, SeriesRef ref) {
  return RollupKey()
      .Add(ResolutionInKey(resolution))
      .Add(DayInKey(RollupPeriodOf(day)))
      .Add(tenant)
      .Add(ref)
      .Add(DayInKey(day));
}
UnrolledPrefix PrefixOfUnrolled(uint32_t shard) {
  return UnrolledPrefix().Add(uint8_t{0}).Add(static_cast<uint16_t>(shard));
}
UnrolledKey KeyOfUnrolled(uint32_t shard, int64_t day, TenantId tenant, SeriesRef ref) {
  return UnrolledKey()
      .Add(uint8_t{0})
      .Add(static_cast<uint16_t>(shard))
      .Add(DayInKey(day))
      .Add(tenant)
      .Add(ref);
}

base::Result<int64_t> PeriodOfRollupKey(std::string_view key) {
  if (key.size() != RollupKey::kBytes) return base::DataLoss("a key of roll-ups has a wrong size");
  return DayFromKey(key.substr(1, sizeof(uint32_t)));
}

base::Result<int64_t> DayOfRollupKey(std::string_view key) {
  if (key.size() != RollupKey::kBytes) return base::DataLoss("a key of roll-ups has a wrong size");
  return DayFromKey(key.substr(RollupPrefix::kBytes));
}

base::Result<Unrolled> ParseUnrolledKey(std::string_view key) {
  if (key.size() != UnrolledKey::kBytes) {
    return base::DataLoss("a key of roll-ups has a wrong size");
  }
  key.remove_prefix(UnrolledPrefix::kBytes);
  return Unrolled{.day = DayFromKey(key.substr(0, 4)),
                  .tenant = static_cast<TenantId>(BigEndian(key.substr(4, 4))),
                  .ref = BigEndian(key.substr(8, 8))};
}

std::string RolledKey(uint32_t shard) { return fmt::format("rolled/{}", shard); }

void MarkUnrolled(Families families, uint32_t shard, const Unrolled& what, kv::Batch& batch) {
  const kv::Family family = families.Of(FamilyName::kRollups);
  for (size_t i = 0; i < kRollupResolutions; ++i) {
    batch.Delete(family, KeyOfRollup(i, what.day, what.tenant, what.ref));
  }
  batch.Put(family, KeyOfUnrolled(shard, what.day, what.tenant, what.ref), {});
}

}  // namespace vedette::series
