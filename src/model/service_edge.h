#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/entity.h"

namespace vedette::model {

// What one service asked of another during a minute, as their spans tell. One of the ends may be a
// database, a queue, or a host that none of the spans is of (kExternal).
struct ServiceEdge {
  std::string caller;
  std::string callee;
  EntityKind caller_kind = EntityKind::kService;
  EntityKind callee_kind = EntityKind::kService;
  bool waits = true;       // false: messages
  base::TimePoint minute;  // its beginning
  uint64_t calls = 0;
  uint64_t errors = 0;   // calls whose span failed: the callee's, if it has one
  int64_t total_ns = 0;  // of the same spans
  int64_t longest_ns = 0;
};

}  // namespace vedette::model
