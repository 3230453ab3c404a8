#include "rules/group.h"

#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "model/sample.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"
#include "rules/anomaly.h"
#include "rules/scheduler.h"

namespace vedette::rules {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'700'000'000'000;
base::TimePoint At(base::Duration since) { return base::FromMillis(kStart) + since; }

RuleGroup Read(std::string_view rules) {
  std::vector<yaml::Diagnostic> problems, warnings;
  std::vector<RuleGroup> groups = ParseRuleFile(rules, "r.yml", problems, warnings);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("r.yml");
  return groups.at(0);
}

// A store, an engine over it, and what the rules wrote.
class GroupTest : public ::testing::Test {
 protected:
  GroupTest() {
    io_.query = [this](const std::string& promql, base::TimePoint time,
                       base::Duration lookback) -> base::Result<query::QueryResult> {
      if (fail_queries_) return base::Unavailable("the store is away");
      query::InstantQuery query;
      query.tenant = "t";
      query.text = promql;
      query.time = time;
      query.lookback = lookback;
      return engine_.Instant(query);
    };
    io_.append = [this](const model::WriteBatch& batch) -> base::Result<> {
      VEDETTE_TRY_VOID(store_.Append("t", batch, {}));
      for (const auto& entry : batch.entries()) {
        for (const model::Sample& sample : batch.samples(entry)) {
          written_.push_back(
              batch.labels(entry).ToString() +
              (model::IsStale(sample.value) ? " stale" : " " + std::to_string(sample.value)));
        }
      }
      return {};
    };
  }

  void Set(const std::vector<std::pair<std::string, std::string>>& labels, base::Duration since,
           double value) {
    store_.Add("t", model::Labels(labels), kStart + since.count(), value);
  }

  Group Make(std::string_view rules) {
    return Group(Read(rules), std::make_shared<const RuleContext>());
  }

  // "fired High", "resolved High"; updates are left out.
  std::vector<std::string> Changes(Group& group, base::Duration since) {
    std::vector<std::string> out;
    for (const AlertChange& change : group.Evaluate(At(since), io_)) {
      if (change.kind == AlertChange::Kind::kFired) out.push_back("fired " + change.rule->name);
      if (change.kind == AlertChange::Kind::kResolved) {
        out.push_back("resolved " + change.rule->name);
      }
    }
    return out;
  }

  // Evaluates each minute; when the first change came, in minutes.
  int MinuteOfChange(Group& group, int from, int to) {
    for (int minute = from; minute <= to; ++minute) {
      Set({{"__name__", "x"}}, minutes(minute), 1);
      if (!Changes(group, minutes(minute)).empty()) return minute;
    }
    return -1;
  }

  AlertState StateOf(const Group& group) { return group.Status().rules[0].state; }

