#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/log_record.h"
#include "sources/otlp/records.h"

namespace vedette::sources::otlp {

struct DecodedLogs {
  std::vector<model::LogRecord> records;  // without ids
  Refusals refused;
};

// An ExportLogsServiceRequest message as log lines. The service is the resource's service.name,
// the message the body (as text), the level follows from the severity's number, else its text;
// span id, the scope's name and the attributes of resource and record become fields under their
// own names, the record's winning. A record without a time has that of its observation, else `now`.
// Errors: kInvalidArgument for what is no such message, or exceeds a limit of the whole request.
// Thread-safe.
base::Result<DecodedLogs> DecodeLogs(std::string_view message, base::TimePoint now,
                                     const RecordOptions& options = {});

}  // namespace vedette::sources::otlp
