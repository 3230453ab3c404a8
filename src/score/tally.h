#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "score/run.h"

namespace vedette::score {

// Runs held against their truth. A found incident belongs to a fault when it was opened between
// the fault's start and two minutes after its end, and one of its services was hurt by it; one that
// was there before, when it took in something of such a service in that time. Its page counts when
// people were told in that time. Pure.

inline constexpr base::Duration kGrace = std::chrono::minutes(2);
// For so long after its start a rollout is what an incident of its service may be about.
inline constexpr base::Duration kRolloutShows = std::chrono::minutes(10);

// What became of one fault.
struct Verdict {
  sim::Incident fault;
  // It hurt something, two minutes before the end at least; what is not is not counted as missed.
  bool visible = false;
  std::optional<base::TimePoint> visible_at;
  std::optional<base::Duration> found_after;  // from then on
  std::optional<base::Duration> paged_after;
  int openings_paged = 0;
  // Of the first incident that was found for it: the place of the true service among the suspects,
  // from 1; 0: not among them, or "unknown".
  std::optional<int> rank;       // at the first look
  std::optional<int> last_rank;  // when it was over
  bool has_root = true;          // a fault of many services at once has no single one
  std::optional<Opinion> opinion;
};

// Verdicts of a run, in the order of its faults.
std::vector<Verdict> Judge(const Outcome& run);

struct Ratio {
  size_t hits = 0;
  size_t of = 0;
  // Nothing where there is nothing to count.
  std::optional<double> value() const;
};

struct Delays {
  std::optional<base::Duration> median;
  std::optional<base::Duration> p90;
  std::optional<base::Duration> worst;
};

// Counts over the faults of a kind.
struct TypeTally {
  size_t faults = 0;
  Ratio found;  // of those visible
  Ratio paged;
  Ratio top1;  // of those found that have a root: at the first look
  Ratio top3;
  Ratio last_top1;  // the same when they were over
  size_t unknown = 0;
  std::vector<base::Duration> found_after;
  std::vector<base::Duration> paged_after;
};
Delays DelaysOf(std::vector<base::Duration> all);

// Hypotheses by the probability that they were given: are those of 80 to 90 % right in 80 to 90 %?
struct Reliability {
  static constexpr size_t kBins = 10;
  struct Bin {
    size_t count = 0;
    size_t right = 0;
    double stated = 0;  // summed
  };
  std::array<Bin, kBins> bins{};
  size_t count() const;
  // Mean distance of what was stated and what was right, by bin (the expected calibration error).
  std::optional<double> error() const;
  std::optional<double> brier() const;
  double squared = 0;  // summed, for the Brier score
};

struct Tally {
  size_t runs = 0;
  double hours = 0;  // of stories, without warm-ups
  uint64_t samples = 0;
  Ratio precision;       // incidents that belong to a fault
  Ratio page_precision;  // pages that do
  // Of the diagnoses of incidents that belong to no fault: where a service was being rolled out,
  // those that name it first; elsewhere those that blame nobody.
  Ratio rollouts;
  Ratio unknown;
  size_t repeated_pages = 0;  // of a fault that somebody was paged for already
  TypeTally all;
  std::map<std::string, TypeTally> by_type;
  Reliability reliability;
  std::vector<std::string> false_pages;  // "scenario, seed 3: title", the first 50
};

// Whether it belongs to one of the run's faults.
bool BelongsToAFault(const Found& found, const Outcome& run);

Tally Count(const std::vector<Outcome>& runs);

}  // namespace vedette::score
