#include "api/simulation.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/item_answer.h"
#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::JsonWriter;

constexpr base::Duration kGrace = std::chrono::minutes(2);
constexpr int64_t kIncidentsMax = 200;
constexpr size_t kScenarioBytesMax = 256 << 10;
constexpr int64_t kSeedMax = int64_t{1} << 53;  // what a browser can say

base::Error Off() {
  return base::FailedPrecondition(
      "this server is not fed by the simulator: start `vedette demo` for that");
}

void WriteScenario(JsonWriter& json, const sim::Scenario& scenario) {
  json.BeginObject()
      .Field("name", scenario.name)
      .Field("about", scenario.about)
      .Field("lasts_seconds", base::ToSeconds(scenario.lasts))
      .Key("faults")
      .BeginArray();
  for (const sim::PlannedFault& fault : scenario.faults) {
    json.BeginObject()
        .Field("type", sim::IncidentTypeName(fault.type))
        .Field("severity", sim::IncidentSeverity(fault.type))
        .Field("services", fault.services)
        .Field("at_seconds", base::ToSeconds(fault.at))
        .Field("jitter_seconds", base::ToSeconds(fault.jitter))
        .Field("lasts_seconds", base::ToSeconds(fault.lasts))
        .EndObject();
  }
  json.EndArray().Field("harmless_changes", uint64_t{scenario.changes.size()}).EndObject();
}

// The incident that was opened for a fault; nothing while there is none.
const model::Incident* IncidentOf(const sim::Incident& fault,
                                  const std::vector<model::Incident>& incidents) {
  const model::Incident* first = nullptr;
  for (const model::Incident& incident : incidents) {
    if (incident.started_at < fault.started_at - kGrace ||
        incident.started_at > fault.ended_at + kGrace) {
      continue;
    }
    const bool shares =
        std::any_of(fault.affected.begin(), fault.affected.end(), [&](const auto& affected) {
          return std::find(incident.entities.begin(), incident.entities.end(), affected.service) !=
                 incident.entities.end();
        });
    if (shares && (first == nullptr || incident.started_at < first->started_at)) first = &incident;
  }
  return first;
}

void WriteDiagnosis(JsonWriter& json, const sim::Incident& fault,
                    const base::Result<std::optional<diagnose::live::StoredDiagnosis>>& stored) {
  json.Key("diagnosis");
  if (!stored.ok() || !*stored) {
    json.Null();
    return;
  }
  const base::Result<base::Json> body = base::ParseJson((*stored)->body);
  if (!body.ok() || !body->is_object()) {
    json.Null();
    return;
  }
  const std::string status = body->value("status", "unknown");
  json.BeginObject().Field("status", status).Field("summary", body->value("summary", ""));
  int rank = 0;
  int place = 0;
  json.Key("suspects").BeginArray();
  for (const base::Json& hypothesis : body->value("hypotheses", base::Json::array())) {
    const std::string entity = hypothesis.value("entity", "");
    if (hypothesis.value("status", "") == "ruled_out") continue;
    ++place;
    if (rank == 0 && entity == fault.service) rank = place;
    if (place > 3) continue;
    json.BeginObject()
        .Field("entity", entity)
        .Field("probability", hypothesis.value("probability", 0.0))
        .EndObject();
  }
  const bool ranked = rank > 0 && status != "unknown";
  json.EndArray().Field("rank_of_truth", ranked ? std::optional(rank) : std::nullopt).EndObject();
}

void WriteFault(JsonWriter& json, const SimulationSources& sources, const model::TenantName& tenant,
                const SimulationStory& story, const sim::Incident& fault,
                const std::vector<model::Incident>& incidents) {
  const bool begun = story.now >= fault.started_at;
  json.BeginObject()
      .Key("truth")
      .Raw(sim::ToJson(fault))
      .Field("state", !begun                        ? "to_come"
                      : story.now <= fault.ended_at ? "active"
                                                    : "over")
      .Key("verdict");
  const model::Incident* const incident = begun ? IncidentOf(fault, incidents) : nullptr;
  if (incident == nullptr) {
    json.Null().EndObject();
    return;
  }
  json.BeginObject()
      .Field("incident_id", incident->id)
      .Field("title", incident->title)
      .Field("severity", model::SeverityName(incident->severity))
      .Field("state", model::IncidentStateName(incident->state))
      .Field("started_at", incident->started_at);
  WriteDiagnosis(json, fault, sources.diagnoses.Find(tenant, incident->id));
  json.EndObject().EndObject();
}

