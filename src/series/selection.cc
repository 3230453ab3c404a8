#include "series/selection.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "series/histogram_reader.h"
#include "series/late_samples.h"
#include "series/rollup.h"

namespace vedette::series {
namespace {

constexpr size_t kCopyBytes = 128 << 10;  // of chunks that are copied before they are decoded

}  // namespace

// Reads one series: chunks in order of time go straight to the output; out-of-order samples are
// gathered and merged at the end. For equal times the in-order sample wins, then the older chunk.
class Selection::Reader {
 public:
  Reader(const Selection& selection, const Entry& entry, Range range, SampleColumns& out,
         size_t samples_max)
      : selection_(selection),
        entry_(entry),
        from_ms_(std::max(range.from_ms, entry.first_t_ms)),
        to_ms_(range.to_ms),
        out_(out),
        start_(out.t_ms.size()),
        samples_max_(samples_max),
        histograms_(from_ms_, to_ms_, selection.corrupt_) {}

  // Tells how much came after each chunk.
  void TellTo(const SelectedSeries::Progress& progress) { progress_ = &progress; }

  base::Result<> Run() {
    if (selection_.chunks_ != nullptr && from_ms_ <= std::min(to_ms_, entry_.disk_max_t_ms)) {
      VEDETTE_TRY_VOID(ReadStored());
    }
    for (size_t i = 0; i < entry_.pieces; ++i) {
      const Piece& piece = selection_.pieces_[entry_.first_piece + i];
      Take(selection_.bytes(piece), piece.kind, piece.number);
      VEDETTE_TRY_VOID(CheckSize());
    }
    for (size_t i = 0; selection_.range_.late && i < entry_.samples; ++i) {
      const model::Sample& sample = selection_.out_of_order_[entry_.first_sample + i];
      if (sample.t_ms < from_ms_ || sample.t_ms > to_ms_) continue;
      late_.Add(sample.t_ms, std::numeric_limits<uint32_t>::max(), sample.value);
    }
    VEDETTE_TRY_VOID(CheckSize());
    late_.MergeInto(out_, start_);
    return ReadHistograms();
  }

 private:
  // A chunk that was copied out of the database.
  struct Copied {
    size_t offset;
    size_t size;
    ChunkKind kind;
    uint32_t number;
  };

  base::Result<> ReadHistograms() {
    if (entry_.has_histograms) {
      VEDETTE_TRY_VOID(histograms_.ReadStored(selection_.db_,
                                              selection_.families_.Of(FamilyName::kHistograms),
                                              {.tenant = entry_.tenant,
                                               .ref = entry_.ref,
                                               .end_ms = entry_.disk_max_t_ms,
                                               .end_number = entry_.first_number_in_memory},
                                              samples_max_));
      histograms_.Add(std::span(selection_.late_histograms_)
                          .subspan(entry_.first_late_histogram, entry_.late_histograms));
      VEDETTE_TRY_VOID(CheckSize());
    }
    histograms_.MergeInto(out_, start_);
    return {};
  }

  base::Result<> CheckSize() {
    const size_t size = out_.t_ms.size() - start_ + late_.size() + histograms_.size();
    if (size > samples_max_) {
      return base::ResourceExhausted(
          fmt::format("a series has more than {} samples in the time range", samples_max_),
          "samples_max");
    }
    if (progress_ == nullptr || size <= told_) return {};
    return (*progress_)(size - std::exchange(told_, size));
  }

  // In turns: copying some chunks while no other reader of the selection moves the iterator, and
  // decoding them while one may.
  base::Result<> ReadStored() {
    int64_t bucket = BucketOf(from_ms_);
    std::string next_key;
    bool more = true;
    while (more) {
      copied_.clear();
      copies_.clear();
      VEDETTE_TRY(more, CopyStored(bucket, next_key));
      for (const Copied& copy : copied_) {
        Take(std::string_view(copies_).substr(copy.offset, copy.size), copy.kind, copy.number);
        VEDETTE_TRY_VOID(CheckSize());
      }
    }
    return {};
  }

