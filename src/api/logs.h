#pragma once

#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "model/log_record.h"
#include "records/store.h"

namespace vedette::api {

// GET /api/v1/logs/query: log lines newest first, or counted lines when the query counts; with the
// parameters query (docs/guide/logs.md), from, to, service, level, text, limit (1 to 1000, default
// 100) and cursor. GET /api/v1/logs/patterns: what kinds of lines there are, with counts over time.
// `records` and `clock` outlive the routes. Thread-safe.
std::vector<Route> LogRoutes(records::Store& records, const base::Clock& clock);

// One line as a JSON object; `fields` names the fields that are wanted, all when it is empty.
void WriteLog(base::JsonWriter& json, const model::LogRecord& log,
              const std::vector<std::string>& fields);

}  // namespace vedette::api
