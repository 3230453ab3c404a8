#include "detect/options.h"

namespace vedette::detect {

base::Result<> Validate(const DetectorOptions& options) {
  VEDETTE_TRY_VOID(baseline::Validate(options.baseline));
  if (!(options.report_score >= 0 && options.report_score <= 1)) {
    return base::InvalidArgument("report_score must be 0 to 1", "detection.report_score");
  }
  if (!(options.noise_budget >= 0.01 && options.noise_budget <= 100'000)) {
    return base::InvalidArgument("noise_budget must be 0.01 to 100000 false alarms a week",
                                 "detection.noise_budget");
  }
  if (options.update_every < base::Duration(1'000)) {
    return base::InvalidArgument("update_every must be 1s at least", "detection.update_every");
  }
  if (options.waiting_max < 1) {
    return base::InvalidArgument("waiting_max must be 1 at least", "detection.waiting_max");
  }
  return {};
}

}  // namespace vedette::detect
