#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::model {

// What can break, call or be called.
enum class EntityKind : uint8_t {
  kService,
  kDatabase,
  kQueue,     // a topic or queue of messages
  kExternal,  // somebody else's: a host that no service of ours answers for
  kEndpoint,  // of a service: "payment GET /pay"
  kPod,
  kNode,  // a machine
};
inline constexpr int kEntityKinds = 7;
std::string_view EntityKindName(EntityKind kind);  // "service", "database", ...
std::optional<EntityKind> ParseEntityKind(std::string_view name);

// Which entity. Names are unique within a kind.
struct EntityRef {
  EntityKind kind = EntityKind::kService;
  std::string name;
  // "service:payment"
  std::string id() const;
  friend auto operator<=>(const EntityRef&, const EntityRef&) = default;
};
// "database:orders" or, for a service, its bare name. A text before the colon that is no kind
// belongs to the name.
EntityRef ParseEntityRef(std::string_view id);

// Something that is there, as one source tells of it. What it does not know is empty.
struct Entity {
  EntityRef ref = {};
  std::string owner = {};                   // the team
  std::string tier = {};                    // how much hangs on it: "1", "critical", ...
  std::string service = {};                 // to which an endpoint or pod belongs
  std::string node = {};                    // on which a pod runs
  std::string version = {};                 // what it runs
  std::vector<std::string> addresses = {};  // where it answers: IP addresses and host names
};

// That one entity needs another.
struct Dependency {
  EntityRef caller = {};
  EntityRef callee = {};
  // False: nobody waits for the answer, as behind a queue, so trouble of the callee stays there.
  bool waits = true;
};

}  // namespace vedette::model
