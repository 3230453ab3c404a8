#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/log_record.h"
#include "sources/json_items/items.h"

namespace vedette::sources::logs {

// JSON log lines as applications post them: one object, a list, {"logs": [...]}, or one object per
// line. Of each object these fields are known, everything else is kept as text in `fields`:
//
//   service, message (or msg)     required
//   timestamp | time | ts | @timestamp   RFC 3339 or a number since 1970; default: now
//   level | severity              any case, with the usual synonyms; default info
//   trace_id
//   data, fields                  objects: their members become fields
//
// null counts as absent. Pure and thread-safe.

struct ParseOptions {
  json_items::Options items;
  size_t fields_max = 64;  // of one line
  size_t name_bytes_max = 256;
  size_t message_bytes_max = 64 << 10;
};

struct ParsedLogs {
  std::vector<model::LogRecord> records;  // without ids
  std::vector<size_t> indexes;            // of each record, its place in the request
  std::vector<json_items::Rejection> rejected;
  size_t items = 0;
};

// `content_type` decides whether the body is one object per line; if it says nothing of it, a body
// that looks like it is. Errors: kInvalidArgument for a body that is no JSON or exceeds a limit.
base::Result<ParsedLogs> Parse(const std::string& body, std::string_view content_type,
                               base::TimePoint now, const ParseOptions& options = {});

}  // namespace vedette::sources::logs
