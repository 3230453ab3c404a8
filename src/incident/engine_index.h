#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "base/clock.h"
#include "incident/engine.h"
#include "incident/inhibition.h"
#include "incident/label_index.h"

namespace vedette::incident {

// What the engine finds again from its state, so that no input needs a walk over all of it. Private
// to the engine's sources.
struct Engine::TenantIndex {
  explicit TenantIndex(const std::vector<InhibitRule>& rules) : inhibition(rules) {}

  std::map<int64_t, MemberEntry*> by_serial;
  LabelIndex labels;
  Inhibition inhibition;
  std::unordered_map<std::string, std::string> alerts;  // labels of an alert -> id of the anomaly
  std::map<std::string, std::set<int64_t>, std::less<>> hidden;          // silence -> what it hides
  std::set<std::string> active;                                          // silences
  std::map<std::string, std::vector<std::string>, std::less<>> callers;  // by service
};

struct Engine::Index {
  std::map<model::TenantName, TenantIndex> tenants;
  // When time alone changes something next. An alert's entry may be too early.
  std::set<std::tuple<base::TimePoint, DueKind, model::TenantName, std::string>> due;
};

inline constexpr std::string_view kMachine = "vedette";
inline constexpr size_t kActorBytesMax = 200;
inline constexpr size_t kRowBytesMax = 1000;
inline constexpr size_t kAlertsMax = 1000;  // that a page names, and again so many that have ended
inline constexpr base::TimePoint kNever = base::TimePoint::max();

inline bool IsResolved(const Tracked& tracked) {
  return tracked.incident.state == model::IncidentState::kResolved;
}
inline int64_t Size(const auto& container) { return static_cast<int64_t>(container.size()); }
int64_t PagesOf(const Tracked& tracked, model::PageKind kind);
// The worst that is open and not muted.
model::Severity WorstLoud(const Tracked& tracked);

}  // namespace vedette::incident
