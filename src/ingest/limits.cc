#include "ingest/limits.h"

#include <string>

namespace vedette::ingest {

base::Result<> TenantLimits::Validate() const {
  const auto rate_ok = [](double rate) { return rate >= 0 && rate <= 1e12; };
  if (!rate_ok(samples_per_second)) {
    return base::InvalidArgument("samples_per_second must be 0 (no limit) or more",
                                 "limits.samples_per_second");
  }
  if (!rate_ok(logs_per_second)) {
    return base::InvalidArgument("logs_per_second must be 0 (no limit) or more",
                                 "limits.logs_per_second");
  }
  if (!rate_ok(events_per_second)) {
    return base::InvalidArgument("events_per_second must be 0 (no limit) or more",
                                 "limits.events_per_second");
  }
  if (!rate_ok(changes_per_second)) {
    return base::InvalidArgument("changes_per_second must be 0 (no limit) or more",
                                 "limits.changes_per_second");
  }
  if (!rate_ok(spans_per_second)) {
    return base::InvalidArgument("spans_per_second must be 0 (no limit) or more",
                                 "limits.spans_per_second");
  }
  if (!(burst_seconds >= 1 && burst_seconds <= 3600)) {
    return base::InvalidArgument("burst_seconds must be between 1 and 3600",
                                 "limits.burst_seconds");
  }
  if (max_series == 0) {
    return base::InvalidArgument("series_max must be at least 1", "limits.series_max");
  }
  if (labels_max == 0 || label_name_bytes_max < 8 || label_value_bytes_max == 0) {
    return base::InvalidArgument("a series must be allowed its metric name", "limits.labels_max");
  }
  if (out_of_order_window.count() < 0 || max_future.count() < 0) {
    return base::InvalidArgument("out_of_order_window and max_future must not be negative",
                                 "ingest");
  }
  return {};
}

const TenantLimits& Limits::Of(const model::TenantName& tenant) const {
  const auto own = tenants.find(tenant);
  return own == tenants.end() ? standard : own->second;
}

base::Result<> Limits::Validate() const {
  VEDETTE_TRY_VOID(standard.Validate());
  for (const auto& [name, limits] : tenants) {
    if (!model::IsValidTenantName(name)) {
      return base::InvalidArgument("\"" + name + "\" is no tenant name", "limits.tenants");
    }
    if (base::Result<> valid = limits.Validate(); !valid.ok()) {
      return valid.error().With("tenant " + name);
    }
  }
  return {};
}

}  // namespace vedette::ingest
