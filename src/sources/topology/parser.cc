#include "sources/topology/parser.h"

#include <algorithm>
#include <fmt/core.h>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "sources/kubernetes/objects.h"

namespace vedette::sources::topology {
namespace {

using base::Json;
using json_items::Problem;
using model::EntityKind;
using model::EntityRef;
using MaybeProblem = std::optional<Problem>;

constexpr size_t kAddressesMax = 64;

// The lists of an object, and the kind of the entities in them.
struct ListName {
  const char* name;
  std::optional<EntityKind> kind;
};
constexpr ListName kLists[] = {
    {"services", EntityKind::kService},
    {"databases", EntityKind::kDatabase},
    {"queues", EntityKind::kQueue},
    {"externals", EntityKind::kExternal},
    {"entities", std::nullopt},
    {"nodes", std::nullopt},
    {"edges", std::nullopt},
    {"dependencies", std::nullopt},
    {"calls", std::nullopt},
    {"items", std::nullopt},
};

// The first of these members that is there and not null.
const Json* Member(const Json& item, std::initializer_list<const char*> names,
                   const char** found_name = nullptr) {
  for (const char* name : names) {
    const auto found = item.find(name);
    if (found == item.end() || found->is_null()) continue;
    if (found_name != nullptr) *found_name = name;
    return &*found;
  }
  return nullptr;
}

class TopologyParser {
 public:
  TopologyParser(const ParseOptions& options, base::TimePoint now, ParsedTopology& out)
      : options_(options), now_(now), out_(out) {}

  base::Result<> ReadAll(const Json& json) {
    if (json.is_array()) return ReadList(json, std::nullopt);
    if (!json.is_object()) return base::InvalidArgument("the body must be an object or a list");
    const bool of_kubernetes = kubernetes::IsObject(json);
    if (of_kubernetes && Member(json, {"items"}) != nullptr) return ReadKubernetesList(json);
    bool lists = false;
    if (!of_kubernetes && !IsEntity(json)) {
      for (const ListName& list : kLists) {
        const Json* const items = Member(json, {list.name});
        if (items == nullptr) continue;
        if (!items->is_array()) {
          return base::InvalidArgument(fmt::format("{}: must be a list", list.name), list.name);
        }
        lists = true;
        VEDETTE_TRY_VOID(ReadList(*items, list.kind));
      }
    }
    if (lists) return {};
    return ReadItem(json, std::nullopt);
  }

 private:
  static bool IsEntity(const Json& json) {
    return Member(json, {"name", "service", "id"}) != nullptr;
  }

  // In a PodList and the like, the items leave out what they are.
  base::Result<> ReadKubernetesList(const Json& json) {
    const Json& items = json.at("items");
    if (!items.is_array()) return base::InvalidArgument("items: must be a list", "items");
    std::string kind = json.at("kind").get<std::string>();
    if (kind.ends_with("List")) kind.resize(kind.size() - 4);
    for (Json item : items) {
      if (item.is_object() && !kind.empty()) {
        if (!item.contains("apiVersion")) item["apiVersion"] = json.at("apiVersion");
        if (!item.contains("kind")) item["kind"] = kind;
      }
      VEDETTE_TRY_VOID(ReadItem(item, std::nullopt));
    }
    return {};
  }

  base::Result<> ReadList(const Json& items, std::optional<EntityKind> kind) {
    for (const Json& item : items) VEDETTE_TRY_VOID(ReadItem(item, kind));
    return {};
  }

  base::Result<> ReadItem(const Json& item, std::optional<EntityKind> kind) {
    if (out_.items >= options_.items_max) {
      return base::InvalidArgument(
          fmt::format("more than {} items in one request", options_.items_max),
          "limits.items_per_request");
    }
    const size_t index = out_.items++;
    if (MaybeProblem problem = Read(item, kind)) {
      out_.rejected.push_back({index, std::move(problem->field), std::move(problem->message)});
    }
    return {};
  }

  MaybeProblem Read(const Json& item, std::optional<EntityKind> kind) {
    if (item.is_string()) return ReadName(item, kind);
    if (!item.is_object()) return Problem{"", "must be an object or a name"};
    if (kubernetes::IsObject(item)) return ReadKubernetes(item);
    const char* field = nullptr;
    const Json* const caller = Member(item, {"caller", "from", "source", "client"}, &field);
    const bool to = Member(item, {"callee", "to", "target", "server"}) != nullptr;
    if (caller != nullptr && (to || !IsEntity(item))) return ReadEdge(item, *caller, field);
    return ReadEntity(item, kind);
  }

