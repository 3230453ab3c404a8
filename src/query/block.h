#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/labels.h"
#include "model/sample.h"
#include "query/budget.h"

namespace vedette::query {

// The evaluation times of a query, milliseconds: start, start + step, ... of `count` steps.
struct Steps {
  int64_t start_ms = 0;
  int64_t step_ms = 1;
  size_t count = 1;
  int64_t At(size_t i) const { return start_ms + static_cast<int64_t>(i) * step_ms; }
  int64_t end_ms() const { return At(count - 1); }
};

// No value at this step. It is the stale marker's NaN, which no computation gives: the stale
// markers of stored series are taken out when they are read.
inline double Absent() { return model::StaleNan(); }
inline bool IsAbsent(double value) { return model::IsStale(value); }

// Series over the steps of a query as one table: a row per label set, a cell per step, in
// row-major order. Cells are values or Absent. Its memory counts against the query's budget.
// Movable; not thread-safe.
class Block {
 public:
  Block(Budget& budget, size_t width) : width_(width), share_(budget) {}

  size_t width() const { return width_; }
  size_t rows() const { return labels_.size(); }

  const model::Labels& labels(size_t row) const { return labels_[row]; }
  std::span<const double> cells(size_t row) const {
    return std::span(cells_).subspan(row * width_, width_);
  }
  std::span<double> cells(size_t row) { return std::span(cells_).subspan(row * width_, width_); }

  // Adds a row of Absent cells. The span is valid until the next AddRow.
  base::Result<std::span<double>> AddRow(model::Labels labels);
  // Removes the last row.
  void DropLastRow();
  // Replaces a row's labels. REQUIRES: not longer than before.
  void SetLabels(size_t row, model::Labels labels) { labels_[row] = std::move(labels); }
  // For an expected number of rows; only a hint.
  void Reserve(size_t rows);

 private:
  size_t width_;
  std::vector<model::Labels> labels_;
  std::vector<double> cells_;
  Share share_;
};

bool HasAny(std::span<const double> cells);

// The labels without the metric's name.
model::Labels WithoutName(model::LabelsView labels);

// Makes rows with equal labels one, in the order of first appearance. Error:
// kFailedPrecondition when two have a value at the same step.
base::Result<Block> MergeEqualLabels(Block block, Budget& budget);
// Error when any two rows have the same labels, at whatever steps.
base::Result<> RefuseEqualLabels(const Block& block);

// Numbers label sets (or other keys) in the order of first appearance.
class KeyIndex {
 public:
  size_t Find(std::string_view key);  // adds it when it is new
  static constexpr size_t kNone = SIZE_MAX;
  size_t FindExisting(std::string_view key) const;
  size_t size() const { return index_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> index_;
};

}  // namespace vedette::query
