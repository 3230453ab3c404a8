#include "api/topology_copy.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <utility>

#include "base/json_writer.h"
#include "sim/scenario.h"

namespace vedette::api {
namespace {

using model::EntityKind;
using topology::Edge;
using topology::Graph;

constexpr size_t kServicesMax = 200;  // sim::Validate
constexpr double kCallsMin = 0.001;   // of a request; what scenarios take
constexpr double kCallsMax = 100;
constexpr double kLatencyMin = 0.001;  // seconds
constexpr double kLatencyMax = 59;
constexpr double kErrorsMax = 0.9;
constexpr double kCpuMax = 0.9;
constexpr double kMemoryMax = 0.8;
constexpr double kUnseenMin = 1.1;  // times what callers make: less is a matter of the window
constexpr double kHeadroom = 3;     // workers for so many times the load
constexpr double kPatience = 4;     // a caller waits for so many times the usual latency
constexpr size_t kNotesListed = 20;
constexpr size_t kSuspects = 3;  // of the fault, the busiest

bool IsCopied(EntityKind kind) {
  return kind == EntityKind::kService || kind == EntityKind::kDatabase ||
         kind == EntityKind::kQueue || kind == EntityKind::kExternal;
}

double RateOf(const Edge& edge) { return edge.traffic ? edge.traffic->calls_per_second : 0; }

class Copier {
 public:
  Copier(const Graph& graph, const ServiceLevels& levels)
      : graph_(graph), levels_(levels), load_(static_cast<size_t>(graph.size())) {}

  TopologyCopy Run() {
    MeasureLoads();
    ChooseNodes();
    ChooseCalls();
    for (const int node : chosen_) AddService(node);
    return std::move(copy_);
  }

 private:
  struct Load {
    double in = 0;       // calls a second by others
    double busiest = 0;  // of its own calls
    double failed = 0;   // calls a second that fail
    double timed = 0;    // calls a second with a known latency...
    double seconds = 0;  // ...and their sum
    ServiceLevel own;    // as it says itself
    double requests() const {
      if (own.calls_per_second) return std::max(*own.calls_per_second, in);
      return in > 0 ? in : busiest;
    }
    double from_outside() const {
      if (!own.calls_per_second) return in > 0 ? 0 : busiest;
      return requests() > kUnseenMin * in ? requests() - in : 0;
    }
  };

  void MeasureLoads() {
    for (int node = 0; node < graph_.size(); ++node) {
      if (graph_.node(node).kind() != EntityKind::kService) continue;
      const auto own = levels_.find(graph_.node(node).name());
      if (own != levels_.end()) load_[static_cast<size_t>(node)].own = own->second;
    }
    for (const Edge& edge : graph_.edges()) {
      if (!edge.traffic) continue;
      Load& callee = load_[static_cast<size_t>(edge.callee)];
      Load& caller = load_[static_cast<size_t>(edge.caller)];
      const double rate = RateOf(edge);
      callee.in += rate;
      callee.failed += rate * edge.traffic->error_ratio;
      caller.busiest = std::max(caller.busiest, rate);
      if (!edge.traffic->latency_ms) continue;
      callee.timed += rate;
      callee.seconds += rate * *edge.traffic->latency_ms / 1000;
    }
  }

  // The busiest of those that call or are called.
  void ChooseNodes() {
    for (int node = 0; node < graph_.size(); ++node) {
      const bool connected = !graph_.EdgesFrom(node).empty() || !graph_.EdgesTo(node).empty();
      if (IsCopied(graph_.node(node).kind()) && connected) chosen_.push_back(node);
    }
    std::stable_sort(chosen_.begin(), chosen_.end(),
                     [&](int a, int b) { return LoadOf(a).requests() > LoadOf(b).requests(); });
    if (chosen_.size() > kServicesMax) {
      copy_.notes.push_back(fmt::format("{} of {} entities are left out, the least busy ones",
                                        chosen_.size() - kServicesMax, chosen_.size()));
      chosen_.resize(kServicesMax);
    }
    std::map<std::string, int> taken;
    for (const int node : chosen_) {
      // A database may have the name of its service.
      const bool again = ++taken[graph_.node(node).name()] > 1;
      names_[node] = again ? graph_.node(node).entity.ref.id() : graph_.node(node).name();
    }
  }

