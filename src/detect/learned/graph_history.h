#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "detect/learned/graph_faults.h"
#include "detect/learned/history.h"
#include "detect/learned/model.h"
#include "learn/graph_network.h"
#include "learn/matrix.h"

namespace vedette::detect::learned {

// What a model of the service graph learns from and is asked about: the vitals of all services at
// equal steps, and who calls whom.

// Caller and callee by name.
using Calls = std::vector<std::pair<std::string, std::string>>;

inline constexpr size_t kGraphServicesMax = 256;
inline constexpr size_t kGraphValuesMax = 4'000'000;  // 32 MB; longer histories begin later
inline constexpr size_t kGraphFeatures = 2 * kVitals;

// Column node * kVitals + vital is a vital of a service; one that it does not have is no metric
// and all NaN.
struct GraphHistory {
  std::vector<std::string> services;  // sorted
  History history;
  learn::CallGraph graph;
};

// The calls between services, by their places; others are left out.
std::vector<learn::CallGraph::Call> CallsBetween(const std::vector<std::string>& services,
                                                 const Calls& calls);

// Asks for the vitals of all services: those without any are left out, and beyond kGraphServicesMax
// those that nobody calls and that call nobody first. The range is that of ReadHistory, at most the
// last kGraphValuesMax values and kRowsMax steps of it. Errors: kFailedPrecondition with fewer than
// two services or no call between them; those of ReadHistory.
base::Result<GraphHistory> ReadGraphHistory(query::Engine& queries, HistoryRequest request,
                                            std::vector<std::string> services, const Calls& calls);

// What is asked of each service, with scales of the rows before `rows`. A vital that is hardly ever
// there, or is 0 and stays so, becomes one that the service does not have; one that does not move
// gets the least width that says something of its kind.
std::vector<GraphNode> LearnNodes(const GraphHistory& history, size_t rows);

// The columns of nodes, as ReadHistory takes them.
std::vector<Metric> MetricsOf(const std::vector<GraphNode>& nodes);

// Rows of a history as the network sees them: of each vital of each node the scaled deviation of
// the last step, and that of the mean of the last steps. Immutable.
class GraphRows {
 public:
  // `values` has the columns of MetricsOf.
  GraphRows(const learn::Matrix& values, const std::vector<GraphNode>& nodes, size_t steps);

  size_t rows() const { return scaled_.rows(); }
  size_t nodes() const { return scaled_.cols() / kVitals; }
  size_t steps() const { return steps_; }
  // kGraphFeatures numbers of each node at a row, with the fault if there is one; no later row
  // matters. REQUIRES: row + 1 >= steps.
  void Features(size_t row, const GraphFault* fault, double* out) const;
  // What a fault makes of a vital's value in its own units: below zero only where it has been.
  double ValueWith(const GraphFault::Touch& touch, size_t vital, size_t row, double value) const;

 private:
  void FeaturesOf(size_t node, size_t row, const GraphFault::Touch* touch, double* out) const;

  const size_t steps_;
  learn::Matrix scaled_;
  std::vector<Scale> scales_;   // of each column
  std::vector<double> lowest_;  // scaled, of each column
};

// Whom a fault may touch.
Terrain TerrainOf(const std::vector<GraphNode>& nodes, learn::CallGraph graph);

// The network's log odds for rows first to last - 1: a row for each, a column for each node.
// REQUIRES: first + 1 >= rows.steps().
learn::NodeScores ScoreGraph(const learn::GraphNetwork& network, const learn::CallGraph& graph,
                             const GraphRows& rows, size_t first, size_t last,
                             const GraphFault* fault = nullptr);

}  // namespace vedette::detect::learned
