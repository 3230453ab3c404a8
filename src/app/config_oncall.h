#pragma once

#include "notify/delivery/receiver.h"
#include "notify/routing/plan.h"
#include "yaml/reader.h"

namespace vedette::app {

// notify: users, teams, schedules, policies, routes, catch_all (docs/guide/on-call.md). Problems,
// those of names that refer to nothing too, go to the reader with their place. `receivers` are
// those that the file has.
void ReadOnCall(yaml::YamlReader& notify, const std::vector<notify::delivery::Receiver>& receivers,
                notify::routing::Plan& out);

}  // namespace vedette::app
