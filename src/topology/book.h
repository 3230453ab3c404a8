#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "model/entity.h"
#include "topology/graph.h"

namespace vedette::topology {

struct BookOptions {
  // What nobody has told of for so long is forgotten, unless the configuration or the API has it;
  // also what is told of times that long ago stays so long.
  base::Duration edge_max_age = std::chrono::hours(24);
  base::Duration pod_max_age = std::chrono::hours(1);
  base::Duration entity_max_age = std::chrono::hours(24 * 7);
  base::Duration traffic_max_age = std::chrono::minutes(5);  // of what is shown of an edge
  size_t entities_max = 50'000;
  size_t edges_max = 200'000;
  size_t addresses_max = 16;  // of one entity
  friend bool operator==(const BookOptions&, const BookOptions&) = default;
};

// What is known of one tenant's entities and edges, gathered from many origins; a Graph is drawn
// from it. Several origins may tell of the same: what the later says of places and versions
// counts; the owner and the tier are those of the most trusted origin, the configuration before the
// API before Kubernetes before the rest. An address belongs to whom it was last told of: pods come
// and go, and their addresses are used again. Deterministic; not thread-safe.
class Book {
 public:
  explicit Book(const BookOptions& options = {}) : options_(options) {}
  // Goes on from a graph that was drawn.
  Book(const BookOptions& options, const Graph& drawn);

  // What was there at a time. `told` is when the news comes, `at` when it is not later. False when
  // there is no room for another one; what is known already is always taken.
  bool See(const model::Entity& entity, Origin origin, base::TimePoint at,
           base::TimePoint told = {});
  // Ends that are not known become known. A dependency of something on itself is no news.
  bool See(const model::Dependency& dependency, Origin origin, base::TimePoint at,
           const std::optional<Traffic>& traffic = std::nullopt, base::TimePoint told = {});

  // False when it was not known. What is still seen comes back.
  bool Forget(const model::EntityRef& entity);
  bool ForgetEdge(const model::EntityRef& caller, const model::EntityRef& callee);
  // All that an origin has told: what nobody else tells of goes.
  void Retract(Origin origin);
  // Forgets what is too old.
  void Age(base::TimePoint now);

  // Who answers at an IP address or host name: a service for the address of one of its pods.
  std::optional<model::EntityRef> AtAddress(std::string_view address) const;
  const model::Entity* Find(const model::EntityRef& ref) const;  // null: not known

  Graph Draw(base::TimePoint now) const;

  // Grows when anything changes but times and traffic.
  uint64_t structure() const { return structure_; }
  size_t entities() const { return entities_.size(); }
  size_t edges() const { return edges_.size(); }
  uint64_t refused() const { return refused_; }  // for want of room

 private:
  using Ends = std::pair<model::EntityRef, model::EntityRef>;
  struct KnownEdge {
    bool waits = true;
    Origins origins;
    base::TimePoint first_seen;
    base::TimePoint last_seen;
    base::TimePoint told_at;
    std::array<std::optional<Traffic>, kOrigins> traffic;
  };

  Node* Make(const model::EntityRef& ref, Origin origin, base::TimePoint at, base::TimePoint told);
  void Merge(Node& node, const model::Entity& entity, Origin origin);
  void Tell(std::string& field, const std::string& value);
  void TakeAddresses(Node& node, const std::vector<std::string>& addresses);
  void DropAddresses(const Node& node);
  base::Duration MaxAgeOf(const Node& node) const;
  std::optional<Traffic> BestTraffic(const KnownEdge& edge, base::TimePoint now) const;
  template <typename Goes>
  void EraseNodes(const Goes& goes);

  BookOptions options_;
  std::map<model::EntityRef, Node> entities_;
  std::map<Ends, KnownEdge> edges_;
  std::map<std::string, model::EntityRef, std::less<>> addresses_;
  uint64_t structure_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace vedette::topology
