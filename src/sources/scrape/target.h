#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"
#include "sources/scrape/config.h"

namespace vedette::sources::scrape {

// One endpoint of one job: where to fetch, and the labels that its series get.
struct Target {
  std::string url;           // with the parameters
  model::Labels labels;      // job, instance and those of its group; attached to each series
  model::Labels discovered;  // before that: __address__, __scheme__ and so on, for people
  std::string key;           // equal for what is the same target: tenant, labels and URL
};

// The targets of some groups of a job. Labels of a group named __scheme__, __metrics_path__ and
// __param_<name> change the URL, as in Prometheus; a target that occurs again is left out.
std::vector<Target> MakeTargets(const JobConfig& job, const std::vector<TargetGroup>& groups);

// When a target is scraped: at the same offset in every interval, which its key decides, so that
// the targets of a job spread over it and a restart changes nothing. The first such time after
// `now`.
base::TimePoint NextScrape(const std::string& key, base::Duration interval, base::TimePoint now);

}  // namespace vedette::sources::scrape
