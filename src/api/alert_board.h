#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "incident/engine.h"
#include "model/silence.h"
#include "model/tenant.h"

namespace vedette::api {

// What fires and what is silenced, for readers: the incident engine belongs to its thread, and
// tells this board of each change once it is durable. Readers hold the board no longer than it
// takes to copy a list of pointers. Bounded by the limits of the engine. Thread-safe.
class AlertBoard {
 public:
  using Alert = std::shared_ptr<const incident::AlertView>;
  using Silence = std::shared_ptr<const model::Silence>;

  void Put(const incident::AlertView& view) EXCLUDES(mutex_);
  void Put(const model::Silence& silence) EXCLUDES(mutex_);

  // In order of the ids.
  std::vector<Alert> Alerts(const model::TenantName& tenant) const EXCLUDES(mutex_);
  std::vector<Silence> Silences(const model::TenantName& tenant) const EXCLUDES(mutex_);
  // The one that fires with these labels `sender` and `alert_key`; null when there is none.
  Alert FindKeyed(const model::TenantName& tenant, std::string_view sender,
                  std::string_view key) const EXCLUDES(mutex_);
  // Null when there is none.
  Silence FindSilence(const model::TenantName& tenant, std::string_view id) const EXCLUDES(mutex_);

 private:
  struct Tenant {
    std::map<std::string, Alert, std::less<>> alerts;       // by id of the anomaly
    std::map<std::string, Silence, std::less<>> silences;   // by id
    std::map<std::string, std::string, std::less<>> keyed;  // KeyOf -> id of the anomaly
  };

  mutable base::Mutex mutex_;
  std::map<model::TenantName, Tenant> tenants_ GUARDED_BY(mutex_);
};

}  // namespace vedette::api
