#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/route.h"
#include "base/clock.h"
#include "base/json.h"
#include "diagnose/live/store.h"
#include "incident/journal/journal.h"
#include "model/change.h"
#include "model/incident.h"
#include "records/store.h"

namespace vedette::api {

// The draft of a post-mortem: Markdown that a person goes on with. Each sentence is a stored fact
// with its source, what is not known says so, and what only people know is a marked blank.

// How long earlier incidents took that were as severe: medians, to say what was slow.
struct UsualTimes {
  size_t acknowledged = 0;  // how many incidents the median is of
  base::Duration to_acknowledge{0};
  size_t resolved = 0;
  base::Duration to_resolve{0};
};

// All that a draft is made of.
struct PostMortemFacts {
  model::Incident incident;  // with its timeline
  base::Json diagnosis;      // as openapi.json's Diagnosis; null: there is none
  base::Json impact;         // as openapi.json's Impact; null: there is none
  std::vector<diagnose::live::Verdict> verdicts;  // oldest first
  // From a day before it began, newest first: those before it and those during it, some of each.
  std::vector<model::Change> changes;
  bool older_changes_left_out = false;  // of those before it
  UsualTimes usual;
  std::string external_url;  // of this server, without a slash at its end
  base::TimePoint now;
};

// Pure.
std::string PostMortem(const PostMortemFacts& facts);

// What the handler reads; all of it outlives the routes.
struct PostMortemSources {
  const incident::journal::Journal& journal;
  const diagnose::live::DiagnosisStore& diagnoses;
  records::Store& records;
  std::string external_url;
};

// GET /api/v1/incidents/{id}/postmortem. Thread-safe.
std::vector<Route> PostMortemRoutes(PostMortemSources sources);

}  // namespace vedette::api
