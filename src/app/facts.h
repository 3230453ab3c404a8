#pragma once

#include <string>

#include "api/prometheus_status.h"
#include "app/config.h"
#include "base/clock.h"

namespace vedette::app {

// The settings in effect as flat keys and as YAML, for /api/v1/status/*. Only what is listed in
// facts.cc is shown: no secrets, addresses of receivers or credentials of scrape jobs can slip in.
api::ServerFacts FactsOf(const Config& config, base::TimePoint started_at,
                         base::TimePoint configured_at);

// The sections that only a restart changes and that differ, "storage, rules"; empty when there are
// none.
std::string NeedRestart(const Config& a, const Config& b);

// The address under which people reach the server: the configured one, or where it listens.
std::string ExternalUrl(const Config& config);

}  // namespace vedette::app
