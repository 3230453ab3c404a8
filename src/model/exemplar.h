#pragma once

#include <cstdint>

#include "model/labels.h"

namespace vedette::model {

// One observation that stands for many, usually with a trace id among its labels.
struct Exemplar {
  Labels labels;
  int64_t t_ms = 0;
  double value = 0;
  friend bool operator==(const Exemplar&, const Exemplar&) = default;
};

}  // namespace vedette::model
