#include "api/sources.h"

#include <string>
#include <utility>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using detect::SourceBoard;

base::Result<std::string> List(SourceBoard& sources, base::Duration stopped_after,
                               const Call& call) {
  const std::string state = call.Parameter("state").value_or("");
  if (!state.empty() && state != "sending" && state != "stopped") {
    return BadParameter("state", "must be one of sending, stopped");
  }
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  std::string body;
  base::JsonWriter json(body);
  int64_t stopped = 0;
  int64_t listed = 0;
  json.BeginObject().Key("sources").BeginArray();
  const std::string_view tenant = call.caller.tenant;
  for (const SourceBoard::Source& source : sources.List(call.now, stopped_after, tenant)) {
    stopped += source.stopped ? 1 : 0;
    if (!state.empty() && (state == "stopped") != source.stopped) continue;
    if (listed++ >= limit) continue;
    json.BeginObject().Field("signal", source.signal).Field("name", source.name);
    json.Field("state", source.stopped ? "stopped" : "sending");
    json.Field("first_at", source.first_at);
    json.Field("last_at", source.last_at);
    json.Field("longest_pause", base::FormatDuration(source.longest_pause)).EndObject();
  }
  json.EndArray().Field("stopped", stopped).EndObject();
  return body;
}

}  // namespace

std::vector<Route> SourceRoutes(SourceBoard& sources,
                                std::function<base::Duration()> stopped_after) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/sources",
       .permission = Permission::kRead,
       .handler = [&sources, stopped_after = std::move(stopped_after)](
                      const Call& call) { return Answer(List(sources, stopped_after(), call)); },
       .operation = "listSources"}};
}

}  // namespace vedette::api
