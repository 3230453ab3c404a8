#include "detect/learned/graph_training.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <utility>

#include "base/digest.h"
#include "detect/learned/graph_trial.h"
#include "learn/adam.h"

namespace vedette::detect::learned {
namespace {

constexpr double kFloorShare = 0.5;       // of the spread on the rows to stop by
constexpr double kThresholdMin = 4;       // spreads
constexpr double kAlarmsPerDay = 1;       // of all services together
constexpr size_t kLongest = 20;           // steps of a fault
constexpr size_t kNodesPerBatch = 2'048;  // what learning keeps is some 80 KB a node
constexpr double kQuartiles = 1.349;      // of a normal distribution, in standard deviations

// Half of the moments have a fault, at any time of it.
learn::Moments Draw(const GraphRows& rows, const Terrain& terrain, size_t first, size_t last,
                    size_t copies, base::Random& random) {
  const size_t nodes = rows.nodes();
  learn::Moments moments{.copies = copies,
                         .features = learn::Matrix(copies * nodes, kGraphFeatures),
                         .trouble = learn::Matrix(copies * nodes, 1),
                         .root = learn::Matrix(copies * nodes, 1)};
  for (size_t copy = 0; copy < copies; ++copy) {
    double* const features = moments.features.row(copy * nodes);
    if (copy % 2 == 0) {
      rows.Features(first + random.Below(last - first), nullptr, features);
      continue;
    }
    const auto cause = static_cast<Cause>(random.Below(kCauses));
    const GraphFault fault = RandomGraphFault(random, cause, terrain, first, last, kLongest);
    const size_t row = fault.start + random.Below(fault.length);
    rows.Features(row, &fault, features);
    for (const GraphFault::Touch& touch : fault.touched) {
      if (!IsVisible(touch, row)) continue;
      const size_t at = copy * nodes + touch.node;
      moments.trouble(at, 0) = 1;
      if (touch.node == fault.touched.front().node) moments.root(at, 0) = 1;
    }
  }
  return moments;
}

class GraphTraining {
 public:
  GraphTraining(const GraphRows& rows, const Terrain& terrain, HistoryParts parts,
                const TrainingOptions& options)
      : rows_(rows),
        terrain_(terrain),
        parts_(parts),
        options_(options),
        copies_(std::clamp<size_t>(kNodesPerBatch / rows.nodes(), 2, options.batch)),
        network_(Make()),
        best_(Make()),
        adam_({.rate = options.rate}, network_->parameters()) {}

  void BeginWith(const learn::GraphNetwork& network) {
    CopyValues(network.parameters(), network_->parameters());
  }
  LearningEnd Run(const OnProgress& progress, const Checkpoint* checkpoint) {
    return LearnWhileBetter({.now = network_->parameters(),
                             .best = best_->parameters(),
                             .adam = adam_,
                             .epoch = [this](size_t number) { return Epoch(number); },
                             .validation = [this] { return ValidationLoss(); },
                             .checkpoint = checkpoint,
                             .lesson = Lesson()},
                            options_.epochs_max, options_.patience, progress);
  }
  std::unique_ptr<learn::GraphNetwork> Take() { return std::move(best_); }

 private:
  std::unique_ptr<learn::GraphNetwork> Make() const {
    base::Random random(options_.seed);
    return std::make_unique<learn::GraphNetwork>(kGraphFeatures, options_.network, random);
  }
  // The held-out rows have no part in it.
  std::string Lesson() const {
    std::string digest = DigestOf(options_);
    for (size_t node = 0; node < rows_.nodes(); ++node) {
      digest += fmt::format("{}\n", fmt::join(terrain_.graph.callees.Of(node), ","));
    }
    learn::Matrix features(rows_.nodes(), kGraphFeatures);
    for (size_t row = rows_.steps() - 1; row < parts_.stop_rows; ++row) {
      rows_.Features(row, nullptr, features.row(0));
      AppendBytes(digest, features);
      digest = base::Sha256Hex(digest);
    }
    return digest;
  }
  size_t Batches() const { return std::max<size_t>(1, options_.windows_per_epoch / copies_); }

  double Epoch(size_t number) {
    base::Random random(SeedOf(options_.seed, number));
    double sum = 0;
    for (size_t i = 0; i < Batches(); ++i) {
      const learn::Moments moments =
          Draw(rows_, terrain_, rows_.steps() - 1, parts_.learn_rows, copies_, random);
      learn::Tape tape;
      const learn::Var loss = network_->Loss(tape, terrain_.graph, moments, &random);
      tape.Backward(loss);
      // A step that is no number is left out; the next batch is another one.
      if (adam_.Step()) sum += loss.value()(0, 0);
    }
    return sum / static_cast<double>(Batches());
  }

  // Of the same moments and faults each time.
  double ValidationLoss() {
    base::Random same(options_.seed + 1);
    double sum = 0;
    for (size_t i = 0; i < Batches(); ++i) {
      const learn::Moments moments =
          Draw(rows_, terrain_, parts_.learn_rows, parts_.stop_rows, copies_, same);
      learn::Tape tape;
      sum += network_->Loss(tape, terrain_.graph, moments, nullptr).value()(0, 0);
    }
    return sum / static_cast<double>(Batches());
  }

