#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "detect/detector.h"
#include "kv/db.h"

namespace vedette::detect {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const model::Labels kDisk({{"__name__", "disk_used_ratio"}, {"host", "a"}});
const model::Labels kStarted({{"__name__", "process_start_time_seconds"}, {"host", "a"}});

rules::Rule Limit(const std::string& name, const std::string& metric, double warning) {
  rules::Rule rule;
  rule.name = name;
  rule.metric = metric;
  rule.warning = warning;
  return rule;
}

rules::Rule Absence(const std::string& name, const std::string& metric) {
  rules::Rule rule;
  rule.name = name;
  rule.kind = rules::RuleKind::kAbsence;
  rule.metric = metric;
  rule.lasts = minutes(2);
  return rule;
}

// A shard under rules that change while it runs; a disk that is filled to 0.8.
class Changing {
 public:
  explicit Changing(std::vector<rules::Rule> first)
      : board(*rules::RuleSet::Create(std::move(first))),
        detector({}, {.rules = board.rules(), .queue = queue, .rule_board = &board}) {
    detector.OnSeries(0, "default", kDisk);
    detector.OnSeries(1, "default", kStarted);
  }

  void Set(std::vector<rules::Rule> rules) { board.Set(*rules::RuleSet::Create(std::move(rules))); }
  // Both series have a value, and a second passes; what is told of it.
  std::vector<std::string> Step(bool started = true) {
    now += seconds(10);
    const series::ObservedSample disk{0, base::ToMillis(now), 0.8};
    const series::ObservedSample start{1, base::ToMillis(now), 1000};
    detector.OnSamples({&disk, 1}, true);
    if (started) detector.OnSamples({&start, 1}, true);
    detector.OnTick(now);
    std::vector<std::string> told;
    while (queue.size() > 0) {
      const model::AnomalyUpdate update = *queue.Pop();
      if (update.transition == model::AnomalyTransition::kUpdated) continue;
      const bool opened = update.transition == model::AnomalyTransition::kOpened;
      told.push_back((opened ? "+" : "-") + update.anomaly.detector);
    }
    return told;
  }

  base::BoundedQueue<model::AnomalyUpdate> queue{1000, base::OverflowPolicy::kReject};
  rules::RuleBoard board;
  ShardDetector detector;
  base::TimePoint now = base::FromMillis(1'767'225'600'000);
};

TEST(ShardDetector, ALimitThatIsSetAnewHoldsFromTheNextValueOn) {
  Changing shard({Limit("full", "disk_used_ratio", 0.9)});
  EXPECT_THAT(shard.Step(), IsEmpty());
  shard.Set({Limit("full", "disk_used_ratio", 0.7)});
  shard.Step();  // its tick takes the rules
  EXPECT_THAT(shard.Step(), ElementsAre("+full"));
  shard.Set({Limit("full", "disk_used_ratio", 0.9)});
  EXPECT_THAT(shard.Step(), ElementsAre("-full"));
  EXPECT_THAT(shard.Step(), IsEmpty());
  EXPECT_EQ(shard.detector.open(), 0U);
}

TEST(ShardDetector, WhatIsOpenUnderARuleThatStaysGoesOn) {
  Changing shard({Limit("full", "disk_used_ratio", 0.7)});
  EXPECT_THAT(shard.Step(), ElementsAre("+full"));
  shard.Set({Limit("other", "else", 1), Limit("full", "disk_used_ratio", 0.7)});
  EXPECT_THAT(shard.Step(), IsEmpty());
  EXPECT_THAT(shard.Step(), IsEmpty());
  EXPECT_EQ(shard.detector.open(), 1U);
  shard.Set({});
  EXPECT_THAT(shard.Step(), ElementsAre("-full"));
}

TEST(ShardDetector, ARuleThatIsNewFindsSeriesThatNobodyWatched) {
  Changing shard({});
  EXPECT_EQ(shard.detector.watched(), 1U);  // a time of start says nothing by itself
  shard.Step();
  shard.Set({Limit("young", "process_start_time_seconds", 500)});
  shard.Step();
  EXPECT_EQ(shard.detector.watched(), 2U);
  EXPECT_THAT(shard.Step(), ElementsAre("+young"));
  shard.Set({});
  EXPECT_THAT(shard.Step(), ElementsAre("-young"));
  EXPECT_EQ(shard.detector.watched(), 1U);
}

TEST(ShardDetector, AbsenceThatIsNewIsSeenOnceTheSeriesCameAndStopped) {
  Changing shard({});
  shard.Step();
  shard.Set({Absence("gone", "process_start_time_seconds")});
  shard.Step();
  EXPECT_THAT(shard.Step(), IsEmpty());
  std::vector<std::string> told;
  for (int i = 0; i < 30 && told.empty(); ++i) told = shard.Step(false);
  EXPECT_THAT(told, ElementsAre("+gone"));
}

// A series under a rule, in one run after the other.
class Runs {
 public:
  explicit Runs(const rules::Rule& rule) : rules(*rules::RuleSet::Create({rule})) {}

