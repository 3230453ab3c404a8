// How a shard's detector keeps what it has learnt: see StateBook.

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/log.h"
#include "detect/detector.h"

namespace vedette::detect {
namespace {

// A state is kept again after this many ticks of about a second, if there were values since; in a
// tick so many are looked at and kept: half a megabyte a second at most.
constexpr uint32_t kKeptEvery = 300;
constexpr uint32_t kFirstKeptAfter = 15;  // of a series that has none
constexpr uint32_t kLookedAtPerTick = 8192;
constexpr uint32_t kKeptPerTick = 400;
constexpr uint32_t kKeptAtEnd = 50'000;  // the rest is replayed
constexpr size_t kBatchBytes = 1 << 20;

// Series that were shorter than this are not known any more when they come back.
constexpr int64_t kRememberedMs = 86'400'000;

bool HasLearnt(const Watch& watch) {
  return watch.signal.reading != baseline::Reading::kSkip && watch.series.state.first_ms != 0;
}

}  // namespace

void ShardDetector::Restore(Watch& watch, std::string_view tenant, model::LabelsView labels) {
  if (shared_.states == nullptr) return;
  if (!states_.empty()) WriteStates();  // the series may have gone a moment ago
  base::Result<std::optional<baseline::SeriesDetector>> known =
      shared_.states->Load(tenant, labels, watch.signal.reading, &known_thresholds_);
  if (!known.ok()) {
    base::IgnoreError(known, "the series is learnt anew");
    return;
  }
  if (!known->has_value()) return;
  watch.series = **known;
  watch.saved_tick = tick_;
}

int64_t ShardDetector::ReplayAfter(uint32_t slot) const {
  if (shared_.states == nullptr || slot >= slots_.size() || slots_[slot] == kUnwatched) {
    return series::kReplayMemoryOnly;
  }
  const Watch& watch = watches_[slots_[slot]];
  if (watch.signal.reading == baseline::Reading::kSkip) return series::kReplayMemoryOnly;
  if (watch.series.state.first_ms != 0) return watch.series.state.last_ms;
  return shared_.states->MayReplay() ? INT64_MIN : series::kReplayMemoryOnly;
}

// With what its thresholds have seen so far, so that waits go on where they were.
void ShardDetector::PutState(const Watch& watch) {
  StateBook::Thresholds thresholds;
  for (const RuleWatch& watched : watch.rules) {
    const rules::ThresholdState& state = watched.threshold;
    const bool waits = state.broken || state.warning.points > 0 || state.critical.points > 0;
    if (RuleOf(watched).kind != rules::RuleKind::kThreshold || (!waits && !state.has_raw)) continue;
    thresholds.emplace_back(RuleOf(watched).name, state);
  }
  shared_.states->Put(states_, tenants_[watch.tenant], watch.labels, watch.signal.reading,
                      watch.series, thresholds);
}

// A series that lived for a while may come back: it may only be idle.
void ShardDetector::KeepGone(const Watch& watch) {
  if (shared_.states == nullptr || !HasLearnt(watch)) return;
  const std::string& tenant = tenants_[watch.tenant];
  const baseline::SeriesState& state = watch.series.state;
  if (state.last_ms - state.first_ms >= kRememberedMs) {
    PutState(watch);
  } else if (watch.saved_tick > 0) {
    shared_.states->Remove(states_, tenant, watch.labels);
  }
  if (states_.bytes() >= kBatchBytes) WriteStates();
}

// A state must not know of values that have led to reports which a kill may still take: those are
// to be replayed.
bool ShardDetector::IsTold(const Watch& watch) const { return watch.said <= reporter_.kept(); }

// Some of the states that are due, in turn.
void ShardDetector::KeepStates() {
  if (shared_.states == nullptr) return;
  uint32_t kept = 0;
  const uint32_t end = watches_.end();
  for (uint32_t looked = 0; looked < std::min(end, kLookedAtPerTick) && kept < kKeptPerTick;
       ++looked) {
    if (next_kept_ >= end) next_kept_ = 0;
    Watch& watch = watches_[next_kept_++];
    const uint32_t wait = watch.saved_tick == 0 ? kFirstKeptAfter : kKeptEvery;
    if (watch.arrival_tick <= watch.saved_tick || tick_ - watch.saved_tick < wait) continue;
    if (watch.labels.empty() || !HasLearnt(watch) || !IsTold(watch)) continue;
    PutState(watch);
    watch.saved_tick = tick_;
    ++kept;
  }
  if (shared_.budget != nullptr && kept > 0) {
    shared_.states->PutBudget(states_, shared_.budget->memory());
  }
  if (shared_.metrics != nullptr) shared_.metrics->states_kept.Add(kept);
  if (!states_.empty()) WriteStates();
}

// At the end, those with values since they were kept: the next start has less to replay.
void ShardDetector::KeepLast() {
  if (shared_.states == nullptr) return;
  uint32_t kept = 0;
  for (uint32_t index = 0; index < watches_.end() && kept < kKeptAtEnd; ++index) {
    const Watch& watch = watches_[index];
    if (watch.labels.empty() || !HasLearnt(watch) || !IsTold(watch)) continue;
    if (watch.arrival_tick < watch.saved_tick) continue;
    PutState(watch);
    ++kept;
    if (states_.bytes() >= kBatchBytes) WriteStates();
  }
  if (!states_.empty()) WriteStates();
}

// What cannot be written is written at a later turn, or replayed.
void ShardDetector::WriteStates() {
  base::IgnoreError(shared_.states->Write(states_),
                    "states are kept in turn, and what is missing is replayed");
  states_.Clear();
}

}  // namespace vedette::detect
