#include "rules/ingest/shard_watch.h"

#include <algorithm>
#include <utility>

namespace vedette::rules::ingest {
namespace {

constexpr size_t kResolvedPerTick = 20'000;  // some milliseconds
constexpr size_t kResolvedPerBatch = 256;

}  // namespace

ShardWatch::ShardWatch(Bells& bells, std::unique_ptr<series::ShardObserver> next)
    : bells_(bells), next_(std::move(next)) {
  TakeBoard();
}

uint32_t ShardWatch::InternTenant(std::string_view tenant) {
  const auto it = tenant_ids_.find(tenant);
  if (it != tenant_ids_.end()) return it->second;
  const auto id = static_cast<uint32_t>(tenants_.size());
  tenants_.emplace_back(tenant);
  tenant_ids_.emplace(tenant, id);
  return id;
}

void ShardWatch::OnSeries(uint32_t slot, std::string_view tenant, model::LabelsView labels) {
  if (series_.size() <= slot) {
    const bool resolved = !resolving();
    series_.resize(static_cast<size_t>(slot) + 1);
    first_.resize(series_.size(), kNone);
    if (resolved) unresolved_ = series_.size();
  }
  series_[slot] = {labels.bytes(), InternTenant(tenant)};
  Release(slot);
  Resolve(slot);
  if (next_ != nullptr) next_->OnSeries(slot, tenant, labels);
}

void ShardWatch::OnSeriesGone(uint32_t slot) {
  if (slot < series_.size()) {
    Release(slot);
    series_[slot] = {};
  }
  if (next_ != nullptr) next_->OnSeriesGone(slot);
}

// What the slot has is put in the place of nothing. REQUIRES: released.
void ShardWatch::Resolve(uint32_t slot) {
  if (board_->size() == 0) return;
  const Series& series = series_[slot];
  if (series.labels.data() == nullptr) return;
  const auto hooks =
      board_->Matching(tenants_[series.tenant], model::LabelsView::FromCanonical(series.labels));
  for (const Bells::Board::Hook& hook : hooks) {
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(pulls_.size()));
      pulls_.emplace_back();
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    pulls_[index] = {.trigger = hook.trigger,
                     .state = {},
                     .reach_ms = hook.reach_ms,
                     .part = hook.part,
                     .rule = hook.rule,
                     .next = std::exchange(first_[slot], index)};
  }
}

void ShardWatch::Release(uint32_t slot) {
  uint32_t index = std::exchange(first_[slot], kNone);
  while (index != kNone) {
    free_.push_back(index);
    index = pulls_[index].next;
  }
}

void ShardWatch::TakeBoard() {
  version_ = bells_.version();
  board_ = bells_.board();
  pulls_.clear();
  free_.clear();
  std::fill(first_.begin(), first_.end(), kNone);
  unresolved_ = board_->size() == 0 ? series_.size() : 0;
}

void ShardWatch::ResolveSome(size_t count) {
  const size_t end = std::min(series_.size(), unresolved_ + count);
  for (; unresolved_ < end; ++unresolved_) {
    const auto slot = static_cast<uint32_t>(unresolved_);
    if (first_[slot] == kNone) Resolve(slot);
  }
}

void ShardWatch::Watch(std::span<const series::ObservedSample> samples, bool live) {
  if (live && bells_.version() != version_) TakeBoard();
  if (resolving()) ResolveSome(kResolvedPerBatch);
  if (pulls_.empty()) return;
  for (const series::ObservedSample& sample : samples) {
    if (sample.slot >= first_.size()) continue;
    for (uint32_t index = first_[sample.slot]; index != kNone; index = pulls_[index].next) {
      Pull& pull = pulls_[index];
      if (pull.part != Bells::Board::kAlone) Bells::NoteCame(*board_, pull.part, sample.t_ms);
      if (!Rings(*pull.trigger, pull.state, sample.t_ms, sample.value)) continue;
      if (!live || sample.t_ms < now_ms_ - pull.reach_ms) continue;
      ringing_.push_back({.rule = pull.rule, .t_ms = sample.t_ms});
    }
  }
  // Once all have been noted as having come.
  for (const Bells::Rung& rung : ringing_) bells_.Ring(*board_, rung.rule, rung.t_ms);
  ringing_.clear();
}

void ShardWatch::OnSamples(std::span<const series::ObservedSample> samples, bool live) {
  Watch(samples, live);
  if (next_ != nullptr) next_->OnSamples(samples, live);
}

void ShardWatch::OnUntold(std::span<const series::ObservedSample> samples) {
  Watch(samples, false);
  if (next_ != nullptr) next_->OnUntold(samples);
}

void ShardWatch::OnLate(std::span<const series::ObservedSample> samples) {
  Watch(samples, true);
  if (next_ != nullptr) next_->OnLate(samples);
}

void ShardWatch::OnTick(base::TimePoint now) {
  now_ms_ = base::ToMillis(now);
  if (bells_.version() != version_) TakeBoard();
  ResolveSome(kResolvedPerTick);
  if (next_ != nullptr) next_->OnTick(now);
}

int64_t ShardWatch::ReplayAfter(uint32_t slot) const {
  return next_ != nullptr ? next_->ReplayAfter(slot) : series::kReplayMemoryOnly;
}
bool ShardWatch::MayLeave(uint32_t slot) const { return next_ == nullptr || next_->MayLeave(slot); }
uint64_t ShardWatch::Said() const { return next_ != nullptr ? next_->Said() : 0; }
uint64_t ShardWatch::Kept() const { return next_ != nullptr ? next_->Kept() : 0; }

}  // namespace vedette::rules::ingest
