#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "sim/incident.h"

namespace vedette::sim {

// The words of the simulation: what services write into their logs and what systems around them
// report. They tell symptoms and changes, never which incident was injected.

model::LogRecord RequestLog(std::string_view service, base::TimePoint time, base::Random& random);
model::LogRecord FailureLog(std::string_view service, base::TimePoint time, double latency_s,
                            base::Random& random);

model::Event ConfigChange(std::string_view service, base::TimePoint time, base::Random& random);
model::Event FeatureFlag(std::string_view service, base::TimePoint time, base::Random& random);
model::Event CloudEvent(std::string_view service, base::TimePoint time, base::Random& random);
model::Event OutOfMemory(std::string_view service, std::string_view pod, base::TimePoint time);

// What an incident that is a change shows of itself at its start and end (a rollout and its
// rollback); a type of "" when there is nothing to tell.
model::Event StartOfChange(const Incident& incident);
model::Event EndOfChange(const Incident& incident);
// The events that tell of something that was altered, as changes.
std::vector<model::Change> ChangesAmong(const std::vector<model::Event>& events);

// A change that somebody planned: "deployment" of a version, "config_change" of a key,
// "feature_flag", "cloud_event".
model::Event HarmlessChange(std::string_view service, base::TimePoint time, std::string_view kind,
                            std::string_view value);

}  // namespace vedette::sim
