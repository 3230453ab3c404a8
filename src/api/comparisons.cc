#include "api/comparisons.h"

#include <memory>
#include <utility>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "net/http.h"

namespace vedette::api {
namespace {

using release::compare::StoredRun;

constexpr size_t kNameBytesMax = 256;
constexpr base::Duration kSpanMax = std::chrono::hours(24 * 366);

// The members of a run but its report, into an object that is open.
void WriteRunMembers(base::JsonWriter& json, const StoredRun& run) {
  json.Field("id", run.id).Field("name", run.name);
  json.Field("ran_at", run.ran_at);
  json.Field("reference", run.reference).Field("findings", run.findings);
}

std::string RunBody(const StoredRun& run) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  WriteRunMembers(json, run);
  json.Key("report").Raw(run.report_json).EndObject();
  return body;
}

base::Result<std::string> List(const ComparisonSources& sources, const Call& call) {
  VEDETTE_TRY(const std::vector<ComparisonView> views, sources.list(call.caller.tenant));
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("comparisons").BeginArray();
  for (const ComparisonView& view : views) {
    json.BeginObject().Field("name", view.name);
    json.Field("window", base::FormatDuration(view.window));
    json.Field("offset", base::FormatDuration(view.offset));
    json.Field("step", base::FormatDuration(view.step)).Field("next_run_at", view.next_run_at);
    json.Key("last_run");
    if (view.last_run) {
      json.BeginObject();
      WriteRunMembers(json, *view.last_run);
      json.EndObject();
    } else {
      json.Null();
    }
    json.EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

base::Result<std::string> Get(const ComparisonSources& sources, const Call& call) {
  VEDETTE_TRY(const std::string id, ReadText(call, "run", kNameBytesMax));
  VEDETTE_TRY(const StoredRun run,
              sources.get(call.caller.tenant, std::string(call.PathValue("name")), id));
  return RunBody(run);
}

base::Result<std::string> Runs(const ComparisonSources& sources, const Call& call) {
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  VEDETTE_TRY(const std::vector<StoredRun> runs,
              sources.runs(call.caller.tenant, std::string(call.PathValue("name")), limit));
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("runs").BeginArray();
  for (const StoredRun& run : runs) {
    json.BeginObject();
    WriteRunMembers(json, run);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

base::Result<std::optional<base::Duration>> ReadSpan(const Call& call, std::string_view name) {
  VEDETTE_TRY(const std::string text, ReadText(call, name, kNameBytesMax));
  if (text.empty()) return std::optional<base::Duration>();
  const base::Result<base::Duration> span = base::ParseDuration(text);
  if (!span.ok()) return BadParameter(name, span.error().message);
  if (span->count() <= 0 || *span > kSpanMax) {
    return BadParameter(name, "must be more than 0s and at most a year");
  }
  return std::optional<base::Duration>(*span);
}

base::Result<std::string> Run(const ComparisonSources& sources, const Call& call) {
  ComparisonRequest request;
  VEDETTE_TRY(request.reference, ReadTime(call, "at"));
  if (request.reference && *request.reference > call.now) {
    return BadParameter("at", "must not be in the future");
  }
  VEDETTE_TRY(request.window, ReadSpan(call, "window"));
  VEDETTE_TRY(request.offset, ReadSpan(call, "offset"));
  VEDETTE_TRY(const StoredRun run,
              sources.run(call.caller.tenant, std::string(call.PathValue("name")), request));
  return RunBody(run);
}

}  // namespace

std::vector<Route> ComparisonRoutes(ComparisonSources sources) {
  const auto shared = std::make_shared<const ComparisonSources>(std::move(sources));
  const auto route = [&](std::string method, std::string pattern, Permission permission,
                         std::string operation, auto handler) {
    return Route{.method = std::move(method),
                 .pattern = "/api/v1/comparisons" + std::move(pattern),
                 .permission = permission,
                 .handler = MakeHandler(shared, handler),
                 .operation = std::move(operation),
                 .stream = {},
                 .heavy = permission == Permission::kRespond};
  };
  return {route("GET", "", Permission::kRead, "listComparisons", List),
          route("GET", "/{name}", Permission::kRead, "getComparison", Get),
          route("GET", "/{name}/runs", Permission::kRead, "listComparisonRuns", Runs),
          route("POST", "/{name}/run", Permission::kRespond, "runComparison", Run)};
}

}  // namespace vedette::api
