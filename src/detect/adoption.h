#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "model/anomaly.h"

namespace vedette::detect {

// The anomalies that were open when the last run ended, waiting for the shard that meets their
// series again: so they go on under their own ids. Shared by all shards. Thread-safe.
class AdoptionBook {
 public:
  // Closed anomalies are left out.
  explicit AdoptionBook(std::vector<model::Anomaly> anomalies);

  // The anomaly of a series and a detector ("baseline" or a rule's name), once.
  std::optional<model::Anomaly> Take(std::string_view tenant, model::LabelsView labels,
                                     std::string_view detector) EXCLUDES(mutex_);
  // What nobody has taken: each of them once.
  std::vector<model::Anomaly> TakeOrphans() EXCLUDES(mutex_);

  // A cheap way to see that there is nothing to take.
  bool empty() const EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::unordered_map<std::string, model::Anomaly> waiting_ GUARDED_BY(mutex_);
};

}  // namespace vedette::detect
