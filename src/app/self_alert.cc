#include "app/self_alert.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

#include "base/id.h"

namespace vedette::app {

void SelfAlert::Adopt(std::vector<model::Anomaly>& open) {
  const auto own = std::find_if(open.begin(), open.end(), [this](const model::Anomaly& anomaly) {
    return anomaly.detector == detector_;
  });
  if (own == open.end()) return;
  open_ = detect::Reported{.anomaly = std::move(*own), .last_report = {}, .last_arrival = {}};
  open.erase(own);
}

void SelfAlert::Set(const std::optional<Finding>& finding, base::TimePoint now) {
  if (!finding) {
    if (open_) reporter_.Closed(*open_, now, now);
    open_.reset();
    return;
  }
  if (!open_) {
    open_ =
        detect::Reported{.anomaly = Describe(*finding, now), .last_report = {}, .last_arrival = {}};
    reporter_.Opened(*open_, now);
    return;
  }
  const bool same = open_->anomaly.observed == finding->observed &&
                    (!options_.every_change || open_->anomaly.summary == finding->summary);
  if (same) return;
  model::Anomaly newer = Describe(*finding, now);
  newer.id = open_->anomaly.id;
  newer.evidence.id = open_->anomaly.evidence.id;
  newer.started_at = open_->anomaly.started_at;
  open_->anomaly = std::move(newer);
  reporter_.Updated(*open_, now);
}

model::Anomaly SelfAlert::Describe(const Finding& finding, base::TimePoint now) const {
  model::Anomaly anomaly;
  anomaly.id = "an_" + base::NewId(now);
  anomaly.tenant = model::kDefaultTenant;
  anomaly.kind = model::AnomalyKind::kRule;
  anomaly.entity = "vedette";
  anomaly.score = options_.severity == model::Severity::kCritical ? 0.95 : 0.8;
  anomaly.severity = options_.severity;
  anomaly.started_at = anomaly.updated_at = now;
  anomaly.observed = finding.observed;
  anomaly.expected_low = -std::numeric_limits<double>::infinity();
  anomaly.expected_high = 0;
  anomaly.detector = detector_;
  anomaly.summary = finding.summary;
  anomaly.evidence.id = "ev_" + base::NewId(now);
  anomaly.evidence.query = finding.query;
  anomaly.evidence.from = anomaly.evidence.to = anomaly.evidence.taken_at = now;
  anomaly.evidence.result_json = fmt::format("{{\"observed\":{}}}", finding.observed);
  return anomaly;
}

}  // namespace vedette::app
