#include "diagnose/graph.h"

#include <algorithm>
#include <deque>

namespace vedette::diagnose {

CallGraph::CallGraph(const std::vector<Call>& calls) {
  for (const Call& call : calls) {
    const int caller = Add(call.caller);
    const int callee = Add(call.callee);
    std::vector<int>& callees = callees_[static_cast<size_t>(caller)];
    if (caller == callee || std::find(callees.begin(), callees.end(), callee) != callees.end()) {
      continue;
    }
    callees.push_back(callee);
    callers_[static_cast<size_t>(callee)].push_back(caller);
  }
}

int CallGraph::Add(std::string_view entity) {
  const auto [at, added] = numbers_.try_emplace(std::string(entity), size());
  if (added) {
    names_.emplace_back(entity);
    callees_.emplace_back();
    callers_.emplace_back();
  }
  return at->second;
}

int CallGraph::Find(std::string_view entity) const {
  const auto at = numbers_.find(entity);
  return at == numbers_.end() ? -1 : at->second;
}

std::vector<int> CallGraph::Walk(int entity,
                                 const std::vector<std::vector<int>>& neighbours) const {
  std::vector<int> distances(names_.size(), -1);
  if (entity < 0) return distances;
  std::deque<int> next = {entity};
  distances[static_cast<size_t>(entity)] = 0;
  while (!next.empty()) {
    const int at = next.front();
    next.pop_front();
    for (const int other : neighbours[static_cast<size_t>(at)]) {
      int& distance = distances[static_cast<size_t>(other)];
      if (distance >= 0) continue;
      distance = distances[static_cast<size_t>(at)] + 1;
      next.push_back(other);
    }
  }
  return distances;
}

}  // namespace vedette::diagnose
