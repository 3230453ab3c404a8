#include "learn/tape.h"

#include <utility>

namespace vedette::learn {

Parameter& Parameters::Add(std::string name, size_t rows, size_t cols) {
  all_.push_back({std::move(name), Matrix(rows, cols)});
  return all_.back();
}

size_t Parameters::Count() const {
  size_t count = 0;
  for (const Parameter& each : all_) count += each.value.size();
  return count;
}

void Parameters::ForgetGradients() {
  for (Parameter& each : all_) each.gradient = Matrix();
}

const Matrix& Var::value() const { return tape->value(index); }

Var Tape::Constant(Matrix value) { return Record(std::move(value), false, {}); }

Var Tape::Use(Parameter& parameter) {
  if (parameter.gradient.empty()) {
    parameter.gradient = Matrix(parameter.value.rows(), parameter.value.cols());
  }
  Node& node = nodes_.emplace_back();
  node.value = &parameter.value;
  node.target = &parameter.gradient;
  node.wanted = true;
  return {this, nodes_.size() - 1};
}

Var Tape::Use(const Parameter& parameter) {
  nodes_.emplace_back().value = &parameter.value;
  return {this, nodes_.size() - 1};
}

Var Tape::Record(Matrix value, bool wanted, Step step) {
  Node& node = nodes_.emplace_back();
  node.own = std::move(value);
  node.value = &node.own;
  node.wanted = wanted;
  if (wanted) node.step = std::move(step);
  return {this, nodes_.size() - 1};
}

Matrix& Tape::gradient(Var var) {
  Node& node = nodes_[var.index];
  if (node.target != nullptr) return *node.target;
  if (node.gradient.empty()) node.gradient = Matrix(node.value->rows(), node.value->cols());
  return node.gradient;
}

void Tape::Backward(Var loss) {
  gradient(loss)(0, 0) += 1;
  for (size_t i = nodes_.size(); i-- > 0;) {
    Node& node = nodes_[i];
    if (!node.step || node.gradient.empty()) continue;  // it did not matter for the loss
    node.step(*this, *node.value, node.gradient);
    node.gradient = Matrix();
  }
}

}  // namespace vedette::learn
