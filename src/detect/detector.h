#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "detect/adoption.h"
#include "detect/feedback.h"
#include "detect/histogram_book.h"
#include "detect/metrics.h"
#include "detect/noise_budget.h"
#include "detect/options.h"
#include "detect/reporter.h"
#include "detect/rules/board.h"
#include "detect/rules/rule.h"
#include "detect/source_board.h"
#include "detect/state_book.h"
#include "detect/watch.h"
#include "kv/db.h"
#include "model/anomaly.h"
#include "series/store.h"

namespace vedette::detect {

// Watches the series of one shard as their values arrive: baseline, surprise and thresholds with
// every value, absence with every tick. What it finds leaves through the queue as AnomalyUpdates:
// opened once, updated every half minute and when it gets worse, closed once. It never blocks.
//
// Two clocks meet here. Values carry their own time, and whatever is said about values uses that;
// silence can only be seen by the shard's clock, the `now` of OnTick. A time that lies ahead of
// that is wrong: rules take such a value as of now and let its time bind nothing, so that what
// comes on time is judged (OnLate). The baseline waits until that time has come.
//
// Belongs to its shard's thread.
class ShardDetector final : public series::ShardObserver {
 public:
  // What is shared by the shards; all of it outlives them. The queue should refuse when full
  // (OverflowPolicy::kReject): openings and closings then wait here until there is room.
  struct Shared {
    std::shared_ptr<const rules::RuleSet> rules;
    base::BoundedQueue<model::AnomalyUpdate>& queue;
    AdoptionBook* adopted = nullptr;          // may be null
    DetectMetrics* metrics = nullptr;         // may be null
    NoiseBudget* budget = nullptr;            // null: the levels of a single series
    StateBook* states = nullptr;              // null: a restart learns anew
    const FeedbackBoard* feedback = nullptr;  // null: all weights are 1
    SourceBoard* sources = nullptr;           // null: nobody asks who sends
    // Rules that take the place of `rules` from the next tick on; null: those stay.
    const rules::RuleBoard* rule_board = nullptr;
  };

  // REQUIRES: Validate(options) succeeded and shared.rules is not null.
  ShardDetector(DetectorOptions options, Shared shared);
  ~ShardDetector() override;

  void OnSeries(uint32_t slot, std::string_view tenant, model::LabelsView labels) override;
  // Everything that was stored since the state of the series was kept; without a state everything,
  // as far as StateBook::MayReplay.
  int64_t ReplayAfter(uint32_t slot) const override;
  // Not with an open anomaly, which would end with it, nor while its absence is watched.
  bool MayLeave(uint32_t slot) const override;
  void OnSeriesGone(uint32_t slot) override;
  void OnSamples(std::span<const series::ObservedSample> samples, bool live) override {
    Take(samples, live ? Source::kLive : Source::kPast);
  }
  // Of what a kill may have kept from the database all is said again, under the ids that it had:
  // an anomaly's follows from its series and its begin.
  void OnUntold(std::span<const series::ObservedSample> samples) override {
    Take(samples, Source::kUntold);
  }
  void OnLate(std::span<const series::ObservedSample> samples) override;
  uint64_t Said() const override { return reporter_.said(); }
  uint64_t Kept() const override { return reporter_.kept(); }
  void OnTick(base::TimePoint now) override;

  size_t watched() const { return watches_.size(); }
  size_t open() const { return open_.size(); }
  size_t waiting() const { return reporter_.waiting(); }

