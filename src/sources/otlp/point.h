#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/exemplar.h"
#include "sources/otlp/exponential.h"
#include "sources/otlp/labels.h"

namespace vedette::sources::otlp {

enum class PointKind { kNumber, kHistogram, kExponential, kSummary };

// The fields of a data point of any kind. Its buffers are used again for the next one.
struct Point {
  int64_t t_ms = 0;
  bool timed = false;
  bool recorded = true;
  std::optional<double> value;
  std::optional<double> sum;
  uint64_t count = 0;
  std::vector<uint64_t> bucket_counts;
  std::vector<double> bounds;
  std::vector<std::pair<double, double>> quantiles;
  ExponentialPoint exponential;  // views into the message; without count and sum
  std::vector<model::Exemplar> exemplars;

  void Clear();
};

struct PointLimits {
  size_t attributes_max;
  size_t buckets_max;  // quantiles of a summary too
};

// Reads a data point; its attributes go to `labels`. What is wrong with the point; empty if nothing
// is. May throw protozero::exception.
std::string ReadPoint(std::string_view message, PointKind kind, const PointLimits& limits,
                      LabelMaker& labels, Point& point);

}  // namespace vedette::sources::otlp
