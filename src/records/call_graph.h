#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/entity.h"
#include "model/service_edge.h"
#include "model/span.h"
#include "records/span_batch.h"

namespace vedette::records {

// Finds who called whom in spans that come in any order: a span whose parent is of another service
// is a call, and so is one that says by its attributes that it asks a database, writes or reads a
// queue, or asks a host that has no span of its own. A span takes 64 bytes; spans beyond the limit
// are left out. Spans are told apart by a 64-bit hash of their ids, so that of a million two are
// confused once in 40 million times. Not thread-safe.
class CallGraph {
 public:
  explicit CallGraph(size_t spans_max) : spans_max_(spans_max) {}

  // A span that was added before is skipped.
  void Add(const SpanRow& row);
  bool full() const { return spans_.size() >= spans_max_; }

  // Per minute of the call; at most 100,000.
  std::vector<model::ServiceEdge> Edges() const;

 private:
  struct Span {
    uint64_t parent = 0;  // its hash; 0: none
    int64_t start_ms = 0;
    int64_t duration_ns = 0;
    uint32_t service = 0;
    uint32_t peer = 0;  // whom its attributes name, + 1; 0: nobody
    model::SpanKind kind = model::SpanKind::kUnspecified;
    bool error = false;
  };
  struct Entity {
    model::EntityKind kind;
    std::string_view name;  // of numbers_
  };
  uint32_t NumberOf(model::EntityKind kind, std::string_view name);

  const size_t spans_max_;
  std::unordered_map<uint64_t, Span> spans_;              // by the hash of trace and span id
  std::map<std::string, uint32_t, std::less<>> numbers_;  // by a character for the kind, and name
  std::vector<Entity> entities_;
  std::string scratch_;
};

}  // namespace vedette::records
