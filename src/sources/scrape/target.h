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
  base::Duration interval{0};
  base::Duration timeout{0};
  std::string key;  // equal for what is the same target: tenant, labels and URL
};

// What relabelling left out, for people.
struct DroppedTarget {
  model::TenantName tenant;
  std::string job;
  model::Labels discovered;
};

struct TargetSet {
  std::vector<Target> targets;
  std::vector<DroppedTarget> dropped;
  std::string error;  // why some targets cannot be scraped; empty when all can
};

// The targets of some groups of a job, as Prometheus makes them: a target begins with __address__,
// __scheme__, __metrics_path__, __scrape_interval__, __scrape_timeout__, __param_<name> and job,
// then with the labels of its group; the job's relabelling changes all of these; what then has no
// address is dropped, labels that begin with __ are left out, and instance is the address when
// nothing else. A target that occurs again is left out.
TargetSet MakeTargets(const JobConfig& job, const std::vector<TargetGroup>& groups);

// When a target is scraped: at the same offset in every interval, which its key decides, so that
// the targets of a job spread over it and a restart changes nothing. The first such time after
// `now`.
base::TimePoint NextScrape(const std::string& key, base::Duration interval, base::TimePoint now);

}  // namespace vedette::sources::scrape
