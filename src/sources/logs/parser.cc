#include "sources/logs/parser.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "sources/json_items/fields.h"

namespace vedette::sources::logs {
namespace {

using json_items::IsOneOf;
using json_items::Kind;
using json_items::MaybeProblem;
using json_items::Object;
using json_items::Value;

// Reads one log line.
class LineParser {
 public:
  LineParser(const ParseOptions& options, model::LogRecord& record)
      : options_(options),
        limits_{options.fields_max, options.name_bytes_max, options.items.depth_max},
        record_(record) {}

  base::Result<MaybeProblem> Read(Object& object);

 private:
  base::Result<MaybeProblem> ReadField(std::string_view key, Value value);
  base::Result<MaybeProblem> ReadLevel(std::string_view key, Value& value);

  const ParseOptions& options_;
  const json_items::FieldLimits limits_;
  model::LogRecord& record_;
};

base::Result<MaybeProblem> LineParser::Read(Object& object) {
  VEDETTE_TRY(MaybeProblem problem,
              json_items::ForEachField(object, [&](std::string_view key, Value value) {
                return ReadField(key, value);
              }));
  if (problem) return problem;
  if (record_.service.empty()) return MaybeProblem({"service", "is required"});
  if (record_.message.empty()) return MaybeProblem({"message", "is required"});
  return json_items::CheckBytes("message", record_.message, options_.message_bytes_max);
}

base::Result<MaybeProblem> LineParser::ReadField(std::string_view key, Value value) {
  VEDETTE_TRY(const bool null, json_items::TakeNull(value));
  if (null) return MaybeProblem();
  if (key == "service") return json_items::ReadText(key, value, record_.service);
  if (IsOneOf(key, {"message", "msg"})) return json_items::ReadText(key, value, record_.message);
  if (key == "trace_id") return json_items::ReadText(key, value, record_.trace_id);
  if (IsOneOf(key, {"timestamp", "time", "ts", "@timestamp"})) {
    return json_items::ReadTime(key, value, record_.time);
  }
  if (IsOneOf(key, {"level", "severity"})) return ReadLevel(key, value);
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind == Kind::object && IsOneOf(key, {"data", "fields"})) {
    return json_items::AddMembers(value, limits_, record_.fields);
  }
  return json_items::AddField(key, value, limits_, record_.fields);
}

base::Result<MaybeProblem> LineParser::ReadLevel(std::string_view key, Value& value) {
  std::string name;
  VEDETTE_TRY(MaybeProblem problem, json_items::ReadText(key, value, name));
  if (problem) return problem;
  const std::optional<model::LogSeverity> level = model::ParseLogSeverity(name);
  if (!level) {
    return MaybeProblem({std::string(key),
                         fmt::format("\"{}\" is none of trace, debug, info, warning, error, fatal",
                                     name.substr(0, 50))});
  }
  record_.level = *level;
  return MaybeProblem();
}

bool IsLines(std::string_view content_type, std::string_view body) {
  for (const std::string_view type :
       {"application/x-ndjson", "application/ndjson", "application/jsonl",
        "application/x-jsonlines", "application/stream+json"}) {
    if (content_type.starts_with(type)) return true;
  }
  return json_items::LooksLikeLines(body);
}

// A line may turn out to be broken after its object was read.
void DropRejected(ParsedLogs& parsed) {
  for (const json_items::Rejection& rejection : parsed.rejected) {
    const auto place = std::ranges::lower_bound(parsed.indexes, rejection.index);
    if (place == parsed.indexes.end() || *place != rejection.index) continue;
    parsed.records.erase(parsed.records.begin() + (place - parsed.indexes.begin()));
    parsed.indexes.erase(place);
  }
}

}  // namespace

base::Result<ParsedLogs> Parse(const std::string& body, std::string_view content_type,
                               base::TimePoint now, const ParseOptions& options) {
  ParsedLogs parsed;
  const auto read = json_items::Collect<LineParser>(now, options, parsed.records, parsed.indexes);
  if (IsLines(content_type, body)) {
    VEDETTE_TRY(parsed.items, json_items::ReadLines(body, options.items, read, parsed.rejected));
    DropRejected(parsed);
  } else {
    VEDETTE_TRY(parsed.items,
                json_items::ReadDocument(body, "logs", options.items, read, parsed.rejected));
  }
  return parsed;
}

}  // namespace vedette::sources::logs
