#include "detect/learned/graph_trial.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vedette::detect::learned {
namespace {

constexpr double kDeviates = 3;  // scaled units

class GraphTrial {
 public:
  GraphTrial(const Model& model, const History& history, const GraphRows& rows,
             const Terrain& terrain, const TrialOptions& options)
      : model_(model), history_(history), rows_(rows), terrain_(terrain), options_(options) {
    for (const GraphNode& node : model.nodes) {
      std::vector<Metric> metrics;
      for (const auto& each : node.vitals) {
        if (each) metrics.push_back(*each);
      }
      statistics_.emplace_back(metrics);
      recent_.emplace_back(model.floor);
    }
    clean_.resize(model.nodes.size());
  }

  TrialResult Run() {
    MakeFaults();
    ReadAll();
    TrialResult result = CountFound(clean_, faulted_,
                                    {.step = history_.step,
                                     .alarms_per_day = options_.alarms_per_day,
                                     .threshold_min = model_.threshold});
    result.report.roots = roots_;
    return result;
  }

 private:
  void MakeFaults() {
    base::Random random(options_.seed);
    for (size_t i = 0; i < options_.faults; ++i) {
      faults_.push_back(RandomGraphFault(random, static_cast<Cause>(i % kCauses), terrain_,
                                         options_.first, history_.rows(), options_.longest));
    }
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const GraphFault& a, const GraphFault& b) { return a.start < b.start; });
  }

  int64_t MillisOf(size_t row) const { return base::ToMillis(history_.TimeOf(row)); }

  // The values of the vitals that a node has.
  std::vector<double> ValuesOf(size_t node, size_t row, const GraphFault::Touch* touch) const {
    std::vector<double> values;
    for (size_t vital = 0; vital < kVitals; ++vital) {
      if (!model_.nodes[node].vitals.at(vital)) continue;
      const double value = history_.values(row, node * kVitals + vital);
      values.push_back(touch == nullptr ? value : rows_.ValueWith(*touch, vital, row, value));
    }
    return values;
  }

  // The detectors go on from where they stand; what they learn of the fault is forgotten.
  Readings ReadTouch(const GraphFault::Touch& touch, const learn::Matrix& odds,
                     size_t first) const {
    Readings readings;
    Statistics statistics = statistics_[touch.node];
    RecentScores recent = recent_[touch.node];
    for (size_t row = first; row < first + odds.rows(); ++row) {
      const double nats = statistics.Step(MillisOf(row), ValuesOf(touch.node, row, &touch).data());
      const double deviation = recent.Deviation(odds(row - first, touch.node));
      recent.Add(odds(row - first, touch.node));
      if (row < touch.fault.start) continue;
      readings.nats.push_back(nats);
      readings.deviations.push_back(deviation);
    }
    return readings;
  }

  void ReadFault(const GraphFault& fault) {
    const size_t end = fault.start + fault.length;
    const learn::NodeScores scores =
        ScoreGraph(*model_.graph, terrain_.graph, rows_, fault.start, end, &fault);
    for (const GraphFault::Touch& touch : fault.touched) {
      if (!IsVisible(touch, end - 1)) continue;
      faulted_.push_back({.kind = static_cast<size_t>(fault.cause),
                          .readings = ReadTouch(touch, scores.trouble, fault.start)});
    }
    const size_t root = fault.touched.front().node;
    learn::Matrix features(rows_.nodes(), kGraphFeatures);
    rows_.Features(end - 1, &fault, features.row(0));
    const double* const odds = scores.root.row(fault.length - 1);
    const auto likeliest = static_cast<size_t>(std::max_element(odds, odds + rows_.nodes()) - odds);
    ++roots_.faults;
    if (RootByRule(features, terrain_.graph) == root) ++roots_.by_rule;
    if (likeliest == root) ++roots_.by_model;
  }

  void ReadAll() {
    const size_t before = std::min(options_.first + 1 - rows_.steps(), RecentScores::kKept);
    const size_t odds_first = options_.first - before;
    const learn::Matrix odds =
        ScoreGraph(*model_.graph, terrain_.graph, rows_, odds_first, history_.rows()).trouble;
    size_t next = 0;
    for (size_t row = 0; row < history_.rows() && !options_.cancelled(); ++row) {
      for (; next < faults_.size() && faults_[next].start == row; ++next) {
        ReadFault(faults_[next]);
      }
      for (size_t node = 0; node < rows_.nodes(); ++node) {
        const double nats =
            statistics_[node].Step(MillisOf(row), ValuesOf(node, row, nullptr).data());
        if (row < odds_first) continue;
        const double now = odds(row - odds_first, node);
        if (row >= options_.first) {
          clean_[node].nats.push_back(nats);
          clean_[node].deviations.push_back(recent_[node].Deviation(now));
        }
        recent_[node].Add(now);
      }
    }
  }

  const Model& model_;
  const History& history_;
  const GraphRows& rows_;
  const Terrain& terrain_;
  const TrialOptions options_;
  std::vector<GraphFault> faults_;      // by start
  std::vector<Statistics> statistics_;  // of each node
  std::vector<RecentScores> recent_;
  std::vector<Readings> clean_;  // of the held-out rows
  std::vector<FaultReadings> faulted_;
  TrialReport::Roots roots_;
};

}  // namespace

size_t RootByRule(const learn::Matrix& features, const learn::CallGraph& graph) {
  std::vector<double> deviations;
  for (size_t node = 0; node < features.rows(); ++node) {
    double most = 0;
    for (size_t j = 0; j < features.cols(); ++j) {
      most = std::max(most, std::abs(features(node, j)));
    }
    deviations.push_back(most);
  }
  const auto deviates = [&](size_t node) { return deviations[node] >= kDeviates; };
  size_t best = features.rows();
  for (size_t node = 0; node < features.rows(); ++node) {
    if (!deviates(node)) continue;
    const auto callees = graph.callees.Of(node).subspan(1);  // without itself
    if (std::any_of(callees.begin(), callees.end(), deviates)) continue;
    if (best == features.rows() || deviations[node] > deviations[best]) best = node;
  }
  if (best < features.rows()) return best;
  return static_cast<size_t>(std::max_element(deviations.begin(), deviations.end()) -
                             deviations.begin());
}

TrialResult RunGraphTrial(const Model& model, const History& history, const GraphRows& rows,
                          const Terrain& terrain, const TrialOptions& options) {
  return GraphTrial(model, history, rows, terrain, options).Run();
}

}  // namespace vedette::detect::learned
