#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace vedette::app {

// Adds all commands. After a line has been parsed `run` is what its command does, and empty where
// the line names none.
void AddCommands(CLI::App& app, std::function<int()>& run);

// The program: reads the command line, runs the command and returns the exit status: 0 for success,
// 1 when the thing asked for failed (with the reason on stderr), 2 for a wrong command line.
int RunCommand(int argc, char** argv);

}  // namespace vedette::app
