#include "sources/events/parser.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <optional>
#include <string_view>
#include <utility>

#include "model/log_record.h"

namespace vedette::sources::events {
namespace {

using json_items::Kind;
using json_items::Object;
using json_items::Problem;
using json_items::Value;
using MaybeProblem = std::optional<Problem>;

bool IsOneOf(std::string_view key, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, key) != names.end();
}

struct NamedSeverity {
  std::string_view name;
  model::Severity severity;
};

// How outside systems say it, beyond the names of our own scale and of log levels.
constexpr std::array<NamedSeverity, 18> kSynonyms = {{
    {"low", model::Severity::kInfo},
    {"ok", model::Severity::kInfo},
    {"success", model::Severity::kInfo},
    {"succeeded", model::Severity::kInfo},
    {"completed", model::Severity::kInfo},
    {"started", model::Severity::kInfo},
    {"minor", model::Severity::kWarning},
    {"medium", model::Severity::kWarning},
    {"moderate", model::Severity::kWarning},
    {"degraded", model::Severity::kWarning},
    {"major", model::Severity::kCritical},
    {"high", model::Severity::kCritical},
    {"failed", model::Severity::kCritical},
    {"failure", model::Severity::kCritical},
    {"down", model::Severity::kCritical},
    {"outage", model::Severity::kCritical},
    {"page", model::Severity::kCritical},
    {"severe", model::Severity::kCritical},
}};

std::optional<model::Severity> SeverityOf(std::string_view name) {
  std::string lower(name.substr(0, 16));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (const auto severity = model::ParseSeverity(lower)) return severity;
  for (const NamedSeverity& synonym : kSynonyms) {
    if (synonym.name == lower) return synonym.severity;
  }
  const auto level = model::ParseLogSeverity(lower);
  if (!level) return std::nullopt;
  if (*level >= model::LogSeverity::kError) return model::Severity::kCritical;
  return *level == model::LogSeverity::kWarning ? model::Severity::kWarning
                                                : model::Severity::kInfo;
}

// Reads one event.
class EventParser {
 public:
  EventParser(const ParseOptions& options, model::Event& event)
      : options_(options), event_(event) {}

  base::Result<MaybeProblem> Read(Object& object);

 private:
  base::Result<MaybeProblem> ReadField(std::string_view key, Value value);
  base::Result<MaybeProblem> ReadText(std::string_view key, Value& value, std::string& out);
  base::Result<MaybeProblem> ReadId(Value& value);
  base::Result<MaybeProblem> ReadTime(std::string_view key, Value& value);
  base::Result<MaybeProblem> ReadSeverity(std::string_view key, Value& value);
  base::Result<MaybeProblem> ReadData(std::string_view key, Value& value);
  base::Result<MaybeProblem> ReadLabels(Value& value);
  base::Result<MaybeProblem> AddLabel(std::string_view key, Value& value);
  MaybeProblem CheckWhole();

  const ParseOptions& options_;
  model::Event& event_;
  std::optional<model::Severity> severity_;
};

base::Result<MaybeProblem> EventParser::Read(Object& object) {
  VEDETTE_TRY(MaybeProblem problem,
              json_items::ForEachField(object, [&](std::string_view key, Value value) {
                return ReadField(key, value);
              }));
  if (problem) return problem;
  return CheckWhole();
}

MaybeProblem EventParser::CheckWhole() {
  if (event_.service.empty()) return Problem{"service", "is required"};
  if (event_.type.empty()) return Problem{"type", "is required"};
  if (event_.id.size() > options_.id_bytes_max) {
    return Problem{"id", fmt::format("has {} bytes; the limit is {}", event_.id.size(),
                                     options_.id_bytes_max)};
  }
  if (event_.message.size() > options_.message_bytes_max) {
    return Problem{"message", fmt::format("has {} bytes; the limit is {}", event_.message.size(),
                                          options_.message_bytes_max)};
  }
  event_.severity = severity_.value_or(model::Severity::kInfo);
  if (!severity_) {
    const auto status =
        std::ranges::find(event_.labels, "status", [](const auto& label) { return label.first; });
    if (status != event_.labels.end()) {
      event_.severity = SeverityOf(status->second).value_or(model::Severity::kInfo);
    }
  }
  return std::nullopt;
}

base::Result<MaybeProblem> EventParser::ReadField(std::string_view key, Value value) {
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind == Kind::null) {
    VEDETTE_TRY_VOID(json_items::TokenOf(value));
    return MaybeProblem();
  }
  if (key == "id") return ReadId(value);
  if (IsOneOf(key, {"service", "source"})) {
    // Where both are given, the service says whose event it is and the source who tells of it.
    if (key == "source" && !event_.service.empty()) return AddLabel(key, value);
    if (key == "service" && !event_.service.empty()) {
      event_.labels.emplace_back("source", std::exchange(event_.service, {}));
    }
    return ReadText(key, value, event_.service);
  }
  if (IsOneOf(key, {"type", "event_type"})) return ReadText(key, value, event_.type);
  if (IsOneOf(key, {"message", "description"})) return ReadText(key, value, event_.message);
  if (IsOneOf(key, {"time", "timestamp"})) return ReadTime(key, value);
  if (IsOneOf(key, {"severity", "level"})) return ReadSeverity(key, value);
  if (IsOneOf(key, {"data", "details"})) return ReadData(key, value);
  if (key == "labels" && kind == Kind::object) return ReadLabels(value);
  return AddLabel(key, value);
}

