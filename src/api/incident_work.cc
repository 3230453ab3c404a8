#include "api/incident_work.h"

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
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::Command;
using incident::CommandKind;
using incident::journal::Journal;

constexpr size_t kTextBytesMax = 10'000;
constexpr size_t kIdsMax = 1000;
constexpr size_t kTitleBytesMax = 160;
constexpr size_t kItemBytesMax = 200;
constexpr size_t kServicesMax = 50;
constexpr int64_t kReportPagesMax = 20;  // of 1,000 incidents

struct Part {
  const Journal& journal;
  CommandSink command;
};

// Which member of the body goes where; empty: none.
struct Form {
  CommandKind kind;
  const char* target = "";
  const char* text = "";
};

base::Result<std::string> TextMember(const base::Json& json, std::string_view name) {
  if (name.empty()) return std::string();
  return ReadText(json, name, kTextBytesMax);
}

struct Count {
  size_t least = 0;
  size_t most = 0;
};

base::Result<std::vector<std::string>> ReadTexts(const base::Json& json, const char* name,
                                                 const Count& count) {
  const auto it = json.find(name);
  if (it == json.end() || !it->is_array() || it->size() < count.least || it->size() > count.most) {
    return BadParameter(name, fmt::format("must be a list of {} to {}", count.least, count.most));
  }
  std::vector<std::string> texts;
  for (const base::Json& text : *it) {
    const std::string* const item = text.get_ptr<const std::string*>();
    if (item == nullptr || item->empty() || item->size() > kItemBytesMax) {
      return BadParameter(name, fmt::format("each must be a text of 1 to {} bytes", kItemBytesMax));
    }
    texts.push_back(*item);
  }
  return texts;
}

// Who asks what kind of thing, of the incident that the path names, if it names one.
base::Result<Command> ReadCommand(const Call& call, const base::Json& json, CommandKind kind) {
  Command command{.kind = kind,
                  .tenant = call.caller.tenant,
                  .incident_id = std::string(call.PathValue("id")),
                  .actor = call.caller.name,
                  .text = {}};
  VEDETTE_TRY(const std::string by, TextMember(json, "by"));
  if (!by.empty()) command.actor = by;
  return command;
}

base::Result<std::string> Carry(const Part& part, Command command) {
  VEDETTE_TRY(const model::Incident incident, part.command(std::move(command)));
  std::string body;
  JsonWriter writer(body);
  WriteIncident(writer, incident);
  return body;
}

base::Result<std::string> Run(const Part& part, const Call& call, const Form& form) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  VEDETTE_TRY(Command command, ReadCommand(call, json, form.kind));
  VEDETTE_TRY(command.text, TextMember(json, form.text));
  VEDETTE_TRY(command.target, TextMember(json, form.target));
  if (form.kind == CommandKind::kFinishTask) command.target = call.PathValue("task");
  if (form.kind == CommandKind::kSplit) {
    VEDETTE_TRY(command.ids, ReadTexts(json, "anomaly_ids", {.least = 1, .most = kIdsMax}));
  }
  return Carry(part, std::move(command));
}

base::Result<net::Response> Declare(const Part& part, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  VEDETTE_TRY(Command command, ReadCommand(call, json, CommandKind::kDeclare));
  VEDETTE_TRY(command.target, ReadText(json, "title", kTitleBytesMax));
  VEDETTE_TRY(command.text, TextMember(json, "text"));
  if (json.contains("entities")) {
    VEDETTE_TRY(command.ids, ReadTexts(json, "entities", {.most = kServicesMax}));
  }
  VEDETTE_TRY(const std::string severity, TextMember(json, "severity"));
  if (!severity.empty()) {
    const auto parsed = model::ParseSeverity(severity);
    if (!parsed) return BadParameter("severity", "must be one of info, warning, critical");
    command.severity = *parsed;
  }
  VEDETTE_TRY(const std::string body, Carry(part, std::move(command)));
  return net::JsonResponse(201, body);
}

