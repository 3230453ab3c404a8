#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace vedette::app {

// vedette serve, vedette demo and vedette check: the server, and what it would make of a
// configuration. `run` becomes what the command does.
void AddServe(CLI::App& app, std::function<int()>& run);
void AddDemo(CLI::App& app, std::function<int()>& run);
void AddCheck(CLI::App& app, std::function<int()>& run);

}  // namespace vedette::app