  // Goes on at `next_key`, or at the begin of the bucket. True when there is more.
  base::Result<bool> CopyStored(int64_t& bucket, std::string& next_key) {
    const int64_t last_bucket = BucketOf(std::min(to_ms_, entry_.disk_max_t_ms));
    base::MutexLock lock(selection_.chunks_mutex_);
    kv::Iterator& chunks = *selection_.chunks_;
    const bool at_a_first = std::exchange(selection_.chunks_at_a_first_, false);
    if (next_key.empty()) {
      const auto prefix = PrefixOfChunks(bucket, entry_.tenant, entry_.ref);
      const bool there = at_a_first && chunks.Valid() && chunks.key().starts_with(prefix);
      if (!there) chunks.Seek(prefix);
    } else {
      chunks.Seek(next_key);
    }
    while (chunks.Valid() && bucket <= last_bucket) {
      const std::string_view key = chunks.key();
      const auto prefix = PrefixOfChunks(bucket, entry_.tenant, entry_.ref);
      if (key.starts_with(prefix)) {
        if (copies_.size() >= kCopyBytes) {
          next_key = key;
          return true;
        }
        if (MayMatter(chunks.value())) Copy(key, chunks.value());
        chunks.Next();
        continue;
      }
      VEDETTE_TRY(const int64_t found, ParseBucket(key));
      if (found == bucket && key > std::string_view(prefix)) {
        if (++bucket <= last_bucket) SeekTo(chunks, bucket);  // past this series
        continue;
      }
      bucket = std::max(bucket, found);
      const auto next = PrefixOfChunks(bucket, entry_.tenant, entry_.ref);
      if (key < std::string_view(next)) {
        chunks.Seek(next);
      } else if (!key.starts_with(next) && ++bucket <= last_bucket) {
        SeekTo(chunks, bucket);
      }
    }
    VEDETTE_TRY_VOID(chunks.status());
    selection_.chunks_at_a_first_ = true;
    return false;
  }

  void SeekTo(kv::Iterator& chunks, int64_t bucket) const {
    chunks.Seek(PrefixOfChunks(bucket, entry_.tenant, entry_.ref));
  }

  // Not when the chunk ends before the range: that is cheaper to see here than to search for the
  // first one that does not, since a day has a few chunks only. The bytes are not checked yet.
  bool MayMatter(std::string_view bytes) const {
    ChunkHeader header;
    if (bytes.size() < sizeof(header)) return true;
    std::memcpy(&header, bytes.data(), kChunkHeaderBytes);
    return header.max_t_ms() >= from_ms_;
  }

  void Copy(std::string_view key, std::string_view bytes) {
    const base::Result<ChunkId> id = ParseChunkKey(key);
    if (!id.ok()) {
      LeaveOut(id.error());
      return;
    }
    copied_.push_back({copies_.size(), bytes.size(), id->kind, id->number});
    copies_.append(bytes);
  }

  void Take(std::string_view bytes, ChunkKind kind, uint32_t number) {
    if (kind == ChunkKind::kHistograms) {
      histograms_.Take(bytes, number);
      return;
    }
    if (kind == ChunkKind::kOutOfOrder) {
      if (!selection_.range_.late) return;
      scratch_.Clear();
      if (const auto decoded = DecodeChunk(bytes, from_ms_, to_ms_, scratch_); !decoded.ok()) {
        LeaveOut(decoded.error());
      }
      late_.Add(scratch_, number);
      return;
    }
    const size_t before = out_.t_ms.size();
    // After a loss of data chunks may overlap: time goes up all the same.
    const int64_t from_ms = before > start_ ? std::max(from_ms_, out_.t_ms.back() + 1) : from_ms_;
    if (const auto decoded = DecodeChunk(bytes, from_ms, to_ms_, out_); !decoded.ok()) {
      LeaveOut(decoded.error());
    }
  }

  void LeaveOut(const base::Error& error) const {
    selection_.corrupt_.Add();
    base::LogError("a damaged chunk is left out",
                   {{"series", entry_.ref}, {"error", error.message}});
  }

