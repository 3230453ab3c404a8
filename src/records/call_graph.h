#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/service_edge.h"
#include "records/span_batch.h"

namespace vedette::records {

// Finds which service called which in spans that come in any order: a span whose parent is of
// another service is a call. A span takes 56 bytes; spans beyond the limit are left out. Spans are
// told apart by a 64-bit hash of their ids, so that of a million two are confused once in 40
// million times. Not thread-safe.
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
    bool error = false;
  };
  uint32_t NumberOf(std::string_view service);

  const size_t spans_max_;
  std::unordered_map<uint64_t, Span> spans_;  // by the hash of trace and span id
  std::map<std::string, uint32_t, std::less<>> numbers_;
  std::vector<std::string_view> services_;  // of numbers_
  std::string scratch_;
};

}  // namespace vedette::records