  MaybeProblem ReadRef(const Json& value, std::string_view field, EntityKind otherwise,
                       EntityRef& out) const {
    if (!value.is_string()) return Problem{std::string(field), "must be a text"};
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty()) return Problem{std::string(field), "is empty"};
    if (text.size() > options_.name_bytes_max) {
      return Problem{std::string(field), fmt::format("has {} bytes; the limit is {}", text.size(),
                                                     options_.name_bytes_max)};
    }
    out = model::ParseEntityRef(text);
    if (out.kind == EntityKind::kService && out.name == text) out.kind = otherwise;
    return std::nullopt;
  }

  MaybeProblem ReadName(const Json& item, std::optional<EntityKind> kind) {
    model::Entity entity;
    if (auto problem = ReadRef(item, "", kind.value_or(EntityKind::kService), entity.ref)) {
      return problem;
    }
    out_.ids.push_back(entity.ref.id());
    out_.entities.push_back(std::move(entity));
    return std::nullopt;
  }

  MaybeProblem ReadKubernetes(const Json& item) {
    base::Result<kubernetes::Told> told =
        kubernetes::ReadObject(item, now_, options_.known, options_.ran_before);
    if (!told.ok()) return Problem{told.error().field, told.error().message};
    if (!told->gone.empty()) {
      out_.ids.push_back(told->gone.front().id());
    } else if (!told->entities.empty()) {
      out_.ids.push_back(told->entities.back().ref.id());
    } else {
      out_.ids.push_back(told->changes.empty() ? std::string() : told->changes.front().id);
    }
    std::ranges::move(told->entities, std::back_inserter(out_.of_kubernetes));
    std::ranges::move(told->changes, std::back_inserter(out_.changes));
    std::ranges::move(told->gone, std::back_inserter(out_.gone));
    return std::nullopt;
  }

  MaybeProblem ReadEdge(const Json& item, const Json& caller, std::string_view caller_field) {
    const char* field = "callee";
    const Json* const callee = Member(item, {"callee", "to", "target", "server"}, &field);
    if (callee == nullptr) return Problem{"callee", "is required beside the caller"};
    ParsedEdge parsed;
    model::Dependency& edge = parsed.dependency;
    if (auto problem = ReadRef(caller, caller_field, EntityKind::kService, edge.caller)) {
      return problem;
    }
    if (auto problem = ReadRef(*callee, field, EntityKind::kService, edge.callee)) return problem;
    if (edge.caller == edge.callee) return Problem{field, "is the caller itself"};
    if (const Json* const waits = Member(item, {"waits"})) {
      if (!waits->is_boolean()) return Problem{"waits", "must be true or false"};
      edge.waits = waits->get<bool>();
    } else {
      edge.waits = Waits(edge);
    }
    constexpr double kMax = 1e12;
    if (auto problem =
            ReadNumber(item, {"calls_per_second", "rate"}, kMax, parsed.calls_per_second)) {
      return problem;
    }
    if (auto problem = ReadNumber(item, {"error_ratio"}, 1, parsed.error_ratio)) return problem;
    if (auto problem = ReadNumber(item, {"latency_ms"}, kMax, parsed.latency_ms)) return problem;
    out_.ids.push_back(edge.caller.name + ">" + edge.callee.name);
    out_.edges.push_back(std::move(parsed));
    return std::nullopt;
  }

  static MaybeProblem ReadNumber(const Json& item, std::initializer_list<const char*> names,
                                 double max, std::optional<double>& out) {
    const char* field = nullptr;
    const Json* const value = Member(item, names, &field);
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) out = value->get<double>();
    if (out && *out >= 0 && *out <= max) return std::nullopt;
    return Problem{field, fmt::format("must be a number from 0 to {}", max)};
  }

  // Whoever reads a queue is not waited for.
  static bool Waits(const model::Dependency& edge) {
    return edge.caller.kind != EntityKind::kQueue;
  }