base::Result<std::string> Star(const Part& part, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  const auto starred = json.find("starred");
  if (starred == json.end() || !starred->is_boolean()) {
    return BadParameter("starred", "must be true or false");
  }
  const CommandKind kind = starred->get<bool>() ? CommandKind::kStar : CommandKind::kUnstar;
  VEDETTE_TRY(Command command, ReadCommand(call, json, kind));
  command.target = call.PathValue("seq");
  return Carry(part, std::move(command));
}

base::Result<std::string> GetReport(const Part& part, const Call& call) {
  incident::journal::IncidentQuery query{.tenant = call.caller.tenant};
  VEDETTE_TRY(const auto from, ReadTime(call, "from"));
  VEDETTE_TRY(query.to, ReadTime(call, "to"));
  VEDETTE_TRY(query.entity, ReadText(call, "entity", 200));
  query.from = from;
  query.with_timeline = false;
  query.limit = 1000;
  struct Sum {
    int64_t count = 0;
    double seconds = 0;
    void Add(base::Duration span) {
      ++count;
      seconds += base::ToSeconds(span);
    }
    std::optional<double> Mean() const {
      if (count == 0) return std::nullopt;
      return seconds / static_cast<double>(count);
    }
  };
  int64_t incidents = 0;
  Sum acknowledged;
  Sum resolved;
  bool complete = false;
  for (int64_t page = 0; page < kReportPagesMax && !complete; ++page) {
    VEDETTE_TRY(const incident::journal::IncidentPage found, part.journal.List(query));
    for (const model::Incident& incident : found.incidents) {
      if (from && incident.started_at < *from) continue;
      ++incidents;
      if (incident.acknowledged_at) {
        acknowledged.Add(*incident.acknowledged_at - model::AwaitedSince(incident));
      }
      if (incident.resolved_at) resolved.Add(*incident.resolved_at - incident.started_at);
    }
    query.cursor = found.next_cursor;
    complete = query.cursor.empty();
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("incidents", incidents).Field("acknowledged", acknowledged.count);
  json.Field("resolved", resolved.count);
  json.Field("mtta_seconds", acknowledged.Mean()).Field("mttr_seconds", resolved.Mean());
  json.Field("complete", complete).EndObject();
  return body;
}

}  // namespace

std::vector<Route> IncidentWorkRoutes(const Journal& journal, CommandSink command) {
  const auto part = std::make_shared<const Part>(Part{journal, std::move(command)});
  const auto post = [&](std::string verb, std::string operation, Form form) {
    return Route{
        .method = "POST",
        .pattern = "/api/v1/incidents/{id}/" + verb,
        .permission = Permission::kRespond,
        .handler = [part, form](const Call& call) { return Answer(Run(*part, call, form)); },
        .operation = std::move(operation)};
  };
  return {
      post("reopen", "reopenIncident", {.kind = CommandKind::kReopen, .text = "comment"}),
      post("merge", "mergeIncident",
           {.kind = CommandKind::kMerge, .target = "incident", .text = "comment"}),
      post("split", "splitIncident", {.kind = CommandKind::kSplit, .text = "comment"}),
      post("phase", "setIncidentPhase",
           {.kind = CommandKind::kSetPhase, .target = "phase", .text = "comment"}),
      post("roles", "assignIncidentRole",
           {.kind = CommandKind::kAssignRole, .target = "role", .text = "person"}),
      post("tasks", "addIncidentTask",
           {.kind = CommandKind::kAddTask, .target = "assignee", .text = "title"}),
      post("tasks/{task}/done", "finishIncidentTask", {.kind = CommandKind::kFinishTask}),
      post("links", "addIncidentLink",
           {.kind = CommandKind::kAddLink, .target = "url", .text = "title"}),
      Route{.method = "POST",
            .pattern = "/api/v1/incidents",
            .permission = Permission::kRespond,
            .handler = MakeHandler(part, Declare),
            .operation = "declareIncident"},
      Route{.method = "POST",
            .pattern = "/api/v1/incidents/{id}/timeline/{seq}/star",
            .permission = Permission::kRespond,
            .handler = MakeHandler(part, Star),
            .operation = "starTimelineRow"},
      Route{.method = "GET",
            .pattern = "/api/v1/incidents/report",
            .permission = Permission::kRead,
            .handler = MakeHandler(part, GetReport),
            .operation = "getIncidentReport"},
  };
}

}  // namespace vedette::api
