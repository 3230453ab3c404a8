#include "series/index.h"

#include <algorithm>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"

namespace vedette::series {
namespace {

// A set of slots for as long as one evaluation takes: the union of many postings.
class SlotBits {
 public:
  void Add(const Postings& slots) {
    slots.AnyOf([this](uint32_t slot) {
      if (slot / 64 >= words_.size()) words_.resize(slot / 64 + 1 + words_.size() / 2);
      words_[slot / 64] |= uint64_t{1} << slot % 64;
      return false;
    });
  }
  bool Contains(uint32_t slot) const {
    return slot / 64 < words_.size() && (words_[slot / 64] >> slot % 64 & 1) != 0;
  }
  Index::Slots ToVector() const {
    Index::Slots slots;
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t bits = words_[i]; bits != 0; bits &= bits - 1) {
        slots.push_back(static_cast<uint32_t>(i * 64) +
                        static_cast<uint32_t>(std::countr_zero(bits)));
      }
    }
    return slots;
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace

size_t Index::TextHash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

// One evaluation. A matcher that does not accept the empty value selects: its series are the
// union of some postings. One that does also holds for series without the label, so it can only
// take away: the union of the postings that it does not accept. Selections go first, plain
// equalities before the others and the shortest first; when few candidates are left it is cheaper
// to look at their labels than at all values of a name.
class Index::Search {
 public:
  Search(const Index& index, const LabelsOf& labels_of) : index_(index), labels_of_(labels_of) {}

  Slots Run(const std::vector<model::Matcher>& matchers) {
    std::vector<const model::Matcher*> others;
    if (!Equalities(matchers, others)) return {};
    std::stable_sort(others.begin(), others.end(),
                     [](const model::Matcher* a, const model::Matcher* b) {
                       return a->MatchesEmpty() < b->MatchesEmpty();
                     });
    for (const model::Matcher* matcher : others) {
      if (started_ && found_.empty()) return {};
      if (matcher->MatchesEmpty()) {
        TakeAway(*matcher);
      } else {
        Select(*matcher);
      }
    }
    Start();
    return std::move(found_);
  }

 private:
  // False when one of them has no series.
  bool Equalities(const std::vector<model::Matcher>& matchers,
                  std::vector<const model::Matcher*>& others) {
    std::vector<const Postings*> lists;
    for (const model::Matcher& matcher : matchers) {
      if (matcher.op() != model::MatchOp::kEqual || matcher.value().empty()) {
        others.push_back(&matcher);
        continue;
      }
      const Name* name = index_.FindName(matcher.name());
      const Postings* list = name == nullptr ? nullptr : ListOf(*name, matcher.value());
      if (list == nullptr) return false;
      lists.push_back(list);
    }
    std::sort(lists.begin(), lists.end(),
              [](const Postings* a, const Postings* b) { return a->size() < b->size(); });
    if (lists.empty()) return true;
    found_ = lists[0]->ToVector();
    for (size_t i = 1; i < lists.size() && !found_.empty(); ++i) lists[i]->Retain(found_);
    started_ = true;
    return true;
  }

  void Select(const model::Matcher& matcher) {
    const Name* name = index_.FindName(matcher.name());
    if (name == nullptr) {
      found_.clear();
      started_ = true;
      return;
    }
    if (FewCandidates(*name)) {
      Filter(matcher);
      return;
    }
    SlotBits selected;
    if (!matcher.alternatives().empty() && matcher.op() == model::MatchOp::kRegex) {
      for (const std::string& value : matcher.alternatives()) {
        if (const Postings* list = ListOf(*name, value)) selected.Add(*list);
      }
    } else {
      for (const auto& [text, value] : name->values) {
        if (matcher.Matches(text)) selected.Add(value->slots);
      }
    }
    if (started_) {
      std::erase_if(found_, [&](uint32_t slot) { return !selected.Contains(slot); });
    } else {
      found_ = selected.ToVector();
    }
    started_ = true;
  }

  void TakeAway(const model::Matcher& matcher) {
    Start();
    const Name* name = index_.FindName(matcher.name());
    if (name == nullptr) return;
    if (FewCandidates(*name)) {
      Filter(matcher);
      return;
    }
    SlotBits refused;
    for (const auto& [text, value] : name->values) {
      if (!matcher.Matches(text)) refused.Add(value->slots);
    }
    std::erase_if(found_, [&](uint32_t slot) { return refused.Contains(slot); });
  }

