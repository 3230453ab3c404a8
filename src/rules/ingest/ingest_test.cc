#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/random.h"
#include "model/sample.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"
#include "rules/ingest/shard_watch.h"
#include "rules/scheduler.h"

// Rules evaluated on ingest against the same rules polled.

namespace vedette::rules::ingest {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'700'000'040'000;
base::TimePoint At(base::Duration since) { return base::FromMillis(kStart) + since; }

std::vector<RuleGroup> Read(const std::string& rules) {
  std::vector<yaml::Diagnostic> problems, warnings;
  std::vector<RuleGroup> groups = ParseRuleFile(
      "groups: [{name: g, interval: 1m, rules: [" + rules + "]}]", "r.yml", problems, warnings);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("r.yml");
  for (RuleGroup& group : groups) group.tenant = "t";
  return groups;
}

// A store with rules over it, evaluated on ingest or not.
class World {
 public:
  World(const std::string& rules, bool on_ingest) {
    if (on_ingest) {
      bells_ = std::make_unique<Bells>();
      watch_ = std::make_unique<ShardWatch>(*bells_, nullptr);
    }
    rules_ = rules;
    Restart(At({}));
  }

  void Restart(base::TimePoint now) {
    scheduler_ = std::make_unique<Scheduler>(bells_.get());
    scheduler_->Apply(Read(rules_), std::make_shared<const RuleContext>(), now);
    if (watch_ != nullptr) watch_->OnTick(now);
  }

  void Add(const model::Labels& labels, base::TimePoint t, double value) {
    store_.Add("t", labels, base::ToMillis(t), value);
    if (watch_ == nullptr) return;
    const auto [it, created] = slots_.emplace(labels, static_cast<uint32_t>(slots_.size()));
    if (created) watch_->OnSeries(it->second, "t", it->first);
    const series::ObservedSample sample{it->second, base::ToMillis(t), value};
    int64_t& newest_ms = newest_ms_[labels];
    if (sample.t_ms == newest_ms) return;  // the store says nothing of what it has
    if (sample.t_ms < newest_ms) return watch_->OnLate({&sample, 1});
    newest_ms = sample.t_ms;
    watch_->OnSamples({&sample, 1}, true);
  }

  // What is due; "fired A" and the like.
  std::vector<std::string> Step(base::TimePoint now) {
    std::vector<std::string> out;
    while (auto turn = scheduler_->RunOne(now, [this](const auto&) { return Io(); })) {
      (turn->look ? looks : turns) += 1;
      for (const AlertChange& change : turn->changes) {
        if (change.kind == AlertChange::Kind::kUpdated) continue;
        const bool fired = change.kind == AlertChange::Kind::kFired;
        out.push_back((fired ? "fired " : "resolved ") + change.rule->name);
        if (fired) fired_at[change.alert.labels] = turn->time;
      }
    }
    return out;
  }

  std::map<model::Labels, AlertState> Active() const {
    std::map<model::Labels, AlertState> active;
    for (const auto& status : scheduler_->Statuses()) {
      for (const RuleStatus& rule : status->rules) {
        for (const AlertStatus& alert : rule.alerts) active[alert.labels] = alert.state;
      }
    }
    return active;
  }

  std::vector<std::string> Query(const std::string& promql, base::TimePoint time) {
    std::vector<std::string> out;
    const auto result = Io().query(promql, time, {});
    if (!result.ok()) ADD_FAILURE() << result.error().message;
    for (const query::VectorSample& sample : result->vector) {
      out.push_back(fmt::format("{} {}", sample.labels.view().ToString(), sample.value));
    }
    return out;
  }

  std::optional<base::TimePoint> Due() const { return scheduler_->Due(); }

  int looks = 0;
  int turns = 0;
  base::Duration look_takes{0};
  std::map<model::Labels, base::TimePoint> fired_at;

 private:
  EvaluationIo Io() {
    EvaluationIo io;
    io.query = [this](const std::string& promql, base::TimePoint time, base::Duration lookback) {
      query::InstantQuery query;
      query.tenant = "t";
      query.text = promql;
      query.time = time;
      query.lookback = lookback;
      return engine_.Instant(query);
    };
    io.steady = [this] { return steady_ += look_takes; };
    io.append = [this](const model::WriteBatch& batch) -> base::Result<> {
      VEDETTE_TRY(const series::AppendReport report, store_.Append("t", batch, {}));
      EXPECT_EQ(report.refused(), 0u);
      return {};
    };
    return io;
  }

