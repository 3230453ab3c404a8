#include "api/feedback.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_fields.h"
#include "base/json_writer.h"
#include "detect/baseline/calibration.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using detect::FeedbackChange;
using detect::FeedbackCounts;
using detect::Mark;
using detect::Standing;

constexpr size_t kTextBytesMax = 2000;
constexpr size_t kIdBytesMax = 256;
constexpr size_t kMarksAtOnce = 1000;
constexpr int64_t kDaysMax = 90;
constexpr int64_t kDaysDefault = 7;

base::Result<std::string> Who(const base::Json& json, const Call& call) {
  VEDETTE_TRY(std::string by, ReadText(json, "by", kIdBytesMax));
  return by.empty() ? call.caller.name : by;
}

base::Result<std::vector<std::string>> MarkIds(const base::Json& json) {
  std::vector<std::string> ids;
  const auto it = json.find("marks");
  if (it == json.end() || it->is_null()) return ids;
  if (!it->is_array() || it->empty() || it->size() > kMarksAtOnce) {
    return BadParameter("marks", fmt::format("must be a list of 1 to {}", kMarksAtOnce));
  }
  for (const base::Json& id : *it) {
    if (!id.is_string()) return BadParameter("marks", "each must be a string");
    ids.push_back(id.get<std::string>());
  }
  return ids;
}

void WriteCounts(JsonWriter& json, std::string_view key, const FeedbackCounts& counts) {
  json.Key(key).BeginObject().Field("useful", counts.useful).Field("noise", counts.noise);
  json.EndObject();
}

void WriteMark(JsonWriter& json, const Mark& mark) {
  json.BeginObject().Field("id", mark.id).Field("target_kind", mark.target_kind);
  json.Field("target_id", mark.target_id).Field("verdict", EnumName(mark.verdict));
  json.Field("by", mark.by).Field("why", mark.why).Field("at", mark.at);
  json.Field("state", mark.change_id.empty() ? "waiting" : "applied");
  json.Field("change_id", mark.change_id).Key("groups").BeginArray();
  for (const detect::MarkedGroup& group : mark.groups) {
    json.BeginObject().Field("service", group.service).Field("metric", group.metric);
    json.Field("detector", group.detector).Field("share", group.share);
    json.Field("weighed", group.weighed).EndObject();
  }
  json.EndArray().EndObject();
}

void WriteChange(JsonWriter& json, const FeedbackChange& change) {
  json.BeginObject().Field("id", change.id).Field("by", change.by).Field("why", change.why);
  json.Field("at", change.at).Field("marks", change.marks);
  json.Field("undone_at", change.undone_at);
  json.Field("undone_by", change.undone_by).EndObject();
}

void WriteLevels(JsonWriter& json, const detect::baseline::Levels& levels) {
  json.Key("levels").BeginObject().Field("listed_nats", levels.listed);
  json.Field("alarm_nats", levels.alarm).Field("hurts_nats", levels.hurts);
  json.Field("critical_nats", levels.critical).EndObject();
}

// --- marks

base::Result<net::Response> Add(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  Mark mark;
  for (const char* kind : {"anomaly", "incident", "page"}) {
    VEDETTE_TRY(std::string id, ReadText(json, kind, kIdBytesMax));
    if (id.empty()) continue;
    if (!mark.target_id.empty()) {
      return BadParameter(kind, "one of anomaly, incident and page is marked at a time");
    }
    mark.target_kind = kind;
    mark.target_id = std::move(id);
  }
  if (mark.target_id.empty())
    return BadParameter("anomaly", "anomaly, incident or page is required");
  VEDETTE_TRY(const std::string verdict, ReadText(json, "verdict", kIdBytesMax));
  const auto parsed = base::ParseEnum<detect::FeedbackVerdict>(verdict);
  if (!parsed) return BadParameter("verdict", "must be one of useful, noise, none");
  mark.verdict = *parsed;
  VEDETTE_TRY(mark.why, ReadText(json, "why", kTextBytesMax));
  VEDETTE_TRY(mark.by, Who(json, call));
  mark.tenant = call.caller.tenant;
  mark.at = call.now;
  mark.id = "fb_" + base::NewId(call.now);
  VEDETTE_TRY_VOID(parts.resolve(mark));
  VEDETTE_TRY_VOID(parts.store.Add(mark));
  std::string body;
  JsonWriter writer(body);
  WriteMark(writer, mark);
  return net::JsonResponse(201, std::move(body));
}

