#include "api/diagnosis.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "diagnose/live/similar.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
namespace live = diagnose::live;

constexpr size_t kWhyBytesMax = 10'000;
constexpr size_t kNameBytesMax = 200;
constexpr int64_t kPastMax = 1'000;
constexpr size_t kSimilarMax = 5;
constexpr base::Duration kChangesBefore = std::chrono::hours(24);
constexpr size_t kChangesMax = 200;

// A quotient; null without anything to divide by.
void WriteShare(JsonWriter& json, std::string_view key, int64_t part, int64_t whole) {
  std::optional<double> share;
  if (whole > 0) share = static_cast<double>(part) / static_cast<double>(whole);
  json.Field(key, share);
}

// What stands between the braces of an object.
std::string_view MembersOf(std::string_view object) { return object.substr(1, object.size() - 2); }

void WriteVerdict(JsonWriter& json, const live::Verdict& verdict) {
  json.BeginObject().Field("id", verdict.id);
  json.Field("verdict", live::OpinionName(verdict.opinion));
  json.Field("why", base::NullIfEmpty(verdict.why));
  json.Field("cause", base::NullIfEmpty(verdict.cause));
  json.Field("by", verdict.by).Field("at", verdict.at);
  json.Field("revision", verdict.revision).EndObject();
}

constexpr std::string_view kPendingDiagnosis =
    R"("status":"pending","summary":"Not diagnosed yet.","made_at":null,"from":null,"to":null,)"
    R"("step_seconds":null,"onset":null,"series":0,"engine_ms":null,"total_ms":null,)"
    R"("hypotheses":[],"inputs":[])";
constexpr std::string_view kPendingImpact =
    R"("status":"pending","made_at":null,"from":null,"to":null,"onset":null,"severity":null,)"
    R"("entities":[],"requests":null,"users":null,"error_budget":null,"differences":[],)"
    R"("report":[])";

class Handlers {
 public:
  explicit Handlers(DiagnosisSources sources) : sources_(std::move(sources)) {}

  base::Result<std::string> GetDiagnosis(const Call& call) const;
  base::Result<std::string> PostDiagnosis(const Call& call) const;
  base::Result<std::string> PostVerdict(const Call& call) const;
  base::Result<std::string> GetImpact(const Call& call) const;
  base::Result<std::string> GetSimilar(const Call& call) const;
  base::Result<std::string> GetChanges(const Call& call) const;
  base::Result<std::string> GetScore(const Call& call) const;

 private:
  base::Result<model::Incident> Find(const Call& call) const {
    return sources_.journal.Find(call.caller.tenant, call.PathValue("id"));
  }

  const DiagnosisSources sources_;
};

base::Result<std::string> Handlers::GetDiagnosis(const Call& call) const {
  VEDETTE_TRY(const model::Incident incident, Find(call));
  VEDETTE_TRY(const std::optional<live::StoredDiagnosis> found,
              sources_.store.Find(call.caller.tenant, incident.id));
  VEDETTE_TRY(const std::vector<live::Verdict> verdicts,
              sources_.store.Verdicts(call.caller.tenant, incident.id));
  std::string body = fmt::format("{{\"incident_id\":\"{}\",\"revision\":{},", incident.id,
                                 found ? found->revision : 0);
  body += found ? MembersOf(found->body) : kPendingDiagnosis;
  body += ",\"verdicts\":";
  JsonWriter json(body);
  json.BeginArray();
  for (const live::Verdict& verdict : verdicts) WriteVerdict(json, verdict);
  json.EndArray();
  return body + "}";
}

base::Result<std::string> Handlers::PostDiagnosis(const Call& call) const {
  VEDETTE_TRY(const model::Incident incident, Find(call));
  VEDETTE_TRY_VOID(sources_.diagnose(call.caller.tenant, incident.id));
  return GetDiagnosis(call);
}

base::Result<std::string> Handlers::PostVerdict(const Call& call) const {
  VEDETTE_TRY(const model::Incident incident, Find(call));
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  live::Verdict verdict;
  VEDETTE_TRY(const std::string opinion, ReadText(json, "verdict", kNameBytesMax));
  const std::optional<live::Opinion> known = live::ParseOpinion(opinion);
  if (!known) return BadParameter("verdict", "must be one of agree, wrong");
  verdict.opinion = *known;
  VEDETTE_TRY(verdict.why, ReadText(json, "why", kWhyBytesMax));
  VEDETTE_TRY(verdict.cause, ReadText(json, "cause", kNameBytesMax));
  VEDETTE_TRY(verdict.by, ReadText(json, "by", kNameBytesMax));
  if (verdict.by.empty()) verdict.by = call.caller.name;
  verdict.id = "vd_" + base::NewId(call.now);
  verdict.incident_id = incident.id;
  verdict.at = call.now;
  VEDETTE_TRY_VOID(sources_.store.AddVerdict(call.caller.tenant, std::move(verdict)));
  return GetDiagnosis(call);
}

