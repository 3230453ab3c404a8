#pragma once

namespace vedette::app {

// The program: reads the command line, runs the command and returns the exit status: 0 for success,
// 1 when the thing asked for failed (with the reason on stderr), 2 for a wrong command line.
int RunCommand(int argc, char** argv);

}  // namespace vedette::app