  query::testing::MemoryStore store_;
  base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
  EvaluationIo io_;
  Scheduler::IoOf io_of_ = [this](const model::TenantName&) { return io_; };
  bool fail_queries_ = false;
  std::vector<std::string> written_;
};

constexpr std::string_view kHigh =
    "groups: [{name: g, rules: [{alert: High, expr: x > 0, for: 10m}]}]";

TEST_F(GroupTest, RecordsWithNameAndLabelsForTheNextRuleToRead) {
  Set({{"__name__", "x"}, {"a", "1"}}, seconds(0), 3);
  Group group = Make(R"(
groups: [{name: g, rules: [
  {record: 'r:one', expr: x * 2, labels: {a: '2', b: c}},
  {record: 'r:two', expr: 'r:one + 1'}]}])");
  group.Evaluate(At(seconds(10)), io_);

  EXPECT_THAT(written_,
              ElementsAre("r:one{a=\"2\",b=\"c\"} 6.000000", "r:two{a=\"2\",b=\"c\"} 7.000000"));
  EXPECT_EQ(group.Status().rules[1].health, RuleHealth::kOk);
}

TEST_F(GroupTest, EndsASeriesThatARuleNoLongerGives) {
  Set({{"__name__", "x"}}, seconds(0), 3);
  Group group = Make("groups: [{name: g, rules: [{record: r, expr: x}]}]");
  group.Evaluate(At(seconds(10)), io_);
  written_.clear();
  group.Evaluate(At(minutes(6)), io_);
  EXPECT_THAT(written_, ElementsAre("r stale"));
  written_.clear();
  group.Evaluate(At(minutes(7)), io_);
  EXPECT_THAT(written_, IsEmpty());
}

TEST_F(GroupTest, KeepsWhatItKnowsWhenAQueryFails) {
  Set({{"__name__", "x"}}, seconds(0), 3);
  Group group = Make("groups: [{name: g, rules: [{record: r, expr: x}]}]");
  group.Evaluate(At(seconds(10)), io_);
  written_.clear();
  fail_queries_ = true;
  group.Evaluate(At(seconds(20)), io_);
  EXPECT_THAT(written_, IsEmpty());
  EXPECT_EQ(group.Status().rules[0].health, RuleHealth::kError);
  EXPECT_EQ(group.Status().rules[0].last_error, "the store is away");
}

TEST_F(GroupTest, AsksAndWritesAtTheTimeThatTheOffsetSays) {
  Set({{"__name__", "x"}}, seconds(0), 3);
  Group group =
      Make("groups: [{name: g, query_offset: 1m, rules: [{record: r, expr: timestamp(x)}]}]");
  group.Evaluate(At(seconds(30)), io_);
  EXPECT_THAT(written_, IsEmpty());  // a minute ago there was no sample
  group.Evaluate(At(minutes(2)), io_);
  series::SelectRequest request{.tenant = "t", .matchers = {}};
  request.from_ms = request.to_ms = kStart + 60'000;
  EXPECT_EQ(store_.Series(request)->size(), 1u);
}

TEST_F(GroupTest, RefusesMoreThanTheLimit) {
  for (const char* a : {"1", "2", "3"}) Set({{"__name__", "x"}, {"a", a}}, seconds(0), 1);
  Group group = Make(R"(
groups: [{name: g, limit: 2, rules: [{record: r, expr: x}, {alert: A, expr: x}]}])");
  EXPECT_THAT(Changes(group, seconds(1)), IsEmpty());
  EXPECT_THAT(written_, IsEmpty());
  EXPECT_EQ(group.Status().rules[0].last_error, "exceeded limit of 2 with 3 series");
  EXPECT_EQ(group.Status().rules[1].last_error, "exceeded limit of 2 with 3 alerts");
}

TEST_F(GroupTest, RefusesTwoResultsWithTheSameLabels) {
  for (const char* a : {"1", "2"}) Set({{"__name__", "x"}, {"a", a}}, seconds(0), 1);
  Group group = Make("groups: [{name: g, rules: [{record: r, expr: x, labels: {a: ''}}]}]");
  group.Evaluate(At(seconds(1)), io_);
  EXPECT_EQ(group.Status().rules[0].last_error,
            "vector contains metrics with the same labelset after applying rule labels");
}

TEST_F(GroupTest, FiresAfterForAndResolvesWhenItIsOver) {
  Group group = Make(kHigh);
  EXPECT_EQ(MinuteOfChange(group, 0, 20), 10);
  EXPECT_EQ(StateOf(group), AlertState::kFiring);
  Set({{"__name__", "x"}}, minutes(11), 0);
  EXPECT_THAT(Changes(group, minutes(11)), ElementsAre("resolved High"));
  EXPECT_EQ(StateOf(group), AlertState::kInactive);
}

TEST_F(GroupTest, ForgetsAPendingAlertWithoutAWord) {
  Group group = Make(kHigh);
  Set({{"__name__", "x"}}, minutes(0), 1);
  EXPECT_THAT(Changes(group, minutes(0)), IsEmpty());
  EXPECT_EQ(StateOf(group), AlertState::kPending);
  Set({{"__name__", "x"}}, minutes(1), 0);
  EXPECT_THAT(Changes(group, minutes(1)), IsEmpty());
  EXPECT_EQ(StateOf(group), AlertState::kInactive);
}

TEST_F(GroupTest, KeepsFiringForAWhile) {
  Group group = Make("groups: [{name: g, rules: [{alert: A, expr: x > 0, keep_firing_for: 2m}]}]");
  Set({{"__name__", "x"}}, minutes(0), 1);
  EXPECT_THAT(Changes(group, minutes(0)), ElementsAre("fired A"));
  Set({{"__name__", "x"}}, minutes(1), 0);
  EXPECT_THAT(Changes(group, minutes(1)), IsEmpty());
  EXPECT_TRUE(group.Status().rules[0].alerts[0].keep_firing_since.has_value());
  Set({{"__name__", "x"}}, minutes(2), 1);
  EXPECT_THAT(Changes(group, minutes(2)), IsEmpty());
  EXPECT_FALSE(group.Status().rules[0].alerts[0].keep_firing_since.has_value());
  Set({{"__name__", "x"}}, minutes(3), 0);
  EXPECT_THAT(Changes(group, minutes(3)), IsEmpty());
  EXPECT_THAT(Changes(group, minutes(4)), IsEmpty());
  EXPECT_THAT(Changes(group, minutes(5)), ElementsAre("resolved A"));
}

TEST_F(GroupTest, WritesTheStateOfAlertsAsSeries) {
  Group group = Make("groups: [{name: g, rules: [{alert: A, expr: x > 0, for: 1m}]}]");
  Set({{"__name__", "x"}}, minutes(0), 1);
  group.Evaluate(At(minutes(0)), io_);
  EXPECT_THAT(written_, ElementsAre("ALERTS_FOR_STATE{alertname=\"A\"} 1700000000.000000",
                                    "ALERTS{alertname=\"A\",alertstate=\"pending\"} 1.000000"));
  written_.clear();
  group.Evaluate(At(minutes(1)), io_);
  EXPECT_THAT(written_, ElementsAre("ALERTS_FOR_STATE{alertname=\"A\"} 1700000000.000000",
                                    "ALERTS{alertname=\"A\",alertstate=\"firing\"} 1.000000",
                                    "ALERTS{alertname=\"A\",alertstate=\"pending\"} stale"));
}

// Promise T2, at every minute at which the process may end and come back after so long.
TEST_F(GroupTest, FiresWhenItWouldHaveFiredWithoutTheRestart) {
  for (int ended = 0; ended < 10; ++ended) {
    for (const int away : {1, 3, 8, 20}) {
      store_.Clear();
      Group first = Make(kHigh);
      EXPECT_EQ(MinuteOfChange(first, 0, ended), -1);
      for (int m = ended + 1; m < ended + away; ++m) Set({{"__name__", "x"}}, minutes(m), 1);
      Group second = Make(kHigh);
      EXPECT_EQ(MinuteOfChange(second, ended + away, 60), std::max(10, ended + away))
          << ended << " " << away;
    }
  }
}

TEST_F(GroupTest, StartsAnewAfterAnOutageBeyondTheTolerance) {
  Group first = Make(kHigh);
  EXPECT_EQ(MinuteOfChange(first, 0, 5), -1);
  Group second = Make(kHigh);
  EXPECT_EQ(MinuteOfChange(second, 70, 100), 80);
}

TEST_F(GroupTest, DoesNotRestoreAnAlertThatWasOver) {
  Group first = Make(kHigh);
  EXPECT_EQ(MinuteOfChange(first, 0, 5), -1);
  Set({{"__name__", "x"}}, minutes(6), 0);
  EXPECT_THAT(Changes(first, minutes(6)), IsEmpty());
  Group second = Make(kHigh);
  EXPECT_EQ(MinuteOfChange(second, 7, 40), 17);
}

// The series that a rule writes say enough for another process to go on.
TEST_F(GroupTest, KeepsFiringOverARestart) {
  constexpr std::string_view kRules = R"(
groups: [{name: g, rules: [
  {alert: A, expr: x > 0, keep_firing_for: 5m, annotations: {was: '{{ $value }}'}},
  {alert: A, expr: y > 0, keep_firing_for: 5m}]}])";
  Group first = Make(kRules);
  Set({{"__name__", "x"}, {"i", "1"}}, minutes(0), 3);
  EXPECT_THAT(Changes(first, minutes(0)), ElementsAre("fired A"));
  Set({{"__name__", "x"}, {"i", "1"}}, minutes(1), 0);
  EXPECT_THAT(Changes(first, minutes(1)), IsEmpty());
  Group second = Make(kRules);
  EXPECT_THAT(Changes(second, minutes(4)), IsEmpty());

