#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "model/labels.h"
#include "model/matcher.h"
#include "series/postings.h"

namespace vedette::series {

// Which series of one tenant in one shard have which labels: each label name and each value once,
// and for each value the set of slots (postings.h). Series mostly come in the neighbourhood of
// others that share all labels but one or two, so Add compares with what it saw last before it
// searches. Not thread-safe: it belongs to its shard's thread.
class Index {
 public:
  using Slots = std::vector<uint32_t>;  // ascending
  using LabelsOf = std::function<model::LabelsView(uint32_t slot)>;

  // REQUIRES: the slot is not in the index.
  void Add(uint32_t slot, model::LabelsView labels);
  // Removes many at once. REQUIRES: ascending, all in the index, `labels_of` still knows them.
  void Remove(std::span<const uint32_t> slots, const LabelsOf& labels_of);

  // The slots for which all matchers hold.
  Slots Find(const std::vector<model::Matcher>& matchers, const LabelsOf& labels_of) const;

  const Postings& all() const { return all_; }
  bool empty() const { return all_.empty(); }
  // The names with the slots of each value, in no defined order.
  void ForEachName(const std::function<void(std::string_view name)>& visit) const;
  void ForEachValue(
      std::string_view name,
      const std::function<void(std::string_view value, const Postings& slots)>& visit) const;
  // Heap memory, about.
  size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct TextHash {
    using is_avalanching = void;
    size_t operator()(std::string_view text) const;
  };
  struct Value {
    std::string text;
    Postings slots;
  };
  // Keys are the texts of what they lead to.
  template <typename T>
  using ByText = boost::unordered_flat_map<std::string_view, std::unique_ptr<T>, TextHash>;
  struct Name {
    std::string text;
    ByText<Value> values;
    Value* last = nullptr;  // to which Add came last; may be null
  };
  class Search;

  static constexpr size_t kCellBytes = sizeof(std::string_view) + sizeof(void*) + 1;  // of ByText
  static size_t MemoryOf(const Value& value);
  static size_t MemoryOf(const Name& name);

  Name& NameOf(size_t place, std::string_view text);
  Value& ValueOf(Name& name, std::string_view text);
  const Name* FindName(std::string_view text) const;

  ByText<Name> names_;
  std::vector<Name*> last_names_;  // of the labels of the series that came last, by place
  Postings all_;
  size_t memory_bytes_ = 0;
};

}  // namespace vedette::series
