#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "model/labels.h"
#include "model/tenant.h"
#include "rules/triggers.h"

namespace vedette::rules {

// One bell for each rule that is evaluated on ingest. Shards ring it when a sample comes that may
// make the rule true; the thread that evaluates rules sleeps here, and takes the bells down one by
// one before it looks. A bell that hangs rung is not rung again, so ringing costs a load.
//
// Thread-safe.
class Bells {
 public:
  struct Watched {
    model::TenantName tenant;
    TriggerPlan plan;
  };

  // What is watched until the rules change: immutable but for the bells.
  class Board {
   public:
    struct Hook {
      uint32_t rule = 0;
      const Trigger* trigger = nullptr;
      int64_t reach_ms = 0;
      size_t part = kAlone;  // among all of the board; kAlone for a metric that is joined with none
    };
    static constexpr size_t kAlone = SIZE_MAX;
    explicit Board(std::vector<Watched> rules);

    size_t size() const { return rules_.size(); }
    // The triggers that a series may pull.
    std::vector<Hook> Matching(std::string_view tenant, model::LabelsView labels) const;

   private:
    friend class Bells;
    using ByMetric = std::map<std::string, std::vector<Hook>, std::less<>>;
    const std::vector<Watched> rules_;
    std::map<std::string, ByMetric, std::less<>> hooks_;  // by tenant
    // Per rule: the time of the earliest sample that rang, in milliseconds; kSilent.
    std::unique_ptr<std::atomic<int64_t>[]> rung_;
    // Where the parts of a rule begin, and per part the time of its newest sample.
    std::vector<size_t> first_part_;
    std::unique_ptr<std::atomic<int64_t>[]> came_;
  };
  static constexpr int64_t kSilent = INT64_MAX;

  Bells() : board_(std::make_shared<const Board>(std::vector<Watched>())) {}

  // From now on these rules, numbered as they stand.
  void SetRules(std::vector<Watched> rules) EXCLUDES(mutex_);

  // For shards. The version tells whether board() has changed.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  std::shared_ptr<const Board> board() const EXCLUDES(mutex_);
  void Ring(const Board& board, uint32_t rule, int64_t t_ms) EXCLUDES(mutex_);
  // A sample of this time has come, of a part of an expression.
  static void NoteCame(const Board& board, size_t part, int64_t t_ms);

  // For whoever evaluates: which bells hang rung, and since a sample of when. They do until they
  // are taken down.
  struct Rung {
    uint32_t rule = 0;
    int64_t t_ms = 0;
    bool complete = true;  // all metrics that the rule joins have come that far
  };
  std::vector<Rung> AllRung() const EXCLUDES(mutex_);
  void TakeDown(uint32_t rule) EXCLUDES(mutex_);

  // Sleeps until somebody rings or wakes.
  void WaitUntil(base::SteadyPoint deadline) EXCLUDES(mutex_);
  void Wake() EXCLUDES(mutex_);

 private:
  std::atomic<uint64_t> version_{1};
  mutable base::Mutex mutex_;
  base::CondVar rings_;
  bool awake_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<const Board> board_ GUARDED_BY(mutex_);
};

}  // namespace vedette::rules