  const GroupStatus status = second.Status();
  ASSERT_EQ(status.rules[0].alerts.size(), 1u);
  EXPECT_THAT(status.rules[1].alerts, IsEmpty());
  const AlertStatus& alert = status.rules[0].alerts[0];
  EXPECT_EQ(alert.state, AlertState::kFiring);
  EXPECT_EQ(alert.active_at, At(minutes(0)));
  EXPECT_EQ(alert.keep_firing_since, At(minutes(1)));
  EXPECT_EQ(alert.annotations, (Texts{{"was", "3"}}));
  EXPECT_THAT(Changes(second, minutes(5)), IsEmpty());
  EXPECT_THAT(Changes(second, minutes(6)), ElementsAre("resolved A"));
}

TEST_F(GroupTest, ForMeasuresRealTimeWhenTheCalendarSteps) {
  Group group = Make(kHigh);
  EXPECT_EQ(MinuteOfChange(group, 0, 5), -1);
  group.Shift(minutes(60));  // minute 5 is called 65 now
  EXPECT_EQ(MinuteOfChange(group, 66, 90), 70);
}

TEST_F(GroupTest, KeepsTheAlertsOfARuleThatStaysAndEndsTheOthers) {
  Set({{"__name__", "x"}}, minutes(0), 1);
  Group before = Make(R"(
groups: [{name: g, rules: [{alert: A, expr: x > 0}, {alert: B, expr: x > 0}]}])");
  EXPECT_THAT(Changes(before, minutes(0)), ElementsAre("fired A", "fired B"));
  Group after = Make(R"(
groups: [{name: g, rules: [{alert: A, expr: x > 0.5, annotations: {summary: new}}]}])");
  after.Adopt(before);
  written_.clear();
  EXPECT_THAT(Changes(after, minutes(1)), ElementsAre("resolved B"));
  EXPECT_THAT(written_, testing::Contains("ALERTS{alertname=\"B\",alertstate=\"firing\"} stale"));
  EXPECT_EQ(after.Status().rules[0].alerts[0].active_at, At(minutes(0)));
  EXPECT_EQ(after.Status().rules[0].alerts[0].annotations[0].second, "new");
}

