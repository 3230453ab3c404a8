#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "sources/otlp/schema.h"

namespace vedette::sources::otlp {

struct JsonOptions {
  size_t depth_max = 96;                // of objects and lists
  size_t decoded_bytes_max = 64 << 20;  // of the message that the text stands for
};

// Turns the JSON form of a request into its protobuf form, so that each signal has one decoder.
// The mapping is OTLP's: lowerCamelCase keys, ids in hexadecimal, other bytes in base64, 64-bit
// integers as numbers or text, enums as numbers, null for what is absent, unknown keys ignored.
// Errors are kInvalidArgument and name the field. `body` is best followed by 64 readable bytes in
// its capacity, else it is copied. Thread-safe.
base::Result<std::string> JsonToProtobuf(Signal signal, const std::string& body,
                                         const JsonOptions& options = {});

}  // namespace vedette::sources::otlp