 private:
  static constexpr uint32_t kUnwatched = UINT32_MAX;
  static constexpr base::Duration kClocksDiffer{10'000};  // from ours, those of senders
  static constexpr int64_t kLateMs = 300'000;             // older values tell nothing of now
  enum class Source : uint8_t { kPast, kUntold, kLive };

  // A series that the store has told of. The store keeps the labels as long.
  struct Known {
    std::string_view labels;  // empty: none
    uint32_t tenant = 0;
    int64_t last_ms = 0;  // of a series that the baseline does not judge
  };

  void Prefetch(uint32_t slot) const;
  void Take(std::span<const series::ObservedSample> samples, Source source);
  uint32_t AddWatch(uint32_t tenant, model::LabelsView labels, const baseline::Signal& signal);
  void RemoveWatch(uint32_t index);
  std::unique_ptr<Reported> Adopt(uint32_t index, std::string_view detector);
  uint32_t InternTenant(std::string_view tenant);
  model::Anomaly Begin(const Watch& watch, model::AnomalyKind kind, std::string_view detector,
                       base::TimePoint started, base::TimePoint now) const;
  const rules::Rule& RuleOf(const RuleWatch& rule) const { return rules_->rules()[rule.rule]; }

  // Baseline and surprise.
  void Judge(uint32_t index, int64_t t_ms, double value, Source source);
  void Reconcile(uint32_t index, const baseline::Finding& finding, base::TimePoint now,
                 Source source);
  static Compared CompareNow(const Watch& watch, const baseline::Finding& finding);
  void Describe(const Watch& watch, const baseline::Finding& finding, Reported& reported,
                base::TimePoint now) const;
  void OpenDeviation(uint32_t index, const baseline::Finding& finding, base::TimePoint now);
  void UpdateDeviation(Watch& watch, const baseline::Finding& finding, base::TimePoint now);
  void TellAgain(Reported& reported, base::TimePoint now, bool worse);
  void CloseDeviation(uint32_t index, base::TimePoint now);
  void Close(Reported& reported, base::TimePoint ended, base::TimePoint now);
  void ResumeAdopted(Watch& watch, base::TimePoint now);
  void SetLevels();
  const baseline::Levels& LevelsOf(const Watch& watch) const { return levels_[watch.weight_step]; }
  Standing StandingOf(const Watch& watch) const;
  void Weigh(Watch& watch);
  void TakeFeedback();
  void TellSources();
  int64_t LastOf(uint32_t slot) const;
  void CountDiscovery(const baseline::Levels& levels, const baseline::Episode& before,
                      const baseline::Episode& episode, int64_t t_ms);

  // States.
  void Restore(Watch& watch, std::string_view tenant, model::LabelsView labels);
  void KeepGone(const Watch& watch);
  void PutState(const Watch& watch);
  bool IsTold(const Watch& watch) const;
  void KeepStates();
  void KeepLast();
  void WriteStates();

  // Quantiles of histograms.
  void JudgeQuantiles();
  uint32_t AddQuantile(const HistogramBook::Histogram& histogram, size_t quantile);
  const HistogramBook::Histogram* HistogramOf(const Watch& watch) const;

  // Rules.
  void TakeRules();
  void TakeUnderRules(uint32_t index, std::span<const uint16_t> matching,
                      const rules::RuleSet* before = nullptr);
  void BeginRule(uint32_t index, uint16_t number);
  void EndRule(const Watch& watch, RuleWatch& watched);
  void ApplyRules(uint32_t index, const series::ObservedSample& sample, bool live);
  void ApplyThreshold(uint32_t index, RuleWatch& watched, const series::ObservedSample& sample,
                      bool live);
  void EndAbsence(uint32_t index, RuleWatch& watched, const series::ObservedSample& sample);
  void CheckAbsence(uint32_t index, base::TimePoint now);
  void OpenAbsence(Watch& watch, RuleWatch& watched, base::TimePoint now);

  // Bookkeeping.
  void CloseSilent(base::TimePoint now);
  void CloseOrphans(base::TimePoint now);
  void SetNow(base::TimePoint now);
  // When a value of this time counts for rules: then, or now if that lies ahead of the clock.
  int64_t AsOf(int64_t t_ms) const { return t_ms > present_ms_ ? now_ms_ : t_ms; }
  void Release(uint32_t index);  // from open_, when nothing of it is open any more

  const DetectorOptions options_;
  const Shared shared_;
  std::shared_ptr<const rules::RuleSet> rules_;
  uint64_t rules_version_ = 0;
  Reporter reporter_;
  WatchPool watches_;
  std::vector<uint32_t> slots_;  // slot to watch
  std::vector<Known> known_;     // by slot
  HistogramBook histograms_;
  std::vector<std::string> tenants_;
  std::map<std::string, uint32_t, std::less<>> tenant_ids_;
  std::set<uint32_t> open_;     // watches with an open anomaly
  std::set<uint32_t> absence_;  // watches with an absence rule
  uint32_t tick_ = 1;
  int64_t now_ms_ = 0;              // of the last tick
  int64_t present_ms_ = INT64_MAX;  // times beyond lie ahead of the clock; before two ticks, none
  std::optional<base::TimePoint> orphans_due_;
  std::array<baseline::Levels, kWeightSteps> levels_;  // by weight
  std::shared_ptr<const FeedbackTable> feedback_;
  uint64_t feedback_version_ = 0;
  uint32_t next_weighed_ = 0;
  uint32_t next_heard_ = 0;
  double tested_ms_ = 0;  // series time judged since the last tick, and values
  int64_t tested_ = 0;
  int64_t discovered_ = 0;
  kv::Batch states_;                        // to be written
  StateBook::Thresholds known_thresholds_;  // of the series that comes under watch
  uint32_t next_kept_ = 0;
};

}  // namespace vedette::detect
