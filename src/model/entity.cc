#include "model/entity.h"

namespace vedette::model {

std::string_view EntityKindName(EntityKind kind) {
  switch (kind) {
    case EntityKind::kService: return "service";
    case EntityKind::kDatabase: return "database";
    case EntityKind::kQueue: return "queue";
    case EntityKind::kExternal: return "external";
    case EntityKind::kEndpoint: return "endpoint";
    case EntityKind::kPod: return "pod";
    case EntityKind::kNode: return "node";
  }
  return "";
}

std::optional<EntityKind> ParseEntityKind(std::string_view name) {
  for (int i = 0; i < kEntityKinds; ++i) {
    const auto kind = static_cast<EntityKind>(i);
    if (EntityKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string EntityRef::id() const { return std::string(EntityKindName(kind)) + ":" + name; }

EntityRef ParseEntityRef(std::string_view id) {
  const size_t colon = id.find(':');
  if (colon != std::string_view::npos && colon + 1 < id.size()) {
    if (const auto kind = ParseEntityKind(id.substr(0, colon))) {
      return {*kind, std::string(id.substr(colon + 1))};
    }
  }
  return {EntityKind::kService, std::string(id)};
}

}  // namespace vedette::model