base::Result<std::string> Handlers::GetImpact(const Call& call) const {
  VEDETTE_TRY(const model::Incident incident, Find(call));
  VEDETTE_TRY(const std::optional<live::StoredDiagnosis> found,
              sources_.store.Find(call.caller.tenant, incident.id));
  const bool there = found && !found->impact.empty();
  std::string body = fmt::format("{{\"incident_id\":\"{}\",\"revision\":{},", incident.id,
                                 there ? found->revision : 0);
  body += there ? MembersOf(found->impact) : kPendingImpact;
  return body + "}";
}

// What was written when it was resolved.
std::string ResolutionOf(const model::Incident& incident) {
  for (auto row = incident.timeline.rbegin(); row != incident.timeline.rend(); ++row) {
    if (row->kind == "resolved") return row->text;
  }
  return "";
}

void WriteSimilar(JsonWriter& json, const live::Similar& similar, const live::PastIncident& past,
                  const model::Incident& incident) {
  json.BeginObject().Field("id", incident.id).Field("title", incident.title);
  json.Field("similarity", similar.similarity)
      .Field("shared", similar.shared)
      .Field("state", model::IncidentStateName(incident.state));
  json.Field("started_at", incident.started_at);
  json.Field("resolved_at", incident.resolved_at);
  json.Field("resolved_by", base::NullIfEmpty(incident.resolved_by));
  json.Field("resolution", base::NullIfEmpty(ResolutionOf(incident)));
  const bool told = past.verdict && !past.verdict->cause.empty();
  const bool agreed = past.verdict && past.verdict->opinion == live::Opinion::kAgree;
  json.Field("cause", base::NullIfEmpty(told                       ? past.verdict->cause
                                        : past.status == "unknown" ? std::string()
                                        : past.verdict && !agreed  ? std::string()
                                                                   : past.entity));
  json.Field("cause_status", told || agreed ? "told" : past.status).EndObject();
}

base::Result<std::string> Handlers::GetSimilar(const Call& call) const {
  VEDETTE_TRY(const model::Incident incident, Find(call));
  VEDETTE_TRY(std::vector<live::PastIncident> past,
              sources_.store.Past(call.caller.tenant, kPastMax));
  std::vector<std::string> features;
  const auto own = std::find_if(past.begin(), past.end(), [&](const live::PastIncident& one) {
    return one.incident_id == incident.id;
  });
  if (own != past.end()) {
    features = own->features;
    past.erase(own);
  }
  std::string body = fmt::format("{{\"incident_id\":\"{}\",\"incidents\":", incident.id);
  JsonWriter json(body);
  json.BeginArray();
  size_t written = 0;
  for (const live::Similar& similar : live::FindSimilar(features, past, past.size())) {
    if (written == kSimilarMax) break;
    const live::PastIncident& one = past[similar.past];
    const base::Result<model::Incident> other =
        sources_.journal.Find(call.caller.tenant, one.incident_id);
    if (!other.ok() || other->started_at >= incident.started_at) continue;  // later is no past
    WriteSimilar(json, similar, one, *other);
    ++written;
  }
  json.EndArray();
  return body + "}";
}

// What the diagnosis says of changes: the claim, the hypothesis and its place.
struct ChangeOpinion {
  std::string why;
  std::string evidence_id;
  double probability = 0;
  bool ruled_out = false;
};

std::map<std::string, ChangeOpinion> OpinionsOf(
    const std::optional<live::StoredDiagnosis>& diagnosis) {
  std::map<std::string, ChangeOpinion> opinions;
  if (!diagnosis) return opinions;
  const base::Result<base::Json> body = base::ParseJson(diagnosis->body);
  if (!body.ok()) return opinions;
  for (const base::Json& hypothesis : (*body)["hypotheses"]) {
    for (const base::Json& claim : hypothesis["claims"]) {
      if (claim["kind"] != "change") continue;
      opinions.try_emplace(claim["subject"].get<std::string>(),
                           ChangeOpinion{.why = claim["text"].get<std::string>(),
                                         .evidence_id = claim["evidence_id"].get<std::string>(),
                                         .probability = hypothesis["probability"].get<double>(),
                                         .ruled_out = hypothesis["status"] == "ruled_out"});
    }
  }
  return opinions;
}

void WriteChange(JsonWriter& json, const model::Change& change, base::TimePoint onset,
                 const ChangeOpinion* opinion) {
  json.BeginObject().Field("id", change.id).Field("time", change.time);
  json.Field("service", change.service).Field("kind", change.kind).Field("title", change.title);
  json.Field("version", base::NullIfEmpty(change.version));
  json.Field("status", base::NullIfEmpty(change.status));
  json.Field("author", base::NullIfEmpty(change.author));
  json.Field("url", base::NullIfEmpty(change.url));
  json.Field("seconds_before", base::ToSeconds(onset - change.time));
  json.Field("opinion", opinion == nullptr ? "none" : opinion->ruled_out ? "ruled_out" : "suspect");
  std::optional<double> probability;
  if (opinion != nullptr && !opinion->ruled_out) probability = opinion->probability;
  json.Field("probability", probability);
  json.Field("why", base::NullIfEmpty(opinion == nullptr ? "" : opinion->why));
  json.Field("evidence_id", base::NullIfEmpty(opinion == nullptr ? "" : opinion->evidence_id));
  json.EndObject();
}

