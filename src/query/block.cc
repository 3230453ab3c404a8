#include "query/block.h"

#include <algorithm>
#include <utility>

namespace vedette::query {
namespace {

// By labels alone: enough to know that there is nothing to merge.
bool HasEqualLabels(const Block& block) {
  if (block.rows() < 2) return false;
  std::unordered_map<std::string_view, size_t> seen;
  seen.reserve(block.rows());
  for (size_t row = 0; row < block.rows(); ++row) {
    if (!seen.emplace(block.labels(row).bytes(), row).second) return true;
  }
  return false;
}

}  // namespace

base::Result<std::span<double>> Block::AddRow(model::Labels labels, bool drops_name) {
  VEDETTE_TRY_VOID(
      share_.Add(width_, width_ * sizeof(double) + sizeof(model::Labels) + labels.bytes().size()));
  labels_.push_back(std::move(labels));
  drops_name_.push_back(drops_name ? 1 : 0);
  cells_.resize(labels_.size() * width_, Absent());
  return cells(labels_.size() - 1);
}

void Block::DropLastRow() {
  labels_.pop_back();
  drops_name_.pop_back();
  cells_.resize(labels_.size() * width_);
  if (histograms_.size() > labels_.size()) histograms_.resize(labels_.size());
}

base::Result<> Block::SetHistogram(size_t row, size_t i, HistogramPtr histogram) {
  VEDETTE_TRY_VOID(share_.Add(SamplesOf(*histogram), BytesOf(*histogram)));
  if (histograms_.size() <= row) histograms_.resize(rows());
  if (histograms_[row].empty()) {
    VEDETTE_TRY_VOID(share_.Add(0, width_ * sizeof(HistogramPtr)));
    histograms_[row].resize(width_);
  }
  histograms_[row][i] = std::move(histogram);
  cells(row)[i] = 0;
  return {};
}

void Block::ClearCell(size_t row, size_t i) {
  cells(row)[i] = Absent();
  if (has_histograms(row)) histograms_[row][i] = nullptr;
}

bool Block::ClearHistograms(size_t row) {
  if (!has_histograms(row)) return false;
  bool any = false;
  for (size_t i = 0; i < width_; ++i) {
    if (histograms_[row][i] == nullptr) continue;
    cells(row)[i] = Absent();
    any = true;
  }
  histograms_[row].clear();
  return any;
}

void Block::Reserve(size_t rows) {
  // A hint must not take memory that the budget would refuse.
  constexpr size_t kCellsMax = 1'000'000;
  rows = std::min(rows, kCellsMax / std::max<size_t>(width_, 1));
  labels_.reserve(rows);
  cells_.reserve(rows * width_);
}

bool HasAny(std::span<const double> cells) {
  return std::any_of(cells.begin(), cells.end(), [](double cell) { return !IsAbsent(cell); });
}

bool IsMetricLabel(std::string_view name) {
  return name == model::kMetricName || name == "__type__" || name == "__unit__";
}

void RemoveMetricLabels(model::LabelsBuilder& builder) {
  builder.Remove(model::kMetricName);
  builder.Remove("__type__");
  builder.Remove("__unit__");
}

model::Labels WithoutName(model::LabelsView labels) {
  model::LabelsBuilder builder(labels);
  RemoveMetricLabels(builder);
  return builder.Build();
}

std::string_view RowKey(const model::Labels& labels, bool drops_name, std::string& buffer) {
  const bool loses = drops_name && std::any_of(labels.begin(), labels.end(), [](const auto& label) {
                       return IsMetricLabel(label.name);
                     });
  if (!loses) return labels.bytes();
  // No label has an empty name: a 0 in front makes it the key of no other row.
  buffer.assign(1, '\0').append(labels.bytes());
  return buffer;
}

base::Result<Block> MergeEqualLabels(Block block, Budget& budget) {
  if (!HasEqualLabels(block)) return block;
  KeyIndex index;
  std::string buffer;
  Block merged(budget, block.width());
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(block.width()));
    const size_t target = index.Find(RowKey(block.labels(row), block.drops_name(row), buffer));
    if (target == merged.rows()) {
      VEDETTE_TRY_VOID(merged.AddRowOf(block, row, block.labels(row)));
      continue;
    }
    const std::span<const double> from = std::as_const(block).cells(row);
    for (size_t i = 0; i < from.size(); ++i) {
      if (IsAbsent(from[i])) continue;
      if (!IsAbsent(merged.cells(target)[i])) {
        return base::FailedPrecondition("vector cannot contain metrics with the same labelset");
      }
      merged.cells(target)[i] = from[i];
      if (block.is_histogram(row, i)) {
        VEDETTE_TRY_VOID(merged.SetHistogram(target, i, block.histogram(row, i)));
      }
    }
  }
  return merged;
}

base::Result<Block> FinishNames(Block block, Budget& budget) {
  for (size_t row = 0; row < block.rows(); ++row) {
    if (!block.drops_name(row)) continue;
    VEDETTE_TRY_VOID(budget.Work(100));
    block.SetLabels(row, WithoutName(block.labels(row)));
    block.SetDropsName(row, false);
  }
  return MergeEqualLabels(std::move(block), budget);
}

size_t KeyIndex::Find(std::string_view key) {
  if (const auto found = index_.find(key); found != index_.end()) return found->second;
  return index_.emplace(std::string(key), index_.size()).first->second;
}

size_t KeyIndex::FindExisting(std::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? kNone : found->second;
}

}  // namespace vedette::query
