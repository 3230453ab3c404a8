#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vedette::sources::otlp {

// The kinds of telemetry, each with its own request message.
enum class Signal { kMetrics, kLogs, kTraces };

// The messages of OTLP 1.x as tables: what their fields are called in JSON, and their numbers and
// types in protobuf. Fields that Vedette does not look at are left out; they are skipped in both.
struct MessageSchema;

enum class FieldType {
  kMessage,
  kString,
  kBytes,  // base64 in JSON
  kHexId,  // bytes too, but hexadecimal in JSON
  kBool,
  kVarint,   // int32, int64, uint32, uint64, enum
  kZigZag,   // sint32
  kFixed32,  // fixed32
  kFixed64,  // fixed64, sfixed64
  kDouble,
};

struct FieldSchema {
  std::string_view name;
  uint32_t number;
  FieldType type;
  bool repeated = false;
  const MessageSchema* message = nullptr;  // for kMessage
};

struct MessageSchema {
  std::span<const FieldSchema> fields;
};

// The request message of a signal.
const MessageSchema& RequestSchema(Signal signal);

}  // namespace vedette::sources::otlp
