#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "release/levels.h"
#include "release/rates.h"

namespace vedette::release {

// What was seen of a release, as the tests take it, with the questions that were asked for it.
// Plain values.

// A range query that anybody can ask again.
struct Source {
  std::string query;  // PromQL; empty: nothing was asked
  base::TimePoint from;
  base::TimePoint to;
  base::Duration step{0};
  std::string answer_json = {};  // a matrix as evidence has it; empty: it was not kept
  std::string counted = {};      // how the numbers are read off it
};

// Requests of which some are bad: failed, or slow.
struct RateObservation {
  std::string signal;  // "errors" or "latency"
  std::string metric;
  std::string bad;  // "failed", "took longer than 0.25 s"
  RateInput input;
  Tally wrong;  // just before the release, where something was wrong already
  std::vector<base::TimePoint> step_ends;  // of input.fresh
  Source fresh;
  Source before;
  Source beside;
  base::TimePoint begin;        // of the release, as the metrics show it
  base::Duration usual_for{0};  // what of the time before is in input.before
  double weeks_after = 0;       // how long input.weeks.after is, in multiples of input.weeks.before
  Source weeks;                 // of the weeks before, after that time of day
  Source weeks_before;          // and before it
  Source others;
  std::string others_name;  // the service in the middle of all others
  int others_count = 0;
};

// A level that is better low.
struct LevelObservation {
  std::string signal;  // "cpu", "memory" or "mean latency"
  std::string metric;
  LevelInput input;
  std::vector<base::TimePoint> block_ends;  // of input.fresh
  Source source;
};

struct NewPattern {
  std::string id;
  std::string text;
  std::string example;
  base::TimePoint first_seen;
  int64_t lines = 0;
};

struct Observation {
  bool service_found = false;  // any of the known metrics
  // False when series carry versions and none of them is the release's: then it has no traffic that
  // could be told from the old version's.
  bool release_seen = true;
  std::string previous_version;
  std::vector<std::string> versions;  // seen since the release
  std::vector<RateObservation> rates;
  std::vector<LevelObservation> levels;
  std::vector<NewPattern> new_patterns;
  Source patterns;                 // that they were counted in: a log query
  std::vector<std::string> notes;  // for people: what could not be seen, and why
};

}  // namespace vedette::release
