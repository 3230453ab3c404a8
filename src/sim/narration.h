#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
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

}  // namespace vedette::sim
