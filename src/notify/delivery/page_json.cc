#include "notify/delivery/page_json.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"

namespace vedette::notify::delivery {
namespace {

constexpr std::string_view kVersion = "1";

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
      .Field("decided_at", base::FormatTime(page.decided_at));
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
  return page;
}

}  // namespace vedette::notify::delivery
