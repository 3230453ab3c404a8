#pragma once

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "notify/routing/router.h"

namespace vedette::notify::routing {

// What the router's sources share. Private to routing.

// Keys of the parts of its state.
inline constexpr std::string_view kCaseKey = "case/";
inline constexpr std::string_view kTurnKey = "turn/";
inline constexpr std::string_view kOverrideKey = "override/";

inline std::string KeyOf(const model::TenantName& tenant, const std::string& incident_id) {
  return fmt::format("{}{}/{}", kCaseKey, tenant, incident_id);
}

// The routes of the alerts of a page that fire, each once.
std::vector<Taken> AlertRoutes(const Plan& plan, const model::Page& page);
// These, and those of what its members have in common where there are anomalies among them, where
// not all are listed, and where there are none.
std::vector<Taken> RoutesOf(const Plan& plan, const model::Page& page);

// The page without the alerts that none of these routes takes and of which nobody has `heard`
// (fingerprints), as severe as the worst of what is left, and named after that. Where they take
// none by itself, but what the alerts have in common, all stay, except in an update; so they do
// where the page does not list all it knows. `routes` are the ones that were taken, before they
// fell back.
model::Page PageFor(const Plan& plan, model::Page page, const std::set<std::string>& routes,
                    const std::set<std::string>& heard = {});

// Whether people are told anew, and not only those who know.
inline bool CallsForPeople(model::PageKind kind) {
  return kind == model::PageKind::kOpened || kind == model::PageKind::kSeverityRaised;
}

inline std::string Clock(base::TimePoint time, TimeZone zone) {
  return fmt::format("{} {}", FormatLocal(zone.ToLocal(time)), zone.name());
}

inline bool SameDoor(const Told& a, const Told& b) {
  return a.receiver == b.receiver && a.to == b.to;
}

inline bool IsToldBy(const Told& told, int64_t flow) {
  return told.flow == flow || std::ranges::find(told.flows, flow) != told.flows.end();
}

inline bool IsDue(const Flow& flow, base::TimePoint now) {
  return !flow.done && !flow.muted && flow.next_at <= now;
}

// The door was told by these flows too.
inline void AddFlows(const std::vector<int64_t>& flows, Told& told) {
  for (const int64_t flow : flows) {
    if (!IsToldBy(told, flow)) told.flows.push_back(flow);
  }
}

inline Notice MakeNotice(const model::Page& page, const Told& who) {
  Notice notice;
  notice.page = page;
  notice.receiver = who.receiver;
  notice.channel = who.channel;
  notice.to = who.to;
  notice.person = who.person;
  notice.route = who.route;
  notice.policy = who.policy;
  notice.why = who.why;
  return notice;
}

}  // namespace vedette::notify::routing