  const Selection& selection_;
  const Entry& entry_;
  const int64_t from_ms_;
  const int64_t to_ms_;
  SampleColumns& out_;
  const size_t start_;
  const size_t samples_max_;
  SampleColumns scratch_;
  LateSamples late_;
  std::string copies_;
  std::vector<Copied> copied_;
  HistogramReader histograms_;
  const SelectedSeries::Progress* progress_ = nullptr;
  size_t told_ = 0;  // samples
};

// Reads one series of which roll-ups stand in for some days: those, and the samples between them.
class Selection::RollupReader {
 public:
  RollupReader(const Selection& selection, const Entry& entry, SampleColumns& out,
               size_t samples_max)
      : selection_(selection),
        entry_(entry),
        use_(selection.range_.rollups),
        from_ms_(std::max(selection.range_.from_ms, kMinTimeMs)),
        to_ms_(std::min(selection.range_.to_ms, kMaxTimeMs)),
        out_(out),
        start_(out.t_ms.size()),
        samples_max_(samples_max) {}

  base::Result<> Run() {
    VEDETTE_TRY_VOID(FindDays());
    int64_t next_ms = from_ms_;
    for (const auto& [day, found] : days_) {
      VEDETTE_TRY_VOID(ReadSamples(next_ms, day * kBucketMs - 1));
      VEDETTE_TRY_VOID(Put(found));
      next_ms = std::max(next_ms, (day + 1) * kBucketMs);
    }
    return ReadSamples(next_ms, to_ms_);
  }

 private:
  struct Found {
    int64_t resolution_ms;
    std::vector<RollupWindow> windows;
  };

  // What is asked for, the coarsest first; and where the samples are gone what is left, the finest
  // first.
  base::Result<> FindDays() {
    const int64_t first =
        BucketOf(std::max({FirstNeeded(from_ms_, use_), entry_.first_t_ms, kMinTimeMs}));
    const int64_t last = std::min(BucketOf(to_ms_), entry_.days.rolled - 1);
    for (size_t i = kRollupResolutions; i-- > 0;) {
      if (kRollupResolutionsMs[i] > use_.resolution_ms) continue;
      VEDETTE_TRY_VOID(FindDays(i, first, last));
    }
    const int64_t last_gone = std::min(last, entry_.days.dropped - 1);
    for (size_t i = 0; i < kRollupResolutions; ++i) {
      if (kRollupResolutionsMs[i] <= use_.resolution_ms) continue;
      VEDETTE_TRY_VOID(FindDays(i, first, last_gone));
    }
    return {};
  }

  base::Result<> FindDays(size_t resolution, int64_t first, int64_t last) {
    base::MutexLock lock(selection_.chunks_mutex_);
    kv::Iterator& keys = *selection_.rollups_;
    int64_t period = RollupPeriodOf(first);
    int64_t day = first;
    while (day <= last) {
      keys.Seek(KeyOfRollup(resolution, day, entry_.tenant, entry_.ref));
      const auto prefix = PrefixOfRollups(resolution, period, entry_.tenant, entry_.ref);
      for (; keys.Valid() && keys.key().starts_with(prefix); keys.Next()) {
        VEDETTE_TRY(day, DayOfRollupKey(keys.key()));
        if (day > last) break;
        Take(day, resolution, keys.value());
        if (windows_ > samples_max_) return TooMany();
      }
      VEDETTE_TRY_VOID(keys.status());
      // Periods in which no series has any are passed over.
      ++period;
      if (!keys.Valid() || !keys.key().starts_with(ResolutionOnly(resolution))) break;
      VEDETTE_TRY(const int64_t found, PeriodOfRollupKey(keys.key()));
      period = std::max(period, found);
      day = std::max(day + 1, period * kRollupPeriodDays);
    }
    return keys.status();
  }

  static std::string ResolutionOnly(size_t resolution) {
    return std::string(std::string_view(KeyOfRollupPeriod(resolution, 0)).substr(0, 1));
  }

  void Take(int64_t day, size_t resolution, std::string_view bytes) {
    if (days_.contains(day)) return;
    auto windows = DecodeRollups(bytes, kRollupResolutionsMs[resolution]);
    if (!windows.ok()) {
      selection_.corrupt_.Add();
      base::LogError("damaged roll-ups are left out",
                     {{"series", entry_.ref}, {"error", windows.error().message}});
      return;
    }
    if (day >= entry_.days.dropped && MemoryHasMore(day, *windows)) return;
    windows_ += windows->size();
    days_.emplace(day, Found{kRollupResolutionsMs[resolution], std::move(*windows)});
  }

