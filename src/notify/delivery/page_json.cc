#include "notify/delivery/page_json.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "model/json_fields.h"

namespace vedette::notify::delivery {
namespace {

constexpr std::string_view kVersion = "1";

void WriteLabels(base::JsonWriter& json, std::string_view key, model::LabelsView labels) {
  json.Key(key).BeginObject();
  for (const model::Label& label : labels) json.Field(label.name, label.value);
  json.EndObject();
}

void WriteAlerts(base::JsonWriter& json, const std::vector<model::Alert>& alerts) {
  json.Key("alerts").BeginArray();
  for (const model::Alert& alert : alerts) {
    json.BeginObject();
    WriteLabels(json, "labels", alert.labels);
    WriteLabels(json, "annotations", alert.annotations);
    json.Field("starts_at", base::FormatTime(alert.starts_at));
    if (alert.ends_at != base::TimePoint{}) json.Field("ends_at", base::FormatTime(alert.ends_at));
    json.Field("generator_url", alert.generator_url).EndObject();
  }
  json.EndArray();
}

// What pages of earlier versions lack is left as it is.
void ReadLabels(const base::Json& json, const char* key, model::Labels& out) {
  const auto it = json.find(key);
  if (it != json.end()) model::FromJsonValue(*it, out);
}

std::string TextOr(const base::Json& json, const char* key, std::string_view otherwise) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string(otherwise);
}

int64_t NumberOr(const base::Json& json, const char* key, int64_t otherwise) {
  const auto it = json.find(key);
  return it != json.end() && it->is_number_integer() ? it->get<int64_t>() : otherwise;
}

void ReadAlerts(const base::Json& json, std::vector<model::Alert>& out) {
  const auto list = json.find("alerts");
  if (list == json.end() || !list->is_array()) return;
  for (const base::Json& item : *list) {
    if (!item.is_object()) continue;
    model::Alert& alert = out.emplace_back();
    ReadLabels(item, "labels", alert.labels);
    ReadLabels(item, "annotations", alert.annotations);
    const auto starts_at = base::ParseTime(TextOr(item, "starts_at", ""));
    if (starts_at.ok()) alert.starts_at = *starts_at;
    const auto ends_at = base::ParseTime(TextOr(item, "ends_at", ""));
    if (ends_at.ok()) alert.ends_at = *ends_at;
    alert.generator_url = TextOr(item, "generator_url", "");
  }
}

// The members that version 1 did not have from the start.
void ReadForRouting(const base::Json& json, model::Page& page) {
  ReadLabels(json, "labels", page.labels);
  ReadLabels(json, "group_labels", page.group_labels);
  const auto grouped = json.find("grouped");
  page.grouped = grouped != json.end() && grouped->is_boolean() ? grouped->get<bool>()
                                                                : !page.group_labels.empty();
  ReadLabels(json, "annotations", page.annotations);
  page.priority = NumberOr(json, "priority", model::PriorityOf(page.labels, page.severity));
  page.state = model::ParseIncidentState(TextOr(json, "state", "open"))
                   .value_or(model::IncidentState::kOpen);
  ReadAlerts(json, page.alerts);
  page.alerts_new = NumberOr(json, "alerts_new", 0);
  page.alerts_left_out = NumberOr(json, "alerts_left_out", 0);
}

base::Result<std::string> Text(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_string()) {
    return base::DataLoss(std::string("page: no text member '") + key + "'");
  }
  return it->get<std::string>();
}

}  // namespace

void WritePageMembers(base::JsonWriter& json, const model::Page& page) {
  json.Field("version", kVersion)
      .Field("dedup_key", page.dedup_key)
      .Field("kind", model::PageKindName(page.kind))
      .Field("tenant", page.tenant)
      .Field("incident_id", page.incident_id)
      .Field("title", page.title)
      .Field("text", page.text)
      .Field("severity", model::SeverityName(page.severity))
      .Key("entities")
      .BeginArray();
  for (const std::string& entity : page.entities) json.Value(entity);
  json.EndArray()
      .Field("incident_started_at", base::FormatTime(page.incident_started_at))
      .Field("decided_at", base::FormatTime(page.decided_at))
      .Field("priority", page.priority)
      .Field("state", model::IncidentStateName(page.state));
  WriteLabels(json, "labels", page.labels);
  WriteLabels(json, "group_labels", page.group_labels);
  json.Field("grouped", page.grouped);
  WriteLabels(json, "annotations", page.annotations);
  WriteAlerts(json, page.alerts);
  json.Field("alerts_new", page.alerts_new).Field("alerts_left_out", page.alerts_left_out);
}

std::string PageToJson(const model::Page& page) {
  std::string text;
  base::JsonWriter json(text);
  json.BeginObject();
  WritePageMembers(json, page);
  json.EndObject();
  return text;
}

base::Result<model::Page> PageFromJson(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return base::DataLoss("page: " + json.error().message);
  if (!json->is_object()) return base::DataLoss("page: not an object");
  VEDETTE_TRY(const std::string version, Text(*json, "version"));
  if (version != kVersion) return base::DataLoss("page: version '" + version + "' is not known");
  model::Page page;
  VEDETTE_TRY(page.dedup_key, Text(*json, "dedup_key"));
  VEDETTE_TRY(const std::string kind, Text(*json, "kind"));
  const std::optional<model::PageKind> parsed_kind = model::ParsePageKind(kind);
  if (!parsed_kind) return base::DataLoss("page: kind '" + kind + "' is not known");
  page.kind = *parsed_kind;
  VEDETTE_TRY(page.tenant, Text(*json, "tenant"));
  VEDETTE_TRY(page.incident_id, Text(*json, "incident_id"));
  VEDETTE_TRY(page.title, Text(*json, "title"));
  VEDETTE_TRY(page.text, Text(*json, "text"));
  VEDETTE_TRY(const std::string severity, Text(*json, "severity"));
  page.severity = model::ParseSeverity(severity).value_or(model::Severity::kCritical);
  if (const auto entities = json->find("entities"); entities != json->end()) {
    for (const base::Json& entity : *entities) {
      if (entity.is_string()) page.entities.push_back(entity.get<std::string>());
    }
  }
  VEDETTE_TRY(const std::string started_at, Text(*json, "incident_started_at"));
  VEDETTE_TRY(page.incident_started_at, base::ParseTime(started_at));
  VEDETTE_TRY(const std::string decided_at, Text(*json, "decided_at"));
  VEDETTE_TRY(page.decided_at, base::ParseTime(decided_at));
  ReadForRouting(*json, page);
  return page;
}

}  // namespace vedette::notify::delivery
