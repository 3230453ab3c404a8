#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "net/http.h"
#include "relabel/rules.h"
#include "sources/exposition/parser.h"

namespace vedette::sources::scrape {

// What makes samples of an answer; pure, so that it needs no network to be tested.

// How the series of one target are made.
struct TargetRules {
  model::Labels labels;       // of the target: job, instance, ...
  bool honor_labels = false;  // a label of the series wins over one of the target; else it is
                              // renamed to exported_<name>
  bool honor_timestamps = true;
  bool native_histograms = false;      // of answers in protobuf, instead of their buckets
  bool classic_with_native = false;    // with their buckets
  relabel::Rules metric_relabel = {};  // of each sample, after its labels met those of the target
  // As JobConfig has them; 0: none.
  uint64_t sample_limit = 0;
  uint64_t label_limit = 0;
  uint64_t label_name_length_limit = 0;
  uint64_t label_value_length_limit = 0;
};

// The series that a target exposed last, by their canonical labels: those that are missing next
// time end with a stale marker. Series with timestamps of their own are not followed. Not
// thread-safe.
class SeriesMemory {
 public:
  void Begin() { ++scrape_; }
  // True when the series was not there last time.
  bool See(std::string_view canonical);
  // Adds a stale marker for each series not seen since Begin, and forgets it.
  void EndMissing(base::TimePoint time, model::WriteBatch& out);
  void EndAll(base::TimePoint time, model::WriteBatch& out);
  size_t size() const { return series_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  uint64_t scrape_ = 0;
  std::unordered_map<std::string, uint64_t, Hash, std::equal_to<>> series_;  // to the last scrape
};

// What came of one scrape. The samples of a failed one are those up to the fault, beyond
// sample_limit all of them.
struct Outcome {
  bool up = false;
  std::string error;  // why it is not
  uint64_t samples = 0;
  uint64_t kept_samples = 0;  // after metric_relabel
  uint64_t series_added = 0;
};

// Fills `out` (cleared first) with the samples of an answer at `time`, stale markers for the series
// that vanished (all of them when the scrape failed), and up, scrape_duration_seconds,
// scrape_samples_scraped, scrape_samples_post_metric_relabeling and scrape_series_added.
// The families that the answer describes go to `on_metadata`.
Outcome Digest(const TargetRules& rules, const base::Result<net::Response>& response,
               base::TimePoint time, base::Duration took, SeriesMemory& memory,
               model::WriteBatch& out, const exposition::MetadataSink& on_metadata = {});

// The last batch of a target that is no more: stale markers for all its series, up and the like
// included.
void EndTarget(const TargetRules& rules, base::TimePoint time, SeriesMemory& memory,
               model::WriteBatch& out);

}  // namespace vedette::sources::scrape
