#include "detect/learned/checkpoint.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/testing/temp_folder.h"
#include "detect/learned/graph_training.h"
#include "detect/learned/model_file.h"
#include "detect/learned/training.h"

namespace vedette::detect::learned {
namespace {

const std::string kKey(64, 'a');

// A wave and what follows it.
History Waves(size_t rows) {
  base::Random random(4);
  History history{.metrics = {{"requests", "a"}, {"cpu", "b"}},
                  .start = base::FromMillis(1'767'225'600'000),
                  .values = learn::Matrix(rows, 2)};
  for (size_t i = 0; i < rows; ++i) {
    history.values(i, 0) = std::sin(0.05 * static_cast<double>(i)) + 0.1 * random.Normal();
    history.values(i, 1) = 3 * history.values(i, 0) + 0.1 * random.Normal();
  }
  return history;
}

// Two services with a latency each, of which one calls the other.
GraphHistory TwoServices(size_t rows) {
  base::Random random(5);
  GraphHistory graph{.services = {"db", "web"}, .history = {}, .graph = {2, {{1, 0}}}};
  graph.history.start = base::FromMillis(1'767'225'600'000);
  graph.history.metrics.resize(2 * kVitals);
  graph.history.values = learn::Matrix(rows, 2 * kVitals, NAN);
  for (const size_t column : {size_t{2}, kVitals + 2}) {
    graph.history.metrics[column] = {"latency", "avg(latency)"};
    for (size_t i = 0; i < rows; ++i) {
      graph.history.values(i, column) = 0.3 + 0.02 * random.Normal();
    }
  }
  return graph;
}

TrainingOptions Quick(learn::NetworkKind kind) {
  TrainingOptions options;
  options.kind = kind;
  options.network.autoencoder_hidden = {6};
  options.network.latent = 4;
  options.network.channels = 6;
  options.network.dilations = {1, 2};
  options.network.graph_hidden = 8;
  options.window = 8;
  options.windows_per_epoch = 32;
  options.epochs_max = 12;
  options.rate = 1e-2;
  options.trial_faults = 6;
  return options;
}

class CheckpointTest : public testing::Test {
 protected:
  // What comes of the training, which is ended after an epoch if one is given. `begun_` is the
  // first epoch that it told of.
  std::string Learn(learn::NetworkKind kind, std::optional<size_t> end,
                    const Checkpoint* checkpoint, const History& history = Waves(500)) {
    TrainingOptions options = Quick(kind);
    bool ended = false;
    options.cancelled = [&] { return ended; };
    begun_ = 0;
    const auto progress = [&](const TrainingProgress& now) {
      if (begun_ == 0) begun_ = now.epoch;
      if (now.epoch == 7) Copy(path_, killed_);
      ended = end == now.epoch;
      return !ended;
    };
    const auto model = kind == learn::NetworkKind::kGatv2
                           ? TrainGraph(TwoServices(500), options, progress, nullptr, checkpoint)
                           : Train(history, options, progress, nullptr, checkpoint);
    return model.ok() ? EncodeModel(**model) : model.error().message;
  }
  static void Copy(const std::string& from, const std::string& to) {
    std::error_code ignored;  // there may be none
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing,
                               ignored);
  }

  const base::TempFolder folder_{"checkpoint"};
  const std::string path_ = folder_.path() + "/service/tcn.checkpoint";
  const std::string killed_ = folder_.path() + "/killed";  // the file as it was in epoch 7
  const Checkpoint file_{path_};
  size_t begun_ = 0;
};

TEST_F(CheckpointTest, IsReadUnderItsKeyAndUndamagedOnly) {
  EXPECT_TRUE(file_.Read(kKey).empty());
  const std::vector<double> state = {3, 0.1, -1e300};
  file_.Write(kKey, state);
  EXPECT_EQ(file_.Read(kKey), state);
  EXPECT_TRUE(file_.Read(std::string(64, 'b')).empty());
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
  EXPECT_TRUE(file_.Read(kKey).empty());
  file_.Write(kKey, {1});
  EXPECT_EQ(file_.Read(kKey), std::vector<double>{1});
  file_.Remove();
  EXPECT_TRUE(file_.Read(kKey).empty());
}

TEST_F(CheckpointTest, ATrainingThatWasEndedGoesOnAndGivesTheSameModel) {
  for (const auto kind : {learn::NetworkKind::kLstmAutoencoder, learn::NetworkKind::kTcn,
                          learn::NetworkKind::kGatv2}) {
    SCOPED_TRACE(learn::NetworkKindName(kind));
    file_.Remove();
    const std::string whole = Learn(kind, std::nullopt, nullptr);
    EXPECT_EQ(Learn(kind, 7, &file_), "the training was ended");
    EXPECT_EQ(Learn(kind, std::nullopt, &file_), whole);
    EXPECT_EQ(begun_, 8u);
    // Nothing but the trial is left to do.
    EXPECT_EQ(Learn(kind, std::nullopt, &file_), whole);
    EXPECT_EQ(begun_, 0u);
  }
}

TEST_F(CheckpointTest, ATrainingWhoseProcessWasKilledGoesOnFromTheLastFive) {
  const std::string whole = Learn(learn::NetworkKind::kTcn, std::nullopt, nullptr);
  Learn(learn::NetworkKind::kTcn, 8, &file_);
  Copy(killed_, path_);
  EXPECT_EQ(Learn(learn::NetworkKind::kTcn, std::nullopt, &file_), whole);
  EXPECT_EQ(begun_, 6u);
}

TEST_F(CheckpointTest, ATrainingOfOtherRowsBeginsAnewUnlessTheyAreHeldOut) {
  Learn(learn::NetworkKind::kTcn, 7, &file_);
  History other = Waves(500);
  other.values(480, 0) += 0.3;
  Learn(learn::NetworkKind::kTcn, 9, &file_, other);
  EXPECT_EQ(begun_, 8u) << "what is held out has no part in it";
  other.values(100, 0) += 0.3;
  Learn(learn::NetworkKind::kTcn, 9, &file_, other);
  EXPECT_EQ(begun_, 1u);
}

}  // namespace
}  // namespace vedette::detect::learned
