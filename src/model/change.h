#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace vedette::model {

// Something that a person or a machine altered: a deployment, a configuration or flag change, a
// scaling, a migration.
struct Change {
  std::string id;  // ULID, given at intake unless the sender names one
  base::TimePoint time;
  std::string service;
  std::string kind;     // "deployment", "config", "feature_flag", "scaling", ...
  std::string title;    // one line for people
  std::string version;  // what is running after it
  std::string status;   // "success", "failed", "rolled_back", ...; empty when not told
  std::string author;
  std::string url;
  std::string data_json = "{}";  // the sender's object, kept as it came
  std::vector<std::pair<std::string, std::string>> labels;
};

}  // namespace vedette::model
