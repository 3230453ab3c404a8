#pragma once

#include <optional>
#include <string_view>

#include "base/json_writer.h"
#include "detect/baseline/episode.h"
#include "detect/baseline/series_detector.h"
#include "detect/feedback.h"
#include "model/severity.h"

namespace vedette::detect {

// What an anomaly of the baseline stands on: how rare it was, and the levels of the noise budget
// that it was held against. Part of its evidence, so that everybody can see where the threshold
// stood and why, and so that the same anomaly can be judged again with other weights. Pure.
struct Grounds {
  double surprise = 0;   // nats of the episode, the most so far; 0: none
  bool alarmed = false;  // it was an alarm
  double minute = 0;     // nats of the worst minute of the deviation
  double deviation = 0;  // score of the deviation by its meaning alone; 0: none
  bool young = false;    // too few values to know what is rare
  double weight = 1;
  FeedbackCounts own;
  FeedbackCounts elsewhere;
  baseline::Levels levels;  // with the weight
};

Grounds GroundsOf(const baseline::SeriesDetector& series, const baseline::Levels& levels,
                  const Standing& standing);

// {"weight":..,"feedback":{..},"surprise_nats":..,"alarm_nats":.., ...}
void WriteGrounds(base::JsonWriter& json, const Grounds& grounds);
// Of an evidence's result, where they stand as "noise_budget"; nothing when there are none.
std::optional<Grounds> ReadGrounds(std::string_view evidence_json);

// What it would have been with another weight; nothing: not even listed. With the weight that it
// had, what it was: levels that were eased at the time are taken as the least that it passed.
std::optional<model::Severity> Rejudge(const Grounds& grounds, model::Severity was, double weight);

}  // namespace vedette::detect
