#include "api/dashboards.h"

#include <algorithm>
#include <fmt/core.h>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::Json;
using base::JsonWriter;

constexpr size_t kBodyBytesMax = 256 * 1024;
constexpr size_t kPanelsMax = 40;
constexpr size_t kVariablesMax = 8;
constexpr size_t kWordBytesMax = 200;  // titles, names
constexpr size_t kQueryBytesMax = 4'000;
constexpr size_t kUnitBytesMax = 32;
constexpr size_t kIdBytesMax = 64;
constexpr std::string_view kPanelKinds[] = {"table", "heatmap"};  // none: lines

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// --- writing

void WriteHead(JsonWriter& json, const Dashboard& dashboard) {
  json.Field("id", dashboard.id)
      .Field("title", dashboard.title)
      .Field("panel_count", dashboard.panels)
      .Field("revision", dashboard.revision)
      .Field("updated_at", dashboard.updated_at)
      .Field("updated_by", dashboard.updated_by);
}

std::string BodyOf(const Dashboard& dashboard) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteHead(json, dashboard);
  json.Key("definition").Raw(dashboard.definition).EndObject();
  return body;
}

// --- reading

base::Result<std::string> ReadMember(const Json& object, const char* key, const std::string& field,
                                     size_t bytes_max) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string()) return BadParameter(field, "must be a string");
  std::string text = it->get<std::string>();
  if (text.empty()) return BadParameter(field, "is empty");
  if (text.size() > bytes_max) {
    return BadParameter(field,
                        fmt::format("has {} bytes; the limit is {}", text.size(), bytes_max));
  }
  return text;
}

// The objects of a list; an absent one is empty.
base::Result<std::vector<Json>> ReadList(const Json& definition, const char* key, size_t max) {
  std::vector<Json> items;
  const auto it = definition.find(key);
  if (it == definition.end()) return items;
  if (!it->is_array()) return BadParameter(key, "must be a list");
  if (it->size() > max) {
    return BadParameter(key, fmt::format("has {}; the limit is {}", it->size(), max));
  }
  for (const Json& item : *it) {
    if (!item.is_object()) return BadParameter(key, "each must be an object");
    items.push_back(item);
  }
  return items;
}

base::Result<> CopyVariables(const Json& definition, JsonWriter& json) {
  VEDETTE_TRY(const std::vector<Json> variables, ReadList(definition, "variables", kVariablesMax));
  json.Key("variables").BeginArray();
  for (size_t i = 0; i < variables.size(); ++i) {
    const std::string field = fmt::format("variables[{}].", i);
    VEDETTE_TRY(const std::string name,
                ReadMember(variables[i], "name", field + "name", kWordBytesMax));
    if (!std::ranges::all_of(name, IsWordByte)) {
      return BadParameter(field + "name", "must be of letters, digits and _");
    }
    VEDETTE_TRY(const std::string label,
                ReadMember(variables[i], "label", field + "label", kWordBytesMax));
    json.BeginObject().Field("name", name).Field("label", label).EndObject();
  }
  json.EndArray();
  return {};
}

base::Result<size_t> CopyPanels(const Json& definition, JsonWriter& json) {
  VEDETTE_TRY(const std::vector<Json> panels, ReadList(definition, "panels", kPanelsMax));
  if (panels.empty()) return BadParameter("panels", "there is none");
  json.Key("panels").BeginArray();
  for (size_t i = 0; i < panels.size(); ++i) {
    const std::string field = fmt::format("panels[{}].", i);
    VEDETTE_TRY(const std::string title,
                ReadMember(panels[i], "title", field + "title", kWordBytesMax));
    VEDETTE_TRY(const std::string query,
                ReadMember(panels[i], "query", field + "query", kQueryBytesMax));
    json.BeginObject().Field("title", title).Field("query", query);
    if (panels[i].contains("unit")) {
      VEDETTE_TRY(const std::string unit,
                  ReadMember(panels[i], "unit", field + "unit", kUnitBytesMax));
      json.Field("unit", unit);
    }
    if (const auto wide = panels[i].find("wide"); wide != panels[i].end()) {
      if (!wide->is_boolean()) return BadParameter(field + "wide", "must be true or false");
      json.Field("wide", wide->get<bool>());
    }
    if (panels[i].contains("kind")) {
      VEDETTE_TRY(const std::string kind,
                  ReadMember(panels[i], "kind", field + "kind", kWordBytesMax));
      if (std::ranges::find(kPanelKinds, kind) == std::end(kPanelKinds)) {
        return BadParameter(field + "kind", "must be one of table, heatmap");
      }
      json.Field("kind", kind);
    }
    json.EndObject();
  }
  json.EndArray();
  return panels.size();
}

