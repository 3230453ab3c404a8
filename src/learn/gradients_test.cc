#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/random.h"
#include "learn/graph_network.h"
#include "learn/layers.h"
#include "learn/network.h"
#include "learn/ops.h"

namespace vedette::learn {
namespace {

Matrix RandomMatrix(base::Random& random, size_t rows, size_t cols) {
  Matrix matrix(rows, cols);
  for (double& each : matrix.values()) each = random.Normal();
  return matrix;
}

using Build = std::function<Var(Tape&)>;

// Compares the derivative of every number of every parameter with what the loss does when that
// number moves a little.
void ExpectTrueGradients(Parameters& parameters, const Build& loss) {
  {
    Tape tape;
    tape.Backward(loss(tape));
  }
  std::vector<Matrix> gradients;
  for (const Parameter& each : parameters.all()) gradients.push_back(each.gradient);
  const auto at = [&] {
    Tape tape;
    return loss(tape).value()(0, 0);
  };
  constexpr double kMove = 1e-5;
  size_t index = 0;
  for (Parameter& each : parameters.all()) {
    const Matrix& gradient = gradients[index++];
    ASSERT_EQ(gradient.size(), each.value.size()) << each.name << " has no part in the loss";
    const size_t every = std::max<size_t>(1, each.value.size() / 6);
    for (size_t i = 0; i < each.value.size(); i += every) {
      double& value = each.value.values()[i];
      const double was = value;
      value = was + kMove;
      const double up = at();
      value = was - kMove;
      const double down = at();
      value = was;
      const double measured = (up - down) / (2 * kMove);
      EXPECT_NEAR(gradient.values()[i], measured, 1e-6 * (1 + std::abs(measured)))
          << each.name << " element " << i;
    }
  }
  parameters.ForgetGradients();
}

// A weighted sum of all elements, so that each has a derivative of its own.
Var Total(Var a) {
  Matrix weights(a.cols(), 1), ones(1, a.rows());
  for (size_t i = 0; i < weights.size(); ++i) weights(i, 0) = std::cos(static_cast<double>(i));
  for (size_t i = 0; i < ones.size(); ++i) ones(0, i) = 1 + std::sin(static_cast<double>(i));
  Tape& tape = *a.tape;
  return MatMul(tape.Constant(ones), MatMul(a, tape.Constant(weights)));
}

struct Operation {
  std::string name;
  std::function<Var(Var a, Var b)> apply;  // a is 6 x 4, b is 6 x 4
};

// Three nodes, twice; the last one looks at nobody but itself.
const Neighbours& ThreeNodes() {
  static const Neighbours kNodes(3, {{0, 1}, {0, 2}, {1, 2}, {1, 0}});
  return kNodes;
}

std::vector<Operation> Operations() {
  return {
      {"MatMul", [](Var a, Var b) { return MatMul(a, SliceRows(b, 1, 4)); }},
      {"Add", [](Var a, Var b) { return Add(a, b); }},
      {"AddRow", [](Var a, Var b) { return AddRow(a, SliceRows(b, 2, 1)); }},
      {"Multiply", [](Var a, Var b) { return Multiply(a, b); }},
      {"Relu", [](Var a, Var b) { return Multiply(Relu(a), b); }},
      {"Elu", [](Var a, Var b) { return Multiply(Elu(a), b); }},
      {"LayerNorm",
       [](Var a, Var b) { return LayerNorm(a, SliceRows(b, 0, 1), SliceRows(b, 3, 1)); }},
      {"ConcatRows", [](Var a, Var b) { return Relu(ConcatRows(std::vector<Var>{a, b, a})); }},
      {"ConcatCols", [](Var a, Var b) { return Relu(ConcatCols(a, b)); }},
      {"ShiftRows", [](Var a, Var b) { return Multiply(ShiftRows(a, 2), b); }},
      {"LstmCell", [](Var a, Var b) { return LstmCell(a, SliceCols(b, 0, 1)); }},
      {"Attention",
       [](Var a, Var b) {
         return Attention(a, b, Add(a, b), {.layout = {.steps = 3, .windows = 2}, .heads = 2});
       }},
      {"GraphAttention",
       [](Var a, Var b) {
         return GraphAttention(a, Multiply(a, b), SliceRows(b, 5, 1),
                               {.neighbours = &ThreeNodes(), .copies = 2, .heads = 2});
       }},
      {"MeanSquare", [](Var a, Var b) { return MeanSquare(Multiply(a, b), Matrix(6, 4, 0.3)); }},
      {"CrossEntropy",
       [](Var a, Var b) {
         Matrix labels(6, 1);
         labels(1, 0) = labels(4, 0) = 1;
         return CrossEntropy(SliceCols(Multiply(a, b), 2, 1), labels);
       }},
  };
}

TEST(Gradients, OfEveryOperationAreWhatTheLossDoes) {
  for (const Operation& operation : Operations()) {
    SCOPED_TRACE(operation.name);
    base::Random random(7);
    Parameters parameters;
    Parameter& a = parameters.Add("a", 6, 4);
    Parameter& b = parameters.Add("b", 6, 4);
    a.value = RandomMatrix(random, 6, 4);
    b.value = RandomMatrix(random, 6, 4);
    ExpectTrueGradients(
        parameters, [&](Tape& tape) { return Total(operation.apply(tape.Use(a), tape.Use(b))); });
  }
}

TEST(Gradients, OfDropoutAreThoseOfWhatWasKept) {
  base::Random random(3);
  Parameters parameters;
  Parameter& a = parameters.Add("a", 5, 5);
  a.value = RandomMatrix(random, 5, 5);
  ExpectTrueGradients(parameters, [&](Tape& tape) {
    base::Random same(11);
    return Total(Dropout(tape.Use(a), 0.4, &same));
  });
}

NetworkOptions Small() {
  return {.autoencoder_hidden = {5, 4},
          .latent = 2,
          .hidden = 4,
          .layers = 2,
          .heads = 2,
          .channels = 4,
          .dilations = {1, 2},
          .width = 4,
          .dropout = 0};
}

Windows RandomWindows(base::Random& random, Layout layout, size_t metrics) {
  Windows windows{.layout = layout,
                  .values = RandomMatrix(random, layout.rows(), metrics),
                  .labels = Matrix(layout.rows(), 1)};
  windows.labels(layout.rows() - 1, 0) = 1;
  return windows;
}

TEST(Gradients, OfEveryNetworkAreWhatTheLossDoes) {
  for (int kind = 0; kind <= kSequenceNetworks; ++kind) {
    NetworkOptions options = Small();
    options.bidirectional = kind == kSequenceNetworks;  // the last one has two forms
    const auto of =
        options.bidirectional ? NetworkKind::kLstmAttention : static_cast<NetworkKind>(kind);
    SCOPED_TRACE(NetworkKindName(of));
    base::Random random(13);
    const auto network = MakeNetwork(of, 3, options, random);
    const Windows windows = RandomWindows(random, {.steps = 5, .windows = 2}, 3);
    ExpectTrueGradients(network->parameters(),
                        [&](Tape& tape) { return network->Loss(tape, windows, nullptr); });
  }
}

NetworkOptions SmallGraph() {
  NetworkOptions options = Small();
  options.heads = 4;
  options.graph_hidden = 8;
  return options;
}

TEST(Gradients, OfTheGraphNetworkAreWhatTheLossDoes) {
  base::Random random(29);
  GraphNetwork network(5, SmallGraph(), random);
  const CallGraph graph(3, {{0, 1}, {1, 2}, {0, 2}});
  Moments moments{.copies = 2,
                  .features = RandomMatrix(random, 6, 5),
                  .trouble = Matrix(6, 1),
                  .root = Matrix(6, 1)};
  moments.trouble(1, 0) = moments.trouble(2, 0) = moments.root(2, 0) = 1;
  ExpectTrueGradients(network.parameters(),
                      [&](Tape& tape) { return network.Loss(tape, graph, moments, nullptr); });
}

TEST(GraphAttention, WeighsWhatANodeLooksAtByTheSoftmaxOfItsCare) {
  Tape tape;
  Matrix looking(2, 1), seen(2, 1), a(1, 1, 2);
  looking(0, 0) = 1;
  seen(0, 0) = -3;
  seen(1, 0) = 0.5;
  const Neighbours nodes(2, {{0, 1}});
  const Var out = GraphAttention(tape.Constant(looking), tape.Constant(seen), tape.Constant(a),
                                 {.neighbours = &nodes});
  // 2 * LeakyReLU(1 - 3) = -0.8 for itself, 2 * (1 + 0.5) = 3 for the other one.
  const double self = std::exp(-0.8), other = std::exp(3.0);
  EXPECT_NEAR(out.value()(0, 0), (-3 * self + 0.5 * other) / (self + other), 1e-12);
  EXPECT_EQ(out.value()(1, 0), 0.5) << "it looks at nobody else";
}

TEST(GraphNetwork, JudgesEachMomentByItselfAndEachPartOfAGraphToo) {
  base::Random random(31);
  const GraphNetwork network(4, SmallGraph(), random);
  const CallGraph whole(5, {{0, 1}, {1, 2}, {3, 4}}), part(3, {{0, 1}, {1, 2}});
  const Moments two{
      .copies = 2, .features = RandomMatrix(random, 10, 4), .trouble = {}, .root = {}};
  Moments one{.copies = 1, .features = Matrix(3, 4), .trouble = {}, .root = {}};
  std::copy_n(two.features.row(5), 12, one.features.row(0));
  const NodeScores all = network.Score(whole, two), some = network.Score(part, one);
  for (size_t node = 0; node < 3; ++node) {
    EXPECT_NEAR(all.trouble(5 + node, 0), some.trouble(node, 0), 1e-12);
    EXPECT_NEAR(all.root(5 + node, 0), some.root(node, 0), 1e-12);
  }
}

TEST(GraphNetwork, TellsWhoCallsFromWhoIsCalled) {
  base::Random random(37);
  const GraphNetwork network(2, SmallGraph(), random);
  Moments moments{.copies = 1, .features = Matrix(2, 2), .trouble = {}, .root = {}};
  moments.features(0, 0) = 3;
  const CallGraph calls(2, {{0, 1}}), is_called(2, {{1, 0}});
  EXPECT_NE(network.Score(calls, moments).root(0, 0), network.Score(is_called, moments).root(0, 0));
}

TEST(Networks, JudgeEachWindowByItselfAlone) {
  for (int kind = 0; kind < kSequenceNetworks; ++kind) {
    SCOPED_TRACE(NetworkKindName(static_cast<NetworkKind>(kind)));
    base::Random random(17);
    const auto network = MakeNetwork(static_cast<NetworkKind>(kind), 3, Small(), random);
    const Windows two = RandomWindows(random, {.steps = 6, .windows = 2}, 3);
    Windows second{.layout = {.steps = 6, .windows = 1}, .values = Matrix(6, 3), .labels = {}};
    for (size_t t = 0; t < 6; ++t) {
      for (size_t j = 0; j < 3; ++j) second.values(t, j) = two.values(2 * t + 1, j);
    }
    const Matrix together = network->Score(two), alone = network->Score(second);
    for (size_t t = 0; t < 6; ++t) EXPECT_NEAR(together(2 * t + 1, 0), alone(t, 0), 1e-12);
  }
}

TEST(Networks, HaveTheSizesOfTheirSource) {
  // Worked out by hand from the layers' formulas: 4 h (in + h + 1) for an LSTM.
  const auto count = [](NetworkKind kind, const NetworkOptions& options = {}) {
    base::Random random(1);
    return MakeNetwork(kind, 8, options, random)->parameters().Count();
  };
  const auto lstm = [](size_t in, size_t hidden) { return 4 * hidden * (in + hidden + 1); };
  EXPECT_EQ(count(NetworkKind::kLstmAutoencoder), lstm(8, 64) + lstm(64, 32) + lstm(32, 16) +
                                                      (16 + 1) * 8 + lstm(8, 16) + lstm(16, 32) +
                                                      lstm(32, 64) + (64 + 1) * 8);
  EXPECT_EQ(count(NetworkKind::kLstmAttention),
            lstm(8, 64) + lstm(64, 64) + 4 * (64 + 1) * 64 + 64 + 1);
  EXPECT_EQ(count(NetworkKind::kLstmAttention, {.bidirectional = true}),
            2 * (lstm(8, 64) + lstm(128, 64)) + 4 * (128 + 1) * 128 + 128 + 1);
  EXPECT_EQ(count(NetworkKind::kTcn), (8 + 1) * 64 + 4 * (3 * 64 * 64 + 64) + 64 + 1);
  // Of ten features: in each layer two ways to look with two maps and a row of care each, and the
  // way past them; all with a bias but the care.
  const auto layer = [](size_t in) { return 2 * (2 * (in + 1) * 64 + 64) + (in + 1) * 128; };
  base::Random random(1);
  EXPECT_EQ(GraphNetwork(10, {}, random).parameters().Count(),
            layer(10) + layer(128) + (128 + 1) * 2);
}

}  // namespace
}  // namespace vedette::learn
