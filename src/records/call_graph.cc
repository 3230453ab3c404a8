#include "records/call_graph.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "records/message.h"

namespace vedette::records {
namespace {

using model::EntityKind;
using model::SpanKind;

constexpr size_t kEdgesMax = 100'000;
constexpr size_t kPeerBytesMax = 256;
constexpr int64_t kMinuteMs = 60'000;

uint64_t HashOf(std::string& scratch, std::string_view trace_id, std::string_view span_id) {
  scratch.assign(trace_id).append(span_id);
  return StableHash(scratch) | 1;
}

bool Asks(SpanKind kind) {
  return kind == SpanKind::kClient || kind == SpanKind::kProducer || kind == SpanKind::kConsumer;
}

// The first of the attributes that is set; their names are OpenTelemetry's, new ones first.
std::string_view First(const model::Span& span, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (const auto& [key, value] : span.attributes) {
      if (key == name && !value.empty()) return value;
    }
  }
  return {};
}

struct Peer {
  EntityKind kind = EntityKind::kExternal;
  std::string_view name;
};

// Whom a span says that it asks; views the span.
std::optional<Peer> PeerOf(const model::Span& span) {
  const std::string_view host =
      First(span, {"server.address", "network.peer.address", "net.peer.name", "net.peer.ip"});
  Peer peer;
  const std::string_view database = First(span, {"db.system.name", "db.system"});
  const std::string_view queue =
      First(span, {"messaging.destination.name", "messaging.destination"});
  if (!database.empty()) {
    peer.kind = EntityKind::kDatabase;
    peer.name = First(span, {"db.namespace", "db.name"});
    // Redis counts its databases: that names none.
    if (peer.name.find_first_not_of("0123456789") == peer.name.npos) peer.name = host;
    if (peer.name.empty()) peer.name = database;
  } else if (!queue.empty()) {
    peer = {EntityKind::kQueue, queue};
  } else if (const auto service = First(span, {"peer.service"}); !service.empty()) {
    peer = {EntityKind::kService, service};
  } else {
    peer = {EntityKind::kExternal, host};
  }
  if (peer.name.empty() || peer.name.size() > kPeerBytesMax) return std::nullopt;
  return peer;
}

// Adds up what belongs to one edge and minute.
class Sums {
 public:
  struct End {
    EntityKind kind;
    std::string_view name;
    friend auto operator<=>(const End&, const End&) = default;
  };

  void Add(const End& caller, const End& callee, bool waits, int64_t start_ms, int64_t duration_ns,
           bool error) {
    const int64_t minute = start_ms - start_ms % kMinuteMs;
    const auto key = std::tuple(minute, caller, callee);
    if (edges_.size() >= kEdgesMax && !edges_.contains(key)) return;
    model::ServiceEdge& edge = edges_[key];
    edge.caller = caller.name;
    edge.callee = callee.name;
    edge.caller_kind = caller.kind;
    edge.callee_kind = callee.kind;
    edge.waits = waits;
    edge.minute = base::FromMillis(minute);
    ++edge.calls;
    edge.errors += error ? 1 : 0;
    edge.total_ns += duration_ns;
    edge.longest_ns = std::max(edge.longest_ns, duration_ns);
  }

  std::vector<model::ServiceEdge> Take() {
    std::vector<model::ServiceEdge> out;
    for (auto& [key, edge] : edges_) out.push_back(std::move(edge));
    return out;
  }

 private:
  std::map<std::tuple<int64_t, End, End>, model::ServiceEdge> edges_;
};

}  // namespace

uint32_t CallGraph::NumberOf(EntityKind kind, std::string_view name) {
  scratch_.assign(1, static_cast<char>('0' + static_cast<int>(kind))).append(name);
  const auto known = numbers_.find(scratch_);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<uint32_t>(entities_.size());
  const auto added = numbers_.emplace(scratch_, number).first;
  entities_.push_back({kind, std::string_view(added->first).substr(1)});
  return number;
}

void CallGraph::Add(const SpanRow& row) {
  if (full()) return;
  const uint64_t id = HashOf(scratch_, row.trace_id, row.span_id);
  const auto [entry, added] = spans_.try_emplace(id);
  if (!added) return;
  Span& span = entry->second;
  if (!row.parent_span_id.empty()) {
    span.parent = HashOf(scratch_, row.trace_id, row.parent_span_id);
  }
  span.start_ms = row.start_ms();
  span.duration_ns = row.duration_ns();
  span.service = NumberOf(EntityKind::kService, row.view.service);
  span.kind = row.view.kind;
  span.error = row.view.status == model::SpanStatus::kError;
  if (!Asks(span.kind)) return;
  const std::optional<model::Span> whole = row.Read();
  if (!whole) return;
  if (const auto peer = PeerOf(*whole)) span.peer = 1 + NumberOf(peer->kind, peer->name);
}

std::vector<model::ServiceEdge> CallGraph::Edges() const {
  Sums sums;
  const auto end = [&](uint32_t number) {
    return Sums::End{entities_[number].kind, entities_[number].name};
  };
  std::set<uint64_t> answered;  // spans that asked a service which has a span of its own
  for (const auto& [id, call] : spans_) {
    const auto caller = call.parent == 0 ? spans_.end() : spans_.find(call.parent);
    if (caller == spans_.end() || caller->second.service == call.service) continue;
    answered.insert(caller->first);
    const bool message = call.kind == SpanKind::kConsumer;
    // Then the queue stands between the two.
    if (message && call.peer != 0) continue;
    sums.Add(end(caller->second.service), end(call.service), !message, call.start_ms,
             call.duration_ns, call.error);
  }
  for (const auto& [id, call] : spans_) {
    if (call.peer == 0 || call.peer - 1 == call.service) continue;
    const Sums::End peer = end(call.peer - 1);
    const bool host = peer.kind == EntityKind::kExternal || peer.kind == EntityKind::kService;
    if (host && (answered.contains(id) || call.kind != SpanKind::kClient)) continue;
    const bool reads = call.kind == SpanKind::kConsumer;
    sums.Add(reads ? peer : end(call.service), reads ? end(call.service) : peer, !reads,
             call.start_ms, call.duration_ns, call.error);
  }
  return sums.Take();
}

}  // namespace vedette::records
