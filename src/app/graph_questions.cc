#include "app/graph_questions.h"

#include <algorithm>
#include <set>
#include <utility>

namespace vedette::app {
namespace {

constexpr base::Duration kLookAgain = std::chrono::hours(1);
constexpr size_t kLookedAtOnce = 8;
constexpr size_t kNewcomersMax = 64;  // of a tenant; the next training learns the others

// Those of the calls that are none of the model's.
std::set<std::string> Unknown(const detect::learned::Calls& calls,
                              const detect::learned::Model& model) {
  std::set<std::string> names;
  for (const auto& [caller, callee] : calls) {
    names.insert(caller);
    names.insert(callee);
  }
  for (const detect::learned::GraphNode& node : model.nodes) names.erase(node.service);
  return names;
}

bool HasAny(const detect::learned::VitalMetrics& vitals) {
  return std::any_of(vitals.begin(), vitals.end(),
                     [](const auto& each) { return each.has_value(); });
}

}  // namespace

base::Result<> GraphQuestions::LookForNewcomers(const detect::learned::Model& model,
                                                base::TimePoint now) {
  const model::TenantName tenant(model.tenant);
  const std::set<std::string> unknown = Unknown(calls_(tenant), model);
  std::vector<std::string> due;
  {
    base::MutexLock lock(mutex_);
    Newcomers& known = newcomers_[tenant];
    std::erase_if(known, [&](const auto& each) { return !unknown.contains(each.first); });
    for (const std::string& service : unknown) {
      const auto found = known.find(service);
      const bool again = found != known.end() && found->second.looked_at <= now - kLookAgain;
      const bool room = found == known.end() && known.size() + due.size() < kNewcomersMax;
      if (due.size() < kLookedAtOnce && (again || room)) due.push_back(service);
    }
  }
  for (const std::string& service : due) {
    VEDETTE_TRY(const detect::learned::VitalMetrics vitals,
                detect::learned::FindVitals(queries_, tenant, service, now, model.step));
    base::MutexLock lock(mutex_);
    newcomers_[tenant][service] = {.vitals = vitals, .looked_at = now};
  }
  return {};
}

detect::learned::GraphQuestion GraphQuestions::Of(const model::TenantName& tenant) const {
  detect::learned::GraphQuestion question;
  question.calls = calls_(tenant);
  base::MutexLock lock(mutex_);
  const auto found = newcomers_.find(tenant);
  if (found == newcomers_.end()) return question;
  for (const auto& [service, newcomer] : found->second) {
    if (HasAny(newcomer.vitals)) question.newcomers.emplace_back(service, newcomer.vitals);
  }
  return question;
}

void GraphQuestions::DeleteTenant(const model::TenantName& tenant) {
  base::MutexLock lock(mutex_);
  newcomers_.erase(tenant);
}

}  // namespace vedette::app
