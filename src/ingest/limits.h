#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "relabel/rules.h"

namespace vedette::ingest {

// What one tenant may send. On by default; generous, so that only a runaway sender meets them.
struct TenantLimits {
  // Token buckets: the long-term rate, and `burst_seconds` of it at once. 0 is no limit.
  double samples_per_second = 10'000'000;
  double logs_per_second = 1'000'000;
  double events_per_second = 10'000;
  double changes_per_second = 1'000;
  double spans_per_second = 1'000'000;
  double burst_seconds = 10;

  uint64_t max_series = 2'000'000;  // active at a time
  base::Duration out_of_order_window = std::chrono::minutes(10);
  bool unlimited_out_of_order = false;
  base::Duration max_future = std::chrono::minutes(10);  // ahead of the server's clock

  size_t labels_max = 64;  // of a series, the metric name among them
  size_t label_name_bytes_max = 1024;
  size_t label_value_bytes_max = 4096;
  size_t record_bytes_max = 256 << 10;  // of a log line, event, change or span, all texts

  // kInvalidArgument with the field for a value that makes no sense.
  base::Result<> Validate() const;
};

struct Limits {
  TenantLimits standard;
  std::map<model::TenantName, TenantLimits, std::less<>> tenants;  // instead of the standard ones
  relabel::Rules relabel;  // of every series that comes in, before it is checked; none by default
  size_t tenants_max = 1000;  // that may send since the start; further names are refused

  const TenantLimits& Of(const model::TenantName& tenant) const;
  base::Result<> Validate() const;
};

}  // namespace vedette::ingest