  MaybeProblem ReadText(const Json& item, std::initializer_list<const char*> names,
                        std::string& out) const {
    const char* field = nullptr;
    const Json* const value = Member(item, names, &field);
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) {
      out = base::DumpJson(*value);
      return std::nullopt;
    }
    if (!value->is_string()) return Problem{field, "must be a text"};
    out = value->get<std::string>();
    if (out.size() <= options_.name_bytes_max) return std::nullopt;
    return Problem{
        field, fmt::format("has {} bytes; the limit is {}", out.size(), options_.name_bytes_max)};
  }

  MaybeProblem ReadKind(const Json& item, EntityKind& kind) const {
    const char* field = nullptr;
    const Json* const value = Member(item, {"kind", "type"}, &field);
    if (value == nullptr) return std::nullopt;
    const auto parsed = value->is_string()
                            ? model::ParseEntityKind(value->get_ref<const std::string&>())
                            : std::nullopt;
    if (!parsed) {
      return Problem{field,
                     "must be one of service, database, queue, external, endpoint, pod, node"};
    }
    kind = *parsed;
    return std::nullopt;
  }

  MaybeProblem ReadAddresses(const Json& item, std::vector<std::string>& out) const {
    const char* field = nullptr;
    const Json* const list = Member(item, {"addresses", "hosts"}, &field);
    if (list == nullptr) return std::nullopt;
    if (!list->is_array() || list->size() > kAddressesMax) {
      return Problem{field, fmt::format("must be a list of at most {} texts", kAddressesMax)};
    }
    for (const Json& address : *list) {
      if (!address.is_string()) return Problem{field, "must be a list of texts"};
      out.push_back(address.get<std::string>());
      if (out.back().empty() || out.back().size() > options_.name_bytes_max) {
        return Problem{field, "has an address that is empty or too long"};
      }
    }
    return std::nullopt;
  }

  MaybeProblem ReadEntity(const Json& item, std::optional<EntityKind> kind) {
    model::Entity entity;
    entity.ref.kind = kind.value_or(EntityKind::kService);
    if (auto problem = ReadKind(item, entity.ref.kind)) return problem;
    const bool part =
        entity.ref.kind == EntityKind::kPod || entity.ref.kind == EntityKind::kEndpoint;
    const char* field = "name";
    // The service of a pod is not the pod.
    const Json* const name = part ? Member(item, {"name", "id"}, &field)
                                  : Member(item, {"name", "id", "service"}, &field);
    if (name == nullptr) return Problem{"name", "is required"};
    if (auto problem = ReadRef(*name, field, entity.ref.kind, entity.ref)) return problem;
    if (auto problem = ReadText(item, {"owner", "team"}, entity.owner)) return problem;
    if (auto problem = ReadText(item, {"tier"}, entity.tier)) return problem;
    if (auto problem = ReadText(item, {"version"}, entity.version)) return problem;
    if (part) {
      if (auto problem = ReadText(item, {"service"}, entity.service)) return problem;
      if (auto problem = ReadText(item, {"node", "host"}, entity.node)) return problem;
    }
    if (auto problem = ReadAddresses(item, entity.addresses)) return problem;
    std::vector<model::Dependency> edges;
    if (auto problem = ReadCalls(item, entity.ref, edges)) return problem;
    out_.ids.push_back(entity.ref.id());
    out_.entities.push_back(std::move(entity));
    for (model::Dependency& edge : edges) out_.edges.push_back({.dependency = std::move(edge)});
    return std::nullopt;
  }

  MaybeProblem ReadCalls(const Json& item, const EntityRef& caller,
                         std::vector<model::Dependency>& out) const {
    const char* field = nullptr;
    const Json* const list = Member(item, {"calls", "depends_on", "dependencies"}, &field);
    if (list == nullptr) return std::nullopt;
    if (!list->is_array() || list->size() > options_.edges_max) {
      return Problem{field, fmt::format("must be a list of at most {} names", options_.edges_max)};
    }
    for (const Json& callee : *list) {
      model::Dependency edge{.caller = caller};
      if (auto problem = ReadRef(callee, field, EntityKind::kService, edge.callee)) return problem;
      edge.waits = Waits(edge);
      if (edge.callee == caller) return Problem{field, "has the entity itself"};
      out.push_back(std::move(edge));
    }
    return std::nullopt;
  }

  const ParseOptions& options_;
  const base::TimePoint now_;
  ParsedTopology& out_;
};

}  // namespace

base::Result<ParsedTopology> Parse(const std::string& body, base::TimePoint now,
                                   const ParseOptions& options) {
  if (body.size() > options.body_bytes_max) {
    return base::InvalidArgument(
        fmt::format("the body has {} bytes; the limit is {}", body.size(), options.body_bytes_max),
        "body");
  }
  VEDETTE_TRY(const Json json, base::ParseJson(body));
  ParsedTopology parsed;
  VEDETTE_TRY_VOID(TopologyParser(options, now, parsed).ReadAll(json));
  return parsed;
}

}  // namespace vedette::sources::topology
