#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "learn/matrix.h"

namespace vedette::learn {

// Reverse-mode differentiation: operations (ops.h) append nodes to a tape, Backward walks it from
// the end and adds the derivative of one number to the gradient of every parameter it came from.

// What is learned. `gradient` is empty until the first Backward.
struct Parameter {
  std::string name;
  Matrix value;
  Matrix gradient = {};
};

// The parameters of a network, at stable addresses, in the order in which they were made: the order
// in the file of a model too. Not thread-safe.
class Parameters {
 public:
  Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  Parameter& Add(std::string name, size_t rows, size_t cols);
  std::deque<Parameter>& all() { return all_; }
  const std::deque<Parameter>& all() const { return all_; }
  size_t Count() const;  // of numbers
  void ForgetGradients();

 private:
  std::deque<Parameter> all_;
};

class Tape;

// A value on a tape. Cheap to copy; of use while its tape lives.
struct Var {
  Tape* tape = nullptr;
  size_t index = 0;

  const Matrix& value() const;
  size_t rows() const { return value().rows(); }
  size_t cols() const { return value().cols(); }
};

// See the top of this file. A tape is written once, and is as large as all values of the
// computation together. Not thread-safe.
class Tape {
 public:
  // Adds what `gradient`, that of the node's own `value`, means for the node's inputs.
  using Step = std::function<void(Tape&, const Matrix& value, const Matrix& gradient)>;

  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  Var Constant(Matrix value);
  // The parameter outlives the tape and does not change before Backward.
  Var Use(Parameter& parameter);
  Var Use(const Parameter& parameter);  // as a constant
  // What an operation computed. `step` is dropped unless `wanted`.
  Var Record(Matrix value, bool wanted, Step step);

  const Matrix& value(size_t index) const { return *nodes_[index].value; }
  bool wanted(Var var) const { return nodes_[var.index].wanted; }
  // Where steps add to; REQUIRES: wanted.
  Matrix& gradient(Var var);

  // REQUIRES: `loss` is 1 x 1 and on this tape; once per tape.
  void Backward(Var loss);

 private:
  struct Node {
    Matrix own;
    const Matrix* value = nullptr;  // own, or that of a parameter
    Matrix gradient;
    Matrix* target = nullptr;  // of a parameter
    bool wanted = false;
    Step step;
  };
  std::deque<Node> nodes_;
};

}  // namespace vedette::learn