base::Result<std::string> List(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const std::string state, ReadText(call, "state", kIdBytesMax));
  if (!state.empty() && state != "waiting" && state != "applied") {
    return BadParameter("state", "must be one of waiting, applied");
  }
  VEDETTE_TRY(const std::string target, ReadText(call, "target", kIdBytesMax));
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  VEDETTE_TRY(const std::vector<Mark> marks, parts.store.Marks(call.caller.tenant));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("feedback").BeginArray();
  int64_t listed = 0;
  for (const Mark& mark : marks) {
    if (!state.empty() && (state == "waiting") != mark.change_id.empty()) continue;
    if (!target.empty() && mark.target_id != target) continue;
    if (listed++ == limit) break;
    WriteMark(json, mark);
  }
  json.EndArray().EndObject();
  return body;
}

base::Result<std::string> Withdraw(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY_VOID(parts.store.Withdraw(call.caller.tenant, call.PathValue("id")));
  return std::string("{}");
}

// --- changes

void WriteTally(JsonWriter& json, const detect::EffectTally& tally) {
  json.Field("before", tally.before).Field("kept", tally.kept).Field("lowered", tally.lowered);
  json.Field("raised", tally.raised).Field("dropped", tally.dropped);
}

void WriteFindings(JsonWriter& json, std::string_view key,
                   const std::vector<detect::ChangedFinding>& findings) {
  json.Key(key).BeginArray();
  for (const detect::ChangedFinding& finding : findings) {
    json.BeginObject().Field("id", finding.id).Field("text", finding.text);
    json.Field("was", model::SeverityName(finding.was));
    const auto would_be = finding.would_be ? model::SeverityName(*finding.would_be) : "";
    json.Field("would_be", base::NullIfEmpty(would_be)).EndObject();
  }
  json.EndArray();
}

void WriteGroup(JsonWriter& json, const detect::GroupEffect& group) {
  json.BeginObject().Field("service", group.service).Field("metric", group.metric);
  json.Field("detector", group.detector);
  WriteTally(json, group.anomalies);
  json.Field("outside", group.without_grounds);
  json.Field("weight_before", group.before.weight()).Field("weight_after", group.after.weight());
  WriteCounts(json, "feedback", group.after.own);
  WriteCounts(json, "feedback_elsewhere", group.after.elsewhere);
  json.EndObject();
}

base::Result<int64_t> ReadDays(const Call& call) {
  const std::string text = call.Parameter("days").value_or("");
  if (text.empty()) return kDaysDefault;
  int64_t days = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, days);
  if (read.ec != std::errc() || read.ptr != end || days < 1 || days > kDaysMax) {
    return BadParameter("days", fmt::format("must be 1 to {}", kDaysMax));
  }
  return days;
}

base::Result<std::string> PreviewOf(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const int64_t days, ReadDays(call));
  VEDETTE_TRY(const FeedbackParts::Effect effect,
              parts.preview(call.caller.tenant, days, call.Parameters("mark"), call.now));
  const detect::FeedbackPreview& preview = effect.preview;
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("from", effect.from);
  json.Field("to", effect.to).Field("marks", effect.marks);
  json.Field("complete", effect.complete).Key("anomalies").BeginObject();
  WriteTally(json, preview.anomalies);
  json.Field("outside", preview.without_grounds).EndObject().Key("incidents").BeginObject();
  WriteTally(json, preview.incidents);
  json.EndObject().Key("pages").BeginObject().Field("before", preview.pages.before);
  json.Field("kept", preview.pages.kept).Field("dropped", preview.pages.dropped);
  json.Field("added", preview.pages.added).EndObject().Key("groups").BeginArray();
  for (const detect::GroupEffect& group : preview.groups) WriteGroup(json, group);
  json.EndArray();
  WriteFindings(json, "changed_anomalies", preview.changed_anomalies);
  WriteFindings(json, "changed_incidents", preview.changed_incidents);
  json.EndObject();
  return body;
}

std::string BodyOf(const FeedbackChange& change) {
  std::string body;
  JsonWriter json(body);
  WriteChange(json, change);
  return body;
}

base::Result<std::string> Apply(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  FeedbackChange change;
  change.id = "fc_" + base::NewId(call.now);
  change.tenant = call.caller.tenant;
  change.at = call.now;
  VEDETTE_TRY(change.by, Who(json, call));
  VEDETTE_TRY(change.why, ReadText(json, "why", kTextBytesMax));
  VEDETTE_TRY(const std::vector<std::string> ids, MarkIds(json));
  VEDETTE_TRY(const FeedbackChange applied, parts.apply(std::move(change), ids));
  return BodyOf(applied);
}

base::Result<std::string> Undo(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  VEDETTE_TRY(const std::string by, Who(json, call));
  VEDETTE_TRY(const FeedbackChange undone,
              parts.undo(call.caller.tenant, call.PathValue("id"), by, call.now));
  return BodyOf(undone);
}