TEST_F(GroupTest, ExpandsTemplatesAndShowsTheirErrors) {
  Set({{"__name__", "x"}, {"job", "db"}}, minutes(0), 7);
  Group group = Make(R"y(
groups: [{name: g, rules: [{alert: A, expr: x > 0, labels: {team: '{{ $labels.job }}-team'},
  annotations: {good: 'is {{ $value }}', asked: '{{ query "count(x)" | first | value }}',
                bad: '{{ first (query "none") }}'}}]}])y");
  group.Evaluate(At(minutes(0)), io_);
  const AlertStatus alert = group.Status().rules[0].alerts.at(0);
  EXPECT_EQ(alert.labels.Get("team"), "db-team");
  EXPECT_EQ(alert.annotations[0].second, "1");
  EXPECT_EQ(alert.annotations[1].second,
            "<error expanding template: error executing template __alert_A: template: "
            "__alert_A:1: error calling first: first() called on vector with no elements>");
  EXPECT_EQ(alert.annotations[2].second, "is 7");
}

// --- the scheduler

TEST_F(GroupTest, TurnsAreAlignedAndMissedOnesAreCounted) {
  Scheduler scheduler;
  const auto context = std::make_shared<const RuleContext>();
  scheduler.Apply({Read("groups: [{name: g, interval: 10s, rules: [{record: r, expr: '1'}]}]")},
                  context, At(seconds(0)));
  const base::TimePoint due = *scheduler.Due();
  EXPECT_GT(due, At(seconds(0)));
  EXPECT_LE(due, At(seconds(10)));
  EXPECT_FALSE(scheduler.RunOne(due - base::Duration(1), io_of_).has_value());
  const auto turn = scheduler.RunOne(due + seconds(3), io_of_);
  EXPECT_EQ(turn->time, due);
  EXPECT_EQ(turn->missed, 0u);
  EXPECT_EQ(*scheduler.Due(), due + seconds(10));
  const auto late = scheduler.RunOne(due + seconds(45), io_of_);
  EXPECT_EQ(late->time, due + seconds(40));
  EXPECT_EQ(late->missed, 3u);
  EXPECT_FALSE(scheduler.RunOne(due + seconds(45), io_of_).has_value());
}

TEST_F(GroupTest, ReloadingTheSameRulesChangesNothing) {
  Scheduler scheduler;
  const auto context = std::make_shared<const RuleContext>();
  scheduler.Apply({Read(kHigh)}, context, At(minutes(0)));
  Set({{"__name__", "x"}}, minutes(0), 1);
  ASSERT_TRUE(scheduler.RunOne(At(minutes(1)), io_of_).has_value());
  const base::TimePoint due = *scheduler.Due();
  scheduler.Apply({Read(kHigh)}, std::make_shared<const RuleContext>(), At(minutes(1)));
  EXPECT_EQ(*scheduler.Due(), due);
  EXPECT_EQ(scheduler.Statuses()[0]->rules[0].alerts.size(), 1u);
}

TEST_F(GroupTest, AGroupThatIsGoneResolvesItsAlertsAndEndsItsSeries) {
  Scheduler scheduler;
  const auto context = std::make_shared<const RuleContext>();
  scheduler.Apply({Read("groups: [{name: g, rules: [{alert: A, expr: vector(1)}]}]")}, context,
                  At(minutes(0)));
  EXPECT_EQ(scheduler.RunOne(At(minutes(1)), io_of_)->changes.size(), 1u);
  written_.clear();
  scheduler.Apply({}, context, At(minutes(1)));
  const auto last = scheduler.RunOne(At(minutes(2)), io_of_);
  ASSERT_EQ(last->changes.size(), 1u);
  EXPECT_EQ(last->changes[0].kind, AlertChange::Kind::kResolved);
  EXPECT_THAT(written_, ElementsAre("ALERTS{alertname=\"A\",alertstate=\"firing\"} stale",
                                    "ALERTS_FOR_STATE{alertname=\"A\"} stale"));
  EXPECT_FALSE(scheduler.Due().has_value());
}

}  // namespace
}  // namespace vedette::rules
