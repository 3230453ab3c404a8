#include "topology/atlas.h"

#include <algorithm>
#include <utility>

namespace vedette::topology {
namespace {

Snapshot Empty(base::TimePoint time) {
  return std::make_shared<const Graph>(time, std::vector<Node>(), std::vector<Edge>());
}

size_t Apply(Book& book, const News& news, Origin origin, base::TimePoint now) {
  size_t refused = 0;
  for (const model::Entity& entity : news.entities) {
    refused += book.See(entity, origin, news.at, now) ? 0 : 1;
  }
  for (const News::Seen& seen : news.edges) {
    const bool taken = book.See(seen.dependency, origin, seen.first, std::nullopt, now) &&
                       book.See(seen.dependency, origin, seen.last, seen.traffic, now);
    refused += taken ? 0 : 1;
  }
  return refused;
}

// The graph of then, with what is known by now to have been there already.
Graph WithLateNews(const Graph& then, const Graph& now, base::TimePoint time) {
  std::vector<Node> nodes = then.nodes();
  std::vector<Edge> edges = then.edges();
  std::map<model::EntityRef, int> places;
  for (size_t i = 0; i < nodes.size(); ++i) {
    places.emplace(nodes[i].entity.ref, static_cast<int>(i));
  }
  const auto place_of = [&](const Node& node) {
    const auto [entry, added] = places.try_emplace(node.entity.ref, static_cast<int>(nodes.size()));
    if (!added) return entry->second;
    Node late = node;
    late.last_seen = std::min(late.last_seen, time);
    nodes.push_back(std::move(late));
    return entry->second;
  };
  for (const Node& node : now.nodes()) {
    if (node.first_seen <= time) place_of(node);
  }
  for (const Edge& edge : now.edges()) {
    if (edge.first_seen > time) continue;
    Edge late = edge;
    late.caller = place_of(now.node(edge.caller));
    late.callee = place_of(now.node(edge.callee));
    late.last_seen = std::min(late.last_seen, time);
    if (late.traffic && late.traffic->at > time) late.traffic.reset();
    edges.push_back(std::move(late));  // of two the one of then counts
  }
  return Graph(std::max(then.time(), time), std::move(nodes), std::move(edges));
}

}  // namespace

base::Result<std::unique_ptr<Atlas>> Atlas::Open(sql::Database& database, AtlasOptions options) {
  VEDETTE_TRY(std::unique_ptr<History> history, History::Open(database));
  VEDETTE_TRY(const std::vector<History::Kept> kept, history->Newest());
  std::unique_ptr<Atlas> atlas(new Atlas(std::move(history), options));
  base::MutexLock lock(atlas->mutex_);
  for (const History::Kept& each : kept) {
    Tenant tenant{.book = Book(options.book, each.graph),
                  .as_of = each.graph.time(),
                  .revision = each.revision,
                  .saved_at = each.graph.time()};
    tenant.book.Retract(Origin::kConfig);
    tenant.saved_structure = tenant.book.structure();
    atlas->tenants_.emplace(each.tenant, std::move(tenant));
  }
  return atlas;
}

Atlas::Tenant* Atlas::Find(std::string_view tenant) {
  const auto found = tenants_.find(tenant);
  return found == tenants_.end() ? nullptr : &found->second;
}

Atlas::Tenant* Atlas::Make(const std::string& tenant) {
  if (Tenant* const known = Find(tenant)) return known;
  if (tenants_.size() >= options_.tenants_max) return nullptr;
  return &tenants_.emplace(tenant, Tenant{.book = Book(options_.book)}).first->second;
}

void Atlas::Tenant::Touch(base::TimePoint now) {
  as_of = std::max(as_of, now);
  drawn = nullptr;
}

Snapshot Atlas::Draw(Tenant& tenant) {
  if (tenant.drawn == nullptr) {
    tenant.drawn = std::make_shared<const Graph>(tenant.book.Draw(tenant.as_of));
  }
  return tenant.drawn;
}

std::optional<Atlas::Due> Atlas::DueOf(const std::string& name, Tenant& tenant, base::TimePoint now,
                                       bool changes_only) {
  const bool changed = tenant.book.structure() != tenant.saved_structure;
  const bool old = tenant.saved_at + options_.snapshot_every <= now && tenant.book.entities() > 0;
  if (!changed && (changes_only || !old)) return std::nullopt;
  tenant.Touch(now);
  tenant.saved_structure = tenant.book.structure();
  tenant.saved_at = now;
  return Due{.tenant = name, .revision = ++tenant.revision, .graph = Draw(tenant)};
}

base::Result<> Atlas::Save(const std::optional<Due>& due) {
  if (!due) return {};
  base::Result<> saved = history_->Save(due->tenant, due->revision, *due->graph);
  if (saved.ok()) return {};
  base::MutexLock lock(mutex_);
  // So that the next turn tries again.
  if (Tenant* const tenant = Find(due->tenant)) tenant->saved_structure = UINT64_MAX;
  return saved;
}

base::Result<size_t> Atlas::Tell(const std::string& tenant, const News& news, Origin origin,
                                 base::TimePoint now, Durable durable) {
  size_t refused = 0;
  std::optional<Due> due;
  {
    base::MutexLock lock(mutex_);
    Tenant* const known = Make(tenant);
    if (known == nullptr) {
      return base::ResourceExhausted("there are too many tenants with a topology");
    }
    refused = Apply(known->book, news, origin, now);
    known->Touch(now);
    if (durable == Durable::kNow) due = DueOf(tenant, *known, now, true);
  }
  VEDETTE_TRY_VOID(Save(due));
  return refused;
}

void Atlas::Declare(const std::map<std::string, News>& by_tenant, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  for (auto& [name, tenant] : tenants_) {
    tenant.book.Retract(Origin::kConfig);
    tenant.Touch(now);
  }
  for (const auto& [name, news] : by_tenant) {
    Tenant* const tenant = Make(name);
    if (tenant == nullptr) continue;
    Apply(tenant->book, news, Origin::kConfig, now);
    tenant->Touch(now);
  }
}

base::Result<bool> Atlas::Forget(const std::string& tenant, const model::EntityRef& entity,
                                 base::TimePoint now) {
  std::optional<Due> due;
  {
    base::MutexLock lock(mutex_);
    Tenant* const known = Find(tenant);
    if (known == nullptr || !known->book.Forget(entity)) return false;
    due = DueOf(tenant, *known, now, true);
  }
  VEDETTE_TRY_VOID(Save(due));
  return true;
}

base::Result<bool> Atlas::ForgetEdge(const std::string& tenant, const model::EntityRef& caller,
                                     const model::EntityRef& callee, base::TimePoint now) {
  std::optional<Due> due;
  {
    base::MutexLock lock(mutex_);
    Tenant* const known = Find(tenant);
    if (known == nullptr || !known->book.ForgetEdge(caller, callee)) return false;
    due = DueOf(tenant, *known, now, true);
  }
  VEDETTE_TRY_VOID(Save(due));
  return true;
}

Snapshot Atlas::Now(std::string_view tenant) {
  base::MutexLock lock(mutex_);
  Tenant* const known = Find(tenant);
  if (known == nullptr) return Empty({});
  return Draw(*known);
}

base::Result<Snapshot> Atlas::At(std::string_view tenant, base::TimePoint time) {
  Snapshot now = Now(tenant);
  if (time >= now->time() && now->size() > 0) return now;
  VEDETTE_TRY(std::optional<Graph> then, history_->Before(tenant, time));
  if (!then) then.emplace(time, std::vector<Node>(), std::vector<Edge>());
  return std::make_shared<const Graph>(WithLateNews(*then, *now, time));
}

base::Result<std::vector<History::Row>> Atlas::List(std::string_view tenant, base::TimePoint from,
                                                    base::TimePoint to, int64_t limit) const {
  return history_->List(tenant, from, to, limit);
}

std::optional<model::EntityRef> Atlas::AtAddress(std::string_view tenant,
                                                 std::string_view address) const {
  base::MutexLock lock(mutex_);
  const auto known = tenants_.find(tenant);
  if (known == tenants_.end()) return std::nullopt;
  return known->second.book.AtAddress(address);
}

base::Result<> Atlas::Tend(base::TimePoint now) {
  std::vector<std::optional<Due>> dues;
  {
    base::MutexLock lock(mutex_);
    for (auto& [name, tenant] : tenants_) {
      tenant.book.Age(now);
      tenant.Touch(now);  // measurements age too
      dues.push_back(DueOf(name, tenant, now, false));
    }
  }
  base::Result<> result;
  for (const std::optional<Due>& due : dues) {
    base::Result<> saved = Save(due);
    if (!saved.ok()) result = std::move(saved);
  }
  return result;
}

base::Result<> Atlas::DeleteTenant(const std::string& tenant) {
  {
    base::MutexLock lock(mutex_);
    tenants_.erase(tenant);
  }
  return history_->DeleteTenant(tenant);
}

std::vector<std::string> Atlas::Tenants() const {
  base::MutexLock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, tenant] : tenants_) names.push_back(name);
  return names;
}

uint64_t Atlas::refused() const {
  base::MutexLock lock(mutex_);
  uint64_t refused = 0;
  for (const auto& [name, tenant] : tenants_) refused += tenant.book.refused();
  return refused;
}

}  // namespace vedette::topology
