#pragma once

#include <fmt/core.h>
#include <string>
#include <string_view>

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

// The page without the alerts that other routes take. Where this one takes none of them by itself,
// and was taken for what they have in common, all stay, but of an update that names all of them
// none. `route` is the one that was taken, before it fell back.
model::Page PageFor(const Plan& plan, model::Page page, std::string_view route);

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
