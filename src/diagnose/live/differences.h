#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/live/exhibit.h"
#include "diagnose/live/gather.h"
#include "diagnose/live/impact.h"

namespace vedette::diagnose::live {

// Which endpoints, tenants, regions, versions and instances differ most inside against outside the
// bad set: of an entity's failed requests, or of the time that its requests took.

// Adds those of one entity.
void FindDifferences(const Gathered& gathered, const Exhibits& exhibits, const std::string& entity,
                     std::vector<Difference>& out);

// The clearest first; those that say little go.
void KeepClearest(std::vector<Difference>& differences);

// Of change; nothing when there is nothing to compare with.
std::optional<double> PercentOf(std::optional<double> normal, std::optional<double> during);

}  // namespace vedette::diagnose::live
