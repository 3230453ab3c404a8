#include "api/units.h"

#include <algorithm>
#include <memory>

#include "detect/baseline/signal.h"
#include "model/unit.h"

namespace vedette::api {
namespace {

// Series of a family that are of another unit than the family.
bool CountsOf(std::string_view family, std::string_view series) {
  const bool longer = series.size() > family.size();
  return longer && (series.ends_with("_count") || series.ends_with("_bucket") ||
                    series.ends_with("_created") || series.ends_with("_info"));
}

}  // namespace

std::string Units::OfValues(const model::TenantName& tenant, std::string_view metric) const {
  const MetadataBook::Named told = metadata_.OfSeries(tenant, metric);
  std::string unit = model::ShortUnit(told.entry.unit);
  // "1" is OpenTelemetry's for all that has no dimension: the others may know more.
  if (!unit.empty() && unit != "1" && !CountsOf(told.family, metric)) return unit;
  if (const auto known = catalogue_.find(metric); known != catalogue_.end()) return known->second;
  if (std::string named = model::UnitOfName(metric); !named.empty()) return named;
  return unit.empty() && told.entry.type == "counter" ? "1" : unit;
}

std::string Units::Of(const model::TenantName& tenant, std::string_view metric,
                      bool as_rate) const {
  std::string unit = OfValues(tenant, metric);
  return as_rate ? model::PerSecond(unit) : unit;
}

std::string Units::Of(const model::Anomaly& anomaly) const {
  const std::string_view metric = anomaly.labels.metric_name();
  switch (anomaly.kind) {
    case model::AnomalyKind::kRule:
    case model::AnomalyKind::kAlert: return {};
    case model::AnomalyKind::kAbsence: return Of(anomaly.tenant, metric, false);
    case model::AnomalyKind::kBaseline: {
      using detect::baseline::Reading;
      const Reading reading = detect::baseline::ClassifySignal(anomaly.labels).reading;
      return Of(anomaly.tenant, metric, reading == Reading::kCounter);
    }
    case model::AnomalyKind::kThreshold: break;
  }
  // What the rule compared: only the rule tells a rate from a value.
  const std::shared_ptr<const detect::rules::RuleSet> set = rules_.rules();
  const auto rule = std::ranges::find(set->rules(), anomaly.detector, &detect::rules::Rule::name);
  if (rule == set->rules().end()) return {};
  return Of(anomaly.tenant, metric, rule->per_second);
}

}  // namespace vedette::api
