#include "topology/discovery/span_feed.h"

#include <algorithm>
#include <optional>

namespace vedette::topology::discovery {
namespace {

using model::EntityKind;
using model::EntityRef;

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kRangeMinutesMax = 30;  // of one reading of the store

std::string_view Attribute(const std::vector<std::pair<std::string, std::string>>& pairs,
                           std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

bool LooksLikeAddress(std::string_view host) {
  return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

// What an edge carried in a few minutes.
struct Load {
  bool waits = true;
  base::TimePoint first;
  base::TimePoint last;
  uint64_t calls = 0;  // within the window
  uint64_t errors = 0;
  int64_t total_ns = 0;
  base::TimePoint counted_from;
};

std::optional<Traffic> TrafficOf(const Load& load, base::TimePoint now) {
  if (load.calls == 0) return std::nullopt;
  const double seconds =
      std::max(10.0, static_cast<double>((now - load.counted_from).count()) / 1000);
  const auto calls = static_cast<double>(load.calls);
  return Traffic{.calls_per_second = calls / seconds,
                 .error_ratio = static_cast<double>(load.errors) / calls,
                 .latency_ms = static_cast<double>(load.total_ns) / calls / 1e6,
                 .latency_p95_ms = std::nullopt,
                 .origin = Origin::kSpans,
                 .at = now};
}

}  // namespace

void SpanFeed::NoteEntity(Waiting& waiting, model::Entity entity, base::TimePoint time) {
  const EntityRef ref = entity.ref;
  const auto found = waiting.entities.find(ref);
  if (found == waiting.entities.end()) {
    if (waiting.entities.size() >= options_.entities_max) return;
    waiting.entities.emplace(ref, std::pair(std::move(entity), Span{time, time}));
    return;
  }
  Span& span = found->second.second;
  if (time > span.last) found->second.first = std::move(entity);
  span.first = std::min(span.first, time);
  span.last = std::max(span.last, time);
}

void SpanFeed::NoteSpan(Waiting& waiting, const model::Span& span) {
  const base::TimePoint time = span.time();
  waiting.minutes.insert(base::ToMillis(time) / kMinuteMs);
  if (waiting.minutes.size() > options_.minutes_max) waiting.minutes.erase(waiting.minutes.begin());
  NoteEntity(waiting, {.ref = {EntityKind::kService, span.service}}, time);
  const bool serves =
      span.kind == model::SpanKind::kServer || span.kind == model::SpanKind::kConsumer;
  if (serves) {
    std::set<std::string>& endpoints = waiting.endpoints[span.service];
    if (endpoints.size() < options_.endpoints_max) endpoints.insert(span.name);
    if (endpoints.contains(span.name)) {
      NoteEntity(
          waiting,
          {.ref = {EntityKind::kEndpoint, span.service + " " + span.name}, .service = span.service},
          time);
    }
  }
  const std::string_view pod = Attribute(span.resource, "k8s.pod.name");
  if (pod.empty()) return;
  model::Entity entity{.ref = {EntityKind::kPod, std::string(pod)}, .service = span.service};
  entity.node = Attribute(span.resource, "k8s.node.name");
  entity.version = Attribute(span.resource, "service.version");
  const std::string_view address = Attribute(span.resource, "k8s.pod.ip");
  if (!address.empty()) entity.addresses.emplace_back(address);
  if (!entity.node.empty()) {
    NoteEntity(waiting, {.ref = {EntityKind::kNode, entity.node}}, time);
  }
  NoteEntity(waiting, std::move(entity), time);
}

void SpanFeed::Note(std::string_view tenant, const std::vector<model::Span>& spans) {
  if (spans.empty()) return;
  base::MutexLock lock(mutex_);
  auto found = waiting_.find(tenant);
  if (found == waiting_.end()) {
    if (waiting_.size() >= options_.tenants_max) return;
    found = waiting_.emplace(tenant, Waiting()).first;
  }
  for (const model::Span& span : spans) NoteSpan(found->second, span);
}

std::optional<EntityRef> SpanFeed::Resolve(const std::string& tenant, EntityKind kind,
                                           const std::string& name) const {
  if (kind != EntityKind::kExternal) return EntityRef{kind, name};
  if (name == "localhost" || name == "127.0.0.1" || name == "::1") return std::nullopt;
  if (auto known = atlas_.AtAddress(tenant, name)) return known;
  // Without a name, an address would be one more stranger each time that it changes.
  if (LooksLikeAddress(name)) return std::nullopt;
  const Snapshot graph = atlas_.Now(tenant);
  const std::string first = name.substr(0, name.find('.'));
  if (graph->Find(EntityKind::kService, first) >= 0) return EntityRef{EntityKind::kService, first};
  return EntityRef{EntityKind::kExternal, name};
}

base::Result<> SpanFeed::DeriveRange(const std::string& tenant, int64_t first, int64_t last,
                                     base::TimePoint now) {
  // A minute more on each side: there may be the parents of these spans, and their children; and
  // the window over which rates are counted.
  const int64_t window = options_.window.count() / kMinuteMs;
  const int64_t present = base::ToMillis(now) / kMinuteMs;
  int64_t from = first - 1;
  if (last + window >= present) from = std::min(from, present - window);
  VEDETTE_TRY(const std::vector<model::ServiceEdge> edges,
              spans_.ServiceEdges(tenant, base::FromMillis((from - 1) * kMinuteMs),
                                  base::FromMillis((last + 2) * kMinuteMs)));
  std::map<Ends, Load> loads;
  const base::TimePoint window_start =
      std::max(now - options_.window, base::FromMillis(from * kMinuteMs));
  for (const model::ServiceEdge& edge : edges) {
    const auto caller = Resolve(tenant, edge.caller_kind, edge.caller);
    const auto callee = Resolve(tenant, edge.callee_kind, edge.callee);
    if (!caller || !callee || *caller == *callee) continue;
    const base::TimePoint end =
        std::min(edge.minute + base::Duration(kMinuteMs), std::max(now, edge.minute));
    const auto [entry, added] = loads.try_emplace({*caller, *callee});
    Load& load = entry->second;
    load.waits = edge.waits;
    load.first = added ? edge.minute : std::min(load.first, edge.minute);
    load.last = added ? end : std::max(load.last, end);
    if (edge.minute < window_start - base::Duration(kMinuteMs) || edge.minute > now) continue;
    load.counted_from = load.calls == 0 ? edge.minute : std::min(load.counted_from, edge.minute);
    load.calls += edge.calls;
    load.errors += edge.errors;
    load.total_ns += edge.total_ns;
  }
  News news{.entities = {}, .edges = {}, .at = now};
  for (const auto& [ends, load] : loads) {
    news.edges.push_back(
        {.dependency = {.caller = ends.first, .callee = ends.second, .waits = load.waits},
         .first = load.first,
         .last = load.last,
         .traffic = TrafficOf(load, now)});
  }
  if (news.edges.empty()) return {};
  VEDETTE_TRY_VOID(atlas_.Tell(tenant, news, Origin::kSpans, now, Atlas::Durable::kSoon));
  return {};
}

base::Result<> SpanFeed::Derive(const std::string& tenant, const std::set<int64_t>& minutes,
                                base::TimePoint now) {
  for (auto it = minutes.begin(); it != minutes.end();) {
    const int64_t first = *it;
    int64_t last = first;
    while (it != minutes.end() && *it <= last + 2 && *it < first + kRangeMinutesMax) last = *it++;
    VEDETTE_TRY_VOID(DeriveRange(tenant, first, last, now));
  }
  return {};
}

base::Result<> SpanFeed::Refresh(const std::string& tenant, base::TimePoint now) {
  base::MutexLock derive_lock(derive_mutex_);
  Waiting taken;
  {
    base::MutexLock lock(mutex_);
    const auto found = waiting_.find(tenant);
    if (found == waiting_.end() || found->second.minutes.empty()) return {};
    Waiting& waiting = found->second;
    if (waiting.derived_at <= now && now < waiting.derived_at + options_.pause) return {};
    waiting.derived_at = now;
    std::swap(taken.minutes, waiting.minutes);
    std::swap(taken.entities, waiting.entities);
  }
  for (const auto& [ref, seen] : taken.entities) {
    for (const base::TimePoint time : {seen.second.first, seen.second.last}) {
      const News news{.entities = {seen.first}, .edges = {}, .at = time};
      VEDETTE_TRY_VOID(atlas_.Tell(tenant, news, Origin::kSpans, now, Atlas::Durable::kSoon));
    }
  }
  base::Result<> derived = Derive(tenant, taken.minutes, now);
  if (derived.ok()) return {};
  base::MutexLock lock(mutex_);
  waiting_[tenant].minutes.merge(taken.minutes);
  return derived;
}

base::Result<> SpanFeed::Tend(base::TimePoint now) {
  std::vector<std::string> tenants;
  {
    base::MutexLock lock(mutex_);
    for (const auto& [name, waiting] : waiting_) {
      if (!waiting.minutes.empty()) tenants.push_back(name);
    }
  }
  base::Result<> result;
  for (const std::string& tenant : tenants) {
    base::Result<> refreshed = Refresh(tenant, now);
    if (!refreshed.ok()) result = std::move(refreshed);
  }
  return result;
}

void SpanFeed::DeleteTenant(std::string_view tenant) {
  base::MutexLock lock(mutex_);
  const auto found = waiting_.find(tenant);
  if (found != waiting_.end()) waiting_.erase(found);
}

}  // namespace vedette::topology::discovery
