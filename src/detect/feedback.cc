#include "detect/feedback.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect {
namespace {

constexpr double kStepsPerOctave = 4;

}  // namespace

double WeightAt(uint8_t step) { return std::exp2((step - kNeutralStep) / kStepsPerOctave); }

uint8_t WeightStepOf(const FeedbackCounts& counts) {
  const double odds = (1 + counts.useful) / (1 + counts.noise);
  const double bounded = std::clamp(odds, kWeightMin, kWeightMax);
  return static_cast<uint8_t>(kNeutralStep + std::lround(kStepsPerOctave * std::log2(bounded)));
}

FeedbackTable::FeedbackTable(std::map<FeedbackGroup, FeedbackCounts> groups)
    : groups_(std::move(groups)) {
  for (const auto& [group, counts] : groups_) {
    FeedbackCounts& all = metrics_[{group.tenant, group.metric}];
    all.useful += counts.useful;
    all.noise += counts.noise;
  }
}

Standing FeedbackTable::Of(std::string_view tenant, std::string_view service,
                           std::string_view metric) const {
  Standing standing;
  if (groups_.empty()) return standing;
  const auto all = metrics_.find({std::string(tenant), std::string(metric)});
  if (all == metrics_.end()) return standing;
  const auto own = groups_.find({std::string(tenant), std::string(service), std::string(metric)});
  if (own != groups_.end()) standing.own = own->second;
  standing.elsewhere = {all->second.useful - standing.own.useful,
                        all->second.noise - standing.own.noise};
  standing.step = WeightStepOf({standing.own.useful + kBorrowed * standing.elsewhere.useful,
                                standing.own.noise + kBorrowed * standing.elsewhere.noise});
  return standing;
}

}  // namespace vedette::detect
