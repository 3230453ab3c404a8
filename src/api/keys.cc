#include "api/keys.h"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using auth::ApiKey;
using auth::ApiKeys;
using base::JsonWriter;

constexpr size_t kNameBytesMax = 100;

void WriteKey(JsonWriter& json, const ApiKey& key) {
  json.BeginObject()
      .Field("id", key.id)
      .Field("name", key.name)
      .Field("role", auth::RoleName(key.role))
      .Field("created_at", key.created_at)
      .Field("expires_at", key.expires_at)
      .Field("last_used_at", key.last_used_at)
      .Field("revoked_at", key.revoked_at)
      .EndObject();
}

base::Result<net::Response> List(ApiKeys& keys, const Call& call) {
  VEDETTE_TRY(const std::vector<ApiKey> own, keys.List(call.caller.tenant));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("keys").BeginArray();
  for (const ApiKey& key : own) WriteKey(json, key);
  json.EndArray().EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> Add(ApiKeys& keys, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  auth::NewApiKey request{.tenant = call.caller.tenant};
  VEDETTE_TRY(request.name, ReadText(json, "name", kNameBytesMax));
  VEDETTE_TRY(const std::string role, ReadText(json, "role", kNameBytesMax));
  const std::optional<auth::Role> parsed = auth::ParseRole(role);
  if (!parsed) {
    return BadParameter("role", "must be one of viewer, responder, editor, ingest, admin");
  }
  request.role = *parsed;
  VEDETTE_TRY(request.expires_at, ReadTime(json, "expires_at"));
  VEDETTE_TRY(const auth::CreatedKey created, keys.Add(request, call.caller.name, call.now));
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject().Key("key");
  WriteKey(writer, created.key);
  writer.Field("token", created.token).EndObject();
  return net::JsonResponse(201, body);
}

base::Result<net::Response> Revoke(ApiKeys& keys, const Call& call) {
  VEDETTE_TRY(const std::vector<ApiKey> own, keys.List(call.caller.tenant));
  const std::string_view id = call.PathValue("id");
  if (std::ranges::find(own, id, &ApiKey::id) == own.end()) {
    return base::NotFound("the tenant has no such key");
  }
  VEDETTE_TRY_VOID(keys.Revoke(id, call.caller.name, call.now));
  net::Response response;
  response.status = 204;
  return response;
}

}  // namespace

std::vector<Route> KeyRoutes(auth::ApiKeys& keys) {
  using Handle = base::Result<net::Response> (*)(ApiKeys&, const Call&);
  const auto route = [&](std::string method, std::string pattern, std::string operation,
                         Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .permission = Permission::kAdmin,
                 .handler = MakeHandler(&keys, handle),
                 .operation = std::move(operation)};
  };
  return {route("GET", "/api/v1/keys", "listKeys", List),
          route("POST", "/api/v1/keys", "addKey", Add),
          route("DELETE", "/api/v1/keys/{id}", "revokeKey", Revoke)};
}

}  // namespace vedette::api
