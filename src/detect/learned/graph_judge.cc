#include "detect/learned/graph_judge.h"

#include <algorithm>
#include <utility>

#include "learn/ops.h"

namespace vedette::detect::learned {
namespace {

constexpr double kLikely = 0.5;

bool Knows(const Model& model, const std::string& service) {
  return std::any_of(model.nodes.begin(), model.nodes.end(),
                     [&](const GraphNode& node) { return node.service == service; });
}

std::vector<std::string> ServicesOf(const Model& model, const GraphQuestion& question) {
  std::vector<std::string> services;
  for (const GraphNode& node : model.nodes) services.push_back(node.service);
  for (const auto& [service, vitals] : question.newcomers) {
    if (!Knows(model, service)) services.push_back(service);
  }
  return services;
}

// The columns of those that the model knows, then of the newcomers.
std::vector<Metric> Asked(const Model& model, const GraphQuestion& question) {
  std::vector<Metric> metrics = MetricsOf(model.nodes);
  for (const auto& [service, vitals] : question.newcomers) {
    if (Knows(model, service)) continue;
    for (const std::optional<Metric>& each : vitals) metrics.push_back(each.value_or(Metric()));
  }
  return metrics;
}

void PutBrought(const GraphQuestion& question, GraphHistory& graph) {
  const auto found = std::find(graph.services.begin(), graph.services.end(), question.brought_to);
  if (found == graph.services.end()) return;
  const auto node = static_cast<size_t>(found - graph.services.begin());
  for (size_t column = node * kVitals; column < (node + 1) * kVitals; ++column) {
    for (const Brought& each : question.brought) PutIfTaken(each, column, graph.history);
  }
}

// The model's nodes as they were learnt, newcomers by what there is of them.
std::vector<GraphNode> Nodes(const Model& model, const GraphHistory& graph) {
  std::vector<GraphNode> nodes = model.nodes;
  if (nodes.size() == graph.services.size()) return nodes;
  std::vector<GraphNode> now = LearnNodes(graph, graph.history.rows());
  for (size_t i = nodes.size(); i < graph.services.size(); ++i) nodes.push_back(std::move(now[i]));
  return nodes;
}

// Whether half of the values of the last steps are there.
bool EnoughIsThere(const GraphHistory& graph, const GraphNode& node, size_t place, size_t steps) {
  size_t there = 0, wanted = 0;
  for (size_t vital = 0; vital < kVitals; ++vital) {
    if (!node.vitals.at(vital)) continue;
    wanted += steps;
    there += CountThere(graph.history, place * kVitals + vital, steps);
  }
  return wanted > 0 && 2 * there >= wanted;
}

void NameLikeliestRoot(std::vector<ServiceJudgement>& services) {
  const auto likeliest = std::max_element(services.begin(), services.end(),
                                          [](const ServiceJudgement& a, const ServiceJudgement& b) {
                                            return std::pair(a.judgement.known, a.root_cause) <
                                                   std::pair(b.judgement.known, b.root_cause);
                                          });
  if (likeliest == services.end() || !likeliest->judgement.known) return;
  likeliest->likely_root = likeliest->root_cause >= kLikely;
}

}  // namespace

bool IsAbout(const Model& model, const GraphQuestion& question, const std::string& service) {
  return Knows(model, service) ||
         std::any_of(question.newcomers.begin(), question.newcomers.end(),
                     [&](const auto& each) { return each.first == service; });
}

base::Result<std::vector<ServiceJudgement>> JudgeGraphAt(query::Engine& queries, const Model& model,
                                                         const GraphQuestion& question) {
  GraphHistory graph{.services = ServicesOf(model, question), .history = {}, .graph = {}};
  const size_t rows_wanted = model.window + RecentScores::kKept;
  VEDETTE_TRY(graph.history,
              ReadHistory(queries,
                          {.tenant = model::TenantName(model.tenant),
                           .from = question.at - model.step * static_cast<int64_t>(rows_wanted - 1),
                           .to = question.at,
                           .step = model.step,
                           .deadline = question.deadline,
                           .cancelled = question.cancelled},
                          Asked(model, question)));
  PutBrought(question, graph);
  graph.graph =
      learn::CallGraph(graph.services.size(), CallsBetween(graph.services, question.calls));
  const std::vector<GraphNode> nodes = Nodes(model, graph);
  const GraphRows rows(graph.history.values, nodes, model.window);
  const learn::NodeScores odds =
      ScoreGraph(*model.graph, graph.graph, rows, model.window - 1, rows.rows());
  const size_t last = odds.trouble.rows() - 1;
  std::vector<ServiceJudgement> services;
  for (size_t node = 0; node < nodes.size(); ++node) {
    ServiceJudgement service{.service = nodes[node].service, .metrics = {}, .judgement = {}};
    for (const std::optional<Metric>& each : nodes[node].vitals) {
      if (each) service.metrics.push_back(*each);
    }
    RecentScores recent(model.floor);
    for (size_t i = 0; i < last; ++i) recent.Add(odds.trouble(i, node));
    service.judgement = {.known = EnoughIsThere(graph, nodes[node], node, model.window)};
    if (service.judgement.known) {
      service.judgement.deviation = recent.Deviation(odds.trouble(last, node));
      service.judgement.score = ScoreOf(service.judgement.deviation, model.threshold);
      service.root_cause = learn::SigmoidOf(odds.root(last, node));
    }
    services.push_back(std::move(service));
  }
  NameLikeliestRoot(services);
  return services;
}

}  // namespace vedette::detect::learned
