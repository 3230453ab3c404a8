#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/ask.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "net/client.h"

// What the commands that ask a running server share (app/ask.h).
namespace vedette::app::ask {

using base::Json;

std::string PercentEncoded(std::string_view text);

// GETs a path with parameters; empty values are left out. The body of the answer, or the server's
// own words.
base::Result<std::string> Get(const std::string& path,
                              const std::vector<std::pair<std::string, std::string>>& parameters,
                              const AskOptions& options, net::HttpClient& client);
base::Result<std::string> Post(const std::string& path, const Json& body, const AskOptions& options,
                               net::HttpClient& client);
base::Result<std::string> PostYaml(const std::string& path, std::string yaml,
                                   const AskOptions& options, net::HttpClient& client);

// Columns padded to their widest cell.
std::string Table(const std::vector<std::vector<std::string>>& rows);
// Control characters of logged text must not reach a terminal.
std::string Printable(std::string text);
// A member that is a text, printable; else empty.
std::string Text(const Json& object, const char* key);

// Waits, in a command that asks again and again.
void SleepUntil(base::SteadyPoint until);

// Reads the server's answer; a malformed one is the server's fault, said as such.
base::Result<std::string> Describe(const std::string& body,
                                   const std::function<std::string(const Json&)>& describe);

}  // namespace vedette::app::ask