  // The next run: it replays the last value, and finds what is open.
  void Start() {
    std::vector<model::Anomaly> left;
    for (const auto& [id, anomaly] : open) left.push_back(anomaly);
    book = std::make_unique<AdoptionBook>(std::move(left));
    detector = std::make_unique<ShardDetector>(
        DetectorOptions(),
        ShardDetector::Shared{
            .rules = rules, .queue = queue, .adopted = book.get(), .states = &states});
    detector->OnSeries(0, "default", kDisk);
    if (last_value > base::TimePoint()) Value(last_value, false);
  }
  void Value(base::TimePoint at, bool live = true, double value = 0.8) {
    const series::ObservedSample sample{0, base::ToMillis(at), value};
    detector->OnSamples({&sample, 1}, live);
    last_value = at;
  }
  // A value where the store has something newer.
  void Late(base::TimePoint at, double value) {
    const series::ObservedSample sample{0, base::ToMillis(at), value};
    detector->OnLate({&sample, 1});
  }
  void Pass(base::Duration duration) {
    for (const base::TimePoint end = now + duration; now < end;) {
      now += seconds(10);
      detector->OnTick(now);
    }
    Store();
  }
  // So many values, ten seconds apart.
  void Values(int count, double value) {
    for (; count > 0; --count) {
      Value(now, true, value);
      Pass(seconds(10));
    }
  }
  // As the store does it: what is older than what it has is left out.
  void Store() {
    while (queue.size() > 0) {
      model::Anomaly anomaly = queue.Pop()->anomaly;
      const auto known = open.find(anomaly.id);
      if (known != open.end() && anomaly.updated_at < known->second.updated_at) continue;
      if (anomaly.state == model::AnomalyState::kClosed) {
        open.erase(anomaly.id);
        closed.push_back(anomaly);
      } else {
        open[anomaly.id] = std::move(anomaly);
      }
    }
  }

