#include "api/incidents.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/json_views.h"
#include "api/parameters.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::Command;
using incident::CommandKind;
using incident::journal::IncidentPage;
using incident::journal::IncidentQuery;

constexpr size_t kIdBytesMax = 200;
constexpr size_t kActorBytesMax = 200;
constexpr size_t kTextBytesMax = 10'000;

void WriteCursor(JsonWriter& json, const std::string& cursor) {
  json.Field("next_cursor", base::NullIfEmpty(cursor));
}

// "open", "open,acknowledged" and repeated parameters are all the same to us.
base::Result<std::vector<model::IncidentState>> ReadStates(const Call& call) {
  std::vector<model::IncidentState> states;
  for (const std::string& value : call.Parameters("state")) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(','), rest.size());
      const auto state = model::ParseIncidentState(rest.substr(0, end));
      if (!state) {
        return BadParameter("state", "must be one of open, acknowledged, resolved");
      }
      if (states.size() < 3) states.push_back(*state);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return states;
}

base::Result<IncidentQuery> ReadIncidentQuery(const Call& call) {
  IncidentQuery query{.tenant = call.caller.tenant};
  VEDETTE_TRY(query.states, ReadStates(call));
  if (const std::string severity = call.Parameter("severity").value_or(""); !severity.empty()) {
    const auto parsed = model::ParseSeverity(severity);
    if (!parsed) return BadParameter("severity", "must be one of info, warning, critical");
    query.severity = *parsed;
  }
  VEDETTE_TRY(query.entity, ReadText(call, "entity", kIdBytesMax));
  VEDETTE_TRY(query.anomaly_id, ReadText(call, "anomaly", kIdBytesMax));
  VEDETTE_TRY(query.text, ReadText(call, "text", kIdBytesMax));
  VEDETTE_TRY(query.from, ReadTime(call, "from"));
  VEDETTE_TRY(query.to, ReadTime(call, "to"));
  VEDETTE_TRY(query.limit, ReadLimit(call));
  VEDETTE_TRY(query.cursor, ReadText(call, "cursor", kIdBytesMax));
  query.with_timeline = call.Parameter("view").value_or("full") != "summary";
  return query;
}

base::Result<std::string> ListIncidents(const IncidentSources& sources, const Call& call) {
  VEDETTE_TRY(const IncidentQuery query, ReadIncidentQuery(call));
  VEDETTE_TRY(const IncidentPage page, sources.journal.List(query));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("incidents").BeginArray();
  for (const model::Incident& incident : page.incidents) {
    if (query.with_timeline) {
      WriteIncident(json, incident);
    } else {
      WriteIncidentSummary(json, incident);
    }
  }
  json.EndArray();
  WriteCursor(json, page.next_cursor);
  json.EndObject();
  return body;
}

std::string IncidentBody(const model::Incident& incident) {
  std::string body;
  JsonWriter json(body);
  WriteIncident(json, incident);
  return body;
}

base::Result<std::string> GetIncident(const IncidentSources& sources, const Call& call) {
  VEDETTE_TRY(const model::Incident incident,
              sources.journal.Find(call.caller.tenant, call.PathValue("id")));
  return IncidentBody(incident);
}

// --- commands

// A text member under either of its names; nothing when neither is there.
base::Result<std::optional<std::string>> Member(const base::Json& json, const char* name,
                                                const char* other, size_t bytes_max) {
  for (const char* key : {name, other}) {
    const auto it = json.find(key);
    if (it == json.end() || it->is_null()) continue;
    if (!it->is_string()) return BadParameter(key, "must be a string");
    const std::string& text = it->get_ref<const std::string&>();
    if (text.size() > bytes_max) {
      return BadParameter(key,
                          fmt::format("has {} bytes; the limit is {}", text.size(), bytes_max));
    }
    return std::optional<std::string>(text);
  }
  return std::optional<std::string>();
}

base::Result<Command> ReadCommand(const Call& call, CommandKind kind) {
  Command command{.kind = kind,
                  .tenant = call.caller.tenant,
                  .incident_id = std::string(call.PathValue("id")),
                  .actor = call.caller.name,
                  .text = {}};
  const bool is_comment = kind == CommandKind::kComment;
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  VEDETTE_TRY(const std::optional<std::string> actor, Member(json, "by", "actor", kActorBytesMax));
  if (actor && !actor->empty()) command.actor = *actor;
  VEDETTE_TRY(std::optional<std::string> text,
              Member(json, is_comment ? "text" : "comment", is_comment ? "comment" : "text",
                     kTextBytesMax));
  command.text = std::move(text).value_or("");
  if (is_comment && command.text.empty()) return BadParameter("text", "a comment needs text");
  if (is_comment) {
    VEDETTE_TRY(command.at, ReadTime(json, "at"));
  }
  return command;
}

