#pragma once

#include <filesystem>
#include <optional>
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

}  // namespace vedette::app
