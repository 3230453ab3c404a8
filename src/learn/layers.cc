#include "learn/layers.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

namespace vedette::learn {

Parameter& Builder::Matrix(const std::string& name, size_t in, size_t out) {
  Parameter& made = parameters.Add(name, in, out);
  const double bound = std::sqrt(6.0 / static_cast<double>(in + out));
  for (double& each : made.value.values()) each = random.Uniform(-bound, bound);
  return made;
}

Parameter& Builder::Row(const std::string& name, size_t cols, double value) {
  Parameter& made = parameters.Add(name, 1, cols);
  for (double& each : made.value.values()) each = value;
  return made;
}

Linear::Linear(Builder builder, const std::string& name, size_t in, size_t out)
    : weight_(builder.Matrix(name + ".weight", in, out)), bias_(builder.Row(name + ".bias", out)) {}

Var Linear::operator()(const Weights& weights, Var x) const {
  return AddRow(MatMul(x, weights(weight_)), weights(bias_));
}

Lstm::Lstm(Builder builder, const std::string& name, size_t in, size_t hidden)
    : hidden_(hidden),
      input_(builder.Matrix(name + ".input", in, 4 * hidden)),
      recurrent_(builder.Matrix(name + ".recurrent", hidden, 4 * hidden)),
      bias_(builder.Row(name + ".bias", 4 * hidden)) {
  for (size_t j = hidden; j < 2 * hidden; ++j) bias_.value(0, j) = 1;
}

Var Lstm::operator()(const Weights& weights, Var x, Layout layout, bool backwards) const {
  // The part of the gates that does not wait for the step before, for all steps at once.
  const Var gates = AddRow(MatMul(x, weights(input_)), weights(bias_));
  const Var recurrent = weights(recurrent_);
  Var hidden = weights.tape().Constant(Matrix(layout.windows, hidden_));
  Var cell = hidden;
  std::vector<Var> states(layout.steps);
  for (size_t i = 0; i < layout.steps; ++i) {
    const size_t t = backwards ? layout.steps - 1 - i : i;
    const Var now = SliceRows(gates, t * layout.windows, layout.windows);
    const Var state = LstmCell(i == 0 ? now : Add(now, MatMul(hidden, recurrent)), cell);
    hidden = SliceCols(state, 0, hidden_);
    cell = SliceCols(state, hidden_, hidden_);
    states[t] = hidden;
  }
  return ConcatRows(states);
}

SelfAttention::SelfAttention(Builder builder, const std::string& name, size_t width, size_t heads)
    : heads_(heads),
      query_(builder, name + ".query", width, width),
      key_(builder, name + ".key", width, width),
      value_(builder, name + ".value", width, width),
      out_(builder, name + ".out", width, width) {}

Var SelfAttention::operator()(const Weights& weights, Var x, Layout layout) const {
  const AttentionShape shape{.layout = layout, .heads = heads_};
  return out_(weights, Attention(query_(weights, x), key_(weights, x), value_(weights, x), shape));
}

Norm::Norm(Builder builder, const std::string& name, size_t width)
    : gain_(builder.Row(name + ".gain", width, 1)), bias_(builder.Row(name + ".bias", width)) {}

Var Norm::operator()(const Weights& weights, Var x) const {
  return LayerNorm(x, weights(gain_), weights(bias_));
}

CausalConvolution::CausalConvolution(Builder builder, const std::string& name, Shape shape)
    : dilation_(shape.dilation), bias_(builder.Row(name + ".bias", shape.out)) {
  for (size_t k = 0; k < shape.taps; ++k) {
    taps_.push_back(&builder.Matrix(fmt::format("{}.tap{}", name, k), shape.in, shape.out));
  }
}

Var CausalConvolution::operator()(const Weights& weights, Var x, Layout layout) const {
  Var sum = MatMul(x, weights(*taps_[0]));
  for (size_t k = 1; k < taps_.size(); ++k) {
    const size_t back = std::min(k * dilation_, layout.steps);
    sum = Add(sum, MatMul(ShiftRows(x, back * layout.windows), weights(*taps_[k])));
  }
  return AddRow(sum, weights(bias_));
}

}  // namespace vedette::learn