struct Change {
  Dashboard dashboard;
  std::optional<int64_t> from;
};

base::Result<Change> ReadChange(const Call& call, std::string id) {
  if (call.request.body.size() > kBodyBytesMax) {
    return base::InvalidArgument(fmt::format("the body has more than {} bytes", kBodyBytesMax),
                                 "body");
  }
  VEDETTE_TRY(const Json json, ReadJsonBody(call));
  Change change;
  Dashboard& dashboard = change.dashboard;
  dashboard.id = std::move(id);
  dashboard.updated_at = call.now;
  dashboard.updated_by = call.caller.name;
  VEDETTE_TRY(dashboard.title, ReadMember(json, "title", "title", kWordBytesMax));
  if (const auto it = json.find("revision"); it != json.end() && !it->is_null()) {
    if (!it->is_number_unsigned()) return BadParameter("revision", "must be a number");
    change.from = it->get<int64_t>();
  }
  JsonWriter definition(dashboard.definition);
  definition.BeginObject();
  VEDETTE_TRY_VOID(CopyVariables(json, definition));
  VEDETTE_TRY(const size_t panels, CopyPanels(json, definition));
  definition.EndObject();
  dashboard.panels = static_cast<int64_t>(panels);
  return change;
}

// --- the routes

base::Result<std::string> ListAll(DashboardBook& book, const Call& call) {
  VEDETTE_TRY(const std::vector<Dashboard> all, book.List(call.caller.tenant));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("dashboards").BeginArray();
  for (const Dashboard& dashboard : all) {
    json.BeginObject();
    WriteHead(json, dashboard);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

base::Result<std::string> Get(DashboardBook& book, const Call& call) {
  VEDETTE_TRY(const Dashboard found,
              book.Find(call.caller.tenant, std::string(call.PathValue("id"))));
  return BodyOf(found);
}

base::Result<std::string> Post(DashboardBook& book, const Call& call) {
  VEDETTE_TRY(Change change, ReadChange(call, "db_" + base::NewId(call.now)));
  VEDETTE_TRY(const Dashboard stored,
              book.Put(call.caller.tenant, std::move(change.dashboard), std::nullopt));
  return BodyOf(stored);
}

base::Result<std::string> Put(DashboardBook& book, const Call& call) {
  std::string id(call.PathValue("id"));
  const auto fits = [](char c) { return IsWordByte(c) || c == '-'; };
  if (id.size() > kIdBytesMax || !std::ranges::all_of(id, fits)) {
    return BadParameter("id", "must be of at most 64 letters, digits, _ and -");
  }
  VEDETTE_TRY(Change change, ReadChange(call, std::move(id)));
  VEDETTE_TRY(const Dashboard stored,
              book.Put(call.caller.tenant, std::move(change.dashboard), change.from));
  return BodyOf(stored);
}

base::Result<std::string> Delete(DashboardBook& book, const Call& call) {
  VEDETTE_TRY(const Dashboard removed,
              book.Remove(call.caller.tenant, std::string(call.PathValue("id")), call.caller.name,
                          call.now));
  return BodyOf(removed);
}

}  // namespace

std::vector<Route> DashboardRoutes(DashboardBook& book) {
  const auto route = [&book](std::string method, std::string pattern, Permission permission,
                             std::string operation, auto handler) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .permission = permission,
                 .handler = MakeHandler(&book, handler),
                 .operation = std::move(operation)};
  };
  const std::string all = "/api/v1/dashboards";
  const std::string one = "/api/v1/dashboards/{id}";
  return {
      route("GET", all, Permission::kRead, "listDashboards", ListAll),
      route("POST", all, Permission::kRespond, "addDashboard", Post),
      route("GET", one, Permission::kRead, "getDashboard", Get),
      route("PUT", one, Permission::kRespond, "putDashboard", Put),
      route("DELETE", one, Permission::kRespond, "removeDashboard", Delete),
  };
}

}  // namespace vedette::api