  std::string rules_;
  base::SteadyPoint steady_;
  query::testing::MemoryStore store_;
  base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
  std::unique_ptr<Bells> bells_;
  std::unique_ptr<ShardWatch> watch_;
  std::map<model::Labels, uint32_t> slots_;
  std::map<model::Labels, int64_t> newest_ms_;
  std::unique_ptr<Scheduler> scheduler_;
};

model::Labels X() { return model::Labels({std::pair("__name__", "x")}); }

// The first turn of the only group.
base::TimePoint FirstTurn(const World& world) { return *world.Due(); }

TEST(OnIngest, AnAlertFiresAtTheSampleAndEndsAtATurn) {
  World world("{alert: High, expr: x > 5}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  world.Add(X(), turn + seconds(5), 1);
  EXPECT_THAT(world.Step(turn + seconds(5)), IsEmpty());
  EXPECT_EQ(world.looks, 0);

  world.Add(X(), turn + seconds(10), 7);
  EXPECT_THAT(world.Step(turn + seconds(10)), ElementsAre("fired High"));
  EXPECT_THAT(world.Query("ALERTS", turn + seconds(10)),
              ElementsAre("ALERTS{alertname=\"High\",alertstate=\"firing\"} 1"));
  world.Add(X(), turn + seconds(20), 1);
  EXPECT_THAT(world.Step(turn + seconds(20)), IsEmpty());
  EXPECT_THAT(world.Step(turn + minutes(1)), ElementsAre("resolved High"));
  EXPECT_THAT(world.Query("ALERTS", turn + minutes(1)), IsEmpty());
  EXPECT_EQ(world.looks, 1);
}

TEST(OnIngest, ForIsCountedFromTheSampleAndEndsItToTheMillisecond) {
  World world("{alert: Slow, expr: x > 5, for: 30s}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  const base::TimePoint begin = turn + seconds(7);
  world.Add(X(), begin, 7);

  EXPECT_THAT(world.Step(begin), IsEmpty());
  EXPECT_THAT(world.Query("ALERTS", begin),
              ElementsAre("ALERTS{alertname=\"Slow\",alertstate=\"pending\"} 1"));
  EXPECT_EQ(world.Due(), begin + seconds(30));
  EXPECT_THAT(world.Step(begin + seconds(29)), IsEmpty());
  EXPECT_THAT(world.Step(begin + seconds(30)), ElementsAre("fired Slow"));
  EXPECT_THAT(world.Query("ALERTS", begin + seconds(30)),
              ElementsAre("ALERTS{alertname=\"Slow\",alertstate=\"firing\"} 1"));
}

TEST(OnIngest, AnExpressionThatDoesNotHoldWhenForIsOverWaitsForItsTurn) {
  World world("{alert: Slow, expr: x > 5, for: 30s}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  world.Add(X(), turn + seconds(7), 7);
  world.Step(turn + seconds(7));
  world.Add(X(), turn + seconds(20), 1);

  EXPECT_THAT(world.Step(turn + seconds(37)), IsEmpty());
  EXPECT_EQ(world.Active().size(), 1u);
  EXPECT_EQ(world.Due(), turn + minutes(1));
  EXPECT_THAT(world.Step(turn + minutes(1)), IsEmpty());
  EXPECT_THAT(world.Active(), IsEmpty());
}

TEST(OnIngest, ASampleAheadOfTheClockIsLookedAtWhenItsTimeHasCome) {
  World world("{alert: High, expr: x > 5}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  world.Add(X(), turn + seconds(12), 7);

  EXPECT_THAT(world.Step(turn + seconds(10)), IsEmpty());
  EXPECT_EQ(world.Due(), turn + seconds(12));
  EXPECT_THAT(world.Step(turn + seconds(12)), ElementsAre("fired High"));
}

TEST(OnIngest, ARatioWaitsForBothOfItsMetricsAQuarterOfASecondAtMost) {
  const auto both = [](const char* name) { return model::Labels({std::pair("__name__", name)}); };
  World world("{alert: Full, expr: used / size > 0.9}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  const auto after = [&](int64_t ms) { return turn + base::Duration(ms); };
  world.Add(both("used"), after(1000), 50);
  world.Add(both("size"), after(1000), 100);
  EXPECT_THAT(world.Step(after(1000)), IsEmpty());

  world.Add(both("used"), after(2000), 95);
  EXPECT_THAT(world.Step(after(2001)), IsEmpty());  // the disk may have grown
  EXPECT_LE(*world.Due(), after(2004));
  world.Add(both("size"), after(2000), 200);
  EXPECT_THAT(world.Step(after(2005)), IsEmpty());  // it has
  world.Add(both("used"), after(3000), 195);
  EXPECT_THAT(world.Step(after(3000)), IsEmpty());
  EXPECT_THAT(world.Step(after(3240)), IsEmpty());
  EXPECT_THAT(world.Step(after(3250)), ElementsAre("fired Full"));
}

TEST(OnIngest, AnExpensiveRuleIsLookedAtOftenAtFirstAndThenForAFiftiethOfTheTime) {
  World world("{alert: Busy, expr: 'delta(x[1m]) > 1e9'}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  world.look_takes = base::Duration(20);
  int at_first = 0;
  for (int64_t ms = 100; ms < 50'000; ms += 100) {
    world.Add(X(), turn + base::Duration(ms), 1);
    world.Step(turn + base::Duration(ms));
    if (ms == 500) at_first = world.looks;
  }
  EXPECT_EQ(at_first, 5);
  EXPECT_NEAR(world.looks, 5 + 50, 3);  // 20 ms each in 50 s
}

TEST(OnIngest, ARestartGoesOnWithWhatASampleBegan) {
  World world(
      "{alert: Slow, expr: x > 5, for: 90s}, {alert: Kept, expr: x > 5, "
      "keep_firing_for: 3m}",
      true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  world.Add(X(), turn + seconds(10), 7);
  EXPECT_THAT(world.Step(turn + seconds(10)), ElementsAre("fired Kept"));
  world.Restart(turn + seconds(20));
  EXPECT_THAT(world.Step(turn + minutes(1)), IsEmpty());  // both are known: nothing fires anew
  EXPECT_EQ(world.Active().size(), 2u);
  EXPECT_THAT(world.Step(turn + seconds(100)), ElementsAre("fired Slow"));
}

TEST(OnIngest, AKeptAlertThatBeganWithASampleIsStillKeptAfterARestart) {
  World world("{alert: Kept, expr: x > 5, keep_firing_for: 3m}", true);
  const base::TimePoint turn = FirstTurn(world);
  world.Step(turn);
  world.Add(X(), turn + seconds(10), 7);
  world.Step(turn + seconds(10));
  world.Add(X(), turn + seconds(30), 1);
  world.Step(turn + minutes(1));
  world.Restart(turn + seconds(70));

  EXPECT_THAT(world.Step(turn + minutes(2)), IsEmpty());
  EXPECT_EQ(world.Active().size(), 1u);
  EXPECT_THAT(world.Step(turn + minutes(3)), IsEmpty());
  EXPECT_THAT(world.Step(turn + minutes(4)), ElementsAre("resolved Kept"));
}

TEST(OnIngest, WhatTheGroupRecordsIsEvaluatedAtItsTurns) {
  World world("{record: 'r', expr: x * 2}, {alert: High, expr: r > 5}", true);
  EXPECT_EQ(world.looks, 0);
  const base::TimePoint turn = FirstTurn(world);
  world.Add(X(), turn, 7);
  EXPECT_THAT(world.Step(turn), ElementsAre("fired High"));
  EXPECT_EQ(world.looks, 0);
}

// --- properties

struct Case {
  const char* expr;
  const char* more;  // for and keep_firing_for
};

// Two hours in a few minutes: values that stay near the limits, counters that move at changing
// speeds, gaps and stale markers.
class Weather {
 public:
  explicit Weather(uint64_t seed) : random_(seed) {}

  void Step(base::TimePoint now, World& a, World& b) {
    for (const char* name : {"x", "y", "c", "e"}) {
      for (const char* instance : {"1", "2", "3"}) {
        const model::Labels labels({std::pair("__name__", name), std::pair("i", instance),
                                    std::pair("g", instance[0] == '3' ? "b" : "a")});
        State& state = states_[labels];
        if (now < state.next) continue;
        state.next = now + seconds(5 + static_cast<int64_t>(random_.Below(15)));
        if (random_.Below(40) == 0) state.next += minutes(static_cast<int64_t>(random_.Below(8)));
        if (random_.Below(12) == 0) state.level = static_cast<double>(random_.Below(10));
        const bool counter = name[0] == 'c' || name[0] == 'e';
        const double speed = name[0] == 'c' ? 10 : state.level < 5 ? 0 : 4;
        state.value = counter ? state.value + speed * static_cast<double>(random_.Below(9))
                              : state.level + static_cast<double>(random_.Below(3)) - 1;
        if (random_.Below(60) == 0) state.value = 0;
        const double value = Oddity().value_or(state.value);
        const base::TimePoint at = now + Skew();
        for (World* world : {&a, &b}) {
          world->Add(labels, at, value);
          if (at != now && state.level < 5) world->Add(labels, now, value);  // both clocks
        }
      }
    }
  }

 private:
  std::optional<double> Oddity() {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    switch (random_.Below(120)) {
      case 0:
      case 1: return model::StaleNan();
      case 2: return std::nan("");
      case 3: return kInf;
      case 4: return -kInf;
      default: return std::nullopt;
    }
  }
  // A sample is late, was there already, or comes from a clock that is ahead.
  base::Duration Skew() {
    switch (random_.Below(80)) {
      case 0: return -seconds(1 + static_cast<int64_t>(random_.Below(90)));
      case 1: return -seconds(5);
      case 2: return seconds(1 + static_cast<int64_t>(random_.Below(600)));
      default: return {};
    }
  }

  struct State {
    base::TimePoint next = {};
    double level = 3;
    double value = 0;
  };
  base::Random random_;
  std::map<model::Labels, State> states_;
};

class OnIngestAndPolled : public ::testing::TestWithParam<Case> {};

// After a turn. How many fired earlier.
int Compare(const World& polled, const World& ingest, bool keeps) {
  const auto expected = polled.Active();
  const auto active = ingest.Active();
  int earlier = 0;
  for (const auto& [labels, state] : expected) {
    const auto found = active.find(labels);
    EXPECT_TRUE(found != active.end()) << labels.view().ToString();
    if (found == active.end() || state != AlertState::kFiring) continue;
    EXPECT_EQ(found->second, AlertState::kFiring);
    EXPECT_LE(ingest.fired_at.at(labels), polled.fired_at.at(labels));
    earlier += ingest.fired_at.at(labels) < polled.fired_at.at(labels) ? 1 : 0;
  }
  if (!keeps) EXPECT_EQ(active.size(), expected.size());
  return earlier;
}

// After each turn what polling has is there, firing no later; without keep_firing_for nothing else
// is. Whatever fires, its expression holds at that moment.
TEST_P(OnIngestAndPolled, GiveTheSameAlertsAndTheFirstNoLater) {
  const bool keeps = std::string_view(GetParam().more).find("keep_") != std::string_view::npos;
  const std::string rule =
      fmt::format("{{alert: A, expr: '{}'{}}}", GetParam().expr, GetParam().more);
  int earlier = 0;
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    World polled(rule, false);
    World ingest(rule, true);
    Weather weather(seed);
    const auto fires_rightly = [&](base::TimePoint now) {
      for (const std::string& change : ingest.Step(now)) {
        if (change != "fired A") continue;
        EXPECT_THAT(ingest.Query(GetParam().expr, now), ::testing::Not(IsEmpty()));
      }
    };
    for (base::TimePoint now = At({}); now < At(minutes(20)); now += seconds(1)) {
      if (const base::TimePoint turn = *polled.Due(); turn <= now) {
        polled.Step(turn);
        fires_rightly(turn);
        earlier += Compare(polled, ingest, keeps);
      }
      weather.Step(now, polled, ingest);
      fires_rightly(now);
    }
    EXPECT_EQ(ingest.turns, polled.turns);
  }
  EXPECT_GT(earlier, 0);  // else this shows nothing
}

INSTANTIATE_TEST_SUITE_P(
    Rules, OnIngestAndPolled,
    ::testing::Values(Case{"x > 5", ""}, Case{"x < 2", ", keep_firing_for: 90s"},
                      Case{"x > 5", ", for: 30s"}, Case{"x > 5", ", for: 2m"},
                      Case{"x > 5 and on (i) y > 2", ""}, Case{"rate(e[2m]) > 0.5", ""},
                      Case{"increase(e[2m]) > 60", ", for: 90s"}, Case{"irate(e[2m]) > 1", ""},
                      Case{"delta(x[2m]) < -3", ""}, Case{"x >= 8", ""}, Case{"-x > -2", ""},
                      Case{"avg by (g) (x) > 5", ""},
                      Case{"min_over_time(x[90s]) < 1", ", for: 20s"},
                      Case{"changes(x[2m]) > 4", ""}, Case{"x > 5 or y < 2", ""},
                      Case{"x unless on (i) y > 3", ""}, Case{"count by (g) (x > 5) > 1", ""},
                      Case{"rate(e[2m]) / ignoring(k) rate(c[2m]) > 0.3", ""},
                      Case{"sum by (g) (rate(e[2m])) / sum by (g) (rate(c[2m])) > 0.2",
                           ", for: 1m, keep_firing_for: 2m"}));

}  // namespace
}  // namespace vedette::rules::ingest
