#include "api/evidence.h"

#include <optional>
#include <string>

#include "api/json_views.h"
#include "api/parameters.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::JsonWriter;

void WriteAgain(JsonWriter& json, const base::Result<evidence::Again>& again) {
  json.Key("again").BeginObject().Key("result");
  if (!again.ok()) {
    json.Null().Key("taken_at").Null().Key("same").Null().Key("points").Null();
    json.Field("error", again.error().message).EndObject();
    return;
  }
  json.Raw(again->result_json).Field("taken_at", again->taken_at).Field("same", again->same);
  json.Key("points");
  if (const auto& points = again->points) {
    json.BeginObject().Field("same", points->same).Field("total", points->total).EndObject();
  } else {
    json.Null();
  }
  json.Key("error").Null().EndObject();
}

base::Result<std::string> GetEvidence(const detect::AnomalyStore& store,
                                      const evidence::Asker& asker, const Call& call) {
  const std::string again = call.Parameter("again").value_or("false");
  if (again != "true" && again != "false") {
    return BadParameter("again", "must be true or false");
  }
  VEDETTE_TRY(const model::Evidence evidence,
              store.GetEvidence(call.caller.tenant, call.PathValue("id")));
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteEvidenceMembers(json, evidence);
  if (again == "true") WriteAgain(json, asker.AskAgain(call.caller.tenant, evidence));
  json.EndObject();
  return body;
}

}  // namespace

std::vector<Route> EvidenceRoutes(const detect::AnomalyStore& store, const evidence::Asker& asker) {
  return {{.method = "GET",
           .pattern = "/api/v1/evidence/{id}",
           .permission = Permission::kRead,
           .handler = [&store, &asker](
                          const Call& call) { return Answer(GetEvidence(store, asker, call)); },
           .operation = "getEvidence",
           .heavy = true}};
}

}  // namespace vedette::api
