#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/evidence.h"

namespace vedette::diagnose {

// Where the time of the traced calls went.
struct SlowEntity {
  std::string entity;
  double score = 0;       // ln(now / usual) of its slowest work, times its share of all added time;
                          // less where few calls are compared
  bool network = false;   // between its callers and itself, rather than in it
  std::string operation;  // of the slowest work
  std::string peer;       // the other end, when `network`
  double usual = 0;       // median, in the unit of the spans
  double now = 0;
};

// Compares the own time of every operation (its duration less its children's) with the usual, and
// the time between a call and its answer, which belongs to neither end: it is laid at the callee,
// or at the caller when all its calls got slower. An entity that waits without knowing for what
// (own time of a caller of somebody slow) is explained by that. Slowest first. O(spans * log
// spans).
std::vector<SlowEntity> RankByTime(const TraceSet& usual, const TraceSet& now);

}  // namespace vedette::diagnose
