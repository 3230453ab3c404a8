#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/exemplar.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/tenant.h"
#include "model/write_batch.h"

namespace vedette::series {

// The metrics store as the rest of Vedette sees it: append samples, select series. The embedded
// engine (engine.h) implements it. All methods are thread-safe and may block on the store's
// threads or the disk, so they are called from workers, never from I/O threads.

struct AppendLimits {
  uint64_t max_series = 1'000'000;  // active series of the tenant; new ones beyond are refused
  base::Duration out_of_order_window{0};  // how far behind a series' newest sample one may be
  bool unlimited_out_of_order = false;
  // What the clock shows. A newest sample that lies ahead of it refuses nothing that comes on time:
  // the window is behind this then, and a minute at least.
  int64_t now_ms = INT64_MAX;
  int64_t max_time_ms = INT64_MAX;  // newer samples are refused
};

// What became of a batch. Everything in `accepted` is durable; the rest was refused for good
// (sending it again will not help), except that nothing at all was stored when Append itself
// returns an Error.
struct AppendReport {
  uint64_t accepted = 0;      // stored, or the same sample was there already
  uint64_t duplicates = 0;    // of those: already there with the same value
  uint64_t out_of_order = 0;  // older than the window allows
  uint64_t conflicting = 0;   // another value is there for this series and time: the first stays
  uint64_t too_new = 0;
  uint64_t over_series_limit = 0;
  uint64_t refused_histograms = 0;  // of the refused: native histograms; the others are floats
  uint64_t new_series = 0;
  uint64_t exemplars = 0;     // stored; a full or out-of-order exemplar is dropped without a word
  std::string first_refusal;  // names the series, the time and the limit; empty if none
  std::vector<uint32_t> refused_entries = {};  // of the batch: those with a refused sample

  uint64_t refused() const { return out_of_order + conflicting + too_new + over_series_limit; }
};

// What the samples of one roll-up window have together (rollup.h). Stale markers do not count.
struct Rollup {
  uint32_t count = 0;  // 0: no roll-up, but the one sample that the other columns tell
  int64_t first_t_ms = 0;
  double first = 0;
  double min = 0;
  double max = 0;
  double sum = 0;
  double lost = 0;  // of a counter: the sum of its values before each of its resets
  friend bool operator==(const Rollup&, const Rollup&) = default;
};

// Samples of one series in ascending time, no time twice; as columns of equal length. `histograms`
// is empty while all samples are floats; otherwise a null marks a float, and where there is a
// histogram the value is its sum, so that model::IsStale(value) holds for both.
struct SampleColumns {
  std::vector<int64_t> t_ms;
  std::vector<double> values;
  std::vector<std::shared_ptr<const model::Histogram>> histograms = {};
  // Empty while all are samples. Otherwise, where count > 0, time and value are those of the last
  // sample of a window; and `rollup_ms` is the coarsest resolution among them.
  std::vector<Rollup> rollups = {};
  int64_t rollup_ms = 0;
  void Clear() {
    rollups.clear();
    rollup_ms = 0;
    t_ms.clear();
    values.clear();
    histograms.clear();
  }
};

struct ExemplarSeries {
  model::Labels labels;
  std::vector<model::Exemplar> exemplars;  // ascending in time
};

// One series of a selection. Holds what it needs to be read later, as of the selection.
class SelectedSeries {
 public:
  virtual ~SelectedSeries() = default;
  virtual model::LabelsView labels() const = 0;
  // Appends the samples with from <= t <= to of the selection; stale markers included. Stops with
  // kResourceExhausted soon after `samples_max`: a chunk is the most that it decodes beyond.
  virtual base::Result<> Read(SampleColumns& out, size_t samples_max) const = 0;
  base::Result<> Read(SampleColumns& out) const { return Read(out, SIZE_MAX); }

  // As Read, and tells after each part, a chunk at most, how many samples came with it: so that
  // reading a long series can be charged and cancelled. What `progress` gives back ends it.
  using Progress = std::function<base::Result<>(size_t samples)>;
  virtual base::Result<> ReadInParts(SampleColumns& out, size_t samples_max,
                                     const Progress& progress) const {
    const size_t before = out.t_ms.size();
    VEDETTE_TRY_VOID(Read(out, samples_max));
    return progress(out.t_ms.size() - before);
  }
};

// Where roll-ups may stand in for samples. Never where `resolution_ms` does not allow it and the
// samples are still there.
struct RollupUse {
  bool allowed = false;       // where the samples are gone: the finest roll-ups that there are
  int64_t resolution_ms = 0;  // also elsewhere: the coarsest of at most this, where there are any
  bool lead = false;          // windows that end before from_ms too, up to the coarsest resolution
};

struct SelectRequest {
  model::TenantName tenant;
  std::vector<model::Matcher> matchers;  // all must hold; may be empty
  int64_t from_ms = INT64_MIN;           // inclusive
  int64_t to_ms = INT64_MAX;             // inclusive
  uint64_t max_series = 100'000;         // more: kResourceExhausted, naming the limit
  bool sorted = true;                    // Select's answer, by labels; else in no order
  RollupUse rollups = {};                // whoever allows them reads SampleColumns::rollups
};

struct StoreStats {
  uint64_t active_series = 0;
  uint64_t samples_appended = 0;
  uint64_t chunks_written = 0;
  uint64_t head_bytes = 0;
  uint64_t disk_bytes = 0;
};

// What a tenant's series in memory are made of. A limit of 0 lists nothing.
struct CardinalityRequest {
  model::TenantName tenant;
  size_t limit = 10;   // of each list
  std::string prefix;  // only metrics, labels and values that begin so
  std::string label;   // whose values are counted by `series_by_value`; may be empty
};

struct NamedCount {
  std::string name;
  uint64_t count = 0;
  friend bool operator==(const NamedCount&, const NamedCount&) = default;
};

// Lists have the largest first, then by name.
struct Cardinality {
  uint64_t series = 0;
  uint64_t labels = 0;         // different names
  uint64_t label_pairs = 0;    // different name=value
  int64_t min_ms = INT64_MAX;  // of the oldest and newest sample; the other way round without any
  int64_t max_ms = INT64_MIN;
  std::vector<NamedCount> series_by_metric;
  std::vector<NamedCount> series_by_label;
  std::vector<NamedCount> values_by_label;
  std::vector<NamedCount> bytes_by_label;  // of the values in the index
  std::vector<NamedCount> series_by_pair;  // "name=value"
  std::vector<NamedCount> series_by_value;
};

// The metrics store; see the top of this file.
class Store {
 public:
  virtual ~Store() = default;

