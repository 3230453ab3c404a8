#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "learn/ops.h"
#include "learn/tape.h"

namespace vedette::learn {

// Parts of networks: each adds its parameters to those of the network when it is made, with random
// values, and uses them on whatever tape the input is on. The Parameters outlive the part.

// Where a part takes its parameters from: to learn, or only to compute.
class Weights {
 public:
  Weights(Tape& tape, bool learning) : tape_(tape), learning_(learning) {}
  Var operator()(Parameter& parameter) const {
    return learning_ ? tape_.Use(parameter) : tape_.Use(std::as_const(parameter));
  }
  Tape& tape() const { return tape_; }

 private:
  Tape& tape_;
  const bool learning_;
};

// What the parts of a network are made with.
struct Builder {
  Parameters& parameters;
  base::Random& random;
  // Uniform within +- sqrt(6 / (in + out)): Glorot and Bengio, 2010.
  Parameter& Matrix(const std::string& name, size_t in, size_t out);
  Parameter& Row(const std::string& name, size_t cols, double value = 0);
};

// x W + b.
class Linear {
 public:
  Linear(Builder builder, const std::string& name, size_t in, size_t out);
  Var operator()(const Weights& weights, Var x) const;

 private:
  Parameter& weight_;
  Parameter& bias_;
};

// Long short-term memory over the steps of windows (Hochreiter and Schmidhuber 1997, with forget
// gates); the forget gate begins open.
class Lstm {
 public:
  Lstm(Builder builder, const std::string& name, size_t in, size_t hidden);
  // The hidden state after each step, in the layout of x. Backwards: from the last step to the
  // first.
  Var operator()(const Weights& weights, Var x, Layout layout, bool backwards = false) const;

 private:
  const size_t hidden_;
  Parameter& input_;
  Parameter& recurrent_;
  Parameter& bias_;
};

// Attention of each step to the others in `heads` heads (Vaswani et al. 2017).
class SelfAttention {
 public:
  SelfAttention(Builder builder, const std::string& name, size_t width, size_t heads);
  Var operator()(const Weights& weights, Var x, Layout layout) const;

 private:
  const size_t heads_;
  Linear query_, key_, value_, out_;
};

// A LayerNorm with what it learns.
class Norm {
 public:
  Norm(Builder builder, const std::string& name, size_t width);
  Var operator()(const Weights& weights, Var x) const;

 private:
  Parameter& gain_;
  Parameter& bias_;
};

// A convolution over steps that sees none that comes later: tap k looks k * dilation back.
class CausalConvolution {
 public:
  struct Shape {
    size_t in = 1;
    size_t out = 1;
    size_t taps = 3;
    size_t dilation = 1;
  };
  CausalConvolution(Builder builder, const std::string& name, Shape shape);
  Var operator()(const Weights& weights, Var x, Layout layout) const;

 private:
  const size_t dilation_;
  std::vector<Parameter*> taps_;
  Parameter& bias_;
};

}  // namespace vedette::learn
