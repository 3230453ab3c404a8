#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace vedette::app {

// vedette watch: how the services are, live. `run` becomes what the command does.
void AddWatch(CLI::App& app, std::function<int()>& run);
// vedette scenario: the services that a server knows, for the simulator.
void AddScenario(CLI::App& app, std::function<int()>& run);

}  // namespace vedette::app
