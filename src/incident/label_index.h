#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"

namespace vedette::incident {

// Finds members of a tenant by their labels without looking at all of them: for each name and value
// the serials of those that have it. Not thread-safe.
class LabelIndex {
 public:
  void Add(int64_t serial, model::LabelsView labels);
  // REQUIRES: what was added.
  void Remove(int64_t serial, model::LabelsView labels);

  // Among these are all that `matchers` match; ascending. Costs what the most selective of the
  // matchers that need a label leaves; nothing when none of them needs one.
  std::vector<int64_t> Candidates(const std::vector<model::Matcher>& matchers) const;

 private:
  using Values = std::map<std::string, std::set<int64_t>, std::less<>>;

  // The sets of the values that the matcher takes, and how many serials they hold.
  struct Found {
    std::vector<const std::set<int64_t>*> sets;
    size_t serials = 0;
  };
  Found Find(const model::Matcher& matcher) const;

  std::map<std::string, Values, std::less<>> names_;
};

}  // namespace vedette::incident
