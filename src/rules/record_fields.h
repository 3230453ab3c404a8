#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "model/event.h"
#include "records/log_line.h"
#include "rules/condition.h"

namespace vedette::rules {

// The fields of one record by their paths. Of an event: service, type, severity, message, id,
// labels.<name>, data.<path>, and all else from its data too. Of a log line: service, level,
// message, trace_id, what the sender and the query's stages gave, and all else from a message that
// is a JSON object. Lives no longer than the record. Not thread-safe.
class RecordFields {
 public:
  explicit RecordFields(const model::Event& event) : event_(&event) {}
  explicit RecordFields(const records::LogLine& line) : line_(&line) {}
  RecordFields(const RecordFields&) = delete;
  RecordFields& operator=(const RecordFields&) = delete;

  FieldValue Get(std::string_view path) const;
  FieldLookup lookup() const {
    return [this](std::string_view path) { return Get(path); };
  }

  int64_t time_ms() const;
  std::string id() const { return event_ != nullptr ? event_->id : std::string(); }
  uint64_t pattern() const { return line_ != nullptr ? line_->pattern() : 0; }
  // What a person would be shown of it.
  std::string Shown() const;

 private:
  FieldValue OfEvent(std::string_view path) const;
  FieldValue OfLine(std::string_view path) const;
  // The JSON object that it holds; null when there is none.
  const base::Json& Json() const;

  const model::Event* event_ = nullptr;
  const records::LogLine* line_ = nullptr;
  mutable std::optional<base::Json> json_;
};

}  // namespace vedette::rules
