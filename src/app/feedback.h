#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/feedback.h"
#include "api/route.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/anomaly_store.h"
#include "detect/feedback.h"
#include "detect/feedback_store.h"
#include "detect/noise_budget.h"
#include "incident/journal/journal.h"
#include "incident/options.h"
#include "sql/database.h"

namespace vedette::app {

// What people say of findings, in the server: finds out what a mark is about, shows what applying
// it would have done, puts it into force for the shards. Thread-safe.
class Feedback {
 public:
  // The board holds what was in force when the last run ended.
  static base::Result<std::unique_ptr<Feedback>> Open(sql::Database& state,
                                                      const detect::AnomalyStore& anomalies);

  // From now on incidents open and page from these severities.
  void Apply(const incident::EngineOptions& options) EXCLUDES(mutex_);

  // What is in force, for the shards.
  const detect::FeedbackBoard& board() const { return board_; }
  // Both outlive the routes.
  std::vector<api::Route> Routes(const detect::NoiseBudget& budget,
                                 const incident::journal::Journal& journal);
  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  using Effect = api::FeedbackParts::Effect;

  explicit Feedback(const detect::AnomalyStore& anomalies) : anomalies_(anomalies) {}

  base::Result<> Resolve(const incident::journal::Journal& journal, detect::Mark& mark) const;
  base::Result<Effect> Preview(const incident::journal::Journal& journal,
                               const model::TenantName& tenant, int64_t days,
                               const std::vector<std::string>& ids, base::TimePoint now) const;
  base::Result<detect::FeedbackChange> PutIntoForce(detect::FeedbackChange change,
                                                    const std::vector<std::string>& ids);
  base::Result<detect::FeedbackChange> Undo(const model::TenantName& tenant, std::string_view id,
                                            const std::string& by, base::TimePoint now);
  base::Result<> Refresh() EXCLUDES(refresh_mutex_);

  const detect::AnomalyStore& anomalies_;
  std::unique_ptr<detect::FeedbackStore> store_;
  detect::FeedbackBoard board_;
  base::Mutex refresh_mutex_;  // the newest table comes last
  mutable base::Mutex mutex_;
  incident::EngineOptions options_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
