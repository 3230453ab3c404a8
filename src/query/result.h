#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/histogram.h"
#include "model/labels.h"
#include "query/ast.h"
#include "series/store.h"

namespace vedette::query {

// What a query gives back. Plain values, owned by the caller. Times are milliseconds since 1970.

struct VectorSample {
  model::Labels labels;
  double value = 0;                                             // of a histogram: its sum
  std::shared_ptr<const model::Histogram> histogram = nullptr;  // null: a float
};

struct MatrixSeries {
  model::Labels labels;
  series::SampleColumns samples;  // floats and histograms, as the store gives them
};

// What an answer cost.
struct QueryStats {
  uint64_t samples_read = 0;  // from the store
  uint64_t samples_peak = 0;  // held in memory at one time
  uint64_t bytes_peak = 0;
  double seconds = 0;  // of evaluation
};

struct QueryResult {
  ValueType type = ValueType::kVector;
  int64_t t_ms = 0;  // of an instant query's answer
  double scalar = 0;
  std::string text;                  // kString
  std::vector<VectorSample> vector;  // in the order of evaluation; sort() decides it
  std::vector<MatrixSeries> matrix;  // sorted by labels; none is empty
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
  QueryStats stats;
};

}  // namespace vedette::query
