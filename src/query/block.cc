#include "query/block.h"

#include <algorithm>
#include <utility>

namespace vedette::query {
namespace {

base::Error SameLabels() {
  return base::FailedPrecondition("vector cannot contain metrics with the same labelset");
}

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

base::Result<std::span<double>> Block::AddRow(model::Labels labels) {
  VEDETTE_TRY_VOID(
      share_.Add(width_, width_ * sizeof(double) + sizeof(model::Labels) + labels.bytes().size()));
  labels_.push_back(std::move(labels));
  cells_.resize(labels_.size() * width_, Absent());
  return cells(labels_.size() - 1);
}

void Block::DropLastRow() {
  labels_.pop_back();
  cells_.resize(labels_.size() * width_);
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

model::Labels WithoutName(model::LabelsView labels) {
  model::LabelsBuilder builder(labels);
  builder.Remove(model::kMetricName);
  return builder.Build();
}

base::Result<Block> MergeEqualLabels(Block block, Budget& budget) {
  if (!HasEqualLabels(block)) return block;
  KeyIndex index;
  Block merged(budget, block.width());
  for (size_t row = 0; row < block.rows(); ++row) {
    VEDETTE_TRY_VOID(budget.Work(block.width()));
    const size_t target = index.Find(block.labels(row).bytes());
    if (target == merged.rows()) {
      VEDETTE_TRY_VOID(merged.AddRow(block.labels(row)));
    }
    const std::span<double> into = merged.cells(target);
    const std::span<const double> from = std::as_const(block).cells(row);
    for (size_t i = 0; i < from.size(); ++i) {
      if (IsAbsent(from[i])) continue;
      if (!IsAbsent(into[i])) return SameLabels();
      into[i] = from[i];
    }
  }
  return merged;
}

base::Result<> RefuseEqualLabels(const Block& block) {
  if (HasEqualLabels(block)) return SameLabels();
  return {};
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
