#include "detect/learned/graph_history.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <map>
#include <set>
#include <string_view>

namespace vedette::detect::learned {
namespace {

constexpr double kThereAtLeast = 0.5;     // of the rows
constexpr double kShareWidthMin = 0.005;  // half a per cent of failures
constexpr double kWidthMin = 0.02;        // of the center, of all others
constexpr size_t kNodesAtOnce = 4'096;    // what a forward pass keeps is some 40 KB a node

// Those with calls, then the others, as many as there is room for; sorted.
std::vector<std::string> Chosen(std::vector<std::string> services, const Calls& calls) {
  std::set<std::string_view> in_calls;
  for (const auto& [caller, callee] : calls) {
    in_calls.insert(caller);
    in_calls.insert(callee);
  }
  std::sort(services.begin(), services.end());
  services.erase(std::unique(services.begin(), services.end()), services.end());
  if (services.size() <= kGraphServicesMax) return services;
  std::stable_partition(services.begin(), services.end(),
                        [&](const std::string& each) { return in_calls.contains(each); });
  services.resize(kGraphServicesMax);
  std::sort(services.begin(), services.end());
  return services;
}

// The least width that is not noise of rounding; 0: the vital says nothing.
double WidthOf(Vital vital, const Scale& learnt) {
  if (vital == Vital::kErrorShare) return std::max(learnt.width, kShareWidthMin);
  return std::max(learnt.width, kWidthMin * std::abs(learnt.center));
}

bool IsThere(const learn::Matrix& values, size_t column, size_t rows) {
  size_t there = 0;
  for (size_t i = 0; i < rows; ++i) there += std::isfinite(values(i, column)) ? 1 : 0;
  return there > 0 && static_cast<double>(there) >= kThereAtLeast * static_cast<double>(rows);
}

}  // namespace

std::vector<learn::CallGraph::Call> CallsBetween(const std::vector<std::string>& services,
                                                 const Calls& calls) {
  std::map<std::string_view, size_t> places;
  for (const std::string& each : services) places.emplace(each, places.size());
  std::vector<learn::CallGraph::Call> out;
  for (const auto& [caller, callee] : calls) {
    const auto from = places.find(caller), to = places.find(callee);
    if (from != places.end() && to != places.end()) out.emplace_back(from->second, to->second);
  }
  return out;
}

base::Result<GraphHistory> ReadGraphHistory(query::Engine& queries, HistoryRequest request,
                                            std::vector<std::string> services, const Calls& calls) {
  GraphHistory graph;
  std::vector<Metric> metrics;
  for (std::string& service : Chosen(std::move(services), calls)) {
    if (request.cancelled && request.cancelled()) return base::Unavailable("it was ended");
    VEDETTE_TRY(const VitalMetrics vitals,
                FindVitals(queries, request.tenant, service, request.to, request.step));
    const bool any =
        std::any_of(vitals.begin(), vitals.end(), [](const auto& each) { return each; });
    if (!any) continue;
    for (const std::optional<Metric>& each : vitals) metrics.push_back(each.value_or(Metric()));
    graph.services.push_back(std::move(service));
  }
  const std::vector<learn::CallGraph::Call> between = CallsBetween(graph.services, calls);
  if (between.empty()) {
    return base::FailedPrecondition(
        fmt::format("no call between services with metrics is known ({} services): see topology",
                    graph.services.size()));
  }
  graph.graph = learn::CallGraph(graph.services.size(), between);
  const auto steps = static_cast<int64_t>(std::min(kGraphValuesMax / metrics.size(), kRowsMax - 2));
  request.from = std::max(request.from, request.to - request.step * steps);
  VEDETTE_TRY(graph.history, ReadHistory(queries, request, std::move(metrics)));
  return graph;
}

std::vector<GraphNode> LearnNodes(const GraphHistory& history, size_t rows) {
  const learn::Matrix& values = history.history.values;
  const std::vector<Scale> learnt = LearnScales(values, rows);
  std::vector<GraphNode> nodes;
  for (size_t i = 0; i < history.services.size(); ++i) {
    GraphNode node{.service = history.services[i], .vitals = {}, .scales = {}};
    for (size_t vital = 0; vital < kVitals; ++vital) {
      const size_t column = i * kVitals + vital;
      Scale scale = learnt[column];
      scale.width = WidthOf(static_cast<Vital>(vital), scale);
      if (scale.width <= 0 || !IsThere(values, column, rows)) continue;
      node.vitals.at(vital) = history.history.metrics[column];
      node.scales.at(vital) = scale;
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::vector<Metric> MetricsOf(const std::vector<GraphNode>& nodes) {
  std::vector<Metric> metrics;
  for (const GraphNode& node : nodes) {
    for (const std::optional<Metric>& each : node.vitals)
      metrics.push_back(each.value_or(Metric()));
  }
  return metrics;
}

GraphRows::GraphRows(const learn::Matrix& values, const std::vector<GraphNode>& nodes, size_t steps)
    : steps_(steps) {
  learn::Matrix seen = values;
  for (size_t node = 0; node < nodes.size(); ++node) {
    for (size_t vital = 0; vital < kVitals; ++vital) {
      const size_t column = node * kVitals + vital;
      const Scale scale = nodes[node].scales.at(vital);
      bool negative = false;
      for (size_t row = 0; row < seen.rows(); ++row) {
        double& value = seen(row, column);
        if (!nodes[node].vitals.at(vital)) value = std::numeric_limits<double>::quiet_NaN();
        negative |= value < 0;
      }
      scales_.push_back(scale);
      lowest_.push_back(negative ? -Scale::kFarthest : scale.Of(0));
    }
  }
  scaled_ = Scaled(seen, scales_);
}

void GraphRows::FeaturesOf(size_t node, size_t row, const GraphFault::Touch* touch,
                           double* out) const {
  for (size_t vital = 0; vital < kVitals; ++vital) {
    const size_t column = node * kVitals + vital;
    double last = 0, sum = 0;
    for (size_t at = row + 1 - steps_; at <= row; ++at) {
      last = scaled_(at, column);
      const double moved = touch == nullptr ? 0 : touch->MoveAt(vital, at);
      if (moved != 0) last = std::clamp(last + moved, lowest_[column], Scale::kFarthest);
      sum += last;
    }
    out[2 * vital] = last;
    out[2 * vital + 1] = sum / static_cast<double>(steps_);
  }
}

void GraphRows::Features(size_t row, const GraphFault* fault, double* out) const {
  for (size_t node = 0; node < nodes(); ++node) {
    FeaturesOf(node, row, nullptr, out + node * kGraphFeatures);
  }
  if (fault == nullptr) return;
  for (const GraphFault::Touch& touch : fault->touched) {
    FeaturesOf(touch.node, row, &touch, out + touch.node * kGraphFeatures);
  }
}

double GraphRows::ValueWith(const GraphFault::Touch& touch, size_t vital, size_t row,
                            double value) const {
  const double moved = touch.MoveAt(vital, row);
  if (moved == 0) return value;
  const size_t column = touch.node * kVitals + vital;
  value += moved * scales_[column].width;
  return lowest_[column] > -Scale::kFarthest ? std::max(value, 0.0) : value;
}

Terrain TerrainOf(const std::vector<GraphNode>& nodes, learn::CallGraph graph) {
  Terrain terrain{.graph = std::move(graph), .has = {}};
  for (const GraphNode& node : nodes) {
    std::array<bool, kVitals> has{};
    for (size_t vital = 0; vital < kVitals; ++vital) {
      has.at(vital) = node.vitals.at(vital).has_value();
    }
    terrain.has.push_back(has);
  }
  return terrain;
}

learn::NodeScores ScoreGraph(const learn::GraphNetwork& network, const learn::CallGraph& graph,
                             const GraphRows& rows, size_t first, size_t last,
                             const GraphFault* fault) {
  const size_t nodes = rows.nodes();
  learn::NodeScores out{.trouble = learn::Matrix(last - first, nodes),
                        .root = learn::Matrix(last - first, nodes)};
  const size_t at_once = std::max<size_t>(1, kNodesAtOnce / nodes);
  for (size_t row = first; row < last; row += at_once) {
    learn::Moments moments{
        .copies = std::min(at_once, last - row), .features = {}, .trouble = {}, .root = {}};
    moments.features = learn::Matrix(moments.copies * nodes, kGraphFeatures);
    for (size_t copy = 0; copy < moments.copies; ++copy) {
      rows.Features(row + copy, fault, moments.features.row(copy * nodes));
    }
    const learn::NodeScores scores = network.Score(graph, moments);
    const size_t count = moments.copies * nodes;
    std::copy_n(scores.trouble.row(0), count, out.trouble.row(row - first));
    std::copy_n(scores.root.row(0), count, out.root.row(row - first));
  }
  return out;
}

}  // namespace vedette::detect::learned
