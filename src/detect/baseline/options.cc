#include "detect/baseline/options.h"

#include <string>

namespace vedette::detect::baseline {
namespace {

base::Result<> CheckDuration(base::Duration value, const char* name) {
  if (value.count() >= 0 && value <= base::Duration(7LL * 86'400'000)) return {};
  return base::InvalidArgument(std::string(name) + " must be 0 to 7d",
                               std::string("detection.") + name);
}

base::Result<> CheckPoints(int value, const char* name) {
  if (value >= 1 && value <= 10'000) return {};
  return base::InvalidArgument(std::string(name) + " must be 1 to 10000",
                               std::string("detection.") + name);
}

}  // namespace

base::Result<> Validate(const BaselineOptions& options) {
  if (!(options.sensitivity >= 0.1 && options.sensitivity <= 10)) {
    return base::InvalidArgument("sensitivity must be 0.1 to 10", "detection.sensitivity");
  }
  if (options.memory < base::Duration(60'000)) {
    return base::InvalidArgument("memory must be 1m at least", "detection.memory");
  }
  VEDETTE_TRY_VOID(CheckDuration(options.warmup, "warmup"));
  VEDETTE_TRY_VOID(CheckDuration(options.memory, "memory"));
  VEDETTE_TRY_VOID(CheckDuration(options.open_after, "open_after"));
  VEDETTE_TRY_VOID(CheckDuration(options.critical_after, "critical_after"));
  VEDETTE_TRY_VOID(CheckDuration(options.close_after, "close_after"));
  VEDETTE_TRY_VOID(CheckDuration(options.relearn_after, "relearn_after"));
  VEDETTE_TRY_VOID(CheckDuration(options.relearn_critical_after, "relearn_critical_after"));
  VEDETTE_TRY_VOID(CheckDuration(options.gap, "gap"));
  VEDETTE_TRY_VOID(CheckPoints(options.warmup_points, "warmup_points"));
  VEDETTE_TRY_VOID(CheckPoints(options.memory_points_min, "memory_points_min"));
  VEDETTE_TRY_VOID(CheckPoints(options.open_points, "open_points"));
  return CheckPoints(options.close_points, "close_points");
}

}  // namespace vedette::detect::baseline
