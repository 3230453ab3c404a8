#include "learn/adam.h"

#include <algorithm>
#include <cmath>

namespace vedette::learn {

Adam::Adam(AdamOptions options, Parameters& parameters)
    : options_(options), parameters_(parameters) {
  for (const Parameter& each : parameters.all()) {
    mean_.emplace_back(each.value.rows(), each.value.cols());
    square_.emplace_back(each.value.rows(), each.value.cols());
  }
}

bool Adam::Step() {
  double norm = 0;
  for (const Parameter& each : parameters_.all()) {
    for (const double g : each.gradient.values()) norm += g * g;
  }
  norm = std::sqrt(norm);
  if (!std::isfinite(norm)) {
    parameters_.ForgetGradients();
    return false;
  }
  const double shorten = norm > options_.norm_max ? options_.norm_max / norm : 1;
  ++steps_;
  const auto steps = static_cast<double>(steps_);
  const double rate = options_.rate * std::sqrt(1 - std::pow(options_.beta2, steps)) /
                      (1 - std::pow(options_.beta1, steps));
  size_t index = 0;
  for (Parameter& each : parameters_.all()) {
    const auto mean = mean_[index].values(), square = square_[index].values();
    ++index;
    for (size_t i = 0; i < each.gradient.size(); ++i) {
      const double g = each.gradient.values()[i] * shorten;
      mean[i] += (1 - options_.beta1) * (g - mean[i]);
      square[i] += (1 - options_.beta2) * (g * g - square[i]);
      each.value.values()[i] -= rate * mean[i] / (std::sqrt(square[i]) + options_.epsilon);
    }
  }
  parameters_.ForgetGradients();
  return true;
}

std::vector<double> Adam::State() const {
  std::vector<double> state = {static_cast<double>(steps_)};
  for (const auto* const all : {&mean_, &square_}) {
    for (const Matrix& each : *all) {
      state.insert(state.end(), each.values().begin(), each.values().end());
    }
  }
  return state;
}

void Adam::Restore(std::span<const double> state) {
  steps_ = static_cast<int64_t>(state.front());
  state = state.subspan(1);
  for (auto* const all : {&mean_, &square_}) {
    for (Matrix& each : *all) {
      std::copy_n(state.begin(), each.size(), each.values().begin());
      state = state.subspan(each.size());
    }
  }
}

}  // namespace vedette::learn
