#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/reporter.h"
#include "model/anomaly.h"

namespace vedette::app {

// Something that the server says about itself: an anomaly of the service `vedette` in the tenant
// `default`, open as long as there is a finding. Not thread-safe; the reporter outlives it.
class SelfAlert {
 public:
  struct Finding {
    double observed = 0;  // reported again when it changes
    std::string summary;
    std::string query;  // the metric that shows it
  };

  struct Options {
    model::Severity severity = model::Severity::kCritical;
    bool every_change = false;  // reported again also when only the summary changes
  };

  SelfAlert(std::string detector, detect::Reporter& reporter)
      : SelfAlert(std::move(detector), reporter, Options()) {}
  SelfAlert(std::string detector, detect::Reporter& reporter, const Options& options)
      : detector_(std::move(detector)), reporter_(reporter), options_(options) {}

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);
  void Set(const std::optional<Finding>& finding, base::TimePoint now);

 private:
  model::Anomaly Describe(const Finding& finding, base::TimePoint now) const;

  const std::string detector_;
  detect::Reporter& reporter_;
  const Options options_;
  std::optional<detect::Reported> open_;
};

}  // namespace vedette::app
