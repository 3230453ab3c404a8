#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace vedette::app {

// The commands that work on files and ask no server: restore, detect and diagnose. `run` becomes
// what the command does.
void AddOffline(CLI::App& app, std::function<int()>& run);

}  // namespace vedette::app