  std::unique_ptr<kv::Db> db =
      *kv::Db::Open({.path = "/states", .families = {StateBook::Family()}, .in_memory = true});
  StateBook states{*db, 0};
  std::shared_ptr<const rules::RuleSet> rules;
  base::BoundedQueue<model::AnomalyUpdate> queue{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<AdoptionBook> book;
  std::unique_ptr<ShardDetector> detector;
  std::map<std::string, model::Anomaly> open;
  std::vector<model::Anomaly> closed;
  base::TimePoint now = base::FromMillis(1'767'225'600'000);
  base::TimePoint last_value;
};

TEST(ShardDetector, AnAbsenceIsOneAnomalyOverRestartsAndEndsWithTheNextValue) {
  Runs series(Absence("gone", "disk_used_ratio"));
  series.Start();
  series.Value(series.now);
  series.Pass(minutes(5));
  ASSERT_EQ(series.open.size(), 1U);
  const std::string id = series.open.begin()->first;
  for (int restart = 0; restart < 3; ++restart) {
    series.Start();
    series.Pass(minutes(5));
    ASSERT_EQ(series.open.size(), 1U) << restart;
    EXPECT_EQ(series.open.begin()->first, id);
  }
  series.Value(series.now);
  series.Store();
  EXPECT_THAT(series.open, IsEmpty());
}

TEST(ShardDetector, AThresholdEndsWhereItWouldHaveWithoutARestart) {
  for (const int before : {0, 1, 4, 20}) {  // good values before the restart
    Runs series(Limit("full", "disk_used_ratio", 0.9));
    series.Start();
    series.Values(3, 0.95);
    const base::TimePoint end = series.now;
    series.Values(before, 0.8);
    series.Start();
    series.Values(20 - before, 0.8);
    EXPECT_THAT(series.open, IsEmpty()) << before;
    ASSERT_EQ(series.closed.size(), 1U) << before;
    EXPECT_EQ(series.closed[0].ended_at, end) << before;
    EXPECT_EQ(series.closed[0].updated_at, end + minutes(1)) << before;
    EXPECT_EQ(series.closed[0].observed, 0.95) << "what was worst stays to be read";
  }
}

TEST(ShardDetector, AThresholdSaysInTheEndHowFarBeyondItWas) {
  Runs series(Limit("full", "disk_used_ratio", 0.9));
  series.Start();
  series.Values(3, 0.92);
  series.Values(1, 0.99);
  series.Values(20, 0.91);
  series.Values(20, 0.8);

  ASSERT_EQ(series.closed.size(), 1U);
  EXPECT_EQ(series.closed[0].observed, 0.99);
  EXPECT_THAT(series.closed[0].summary, HasSubstr("was 0.99 at worst, the limit is 0.9"));
}

TEST(ShardDetector, TellsWhoSendsButForWhatTheServerWritesItself) {
  const model::Labels violations({{"__name__", "contract_violations"}, {"service", "pay"}});
  SourceBoard sources;
  model::WriteBatch batch;
  batch.BeginSeries(violations);
  batch.Add(1, 1);
  sources.NoteOwn("default", batch);
  base::BoundedQueue<model::AnomalyUpdate> queue{100, base::OverflowPolicy::kReject};
  ShardDetector detector(
      {}, {.rules = *rules::RuleSet::Create({}), .queue = queue, .sources = &sources});
  detector.OnSeries(0, "default", violations);
  detector.OnSeries(1, "default", kDisk);
  const base::TimePoint now = base::FromMillis(1'767'225'600'000);
  for (const uint32_t slot : {0U, 1U}) {
    const series::ObservedSample sample{slot, base::ToMillis(now), 1};
    detector.OnSamples({&sample, 1}, true);
  }
  detector.OnTick(now);
  const auto known = sources.List(now, minutes(5));
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].name, "a") << "its host";
}

TEST(ShardDetector, TellsWhoSendsAlsoOfWhatNobodyJudges) {
  const model::Labels info({{"__name__", "build_info"}, {"job", "builds"}});
  for (const bool enabled : {true, false}) {
    SourceBoard sources;
    base::BoundedQueue<model::AnomalyUpdate> queue{100, base::OverflowPolicy::kReject};
    DetectorOptions options;
    options.baseline_enabled = enabled;
    ShardDetector detector(
        options, {.rules = *rules::RuleSet::Create({}), .queue = queue, .sources = &sources});
    detector.OnSeries(0, "default", info);
    detector.OnSeries(1, "default", kDisk);
    const base::TimePoint now = base::FromMillis(1'767'225'600'000);
    for (const uint32_t slot : {0U, 1U}) {
      const series::ObservedSample sample{slot, base::ToMillis(now), 1};
      detector.OnSamples({&sample, 1}, true);
    }
    detector.OnTick(now);
    std::vector<std::string> names;
    for (const auto& source : sources.List(now, minutes(5))) names.push_back(source.name);
    EXPECT_THAT(names, ElementsAre("a", "builds")) << enabled;
  }
}