base::Result<std::string> Changes(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  VEDETTE_TRY(const std::vector<FeedbackChange> changes, parts.store.Changes(call.caller.tenant));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("changes").BeginArray();
  for (int64_t i = 0; i < std::min(limit, static_cast<int64_t>(changes.size())); ++i) {
    WriteChange(json, changes[static_cast<size_t>(i)]);
  }
  json.EndArray().EndObject();
  return body;
}

// --- where the thresholds stand

std::string Why(const Standing& standing) {
  const auto marks = [](const FeedbackCounts& counts) {
    return fmt::format("{:g} useful and {:g} noise", counts.useful, counts.noise);
  };
  if (standing.own == FeedbackCounts() && standing.elsewhere == FeedbackCounts()) {
    return "nobody has marked a finding of it";
  }
  std::string text = "marked: " + marks(standing.own);
  if (!(standing.elsewhere == FeedbackCounts())) {
    text += fmt::format("; the same metric of other services, which counts a quarter: {}",
                        marks(standing.elsewhere));
  }
  return text + fmt::format("; it may raise {:.2g} times the false alarms that others may",
                            standing.weight());
}

void WriteStanding(JsonWriter& json, const FeedbackParts& parts, std::string_view service,
                   std::string_view metric, const Standing& standing, const Standing& waiting) {
  json.BeginObject().Field("service", service).Field("metric", metric);
  json.Field("weight", standing.weight());
  WriteCounts(json, "feedback", standing.own);
  WriteCounts(json, "feedback_elsewhere", standing.elsewhere);
  json.Field("weight_when_applied", waiting.weight());
  WriteLevels(json, parts.budget.levels(standing.weight()));
  json.Field("why", Why(standing)).EndObject();
}

base::Result<std::string> Budget(const FeedbackParts& parts, const Call& call) {
  VEDETTE_TRY(const std::string service, ReadText(call, "service", kIdBytesMax));
  VEDETTE_TRY(const std::string metric, ReadText(call, "metric", kIdBytesMax));
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  const model::TenantName& tenant = call.caller.tenant;
  VEDETTE_TRY(const std::vector<Mark> marks, parts.store.Marks(tenant));
  const std::shared_ptr<const detect::FeedbackTable> table = parts.board.table();
  const detect::FeedbackTable applied(detect::CountMarks(marks, /*waiting=*/true));
  std::set<std::pair<std::string, std::string>> groups;
  for (const auto* each : {table.get(), &applied}) {
    for (const auto& [group, counts] : each->groups()) {
      if (group.tenant != tenant) continue;
      if (!service.empty() && group.service != service) continue;
      if (!metric.empty() && group.metric != metric) continue;
      groups.emplace(group.service, group.metric);
    }
  }
  if (!service.empty() && !metric.empty()) groups.emplace(service, metric);
  const detect::baseline::Levels levels = parts.budget.levels();
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("false_alarms_per_week", parts.budget.per_week());
  json.Field("series", parts.budget.series());
  WriteLevels(json, levels);
  json.Field("weight_min", detect::kWeightMin).Field("weight_max", detect::kWeightMax);
  json.Field("beyond_doubt_nats", detect::NoiseBudget::kBeyondDoubt).Key("groups").BeginArray();
  int64_t listed = 0;
  for (const auto& [of_service, of_metric] : groups) {
    if (listed++ == limit) break;
    WriteStanding(json, parts, of_service, of_metric, table->Of(tenant, of_service, of_metric),
                  applied.Of(tenant, of_service, of_metric));
  }
  json.EndArray().EndObject();
  return body;
}

}  // namespace

std::vector<Route> FeedbackRoutes(FeedbackParts parts) {
  const auto shared = std::make_shared<const FeedbackParts>(std::move(parts));
  std::vector<Route> routes;
  const auto add = [&](const char* method, std::string pattern, std::string operation,
                       auto handler) {
    const bool reads = std::string_view(method) == "GET";
    routes.push_back({.method = method,
                      .pattern = std::move(pattern),
                      .permission = reads ? Permission::kRead : Permission::kRespond,
                      .handler = MakeHandler(shared, handler),
                      .operation = std::move(operation)});
  };
  add("POST", "/api/v1/feedback", "addFeedback", Add);
  add("GET", "/api/v1/feedback", "listFeedback", List);
  add("DELETE", "/api/v1/feedback/{id}", "withdrawFeedback", Withdraw);
  add("GET", "/api/v1/feedback/preview", "previewFeedback", PreviewOf);
  add("POST", "/api/v1/feedback/apply", "applyFeedback", Apply);
  add("GET", "/api/v1/feedback/changes", "listFeedbackChanges", Changes);
  add("POST", "/api/v1/feedback/changes/{id}/undo", "undoFeedback", Undo);
  add("GET", "/api/v1/noise-budget", "getNoiseBudget", Budget);
  return routes;
}

}  // namespace vedette::api