base::Result<std::string> Tell(const SimulationSources& sources, const Call& call) {
  const model::TenantName& tenant = call.caller.tenant;
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("available", sources.available());
  const std::optional<SimulationStory> story = sources.available() ? sources.story() : std::nullopt;
  json.Key("story");
  if (!story) {
    json.Null().EndObject();
    return out;
  }
  VEDETTE_TRY(const incident::journal::IncidentPage page,
              sources.journal.List({.tenant = tenant,
                                    .from = story->begin,
                                    .with_timeline = false,
                                    .limit = kIncidentsMax}));
  json.BeginObject()
      .Field("scenario", story->scenario)
      .Field("seed", story->seed)
      .Field("speed", story->speed)
      .Field("running", story->now < story->end)
      .Field("started_at", story->begin)
      .Field("ends_at", story->end)
      .Field("now", story->now)
      .Key("faults")
      .BeginArray();
  for (const sim::Incident& fault : story->truth) {
    WriteFault(json, sources, tenant, *story, fault, page.incidents);
  }
  json.EndArray().EndObject().EndObject();
  return out;
}

base::Result<SimulationRequest> ReadRequest(const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  SimulationRequest request;
  for (const auto& [key, value] : json.items()) {
    if (key == "scenario") {
      if (!value.is_string()) return base::InvalidArgument("must be a text", "scenario");
      request.scenario = value.get<std::string>();
    } else if (key == "seed") {
      const bool fits = value.is_number_integer() && value.get<int64_t>() >= 0;
      if (!fits || value.get<int64_t>() > kSeedMax) {
        return base::InvalidArgument("must be a whole number from 0 to 2^53", "seed");
      }
      request.seed = value.get<uint64_t>();
    } else if (key == "speed") {
      if (!value.is_number() || !(value.get<double>() >= 1 && value.get<double>() <= 100)) {
        return base::InvalidArgument("must be a number from 1 to 100", "speed");
      }
      request.speed = value.get<double>();
    } else {
      return base::InvalidArgument("unknown member", key);
    }
  }
  if (request.scenario.empty() || request.scenario.size() > kScenarioBytesMax) {
    return base::InvalidArgument("must be a name or YAML of at most 256 KiB", "scenario");
  }
  return request;
}

base::Result<std::string> List(const SimulationSources& sources, const Call&) {
  if (!sources.available()) return Off();
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("scenarios").BeginArray();
  for (const sim::Scenario& scenario : sources.scenarios()) WriteScenario(json, scenario);
  json.EndArray().EndObject();
  return out;
}

base::Result<net::Response> Start(const SimulationSources& sources, const Call& call) {
  if (!sources.available()) return Off();
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  VEDETTE_TRY(const SimulationRequest request, ReadRequest(call));
  VEDETTE_TRY_VOID(sources.start(request));
  return Answer(Tell(sources, call));
}

base::Result<std::string> Stop(const SimulationSources& sources, const Call& call) {
  if (!sources.available()) return Off();
  sources.stop();
  return Tell(sources, call);
}

}  // namespace

std::vector<Route> SimulationRoutes(SimulationSources sources) {
  const auto shared = std::make_shared<const SimulationSources>(std::move(sources));
  return {
      {"GET", "/api/v1/simulation", Permission::kRead, MakeHandler(shared, Tell), "getSimulation"},
      {"POST", "/api/v1/simulation", Permission::kEdit, MakeHandler(shared, Start),
       "startSimulation"},
      {"DELETE", "/api/v1/simulation", Permission::kEdit, MakeHandler(shared, Stop),
       "stopSimulation"},
      {"GET", "/api/v1/simulation/scenarios", Permission::kRead, MakeHandler(shared, List),
       "listScenarios"},
  };
}

}  // namespace vedette::api