  // Samples in memory that came after the day was rolled up.
  bool MemoryHasMore(int64_t day, const std::vector<RollupWindow>& windows) const {
    const int64_t newest_ms =
        windows.empty() ? INT64_MIN : std::max(windows.back().last_t_ms, windows.back().stale_ms);
    for (size_t i = 0; i < entry_.samples; ++i) {
      if (BucketOf(selection_.out_of_order_[entry_.first_sample + i].t_ms) == day) return true;
    }
    for (size_t i = 0; i < entry_.pieces; ++i) {
      const Piece& piece = selection_.pieces_[entry_.first_piece + i];
      const base::Result<ChunkSpan> span = SpanOfChunk(selection_.bytes(piece));
      if (!span.ok() || BucketOf(span->min_t_ms) != day) continue;
      if (piece.kind != ChunkKind::kInOrder || span->max_t_ms > newest_ms) return true;
    }
    return false;
  }

  base::Result<> ReadSamples(int64_t from_ms, int64_t to_ms) {
    to_ms = std::min(to_ms, to_ms_);
    if (from_ms > to_ms) return {};
    const size_t used = out_.t_ms.size() - start_;
    const Range range{.from_ms = from_ms, .to_ms = to_ms};
    VEDETTE_TRY_VOID(
        Reader(selection_, entry_, range, out_, samples_max_ - std::min(used, samples_max_)).Run());
    if (!days_.empty()) out_.rollups.resize(out_.t_ms.size());
    return {};
  }

  base::Result<> Put(const Found& found) {
    const int64_t from_ms = use_.lead ? from_ms_ - found.resolution_ms : from_ms_;
    const auto put = [&](int64_t t_ms, double value, const Rollup& rollup) {
      if (t_ms < from_ms || t_ms > to_ms_) return;
      out_.t_ms.push_back(t_ms);
      out_.values.push_back(value);
      out_.rollups.push_back(rollup);
    };
    out_.rollups.resize(out_.t_ms.size());
    for (const RollupWindow& window : found.windows) {
      if (window.rollup.count > 0) put(window.last_t_ms, window.last, window.rollup);
      if (window.stale_ms != INT64_MIN) put(window.stale_ms, model::StaleNan(), Rollup());
    }
    out_.rollup_ms = std::max(out_.rollup_ms, found.resolution_ms);
    return out_.t_ms.size() - start_ <= samples_max_ ? base::Result<>() : TooMany();
  }

  base::Error TooMany() const {
    return base::ResourceExhausted(
        fmt::format("a series has more than {} samples in the time range", samples_max_),
        "samples_max");
  }

  const Selection& selection_;
  const Entry& entry_;
  const RollupUse use_;
  const int64_t from_ms_;
  const int64_t to_ms_;
  SampleColumns& out_;
  const size_t start_;
  const size_t samples_max_;
  std::map<int64_t, Found> days_;
  size_t windows_ = 0;  // of all days
};

class Selection::Series final : public SelectedSeries {
 public:
  Series(std::shared_ptr<const Selection> selection, size_t entry)
      : selection_(std::move(selection)), entry_(entry) {}

  model::LabelsView labels() const override { return selection_->labels(entry_); }
  base::Result<> Read(SampleColumns& out, size_t samples_max) const override {
    return selection_->Read(selection_->entries_[entry_], out, samples_max);
  }
  base::Result<> ReadInParts(SampleColumns& out, size_t samples_max,
                             const Progress& progress) const override {
    const Entry& entry = selection_->entries_[entry_];
    // Roll-ups are few, so they come as one part.
    if (selection_->MayUseRollups(entry)) {
      return SelectedSeries::ReadInParts(out, samples_max, progress);
    }
    Reader reader(*selection_, entry, selection_->range_, out, samples_max);
    reader.TellTo(progress);
    return reader.Run();
  }

