#pragma once

#include <string>
#include <vector>

#include "diagnose/live/gather.h"
#include "diagnose/live/report.h"
#include "diagnose/live/store.h"

namespace vedette::diagnose::live {

// Which incidents of the past were like this one. Pure.

// What an incident is made of: its services, what moved of each, what was blamed. Sorted, each
// once.
std::vector<std::string> FeaturesOf(const Occasion& occasion, const Report& report);

struct Similar {
  size_t past = 0;                  // in the list
  double similarity = 0;            // 0 to 1
  std::vector<std::string> shared;  // in words, the weightiest first
};

// The most alike first; those that share little are left out. What all incidents have counts less
// than what few have: features are weighed by how rare they are among `past`, and causes three
// times as much, services twice as much as single metrics.
std::vector<Similar> FindSimilar(const std::vector<std::string>& features,
                                 const std::vector<PastIncident>& past, size_t limit);

}  // namespace vedette::diagnose::live
