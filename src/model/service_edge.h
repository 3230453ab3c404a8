#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace vedette::model {

// What one service asked of another during a minute, as their spans tell.
struct ServiceEdge {
  std::string caller;
  std::string callee;
  base::TimePoint minute;  // its beginning
  uint64_t calls = 0;
  uint64_t errors = 0;   // calls that the callee's span says failed
  int64_t total_ns = 0;  // of the callee's spans
  int64_t longest_ns = 0;
};

}  // namespace vedette::model
