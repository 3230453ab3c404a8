#include "incident/inhibition.h"

#include "model/matcher.h"

namespace vedette::incident {
namespace {

// The values of the labels that must be equal, as one text.
std::string KeyOf(const InhibitRule& rule, model::LabelsView labels) {
  std::string key;
  for (const std::string& name : rule.equal) {
    const std::string_view value = labels.Get(name);
    model::AppendVarint(key, value.size());
    key += value;
  }
  return key;
}

int64_t First(const std::set<int64_t>& serials) { return serials.empty() ? 0 : *serials.begin(); }

}  // namespace

template <typename Change>
std::vector<int64_t> Inhibition::Visit(int64_t serial, model::LabelsView labels,
                                       const Change& change) {
  std::set<int64_t> concerned;
  for (size_t i = 0; i < rules_->size(); ++i) {
    const InhibitRule& rule = (*rules_)[i];
    const bool source = model::MatchesAll(rule.source, labels);
    const bool target = model::MatchesAll(rule.target, labels);
    if (!source && !target) continue;
    const std::string key = KeyOf(rule, labels);
    Bucket& bucket = sides_[i][key];
    // Only the first source of a kind is anybody's answer.
    const bool news = source && change(target ? bucket.both : bucket.sources);
    if (target) change(bucket.targets);
    if (news) concerned.insert(bucket.targets.begin(), bucket.targets.end());
    if (bucket.sources.empty() && bucket.both.empty() && bucket.targets.empty()) {
      sides_[i].erase(key);
    }
  }
  concerned.erase(serial);
  return {concerned.begin(), concerned.end()};
}

std::vector<int64_t> Inhibition::Add(int64_t serial, model::LabelsView labels) {
  return Visit(serial, labels, [serial](std::set<int64_t>& side) {
    side.insert(serial);
    return *side.begin() == serial;
  });
}

std::vector<int64_t> Inhibition::Remove(int64_t serial, model::LabelsView labels) {
  return Visit(serial, labels, [serial](std::set<int64_t>& side) {
    const bool first = !side.empty() && *side.begin() == serial;
    side.erase(serial);
    return first;
  });
}

// A target is never among the sources that are asked, so it does not hold itself back.
int64_t Inhibition::HeldBackBy(model::LabelsView labels) const {
  for (size_t i = 0; i < rules_->size(); ++i) {
    const InhibitRule& rule = (*rules_)[i];
    if (!model::MatchesAll(rule.target, labels)) continue;
    const auto bucket = sides_[i].find(KeyOf(rule, labels));
    if (bucket == sides_[i].end()) continue;
    if (const int64_t source = First(bucket->second.sources)) return source;
    if (model::MatchesAll(rule.source, labels)) continue;
    if (const int64_t source = First(bucket->second.both)) return source;
  }
  return 0;
}

}  // namespace vedette::incident
