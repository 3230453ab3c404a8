#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "incident/options.h"
#include "model/labels.h"

namespace vedette::incident {

// Which member of a tenant holds back which, by the rules of the configuration: for each rule the
// members of both sides by the values of its `equal` labels, so that one that comes or goes
// concerns only those of its own values. Not thread-safe.
class Inhibition {
 public:
  // `rules` must outlive it.
  explicit Inhibition(const std::vector<InhibitRule>& rules)
      : rules_(&rules), sides_(rules.size()) {}

  // Both return the members whose answer from HeldBackBy may have changed, ascending, without the
  // member itself.
  std::vector<int64_t> Add(int64_t serial, model::LabelsView labels);
  std::vector<int64_t> Remove(int64_t serial, model::LabelsView labels);

  // The first member that holds back one with these labels; 0: none does.
  int64_t HeldBackBy(model::LabelsView labels) const;

 private:
  struct Bucket {
    std::set<int64_t> sources;  // that are no targets
    std::set<int64_t> both;     // that are
    std::set<int64_t> targets;
  };
  using Buckets = std::unordered_map<std::string, Bucket>;

  template <typename Change>
  std::vector<int64_t> Visit(int64_t serial, model::LabelsView labels, const Change& change);

  const std::vector<InhibitRule>* rules_;
  std::vector<Buckets> sides_;  // one for each rule
};

}  // namespace vedette::incident
