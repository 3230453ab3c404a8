#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"
#include "model/sample.h"
#include "series/head.h"
#include "series/store.h"

namespace vedette::series {

// What one shard found for a selection: copies of all that memory held, and a view of the stored
// chunks as they were at that moment, so that nothing appears twice and nothing is missing, however
// chunks are stored, merged or deleted meanwhile. Filled on the shard's thread, which is the one
// that stores chunks, and after AddLater on the one that selects; then constant and read from any.
// Must not outlive the database.
class Selection : public std::enable_shared_from_this<Selection> {
 public:
  struct Range {
    int64_t from_ms = INT64_MIN;
    int64_t to_ms = INT64_MAX;
    RollupUse rollups = {};
    bool late = true;  // with what came out of order
  };
  // Which days have roll-ups (those before `rolled`) and no samples any more (before `dropped`).
  struct Days {
    int64_t rolled = INT64_MIN;
    int64_t dropped = INT64_MIN;
  };
  Selection(Range range, kv::Db& db, Families families, base::Counter& corrupt)
      : range_(range), db_(db), families_(families), corrupt_(corrupt) {}

  // The oldest time that matters to a range from `from_ms` on.
  static int64_t FirstNeeded(int64_t from_ms, const RollupUse& rollups);

  void Add(const Slot& slot, Days days);
  void Add(const Slot& slot) { Add(slot, Days()); }
  // Takes the view of stored chunks now: slots without anything in memory may be added from another
  // thread then, one at a time.
  void AddLater();
  size_t size() const { return entries_.size(); }
  model::LabelsView labels(size_t entry) const;

  // The series, in the order of Add; they share this object.
  void MoveInto(std::vector<std::unique_ptr<SelectedSeries>>& out) const;

 private:
  class Series;
  class Reader;
  class RollupReader;

  // Bytes of the arena.
  struct Piece {
    size_t offset;
    size_t size;
    uint32_t number;
    ChunkKind kind;
  };
  struct Entry {
    size_t labels_offset;
    size_t labels_size;
    TenantId tenant;
    SeriesRef ref;
    int64_t first_t_ms;
    int64_t disk_max_t_ms;
    uint32_t first_number_in_memory;
    size_t first_piece;
    size_t pieces;
    size_t first_sample;  // out-of-order samples
    size_t samples;
    bool has_histograms;
    size_t first_late_histogram;
    size_t late_histograms;
    Days days;
  };

  bool MayUseRollups(const Entry& entry) const;
  base::Result<> Read(const Entry& entry, SampleColumns& out, size_t samples_max) const;
  void AddHistograms(const SlotExtras& extras, uint32_t number);
  void AddPiece(uint32_t number, ChunkKind kind, size_t offset);
  std::string_view bytes(const Piece& piece) const {
    return std::string_view(arena_).substr(piece.offset, piece.size);
  }

  const Range range_;
  kv::Db& db_;
  const Families families_;
  base::Counter& corrupt_;
  mutable base::Mutex chunks_mutex_;
  // Null while no series has stored chunks; made in Add, moved only under the mutex.
  std::unique_ptr<kv::Iterator> chunks_;
  std::unique_ptr<kv::Iterator> rollups_;  // the same, of roll-ups
  // Whether it stands at the first chunk of some series and day, or at the end: whoever reads
  // series as they are stored finds the next one there, without a search.
  mutable bool chunks_at_a_first_ GUARDED_BY(chunks_mutex_) = false;
  std::string arena_;  // label bytes and encoded chunks
  std::vector<Entry> entries_;
  std::vector<Piece> pieces_;
  std::vector<model::Sample> out_of_order_;
  std::vector<HistogramSample> late_histograms_;
};

}  // namespace vedette::series
