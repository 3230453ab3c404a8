#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "diagnose/evidence.h"

namespace vedette::app {

// The parts of a case folder besides its metrics. A file that is not there leaves its part empty;
// one that is there and wrong is an error that names it.

// meta.json: what raised the alarm, and when. The object itself, for the names of other files;
// empty when there is no such file.
base::Result<base::Json> ReadMeta(const std::filesystem::path& folder,
                                  diagnose::Evidence& evidence);

// The file that meta.json names under `key`, relative to the folder two above the case; nothing
// when it names none or there is no such file. kInvalidArgument for a path that leads elsewhere.
base::Result<std::optional<std::filesystem::path>> SiblingFile(const std::filesystem::path& folder,
                                                               const base::Json& meta,
                                                               std::string_view key);

// graph.json: {"edges": [[caller, callee], ...]}
base::Result<> ReadGraph(const std::filesystem::path& folder, diagnose::Evidence& evidence);

// alert.json: what people wrote about the alarm. deploys.json with commits.json, and flags.json:
// what was changed. patterns.json: forms of log lines, and how often they came.
base::Result<> ReadChanges(const std::filesystem::path& folder, diagnose::Evidence& evidence);

// spans.csv and logs.csv of the case, and those that meta.json names as `baseline_spans` and
// `baseline_logs`. Lines whose span is not known are left out.
base::Result<> ReadTraces(const std::filesystem::path& folder, const base::Json& meta,
                          diagnose::Evidence& evidence);

// The form of a log line: equal for lines of the same statement. The position in the code when the
// line begins with a level and one ("INFO  a.b.Class#12 ..."), the message of a JSON object, else
// the text; of those two with what varies (numbers, ids) left out.
struct LogForm {
  std::string event;
  bool failure = false;
};
LogForm LogFormOf(std::string_view line);

}  // namespace vedette::app
