#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/ask.h"
#include "base/result.h"
#include "net/client.h"

// What the commands of the command line share. Each returns the exit status.
namespace vedette::app {

int Fail(const base::Error& error);  // says it on stderr
int Print(const base::Result<std::string>& text);

// What all commands that ask a server take.
void AddAskOptions(CLI::App& command, AskOptions& options);
// What the help of a command ends with: remarks, a line for each example, and what its exit status
// says. The subcommands that are added later have the same, unless they say otherwise.
struct HelpEnd {
  std::vector<std::string_view> examples;
  std::string_view remarks = {};
  std::string_view exit_status = "0, 1 when it failed, 2 for a wrong command line";
};
void EndHelp(CLI::App& command, const HelpEnd& end);

// A check for options that take unsigned numbers, for which CLI11 wraps negative ones around.
std::string RefuseNegative(const std::string& text);

int WithClient(const std::function<base::Result<std::string>(net::HttpClient&)>& ask);

}  // namespace vedette::app
