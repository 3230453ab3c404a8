#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/labels.h"
#include "model/sample.h"
#include "query/budget.h"
#include "query/histogram_ops.h"

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
// row-major order. Cells are numbers or Absent. A cell can also hold a native histogram: its number
// is then 0, and the histogram is beside it. A row may say that its name is to be dropped: that
// happens at the end of the query, so that label_replace and grouping can still see it. The memory
// counts against the query's budget. Movable; not thread-safe.
class Block {
 public:
  Block(Budget& budget, size_t width) : width_(width), share_(budget) {}

  size_t width() const { return width_; }
  size_t rows() const { return labels_.size(); }

  const model::Labels& labels(size_t row) const { return labels_[row]; }
  bool drops_name(size_t row) const { return drops_name_[row] != 0; }
  void SetDropsName(size_t row, bool drops) { drops_name_[row] = drops ? 1 : 0; }
  std::span<const double> cells(size_t row) const {
    return std::span(cells_).subspan(row * width_, width_);
  }
  std::span<double> cells(size_t row) { return std::span(cells_).subspan(row * width_, width_); }

  // True when a row, or any row, may hold histograms.
  bool has_histograms() const { return !histograms_.empty(); }
  bool has_histograms(size_t row) const {
    return row < histograms_.size() && !histograms_[row].empty();
  }
  // Null when the cell is a number or Absent.
  HistogramPtr histogram(size_t row, size_t i) const {
    return has_histograms(row) ? histograms_[row][i] : nullptr;
  }
  bool is_histogram(size_t row, size_t i) const {
    return has_histograms(row) && histograms_[row][i] != nullptr;
  }
  base::Result<> SetHistogram(size_t row, size_t i, HistogramPtr histogram);
  // Makes a cell Absent.
  void ClearCell(size_t row, size_t i);
  // Makes all cells with histograms Absent; true when there were any.
  bool ClearHistograms(size_t row);

  // Adds a row of Absent cells. The span is valid until the next AddRow.
  base::Result<std::span<double>> AddRow(model::Labels labels, bool drops_name = false);
  // Adds a row with the cells of another block's row, those for which `keep(i)` holds.
  template <typename Keep>
  base::Result<> AddRowOf(const Block& from, size_t row, model::Labels labels, Keep keep);
  base::Result<> AddRowOf(const Block& from, size_t row, model::Labels labels) {
    return AddRowOf(from, row, std::move(labels), [](size_t /*step*/) { return true; });
  }
  // Removes the last row.
  void DropLastRow();
  // Replaces a row's labels. REQUIRES: not longer than before.
  void SetLabels(size_t row, model::Labels labels) { labels_[row] = std::move(labels); }
  // For an expected number of rows; only a hint.
  void Reserve(size_t rows);

 private:
  size_t width_;
  std::vector<model::Labels> labels_;
  std::vector<char> drops_name_;
  std::vector<double> cells_;
  std::vector<std::vector<HistogramPtr>> histograms_;  // by row: none, or one for each cell
  Share share_;
};

template <typename Keep>
base::Result<> Block::AddRowOf(const Block& from, size_t row, model::Labels labels, Keep keep) {
  VEDETTE_TRY(const std::span<double> out, AddRow(std::move(labels), from.drops_name(row)));
  const size_t added = rows() - 1;
  const std::span<const double> cells = from.cells(row);
  const bool any_histogram = from.has_histograms(row);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!keep(i)) continue;
    out[i] = cells[i];
    if (any_histogram && from.is_histogram(row, i)) {
      VEDETTE_TRY_VOID(SetHistogram(added, i, from.histogram(row, i)));
    }
  }
  return {};
}

bool HasAny(std::span<const double> cells);

// The labels that say what a metric is, not what it is about: its name, type and unit.
bool IsMetricLabel(std::string_view name);
void RemoveMetricLabels(model::LabelsBuilder& builder);
model::Labels WithoutName(model::LabelsView labels);

// Drops the names of the rows that say so; then as MergeEqualLabels.
base::Result<Block> FinishNames(Block block, Budget& budget);

// Makes rows with equal labels one, in the order of first appearance. A row that is to lose its
// name is not equal to one that keeps it: at the end they are two series. Error:
// kFailedPrecondition when two have a value at the same step.
base::Result<Block> MergeEqualLabels(Block block, Budget& budget);

// The key of a row in a KeyIndex: its labels, and whether a name among them is to be dropped.
// `buffer` may be written to; the key lives as long as both.
std::string_view RowKey(const model::Labels& labels, bool drops_name, std::string& buffer);

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
