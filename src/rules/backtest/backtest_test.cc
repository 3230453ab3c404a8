#include "rules/backtest/backtest.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/testing/fake_clock.h"
#include "rules/backtest/reach.h"
#include "rules/backtest/report.h"
#include "rules/scheduler.h"
#include "rules/unit/memory_records.h"
#include "rules/unit/memory_store.h"

namespace vedette::rules::backtest {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::TimePoint kStart = base::FromMillis(1'767'225'600'000);  // midnight of UTC
const model::TenantName kTenant("default");

std::vector<RuleGroup> Parsed(const std::string& text) {
  std::vector<yaml::Diagnostic> problems, warnings;
  std::vector<RuleGroup> groups = ParseRuleFile(text, "test.yml", problems, warnings);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("test.yml");
  return groups;
}

// A store with series of 15 s, and back-tests over it.
class BacktestTest : public testing::Test {
 protected:
  void Add(const model::Labels& labels, base::TimePoint from, const std::vector<double>& values) {
    model::WriteBatch batch;
    batch.BeginSeries(labels);
    for (size_t i = 0; i < values.size(); ++i) {
      batch.Add(base::ToMillis(from) + static_cast<int64_t>(i) * 15'000, values[i]);
    }
    ASSERT_TRUE(store_.Append(kTenant, batch, {}).ok());
  }
  // 0 for so long, then `high`, then 0.
  void AddPlateau(const std::string& service, base::Duration quiet, base::Duration lasts,
                  double high = 1) {
    std::vector<double> values;
    for (base::Duration at{0}; at < hours(6); at += seconds(15)) {
      values.push_back(at >= quiet && at < quiet + lasts ? high : 0);
    }
    Add(model::Labels({{"__name__", "m"}, {"service", service}}), kStart, values);
  }

  Data DataOf() {
    return {.tenant = kTenant, .metrics = store_, .clock = clock_, .limits = {}, .cancelled = {}};
  }
  Report Test(const std::string& rules, Options options = {}) {
    if (options.to == base::TimePoint()) {
      options.from = kStart;
      options.to = kStart + hours(6);
    }
    const auto report = Rehearse(Parsed(rules), options, DataOf());
    EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
    return report.ok() ? *report : Report{};
  }

  unit::MemoryStore store_;
  base::FakeClock clock_{kStart};
};

constexpr const char* kHigh =
    "groups: [{name: g, interval: 1m, rules: [{alert: High, expr: m > 0.5, for: 5m, labels: "
    "{severity: critical}}]}]";

TEST_F(BacktestTest, SaysWhenAnAlertWouldHaveFiredForHowLongAndHowBad) {
  AddPlateau("shop", hours(2), minutes(30), 7);

  const Report report = Test(kHigh);

  ASSERT_EQ(report.rules.size(), 1u);
  EXPECT_EQ(report.rules[0].evaluations, 360u);
  ASSERT_EQ(report.rules[0].episodes.size(), 1u);
  const Episode& episode = report.rules[0].episodes[0];
  EXPECT_EQ(std::string(model::LabelsView(episode.labels).Get("service")), "shop");
  EXPECT_EQ(episode.peak, 7);
  EXPECT_EQ(episode.fired_at - episode.active_at, minutes(5));
  EXPECT_NEAR(static_cast<double>((episode.active_at - kStart).count()), 7'200'000, 60'000);
  ASSERT_TRUE(episode.resolved_at);
  EXPECT_NEAR(static_cast<double>((*episode.resolved_at - kStart).count()), 9'000'000, 60'000);
}

TEST_F(BacktestTest, TakesTheLowestValueForThePeakWhereLowIsBad) {
  AddPlateau("shop", hours(2), minutes(30), -7);

  const Report report =
      Test("groups: [{name: g, rules: [{alert: Low, expr: (m < -0.5) and m < 100}]}]");

  ASSERT_EQ(report.rules[0].episodes.size(), 1u);
  EXPECT_EQ(report.rules[0].episodes[0].peak, -7);
}

TEST_F(BacktestTest, CountsByDayAndPagesOnlyWhatPages) {
  AddPlateau("shop", hours(2), minutes(30));
  AddPlateau("cart", hours(3), minutes(30));
  Options options{.from = kStart - hours(24), .to = kStart + hours(6)};
  const Report report = Test(
      "groups: [{name: g, rules: [{alert: P, expr: 'm{service=\"shop\"} > 0', labels: {severity: "
      "critical}}, {alert: T, expr: m > 0, labels: {severity: warning}}]}]",
      options);

  const std::string json =
      ToJson(report, [](model::Severity s) { return s == model::Severity::kCritical; });

  EXPECT_NE(json.find("\"days\":[{\"date\":\"2025-12-31\",\"episodes\":0,\"pages\":0},"
                      "{\"date\":\"2026-01-01\",\"episodes\":1,\"pages\":1}]"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find("{\"date\":\"2026-01-01\",\"episodes\":2,\"pages\":0}"), std::string::npos);
  EXPECT_NE(json.find("\"summary\":{\"episodes\":3,\"pages\":1,"), std::string::npos) << json;
  const auto text = ToText(json);
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("3 episodes, 1 pages"), std::string::npos) << *text;
}

TEST_F(BacktestTest, ComesToItsStartInTheStateThatARunningRuleWouldBeIn) {
  AddPlateau("shop", hours(2), hours(2));
  Options options{.from = kStart + hours(3), .to = kStart + hours(6)};
  options.from = kStart + hours(2) + minutes(3);

  const Report pending = Test(kHigh, options);
  ASSERT_EQ(pending.rules[0].episodes.size(), 1u);
  EXPECT_LT(pending.rules[0].episodes[0].active_at, options.from);
  EXPECT_LT(pending.rules[0].episodes[0].fired_at, kStart + hours(2) + minutes(7));

  options.from = kStart + hours(2) + minutes(8);
  const Report firing = Test(kHigh, options);
  ASSERT_EQ(firing.rules[0].episodes.size(), 1u);
  EXPECT_LT(firing.rules[0].episodes[0].fired_at, options.from);
  EXPECT_TRUE(firing.rules[0].days.empty()) << "it had paged before";
}

TEST_F(BacktestTest, RehearsesTheRecordingRulesThatAlertsRead) {
  AddPlateau("shop", hours(2), minutes(30), 4);
  AddPlateau("cart", hours(2), minutes(30), 5);
  const std::string rules =
      "groups: [{name: g, rules: [{record: unused, expr: m}, {record: m:sum, expr: sum(m)}, "
      "{record: m:double, expr: m:sum * 2}, {alert: A, expr: 'avg_over_time(m:double[5m]) > "
      "17'}]}]";

  const Report report = Test(rules);

  ASSERT_EQ(report.rules.size(), 1u);
  EXPECT_EQ(report.rules[0].last_error, "");
  ASSERT_EQ(report.rules[0].episodes.size(), 1u);
  EXPECT_EQ(report.rules[0].episodes[0].peak, 18);
  EXPECT_GT(report.recorded, 700u);
  EXPECT_LT(report.recorded, 800u) << "what nobody reads is not computed";
}

TEST_F(BacktestTest, SaysWhichRuleFailedAndGoesOnWithTheOthers) {
  AddPlateau("shop", hours(2), minutes(30));
  AddPlateau("cart", hours(2), minutes(30));
  const Report report = Test(
      "groups: [{name: g, rules: [{alert: Bad, expr: m * on () m > 0}, {alert: Good, expr: m > "
      "0}]}]");

  EXPECT_GT(report.rules[0].failures, 0u);
  EXPECT_NE(report.rules[0].last_error, "");
  EXPECT_EQ(report.rules[1].failures, 0u);
  EXPECT_EQ(report.rules[1].episodes_total, 2u);
}

TEST_F(BacktestTest, EndsWhereItsTimeIsUpWithWhatIsKnown) {
  AddPlateau("shop", hours(2), minutes(30));
  Options options{.from = kStart, .to = kStart + hours(6)};
  options.deadline = clock_.Steady();

  const Report report = Test(kHigh, options);

  EXPECT_EQ(report.limit, "time");
  EXPECT_LE(report.reached, kStart);
}

TEST_F(BacktestTest, RefusesWhatIsNoRangeAndWhatIsTooMuch) {
  const auto fault = [&](Options options) {
    const auto report = Rehearse(Parsed(kHigh), options, DataOf());
    return report.ok() ? std::string("ok") : report.error().message;
  };
  EXPECT_NE(fault({.from = kStart, .to = kStart - hours(1)}).find("lies before"),
            std::string::npos);
  Options many{.from = kStart, .to = kStart + hours(24)};
  many.turns_max = 1000;
  EXPECT_NE(fault(many).find("the limit is 1000"), std::string::npos) << fault(many);
}

// What a running server would have said.
struct Lived {
  std::map<std::string, std::vector<std::string>> episodes;  // by rule and labels
};

void Note(Lived& lived, const AlertChange& change, base::TimePoint at) {
  if (change.kind == AlertChange::Kind::kUpdated) return;
  std::string when = change.kind == AlertChange::Kind::kFired ? "+" : "-";
  when += std::to_string(base::ToMillis(at));
  lived.episodes[change.rule->name + change.alert.labels.ToString()].push_back(when);
}

class BacktestProperty : public BacktestTest, public testing::WithParamInterface<int> {};

// Live evaluation, sample by sample and turn by turn; then the same time as a back-test.
TEST_P(BacktestProperty, GivesExactlyTheAlertsOfTheLiveEvaluation) {
  base::Random random(static_cast<uint64_t>(GetParam()));
  for (const std::string service : {"a", "b", "c"}) {
    double level = 0;
    std::vector<double> values;
    for (int i = 0; i < 4 * 60 * 3; ++i) {
      if (random.Below(25) == 0) level = static_cast<double>(random.Below(10));
      values.push_back(random.Below(40) == 0 ? level + 5 : level);
    }
    Add(model::Labels({{"__name__", "m"}, {"service", service}}), kStart, values);
  }
  const std::string rules =
      "groups:\n"
      "- name: one\n"
      "  interval: 30s\n"
      "  query_offset: 20s\n"
      "  rules:\n"
      "  - {record: 'm:avg', expr: 'avg_over_time(m[3m])'}\n"
      "  - {alert: Direct, expr: m > 5, for: 2m, keep_firing_for: 90s}\n"
      "  - {alert: Recorded, expr: 'm:avg > 4', for: 1m, labels: {v: '{{ $value }}'}}\n"
      "- name: two\n"
      "  rules:\n"
      "  - {alert: Other, expr: 'max_over_time(m:avg[5m]) - m:avg > 2', for: 1m}\n"
      "  - {alert: OfAlerts, expr: 'sum(ALERTS{alertstate=\"firing\"}) > 2'}\n"
      "  - {alert: Gone, expr: 'absent(m{service=\"a\"} > 3)', for: 3m}\n";
  const base::TimePoint from = kStart + hours(1), to = kStart + hours(3);

  // given: a server that ran from the beginning, whose results are in the store
  unit::MemoryStore lived_in = store_;
  query::Engine engine({}, lived_in, clock_);
  EvaluationIo io;
  io.query = [&](const std::string& text, base::TimePoint time, base::Duration lookback) {
    return engine.Instant(
        {.tenant = kTenant, .text = text, .time = time, .lookback = lookback, .cancelled = {}});
  };
  io.append = [&](const model::WriteBatch& batch) -> base::Result<> {
    VEDETTE_TRY_VOID(lived_in.Append(kTenant, batch, {}));
    return {};
  };
  Scheduler scheduler;
  scheduler.Apply(Parsed(rules), std::make_shared<const RuleContext>(), kStart);
  Lived live;
  while (*scheduler.Due() <= to) {
    const auto turn = scheduler.RunOne(*scheduler.Due(), [&](const auto&) { return io; });
    for (const AlertChange& change : turn->changes) {
      Note(live, change, turn->time);
    }
  }

  // when
  for (unit::MemoryStore* store : {&lived_in, &store_}) {
    Data data{.tenant = kTenant, .metrics = *store, .clock = clock_, .limits = {}, .cancelled = {}};
    Options options{.from = from, .to = to};
    options.context.interval = minutes(1);
    const auto report = Rehearse(Parsed(rules), options, data);
    ASSERT_TRUE(report.ok());

    // then
    Lived rehearsed;
    for (const RuleReport& rule : report->rules) {
      EXPECT_EQ(rule.last_error, "") << rule.name;
      for (const Episode& episode : rule.episodes) {
        auto& marks = rehearsed.episodes[rule.name + episode.labels.ToString()];
        const base::TimePoint fired = std::max(episode.fired_at, from);  // before, it is not known
        marks.push_back("+" + std::to_string(base::ToMillis(fired)));
        if (episode.resolved_at) {
          marks.push_back("-" + std::to_string(base::ToMillis(*episode.resolved_at)));
        }
      }
    }
    Lived within;  // of the live ones, what touches the time
    for (const auto& [alert, marks] : live.episodes) {
      for (size_t i = 0; i < marks.size(); i += 2) {
        const bool over =
            i + 1 < marks.size() && std::stoll(marks[i + 1].substr(1)) < base::ToMillis(from);
        if (over) continue;
        const int64_t fired =
            std::max<int64_t>(std::stoll(marks[i].substr(1)), base::ToMillis(from));
        within.episodes[alert].push_back("+" + std::to_string(fired));
        if (i + 1 < marks.size()) within.episodes[alert].push_back(marks[i + 1]);
      }
    }
    EXPECT_GT(within.episodes.size(), 5u);
    EXPECT_EQ(rehearsed.episodes.size(), within.episodes.size());
    for (const auto& [alert, marks] : within.episodes) {
      EXPECT_EQ(rehearsed.episodes[alert], marks)
          << alert << (store == &store_ ? " raw" : " lived in");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, BacktestProperty, testing::Range(1, 4));

TEST(Reach, AContractThatIsAboutNoRecordIsTold) {
  unit::MemoryRecords records;
  model::Event event;
  event.time = kStart;
  event.service = "pay";
  event.type = "payment";
  event.data_json = R"({"status": "done", "number": 7})";
  records.Add(event);
  const std::vector<RuleGroup> groups = Parsed(R"(
contracts:
  - {name: Counts, events: {type: payment}, when: status is done, then: amount > 0}
  - {name: Misspelt, events: {type: paymnt}, then: amount > 0}
  - {name: NeverSo, events: {type: payment}, when: status is success, then: amount > 0}
  - name: NoKey
    input: {events: {type: payment}, key: id}
    output: {events: {type: x}}
    within: 1m
  - name: Key
    input: {events: {type: payment}, key: number}
    output: {events: {type: x}}
    within: 1m
log_bursts: [{name: NoErrors}]
)");

  std::map<std::string, std::string> reasons;
  for (const Unreachable& rule : UnreachableContracts(groups, records, kStart, kStart + hours(1))) {
    reasons.emplace(rule.rule, rule.reason);
  }

  const std::map<std::string, std::string> want = {
      {"Misspelt", "no record is what it is about"},
      {"NeverSo", "for no record that it is about status is success holds"},
      {"NoKey", "no record that it is about has the key id"}};
  EXPECT_EQ(reasons, want);
  EXPECT_EQ(UnreachableContracts(groups, records, kStart + hours(1), kStart + hours(2)).size(), 5u)
      << "of another time";
}

TEST(Reach, SidesWithoutLabelsInCommonAreTold) {
  const std::vector<RuleGroup> groups = Parsed(R"(
groups:
  - name: g
    rules:
      - {alert: Apart, expr: 'errors / requests > 0.1'}
      - {alert: Joined, expr: 'errors / on () group_left requests > 0.1'}
      - {alert: OneSide, expr: 'gone / requests > 0.1'}
      - {alert: Either, expr: 'errors or requests'}
      - {alert: Filter, expr: 'errors > 5 and errors < 3'}
)");
  const std::set<std::string> given = {
      "errors",          "requests",        "errors / on () group_left () requests",
      "errors > bool 5", "errors < bool 3", "errors > bool 5 and errors < bool 3"};

  const auto mismatched =
      MismatchedRules(groups, [&](const std::string& promql) { return given.contains(promql); });

  ASSERT_EQ(mismatched.size(), 1u) << mismatched.back().reason;
  EXPECT_EQ(mismatched[0].rule, "Apart");
  EXPECT_EQ(mismatched[0].reason.substr(0, 61),
            "errors and requests both have series, but none of the same la");
}

}  // namespace
}  // namespace vedette::rules::backtest
