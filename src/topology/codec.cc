#include "topology/codec.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "model/labels.h"
#include "records/bits.h"
#include "records/compress.h"

namespace vedette::topology {
namespace {

// Written to the disk: never change what a number means.
constexpr uint64_t kVersion = 1;
enum EdgeFlag : uint64_t { kWaits = 1, kMeasured = 2, kHasLatency = 4, kHasP95 = 8 };
constexpr size_t kAddressesMax = 1000;

void AppendTime(std::string& out, base::TimePoint time) {
  // Times before 1970 are not worth a sign.
  const int64_t millis = base::ToMillis(time);
  model::AppendVarint(out, millis > 0 ? static_cast<uint64_t>(millis) : 0);
}

void AppendDouble(std::string& out, double value) {
  records::AppendFixed64(out, std::bit_cast<uint64_t>(value));
}

// Reads one value after another; the first that is not there spoils the rest.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }
  void Spoil() { ok_ = false; }

  uint64_t Number(uint64_t max = UINT64_MAX) {
    uint64_t value = 0;
    ok_ = ok_ && model::ReadVarint(bytes_, value) && value <= max;
    return ok_ ? value : 0;
  }
  // Of things of which each takes a byte at least, so that damage cannot order much memory.
  size_t Count() { return static_cast<size_t>(Number(bytes_.size())); }
  base::TimePoint Time() { return base::FromMillis(static_cast<int64_t>(Number(INT64_MAX))); }
  std::string Text() {
    std::string_view text;
    ok_ = ok_ && records::ReadSized(bytes_, text);
    return ok_ ? std::string(text) : std::string();
  }
  double Double() {
    if (!ok_ || bytes_.size() < 8) {
      ok_ = false;
      return 0;
    }
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) {
      bits = bits << 8 | static_cast<uint8_t>(bytes_[static_cast<size_t>(i)]);
    }
    bytes_.remove_prefix(8);
    return std::bit_cast<double>(bits);
  }
  Origins ReadOrigins() { return Origins(static_cast<uint16_t>(Number(UINT16_MAX))); }
  Origin ReadOrigin() { return static_cast<Origin>(Number(kOrigins - 1)); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

void AppendNode(std::string& out, const Node& node) {
  const model::Entity& entity = node.entity;
  model::AppendVarint(out, static_cast<uint64_t>(entity.ref.kind));
  for (const std::string* text : {&entity.ref.name, &entity.owner, &entity.tier, &entity.service,
                                  &entity.node, &entity.version}) {
    records::AppendSized(out, *text);
  }
  model::AppendVarint(out, entity.addresses.size());
  for (const std::string& address : entity.addresses) records::AppendSized(out, address);
  model::AppendVarint(out, node.origins.bits());
  model::AppendVarint(out, static_cast<uint64_t>(node.owner_by));
  AppendTime(out, node.first_seen);
  AppendTime(out, node.last_seen);
  AppendTime(out, node.told_at);
}

Node ReadNode(Reader& reader) {
  Node node;
  model::Entity& entity = node.entity;
  entity.ref.kind = static_cast<model::EntityKind>(reader.Number(model::kEntityKinds - 1));
  for (std::string* text : {&entity.ref.name, &entity.owner, &entity.tier, &entity.service,
                            &entity.node, &entity.version}) {
    *text = reader.Text();
  }
  const size_t addresses = reader.Count();
  if (addresses > kAddressesMax) reader.Spoil();
  for (size_t i = 0; i < addresses && reader.ok(); ++i) {
    entity.addresses.push_back(reader.Text());
  }
  node.origins = reader.ReadOrigins();
  node.owner_by = reader.ReadOrigin();
  node.first_seen = reader.Time();
  node.last_seen = reader.Time();
  node.told_at = reader.Time();
  return node;
}

void AppendEdge(std::string& out, const Edge& edge) {
  uint64_t flags = 0;
  if (edge.waits) flags |= kWaits;
  if (edge.traffic) flags |= kMeasured;
  if (edge.traffic && edge.traffic->latency_ms) flags |= kHasLatency;
  if (edge.traffic && edge.traffic->latency_p95_ms) flags |= kHasP95;
  model::AppendVarint(out, static_cast<uint64_t>(edge.caller));
  model::AppendVarint(out, static_cast<uint64_t>(edge.callee));
  model::AppendVarint(out, flags);
  model::AppendVarint(out, edge.origins.bits());
  AppendTime(out, edge.first_seen);
  AppendTime(out, edge.last_seen);
  AppendTime(out, edge.told_at);
  if (!edge.traffic) return;
  model::AppendVarint(out, static_cast<uint64_t>(edge.traffic->origin));
  AppendTime(out, edge.traffic->at);
  AppendDouble(out, edge.traffic->calls_per_second);
  AppendDouble(out, edge.traffic->error_ratio);
  if (edge.traffic->latency_ms) AppendDouble(out, *edge.traffic->latency_ms);
  if (edge.traffic->latency_p95_ms) AppendDouble(out, *edge.traffic->latency_p95_ms);
}

Edge ReadEdge(Reader& reader, size_t nodes) {
  const auto end = [&] { return static_cast<int>(reader.Number(nodes == 0 ? 0 : nodes - 1)); };
  Edge edge;
  edge.caller = end();
  edge.callee = end();
  const uint64_t flags = reader.Number(15);
  edge.waits = (flags & kWaits) != 0;
  edge.origins = reader.ReadOrigins();
  edge.first_seen = reader.Time();
  edge.last_seen = reader.Time();
  edge.told_at = reader.Time();
  if ((flags & kMeasured) == 0) return edge;
  Traffic& traffic = edge.traffic.emplace();
  traffic.origin = reader.ReadOrigin();
  traffic.at = reader.Time();
  traffic.calls_per_second = reader.Double();
  traffic.error_ratio = reader.Double();
  if ((flags & kHasLatency) != 0) traffic.latency_ms = reader.Double();
  if ((flags & kHasP95) != 0) traffic.latency_p95_ms = reader.Double();
  return edge;
}

}  // namespace

std::string EncodeGraph(const Graph& graph) {
  std::string raw;
  model::AppendVarint(raw, kVersion);
  AppendTime(raw, graph.time());
  model::AppendVarint(raw, graph.nodes().size());
  for (const Node& node : graph.nodes()) AppendNode(raw, node);
  model::AppendVarint(raw, graph.edges().size());
  for (const Edge& edge : graph.edges()) AppendEdge(raw, edge);
  std::string bytes;
  records::AppendCompressed(bytes, raw);
  return bytes;
}

base::Result<Graph> DecodeGraph(std::string_view bytes) {
  VEDETTE_TRY(const std::string raw, records::ReadCompressed(bytes));
  Reader reader(raw);
  if (reader.Number() != kVersion) return base::DataLoss("a graph of an unknown version");
  const base::TimePoint time = reader.Time();
  std::vector<Node> nodes;
  for (size_t left = reader.Count(); left > 0 && reader.ok(); --left) {
    nodes.push_back(ReadNode(reader));
  }
  const size_t count = nodes.size();
  std::vector<Edge> edges;
  for (size_t left = reader.Count(); left > 0 && reader.ok(); --left) {
    edges.push_back(ReadEdge(reader, count));
  }
  if (!reader.ok() || !reader.at_end() || !bytes.empty()) {
    return base::DataLoss("the bytes of a graph are damaged");
  }
  return Graph(time, std::move(nodes), std::move(edges));
}

}  // namespace vedette::topology
