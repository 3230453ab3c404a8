#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace vedette::model {

enum class SpanKind : uint8_t { kUnspecified, kInternal, kServer, kClient, kProducer, kConsumer };
enum class SpanStatus : uint8_t { kUnset, kOk, kError };

// Something noted during a span, such as an exception.
struct SpanEvent {
  int64_t time_ns = 0;
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
};

struct SpanLink {
  std::string trace_id;
  std::string span_id;
};

// One operation of one service within a trace. Times are nanoseconds since 1970, UTC. Ids are
// lower-case hexadecimal: 32 characters of a trace, 16 of a span.
struct Span {
  std::string trace_id;
  std::string span_id;
  std::string parent_span_id;  // empty for a root
  std::string service;
  std::string name;
  SpanKind kind = SpanKind::kUnspecified;
  SpanStatus status = SpanStatus::kUnset;
  std::string status_message;
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  std::vector<std::pair<std::string, std::string>> attributes;  // names unique, values as text
  std::vector<std::pair<std::string, std::string>> resource;    // of the sender
  std::vector<SpanEvent> events;
  std::vector<SpanLink> links;

  base::TimePoint time() const { return base::FromMillis(start_ns / 1'000'000); }
};

}  // namespace vedette::model
