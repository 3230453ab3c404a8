#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "diagnose/event_pairs.h"
#include "diagnose/evidence.h"
#include "diagnose/span_time.h"
#include "model/tenant.h"
#include "records/store.h"

namespace vedette::evidence {

// Traces before and during an incident, with the log lines that carry their ids, where their time
// went and what no longer happens: the same for a diagnosis and for whoever asks its evidence
// again.

struct TraceWindows {
  base::TimePoint from;   // of the usual ones
  base::TimePoint split;  // the incident's begin here
  base::TimePoint to;
};

struct Traces {
  diagnose::TraceSet usual;
  diagnose::TraceSet now;
  bool complete = true;  // false: there are more, and the newest of each were taken
};

// Durations and times are milliseconds. At most `spans_max` of each, and kLinesMax lines of these
// traces: a line belongs to the span that its field span_id names, else to the first span of its
// service in its trace; its event is the text of its pattern.
base::Result<Traces> TracesIn(records::Store& store, const model::TenantName& tenant,
                              const TraceWindows& windows, size_t spans_max);
inline constexpr size_t kSpansMax = 5'000;
inline constexpr size_t kLinesMax = 20'000;

// "pay of payment since 2026-11-21T02:10:00.000Z"
std::string SpanQuestion(std::string_view operation, std::string_view service,
                         base::TimePoint split);
struct SpanSubject {
  std::string operation;
  std::string service;
  base::TimePoint split;
};
// Nothing for a text that SpanQuestion did not write.
std::optional<SpanSubject> ParseSpanQuestion(std::string_view question);

// {"operation","service","where","usual_ms","now_ms","usual_spans","now_spans"}
std::string SpanAnswer(const Traces& traces, const diagnose::SlowEntity& slow);

std::string PairQuestion(const diagnose::LostPair& pair, base::TimePoint split);
struct PairSubject {
  std::string operation;
  std::string service;
  std::string before;
  std::string after;
  base::TimePoint split;
};
// kInvalidArgument for a text that PairQuestion did not write.
base::Result<PairSubject> ParsePairQuestion(std::string_view question);

// {"operation","service","before","after","expected","seen","failure"}
std::string PairAnswer(const diagnose::LostPair& pair);

}  // namespace vedette::evidence
