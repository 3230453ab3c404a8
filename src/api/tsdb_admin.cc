#include "api/tsdb_admin.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "api/prometheus_answer.h"
#include "api/prometheus_selection.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

net::Response NoContent(const base::Result<>& done) {
  if (!done.ok()) return PrometheusError(done.error());
  net::Response response;
  response.status = 204;
  return response;
}

// All selectors are read before anything is deleted.
base::Result<> Delete(series::Store& store, const Call& call) {
  VEDETTE_TRY(const std::vector<series::SelectRequest> requests, SelectionsOf(call));
  if (requests.empty()) return base::InvalidArgument("no match[] parameter provided", "match[]");
  for (const series::SelectRequest& request : requests) {
    VEDETTE_TRY_VOID(store.DeleteSeries(request));
  }
  return {};
}

net::Response Snapshot(const TsdbAdminActions& actions) {
  const base::Result<std::string> name = actions.snapshot();
  if (!name.ok()) return PrometheusError(name.error());
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject();
  json.Key("name");
  json.Value(*name);
  json.EndObject();
  return PrometheusAnswer(data);
}

}  // namespace

std::vector<Route> TsdbAdminRoutes(series::Store& store, TsdbAdminActions actions) {
  const auto shared = std::make_shared<const TsdbAdminActions>(std::move(actions));
  std::vector<Route> routes;
  const auto add = [&](std::string_view path, std::string_view operation,
                       const CallHandler& handler) {
    for (const std::string method : {"POST", "PUT"}) {
      routes.push_back({.method = method,
                        .pattern = "/api/v1/admin/tsdb/" + std::string(path),
                        .permission = Permission::kAdmin,
                        .handler = handler,
                        .operation = std::string(operation) + (method == "PUT" ? "Put" : ""),
                        .heavy = true});
    }
  };
  add("delete_series", "deleteSeries",
      [&store](const Call& call) { return NoContent(Delete(store, call)); });
  add("clean_tombstones", "cleanTombstones",
      [shared](const Call&) { return NoContent(shared->reclaim()); });
  add("snapshot", "makeSnapshot", [shared](const Call&) { return Snapshot(*shared); });
  return routes;
}

}  // namespace vedette::api
