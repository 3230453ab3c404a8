#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/learned/model.h"
#include "query/engine.h"

namespace vedette::detect::learned {

// What a model says of its service at a moment.
struct Judgement {
  double score = 0;      // on the severity scale
  double deviation = 0;  // spreads above the usual
  bool known = false;    // there was enough history to say anything
};

// Values that somebody brings in place of stored ones: of one metric by its name, oldest first, a
// minute apart, the last one at the moment.
struct Brought {
  std::string metric;
  std::vector<double> values;
};

// Whether the model takes any of it: rates of counters cannot be brought.
bool Takes(const Model& model, const std::vector<Brought>& brought);

// Puts what is brought into the column in place of what is stored, if the column's metric is of
// that name and no counter.
void PutIfTaken(const Brought& brought, size_t column, History& history);

// How many of the last values of a column are known.
size_t CountThere(const History& history, size_t column, size_t rows);

// Asks the stored history for the window that ends at `at`, and for enough before it to know what
// is usual. A fraction of a second of computation on the caller's thread. Errors are the engine's.
base::Result<Judgement> JudgeAt(query::Engine& queries, const Model& model, base::TimePoint at,
                                const std::vector<Brought>& brought = {});

}  // namespace vedette::detect::learned
