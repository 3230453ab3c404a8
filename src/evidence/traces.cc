#include "evidence/traces.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::evidence {
namespace {

constexpr size_t kPage = 1'000;
constexpr double kNanosPerMilli = 1e6;
constexpr std::string_view kOf = " of ";
constexpr std::string_view kSince = " since ";

diagnose::TraceSet SetOf(const std::vector<model::Span>& spans) {
  std::unordered_map<std::string, int64_t> numbers;
  for (size_t i = 0; i < spans.size(); ++i) {
    numbers.emplace(spans[i].trace_id + spans[i].span_id, static_cast<int64_t>(i));
  }
  diagnose::TraceSet set;
  for (const model::Span& span : spans) {
    diagnose::Span row;
    if (!span.parent_span_id.empty()) {
      const auto parent = numbers.find(span.trace_id + span.parent_span_id);
      if (parent != numbers.end()) row.parent = parent->second;
    }
    row.entity = span.service;
    row.operation = span.name;
    row.duration = static_cast<double>(span.end_ns - span.start_ns) / kNanosPerMilli;
    set.spans.push_back(std::move(row));
  }
  return set;
}

base::Result<diagnose::TraceSet> Newest(records::Store& store, records::SpanQuery query,
                                        size_t spans_max, bool& complete) {
  std::vector<model::Span> spans;
  query.limit = std::min(kPage, spans_max);
  while (true) {
    VEDETTE_TRY(records::Page<model::Span> page, store.QuerySpans(query));
    std::move(page.records.begin(), page.records.end(), std::back_inserter(spans));
    if (page.next_cursor.empty()) break;
    if (spans.size() >= spans_max) {
      complete = false;
      break;
    }
    query.cursor = std::move(page.next_cursor);
  }
  return SetOf(spans);
}

size_t CountOf(const diagnose::TraceSet& set, const diagnose::SlowEntity& slow) {
  return static_cast<size_t>(
      std::count_if(set.spans.begin(), set.spans.end(), [&](const diagnose::Span& span) {
        return span.operation == slow.operation && span.entity == slow.entity;
      }));
}

}  // namespace

base::Result<Traces> TracesIn(records::Store& store, const model::TenantName& tenant,
                              const TraceWindows& windows, size_t spans_max) {
  Traces traces;
  records::SpanQuery query;
  query.tenant = tenant;
  query.from = windows.from;
  query.to = windows.split - base::Duration(1);
  VEDETTE_TRY(traces.usual, Newest(store, query, spans_max, traces.complete));
  query.from = windows.split;
  query.to = windows.to;
  VEDETTE_TRY(traces.now, Newest(store, query, spans_max, traces.complete));
  return traces;
}

std::string SpanQuestion(std::string_view operation, std::string_view service,
                         base::TimePoint split) {
  return fmt::format("{}{}{}{}{}", operation, kOf, service, kSince, base::FormatTime(split));
}

std::optional<SpanSubject> ParseSpanQuestion(std::string_view question) {
  const size_t since = question.rfind(kSince);
  if (since == std::string_view::npos) return std::nullopt;
  const size_t of = question.substr(0, since).rfind(kOf);
  if (of == std::string_view::npos) return std::nullopt;
  const base::Result<base::TimePoint> split =
      base::ParseTime(question.substr(since + kSince.size()));
  if (!split.ok()) return std::nullopt;
  return SpanSubject{
      .operation = std::string(question.substr(0, of)),
      .service = std::string(question.substr(of + kOf.size(), since - of - kOf.size())),
      .split = *split};
}

std::string SpanAnswer(const Traces& traces, const diagnose::SlowEntity& slow) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("operation", slow.operation).Field("service", slow.entity);
  json.Field("where", slow.network ? "between " + slow.peer + " and " + slow.entity
                                   : "in " + slow.entity + " itself");
  json.Field("usual_ms", slow.usual).Field("now_ms", slow.now);
  json.Field("usual_spans", static_cast<uint64_t>(CountOf(traces.usual, slow)));
  json.Field("now_spans", static_cast<uint64_t>(CountOf(traces.now, slow))).EndObject();
  return out;
}

}  // namespace vedette::evidence
