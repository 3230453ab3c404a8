#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/client.h"

namespace vedette::app {

// The commands that ask a running server: vedette query, logs, incidents, why, ledger, feedback and
// replay. Each returns the text to print. Blocking.

struct AskOptions {
  std::string url = "http://127.0.0.1:8000";
  std::string key;     // API key; empty on the open loopback
  std::string tenant;  // X-Scope-OrgID; empty: default
  bool json = false;   // print the server's answer as it is
};

struct QueryCommand {
  std::string expression;
  std::string time;  // instant; empty: now
  std::string from;  // with `to` and `step`: a range
  std::string to;
  std::string step;
};
base::Result<std::string> AskQuery(const QueryCommand& command, const AskOptions& options,
                                   net::HttpClient& client);

struct LogsCommand {
  std::string query;  // docs/guide/logs.md; empty: all lines
  std::string service;
  std::string level;
  std::string from;
  std::string to;
  int limit = 100;
};
base::Result<std::string> AskLogs(const LogsCommand& command, const AskOptions& options,
                                  net::HttpClient& client);

// All incidents, or one with its timeline when an id is given.
struct IncidentsCommand {
  std::string id;
  std::string state;
  int limit = 50;
};
base::Result<std::string> AskIncidents(const IncidentsCommand& command, const AskOptions& options,
                                       net::HttpClient& client);

// The verdict on a release. `wait` long it is asked again until it is good or bad, also while the
// server cannot be reached.
struct JudgeCommand {
  std::string service;
  std::string version;           // empty: the latest release
  std::string since;             // when it was, where that was not posted
  std::string environment = {};  // empty: any
  std::string space = {};        // the namespace; the same
  base::Duration wait{0};
};
struct JudgeAnswer {
  std::string text;
  int exit_status = 3;  // 0 good, 1 bad, 2 not enough traffic, 3 no data
};
base::Result<JudgeAnswer> AskJudge(const JudgeCommand& command, const AskOptions& options,
                                   net::HttpClient& client);

// Who would have been told with another configuration: of a server, or of the data folder of one.
struct ReplayCommand {
  std::string config_file;  // empty: only prove and count what was
  std::string data_dir;     // empty: ask the server
  std::string from;         // empty: a week before `to`
  std::string to;           // empty: now
  int limit = 200;          // messages that are listed
};
base::Result<std::string> AskReplay(const ReplayCommand& command, const AskOptions& options,
                                    net::HttpClient& client);

// What people say of findings, and what it does to the noise budget.
struct FeedbackCommand {
  enum class What { kMark, kList, kPreview, kApply, kUndo, kBudget };
  What what = What::kList;
  std::string verdict;  // of a mark: useful, noise, none
  std::string id;       // of an anomaly, an incident or a page; of a change to undo
  std::string why;
  std::string by;
  std::string days = "7";
  std::string service;
  std::string metric;
};
base::Result<std::string> AskFeedback(const FeedbackCommand& command, const AskOptions& options,
                                      net::HttpClient& client);

// Who was told of an alert (an anomaly's or an incident's id), when and how; or why nobody was.
struct WhyCommand {
  std::string id;
};
base::Result<std::string> AskWhy(const WhyCommand& command, const AskOptions& options,
                                 net::HttpClient& client);

// Whether the hash chain of the delivery ledger is whole.
struct LedgerAnswer {
  std::string text;
  bool whole = false;
};
base::Result<LedgerAnswer> AskLedger(const AskOptions& options, net::HttpClient& client);

}  // namespace vedette::app
