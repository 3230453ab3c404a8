#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/evidence.h"
#include "diagnose/graph.h"
#include "diagnose/movement.h"

namespace vedette::diagnose {

// More work than usual, and who asked for it.
struct Demand {
  std::string entity;     // that the world asks for more, or that asks `callee` for more
  std::string callee;     // empty: the world asks
  size_t series = 0;      // the requests that show it: the entity's, or the callee's
  double growth = 1;      // times the usual
  double own_growth = 1;  // of the requests to the entity
  double before = 0;      // requests, usually and now: medians
  double after = 0;
  double deviation = 0;             // of now, in robust standard deviations
  std::optional<size_t> onset;      // row
  std::vector<std::string> loaded;  // who has more work because of it, the callee among them
};

// Load runs down the calls, and who has more of it than usual is slow without a fault of its own.
// Two beginnings can be told:
//
// From outside: an entity that calls others and that nobody calls has more requests, and had them
// no later than it was slow or failed, for clients that try again come after that.
//
// By a caller: what a callee answers well has grown beyond what its callers are asked for, and had
// before the callee was slow or failed. Retries cannot do that: they come after failures, which are
// no good answers, or after answers that were too slow. A cache that was lost can, and so can a
// caller that asks more often.
//
// Nothing where the calls are not known, where several callers may have asked for it, where nobody
// tells which requests failed, or where there is a series for the symptom.
std::vector<Demand> FindDemand(const Evidence& evidence, const Frame& frame,
                               const CallGraph& graph);

}  // namespace vedette::diagnose
