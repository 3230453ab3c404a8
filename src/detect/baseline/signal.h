#pragma once

#include <cstdint>

#include "model/labels.h"

namespace vedette::detect::baseline {

// What the name and labels of a series say about it: how to read its values, which direction hurts
// and whether it can be a reason to wake somebody. Judged once per series, by words that
// Prometheus' naming rules and the usual exporters have in common. When in doubt: kOther.

enum class SignalKind : uint8_t {
  kOther,         // no opinion
  kErrors,        // failures: more is bad
  kLatency,       // time that somebody waits: more is bad
  kSaturation,    // use of a bounded resource: more is bad
  kIdle,          // what is left of it: less is bad
  kTraffic,       // work that arrives: a sudden lack of it is bad
  kAvailability,  // how many are ready: fewer is bad
  kWork,          // time spent in all requests together: grows with traffic and with latency
};

// How a value becomes the number that is compared with its past.
enum class Reading : uint8_t {
  kSkip,  // not scored: histogram buckets, quantiles, timestamps, long averages of other series
  kGauge,
  kCounter,  // the rate per second, with resets
};

struct Signal {
  SignalKind kind = SignalKind::kOther;
  Reading reading = Reading::kGauge;
  bool may_page = true;    // may become critical; host and runtime internals may not
  bool internal = false;   // of an exporter or runtime itself: reported only for a known kind
  float full = 0;          // the value of 100 % use: 1 or 100; 0 when there is no such value
  float unit_seconds = 0;  // for kLatency: 1 for seconds, .001 for milliseconds; 0 unknown
  float scale_min = 0;     // smaller movements mean nothing, however regular the series is
  bool estimated = false;  // of a sample of events, whose tail is not that of values: what only
                           // surprises is listed and no alarm
};

Signal ClassifySignal(model::LabelsView labels);
// Of a quantile of what a histogram observes; `labels` are those of its buckets, with the name that
// people gave it and without `le`.
Signal ClassifyQuantile(model::LabelsView labels);

}  // namespace vedette::detect::baseline
