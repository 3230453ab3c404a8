#include "learn/adam.h"

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

}  // namespace vedette::learn
