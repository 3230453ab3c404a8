#include "topology/book.h"

#include <algorithm>
#include <set>

namespace vedette::topology {
namespace {

using model::EntityKind;
using model::EntityRef;

// What people declare does not age.
constexpr Origins kDeclared = [] {
  Origins declared(Origin::kConfig);
  declared.Add(Origin::kApi);
  return declared;
}();

bool IsDeclared(Origins origins) { return (origins.bits() & kDeclared.bits()) != 0; }

// Who is believed about owners and tiers: the higher the more.
int TrustIn(Origin origin) {
  switch (origin) {
    case Origin::kConfig: return 3;
    case Origin::kApi: return 2;
    case Origin::kKubernetes: return 1;
    default: return 0;
  }
}

// Whose measurement is shown: the exact ones first, spans last, for they may be a sample.
constexpr Origin kByExactness[] = {Origin::kIstio,   Origin::kLinkerd, Origin::kServiceGraph,
                                   Origin::kClients, Origin::kMetrics, Origin::kApi,
                                   Origin::kConfig,  Origin::kSpans,   Origin::kKubernetes};

size_t At(Origin origin) { return static_cast<size_t>(origin); }

}  // namespace

Book::Book(const BookOptions& options, const Graph& drawn) : options_(options) {
  for (const Node& node : drawn.nodes()) {
    entities_.emplace(node.entity.ref, node);
    for (const std::string& address : node.entity.addresses) {
      addresses_.emplace(address, node.entity.ref);
    }
  }
  for (const Edge& edge : drawn.edges()) {
    KnownEdge& known =
        edges_[{drawn.node(edge.caller).entity.ref, drawn.node(edge.callee).entity.ref}];
    known.waits = edge.waits;
    known.origins = edge.origins;
    known.first_seen = edge.first_seen;
    known.last_seen = edge.last_seen;
    known.told_at = edge.told_at;
    if (edge.traffic) known.traffic[At(edge.traffic->origin)] = edge.traffic;
  }
}

Node* Book::Make(const EntityRef& ref, Origin origin, base::TimePoint at, base::TimePoint told) {
  auto found = entities_.find(ref);
  if (found == entities_.end()) {
    if (entities_.size() >= options_.entities_max) {
      ++refused_;
      return nullptr;
    }
    found = entities_.emplace(ref, Node{.entity = {.ref = ref}}).first;
    found->second.first_seen = found->second.last_seen = at;
  }
  Node& node = found->second;
  if (!node.origins.Has(origin)) {
    node.origins.Add(origin);
    ++structure_;
  }
  node.first_seen = std::min(node.first_seen, at);
  node.last_seen = std::max(node.last_seen, at);
  node.told_at = std::max({node.told_at, at, told});
  return &node;
}

void Book::Tell(std::string& field, const std::string& value) {
  if (value.empty() || field == value) return;
  field = value;
  ++structure_;
}

void Book::TakeAddresses(Node& node, const std::vector<std::string>& addresses) {
  std::vector<std::string> taken = addresses;
  if (taken.size() > options_.addresses_max) taken.resize(options_.addresses_max);
  if (taken.empty() || taken == node.entity.addresses) return;
  DropAddresses(node);
  for (const std::string& address : taken) {
    const auto [entry, added] = addresses_.try_emplace(address, node.entity.ref);
    if (added) continue;
    const auto before = entities_.find(entry->second);
    if (before != entities_.end()) std::erase(before->second.entity.addresses, address);
    entry->second = node.entity.ref;
  }
  node.entity.addresses = std::move(taken);
  ++structure_;
}

void Book::DropAddresses(const Node& node) {
  for (const std::string& address : node.entity.addresses) {
    const auto entry = addresses_.find(address);
    if (entry != addresses_.end() && entry->second == node.entity.ref) addresses_.erase(entry);
  }
}

void Book::Merge(Node& node, const model::Entity& entity, Origin origin) {
  model::Entity& known = node.entity;
  Tell(known.service, entity.service);
  Tell(known.node, entity.node);
  Tell(known.version, entity.version);
  TakeAddresses(node, entity.addresses);
  if (entity.owner.empty() && entity.tier.empty()) return;
  if (TrustIn(origin) < TrustIn(node.owner_by)) {
    if (known.owner.empty()) Tell(known.owner, entity.owner);
    if (known.tier.empty()) Tell(known.tier, entity.tier);
    return;
  }
  Tell(known.owner, entity.owner);
  Tell(known.tier, entity.tier);
  node.owner_by = origin;
}

bool Book::See(const model::Entity& entity, Origin origin, base::TimePoint at,
               base::TimePoint told) {
  Node* const node = Make(entity.ref, origin, at, told);
  if (node == nullptr) return false;
  Merge(*node, entity, origin);
  return true;
}

bool Book::See(const model::Dependency& dependency, Origin origin, base::TimePoint at,
               const std::optional<Traffic>& traffic, base::TimePoint told) {
  if (dependency.caller == dependency.callee) return true;
  const Ends ends(dependency.caller, dependency.callee);
  auto found = edges_.find(ends);
  if (found == edges_.end() && edges_.size() >= options_.edges_max) {
    ++refused_;
    return false;
  }
  if (Make(dependency.caller, origin, at, told) == nullptr) return false;
  if (Make(dependency.callee, origin, at, told) == nullptr) return false;
  if (found == edges_.end()) {
    found = edges_.emplace(ends, KnownEdge{}).first;
    found->second.waits = dependency.waits;
    found->second.first_seen = found->second.last_seen = at;
  }
  KnownEdge& edge = found->second;
  if (!edge.origins.Has(origin) || edge.waits != dependency.waits) ++structure_;
  edge.origins.Add(origin);
  edge.waits = dependency.waits;
  edge.first_seen = std::min(edge.first_seen, at);
  edge.last_seen = std::max(edge.last_seen, at);
  edge.told_at = std::max({edge.told_at, at, told});
  std::optional<Traffic>& measured = edge.traffic[At(origin)];
  if (traffic && (!measured || traffic->at >= measured->at)) measured = traffic;
  return true;
}

template <typename Goes>
void Book::EraseNodes(const Goes& goes) {
  std::set<EntityRef> gone;
  for (auto it = entities_.begin(); it != entities_.end();) {
    if (!goes(it->second)) {
      ++it;
      continue;
    }
    DropAddresses(it->second);
    gone.insert(it->first);
    it = entities_.erase(it);
  }
  if (gone.empty()) return;
  ++structure_;
  std::erase_if(edges_, [&](const auto& entry) {
    return gone.contains(entry.first.first) || gone.contains(entry.first.second);
  });
}

bool Book::Forget(const EntityRef& entity) {
  const size_t before = entities_.size();
  EraseNodes([&](const Node& node) { return node.entity.ref == entity; });
  return entities_.size() < before;
}

bool Book::ForgetEdge(const EntityRef& caller, const EntityRef& callee) {
  const bool known = edges_.erase({caller, callee}) > 0;
  structure_ += known ? 1 : 0;
  return known;
}

void Book::Retract(Origin origin) {
  for (auto& [ends, edge] : edges_) {
    edge.traffic[At(origin)].reset();
    structure_ += edge.origins.Has(origin) ? 1 : 0;
    edge.origins.Remove(origin);
  }
  std::erase_if(edges_, [](const auto& entry) { return entry.second.origins.empty(); });
  EraseNodes([&](Node& node) {
    if (!node.origins.Has(origin)) return false;
    node.origins.Remove(origin);
    ++structure_;
    if (node.owner_by == origin) {
      node.entity.owner.clear();
      node.entity.tier.clear();
      node.owner_by = Origin::kSpans;
    }
    return node.origins.empty();
  });
}

base::Duration Book::MaxAgeOf(const Node& node) const {
  const bool pod = node.kind() == EntityKind::kPod;
  return pod ? options_.pod_max_age : options_.entity_max_age;
}

void Book::Age(base::TimePoint now) {
  structure_ += std::erase_if(edges_, [&](const auto& entry) {
    const KnownEdge& edge = entry.second;
    return !IsDeclared(edge.origins) && edge.told_at + options_.edge_max_age < now;
  });
  EraseNodes([&](const Node& node) {
    return !IsDeclared(node.origins) && node.told_at + MaxAgeOf(node) < now;
  });
}

std::optional<EntityRef> Book::AtAddress(std::string_view address) const {
  const auto entry = addresses_.find(address);
  if (entry == addresses_.end()) return std::nullopt;
  const model::Entity* const entity = Find(entry->second);
  if (entity == nullptr) return std::nullopt;
  if (entity->ref.kind != EntityKind::kPod || entity->service.empty()) return entity->ref;
  return EntityRef{EntityKind::kService, entity->service};
}

const model::Entity* Book::Find(const EntityRef& ref) const {
  const auto found = entities_.find(ref);
  return found == entities_.end() ? nullptr : &found->second.entity;
}

std::optional<Traffic> Book::BestTraffic(const KnownEdge& edge, base::TimePoint now) const {
  for (const Origin origin : kByExactness) {
    const std::optional<Traffic>& traffic = edge.traffic[At(origin)];
    if (traffic && traffic->at + options_.traffic_max_age >= now) return traffic;
  }
  return std::nullopt;
}

Graph Book::Draw(base::TimePoint now) const {
  std::map<EntityRef, int> numbers;
  std::vector<Node> nodes;
  nodes.reserve(entities_.size());
  for (const auto& [ref, node] : entities_) {
    numbers.emplace(ref, static_cast<int>(nodes.size()));
    nodes.push_back(node);
  }
  std::vector<Edge> edges;
  edges.reserve(edges_.size());
  for (const auto& [ends, known] : edges_) {
    edges.push_back({.caller = numbers.at(ends.first),
                     .callee = numbers.at(ends.second),
                     .waits = known.waits,
                     .origins = known.origins,
                     .first_seen = known.first_seen,
                     .last_seen = known.last_seen,
                     .told_at = known.told_at,
                     .traffic = BestTraffic(known, now)});
  }
  return Graph(now, std::move(nodes), std::move(edges));
}

}  // namespace vedette::topology
