#include "api/push_devices.h"

#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/base64.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "notify/delivery/receiver.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using notify::delivery::PushDevice;

constexpr size_t kEndpointBytesMax = 2'000;
constexpr size_t kNameBytesMax = 200;
constexpr size_t kPublicKeyBytes = 65;
constexpr size_t kAuthBytes = 16;

base::Result<std::string> Text(const base::Json& json, const char* key, std::string field,
                               size_t bytes_max) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_string()) return BadParameter(field, "must be a string");
  auto text = it->get<std::string>();
  if (text.empty() || text.size() > bytes_max) {
    return BadParameter(field, fmt::format("must have 1 to {} bytes", bytes_max));
  }
  return text;
}

base::Result<std::string> KeyText(const base::Json& keys, const char* name, size_t bytes) {
  const std::string field = fmt::format("subscription.keys.{}", name);
  VEDETTE_TRY(std::string text, Text(keys, name, field, kNameBytesMax));
  const base::Result<std::string> raw = base::DecodeBase64(text);
  if (!raw.ok() || raw->size() != bytes) {
    return BadParameter(field, fmt::format("must be {} bytes in base64url", bytes));
  }
  return text;
}

base::Result<PushDevice> ReadDevice(const PushSources& sources, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  PushDevice device;
  VEDETTE_TRY(device.person, Text(json, "person", "person", kNameBytesMax));
  if (sources.view()->plan->FindUser(device.person) == nullptr) {
    return BadParameter("person", "is no user of the configuration");
  }
  const auto subscription = json.find("subscription");
  if (subscription == json.end() || !subscription->is_object()) {
    return BadParameter("subscription", "must be what the browser's subscribe() gave");
  }
  VEDETTE_TRY(device.endpoint,
              Text(*subscription, "endpoint", "subscription.endpoint", kEndpointBytesMax));
  if (!device.endpoint.starts_with("https://")) {
    return BadParameter("subscription.endpoint", "must be an https URL, as push services have");
  }
  const auto keys = subscription->find("keys");
  if (keys == subscription->end() || !keys->is_object()) {
    return BadParameter("subscription.keys", "must be an object of p256dh and auth");
  }
  VEDETTE_TRY(device.p256dh, KeyText(*keys, "p256dh", kPublicKeyBytes));
  VEDETTE_TRY(device.auth, KeyText(*keys, "auth", kAuthBytes));
  if (json.contains("label")) {
    VEDETTE_TRY(device.label, Text(json, "label", "label", kNameBytesMax));
  }
  device.id = "push_" + base::NewId(call.now);
  device.created_at = call.now;
  return device;
}

void WriteDevice(JsonWriter& json, const PushDevice& device) {
  json.BeginObject()
      .Field("id", device.id)
      .Field("person", device.person)
      .Field("label", device.label)
      .Field("service", notify::delivery::HostOf(device.endpoint))
      .Field("created_at", device.created_at)
      .EndObject();
}

base::Result<net::Response> GetKey(const PushSources& sources, const Call&) {
  std::string body;
  JsonWriter(body).BeginObject().Field("public_key", sources.public_key).EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> List(const PushSources& sources, const Call& call) {
  VEDETTE_TRY(const std::string person, ReadText(call, "person", kNameBytesMax));
  VEDETTE_TRY(const std::vector<PushDevice> devices, sources.book.List(person));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("devices").BeginArray();
  for (const PushDevice& device : devices) WriteDevice(json, device);
  json.EndArray().EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> Add(const PushSources& sources, const Call& call) {
  VEDETTE_TRY(PushDevice device, ReadDevice(sources, call));
  VEDETTE_TRY(device.id, sources.book.Add(device));
  std::string body;
  JsonWriter json(body);
  WriteDevice(json, device);
  return net::JsonResponse(201, body);
}

base::Result<net::Response> Remove(const PushSources& sources, const Call& call) {
  VEDETTE_TRY_VOID(sources.book.Remove(call.PathValue("id")));
  net::Response response;
  response.status = 204;
  return response;
}

}  // namespace

std::vector<Route> PushDeviceRoutes(PushSources given) {
  const auto sources = std::make_shared<const PushSources>(std::move(given));
  using Handle = base::Result<net::Response> (*)(const PushSources&, const Call&);
  const auto route = [&](std::string method, std::string pattern, Permission permission,
                         std::string operation, Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .permission = permission,
                 .handler = MakeHandler(sources, handle),
                 .operation = std::move(operation)};
  };
  return {route("GET", "/api/v1/push/key", Permission::kRead, "getPushKey", GetKey),
          route("GET", "/api/v1/push/devices", Permission::kRead, "listPushDevices", List),
          route("POST", "/api/v1/push/devices", Permission::kRespond, "addPushDevice", Add),
          route("DELETE", "/api/v1/push/devices/{id}", Permission::kRespond, "removePushDevice",
                Remove)};
}

}  // namespace vedette::api
