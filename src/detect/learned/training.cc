#include "detect/learned/training.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <utility>

#include "base/digest.h"
#include "detect/learned/trial.h"
#include "learn/adam.h"

namespace vedette::detect::learned {
namespace {

constexpr double kFloorShare = 0.5;        // of the spread on the validation rows
constexpr double kThresholdMargin = 1.25;  // above what validation rows reached
constexpr double kThresholdMin = 4;        // spreads

// Windows that begin at the given rows; with labels, every other one has a fault.
learn::Windows Cut(const learn::Matrix& rows, const std::vector<size_t>& starts, size_t steps,
                   bool labels, base::Random& random) {
  learn::Windows windows;
  windows.layout = {.steps = steps, .windows = starts.size()};
  windows.values = learn::Matrix(windows.layout.rows(), rows.cols());
  if (labels) windows.labels = learn::Matrix(windows.layout.rows(), 1);
  for (size_t w = 0; w < starts.size(); ++w) {
    Fault fault;
    fault.length = 0;
    if (labels && w % 2 == 1) {
      const auto kind = static_cast<FaultKind>(random.Below(kFaultKinds));
      fault = RandomFault(random, kind, starts[w] + 1, starts[w] + steps, rows.cols(), steps);
      // Half of the faults last to the end of the window: there they are to be seen.
      if (random.Below(2) == 0) fault.start = starts[w] + steps - fault.length;
    }
    for (size_t t = 0; t < steps; ++t) {
      const size_t row = t * starts.size() + w;
      std::copy_n(rows.row(starts[w] + t), rows.cols(), windows.values.row(row));
      ApplyFault(fault, rows, starts[w] + t, windows.values.row(row));
      if (labels) {
        const size_t at = starts[w] + t;
        windows.labels(row, 0) = at >= fault.start && at < fault.start + fault.length ? 1 : 0;
      }
    }
  }
  return windows;
}

class Training {
 public:
  Training(const learn::Matrix& rows, size_t learn_rows, size_t stop_rows,
           const TrainingOptions& options)
      : rows_(rows),
        learn_rows_(learn_rows),
        stop_rows_(stop_rows),
        options_(options),
        network_(Make()),
        best_(Make()),
        adam_({.rate = options.rate}, network_->parameters()) {}