  void Start() {
    if (started_) return;
    found_ = index_.all_.ToVector();
    started_ = true;
  }
  bool FewCandidates(const Name& name) const {
    return started_ && found_.size() <= name.values.size();
  }
  void Filter(const model::Matcher& matcher) {
    std::erase_if(found_, [&](uint32_t slot) { return !matcher.Matches(labels_of_(slot)); });
  }
  static const Postings* ListOf(const Name& name, std::string_view value) {
    const auto found = name.values.find(value);
    return found == name.values.end() ? nullptr : &found->second->slots;
  }

  const Index& index_;
  const LabelsOf& labels_of_;
  Slots found_;
  bool started_ = false;
};

size_t Index::MemoryOf(const Value& value) {
  return sizeof(Value) + value.text.capacity() + value.slots.memory_bytes();
}

size_t Index::MemoryOf(const Name& name) {
  return sizeof(Name) + name.text.capacity() + name.values.bucket_count() * kCellBytes;
}

const Index::Name* Index::FindName(std::string_view text) const {
  const auto found = names_.find(text);
  return found == names_.end() ? nullptr : found->second.get();
}

Index::Name& Index::NameOf(size_t place, std::string_view text) {
  if (place >= last_names_.size()) last_names_.resize(place + 1, nullptr);
  Name*& last = last_names_[place];
  if (last != nullptr && last->text == text) return *last;
  auto found = names_.find(text);
  if (found == names_.end()) {
    auto name = std::make_unique<Name>();
    name->text = text;
    const std::string_view key = name->text;
    memory_bytes_ -= names_.bucket_count() * kCellBytes;
    found = names_.emplace(key, std::move(name)).first;
    memory_bytes_ += names_.bucket_count() * kCellBytes + MemoryOf(*found->second);
  }
  last = found->second.get();
  return *last;
}

Index::Value& Index::ValueOf(Name& name, std::string_view text) {
  if (name.last != nullptr && name.last->text == text) return *name.last;
  auto found = name.values.find(text);
  if (found == name.values.end()) {
    auto value = std::make_unique<Value>();
    value->text = text;
    const std::string_view key = value->text;
    memory_bytes_ -= name.values.bucket_count() * kCellBytes;
    found = name.values.emplace(key, std::move(value)).first;
    memory_bytes_ += name.values.bucket_count() * kCellBytes + MemoryOf(*found->second);
  }
  name.last = found->second.get();
  return *name.last;
}

void Index::Add(uint32_t slot, model::LabelsView labels) {
  all_.Add(slot, memory_bytes_);
  size_t place = 0;
  for (const model::Label& label : labels) {
    ValueOf(NameOf(place++, label.name), label.value).slots.Add(slot, memory_bytes_);
  }
}

void Index::Remove(std::span<const uint32_t> slots, const LabelsOf& labels_of) {
  last_names_.clear();
  for (const uint32_t slot : slots) {
    all_.Remove(slot, memory_bytes_);
    for (const model::Label& label : labels_of(slot)) {
      const auto name = names_.find(label.name);
      VEDETTE_CHECK(name != names_.end());
      ByText<Value>& values = name->second->values;
      const auto value = values.find(label.value);
      VEDETTE_CHECK(value != values.end());
      value->second->slots.Remove(slot, memory_bytes_);
      if (!value->second->slots.empty()) continue;
      name->second->last = nullptr;
      memory_bytes_ -= MemoryOf(*value->second);
      values.erase(value);
      if (!values.empty()) continue;
      memory_bytes_ -= MemoryOf(*name->second);
      names_.erase(name);
    }
  }
}

Index::Slots Index::Find(const std::vector<model::Matcher>& matchers,
                         const LabelsOf& labels_of) const {
  return Search(*this, labels_of).Run(matchers);
}

void Index::ForEachName(const std::function<void(std::string_view name)>& visit) const {
  for (const auto& [text, name] : names_) visit(text);
}

void Index::ForEachValue(
    std::string_view name,
    const std::function<void(std::string_view value, const Postings& slots)>& visit) const {
  const Name* found = FindName(name);
  if (found == nullptr) return;
  for (const auto& [text, value] : found->values) visit(text, value->slots);
}

}  // namespace vedette::series
