#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.h"
#include "base/result.h"
#include "sim/scenario.h"

namespace vedette::app {

// The files of catalog/scenarios.
std::span<const base::EmbeddedFile> EmbeddedScenarios();

// The scenarios that ship, in order of their names.
std::vector<sim::Scenario> ShippedScenarios();

// One that ships, by its name, or else a file. kNotFound that lists the names; what is wrong in a
// file is kInvalidArgument with "file:line:column: message".
base::Result<sim::Scenario> FindScenario(const std::string& name_or_file);

}  // namespace vedette::app
