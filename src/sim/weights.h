#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sim/incident.h"

namespace vedette::sim {

// How often chance draws each type of incident, by IncidentType, relative to the others.
using Weights = std::array<double, kIncidentTypes>;

// As people give them: the name of a type, or `other` for all that have none of their own, and a
// number that is not negative. What nobody names has 1. kInvalidArgument for names that chance does
// not draw (the message lists those that it does) or that occur twice, for other numbers, and where
// nothing is above 0.
base::Result<Weights> WeightsOf(const std::vector<std::pair<std::string, double>>& named);

// The same in one text: "cpu_spike=2,memory_leak=0.5,other=0".
base::Result<Weights> ParseWeights(std::string_view text);

}  // namespace vedette::sim
