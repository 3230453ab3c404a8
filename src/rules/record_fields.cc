#include "rules/record_fields.h"

#include <utility>

#include "model/log_record.h"
#include "model/severity.h"

namespace vedette::rules {
namespace {

FieldValue Text(std::string_view text) {
  FieldValue value;
  value.kind = FieldValue::Kind::kText;
  value.text = text;
  value.empty = text.empty();
  return value;
}

FieldValue OfJson(const base::Json& json) {
  FieldValue value;
  if (json.is_null()) return value;
  if (json.is_string()) return Text(json.get_ref<const std::string&>());
  value.text = base::DumpJson(json);
  if (json.is_boolean()) {
    value.kind = FieldValue::Kind::kBool;
    value.flag = json.get<bool>();
  } else if (json.is_number()) {
    value.kind = FieldValue::Kind::kNumber;
    value.number = json.get<double>();
  } else {
    value.kind = FieldValue::Kind::kOther;
    value.empty = json.empty();
  }
  return value;
}

// The value at "a.b.c"; a key that has dots itself counts too.
FieldValue Find(const base::Json& json, std::string_view path) {
  if (!json.is_object()) return {};
  if (const auto whole = json.find(std::string(path)); whole != json.end()) return OfJson(*whole);
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const auto part = json.find(std::string(path.substr(0, dot)));
    if (part != json.end() && part->is_object()) return Find(*part, path.substr(dot + 1));
  }
  return {};
}

}  // namespace

const base::Json& RecordFields::Json() const {
  if (!json_) {
    const std::string_view text =
        event_ != nullptr ? std::string_view(event_->data_json) : line_->message();
    const size_t begin = text.find_first_not_of(" \t");
    json_.emplace();
    if (begin != std::string_view::npos && text[begin] == '{') {
      base::Result<base::Json> parsed = base::ParseJson(text);
      if (parsed.ok()) json_ = *std::move(parsed);
    }
  }
  return *json_;
}

FieldValue RecordFields::OfEvent(std::string_view path) const {
  if (path == "service") return Text(event_->service);
  if (path == "type") return Text(event_->type);
  if (path == "severity") return Text(model::SeverityName(event_->severity));
  if (path == "message") return Text(event_->message);
  if (path.starts_with("labels.")) {
    for (const auto& [name, value] : event_->labels) {
      if (name == path.substr(7)) return Text(value);
    }
    return {};
  }
  if (path == "data") return OfJson(Json());
  if (path.starts_with("data.")) return Find(Json(), path.substr(5));
  return Find(Json(), path);
}

FieldValue RecordFields::OfLine(std::string_view path) const {
  if (path == "service") return Text(line_->service());
  if (path == "level") return Text(model::LogSeverityName(line_->level()));
  if (path == "message") return Text(line_->message());
  if (path == "trace_id") return Text(line_->trace_id());
  if (const std::optional<std::string_view> field = line_->Field(path)) {
    return *field == "null" ? FieldValue{} : Text(*field);
  }
  return Find(Json(), path);
}

FieldValue RecordFields::Get(std::string_view path) const {
  return event_ != nullptr ? OfEvent(path) : OfLine(path);
}

int64_t RecordFields::time_ms() const {
  return event_ != nullptr ? base::ToMillis(event_->time) : line_->time_ms();
}

std::string RecordFields::Shown() const {
  if (line_ != nullptr) return std::string(line_->message());
  return event_->data_json.empty() || event_->data_json == "{}" ? event_->message
                                                                : event_->data_json;
}

}  // namespace vedette::rules
