#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "series/index.h"
#include "series/store.h"

namespace vedette::series {

// Counts what the indexes of a tenant's shards hold, in two passes, so that no text is copied but
// that of the answer: first a hash, a count and a size for each value, then the texts of those that
// made the lists. 16 bytes a value. One for each shard, merged in between; not thread-safe.
class CardinalityCounter {
 public:
  explicit CardinalityCounter(CardinalityRequest request) : request_(std::move(request)) {}

  // First pass. Null is an empty index.
  void Count(const Index* index);
  // Also in the first pass: the times of the samples of one series.
  void AddTimes(int64_t first_ms, int64_t last_ms);
  // Takes over what another shard counted.
  void Merge(CardinalityCounter& other);
  // Between the passes, once all are merged: chooses what the lists hold.
  void Choose();
  // Second pass, for every shard's index.
  void Name(const Index* index);
  // After both passes.
  Cardinality Finish() const;

 private:
  struct Value {
    uint64_t hash;
    uint32_t series;
    uint32_t size : 30;
    uint32_t in_values : 1;  // begins with the prefix
    uint32_t in_pairs : 1;   // name=value does
  };
  struct Label {
    std::vector<Value> values;
    uint64_t bytes = 0;
  };
  // The chosen values of one list by their hash; the text is empty until it is named.
  struct Chosen {
    uint64_t series = 0;
    std::string text;
  };
  using List = std::map<uint64_t, Chosen>;

  List Largest(std::vector<Value> candidates) const;

  const CardinalityRequest request_;
  std::map<std::string, Label, std::less<>> labels_;
  uint64_t series_ = 0;
  int64_t min_ms_ = INT64_MAX;
  int64_t max_ms_ = INT64_MIN;
  List metrics_;
  List values_;
  List pairs_;
};

}  // namespace vedette::series
