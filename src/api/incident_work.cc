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

base::Result<std::vector<std::string>> ReadIds(const base::Json& json) {
  const auto it = json.find("anomaly_ids");
  if (it == json.end() || !it->is_array() || it->empty() || it->size() > kIdsMax) {
    return BadParameter("anomaly_ids", fmt::format("must be a list of 1 to {}", kIdsMax));
  }
  std::vector<std::string> ids;
  for (const base::Json& id : *it) {
    if (!id.is_string()) return BadParameter("anomaly_ids", "each must be a string");
    ids.push_back(id.get<std::string>());
  }
  return ids;
}

base::Result<std::string> Run(const Part& part, const Call& call, const Form& form) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  Command command{.kind = form.kind,
                  .tenant = call.caller.tenant,
                  .incident_id = std::string(call.PathValue("id")),
                  .actor = call.caller.name,
                  .text = {}};
  VEDETTE_TRY(const std::string by, TextMember(json, "by"));
  if (!by.empty()) command.actor = by;
  VEDETTE_TRY(command.text, TextMember(json, form.text));
  VEDETTE_TRY(command.target, TextMember(json, form.target));
  if (form.kind == CommandKind::kFinishTask) command.target = call.PathValue("task");
  if (form.kind == CommandKind::kSplit) {
    VEDETTE_TRY(command.ids, ReadIds(json));
  }
  VEDETTE_TRY(const model::Incident incident, part.command(std::move(command)));
  std::string body;
  JsonWriter writer(body);
  WriteIncident(writer, incident);
  return body;
}

// --- what is written up

// Text of a stranger within Markdown: on one line, without its marks.
std::string Plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else {
      if (std::string_view("\\`*_{}[]<>#|!").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string Lasted(base::TimePoint from, const std::optional<base::TimePoint>& to) {
  return to ? base::FormatDuration(base::Duration((*to - from).count() / 1000 * 1000)) : "not yet";
}

void AppendFacts(std::string& out, const model::Incident& incident) {
  out += fmt::format("| | |\n|---|---|\n| Incident | {} |\n| Severity | {} |\n| Status | {} |\n",
                     incident.id, model::SeverityName(incident.severity),
                     model::IncidentStatus(incident));
  std::string services;
  for (const std::string& entity : incident.entities) {
    services += (services.empty() ? "" : ", ") + Plain(entity);
  }
  out += fmt::format("| Services | {} |\n| Began | {} |\n", services,
                     base::FormatTime(incident.started_at));
  out += fmt::format(
      "| Acknowledged after | {}{} |\n",
      Lasted(model::AwaitedSince(incident), incident.acknowledged_at),
      incident.acknowledged_by.empty() ? "" : ", by " + Plain(incident.acknowledged_by));
  out +=
      fmt::format("| Resolved after | {}{} |\n", Lasted(incident.started_at, incident.resolved_at),
                  incident.resolved_by.empty() ? "" : ", by " + Plain(incident.resolved_by));
  for (const auto& [role, person] : incident.roles) {
    out += fmt::format("| {} | {} |\n", Plain(role), Plain(person));
  }
}

void AppendWork(std::string& out, const model::Incident& incident) {
  out += "\n## Phases\n\n";
  for (const model::PhaseStart& phase : incident.phases) {
    out += fmt::format("- {}: {} ({})\n", base::FormatTime(phase.started_at),
                       model::IncidentPhaseName(phase.phase), Plain(phase.by));
  }
  out += "\n## Follow-ups\n\n";
  if (incident.tasks.empty()) out += "- none written down\n";
  for (const model::IncidentTask& task : incident.tasks) {
    out += fmt::format("- [{}] {}{}\n", task.done_at ? "x" : " ", Plain(task.title),
                       task.assignee.empty() ? "" : " (" + Plain(task.assignee) + ")");
  }
  if (incident.links.empty()) return;
  out += "\n## Links\n\n";
  for (const model::IncidentLink& link : incident.links) {
    out +=
        fmt::format("- {}: {}\n", Plain(link.title.empty() ? "link" : link.title), Plain(link.url));
  }
}

base::Result<net::Response> GetPostMortem(const Part& part, const Call& call) {
  VEDETTE_TRY(const model::Incident incident,
              part.journal.Find(call.caller.tenant, call.PathValue("id")));
  net::Response response = net::JsonResponse(200, PostMortem(incident));
  response.headers.Set("Content-Type", "text/markdown; charset=utf-8");
  return response;
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

std::string PostMortem(const model::Incident& incident) {
  std::string out = fmt::format("# {}\n\n", Plain(incident.title));
  AppendFacts(out, incident);
  out +=
      "\n## Summary\n\n_What happened, in three sentences._\n"
      "\n## Impact\n\n_Who noticed what, for how long._\n"
      "\n## Cause\n\n_Why it happened, and why it was not seen earlier._\n";
  AppendWork(out, incident);
  out += "\n## Timeline\n\n";
  for (const model::TimelineEntry& row : incident.timeline) {
    out += fmt::format("- {} **{}** {}{}\n", base::FormatTime(row.time), Plain(row.kind),
                       row.actor == "vedette" ? "" : Plain(row.actor) + ": ", Plain(row.text));
  }
  return out;
}

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
      Route{.method = "GET",
            .pattern = "/api/v1/incidents/{id}/postmortem",
            .permission = Permission::kRead,
            .handler = MakeHandler(part, GetPostMortem),
            .operation = "getPostMortem"},
      Route{.method = "GET",
            .pattern = "/api/v1/incidents/report",
            .permission = Permission::kRead,
            .handler = MakeHandler(part, GetReport),
            .operation = "getIncidentReport"},
  };
}

}  // namespace vedette::api
