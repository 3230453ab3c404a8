#include "evidence/traces.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::evidence {
namespace {

constexpr size_t kPage = 1'000;
constexpr uint64_t kLineBytesMax = 64 * 1024 * 1024;  // read from the disk for a window's lines
constexpr double kNanosPerMilli = 1e6;
constexpr std::string_view kOf = " of ";
constexpr std::string_view kSince = " since ";

// Finds the span that a log line belongs to.
using SpanNumbers = std::unordered_map<std::string, int64_t>;

struct Numbered {
  diagnose::TraceSet set;
  SpanNumbers by_id;       // trace and span id
  SpanNumbers by_service;  // trace id and service: the span that began first
};

Numbered SetOf(const std::vector<model::Span>& spans) {
  Numbered numbered;
  SpanNumbers& numbers = numbered.by_id;
  for (size_t i = 0; i < spans.size(); ++i) {
    numbers.emplace(spans[i].trace_id + spans[i].span_id, static_cast<int64_t>(i));
  }
  for (size_t i = 0; i < spans.size(); ++i) {
    const auto [first, added] = numbered.by_service.try_emplace(
        spans[i].trace_id + spans[i].service, static_cast<int64_t>(i));
    if (!added && spans[i].start_ns < spans[static_cast<size_t>(first->second)].start_ns) {
      first->second = static_cast<int64_t>(i);
    }
  }
  for (const model::Span& span : spans) {
    diagnose::Span row;
    if (!span.parent_span_id.empty()) {
      const auto parent = numbers.find(span.trace_id + span.parent_span_id);
      if (parent != numbers.end()) row.parent = parent->second;
    }
    row.entity = span.service;
    row.operation = span.name;
    row.duration = static_cast<double>(span.end_ns - span.start_ns) / kNanosPerMilli;
    numbered.set.spans.push_back(std::move(row));
  }
  return numbered;
}

records::LogCondition OfSomeTrace() {
  records::LogCondition condition;
  condition.kind = records::LogCondition::Kind::kField;
  condition.field = "trace_id";
  condition.test = [](std::optional<std::string_view> id) { return id && !id->empty(); };
  return condition;
}

int64_t SpanOf(const records::LogLine& line, const Numbered& traces) {
  const std::string trace(line.trace_id());
  if (const std::optional<std::string_view> span = line.Field("span_id")) {
    const auto at = traces.by_id.find(trace + std::string(*span));
    if (at != traces.by_id.end()) return at->second;
  }
  const auto at = traces.by_service.find(trace + std::string(line.service()));
  return at == traces.by_service.end() ? -1 : at->second;
}

base::Result<> AddLines(records::Store& store, const records::SpanQuery& query, Numbered& traces,
                        bool& complete) {
  if (traces.set.spans.empty()) return {};
  VEDETTE_TRY(const std::vector<records::LogPattern> patterns, store.LogPatterns(query.tenant));
  std::unordered_map<uint64_t, const std::string*> texts;
  for (const records::LogPattern& pattern : patterns) texts[pattern.id] = &pattern.text;
  records::LogScan scan;
  scan.tenant = query.tenant;
  scan.from = query.from;
  scan.to = query.to;
  scan.condition = std::make_shared<const records::LogCondition>(OfSomeTrace());
  scan.bytes_max = kLineBytesMax;
  VEDETTE_TRY(const records::ScanReport report,
              store.ScanLogs(scan, [&](const records::LogLine& line) {
                const auto text = texts.find(line.pattern());
                const int64_t span = text == texts.end() ? -1 : SpanOf(line, traces);
                if (span < 0) return true;
                traces.set.lines.push_back({.span = span,
                                            .time = static_cast<double>(line.time_ms()),
                                            .event = *text->second,
                                            .failure = line.level() >= model::LogSeverity::kError});
                return traces.set.lines.size() < kLinesMax;
              }));
  complete = complete && report.complete;
  return {};
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
  Numbered traces = SetOf(spans);
  VEDETTE_TRY_VOID(AddLines(store, query, traces, complete));
  return std::move(traces.set);
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

std::string PairQuestion(const diagnose::LostPair& pair, base::TimePoint split) {
  std::string out;
  base::JsonWriter(out)
      .BeginObject()
      .Field("operation", pair.operation)
      .Field("service", pair.entity)
      .Field("before", pair.before)
      .Field("after", pair.after)
      .Field("since", base::FormatTime(split))
      .EndObject();
  return out;
}

base::Result<PairSubject> ParsePairQuestion(std::string_view question) {
  const base::Error wrong = base::InvalidArgument(
      "evidence of pairs must be {\"operation\",\"service\",\"before\",\"after\",\"since\"}",
      "query");
  const base::Result<base::Json> json = base::ParseJson(question);
  if (!json.ok() || !json->is_object()) return wrong;
  const auto text = [&](const char* key) {
    const auto at = json->find(key);
    return at != json->end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const base::Result<base::TimePoint> split = base::ParseTime(text("since"));
  if (!split.ok() || text("service").empty()) return wrong;
  return PairSubject{.operation = text("operation"),
                     .service = text("service"),
                     .before = text("before"),
                     .after = text("after"),
                     .split = *split};
}

std::string PairAnswer(const diagnose::LostPair& pair) {
  std::string out;
  base::JsonWriter(out)
      .BeginObject()
      .Field("operation", pair.operation)
      .Field("service", pair.entity)
      .Field("before", pair.before)
      .Field("after", pair.after)
      .Field("expected", pair.expected)
      .Field("seen", pair.seen)
      .Field("failure", pair.failure)
      .EndObject();
  return out;
}

}  // namespace vedette::evidence
