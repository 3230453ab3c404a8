#include "api/alert_board.h"

namespace vedette::api {
namespace {

template <typename Map>
auto ValuesOf(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  values.reserve(map.size());
  for (const auto& [id, value] : map) values.push_back(value);
  return values;
}

// Empty for alerts that no sender's key names.
std::string KeyOf(std::string_view sender, std::string_view key) {
  if (sender.empty() || key.empty()) return {};
  return std::string(sender).append(1, '\n').append(key);
}

}  // namespace

void AlertBoard::Put(const incident::AlertView& view) {
  const Alert copy = view.open ? std::make_shared<const incident::AlertView>(view) : nullptr;
  base::MutexLock lock(mutex_);
  Tenant& tenant = tenants_[view.alert.tenant];
  const std::string key =
      KeyOf(view.alert.labels.Get("sender"), view.alert.labels.Get("alert_key"));
  if (copy) {
    tenant.alerts[view.anomaly_id] = copy;
    if (!key.empty()) tenant.keyed[key] = view.anomaly_id;
    return;
  }
  tenant.alerts.erase(view.anomaly_id);
  const auto keyed = tenant.keyed.find(key);
  if (keyed != tenant.keyed.end() && keyed->second == view.anomaly_id) tenant.keyed.erase(keyed);
}

void AlertBoard::Put(const model::Silence& silence) {
  const bool gone = silence.matchers.empty();
  const Silence copy = gone ? nullptr : std::make_shared<const model::Silence>(silence);
  base::MutexLock lock(mutex_);
  Tenant& tenant = tenants_[silence.tenant];
  if (copy) {
    tenant.silences[silence.id] = copy;
  } else {
    tenant.silences.erase(silence.id);
  }
}

std::vector<AlertBoard::Alert> AlertBoard::Alerts(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  const auto it = tenants_.find(tenant);
  return it == tenants_.end() ? std::vector<Alert>() : ValuesOf(it->second.alerts);
}

std::vector<AlertBoard::Silence> AlertBoard::Silences(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  const auto it = tenants_.find(tenant);
  return it == tenants_.end() ? std::vector<Silence>() : ValuesOf(it->second.silences);
}

AlertBoard::Alert AlertBoard::FindKeyed(const model::TenantName& tenant, std::string_view sender,
                                        std::string_view key) const {
  base::MutexLock lock(mutex_);
  const auto it = tenants_.find(tenant);
  if (it == tenants_.end()) return nullptr;
  const auto keyed = it->second.keyed.find(KeyOf(sender, key));
  if (keyed == it->second.keyed.end()) return nullptr;
  const auto alert = it->second.alerts.find(keyed->second);
  return alert == it->second.alerts.end() ? nullptr : alert->second;
}

AlertBoard::Silence AlertBoard::FindSilence(const model::TenantName& tenant,
                                            std::string_view id) const {
  base::MutexLock lock(mutex_);
  const auto it = tenants_.find(tenant);
  if (it == tenants_.end()) return nullptr;
  const auto silence = it->second.silences.find(id);
  return silence == it->second.silences.end() ? nullptr : silence->second;
}

}  // namespace vedette::api