TEST(ShardDetector, AHostWhoseClockIsAheadForAMomentBlindsNoLimit) {
  Runs series(Limit("full", "disk_used_ratio", 0.9));
  series.Start();
  series.Values(3, 0.8);
  series.Value(series.now + minutes(10), true, 0.8);
  for (int i = 0; i < 3; ++i) {
    series.Pass(seconds(10));
    series.Late(series.now, 0.95);
  }
  series.Store();
  ASSERT_EQ(series.open.size(), 1U);
  const model::Anomaly& anomaly = series.open.begin()->second;
  EXPECT_EQ(anomaly.started_at, series.now - seconds(20));
  EXPECT_THAT(anomaly.evidence.result_json, HasSubstr(",0.95]],"));

  for (int i = 0; i < 40; ++i) {  // it is told of, and ends, as always
    series.Pass(seconds(10));
    series.Late(series.now, 0.8);
  }
  series.Store();
  EXPECT_THAT(series.open, IsEmpty());
  ASSERT_EQ(series.closed.size(), 1U);
  EXPECT_LE(series.closed[0].updated_at, series.now);
}

TEST(ShardDetector, AClockThatWasAheadBlindsNoLimitAfterARestart) {
  Runs series(Limit("full", "disk_used_ratio", 0.9));
  series.Start();
  series.Values(3, 0.8);
  series.Value(series.now + minutes(10), true, 0.8);
  series.Start();
  series.Pass(seconds(20));
  series.Late(series.now, 0.95);
  series.Store();
  ASSERT_EQ(series.open.size(), 1U);
  EXPECT_EQ(series.open.begin()->second.started_at, series.now);
}

TEST(ShardDetector, AValueFromAheadCountsAsOfNow) {
  Runs series(Limit("full", "disk_used_ratio", 0.9));
  series.Start();
  series.Values(3, 0.8);
  series.Value(series.now + minutes(10), true, 0.95);
  series.Store();
  ASSERT_EQ(series.open.size(), 1U);
  EXPECT_EQ(series.open.begin()->second.started_at, series.now);
  EXPECT_EQ(series.open.begin()->second.updated_at, series.now);
}

TEST(ShardDetector, WhatComesLateIsJudgedByNoLimit) {
  Runs series(Limit("full", "disk_used_ratio", 0.9));
  series.Start();
  series.Values(3, 0.8);
  series.Late(series.now - seconds(25), 0.95);
  series.Store();
  EXPECT_THAT(series.open, IsEmpty());
}

TEST(ShardDetector, AHostWhoseClockIsAheadForAMomentIsNotGone) {
  Runs series(Absence("gone", "disk_used_ratio"));
  series.Start();
  series.Values(3, 0.8);
  series.Value(series.now + minutes(10));
  for (int i = 0; i < 30; ++i) {
    series.Pass(seconds(10));
    series.Late(series.now, 0.8);
  }
  EXPECT_THAT(series.open, IsEmpty());
  const base::TimePoint last = series.now;
  series.Pass(minutes(5));
  ASSERT_EQ(series.open.size(), 1U) << "and is when it is";
  EXPECT_EQ(series.open.begin()->second.started_at, last);
  series.Late(series.now, 0.8);
  series.Store();
  EXPECT_THAT(series.open, IsEmpty());
}

TEST(ShardDetector, AnAbsenceEndsWithAValueThatIsOlderThanItsReport) {
  Runs series(Absence("gone", "disk_used_ratio"));
  series.Start();
  series.Value(series.now);
  series.Pass(minutes(5));
  ASSERT_EQ(series.open.size(), 1U);
  series.Value(series.last_value + seconds(10));  // kept by its sender meanwhile
  series.Store();
  EXPECT_THAT(series.open, IsEmpty());
}

}  // namespace
}  // namespace vedette::detect
