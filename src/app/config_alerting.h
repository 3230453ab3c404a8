#pragma once

#include <vector>

#include "app/maintenance.h"
#include "incident/options.h"
#include "yaml/reader.h"

namespace vedette::app {

// Of notify: how alerts are grouped (group_by, group_wait, group_interval, repeat_interval, and
// `grouping` for some of them) and which hold back which (inhibit_rules), in Alertmanager's form;
// and the maintenance windows. Problems go to the reader.
void ReadAlerting(yaml::YamlReader& notify, incident::EngineOptions& out,
                  std::vector<MaintenanceWindow>& windows);

}  // namespace vedette::app