base::Result<std::string> Handlers::GetChanges(const Call& call) const {
  VEDETTE_TRY(const model::Incident incident, Find(call));
  records::ChangeQuery query;
  query.tenant = call.caller.tenant;
  query.from = incident.started_at - kChangesBefore;
  query.to = incident.resolved_at.value_or(call.now);
  query.limit = kChangesMax;
  VEDETTE_TRY(const records::Page<model::Change> page, sources_.records.QueryChanges(query));
  VEDETTE_TRY(const std::optional<live::StoredDiagnosis> diagnosis,
              sources_.store.Find(call.caller.tenant, incident.id));
  const std::map<std::string, ChangeOpinion> opinions = OpinionsOf(diagnosis);
  std::string body = fmt::format("{{\"incident_id\":\"{}\",\"changes\":", incident.id);
  JsonWriter json(body);
  json.BeginArray();
  for (const model::Change& change : page.records) {
    const auto opinion = opinions.find(change.id);
    WriteChange(json, change, incident.started_at,
                opinion == opinions.end() ? nullptr : &opinion->second);
  }
  json.EndArray();
  return body + "}";
}

base::Result<std::string> Handlers::GetScore(const Call& call) const {
  VEDETTE_TRY(const std::optional<base::TimePoint> from, ReadTime(call, "from"));
  VEDETTE_TRY(const std::optional<base::TimePoint> to, ReadTime(call, "to"));
  const base::TimePoint begin = from.value_or(base::FromMillis(0)), end = to.value_or(call.now);
  if (begin > end) return BadParameter("from", "is after to");
  VEDETTE_TRY(const live::Score score, sources_.store.GetScore(call.caller.tenant, begin, end));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("judged", score.judged).Field("right", score.right);
  json.Field("wrong", score.judged - score.right);
  WriteShare(json, "top_1", score.right, score.judged);
  WriteShare(json, "top_3", score.in_first_three, score.judged);
  const int64_t named = score.judged - score.unknown;
  WriteShare(json, "precision", score.right - score.unknown_right, named);
  json.Key("unknown").BeginObject().Field("judged", score.unknown);
  json.Field("right", score.unknown_right).EndObject();
  json.Key("calibration").BeginArray();
  for (const live::Score::Bucket& bucket : score.calibration) {
    json.BeginObject().Field("from", bucket.from).Field("to", bucket.to);
    json.Field("judged", bucket.judged).Field("right", bucket.right).EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

}  // namespace

std::string DiagnosisPatch(std::string_view incident_id, int64_t revision) {
  return fmt::format(
      R"({{"topic":"diagnoses","id":"{0}","rev":{1},"patch":{{"incident_id":"{0}","revision":{1}}}}})",
      incident_id, revision);
}

std::vector<Route> DiagnosisRoutes(DiagnosisSources sources) {
  const auto handlers = std::make_shared<const Handlers>(std::move(sources));
  using Method = base::Result<std::string> (Handlers::*)(const Call&) const;
  const auto route = [&](const char* method, const char* pattern, const char* operation,
                         Method handle, Permission permission) {
    return Route{.method = method,
                 .pattern = pattern,
                 .permission = permission,
                 .handler = MakeHandler(handlers, handle),
                 .operation = operation};
  };
  Route anew = route("POST", "/api/v1/incidents/{id}/diagnosis", "diagnoseIncident",
                     &Handlers::PostDiagnosis, Permission::kRespond);
  anew.heavy = true;
  return {
      route("GET", "/api/v1/incidents/{id}/diagnosis", "getDiagnosis", &Handlers::GetDiagnosis,
            Permission::kRead),
      std::move(anew),
      route("POST", "/api/v1/incidents/{id}/diagnosis/verdicts", "judgeDiagnosis",
            &Handlers::PostVerdict, Permission::kRespond),
      route("GET", "/api/v1/incidents/{id}/impact", "getImpact", &Handlers::GetImpact,
            Permission::kRead),
      route("GET", "/api/v1/incidents/{id}/similar", "listSimilarIncidents", &Handlers::GetSimilar,
            Permission::kRead),
      route("GET", "/api/v1/incidents/{id}/changes", "listIncidentChanges", &Handlers::GetChanges,
            Permission::kRead),
      route("GET", "/api/v1/diagnosis/score", "getDiagnosisScore", &Handlers::GetScore,
            Permission::kRead),
  };
}

}  // namespace vedette::api
