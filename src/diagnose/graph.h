#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/evidence.h"

namespace vedette::diagnose {

// Who calls whom, by small numbers. Entities are those of the calls and those that were added.
// Immutable once built; then safe to read from any thread.
class CallGraph {
 public:
  explicit CallGraph(const std::vector<Call>& calls);

  int Add(std::string_view entity);         // its number, new or known
  int Find(std::string_view entity) const;  // -1 when there is none
  const std::string& Name(int entity) const { return names_[static_cast<size_t>(entity)]; }
  int size() const { return static_cast<int>(names_.size()); }

  const std::vector<int>& Callees(int entity) const {
    return callees_[static_cast<size_t>(entity)];
  }
  const std::vector<int>& Callers(int entity) const {
    return callers_[static_cast<size_t>(entity)];
  }
  // Steps from `entity` along the calls, or against them; -1 where no way leads. Cycles are fine.
  std::vector<int> Distances(int entity) const { return Walk(entity, callees_); }
  std::vector<int> DistancesUpwards(int entity) const { return Walk(entity, callers_); }

 private:
  std::vector<int> Walk(int entity, const std::vector<std::vector<int>>& neighbours) const;

  std::map<std::string, int, std::less<>> numbers_;
  std::vector<std::string> names_;
  std::vector<std::vector<int>> callees_;
  std::vector<std::vector<int>> callers_;
};

}  // namespace vedette::diagnose
