#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/labels.h"
#include "model/matcher.h"

namespace vedette::series {

// Which series of one tenant in one shard have which labels: for each label name and value the
// ascending list of slots (postings). Not thread-safe: it belongs to its shard's thread.
class Index {
 public:
  using Postings = std::vector<uint32_t>;
  using LabelsOf = std::function<model::LabelsView(uint32_t slot)>;

  // REQUIRES: the slot is not in the index.
  void Add(uint32_t slot, model::LabelsView labels);
  // Removes many at once. REQUIRES: ascending, all in the index, `labels_of` still knows them.
  void Remove(std::span<const uint32_t> slots, const LabelsOf& labels_of);

  // The slots for which all matchers hold, ascending.
  Postings Find(const std::vector<model::Matcher>& matchers, const LabelsOf& labels_of) const;

  const Postings& all() const { return all_; }
  bool empty() const { return all_.empty(); }
  // The names with the slots of each value, in no defined order.
  void ForEachName(const std::function<void(std::string_view name)>& visit) const;
  void ForEachValue(
      std::string_view name,
      const std::function<void(std::string_view value, const Postings& slots)>& visit) const;

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Values = boost::unordered_flat_map<std::string, Postings, TextHash, std::equal_to<>>;
  class Search;

  std::map<std::string, Values, std::less<>> names_;
  Postings all_;
};

}  // namespace vedette::series
