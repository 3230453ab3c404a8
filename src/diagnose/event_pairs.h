#pragma once

#include <string>
#include <vector>

#include "diagnose/evidence.h"

namespace vedette::diagnose {

// An event that used to follow another, and no longer does.
struct LostPair {
  std::string entity;
  std::string operation;
  std::string before;  // the event that still comes; "<operation> start" for the call itself
  std::string after;   // the one that is missing
  double score = 0;    // (expected - seen) / sqrt(expected + 1)
  double share = 0;    // expected / (expected + seen): 0.5 when nothing is missing, 1 when all are
  double expected = 0;
  double seen = 0;
  int depth = 0;        // entities between a root and the operation
  std::string failure;  // a failing event that is new there; may be empty
};

// Learns from the usual spans which events follow which within an operation, and compares how often
// they do now. An event is not missing where one comes that was its alternative before, and
// failures are expected nowhere. The deepest entity first, since a call that breaks off leaves its
// callers without their later events; then by score. Within an entity the clearest share is first.
// After Nezha (Yu et al., ESEC/FSE 2023): expected patterns that vanished, deep before shallow.
// Operations with more than 64 different events keep the most frequent ones.
std::vector<LostPair> FindLostPairs(const TraceSet& usual, const TraceSet& now);

}  // namespace vedette::diagnose