 private:
  const std::shared_ptr<const Selection> selection_;
  const size_t entry_;
};

int64_t Selection::FirstNeeded(int64_t from_ms, const RollupUse& rollups) {
  const int64_t lead_ms = rollups.allowed && rollups.lead ? kRollupResolutionsMs.back() : 0;
  return from_ms < kMinTimeMs + lead_ms ? from_ms : from_ms - lead_ms;
}

bool Selection::MayUseRollups(const Entry& entry) const {
  if (!range_.rollups.allowed || entry.has_histograms) return false;
  const int64_t from_ms = std::max(FirstNeeded(range_.from_ms, range_.rollups), entry.first_t_ms);
  const int64_t day = BucketOf(from_ms);
  return day < entry.days.rolled &&
         (day < entry.days.dropped || range_.rollups.resolution_ms >= kRollupResolutionsMs.front());
}

base::Result<> Selection::Read(const Entry& entry, SampleColumns& out, size_t samples_max) const {
  if (!MayUseRollups(entry)) return Reader(*this, entry, range_, out, samples_max).Run();
  return RollupReader(*this, entry, out, samples_max).Run();
}

void Selection::AddPiece(uint32_t number, ChunkKind kind, size_t offset) {
  pieces_.push_back({offset, arena_.size() - offset, number, kind});
  ++entries_.back().pieces;
}

void Selection::Add(const Slot& slot, Days days) {
  entries_.push_back({.labels_offset = arena_.size(),
                      .labels_size = slot.label_size,
                      .tenant = slot.tenant->id,
                      .ref = slot.ref,
                      .first_t_ms = slot.first_t_ms,
                      .disk_max_t_ms = slot.disk_max_t_ms,
                      .first_number_in_memory = slot.next_number,
                      .first_piece = pieces_.size(),
                      .pieces = 0,
                      .first_sample = out_of_order_.size(),
                      .samples = 0,
                      .has_histograms = slot.has_histograms,
                      .first_late_histogram = late_histograms_.size(),
                      .late_histograms = 0,
                      .days = days});
  if (rollups_ == nullptr && MayUseRollups(entries_.back())) {
    rollups_ = db_.NewIterator(families_.Of(FamilyName::kRollups), {}, {});
  }
  arena_.append(slot.label_bytes.get(), slot.label_size);
  if (chunks_ == nullptr && slot.first_t_ms <= slot.disk_max_t_ms) {
    chunks_ = db_.NewIterator(families_.Of(FamilyName::kChunks), {}, {});
  }
  if (slot.extras != nullptr) {
    for (const ClosedChunk& chunk : slot.extras->closed) {
      Entry& entry = entries_.back();
      entry.first_number_in_memory = std::min(entry.first_number_in_memory, chunk.number);
      if (chunk.max_t_ms < range_.from_ms || chunk.min_t_ms > range_.to_ms) continue;
      const size_t offset = arena_.size();
      arena_.append(chunk.bytes);
      AddPiece(chunk.number, chunk.kind, offset);
    }
    const auto& late = slot.extras->out_of_order;
    out_of_order_.insert(out_of_order_.end(), late.begin(), late.end());
    entries_.back().samples = late.size();
    AddHistograms(*slot.extras, slot.next_number);
  }
  if (slot.chunk.empty() || slot.chunk.max_t_ms() < range_.from_ms ||
      slot.chunk.min_t_ms() > range_.to_ms) {
    return;
  }
  const size_t offset = arena_.size();
  slot.chunk.Encode(arena_);
  AddPiece(slot.next_number, ChunkKind::kInOrder, offset);
}

void Selection::AddLater() {
  if (chunks_ == nullptr) chunks_ = db_.NewIterator(families_.Of(FamilyName::kChunks), {}, {});
  if (rollups_ == nullptr && range_.rollups.allowed) {
    rollups_ = db_.NewIterator(families_.Of(FamilyName::kRollups), {}, {});
  }
}

void Selection::AddHistograms(const SlotExtras& extras, uint32_t number) {
  late_histograms_.insert(late_histograms_.end(), extras.late_histograms.begin(),
                          extras.late_histograms.end());
  entries_.back().late_histograms = extras.late_histograms.size();
  const OpenHistogramChunk& open = extras.histograms;
  if (open.empty() || open.max_t_ms() < range_.from_ms || open.min_t_ms() > range_.to_ms) return;
  const size_t offset = arena_.size();
  open.Encode(arena_);
  AddPiece(number, ChunkKind::kHistograms, offset);
}

model::LabelsView Selection::labels(size_t entry) const {
  return model::LabelsView::FromCanonical(
      std::string_view(arena_).substr(entries_[entry].labels_offset, entries_[entry].labels_size));
}

void Selection::MoveInto(std::vector<std::unique_ptr<SelectedSeries>>& out) const {
  for (size_t i = 0; i < entries_.size(); ++i) {
    out.push_back(std::make_unique<Series>(shared_from_this(), i));
  }
}

}  // namespace vedette::series
