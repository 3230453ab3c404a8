#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/severity.h"

namespace vedette::model {

// Something that happened, reported by a system or a person: a job result, a state change.
struct Event {
  std::string id;  // ULID, given at intake unless the sender names one
  base::TimePoint time;
  std::string service;
  std::string type;  // "deployment", "job_result", ...
  Severity severity = Severity::kInfo;
  std::string message;
  std::string data_json = "{}";  // the sender's object, kept as it came
  std::vector<std::pair<std::string, std::string>> labels;
};

}  // namespace vedette::model
