#include "api/simulation.h"

#include <algorithm>
#include <memory>
#include <set>
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
constexpr base::Duration kBackdated = std::chrono::seconds(30);  // an anomaly's start, at most
constexpr int64_t kAnomaliesMax = 1000;                          // read of a service
constexpr size_t kMembersSought = 100;  // of a fault's anomalies, for one that an incident has
constexpr size_t kScenarioBytesMax = 256 << 10;
constexpr int64_t kSeedMax = int64_t{1} << 53;  // what a browser can say

base::Error Off() {
  return base::FailedPrecondition(
      "this server is not fed by the simulator: start `vedette demo` for that");
}

// A member that is a moment; nothing where there is none.
std::optional<base::TimePoint> TimeIn(const base::Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  const base::Result<base::TimePoint> time = base::ParseTime(found->get<std::string>());
  return time.ok() ? std::optional(*time) : std::nullopt;
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

// Whether a moment may be of a fault: from when it began, or so much before, to a while after its
// end.
bool IsInTimeOf(const sim::Incident& fault, base::TimePoint at, base::Duration before) {
  return at >= fault.started_at - before && at <= fault.ended_at + kGrace;
}

// Anomalies of the services that a fault hurt, which began in its time; the first first.
base::Result<std::vector<model::Anomaly>> AnomaliesOf(const SimulationSources& sources,
                                                      const model::TenantName& tenant,
                                                      const sim::Incident& fault) {
  std::set<std::string> services = {fault.service};
  for (const sim::AffectedService& affected : fault.affected) services.insert(affected.service);
  std::vector<model::Anomaly> anomalies;
  for (const std::string& service : services) {
    VEDETTE_TRY(detect::AnomalyPage page,
                sources.anomalies.List({.tenant = tenant,
                                        .from = fault.started_at - kBackdated,
                                        .to = fault.ended_at + kGrace,
                                        .entity = service,
                                        .limit = kAnomaliesMax}));
    for (model::Anomaly& anomaly : page.anomalies) {
      if (!IsInTimeOf(fault, anomaly.started_at, kBackdated)) continue;
      anomalies.push_back(std::move(anomaly));
    }
  }
  std::ranges::stable_sort(anomalies, {}, &model::Anomaly::started_at);
  return anomalies;
}

struct Finding {
  model::Incident incident;
  base::TimePoint found_at;  // when the first anomaly of the fault in it began
};

// The incident that took in what a fault did, which may have been open before; nothing while there
// is none.
base::Result<std::optional<Finding>> FindingOf(const SimulationSources& sources,
                                               const model::TenantName& tenant,
                                               const sim::Incident& fault) {
  VEDETTE_TRY(const std::vector<model::Anomaly> anomalies, AnomaliesOf(sources, tenant, fault));
  for (size_t i = 0; i < anomalies.size() && i < kMembersSought; ++i) {
    VEDETTE_TRY(
        incident::journal::IncidentPage page,
        sources.journal.List(
            {.tenant = tenant, .anomaly_id = anomalies[i].id, .with_timeline = false, .limit = 1}));
    if (page.incidents.empty()) continue;
    return std::optional(Finding{std::move(page.incidents.front()), anomalies[i].started_at});
  }
  return std::optional<Finding>();
}

// The diagnosis of the incident, where it is one of the fault: in an incident that was open before,
// the last may still be about what was there first.
base::Json DiagnosisOf(const SimulationSources& sources, const model::TenantName& tenant,
                       const sim::Incident& fault, const std::string& incident_id) {
  const auto stored = sources.diagnoses.Find(tenant, incident_id);
  if (!stored.ok() || !*stored) return nullptr;
  base::Result<base::Json> body = base::ParseJson((*stored)->body);
  if (!body.ok() || !body->is_object()) return nullptr;
  const std::optional<base::TimePoint> onset = TimeIn(*body, "onset");
  return onset && !IsInTimeOf(fault, *onset, kGrace) ? base::Json() : *std::move(body);
}

// Whether a hypothesis blames a change that was made before the fault.
bool BlamesEarlierChange(const base::Json& hypothesis, const sim::Incident& fault) {
  const base::Json claims = hypothesis.value("claims", base::Json::array());
  return std::ranges::any_of(claims, [&](const base::Json& claim) {
    if (claim.value("kind", "") != "change") return false;
    const std::optional<base::TimePoint> at = TimeIn(claim, "at");
    return at && *at < fault.started_at - kGrace;
  });
}

void WriteDiagnosis(JsonWriter& json, const sim::Incident& fault, const base::Json& body) {
  json.Key("diagnosis");
  if (body.is_null()) {
    json.Null();
    return;
  }
  const std::string status = body.value("status", "unknown");
  json.BeginObject().Field("status", status).Field("summary", body.value("summary", ""));
  int rank = 0;
  int place = 0;
  json.Key("suspects").BeginArray();
  for (const base::Json& hypothesis : body.value("hypotheses", base::Json::array())) {
    const std::string entity = hypothesis.value("entity", "");
    if (hypothesis.value("status", "") == "ruled_out") continue;
    ++place;
    const bool right = entity == fault.service && !BlamesEarlierChange(hypothesis, fault);
    if (rank == 0 && right) rank = place;
    if (place > 3) continue;
    json.BeginObject()
        .Field("entity", entity)
        .Field("probability", hypothesis.value("probability", 0.0))
        .EndObject();
  }
  const bool ranked = rank > 0 && status != "unknown";
  json.EndArray().Field("rank_of_truth", ranked ? std::optional(rank) : std::nullopt).EndObject();
}

void WriteVerdict(JsonWriter& json, const SimulationSources& sources,
                  const model::TenantName& tenant, const sim::Incident& fault,
                  const Finding& finding) {
  const model::Incident& incident = finding.incident;
  json.BeginObject()
      .Field("incident_id", incident.id)
      .Field("title", incident.title)
      .Field("severity", model::SeverityName(incident.severity))
      .Field("state", model::IncidentStateName(incident.state))
      .Field("started_at", incident.started_at)
      .Field("found_at", finding.found_at)
      .Field("joined", incident.started_at < fault.started_at - kBackdated);
  WriteDiagnosis(json, fault, DiagnosisOf(sources, tenant, fault, incident.id));
  json.EndObject();
}

base::Result<> WriteFault(JsonWriter& json, const SimulationSources& sources,
                          const model::TenantName& tenant, const SimulationStory& story,
                          const sim::Incident& fault) {
  const bool begun = story.now >= fault.started_at;
  std::optional<Finding> finding;
  if (begun) {
    VEDETTE_TRY(finding, FindingOf(sources, tenant, fault));
  }
  json.BeginObject()
      .Key("truth")
      .Raw(sim::ToJson(fault))
      .Field("state", !begun                        ? "to_come"
                      : story.now <= fault.ended_at ? "active"
                                                    : "over")
      .Key("verdict");
  if (finding) {
    WriteVerdict(json, sources, tenant, fault, *finding);
  } else {
    json.Null();
  }
  json.EndObject();
  return {};
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
    VEDETTE_TRY_VOID(WriteFault(json, sources, tenant, *story, fault));
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
