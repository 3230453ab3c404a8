#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/log_record.h"

namespace vedette::sources::loki {

// Loki's push requests: streams of log lines with shared labels, as JSON or as a snappy block
// around protobuf, with structured metadata. Of the labels and the metadata,
//
//   service_name, service, app, application, name, app_kubernetes_io_name, container,
//   container_name, component, workload, job
//                                     name the service, the first of them that is there
//   level, severity, detected_level, severity_text    the level; info when none says it
//   trace_id, traceID, traceId                        the trace
//
// and all of them but the level and the trace are kept as fields; metadata wins over labels. Pure
// and thread-safe.

struct ParseOptions {
  size_t decoded_bytes_max = 64 << 20;  // of a snappy block, checked before memory is taken
  size_t streams_max = 10'000;
  size_t lines_max = 200'000;
  size_t fields_max = 64;  // of one line, labels among them
  size_t name_bytes_max = 1024;
  size_t value_bytes_max = 4096;
  size_t line_bytes_max = 256 << 10;
  size_t record_bytes_max = 256 << 20;  // of all records, since lines repeat the labels
};

struct ParsedPush {
  std::vector<model::LogRecord> records;  // without ids
  uint64_t lines = 0;                     // in the request
  uint64_t refused = 0;
  std::string first_refusal;  // names the stream, the entry and what is wrong
};

// Errors: kInvalidArgument for a body that is no such message or exceeds a limit of the whole
// request. A bad stream or line is refused alone.
base::Result<ParsedPush> ParseJson(const std::string& body, const ParseOptions& options = {});
base::Result<ParsedPush> ParseProtobuf(std::string_view body, const ParseOptions& options = {});

}  // namespace vedette::sources::loki
