#include "diagnose/live/similar.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace vedette::diagnose::live {
namespace {

constexpr double kLeast = 0.2;
constexpr size_t kSharedShown = 5;
constexpr std::string_view kService = "service ";
constexpr std::string_view kCause = "cause ";

double WeightOfKind(std::string_view feature) {
  if (feature.starts_with(kCause)) return 3;
  return feature.starts_with(kService) ? 2 : 1;
}

class Weights {
 public:
  explicit Weights(const std::vector<PastIncident>& past) : count_(past.size()) {
    for (const PastIncident& incident : past) {
      for (const std::string& feature : incident.features) ++with_[feature];
    }
  }

  double Of(const std::string& feature) const {
    const auto at = with_.find(feature);
    const double with = at == with_.end() ? 0 : static_cast<double>(at->second);
    return WeightOfKind(feature) * std::log(2 + static_cast<double>(count_) / (1 + with));
  }

 private:
  const size_t count_;
  std::map<std::string, size_t> with_;
};

}  // namespace

std::vector<std::string> FeaturesOf(const Occasion& occasion, const Report& report) {
  std::set<std::string> features;
  for (const std::string& entity : occasion.entities) {
    features.insert(std::string(kService) + entity);
  }
  for (const model::Anomaly& anomaly : occasion.anomalies) {
    const std::string_view metric = anomaly.labels.metric_name();
    const std::string what(metric.empty() ? std::string_view(anomaly.detector) : metric);
    features.insert(what + " of " + anomaly.entity);
  }
  if (report.status == "confirmed" || report.status == "likely") {
    const RankedHypothesis& first = report.hypotheses.front();
    features.insert(std::string(kCause) + first.entity);
  }
  return {features.begin(), features.end()};
}

std::vector<Similar> FindSimilar(const std::vector<std::string>& features,
                                 const std::vector<PastIncident>& past, size_t limit) {
  const Weights weights(past);
  const std::set<std::string> own(features.begin(), features.end());
  std::vector<Similar> similar;
  for (size_t i = 0; i < past.size(); ++i) {
    Similar one{.past = i, .similarity = 0, .shared = {}};
    double both = 0, any = 0;
    for (const std::string& feature : own) any += weights.Of(feature);
    for (const std::string& feature : past[i].features) {
      if (own.contains(feature)) {
        both += weights.Of(feature);
        one.shared.push_back(feature);
      } else {
        any += weights.Of(feature);
      }
    }
    one.similarity = any > 0 ? both / any : 0;
    if (one.similarity < kLeast) continue;
    std::sort(one.shared.begin(), one.shared.end(), [&](const auto& a, const auto& b) {
      return std::tuple(-weights.Of(a), a) < std::tuple(-weights.Of(b), b);
    });
    if (one.shared.size() > kSharedShown) one.shared.resize(kSharedShown);
    similar.push_back(std::move(one));
  }
  std::stable_sort(similar.begin(), similar.end(),
                   [](const Similar& a, const Similar& b) { return a.similarity > b.similarity; });
  if (similar.size() > limit) similar.resize(limit);
  return similar;
}

}  // namespace vedette::diagnose::live
