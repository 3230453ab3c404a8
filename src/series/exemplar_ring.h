#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/exemplar.h"

namespace vedette::series {

// The newest exemplars of the series of a shard: bounded, the oldest to arrive make room. In
// memory only. Not thread-safe: it belongs to its shard's thread.
class ExemplarRing {
 public:
  explicit ExemplarRing(size_t capacity) : capacity_(capacity) {}

  // False when it is not kept: older than the series' newest one, or the same again.
  bool Add(uint32_t slot, const model::Exemplar& exemplar);
  // Forgets those of a series.
  void Remove(uint32_t slot);
  // Appends those of a series with from <= t <= to, ascending.
  void Read(uint32_t slot, int64_t from_ms, int64_t to_ms, std::vector<model::Exemplar>& out) const;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Entry {
    model::Exemplar exemplar;
    uint32_t slot = kNone;  // none: free
    uint32_t next = kNone;  // newer one of the same series
  };
  struct Chain {
    uint32_t oldest;
    uint32_t newest;
  };

  void Evict(uint32_t entry);

  const size_t capacity_;
  std::vector<Entry> entries_;  // grows to its capacity, then turns
  uint32_t at_ = 0;             // where the next one goes
  size_t size_ = 0;
  boost::unordered_flat_map<uint32_t, Chain> chains_;  // by slot
};

}  // namespace vedette::series
