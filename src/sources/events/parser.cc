#include "sources/events/parser.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <optional>
#include <string_view>
#include <utility>

#include "model/log_record.h"
#include "sources/json_items/fields.h"

namespace vedette::sources::events {
namespace {

using json_items::IsOneOf;
using json_items::Kind;
using json_items::MaybeProblem;
using json_items::Object;
using json_items::Problem;
using json_items::Value;

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
      : options_(options),
        limits_{options.fields_max, options.name_bytes_max, options.items.depth_max},
        event_(event) {}

  base::Result<MaybeProblem> Read(Object& object);

 private:
  base::Result<MaybeProblem> ReadField(std::string_view key, Value value);
  base::Result<MaybeProblem> ReadService(std::string_view key, Value& value);
  base::Result<MaybeProblem> ReadSeverity(std::string_view key, Value& value);
  MaybeProblem CheckWhole();

  const ParseOptions& options_;
  const json_items::FieldLimits limits_;
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
  if (MaybeProblem problem = json_items::CheckBytes("id", event_.id, options_.id_bytes_max)) {
    return problem;
  }
  if (MaybeProblem problem =
          json_items::CheckBytes("message", event_.message, options_.message_bytes_max)) {
    return problem;
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
  VEDETTE_TRY(const bool null, json_items::TakeNull(value));
  if (null) return MaybeProblem();
  if (key == "id") return json_items::ReadId(key, value, event_.id);
  if (IsOneOf(key, {"service", "source"})) return ReadService(key, value);
  if (IsOneOf(key, {"type", "event_type"})) return json_items::ReadText(key, value, event_.type);
  if (IsOneOf(key, {"message", "description"})) {
    return json_items::ReadText(key, value, event_.message);
  }
  if (IsOneOf(key, {"time", "timestamp"})) return json_items::ReadTime(key, value, event_.time);
  if (IsOneOf(key, {"severity", "level"})) return ReadSeverity(key, value);
  if (IsOneOf(key, {"data", "details"})) {
    return json_items::ReadObject(key, value, limits_.depth_max, options_.data_bytes_max,
                                  event_.data_json);
  }
  VEDETTE_TRY(const Kind kind, json_items::KindOf(value));
  if (key == "labels" && kind == Kind::object) {
    return json_items::AddMembers(value, limits_, event_.labels);
  }
  return json_items::AddField(key, value, limits_, event_.labels);
}

// Where both are given, the service says whose event it is and the source who tells of it.
base::Result<MaybeProblem> EventParser::ReadService(std::string_view key, Value& value) {
  if (key == "source" && !event_.service.empty()) {
    return json_items::AddField(key, value, limits_, event_.labels);
  }
  if (key == "service" && !event_.service.empty()) {
    event_.labels.emplace_back("source", std::exchange(event_.service, {}));
  }
  return json_items::ReadText(key, value, event_.service);
}

base::Result<MaybeProblem> EventParser::ReadSeverity(std::string_view key, Value& value) {
  std::string name;
  VEDETTE_TRY(MaybeProblem problem, json_items::ReadText(key, value, name));
  if (problem) return problem;
  severity_ = SeverityOf(name);
  if (severity_) return MaybeProblem();
  return MaybeProblem({std::string(key), fmt::format("\"{}\" is none of info, warning, critical",
                                                     name.substr(0, 50))});
}

}  // namespace

base::Result<ParsedEvents> Parse(const std::string& body, base::TimePoint now,
                                 const ParseOptions& options) {
  ParsedEvents parsed;
  const auto read = json_items::Collect<EventParser>(now, options, parsed.events, parsed.indexes);
  VEDETTE_TRY(parsed.items,
              json_items::ReadDocument(body, "events", options.items, read, parsed.rejected));
  return parsed;
}

}  // namespace vedette::sources::events