base::Result<MaybeProblem> EventParser::ReadText(std::string_view key, Value& value,
                                                 std::string& out) {
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind != Kind::string) return MaybeProblem({std::string(key), "must be a text"});
  VEDETTE_TRY(out, json_items::StringOf(value));
  return MaybeProblem();
}

base::Result<MaybeProblem> EventParser::ReadId(Value& value) {
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind == Kind::number) {
    VEDETTE_TRY(event_.id, json_items::TokenOf(value));
    return MaybeProblem();
  }
  return ReadText("id", value, event_.id);
}

base::Result<MaybeProblem> EventParser::ReadTime(std::string_view key, Value& value) {
  VEDETTE_TRY(const std::optional<base::TimePoint> time, json_items::TimeOf(value));
  if (!time) {
    return MaybeProblem(
        {std::string(key), "must be RFC 3339 or a number of seconds or milliseconds since 1970"});
  }
  event_.time = *time;
  return MaybeProblem();
}

base::Result<MaybeProblem> EventParser::ReadSeverity(std::string_view key, Value& value) {
  std::string name;
  VEDETTE_TRY(MaybeProblem problem, ReadText(key, value, name));
  if (problem) return problem;
  severity_ = SeverityOf(name);
  if (severity_) return MaybeProblem();
  return MaybeProblem({std::string(key), fmt::format("\"{}\" is none of info, warning, critical",
                                                     name.substr(0, 50))});
}

base::Result<MaybeProblem> EventParser::ReadData(std::string_view key, Value& value) {
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (kind != Kind::object) return MaybeProblem({std::string(key), "must be an object"});
  std::string text;
  VEDETTE_TRY(const bool complete, json_items::AppendJson(value, options_.items.depth_max, text));
  if (!complete) {
    return MaybeProblem({std::string(key),
                         fmt::format("is nested deeper than {} levels", options_.items.depth_max)});
  }
  if (text.size() > options_.data_bytes_max) {
    return MaybeProblem({std::string(key), fmt::format("has {} bytes; the limit is {}", text.size(),
                                                       options_.data_bytes_max)});
  }
  event_.data_json = std::move(text);
  return MaybeProblem();
}

base::Result<MaybeProblem> EventParser::ReadLabels(Value& value) {
  Object members;
  if (const auto code = value.get_object().get(members)) return json_items::Broken(code);
  return json_items::ForEachField(
      members, [&](std::string_view key, Value member) { return AddLabel(key, member); });
}

base::Result<MaybeProblem> EventParser::AddLabel(std::string_view key, Value& value) {
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
  const auto same = std::ranges::find(event_.labels, name, [](const auto& l) { return l.first; });
  if (same != event_.labels.end()) {
    same->second = *std::move(text);  // as in most readers of JSON, the last one counts
    return MaybeProblem();
  }
  if (event_.labels.size() >= options_.fields_max) {
    return MaybeProblem({"", fmt::format("more than {} fields", options_.fields_max)});
  }
  event_.labels.emplace_back(std::move(name), *std::move(text));
  return MaybeProblem();
}

}  // namespace

base::Result<ParsedEvents> Parse(const std::string& body, base::TimePoint now,
                                 const ParseOptions& options) {
  ParsedEvents parsed;
  const json_items::ItemReader read = [&](size_t index,
                                          Object& item) -> base::Result<MaybeProblem> {
    model::Event event;
    event.time = now;
    VEDETTE_TRY(MaybeProblem problem, EventParser(options, event).Read(item));
    if (problem) return problem;
    parsed.events.push_back(std::move(event));
    parsed.indexes.push_back(index);
    return MaybeProblem();
  };
  VEDETTE_TRY(parsed.items,
              json_items::ReadDocument(body, "events", options.items, read, parsed.rejected));
  return parsed;
}

}  // namespace vedette::sources::events
