#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "api/route.h"
#include "app/config.h"
#include "app/rule_loop.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "detect/rules/rule.h"
#include "model/severity.h"
#include "query/engine.h"
#include "records/store.h"
#include "rules/group.h"
#include "series/store.h"

namespace vedette::app {

// What there is around the evaluation of rules: their paths in the API, which check and back-test
// what is not saved yet. Thread-safe.
class RuleTools {
 public:
  // All outlive it.
  struct Parts {
    series::Store& series;
    records::Store& records;
    query::Engine& queries;
    const RuleLoop& loop;
    const base::Clock& clock;
    std::function<std::vector<detect::rules::Rule>()> limits_in_force;
  };
  RuleTools(Parts parts, const Config& config) : parts_(parts) { Apply(config, config); }

  // From now on these defaults of groups, and pages for these severities. `started`: the
  // configuration that the server began with.
  void Apply(const Config& config, const Config& started) EXCLUDES(mutex_);
  std::vector<api::Route> Routes() const;

 private:
  rules::RuleContext Context() const EXCLUDES(mutex_);
  bool Pages(model::Severity severity) const EXCLUDES(mutex_);

  const Parts parts_;
  mutable base::Mutex mutex_;
  rules::RuleContext context_ GUARDED_BY(mutex_);
  model::Severity page_severity_ GUARDED_BY(mutex_) = model::Severity::kCritical;
};

}  // namespace vedette::app
