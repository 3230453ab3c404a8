#pragma once

#include <string_view>

#include "base/result.h"
#include "importer/imported.h"

namespace vedette::importer {

// Alertmanager's configuration file as one of Vedette: receivers (one per integration), routes with
// their matchers and inheritance, grouping, inhibition, time intervals in which a route is mute (as
// maintenance windows). kInvalidArgument when it is no YAML.
base::Result<Imported> ImportAlertmanager(std::string_view text);

}  // namespace vedette::importer
