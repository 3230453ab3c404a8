#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "base/mutex.h"
#include "detect/baseline/episode.h"

namespace vedette::detect {

// How much surprise it takes to say so, over all series of the server, from one number: how many
// false alarms a week are bearable. A surprise is a p-value (baseline/calibration.h: how often
// chance passes it), and every live series is a test that never ends, so the level is set by an
// online rule for false discoveries, as rates in continuous time:
//
//   false alarms allowed per series-day
//     = budget / 7 / series                  what may be spent at any time
//     + kEarned x recent discoveries / recent series-days
//
// A discovery is an episode that passes the level without the second term, or is beyond doubt; it
// earns a tenth of a false alarm, to be spent within minutes: while something is going on, weaker
// evidence counts, and at most a tenth of what is found by that is chance. Discoveries count up to
// the budget, so that no storm can earn more than the week has. The first term is that of a
// Bonferroni bound over the week: more series need more surprise.
//
// What is critical, and pages, needs a meaning that hurts (baseline/severity.h) and the same proof
// with a curve of its own: how often such deviations gather so many nats by chance. A quarter of
// the budget is for them, and is spent by the series that may page at all: what an exporter says of
// itself and what nobody knows the meaning of do not make a failing checkout harder to prove.
//
// Source: generalised alpha-investing as LORD (Javanmard and Montanari, "Online rules for control
// of false discovery rate and false discovery exceedance", Annals of Statistics 46(2), 2018) with
// decaying memory (Ramdas, Yang, Wainwright and Jordan, "Online control of the false discovery rate
// with decaying memory", NeurIPS 2017).
//
// What people said of findings (feedback.h) gives a series a weight: it may raise so many times the
// false alarms of others. What is spent stays the budget: weights above 1 are paid for by all, and
// what weights below 1 leave is not spent elsewhere, so that no mark of noise makes anything else
// louder. No weight asks for more than what is beyond doubt. Deviations that hurt are outside of
// the budget while the weight is 1 (Levels::hurts is 0), and have to be so much rarer below.
//
// A series with values more often than once a minute counts as several: surprise is a rate per time
// down to a minute only (what pages is gathered over a minute, and counts once). Time is that of
// the shards; what series-days were tested comes from the values, so that past data sent in a hurry
// is judged as if it had come in its own time. Thread-safe; Levels takes no lock.
class NoiseBudget {
 public:
  // What it has learnt, to go on with after a restart. Flat.
  struct Memory {
    int64_t settled_ms = 0;
    double series = 0;
    double pageable = 0;
    double discoveries = 0;
    double days = 0;
    double values = 0;
  };

  // The least that is listed, and that is an alarm, however few the series: a single series without
  // events passes them once and 0.02 times a day.
  static constexpr double kListedMin = 5;
  static constexpr double kAlarmMin = 12;
  // The least that makes a deviation that hurts critical, and the part of the budget that may.
  static constexpr double kCriticalMin = 7;
  static constexpr double kCriticalShare = 0.25;
  // What no series does by itself: more is not asked of a discovery, nor of what is critical, in
  // however large a fleet, since a single value hardly reaches more.
  static constexpr double kBeyondDoubt = 50;
  // So many more may be listed as information than raise an alarm.
  static constexpr double kListedPerAlarm = 25;
  static constexpr double kEarned = 0.1;
  static constexpr base::Duration kMemory{600'000};

  // REQUIRES: per_week > 0.
  explicit NoiseBudget(double per_week);

  // Of a series with this weight. REQUIRES: weight > 0.
  baseline::Levels levels(double weight = 1) const;
  // Nats without which a deviation that hurts is not told, with this weight.
  static double HurtsLevel(double weight);

  Memory memory() const EXCLUDES(mutex_);
  // Goes on with what another run has learnt. Its series count until they have had kMemory to come
  // back: a level that begins low would list what was not worth it before.
  void Resume(const Memory& memory) EXCLUDES(mutex_);

  // Series come under watch or leave it, each with weight 1; so many of them may page.
  void AddSeries(int64_t count, int64_t pageable) {
    series_.fetch_add(count, std::memory_order_relaxed);
    pageable_.fetch_add(pageable, std::memory_order_relaxed);
  }
  // What weights of series under watch are above 1 changes by so much in all.
  void AddExcess(double change) { excess_.fetch_add(change, std::memory_order_relaxed); }
  int64_t series() const { return series_.load(std::memory_order_relaxed); }
  double per_week() const { return per_week_; }
  // Episodes of the last kMemory have passed the strict level; together with what was Tested to
  // find them.
  void Discovered(int64_t count = 1) { discovered_.fetch_add(count, std::memory_order_relaxed); }
  // Values judged, and the time that they stand for, over all series.
  void Tested(base::Duration series_time, int64_t values) {
    tested_ms_.fetch_add(series_time.count(), std::memory_order_relaxed);
    tested_.fetch_add(values, std::memory_order_relaxed);
  }
  // Sets the levels anew. Each shard calls it about once a second.
  void Settle(base::TimePoint now) EXCLUDES(mutex_);

 private:
  const double per_week_;
  // False alarms a series-day, of a series with weight 1.
  std::atomic<double> steady_;  // what the budget gives, no more than kAlarmMin allows
  std::atomic<double> given_;   // what it gives
  std::atomic<double> pages_;   // the same for false pages, of a series that may page
  std::atomic<double> earned_;
  std::atomic<int64_t> series_{0};
  std::atomic<int64_t> pageable_{0};
  std::atomic<double> excess_{0};
  std::atomic<int64_t> discovered_{0};  // since the last Settle
  std::atomic<int64_t> tested_ms_{0};
  std::atomic<int64_t> tested_{0};

  void SetLevels() REQUIRES(mutex_);

  mutable base::Mutex mutex_;
  base::TimePoint settled_ GUARDED_BY(mutex_);
  double awaited_series_ GUARDED_BY(mutex_) = 0;
  double awaited_pageable_ GUARDED_BY(mutex_) = 0;
  base::TimePoint awaited_until_ GUARDED_BY(mutex_);
  double recent_discoveries_ GUARDED_BY(mutex_) = 0;  // these decay over kMemory
  double recent_days_ GUARDED_BY(mutex_) = 0;
  double recent_values_ GUARDED_BY(mutex_) = 0;
};

}  // namespace vedette::detect
