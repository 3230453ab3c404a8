#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/comparisons.h"
#include "api/route.h"
#include "app/config_comparisons.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/alert.h"
#include "release/compare/comparison.h"
#include "release/compare/run_book.h"
#include "sql/database.h"

namespace vedette::app {

// What a run has found, an alert for each row: its labels are those of the configuration, alertname
// (the comparison), group, row, severity, and service where the row is one. The first 100.
std::vector<model::Alert> AlertsOf(const release::compare::Comparison& comparison,
                                   const ComparisonAlert& alert,
                                   const release::compare::Report& report, base::TimePoint now);

// The comparisons of the configuration: made when they are due, and when somebody asks; of those
// that were due people are told, if the configuration says so. A run that was missed while the
// server was down is not made up for. Thread-safe; the database and the clock outlive it.
class Comparisons {
 public:
  struct Parts {
    sql::Database& state;
    release::Ask ask;
    std::function<base::Result<>(std::vector<model::Alert>)> tell;
    const base::Clock& clock;
  };
  static base::Result<std::unique_ptr<Comparisons>> Open(Parts parts,
                                                         std::vector<ComparisonConfig> configs);

  void Apply(std::vector<ComparisonConfig> configs) EXCLUDES(mutex_);
  // Makes what is due; to be called every few seconds.
  base::Result<> Tend() EXCLUDES(mutex_);
  std::vector<api::Route> Routes();
  base::Result<> DeleteTenant(std::string_view tenant) { return book_->DeleteTenant(tenant); }

 private:
  using Run = release::compare::StoredRun;
  explicit Comparisons(Parts parts) : parts_(std::move(parts)) {}
  base::Result<std::vector<api::ComparisonView>> List(const model::TenantName& tenant) const
      EXCLUDES(mutex_);
  base::Result<ComparisonConfig> Find(const model::TenantName& tenant, std::string_view name) const
      EXCLUDES(mutex_);
  base::Result<Run> RunNow(const model::TenantName& tenant, const std::string& name,
                           const api::ComparisonRequest& request) EXCLUDES(mutex_);
  base::Result<Run> Make(const ComparisonConfig& config, base::TimePoint now,
                         base::TimePoint reference, bool due);

  const Parts parts_;
  std::unique_ptr<release::compare::RunBook> book_;
  mutable base::Mutex mutex_;
  std::vector<ComparisonConfig> configs_ GUARDED_BY(mutex_);
  std::vector<std::optional<base::TimePoint>> due_ GUARDED_BY(mutex_);  // of each
};

}  // namespace vedette::app
