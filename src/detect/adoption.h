#pragma once

#include <functional>
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
  // Whether the last run has closed an anomaly. Called by shards, of few: it may ask a database.
  using WasClosed = std::function<bool(std::string_view tenant, std::string_view id)>;

  // Closed anomalies are left out. `was_closed` may be empty: then none was.
  explicit AdoptionBook(std::vector<model::Anomaly> anomalies, WasClosed was_closed = nullptr);

  // The anomaly of a series and a detector ("baseline" or a rule's name), once.
  std::optional<model::Anomaly> Take(std::string_view tenant, model::LabelsView labels,
                                     std::string_view detector) EXCLUDES(mutex_);
  bool WasClosedBefore(std::string_view tenant, std::string_view id) const {
    return was_closed_ && was_closed_(tenant, id);
  }
  // What nobody has taken: each of them once.
  std::vector<model::Anomaly> TakeOrphans() EXCLUDES(mutex_);

  // A cheap way to see that there is nothing to take.
  bool empty() const EXCLUDES(mutex_);

 private:
  const WasClosed was_closed_;
  mutable base::Mutex mutex_;
  std::unordered_map<std::string, model::Anomaly> waiting_ GUARDED_BY(mutex_);
};

}  // namespace vedette::detect
