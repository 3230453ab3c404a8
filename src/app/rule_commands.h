#pragma once

#include <string>
#include <vector>

#include "app/ask.h"
#include "base/result.h"
#include "net/client.h"

namespace vedette::app {

// vedette test rules: runs unit tests of rules and prints one line for each file that passes on
// stdout, and for each failure on stderr. Exit status: 0 when all pass, else 1.
int TestRules(const std::vector<std::string>& files);

// vedette backfill rules: has a server compute recording rules over the past, a few hours per
// request. The text to print. Blocking.
struct BackfillCommand {
  std::string file;
  std::string from;  // RFC 3339 or seconds since 1970
  std::string to;
};
base::Result<std::string> BackfillRules(const BackfillCommand& command, const AskOptions& options,
                                        net::HttpClient& client);

// vedette backtest: what rules would have done, asked of a server or of the data folder of a
// stopped one. The text to print: JSON if the options say so. Blocking.
struct BacktestCommand {
  std::string file;
  std::string from;         // RFC 3339 or seconds since 1970; empty: seven days before `to`
  std::string to;           // empty: now
  std::string data_dir;     // empty: ask the server
  std::string config_file;  // of the stopped server; empty: the defaults
};
base::Result<std::string> BacktestRules(const BacktestCommand& command, const AskOptions& options);

}  // namespace vedette::app
