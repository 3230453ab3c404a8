#include "sources/logs/parser.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

namespace vedette::sources::logs {
namespace {

using json_items::Kind;
using json_items::Object;
using json_items::Problem;
using json_items::Value;
using MaybeProblem = std::optional<Problem>;

bool IsOneOf(std::string_view key, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, key) != names.end();
}

// Reads one log line.
class LineParser {
 public:
  LineParser(const ParseOptions& options, model::LogRecord& record)
      : options_(options), record_(record) {}

  base::Result<MaybeProblem> Read(Object& object);

 private:
  base::Result<MaybeProblem> ReadField(std::string_view key, Value value);
  base::Result<MaybeProblem> ReadText(std::string_view key, Value& value, std::string& out);
  base::Result<MaybeProblem> ReadTime(std::string_view key, Value& value);
  base::Result<MaybeProblem> ReadLevel(std::string_view key, Value& value);
  base::Result<MaybeProblem> ReadMembers(Value& value);
  base::Result<MaybeProblem> AddField(std::string_view key, Value& value);

  const ParseOptions& options_;
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
  if (record_.message.size() > options_.message_bytes_max) {
    return MaybeProblem(
        {"message", fmt::format("has {} bytes; the limit is {}", record_.message.size(),
                                options_.message_bytes_max)});
  }
  return MaybeProblem();
}

base::Result<MaybeProblem> LineParser::ReadField(std::string_view key, Value value) {
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind == Kind::null) {
    VEDETTE_TRY_VOID(json_items::TokenOf(value));
    return MaybeProblem();
  }
  if (key == "service") return ReadText(key, value, record_.service);
  if (IsOneOf(key, {"message", "msg"})) return ReadText(key, value, record_.message);
  if (key == "trace_id") return ReadText(key, value, record_.trace_id);
  if (IsOneOf(key, {"timestamp", "time", "ts", "@timestamp"})) return ReadTime(key, value);
  if (IsOneOf(key, {"level", "severity"})) return ReadLevel(key, value);
  if (kind == Kind::object && IsOneOf(key, {"data", "fields"})) return ReadMembers(value);
  return AddField(key, value);
}

base::Result<MaybeProblem> LineParser::ReadText(std::string_view key, Value& value,
                                                std::string& out) {
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind != Kind::string) return MaybeProblem({std::string(key), "must be a text"});
  VEDETTE_TRY(out, json_items::StringOf(value));
  return MaybeProblem();
}

base::Result<MaybeProblem> LineParser::ReadTime(std::string_view key, Value& value) {
  VEDETTE_TRY(const std::optional<base::TimePoint> time, json_items::TimeOf(value));
  if (!time) {
    return MaybeProblem(
        {std::string(key), "must be RFC 3339 or a number of seconds or milliseconds since 1970"});
  }
  record_.time = *time;
  return MaybeProblem();
}

base::Result<MaybeProblem> LineParser::ReadLevel(std::string_view key, Value& value) {
  std::string name;
  VEDETTE_TRY(MaybeProblem problem, ReadText(key, value, name));
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

base::Result<MaybeProblem> LineParser::ReadMembers(Value& value) {
  Object members;
  if (const auto code = value.get_object().get(members)) return json_items::Broken(code);
  return json_items::ForEachField(
      members, [&](std::string_view key, Value member) { return AddField(key, member); });
}

base::Result<MaybeProblem> LineParser::AddField(std::string_view key, Value& value) {
  if (key.empty()) return MaybeProblem({"", "a field has an empty name"});
  if (key.size() > options_.name_bytes_max) {
    return MaybeProblem({"", fmt::format("a field name has {} bytes; the limit is {}", key.size(),
                                         options_.name_bytes_max)});
  }
  std::string name(key);
  VEDETTE_TRY(std::optional<std::string> text, json_items::TextOf(value, options_.items.depth_max));
  if (!text) {
    return MaybeProblem({std::move(name),
                         fmt::format("is nested deeper than {} levels", options_.items.depth_max)});
  }
  const auto same = std::ranges::find(record_.fields, name, [](const auto& f) { return f.first; });
  if (same != record_.fields.end()) {
    same->second = *std::move(text);  // as in most readers of JSON, the last one counts
    return MaybeProblem();
  }
  if (record_.fields.size() >= options_.fields_max) {
    return MaybeProblem({"", fmt::format("more than {} fields", options_.fields_max)});
  }
  record_.fields.emplace_back(std::move(name), *std::move(text));
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
  const json_items::ItemReader read = [&](size_t index,
                                          Object& item) -> base::Result<MaybeProblem> {
    model::LogRecord record;
    record.time = now;
    VEDETTE_TRY(MaybeProblem problem, LineParser(options, record).Read(item));
    if (problem) return problem;
    parsed.records.push_back(std::move(record));
    parsed.indexes.push_back(index);
    return MaybeProblem();
  };
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
