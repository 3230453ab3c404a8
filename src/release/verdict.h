#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "model/anomaly.h"
#include "release/observation.h"
#include "release/options.h"

namespace vedette::release {

enum class Verdict { kNoData, kNotEnoughTraffic, kGood, kBad };
std::string_view EnumName(Verdict verdict);  // "no_data", "not_enough_traffic", "good", "bad"
std::string_view EnumName(Outcome outcome);  // "no_data", "undecided", "not_worse", "worse"

// One side of a comparison, with the question that gives the numbers.
struct Side {
  std::string name;  // "release", "old_version", "old_version_beside", "previous_weeks", ...
  std::string text;  // for people
  std::optional<double> total;  // requests; none for levels
  std::optional<double> bad;
  double value = 0;  // the ratio, or the level
  Source source;
};

// What one signal says.
struct Check {
  std::string signal;
  std::string metric;
  Outcome outcome = Outcome::kNoData;
  std::string text;         // one sentence with the numbers
  std::vector<Side> sides;  // the release first
  std::optional<double> factor;
  std::optional<double> factor_low;
  std::optional<double> factor_high;
  double e_value = 0;
  double threshold = 0;
  double dispersion = 1;
  std::optional<double> needs_requests;
  std::optional<base::TimePoint> decided_at;
  std::optional<base::TimePoint>
      late_since;  // worse, but only from then on: long after the release
};

struct Judgement {
  Verdict verdict = Verdict::kNoData;
  std::string summary;
  std::optional<double> needs_requests;
  std::optional<base::TimePoint> decided_at;  // of a bad one: when the evidence was enough
  std::optional<base::TimePoint> late_since;  // of a bad one that was good for long, as far as seen
  std::string previous_version;
  std::vector<Check> checks;
  std::vector<NewPattern> new_patterns;
  Source patterns;  // that they were counted in: a log query
  std::vector<std::string> notes;
};

// The tests of everything that was seen, put together: bad when any signal is worse, good when the
// first signal there is data for is not worse and none is. The probability of a false alarm is
// shared out: 80 % to errors, 10 % to latency, 5 % each to CPU and memory. Pure.
Judgement Judge(const Observation& seen, const Options& options);

// The object that a judgement is in the API: checks, new_patterns and notes (openapi.json:
// ReleaseJudgement). Evidence ids are made of its name (JudgementName).
void WriteJudgement(base::JsonWriter& json, const Judgement& judgement, std::string_view name);

// The same numbers as evidence, one for each side of each check, in order, then one for all new
// patterns, by those ids.
std::vector<model::Evidence> EvidenceOf(const Judgement& judgement, std::string_view name,
                                        base::TimePoint taken_at);

}  // namespace vedette::release