  // The busiest first: what would close a cycle is the least busy of it.
  void ChooseCalls() {
    std::vector<const Edge*> edges;
    for (const Edge& edge : graph_.edges()) {
      if (names_.contains(edge.caller) && names_.contains(edge.callee)) edges.push_back(&edge);
    }
    std::stable_sort(edges.begin(), edges.end(),
                     [](const Edge* a, const Edge* b) { return RateOf(*a) > RateOf(*b); });
    for (const Edge* edge : edges) {
      const std::string& caller = names_[edge->caller];
      const std::string& callee = names_[edge->callee];
      if (Reaches(edge->callee, edge->caller)) {
        Note(fmt::format("the call {} > {} is left out: it closes a cycle", caller, callee));
        continue;
      }
      calls_[edge->caller].push_back(edge);
      const double requests = LoadOf(edge->caller).requests();
      const double each = requests > 0 && RateOf(*edge) > 0 ? RateOf(*edge) / requests : 1;
      const double usual_s = edge->traffic ? edge->traffic->latency_ms.value_or(0) / 1000 : 0;
      copy_.topology.calls.push_back(
          {.caller = caller,
           .callee = callee,
           .calls_per_request = std::clamp(each, kCallsMin, kCallsMax),
           .waits = edge->waits,
           .timeout_s = std::clamp(kPatience * usual_s, sim::CallEdge().timeout_s, kLatencyMax)});
    }
  }

  bool Reaches(int from, int to) const {
    if (from == to) return true;
    const auto calls = calls_.find(from);
    return calls != calls_.end() &&
           std::any_of(calls->second.begin(), calls->second.end(),
                       [&](const Edge* edge) { return Reaches(edge->callee, to); });
  }

  void AddService(int node) {
    const Load& load = LoadOf(node);
    sim::ServiceSpec spec;
    spec.name = names_[node];
    spec.entry_rps = load.from_outside();
    std::optional<double> errors = load.own.error_ratio;
    if (load.in > 0) errors = load.failed / load.in;
    if (errors) spec.error_ratio = std::clamp(*errors, 0.0, kErrorsMax);
    if (load.own.cpu_ratio) spec.cpu_ratio = std::clamp(*load.own.cpu_ratio, 0.01, kCpuMax);
    if (load.own.memory_ratio) {
      spec.memory_ratio = std::clamp(*load.own.memory_ratio, 0.01, kMemoryMax);
    }
    double latency = spec.own_latency_s;
    if (load.timed > 0 || load.own.latency_ms) {
      latency = load.timed > 0 ? load.seconds / load.timed : *load.own.latency_ms / 1000;
      spec.own_latency_s = std::clamp(latency - WaitsFor(node, load), kLatencyMin, kLatencyMax);
    }
    const auto members = graph_.MembersOf(node);
    auto pods = std::count_if(members.begin(), members.end(), [&](int member) {
      return graph_.node(member).kind() == EntityKind::kPod;
    });
    if (pods == 0) pods = load.own.pods;
    if (pods > 0) spec.pods = static_cast<int>(std::clamp<int64_t>(pods, 1, 100));
    const double busy = load.requests() * std::max(latency, spec.own_latency_s) / spec.pods;
    spec.workers = static_cast<int>(std::clamp(std::ceil(busy * kHeadroom), 8.0, 10'000.0));
    spec.queue = std::max(spec.queue, spec.workers);
    copy_.topology.services.push_back(std::move(spec));
  }

  // Of each of its requests, for the answers of its callees.
  double WaitsFor(int node, const Load& load) const {
    const auto calls = calls_.find(node);
    if (calls == calls_.end() || load.requests() <= 0) return 0;
    double seconds = 0;
    for (const Edge* edge : calls->second) {
      if (!edge->waits || !edge->traffic || !edge->traffic->latency_ms) continue;
      seconds += RateOf(*edge) / load.requests() * *edge->traffic->latency_ms / 1000;
    }
    return seconds;
  }

  void Note(std::string text) {
    if (copy_.notes.size() < kNotesListed) copy_.notes.push_back(std::move(text));
  }
  const Load& LoadOf(int node) const { return load_[static_cast<size_t>(node)]; }

  const Graph& graph_;
  const ServiceLevels& levels_;
  std::vector<Load> load_;            // of each node
  std::vector<int> chosen_;           // nodes, the busiest first
  std::map<int, std::string> names_;  // of the chosen
  std::map<int, std::vector<const Edge*>> calls_;
  TopologyCopy copy_;
};

}  // namespace

TopologyCopy CopyTopology(const Graph& graph, const ServiceLevels& levels) {
  return Copier(graph, levels).Run();
}

std::string CopyAsScenario(const TopologyCopy& copy) {
  std::string out =
      "# What the topology knew of this system, for `vedette demo --scenario` and `vedette "
      "score`.\n"
      "# Rates, latencies and failures are those of the last minutes; so are cpu and memory where "
      "process_cpu_usage and process_memory_usage tell.\n";
  for (const std::string& note : copy.notes) out += fmt::format("# {}.\n", note);
  out +=
      "name: own_system\nabout: A fault in one of the busiest services of a system of one's own.\n";
  std::string suspects;
  for (size_t i = 0; i < std::min(kSuspects, copy.topology.services.size()); ++i) {
    if (i > 0) suspects += ", ";
    base::JsonWriter(suspects).Value(copy.topology.services[i].name);
  }
  out += fmt::format(
      "lasts: 15m\nfaults:\n"
      "  - {{type: cascading_failure, one_of: [{}], at: 3m, lasts: 5m}}\n",
      suspects);
  return out + sim::TopologyAsYaml(copy.topology);
}

}  // namespace vedette::api
