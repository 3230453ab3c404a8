#include "incident/label_index.h"

#include <algorithm>
#include <utility>

namespace vedette::incident {

void LabelIndex::Add(int64_t serial, model::LabelsView labels) {
  for (const model::Label& label : labels) {
    auto name = names_.find(label.name);
    if (name == names_.end()) name = names_.emplace(std::string(label.name), Values()).first;
    auto value = name->second.find(label.value);
    if (value == name->second.end()) {
      value = name->second.emplace(std::string(label.value), std::set<int64_t>()).first;
    }
    // Serials grow: the end is where most belong.
    value->second.insert(value->second.end(), serial);
  }
}

void LabelIndex::Remove(int64_t serial, model::LabelsView labels) {
  for (const model::Label& label : labels) {
    const auto name = names_.find(label.name);
    if (name == names_.end()) continue;
    const auto value = name->second.find(label.value);
    if (value == name->second.end()) continue;
    value->second.erase(serial);
    if (value->second.empty()) name->second.erase(value);
    if (name->second.empty()) names_.erase(name);
  }
}

LabelIndex::Found LabelIndex::Find(const model::Matcher& matcher) const {
  Found found;
  const auto name = names_.find(matcher.name());
  if (name == names_.end()) return found;
  const auto take = [&found](const std::set<int64_t>& serials) {
    found.sets.push_back(&serials);
    found.serials += serials.size();
  };
  if (matcher.op() == model::MatchOp::kEqual) {
    const auto value = name->second.find(matcher.value());
    if (value != name->second.end()) take(value->second);
    return found;
  }
  for (const auto& [value, serials] : name->second) {
    if (matcher.Matches(std::string_view(value))) take(serials);
  }
  return found;
}

std::vector<int64_t> LabelIndex::Candidates(const std::vector<model::Matcher>& matchers) const {
  std::optional<Found> best;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.MatchesEmpty()) continue;
    Found found = Find(matcher);
    if (!best || found.serials < best->serials) best = std::move(found);
  }
  std::vector<int64_t> serials;
  if (!best) return serials;
  serials.reserve(best->serials);
  for (const std::set<int64_t>* set : best->sets) {
    serials.insert(serials.end(), set->begin(), set->end());
  }
  if (best->sets.size() > 1) std::ranges::sort(serials);
  return serials;
}

}  // namespace vedette::incident
