#pragma once

#include <functional>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "app/ask.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "net/client.h"

namespace vedette::app {

// How a server's services are, live in a terminal: vedette watch. A row is red where more than 10 %
// of its requests fail or its state is critical, orange where CPU or memory are above 80 %, yellow
// where answers take more than 200 ms or its state is a warning (source system S2's view).

struct WatchCommand {
  base::Duration every = std::chrono::seconds(2);
  bool once = false;
  bool terminal = true;  // colours, and each picture in the place of the one before
};

// What one picture is made of.
struct WatchAnswers {
  base::Json status;                  // of /api/v1/status/now
  base::Json topology;                // of /api/v1/topology?kind=service
  base::Json incidents;               // of /api/v1/incidents, those that are not resolved
  std::map<std::string, double> cpu;  // by service, 0 to 1
  std::map<std::string, double> memory;
};

// The picture, as lines. Error: kInternal when an answer is not of the expected form.
base::Result<std::string> DrawWatch(const WatchAnswers& answers, bool colours);

// Hands pictures to `write`; with `once` one, otherwise for ever: a server that cannot be reached
// is said so and asked again. Blocking.
base::Result<> Watch(const WatchCommand& command, const AskOptions& options,
                     net::HttpClient& client, const std::function<void(const std::string&)>& write);

}  // namespace vedette::app
