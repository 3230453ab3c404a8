#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "base/random.h"
#include "learn/adam.h"
#include "learn/graph_network.h"
#include "learn/network.h"

namespace vedette::learn {
namespace {

NetworkOptions Small() {
  return {.autoencoder_hidden = {12, 8},
          .latent = 4,
          .hidden = 8,
          .layers = 1,
          .heads = 2,
          .channels = 8,
          .dilations = {1, 2},
          .width = 8,
          .dropout = 0.1};
}

// Two waves that belong together; in the windows with trouble the second one is turned around in
// the later half, though each value is a usual one.
Windows Waves(base::Random& random, bool trouble) {
  const Layout layout{.steps = 12, .windows = 16};
  Windows windows{
      .layout = layout, .values = Matrix(layout.rows(), 2), .labels = Matrix(layout.rows(), 1)};
  for (size_t w = 0; w < layout.windows; ++w) {
    const double phase = random.Uniform(0, 6.28);
    const bool bad = trouble && w % 2 == 1;
    for (size_t t = 0; t < layout.steps; ++t) {
      const size_t row = t * layout.windows + w;
      const double wave = 1.4 * std::sin(phase + 0.5 * static_cast<double>(t));
      const bool turned = bad && t >= layout.steps / 2;
      windows.values(row, 0) = wave + 0.05 * random.Normal();
      windows.values(row, 1) = (turned ? -wave : wave) + 0.05 * random.Normal();
      windows.labels(row, 0) = turned ? 1 : 0;
    }
  }
  return windows;
}

double MeanOfLastStep(const Matrix& scores, const Layout& layout, size_t first) {
  double sum = 0;
  for (size_t w = first; w < layout.windows; w += 2) {
    sum += scores((layout.steps - 1) * layout.windows + w, 0);
  }
  return sum / static_cast<double>(layout.windows / 2);
}

double Learn(SequenceNetwork& network, uint64_t seed, int steps) {
  base::Random random(seed);
  Adam adam({.rate = 1e-2}, network.parameters());
  double loss = 0;
  for (int i = 0; i < steps; ++i) {
    Tape tape;
    const Var now = network.Loss(tape, Waves(random, network.needs_labels()), &random);
    tape.Backward(now);
    loss = now.value()(0, 0);
    EXPECT_TRUE(adam.Step());
  }
  return loss;
}

TEST(Networks, LearnToTellWavesThatDoNotBelongTogether) {
  for (int kind = 0; kind < kSequenceNetworks; ++kind) {
    SCOPED_TRACE(NetworkKindName(static_cast<NetworkKind>(kind)));
    base::Random random(21);
    const auto network = MakeNetwork(static_cast<NetworkKind>(kind), 2, Small(), random);
    Learn(*network, 22, 60);
    const Windows unseen = Waves(random, true);
    const Matrix scores = network->Score(unseen);
    const double well = MeanOfLastStep(scores, unseen.layout, 0);
    const double bad = MeanOfLastStep(scores, unseen.layout, 1);
    if (network->needs_labels()) {
      EXPECT_LT(well, 0);
      EXPECT_GT(bad, 0);
    } else {
      EXPECT_GT(bad, 2 * well);
    }
  }
}

TEST(Networks, AreTheSameFromTheSameSeed) {
  for (int kind = 0; kind < kSequenceNetworks; ++kind) {
    const auto learnt = [&](uint64_t seed) {
      base::Random random(seed);
      auto network = MakeNetwork(static_cast<NetworkKind>(kind), 2, Small(), random);
      Learn(*network, seed, 3);
      return network;
    };
    const auto a = learnt(1), b = learnt(1), c = learnt(2);
    bool differs = false;
    for (size_t i = 0; i < a->parameters().all().size(); ++i) {
      EXPECT_EQ(a->parameters().all()[i].value, b->parameters().all()[i].value);
      differs |= !(a->parameters().all()[i].value == c->parameters().all()[i].value);
    }
    EXPECT_TRUE(differs);
  }
}

// A chain of four services that call each other; trouble of one is seen in all that come before it.
Moments Chain(base::Random& random, size_t copies) {
  Moments moments{.copies = copies,
                  .features = Matrix(4 * copies, 2),
                  .trouble = Matrix(4 * copies, 1),
                  .root = Matrix(4 * copies, 1)};
  for (size_t c = 0; c < copies; ++c) {
    const size_t root = random.Below(4);
    for (size_t node = 0; node < 4; ++node) {
      const size_t row = 4 * c + node;
      const bool bad = c % 2 == 1 && node <= root;
      moments.features(row, 0) = (bad ? random.Uniform(2, 5) : 0) + 0.3 * random.Normal();
      moments.features(row, 1) = random.Normal();
      moments.trouble(row, 0) = bad ? 1 : 0;
      moments.root(row, 0) = bad && node == root ? 1 : 0;
    }
  }
  return moments;
}

std::unique_ptr<GraphNetwork> LearntChain(const CallGraph& chain, uint64_t seed, int steps) {
  NetworkOptions options = Small();
  options.layers = 2;
  options.graph_hidden = 16;
  base::Random random(seed);
  auto network = std::make_unique<GraphNetwork>(2, options, random);
  Adam adam({.rate = 1e-2}, network->parameters());
  for (int i = 0; i < steps; ++i) {
    Tape tape;
    tape.Backward(network->Loss(tape, chain, Chain(random, 16), &random));
    EXPECT_TRUE(adam.Step());
  }
  return network;
}

TEST(GraphNetwork, LearnsWhereTroubleBeganThoughAllLookAlike) {
  const CallGraph chain(4, {{0, 1}, {1, 2}, {2, 3}});
  const auto network = LearntChain(chain, 5, 150);
  base::Random random(6);
  const Moments unseen = Chain(random, 100);
  const NodeScores scores = network->Score(chain, unseen);
  int found = 0, told = 0;
  for (size_t c = 1; c < 100; c += 2) {
    size_t likeliest = 0;
    for (size_t node = 0; node < 4; ++node) {
      if (scores.root(4 * c + node, 0) > scores.root(4 * c + likeliest, 0)) likeliest = node;
      const bool bad = unseen.trouble(4 * c + node, 0) > 0;
      told += (scores.trouble(4 * c + node, 0) > 0) == bad ? 1 : 0;
    }
    found += unseen.root(4 * c + likeliest, 0) > 0 ? 1 : 0;
  }
  EXPECT_GE(found, 45) << "of 50; chance finds 12";
  EXPECT_GE(told, 190) << "of 200";
}

TEST(GraphNetwork, IsTheSameFromTheSameSeed) {
  const CallGraph chain(4, {{0, 1}, {1, 2}, {2, 3}});
  const auto a = LearntChain(chain, 1, 3), b = LearntChain(chain, 1, 3),
             c = LearntChain(chain, 2, 3);
  for (size_t i = 0; i < a->parameters().all().size(); ++i) {
    EXPECT_EQ(a->parameters().all()[i].value, b->parameters().all()[i].value);
  }
  EXPECT_FALSE(a->parameters().all()[0].value == c->parameters().all()[0].value);
}

TEST(Adam, FindsTheBottomOfABowl) {
  Parameters parameters;
  Parameter& x = parameters.Add("x", 1, 2);
  x.value(0, 0) = 3;
  Matrix target(1, 2);
  target(0, 1) = -1;
  Adam adam({.rate = 0.1}, parameters);
  for (int i = 0; i < 300; ++i) {
    Tape tape;
    tape.Backward(MeanSquare(tape.Use(x), target));
    ASSERT_TRUE(adam.Step());
  }
  EXPECT_NEAR(x.value(0, 0), 0, 1e-3);
  EXPECT_NEAR(x.value(0, 1), -1, 1e-3);
}

TEST(Adam, GoesOnFromItsStateAsIfItHadNeverStopped) {
  const auto learn = [](bool stops) {
    Parameters parameters;
    Parameter& x = parameters.Add("x", 1, 3);
    auto adam = std::make_unique<Adam>(AdamOptions{.rate = 0.1}, parameters);
    for (int i = 0; i < 20; ++i) {
      if (stops && i == 7) {
        const std::vector<double> state = adam->State();
        adam = std::make_unique<Adam>(AdamOptions{.rate = 0.1}, parameters);
        adam->Restore(state);
      }
      Tape tape;
      tape.Backward(MeanSquare(tape.Use(x), Matrix(1, 3, 0.7)));
      EXPECT_TRUE(adam->Step());
    }
    return x.value;
  };
  EXPECT_EQ(learn(true), learn(false));
}

TEST(Adam, DoesNotMoveForGradientsThatAreNoNumbers) {
  Parameters parameters;
  Parameter& x = parameters.Add("x", 1, 1);
  x.value(0, 0) = 2;
  x.gradient = Matrix(1, 1, std::nan(""));
  Adam adam({}, parameters);
  EXPECT_FALSE(adam.Step());
  EXPECT_EQ(x.value(0, 0), 2);
}

TEST(Adam, ShortensLongGradientsAndKeepsTheirDirection) {
  // With beta1 = beta2 = 0 a step would be the sign alone: the mean shows what came in.
  Parameters parameters;
  Parameter& x = parameters.Add("x", 1, 2);
  x.gradient = Matrix(1, 2);
  x.gradient(0, 0) = 3e6;
  x.gradient(0, 1) = 4e6;
  Adam adam({.rate = 1, .beta1 = 0, .beta2 = 0, .epsilon = 1e3, .norm_max = 1}, parameters);
  ASSERT_TRUE(adam.Step());
  // rate * g / (|g| + 1000) with g = (0.6, 0.8)
  EXPECT_NEAR(x.value(0, 0), -0.6 / 1000.6, 1e-9);
  EXPECT_NEAR(x.value(0, 1), -0.8 / 1000.8, 1e-9);
}

}  // namespace
}  // namespace vedette::learn
