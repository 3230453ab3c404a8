#pragma once

#include <string>
#include <vector>

#include "app/self_reports.h"
#include "app/self_watch.h"
#include "heartbeat/book.h"
#include "yaml/reader.h"

namespace vedette::app {

// heartbeats: who is expected to say that it lives, to whom this server says so, and who is told
// when it cannot page any more.
struct HeartbeatConfig {
  std::vector<heartbeat::Expected> expected;
  SelfWatchOptions self;
  SelfReportOptions reports;
  std::vector<std::string> self_receivers;  // by name; empty: all of the catch-all
};

// Problems go to the reader. Secret files are relative to `folder`.
void ReadHeartbeats(yaml::YamlReader& reader, const std::string& folder, HeartbeatConfig& out);

}  // namespace vedette::app
