#include "app/config_topology.h"

#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config.h"
#include "base/files.h"
#include "model/tenant.h"
#include "yaml/limits.h"

namespace vedette::app {
namespace {

using model::EntityKind;
using model::EntityRef;

// A bare name is a service's.
std::optional<EntityRef> RefOf(yaml::YamlReader& reader, std::string_view key,
                               const std::string& text) {
  if (!text.empty()) return model::ParseEntityRef(text);
  reader.Problem(key, "is empty");
  return std::nullopt;
}

void AddEdge(EntityRef caller, EntityRef callee, bool waits, topology::News& news) {
  news.edges.push_back(
      {.dependency = {.caller = std::move(caller), .callee = std::move(callee), .waits = waits},
       .first = {},
       .last = {},
       .traffic = std::nullopt});
}

void ReadEntity(yaml::YamlReader& reader, EntityKind kind, bool any_kind, topology::News& news) {
  model::Entity entity;
  if (any_kind) {
    size_t index = 0;
    std::vector<std::string> names;
    for (int i = 0; i < model::kEntityKinds; ++i) {
      names.emplace_back(model::EntityKindName(static_cast<EntityKind>(i)));
    }
    if (reader.ReadChoice("kind", names, index)) kind = static_cast<EntityKind>(index);
    reader.Read("service", entity.service);
    reader.Read("node", entity.node);
  }
  if (!reader.Read("name", entity.ref.name)) reader.Problem("", "the name is missing");
  entity.ref.kind = kind;
  reader.Read("owner", entity.owner);
  reader.Read("tier", entity.tier);
  reader.Read("addresses", entity.addresses);
  std::vector<std::string> calls;
  reader.Read("calls", calls);
  for (const std::string& name : calls) {
    const auto callee = RefOf(reader, "calls", name);
    if (!callee) continue;
    if (*callee == entity.ref) {
      reader.Problem("calls", "has the entity itself");
      continue;
    }
    AddEdge(entity.ref, *callee, entity.ref.kind != EntityKind::kQueue, news);
  }
  news.entities.push_back(std::move(entity));
}

void ReadEdge(yaml::YamlReader& reader, topology::News& news) {
  std::string caller_text;
  std::string callee_text;
  reader.Read("caller", caller_text);
  reader.Read("callee", callee_text);
  const auto caller = RefOf(reader, "caller", caller_text);
  const auto callee = RefOf(reader, "callee", callee_text);
  bool waits = !caller || caller->kind != EntityKind::kQueue;
  reader.Read("waits", waits);
  if (!caller || !callee) return;
  if (*caller == *callee) {
    reader.Problem("callee", "is the caller itself");
    return;
  }
  AddEdge(*caller, *callee, waits, news);
}

// What a section and a file have in common.
void ReadDeclarations(yaml::YamlReader& reader, TopologyConfig& out) {
  std::string tenant(model::kDefaultTenant);
  reader.Read("tenant", tenant);
  if (!model::IsValidTenantName(tenant)) reader.Problem("tenant", "is no name of a tenant");
  topology::News& news = out.declared[tenant];
  constexpr std::pair<const char*, EntityKind> kLists[] = {{"services", EntityKind::kService},
                                                           {"databases", EntityKind::kDatabase},
                                                           {"queues", EntityKind::kQueue},
                                                           {"externals", EntityKind::kExternal}};
  for (const auto& [name, kind] : kLists) {
    reader.ReadList(name, [&, of = kind](yaml::YamlReader& r) { ReadEntity(r, of, false, news); });
  }
  reader.ReadList("entities",
                  [&](yaml::YamlReader& r) { ReadEntity(r, EntityKind::kService, true, news); });
  reader.ReadList("edges", [&](yaml::YamlReader& r) { ReadEdge(r, news); });
}

void ReadAge(yaml::YamlReader& reader, std::string_view key, base::Duration& out) {
  if (reader.Read(key, out) && out < std::chrono::minutes(1)) {
    reader.Problem(key, "must be at least 1m");
  }
}

}  // namespace

std::map<std::string, topology::News> DeclaredAt(const TopologyConfig& config,
                                                 base::TimePoint now) {
  std::map<std::string, topology::News> declared = config.declared;
  for (auto& [tenant, news] : declared) {
    news.at = now;
    for (topology::News::Seen& edge : news.edges) edge.first = edge.last = now;
  }
  return declared;
}

void ReadTopology(yaml::YamlReader& topology, TopologyConfig& out) {
  ReadAge(topology, "edge_max_age", out.atlas.book.edge_max_age);
  ReadAge(topology, "pod_max_age", out.atlas.book.pod_max_age);
  ReadAge(topology, "entity_max_age", out.atlas.book.entity_max_age);
  if (topology.Read("history_retention", out.atlas.retention) && out.atlas.retention.count() != 0 &&
      out.atlas.retention < std::chrono::hours(1)) {
    topology.Problem("history_retention", "must be at least 1h, or 0s for ever");
  }
  ReadDeclarations(topology, out);
}

void ReadTopologyFile(yaml::YamlReader& root, const std::string& folder, TopologyConfig& out) {
  std::string name;
  if (!root.Read("topology_file", name) || folder == kNoFolder) return;
  // An absolute one wins.
  const std::string path = (std::filesystem::path(folder) / name).string();
  const base::Result<std::string> text = base::ReadFile(path, yaml::kDocumentBytesMax);
  if (!text.ok()) {
    root.Problem("topology_file", text.error().message);
    return;
  }
  const yaml::EnvironmentLookup no_environment;
  std::vector<yaml::Diagnostic> problems;
  yaml::ReadYaml(*text, no_environment, problems,
                 [&](yaml::YamlReader& reader) { ReadDeclarations(reader, out); });
  for (const yaml::Diagnostic& problem : problems) {
    root.Problem("topology_file", problem.ToString(path));
  }
}

}  // namespace vedette::app
