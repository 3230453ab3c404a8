#include "app/rule_tools.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "api/rule_tools.h"
#include "api/slos.h"
#include "app/config_sections.h"
#include "app/part_options.h"

namespace vedette::app {

void RuleTools::Apply(const Config& config, const Config& started) {
  rules::RuleContext context = RuleContextFor(config, started);
  base::MutexLock lock(mutex_);
  context_ = std::move(context);
  page_severity_ = config.incidents.page_severity;
}

rules::RuleContext RuleTools::Context() const {
  base::MutexLock lock(mutex_);
  return context_;
}

bool RuleTools::Pages(model::Severity severity) const {
  base::MutexLock lock(mutex_);
  return severity >= page_severity_;
}

std::vector<api::Route> RuleTools::Routes() const {
  const api::RulesSource live = [this](const model::TenantName& tenant) {
    return parts_.loop.Statuses(tenant);
  };
  std::vector<api::Route> routes =
      api::RuleToolRoutes({.series = parts_.series,
                           .records = parts_.records,
                           .clock = parts_.clock,
                           .limits = parts_.queries.options(),
                           .context = [this] { return Context(); },
                           .live = live,
                           .pages = [this](model::Severity severity) { return Pages(severity); },
                           .read_limits = ReadRulesText,
                           .limits_in_force = parts_.limits_in_force});
  std::vector<api::Route> slos = api::SloRoutes(live, parts_.queries);
  std::move(slos.begin(), slos.end(), std::back_inserter(routes));
  return routes;
}

}  // namespace vedette::app