  void BeginWith(const learn::SequenceNetwork& network) {
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

  std::unique_ptr<learn::SequenceNetwork> Take() { return std::move(best_); }

 private:
  std::unique_ptr<learn::SequenceNetwork> Make() const {
    base::Random random(options_.seed);
    return learn::MakeNetwork(options_.kind, rows_.cols(), options_.network, random);
  }
  // The held-out rows have no part in it.
  std::string Lesson() const {
    std::string bytes = DigestOf(options_);
    learn::Matrix seen(stop_rows_, rows_.cols());
    std::copy_n(rows_.row(0), seen.size(), seen.row(0));
    AppendBytes(bytes, seen);
    return base::Sha256Hex(bytes);
  }

  double Epoch(size_t number) {
    base::Random random(SeedOf(options_.seed, number));
    double sum = 0;
    const size_t batches = std::max<size_t>(1, options_.windows_per_epoch / options_.batch);
    for (size_t i = 0; i < batches; ++i) {
      std::vector<size_t> starts(options_.batch);
      for (size_t& each : starts) each = random.Below(learn_rows_ - options_.window + 1);
      const learn::Windows windows =
          Cut(rows_, starts, options_.window, network_->needs_labels(), random);
      learn::Tape tape;
      const learn::Var loss = network_->Loss(tape, windows, &random);
      tape.Backward(loss);
      // A step that is no number is left out; the next batch is another one.
      if (adam_.Step()) sum += loss.value()(0, 0);
    }
    return sum / static_cast<double>(batches);
  }

  // Of the same windows and faults each time.
  double ValidationLoss() {
    base::Random same(options_.seed + 1);
    double sum = 0;
    size_t batches = 0;
    std::vector<size_t> starts;
    const size_t every = std::max<size_t>(1, options_.window / 4);
    for (size_t at = learn_rows_; at + options_.window <= stop_rows_; at += every) {
      starts.push_back(at);
      if (starts.size() < options_.batch && at + every + options_.window <= stop_rows_) continue;
      learn::Tape tape;
      const learn::Windows windows =
          Cut(rows_, starts, options_.window, network_->needs_labels(), same);
      sum += network_->Loss(tape, windows, nullptr).value()(0, 0);
      ++batches;
      starts.clear();
    }
    return batches == 0 ? 0 : sum / static_cast<double>(batches);
  }

  const learn::Matrix& rows_;
  const size_t learn_rows_;
  const size_t stop_rows_;
  const TrainingOptions& options_;
  std::unique_ptr<learn::SequenceNetwork> network_;
  std::unique_ptr<learn::SequenceNetwork> best_;
  learn::Adam adam_;
};

// Only the columns with a scale.
History Moving(const History& history, const std::vector<Scale>& scales) {
  History out{.metrics = {}, .start = history.start, .step = history.step, .values = {}};
  std::vector<size_t> columns;
  for (size_t j = 0; j < scales.size(); ++j) {
    if (scales[j].width > 0) columns.push_back(j);
  }
  out.values = learn::Matrix(history.rows(), columns.size());
  for (const size_t j : columns) out.metrics.push_back(history.metrics[j]);
  for (size_t i = 0; i < history.rows(); ++i) {
    for (size_t j = 0; j < columns.size(); ++j) out.values(i, j) = history.values(i, columns[j]);
  }
  return out;
}

// What the scores of good days are: the least spread, and what is far above.
void Calibrate(Model& model, const learn::Matrix& scaled, size_t first, size_t last) {
  const size_t before = std::min(first + 1 - model.window, RecentScores::kKept);
  const std::vector<double> raw = RawScores(model, scaled, first - before, last);
  std::vector<double> sorted = raw;
  const double spread = (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.349;
  model.floor = std::max(kFloorShare * spread, 1e-9);
  RecentScores recent(model.floor);
  std::vector<double> deviations;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (i >= before) deviations.push_back(recent.Deviation(raw[i]));
    recent.Add(raw[i]);
  }
  const std::vector<double> lasting = Lasting(deviations);
  const double most = *std::max_element(lasting.begin(), lasting.end());
  model.threshold = std::max(kThresholdMin, kThresholdMargin * most);
}

// The rows before `rows`.
History Before(const History& history, size_t rows) {
  History out = history;
  out.values = learn::Matrix(rows, history.values.cols());
  std::copy_n(history.values.row(0), out.values.size(), out.values.row(0));
  return out;
}

// Tries it on the validation rows, then on the held-out ones.
base::Result<> Try(Model& model, const History& history, HistoryParts parts,
                   const TrainingOptions& options) {
  TrialOptions trial{.first = parts.learn_rows,
                     .faults = options.trial_faults,
                     .seed = options.seed + 3,
                     .cancelled = options.cancelled};
  model.promise = RunTrial(model, Before(history, parts.stop_rows), trial).report.Gain();
  trial.first = parts.stop_rows;
  trial.seed = options.seed + 2;
  const TrialResult result = RunTrial(model, history, trial);
  if (options.cancelled()) return base::Unavailable("the training was ended");
  model.trial = result.report;
  model.threshold = result.threshold;
  model.kept = model.trial.Gain() >= options.gain_min;
  return {};
}

}  // namespace

base::Result<> TrainingOptions::Validate() const {
  const auto within = [](const char* name, size_t value, size_t low, size_t high) {
    if (value >= low && value <= high) return base::Result<>();
    return base::Result<>(
        base::InvalidArgument(fmt::format("{}: must be {} to {}", name, low, high), name));
  };
  VEDETTE_TRY_VOID(within("window", window, 4, 128));
  VEDETTE_TRY_VOID(within("batch", batch, 2, 256));
  VEDETTE_TRY_VOID(within("windows_per_epoch", windows_per_epoch, 32, 65'536));
  VEDETTE_TRY_VOID(within("patience", patience, 1, 1'000));
  return within("epochs", epochs_max, 1, 1'000);
}

std::string DigestOf(const TrainingOptions& options) {
  const learn::NetworkOptions& o = options.network;
  return fmt::format("{} {} {} {} {} {} {} {} {} | {} {} {} {} {} {} {} {} {} {}\n",
                     learn::NetworkKindName(options.kind), options.window, options.batch,
                     options.windows_per_epoch, options.epochs_max, options.patience, options.rate,
                     options.seed, fmt::join(o.autoencoder_hidden, ","), o.latent, o.hidden,
                     o.bidirectional, o.layers, o.heads, o.channels, fmt::join(o.dilations, ","),
                     o.width, o.graph_hidden, o.dropout);
}

uint64_t SeedOf(uint64_t seed, size_t epoch) { return seed * 1'000'003 + epoch; }

bool HasSeenNothingOf(const Model& model, base::TimePoint held_out) {
  const base::Duration learnt = model.learnt_to - model.learnt_from;
  const size_t rows = static_cast<size_t>(learnt / model.step) + 1;
  const auto seen = static_cast<base::Duration::rep>(HistoryParts::Of(rows).stop_rows);
  return model.learnt_from + model.step * seen <= held_out;
}

base::Result<std::unique_ptr<Model>> Train(const History& given, const TrainingOptions& options,
                                           const OnProgress& progress, const Model* last,
                                           const Checkpoint* checkpoint) {
  VEDETTE_TRY_VOID(options.Validate());
  const History history = FromWhereKnown(given);
  if (history.rows() < kRowsMin) {
    return base::FailedPrecondition(fmt::format(
        "there are {} steps of history; at least {} are needed", history.rows(), kRowsMin));
  }
  const HistoryParts parts = HistoryParts::Of(history.rows());
  const History moving = Moving(history, LearnScales(history.values, parts.learn_rows));
  if (moving.metrics.empty()) {
    return base::FailedPrecondition("no metric of the service has values that move");
  }
  auto model = std::make_unique<Model>();
  model->kind = options.kind;
  model->options = options.network;
  model->window = options.window;
  model->step = history.step;
  model->metrics = moving.metrics;
  model->scales = LearnScales(moving.values, parts.learn_rows);
  model->seed = options.seed;
  model->learnt_from = history.start;
  model->learnt_to = history.TimeOf(history.rows() - 1);

  const learn::Matrix scaled = Scaled(moving.values, model->scales);
  Training training(scaled, parts.learn_rows, parts.stop_rows, options);
  const bool fits = last != nullptr && last->kind == options.kind &&
                    last->metrics == model->metrics && last->options == options.network &&
                    HasSeenNothingOf(*last, history.TimeOf(parts.stop_rows));
  if (fits) training.BeginWith(*last->network);
  const LearningEnd end = training.Run(progress, checkpoint);
  if (options.cancelled()) return base::Unavailable("the training was ended");
  model->epochs = end.epochs;
  model->loss = end.loss;
  model->network = training.Take();

  Calibrate(*model, scaled, parts.learn_rows, parts.stop_rows);
  VEDETTE_TRY_VOID(Try(*model, moving, parts, options));
  return model;
}

}  // namespace vedette::detect::learned
