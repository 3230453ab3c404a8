#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "learn/matrix.h"

namespace vedette::detect::learned {

// Trouble put into scaled rows of history: networks that learn from labels learn it, and what a
// model is worth is counted on it. History has no labels of its own, and too few incidents.

enum class FaultKind : uint8_t {
  kSpike,     // one metric, one to three steps
  kShift,     // one or two metrics, from one step to the next
  kDrift,     // one metric, slowly
  kFrozen,    // all stay as they are
  kElsewhen,  // some metrics are as at another time: each usual, not together
  kTogether,  // all move a little
};
inline constexpr int kFaultKinds = 6;
std::string_view FaultKindName(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::kSpike;
  size_t start = 0;
  size_t length = 1;
  std::vector<double> sizes;  // of each metric, in scaled units; 0: not touched
  size_t other = 0;           // kElsewhen: the row that the first one is taken from
};

// A fault within [first, last) of rows. REQUIRES: last > first.
Fault RandomFault(base::Random& random, FaultKind kind, size_t first, size_t last, size_t metrics,
                  size_t longest);

// How much of its size a fault has reached at a row; 0 where it is not.
double GrownAt(const Fault& fault, size_t row);

// What a row is with the fault: row `row` of `rows`, where that lies within it.
void ApplyFault(const Fault& fault, const learn::Matrix& rows, size_t row, double* out);

}  // namespace vedette::detect::learned
