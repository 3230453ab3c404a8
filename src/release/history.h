#pragma once

#include <string>

#include "base/result.h"
#include "detect/anomaly_store.h"
#include "release/book.h"
#include "release/options.h"
#include "release/reading.h"

namespace vedette::release {

// What is known of the service before a release.
struct History {
  std::string previous_version;  // of the last release before, in the same place
  std::string note;              // what is left out of the comparison; empty: nothing
};

// Reads it, and puts what judging needs into the subject: its place, what is usual, what was wrong.
// Errors are the database's.
base::Result<History> ReadHistory(const Book& book, const detect::AnomalyStore& anomalies,
                                  const Release& release, const Options& options, Subject& subject);

}  // namespace vedette::release
