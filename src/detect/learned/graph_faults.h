#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "detect/learned/faults.h"
#include "detect/learned/history.h"
#include "learn/graph_network.h"

namespace vedette::detect::learned {

// Trouble put into the history of a service graph: it begins at one service and spreads along the
// calls. A model of the graph learns from it, and what the model is worth is counted on it.

enum class Cause : uint8_t {
  kSlow,     // it takes longer: who calls it waits, and may give up
  kFailing,  // it fails: so does who calls it
  kBusy,     // its processor is busy, and it gets slow
  kLeak,     // its memory grows, and with it the rest
  kLoad,     // more is asked of it, and by it of whom it calls
  kGone,     // it does nothing any more: who calls it fails, whom it calls rests
};
inline constexpr int kCauses = 6;
static_assert(kCauses == kFaultKinds, "reports have one table for both");
std::string_view CauseName(Cause cause);  // "slow", "failing", ...

// Scaled units: what is moved that far can be seen, and is called touched.
inline constexpr double kVisible = 2;

struct GraphFault {
  // What one service has of it: a shift or a drift, whose sizes are those of its vitals.
  struct Touch {
    size_t node = 0;
    Fault fault;
    // In scaled units, what its vitals are moved by at a row.
    double MoveAt(size_t vital, size_t row) const {
      return fault.sizes[vital] * GrownAt(fault, row);
    }
  };
  Cause cause = Cause::kSlow;
  size_t start = 0;
  size_t length = 1;
  std::vector<Touch> touched;  // the root first; each node once
};

// Whether a touch can be seen of any vital at a row.
bool IsVisible(const GraphFault::Touch& touch, size_t row);

// Where a fault may come to: the calls, and which vitals each node has. What a node does not have,
// cannot be seen of it.
struct Terrain {
  learn::CallGraph graph;
  std::vector<std::array<bool, kVitals>> has;  // of each node
};

// A fault within [first, last) of rows, with a root of which it can be seen; a cause that cannot be
// seen of any node becomes one that can. Each call spreads it or not, weaker or stronger, at once
// or up to two rows later. REQUIRES: last > first; some node has a vital.
GraphFault RandomGraphFault(base::Random& random, Cause cause, const Terrain& terrain, size_t first,
                            size_t last, size_t longest);

}  // namespace vedette::detect::learned
