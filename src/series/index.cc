#include "series/index.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/check.h"

namespace vedette::series {
namespace {

void InsertSorted(Index::Postings& postings, uint32_t slot) {
  if (postings.empty() || postings.back() < slot) {
    postings.push_back(slot);
  } else {
    postings.insert(std::lower_bound(postings.begin(), postings.end(), slot), slot);
  }
}

Index::Postings Intersection(std::span<const uint32_t> small, std::span<const uint32_t> large) {
  Index::Postings out;
  if (small.size() > large.size()) std::swap(small, large);
  if (small.size() * 16 < large.size()) {
    for (const uint32_t slot : small) {
      if (std::binary_search(large.begin(), large.end(), slot)) out.push_back(slot);
    }
  } else {
    std::set_intersection(small.begin(), small.end(), large.begin(), large.end(),
                          std::back_inserter(out));
  }
  return out;
}

void Subtract(Index::Postings& from, const Index::Postings& what) {
  Index::Postings out;
  out.reserve(from.size());
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(out));
  from = std::move(out);
}

}  // namespace

// One evaluation. A matcher that does not accept the empty value selects: its series are the
// union of some postings. One that does also holds for series without the label, so it can only
// take away: the union of the postings that it does not accept. Selections go first, plain
// equalities before the others and the shortest first; when few candidates are left it is cheaper
// to look at their labels than at all values of a name.
class Index::Search {
 public:
  Search(const Index& index, const LabelsOf& labels_of) : index_(index), labels_of_(labels_of) {}

  Postings Run(const std::vector<model::Matcher>& matchers) {
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
      const Postings* list = ListOf(matcher.name(), matcher.value());
      if (list == nullptr) return false;
      lists.push_back(list);
    }
    std::sort(lists.begin(), lists.end(),
              [](const Postings* a, const Postings* b) { return a->size() < b->size(); });
    if (lists.size() == 1) found_ = *lists[0];
    if (lists.size() > 1) found_ = Intersection(*lists[0], *lists[1]);
    for (size_t i = 2; i < lists.size(); ++i) found_ = Intersection(found_, *lists[i]);
    started_ = !lists.empty();
    return true;
  }

  void Select(const model::Matcher& matcher) {
    const Values* values = ValuesOf(matcher.name());
    if (values == nullptr) {
      found_.clear();
      started_ = true;
      return;
    }
    if (FewCandidates(*values)) {
      Filter(matcher);
      return;
    }
    Postings selected;
    if (!matcher.alternatives().empty() && matcher.op() == model::MatchOp::kRegex) {
      // A set, because an alternative may be named twice.
      for (const std::string& value :
           std::set<std::string>(matcher.alternatives().begin(), matcher.alternatives().end())) {
        const Postings* list = ListOf(matcher.name(), value);
        if (list != nullptr) selected.insert(selected.end(), list->begin(), list->end());
      }
    } else {
      for (const auto& [value, list] : *values) {
        if (matcher.Matches(value)) selected.insert(selected.end(), list.begin(), list.end());
      }
    }
    std::sort(selected.begin(), selected.end());  // a slot has one value: no doubles
    found_ = started_ ? Intersection(selected, found_) : std::move(selected);
    started_ = true;
  }

  void TakeAway(const model::Matcher& matcher) {
    Start();
    const Values* values = ValuesOf(matcher.name());
    if (values == nullptr) return;
    if (FewCandidates(*values)) {
      Filter(matcher);
      return;
    }
    Postings refused;
    for (const auto& [value, list] : *values) {
      if (!matcher.Matches(value)) refused.insert(refused.end(), list.begin(), list.end());
    }
    std::sort(refused.begin(), refused.end());
    Subtract(found_, refused);
  }

  void Start() {
    if (started_) return;
    found_ = index_.all_;
    started_ = true;
  }
  bool FewCandidates(const Values& values) const {
    return started_ && found_.size() <= values.size();
  }
  void Filter(const model::Matcher& matcher) {
    std::erase_if(found_, [&](uint32_t slot) { return !matcher.Matches(labels_of_(slot)); });
  }

  const Values* ValuesOf(std::string_view name) const {
    const auto found = index_.names_.find(name);
    return found == index_.names_.end() ? nullptr : &found->second;
  }
  const Postings* ListOf(std::string_view name, std::string_view value) const {
    const Values* values = ValuesOf(name);
    if (values == nullptr) return nullptr;
    const auto found = values->find(value);
    return found == values->end() ? nullptr : &found->second;
  }

  const Index& index_;
  const LabelsOf& labels_of_;
  Postings found_;
  bool started_ = false;
};

void Index::Add(uint32_t slot, model::LabelsView labels) {
  InsertSorted(all_, slot);
  for (const model::Label& label : labels) {
    auto name = names_.find(label.name);
    if (name == names_.end()) name = names_.emplace(std::string(label.name), Values()).first;
    auto value = name->second.find(label.value);
    if (value == name->second.end()) {
      value = name->second.emplace(std::string(label.value), Postings()).first;
    }
    InsertSorted(value->second, slot);
  }
}

void Index::Remove(std::span<const uint32_t> slots, const LabelsOf& labels_of) {
  const Postings gone(slots.begin(), slots.end());
  std::set<std::pair<std::string_view, std::string_view>> touched;
  for (const uint32_t slot : slots) {
    for (const model::Label& label : labels_of(slot)) touched.emplace(label.name, label.value);
  }
  Subtract(all_, gone);
  for (const auto& [name, value] : touched) {
    const auto values = names_.find(name);
    VEDETTE_CHECK(values != names_.end());
    const auto list = values->second.find(value);
    VEDETTE_CHECK(list != values->second.end());
    Subtract(list->second, gone);
    if (!list->second.empty()) continue;
    values->second.erase(list);
    if (values->second.empty()) names_.erase(values);
  }
}

Index::Postings Index::Find(const std::vector<model::Matcher>& matchers,
                            const LabelsOf& labels_of) const {
  return Search(*this, labels_of).Run(matchers);
}

void Index::ForEachName(const std::function<void(std::string_view name)>& visit) const {
  for (const auto& [name, values] : names_) visit(name);
}

void Index::ForEachValue(
    std::string_view name,
    const std::function<void(std::string_view value, const Postings& slots)>& visit) const {
  const auto values = names_.find(name);
  if (values == names_.end()) return;
  for (const auto& [value, slots] : values->second) visit(value, slots);
}

}  // namespace vedette::series