base::Result<std::string> RunCommand(const IncidentSources& sources, const Call& call,
                                     CommandKind kind) {
  VEDETTE_TRY(Command command, ReadCommand(call, kind));
  VEDETTE_TRY(const model::Incident incident, sources.command(std::move(command)));
  return IncidentBody(incident);
}

// --- anomalies

std::string AnomaliesBody(const std::vector<model::Anomaly>& anomalies,
                          const std::string& next_cursor, const Units& units) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("anomalies").BeginArray();
  for (const model::Anomaly& anomaly : anomalies) WriteAnomaly(json, anomaly, units.Of(anomaly));
  json.EndArray();
  WriteCursor(json, next_cursor);
  json.EndObject();
  return body;
}

base::Result<detect::AnomalyQuery> ReadAnomalyQuery(const Call& call) {
  detect::AnomalyQuery query{.tenant = call.caller.tenant};
  if (const std::string state = call.Parameter("state").value_or(""); !state.empty()) {
    if (state != "open" && state != "closed") {
      return BadParameter("state", "must be one of open, closed");
    }
    query.state = state == "open" ? model::AnomalyState::kOpen : model::AnomalyState::kClosed;
  }
  VEDETTE_TRY(query.from, ReadTime(call, "from"));
  VEDETTE_TRY(query.to, ReadTime(call, "to"));
  VEDETTE_TRY(query.entity, ReadText(call, "entity", kIdBytesMax));
  VEDETTE_TRY(query.limit, ReadLimit(call));
  VEDETTE_TRY(query.cursor, ReadText(call, "cursor", kIdBytesMax));
  return query;
}

struct AnomalyPart {
  IncidentSources sources;
  const Units& units;
};

// Those of one incident, in the order in which they joined it.
base::Result<std::string> ListAnomaliesOf(const AnomalyPart& part, const Call& call,
                                          const std::string& incident_id,
                                          const detect::AnomalyQuery& query) {
  VEDETTE_TRY(const model::Incident incident,
              part.sources.journal.Find(call.caller.tenant, incident_id));
  std::vector<model::Anomaly> anomalies;
  for (const std::string& id : incident.anomaly_ids) {
    if (static_cast<int64_t>(anomalies.size()) >= query.limit) break;
    base::Result<model::Anomaly> anomaly = part.sources.anomalies.Get(call.caller.tenant, id);
    if (!anomaly.ok() && anomaly.error().code == base::ErrorCode::kNotFound) continue;  // retired
    if (!anomaly.ok()) return anomaly.error();
    if (query.state && anomaly->state != *query.state) continue;
    if (!query.entity.empty() && anomaly->entity != query.entity) continue;
    anomalies.push_back(*std::move(anomaly));
  }
  return AnomaliesBody(anomalies, "", part.units);
}

base::Result<std::string> ListAnomalies(const AnomalyPart& part, const Call& call) {
  VEDETTE_TRY(const detect::AnomalyQuery query, ReadAnomalyQuery(call));
  VEDETTE_TRY(const std::string incident_id, ReadText(call, "incident", kIdBytesMax));
  if (!incident_id.empty()) return ListAnomaliesOf(part, call, incident_id, query);
  VEDETTE_TRY(const detect::AnomalyPage page, part.sources.anomalies.List(query));
  return AnomaliesBody(page.anomalies, page.next_cursor, part.units);
}

}  // namespace

std::vector<Route> IncidentRoutes(IncidentSources sources, const Units& units) {
  const auto anomalies = std::make_shared<const AnomalyPart>(AnomalyPart{sources, units});
  const auto shared = std::make_shared<const IncidentSources>(std::move(sources));
  const auto get = [&](std::string pattern, std::string operation, auto part, auto handler) {
    return Route{.method = "GET",
                 .pattern = std::move(pattern),
                 .permission = Permission::kRead,
                 .handler = MakeHandler(part, handler),
                 .operation = std::move(operation)};
  };
  const auto post = [&](std::string verb, std::string operation, CommandKind kind) {
    return Route{
        .method = "POST",
        .pattern = "/api/v1/incidents/{id}/" + verb,
        .permission = Permission::kRespond,
        .handler = [shared,
                    kind](const Call& call) { return Answer(RunCommand(*shared, call, kind)); },
        .operation = std::move(operation)};
  };
  return {
      get("/api/v1/incidents", "listIncidents", shared, ListIncidents),
      get("/api/v1/incidents/{id}", "getIncident", shared, GetIncident),
      post("acknowledge", "acknowledgeIncident", CommandKind::kAcknowledge),
      post("unacknowledge", "unacknowledgeIncident", CommandKind::kUnacknowledge),
      post("resolve", "resolveIncident", CommandKind::kResolve),
      post("comments", "commentIncident", CommandKind::kComment),
      get("/api/v1/anomalies", "listAnomalies", anomalies, ListAnomalies),
  };
}

}  // namespace vedette::api
