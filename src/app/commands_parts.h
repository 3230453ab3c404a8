#pragma once

#include <functional>
#include <string>

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
int WithClient(const std::function<base::Result<std::string>(net::HttpClient&)>& ask);

}  // namespace vedette::app