  // Appends and makes durable: when it returns a report, kill -9 takes nothing of `accepted`.
  // Errors: kUnavailable / kResourceExhausted (retry later, nothing is stored), with a hint.
  virtual base::Result<AppendReport> Append(const model::TenantName& tenant,
                                            const model::WriteBatch& batch,
                                            const AppendLimits& limits) = 0;

  // Series that match and have, or may have, samples in the range; sorted by labels. Sees every
  // append that returned before.
  virtual base::Result<std::vector<std::unique_ptr<SelectedSeries>>> Select(
      const SelectRequest& request) = 0;

  // Label sets, names and values of the series that Select would find, sorted.
  virtual base::Result<std::vector<model::Labels>> Series(const SelectRequest& request) = 0;
  virtual base::Result<std::vector<std::string>> LabelNames(const SelectRequest& request) = 0;
  virtual base::Result<std::vector<std::string>> LabelValues(const SelectRequest& request,
                                                             std::string_view label) = 0;

  // Exemplars of the series that match, with from <= t <= to; sorted by labels. They live in
  // memory: bounded, the oldest make room, and a restart loses them.
  virtual base::Result<std::vector<ExemplarSeries>> Exemplars(const SelectRequest& request) = 0;

  // Deletes the samples with from <= t <= to of all series that match, for good and at once; series
  // left without any vanish. max_series does not count. Error: kInvalidArgument without a matcher.
  virtual base::Result<> DeleteSeries(const SelectRequest& request) = 0;
  // Counts, from the index alone. Stores that keep none answer kUnimplemented.
  virtual base::Result<Cardinality> CountSeries(const CardinalityRequest& request);
  // Active series by tenant, the largest first; empty for stores that do not count.
  virtual std::vector<NamedCount> SeriesByTenant() { return {}; }

  // Removes all data of a tenant; returns when it is gone.
  virtual base::Result<> DeleteTenant(const model::TenantName& tenant) = 0;
  // Removes samples older than `horizon` and series without samples since.
  virtual base::Result<> DropBefore(base::TimePoint horizon) = 0;

  virtual StoreStats Stats() = 0;
};

// An accepted in-order sample, as observers see it.
struct ObservedSample {
  uint32_t slot;  // the series within its shard: dense, reused after OnSeriesGone
  int64_t t_ms;
  double value;
};

inline constexpr int64_t kReplayMemoryOnly = INT64_MAX;

// Sees every accepted in-order sample on the thread of the shard that owns its series, after the
// append: the hook for streaming detection. One observer per shard, called from that shard's
// thread only; it must not block and must not call the store.
class ShardObserver {
 public:
  virtual ~ShardObserver() = default;
  // Before the first sample of a slot, also for each series found at start-up or coming back from
  // the disk. The labels stay where they are until OnSeriesGone.
  virtual void OnSeries(uint32_t slot, std::string_view tenant, model::LabelsView labels) = 0;
  // Asked after OnSeries of a series that has samples: after which time they are replayed. For
  // kReplayMemoryOnly those of the open chunk are, which costs nothing to read. What was stored
  // before is read if need be, unless it is more than 100,000 samples or has histograms.
  virtual int64_t ReplayAfter(uint32_t /*slot*/) const { return kReplayMemoryOnly; }
  // Removed, or out of memory for want of samples; a later sample comes with another OnSeries.
  virtual void OnSeriesGone(uint32_t slot) = 0;
  // Whether a series without samples for long may leave memory; it is asked again if not.
  virtual bool MayLeave(uint32_t /*slot*/) const { return true; }
  // `live` is false for samples replayed from disk: learn from them, report nothing.
  virtual void OnSamples(std::span<const ObservedSample> samples, bool live) = 0;
  // Stored samples that are older than the newest of their series, as they come: late ones, and
  // those on time after one that lies ahead of the clock. They are not replayed.
  virtual void OnLate(std::span<const ObservedSample> /*samples*/) {}
  // Replayed samples of which it is not known that what they led to was kept (see Kept): they are
  // to be dealt with as live ones, but nothing that was kept is to be said twice.
  virtual void OnUntold(std::span<const ObservedSample> samples) { OnSamples(samples, false); }
  // How many reports samples have led to in this run, and how many of the first of them are kept
  // wherever they belong. From both, asked with each tick, the store knows how far samples have
  // been told of for good; those that came later are untold after a restart.
  virtual uint64_t Said() const { return 0; }
  virtual uint64_t Kept() const { return 0; }
  // About once a second of real time while the shard lives.
  virtual void OnTick(base::TimePoint now) = 0;
};

using ObserverFactory = std::function<std::unique_ptr<ShardObserver>(uint32_t shard)>;

}  // namespace vedette::series
