#pragma once

#include <optional>
#include <vector>

#include "diagnose/live/exhibit.h"
#include "diagnose/live/gather.h"
#include "diagnose/live/impact.h"

namespace vedette::diagnose::live {

// The requests that failed where the trouble meets the world; nothing where nobody there counts
// them.
std::optional<RequestsHurt> CountRequests(const Gathered& gathered, const Exhibits& exhibits,
                                          const std::vector<HurtEntity>& hurt);

}  // namespace vedette::diagnose::live
