#pragma once

#include <optional>
#include <vector>

#include "diagnose/evidence.h"
#include "diagnose/graph.h"
#include "diagnose/movement.h"

namespace vedette::diagnose {

// How much of the trouble an entity's metrics lay at its own door.
struct Suspect {
  int entity = 0;                    // in the graph
  double own = 0;                    // ln(1 + deviation), times how well it follows the symptom
  double score = 0;                  // what its callees do not explain of that
  double follows = 1;                // correlation with the symptom; 1 when there is no such series
  bool on_path = true;               // the symptom's entity reaches it along the calls
  int explained_by = -1;             // the callee that explains most, -1 for none
  bool seen_from_outside = false;    // explained_by is a sibling that it is a caller's view of
  bool by_level = false;             // judged by the incident's median, without the symptom
  bool network = false;              // `own` is of its callers' waiting alone: it noticed nothing
  std::optional<Movement> movement;  // the series behind `own`
  std::optional<Movement> resource;  // of processor, memory, disk, caches, pools and queues the one
                                     // that stands out most, if one does
  bool starved = false;              // its processor or memory stands out
};

// Every entity with series, best first. Two ways:
//
// With a series for the symptom, an entity counts by how far it moved and how closely it followed
// the symptom through the rows; by its series of the symptom's own metric if it has one. Without,
// by how far its resources, latency and errors stand from the usual; and by how much longer
// its callers wait for it than it knows of, where a mesh times both ends of the calls: the network
// between.
//
// What spreads along the calls (latency, errors, availability, what fills up) is an effect as far
// as a callee did the same: a share of the worst callee is taken off. A leaf without calls of its
// own that moves with a sibling that has some is that sibling as its caller sees it, and counts as
// its caller. The symptom's entity is no suspect when the calls do not know it: then it is the
// whole system. Names play no part: renaming entities renames the answer. Equal scores keep the
// order of the graph.
std::vector<Suspect> RankByMetrics(const Evidence& evidence, const Frame& frame, CallGraph& graph);

}  // namespace vedette::diagnose
