#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_fields.h"
#include "model/alert.h"
#include "model/anomaly.h"
#include "model/incident.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/page.h"
#include "model/severity.h"

namespace vedette::model {

// How values of the model are stored by base/json_fields.h.

inline std::string_view EnumName(Severity value) { return SeverityName(value); }
inline std::string_view EnumName(AnomalyKind value) { return AnomalyKindName(value); }
inline std::string_view EnumName(AnomalyState value) { return AnomalyStateName(value); }
inline std::string_view EnumName(AnomalyTransition value) { return AnomalyTransitionName(value); }
inline std::string_view EnumName(IncidentState value) { return IncidentStateName(value); }
inline std::string_view EnumName(PageKind value) { return PageKindName(value); }
inline std::string_view EnumName(IncidentPhase value) { return IncidentPhaseName(value); }

inline base::Json ToJsonValue(const Labels& labels) {
  base::Json json = base::Json::object();
  for (const Label& label : labels) json[std::string(label.name)] = label.value;
  return json;
}

inline bool FromJsonValue(const base::Json& json, Labels& labels) {
  if (!json.is_object()) return false;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return false;
    pairs.emplace_back(name, value.get<std::string>());
  }
  labels = Labels(std::move(pairs));
  return true;
}

// Each as its own text.
inline base::Json ToJsonValue(const std::vector<Matcher>& matchers) {
  base::Json json = base::Json::array();
  for (const Matcher& matcher : matchers) json.push_back(matcher.ToString());
  return json;
}

inline bool FromJsonValue(const base::Json& json, std::vector<Matcher>& matchers) {
  if (!json.is_array()) return false;
  for (const base::Json& text : json) {
    if (!text.is_string()) return false;
    base::Result<Matcher> matcher = Matcher::Parse(text.get_ref<const std::string&>());
    if (!matcher.ok()) return false;
    matchers.push_back(*std::move(matcher));
  }
  return true;
}

template <typename Archive>
void Fields(Archive& archive, Alert& alert) {
  archive("tenant", alert.tenant);
  archive("labels", alert.labels);
  archive("annotations", alert.annotations);
  archive("starts_at", alert.starts_at);
  archive("ends_at", alert.ends_at);
  archive("updated_at", alert.updated_at);
  archive("generator_url", alert.generator_url);
}

template <typename Archive>
void Fields(Archive& archive, Page& page) {
  archive("dedup_key", page.dedup_key);
  archive("kind", page.kind);
  archive("tenant", page.tenant);
  archive("incident", page.incident_id);
  archive("title", page.title);
  archive("text", page.text);
  archive("severity", page.severity);
  archive("entities", page.entities);
  archive("incident_started_at", page.incident_started_at);
  archive("decided_at", page.decided_at);
  archive("labels", page.labels);
  archive("priority", page.priority);
  archive("state", page.state);
  archive("group_labels", page.group_labels);
  archive.Since("grouped", page.grouped);
  archive("annotations", page.annotations);
  archive("alerts", page.alerts);
  archive.Since("anomalies", page.anomalies);
  archive.Since("alerts_new", page.alerts_new);
  archive("alerts_left_out", page.alerts_left_out);
}

}  // namespace vedette::model
