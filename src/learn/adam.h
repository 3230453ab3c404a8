#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learn/tape.h"

namespace vedette::learn {

struct AdamOptions {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double norm_max = 1;  // of all gradients together; longer ones are shortened to it
};

// Adam (Kingma and Ba 2015) with clipping by the global norm. Not thread-safe.
class Adam {
 public:
  // The parameters outlive it; none is added later.
  Adam(AdamOptions options, Parameters& parameters);

  // Moves the parameters against their gradients, which are empty afterwards. False, and nothing
  // moves, where a gradient is not finite.
  bool Step();

  // What the next step depends on beside the parameters, as numbers, and back. REQUIRES of Restore:
  // as many as State has.
  std::vector<double> State() const;
  void Restore(std::span<const double> state);

 private:
  const AdamOptions options_;
  Parameters& parameters_;
  std::vector<Matrix> mean_;
  std::vector<Matrix> square_;
  int64_t steps_ = 0;
};

}  // namespace vedette::learn
