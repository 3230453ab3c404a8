#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/reporter.h"
#include "model/anomaly.h"

namespace vedette::app {

// Something that the server says about itself: an anomaly of the service `vedette` in the tenant
// `default`, critical, open as long as there is a finding. Not thread-safe; the reporter outlives
// it.
class SelfAlert {
 public:
  struct Finding {
    double observed = 0;  // reported again when it changes
    std::string summary;
    std::string query;  // the metric that shows it
  };

  SelfAlert(std::string detector, detect::Reporter& reporter)
      : detector_(std::move(detector)), reporter_(reporter) {}

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);
  void Set(const std::optional<Finding>& finding, base::TimePoint now);

 private:
  model::Anomaly Describe(const Finding& finding, base::TimePoint now) const;

  const std::string detector_;
  detect::Reporter& reporter_;
  std::optional<detect::Reported> open_;
};

}  // namespace vedette::app