  const GraphRows& rows_;
  const Terrain& terrain_;
  const HistoryParts parts_;
  const TrainingOptions& options_;
  const size_t copies_;
  std::unique_ptr<learn::GraphNetwork> network_;
  std::unique_ptr<learn::GraphNetwork> best_;
  learn::Adam adam_;
};

// What the log odds of good days are: the least spread, and the level that raises no more than the
// alarms of a trial. The mean of all services counts: one model has one floor.
void Calibrate(Model& model, const learn::CallGraph& graph, const GraphRows& rows, size_t first,
               size_t last) {
  const size_t before = std::min(first + 1 - rows.steps(), RecentScores::kKept);
  const learn::Matrix odds = ScoreGraph(*model.graph, graph, rows, first - before, last).trouble;
  double spreads = 0;
  for (size_t node = 0; node < rows.nodes(); ++node) {
    std::vector<double> of_node;
    for (size_t i = 0; i < odds.rows(); ++i) of_node.push_back(odds(i, node));
    spreads += (Quantile(of_node, 0.75) - Quantile(of_node, 0.25)) / kQuartiles;
  }
  model.floor = std::max(kFloorShare * spreads / static_cast<double>(rows.nodes()), 1e-9);
  std::vector<Readings> clean(rows.nodes());
  std::vector<double> all;
  for (size_t node = 0; node < rows.nodes(); ++node) {
    RecentScores recent(model.floor);
    for (size_t i = 0; i < odds.rows(); ++i) {
      if (i >= before) clean[node].deviations.push_back(recent.Deviation(odds(i, node)));
      recent.Add(odds(i, node));
    }
    clean[node].deviations = Lasting(clean[node].deviations);
    clean[node].nats.resize(clean[node].deviations.size());
    all.insert(all.end(), clean[node].deviations.begin(), clean[node].deviations.end());
  }
  const double days = std::chrono::duration<double>(model.step).count() *
                      static_cast<double>(last - first) / 86'400;
  model.threshold = LeastLevel(all, kThresholdMin, static_cast<size_t>(days * kAlarmsPerDay),
                               [&](double level) { return AlarmsOf(clean, INFINITY, level); });
}

bool AnyVital(const std::vector<GraphNode>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [](const GraphNode& node) {
    return std::any_of(node.vitals.begin(), node.vitals.end(),
                       [](const auto& each) { return each.has_value(); });
  });
}

}  // namespace

base::Result<std::unique_ptr<Model>> TrainGraph(const GraphHistory& given,
                                                const TrainingOptions& options,
                                                const OnProgress& progress, const Model* last,
                                                const Checkpoint* checkpoint) {
  VEDETTE_TRY_VOID(options.Validate());
  const GraphHistory known{
      .services = given.services, .history = FromWhereKnown(given.history), .graph = given.graph};
  const History& history = known.history;
  if (history.rows() < kRowsMin) {
    return base::FailedPrecondition(fmt::format(
        "there are {} steps of history; at least {} are needed", history.rows(), kRowsMin));
  }
  const HistoryParts parts = HistoryParts::Of(history.rows());
  auto model = std::make_unique<Model>();
  model->kind = learn::NetworkKind::kGatv2;
  model->options = options.network;
  model->window = options.window;
  model->step = history.step;
  model->nodes = LearnNodes(known, parts.learn_rows);
  model->seed = options.seed;
  model->learnt_from = history.start;
  model->learnt_to = history.TimeOf(history.rows() - 1);
  if (!AnyVital(model->nodes)) {
    return base::FailedPrecondition("no service has a metric with values");
  }
  const GraphRows rows(history.values, model->nodes, options.window);
  const Terrain terrain = TerrainOf(model->nodes, known.graph);
  GraphTraining training(rows, terrain, parts, options);
  const bool fits = last != nullptr && last->graph && last->options == options.network &&
                    HasSeenNothingOf(*last, history.TimeOf(parts.stop_rows));
  if (fits) training.BeginWith(*last->graph);
  const LearningEnd end = training.Run(progress, checkpoint);
  if (options.cancelled()) return base::Unavailable("the training was ended");
  model->epochs = end.epochs;
  model->loss = end.loss;
  model->graph = training.Take();

  Calibrate(*model, terrain.graph, rows, parts.learn_rows, parts.stop_rows);
  const TrialResult result = RunGraphTrial(*model, history, rows, terrain,
                                           {.first = parts.stop_rows,
                                            .faults = options.trial_faults,
                                            .longest = kLongest,
                                            .alarms_per_day = kAlarmsPerDay,
                                            .seed = options.seed + 2,
                                            .cancelled = options.cancelled});
  if (options.cancelled()) return base::Unavailable("the training was ended");
  model->trial = result.report;
  model->threshold = result.threshold;
  model->kept = model->trial.Gain() >= options.gain_min;
  return model;
}

}  // namespace vedette::detect::learned
