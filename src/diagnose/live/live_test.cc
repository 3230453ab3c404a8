#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/testing/fake_clock.h"
#include "diagnose/diagnose.h"
#include "diagnose/live/impact.h"
#include "diagnose/live/report.h"
#include "query/testing/memory_store.h"
#include "records/testing/fake_records.h"

namespace vedette::diagnose::live {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::TimePoint kOnset = base::FromMillis(1'767'225'600'000);
constexpr base::Duration kStep{15'000};
const model::TenantName kTenant("default");

model::Labels SeriesOf(const std::string& metric, const std::string& service,
                       std::vector<std::pair<std::string, std::string>> more = {}) {
  more.emplace_back("__name__", metric);
  more.emplace_back("service", service);
  return model::Labels(std::move(more));
}

// Keeps the limit of a selection, as the engine does.
class LimitedStore final : public query::testing::MemoryStore {
 public:
  base::Result<std::vector<model::Labels>> Series(const series::SelectRequest& request) override {
    VEDETTE_TRY(std::vector<model::Labels> all, MemoryStore::Series(request));
    if (all.size() > request.max_series) return base::ResourceExhausted("too many series");
    return all;
  }
};

// front calls shop and cart, shop calls db; an hour of quiet, then ten minutes in which a service
// may be slow and the front door fails in one region.
class LiveTest : public ::testing::Test {
 protected:
  LiveTest()
      : clock_(kOnset + std::chrono::minutes(10)),
        queries_({}, metrics_, clock_),
        logs_(records_, clock_),
        asker_({.metrics = queries_,
                .logs = logs_,
                .records = records_,
                .calls = Calls(),
                .clock = clock_}) {
    for (const auto& [caller, callee] : calls_) {
      records_.edges.push_back({.caller = caller,
                                .callee = callee,
                                .minute = kOnset,
                                .calls = 120,
                                .errors = 3,
                                .total_ns = 2'400'000'000});
    }
  }

  evidence::CallsSource Calls() {
    return [this](const model::TenantName& tenant, base::TimePoint from, base::TimePoint to) {
      return evidence::CallsInSpans(records_, tenant, from, to);
    };
  }

  double LatencyOf(const std::string& service, bool broken) {
    double own = 0.01 * std::exp(0.05 * random_.Normal());
    if (broken && service == slow_) own *= 10;
    for (const auto& [caller, callee] : calls_) {
      if (caller == service) own += LatencyOf(callee, broken);
    }
    return own;
  }

  void Add(const std::string& metric, const model::Labels& labels, base::TimePoint time,
           double by) {
    double& total = totals_[labels.ToString()];
    total += by;
    metrics_.Add(kTenant, labels, base::ToMillis(time), metric == "cpu_usage" ? by : total);
  }

  bool WasEarlier(base::TimePoint time) const {
    return std::ranges::any_of(
        earlier_, [&](const Stretch& one) { return one.from <= time && time < one.to; });
  }

  void Fill(base::TimePoint end) {
    for (base::TimePoint t = kOnset - std::chrono::minutes(65); t <= end; t += kStep) {
      for (const std::string service : {"front", "shop", "cart", "db"}) {
        if (service == stopped_ && t >= stopped_at_) continue;
        const bool broken = t >= kOnset || WasEarlier(t);
        const double requests = 300 * std::exp(0.05 * random_.Normal());
        for (const std::string region : {"eu", "us"}) {
          const bool fails =
              broken && !slow_.empty() && failing_.contains(service) && region == "eu";
          const double failed = requests / 2 * (fails ? 0.3 : 0.001);
          Add("", SeriesOf("http_requests_total", service, {{"region", region}, {"code", "500"}}),
              t, failed);
          Add("", SeriesOf("http_requests_total", service, {{"region", region}, {"code", "200"}}),
              t, requests / 2 - failed);
        }
        Add("", SeriesOf("request_duration_seconds_sum", service), t,
            requests * LatencyOf(service, broken));
        Add("", SeriesOf("request_duration_seconds_count", service), t, requests);
        Add("cpu_usage", SeriesOf("cpu_usage", service), t, 0.4 + 0.02 * random_.Normal());
      }
    }
  }

  void Change(const std::string& id, const std::string& service, base::Duration before) {
    model::Change change;
    change.id = id;
    change.service = service;
    change.kind = "deployment";
    change.time = kOnset - before;
    records_.changes.push_back(change);
  }

  void Log(const std::string& service, const std::string& message, base::TimePoint time) {
    model::LogRecord line;
    line.time = time;
    line.level = model::LogSeverity::kError;
    line.service = service;
    line.message = message;
    line.fields = {{"user_id", "u" + std::to_string(records_.logs.size())}};
    records_.logs.push_back(line);
  }

  Occasion MakeOccasion() {
    Occasion occasion;
    occasion.tenant = kTenant;
    occasion.incident_id = "in_1";
    occasion.onset = kOnset;
    occasion.end = clock_.Now();
    occasion.entities = hurt_;
    occasion.troubles = earlier_;
    for (const std::string& entity : occasion.entities) {
      model::Anomaly anomaly;
      anomaly.id = "an_" + entity;
      anomaly.entity = entity;
      anomaly.labels = SeriesOf("request_duration_seconds_sum", entity);
      anomaly.started_at = kOnset + std::chrono::seconds(30);
      anomaly.score = 0.8;
      anomaly.summary = entity + " is slow";
      anomaly.evidence.id = "ev_" + entity;
      occasion.anomalies.push_back(anomaly);
    }
    if (began_earlier_) {
      occasion.anomalies.push_back(occasion.anomalies.front());
      occasion.anomalies.back().entity = "cart";
      occasion.anomalies.back().started_at = kOnset - std::chrono::minutes(40);
    }
    return occasion;
  }

  void Diagnose() {
    occasion_ = MakeOccasion();
    gathered_ = Gather(occasion_,
                       {.series = metrics_,
                        .metrics = queries_,
                        .logs = logs_,
                        .records = records_,
                        .calls = Calls(),
                        .clock = clock_},
                       limits_);
    const Diagnosis diagnosis = diagnose::Diagnose(gathered_.tables);
    const Exhibits exhibits(occasion_, gathered_, diagnosis, asker_, clock_.Now());
    report_ = Conclude(gathered_, diagnosis, exhibits, clock_.Now());
    // As if the catalogue knew nothing: the name, and what was asked of it.
    const UnitSource unit_of = [](std::string_view metric, bool as_rate) {
      return std::string(metric) + (as_rate ? " per second" : "");
    };
    impact_ = Assess(occasion_, gathered_, report_, exhibits, impact_options_, unit_of);
  }

  // Asks for every claim's evidence once more; how many claims there are.
  size_t ExpectTheSameAgain() const {
    size_t claims = 0;
    for (const RankedHypothesis& hypothesis : report_.hypotheses) {
      for (const EvidencedClaim& claim : hypothesis.claims) {
        ++claims;
        const base::Result<evidence::Again> again = asker_.AskAgain(kTenant, claim.evidence);
        EXPECT_TRUE(again.ok()) << claim.evidence.query;
        if (!again.ok()) continue;
        EXPECT_EQ(again->same, true) << claim.evidence.query << claim.evidence.result_json << "\n"
                                     << again->result_json;
        if (claim.evidence.language != evidence::kPromql) continue;
        const auto reading = evidence::ReadingOf(again->result_json);
        EXPECT_TRUE(reading.has_value()) << claim.evidence.query;
        if (!reading) continue;
        EXPECT_EQ(reading->before, claim.claim.before);
        EXPECT_EQ(reading->after, claim.claim.after);
        EXPECT_EQ(reading->deviation, claim.claim.deviation);
      }
    }
    return claims;
  }

  void AddCall(const std::string& caller, const std::string& callee) {
    records_.edges.push_back({.caller = caller, .callee = callee, .minute = kOnset, .calls = 120});
  }

  std::string InputText(const std::string& name) const {
    std::string text;
    for (const InputReport& input : report_.inputs) {
      if (input.note.name == name) text += input.note.text + "\n";
    }
    return text;
  }

  const std::vector<std::pair<std::string, std::string>> calls_ = {
      {"front", "shop"}, {"front", "cart"}, {"shop", "db"}};
  std::string slow_ = "db";
  std::vector<Stretch> earlier_;  // it was so before, too
  std::string stopped_;
  base::TimePoint stopped_at_ = kOnset;
  std::set<std::string> failing_ = {"front"};
  std::vector<std::string> hurt_ = {"front", "shop"};
  bool began_earlier_ = false;  // an anomaly of cart's that is in the incident too
  base::Random random_{3};
  std::map<std::string, double> totals_;
  LimitedStore metrics_;
  records::testing::FakeRecords records_;
  base::FakeClock clock_;
  query::Engine queries_;
  query::logs::Engine logs_;
  const evidence::Asker asker_;
  GatherLimits limits_;
  ImpactOptions impact_options_;
  Occasion occasion_;
  Gathered gathered_;
  Report report_;
  Impact impact_;
};

TEST_F(LiveTest, NamesTheServiceThatNobodyBelowExplains) {
  Fill(clock_.Now());
  Diagnose();
  ASSERT_FALSE(report_.hypotheses.empty());
  EXPECT_EQ(report_.hypotheses[0].entity, "db");
  EXPECT_THAT(report_.status, AnyOf("confirmed", "likely"));
  EXPECT_THAT(report_.summary, HasSubstr("db"));
  ASSERT_TRUE(report_.onset.has_value());
  EXPECT_LE(std::abs((*report_.onset - kOnset).count()), 60'000);
}

TEST_F(LiveTest, GivesEveryClaimEvidenceThatShowsItsNumbersAgain) {
  Change("ch_cart", "cart", std::chrono::minutes(1));
  Fill(clock_.Now());
  Diagnose();
  EXPECT_GT(ExpectTheSameAgain(), 3U);
}

TEST_F(LiveTest, AFaultOfBeforeIsNoMeasureOfWhatIsUsual) {
  earlier_ = {{kOnset - std::chrono::minutes(40), kOnset - std::chrono::minutes(28)}};
  Fill(clock_.Now());
  Diagnose();
  ASSERT_FALSE(report_.hypotheses.empty());
  EXPECT_EQ(report_.hypotheses[0].entity, "db");
  EXPECT_EQ(report_.status, "confirmed");
  const auto& claims = report_.hypotheses[0].claims;
  const auto metric = std::ranges::find(
      claims, ClaimKind::kMetric, [](const EvidencedClaim& claim) { return claim.claim.kind; });
  ASSERT_NE(metric, claims.end());
  EXPECT_THAT(metric->evidence.result_json, HasSubstr("\"without\""));
  EXPECT_GT(ExpectTheSameAgain(), 3U);
}

TEST_F(LiveTest, LinesThatComeLaterChangeNoClaim) {
  Fill(clock_.Now());
  records_.patterns = {{.id = 7, .service = "db", .text = "no space left", .example = {}}};
  for (int i = 0; i < 100; ++i) Log("db", "no space left", kOnset + i * std::chrono::seconds(6));
  Diagnose();
  for (int i = 0; i < 20; ++i) Log("db", "no space left", clock_.Now() + base::Duration(i * 500));
  const auto& claims = report_.hypotheses.at(0).claims;
  const auto lines =
      std::ranges::find(claims, ClaimKind::kLogTemplate,
                        [](const EvidencedClaim& claim) { return claim.claim.kind; });
  ASSERT_NE(lines, claims.end());
  EXPECT_EQ(asker_.AskAgain(kTenant, lines->evidence)->same, true) << lines->claim.text;
  ASSERT_TRUE(impact_.users.has_value());
  EXPECT_EQ(asker_.AskAgain(kTenant, impact_.users->evidence)->same, true);
}

TEST_F(LiveTest, DoesNotBlameTheLastDeployment) {
  Change("ch_cart", "cart", std::chrono::minutes(1));
  Change("ch_front", "front", std::chrono::seconds(30));
  Fill(clock_.Now());
  Diagnose();
  EXPECT_EQ(report_.hypotheses.at(0).entity, "db");
  size_t ruled_out = 0;
  for (const RankedHypothesis& hypothesis : report_.hypotheses) {
    for (const EvidencedClaim& claim : hypothesis.claims) {
      if (claim.claim.kind != ClaimKind::kChange) continue;
      EXPECT_EQ(hypothesis.status, Status::kRuledOut) << claim.claim.text;
      ++ruled_out;
    }
  }
  EXPECT_EQ(ruled_out, 2U);
}

TEST_F(LiveTest, BlamesTheChangeOfWhatBroke) {
  Change("ch_db", "db", std::chrono::seconds(40));
  Fill(clock_.Now());
  Diagnose();
  EXPECT_EQ(report_.hypotheses.at(0).entity, "db");
  EXPECT_EQ(report_.hypotheses.at(0).region, "ch_db");
}

TEST_F(LiveTest, SaysUnknownWhenNothingMoved) {
  slow_.clear();
  Fill(clock_.Now());
  Diagnose();
  EXPECT_EQ(report_.status, "unknown");
  EXPECT_THAT(report_.summary, HasSubstr("Unknown"));
  for (const HurtEntity& entity : impact_.entities) EXPECT_NE(entity.role, Role::kOrigin);
}

TEST_F(LiveTest, AChangeThatIsRuledOutSaysNothingAgainstWhatWasChanged) {
  slow_.clear();
  Change("ch_1", "db", std::chrono::minutes(50));
  records_.changes.back().title = "raise the pool";
  Change("ch_2", "db-replica", std::chrono::minutes(40));
  Change("ch_3", "db", std::chrono::minutes(30));
  Fill(clock_.Now());
  Diagnose();
  EXPECT_EQ(report_.status, "unknown");
  EXPECT_THAT(report_.summary, HasSubstr("Ruled out as changes: "));
  for (const char* change : {"\"raise the pool\" of db", "ch_2 of db-replica", "ch_3 of db"}) {
    EXPECT_THAT(report_.summary, HasSubstr(change));
  }
  EXPECT_THAT(report_.summary, Not(HasSubstr("Ruled out: ")));
}

TEST_F(LiveTest, SaysWhatItCouldNotSee) {
  records_.edges.clear();
  stopped_ = "cart";
  Fill(clock_.Now());
  Diagnose();
  EXPECT_THAT(InputText("calls"), HasSubstr("nothing is known"));
  EXPECT_THAT(InputText("changes"), HasSubstr("no change"));
  EXPECT_THAT(InputText("metrics"), HasSubstr("cart has sent no metrics since"));
  const auto stopped =
      std::find_if(report_.inputs.begin(), report_.inputs.end(),
                   [](const InputReport& input) { return input.evidence.has_value(); });
  ASSERT_NE(stopped, report_.inputs.end());
  EXPECT_EQ(asker_.AskAgain(kTenant, *stopped->evidence)->same, true);
}

TEST_F(LiveTest, LooksAroundTheIncidentAloneInALargeSystem) {
  Fill(clock_.Now());
  for (int i = 0; i < 50; ++i) {
    metrics_.Add(kTenant, SeriesOf("cpu_usage", "far-" + std::to_string(i)), base::ToMillis(kOnset),
                 1);
  }
  limits_.series_listed_max = 40;
  Diagnose();
  EXPECT_EQ(report_.hypotheses.at(0).entity, "db");
  EXPECT_THAT(InputText("metrics"), HasSubstr("services around the incident"));
  for (const Series& series : gathered_.tables.series) {
    EXPECT_THAT(series.entity, AnyOf("front", "shop", "cart", "db"));
  }
}

TEST_F(LiveTest, GoesOnWhenAStoreFails) {
  Fill(clock_.Now());
  metrics_.FailNext(base::Unavailable("the disk is gone"));
  Diagnose();
  EXPECT_EQ(report_.status, "unknown");
  EXPECT_THAT(InputText("metrics"), HasSubstr("the disk is gone"));
}

TEST_F(LiveTest, TellsOriginPropagatorAndAffectedApart) {
  Fill(clock_.Now());
  Diagnose();
  ASSERT_EQ(impact_.entities.size(), 3U);
  EXPECT_EQ(impact_.entities[0].entity, "db");
  EXPECT_EQ(impact_.entities[0].role, Role::kOrigin);
  EXPECT_EQ(impact_.entities[1].entity, "shop");
  EXPECT_EQ(impact_.entities[1].role, Role::kPropagator);
  EXPECT_EQ(impact_.entities[2].entity, "front");
  EXPECT_EQ(impact_.entities[2].role, Role::kAffected);
  EXPECT_EQ(impact_.entities[2].evidence_id, "ev_front");
  EXPECT_EQ(SeverityLevel(impact_.severity_score), "high");
}

TEST_F(LiveTest, WhatBeganLongBeforeIsNoEffect) {
  began_earlier_ = true;
  Fill(clock_.Now());
  Diagnose();
  ASSERT_EQ(impact_.entities.size(), 3U);
  for (const HurtEntity& entity : impact_.entities) EXPECT_NE(entity.entity, "cart");
}

TEST_F(LiveTest, CountsFailedRequestsAtTheFrontDoorAndTheBudgetThatTheyBurn) {
  impact_options_.objective = 0.999;
  impact_options_.period = std::chrono::hours(24);
  Fill(clock_.Now());
  Diagnose();
  ASSERT_TRUE(impact_.requests.has_value());
  EXPECT_EQ(impact_.requests->entity, "front");
  EXPECT_NEAR(impact_.requests->failed / impact_.requests->total, 0.15, 0.02);
  EXPECT_NEAR(impact_.requests->hurt, impact_.requests->failed - impact_.requests->failed_usually,
              1e-9);
  ASSERT_TRUE(impact_.budget.has_value());
  // Ten minutes with 15 % of failures, of a day with a thousandth of them.
  EXPECT_NEAR(impact_.budget->burnt, 0.15 * 10 / (24 * 60 * 0.001), 0.15);
}

TEST_F(LiveTest, CountsACircleOfCallsOnceWhereMostFails) {
  AddCall("db", "front");
  failing_ = {"front", "shop"};
  hurt_ = {"bystander", "shop", "front"};
  Fill(clock_.Now());
  Diagnose();
  ASSERT_TRUE(impact_.requests.has_value());
  EXPECT_THAT(impact_.requests->entity, AnyOf("front", "shop"));
  EXPECT_NEAR(impact_.requests->failed / impact_.requests->total, 0.15, 0.02);
  EXPECT_NEAR(impact_.requests->total, 20 * 615, 500);
}

TEST_F(LiveTest, CountsAllThatMeetTheWorldWithOneEvidence) {
  std::erase_if(records_.edges, [](const model::ServiceEdge& edge) {
    return edge.callee == "cart" || edge.caller == "cart";
  });
  AddCall("cart", "db");
  failing_ = {"front", "cart"};
  hurt_ = {"front", "shop", "cart"};
  Fill(clock_.Now());
  Diagnose();
  ASSERT_TRUE(impact_.requests.has_value());
  EXPECT_THAT(impact_.requests->entity, AnyOf("front and cart", "cart and front"));
  EXPECT_NEAR(impact_.requests->total, 2 * 20 * 615, 1000);
  EXPECT_NEAR(impact_.requests->failed / impact_.requests->total, 0.15, 0.02);
  EXPECT_EQ(asker_.AskAgain(kTenant, impact_.requests->failed_evidence)->same, true);
}

TEST_F(LiveTest, TheTrafficOfAServiceIsItsRequestsAndNotThoseToItsCache) {
  for (base::TimePoint t = kOnset - std::chrono::hours(1); t <= clock_.Now(); t += kStep) {
    Add("", SeriesOf("cache_requests_total", "front", {{"result", "hit"}}), t, 3000);
    Add("", SeriesOf("cache_requests_total", "front", {{"result", "miss"}}), t, 100);
  }
  Fill(clock_.Now());
  Diagnose();
  const auto traffic = std::ranges::find_if(impact_.report, [](const Comparison& line) {
    return line.entity == "front" && line.kind == "traffic";
  });
  ASSERT_NE(traffic, impact_.report.end());
  EXPECT_EQ(traffic->metric, "http_requests_total");
  EXPECT_NEAR(traffic->normal.value_or(0), 20, 2);
}

TEST_F(LiveTest, BlamesWhoFellSilentBeforeItsCaller) {
  stopped_ = "db";
  Fill(clock_.Now());
  Diagnose();
  EXPECT_EQ(report_.status, "likely");
  ASSERT_GE(report_.hypotheses.size(), 2U);
  const RankedHypothesis& silent = report_.hypotheses[0];
  EXPECT_EQ(silent.entity, "db");
  EXPECT_EQ(silent.claims.at(0).claim.kind, ClaimKind::kAbsence);
  EXPECT_EQ(asker_.AskAgain(kTenant, silent.claims[0].evidence)->same, true);
  EXPECT_THAT(report_.summary, HasSubstr("db has sent no metrics since"));
  EXPECT_EQ(report_.hypotheses[1].entity, "shop");
  EXPECT_EQ(report_.hypotheses[1].status, Status::kInconclusive);
  for (const RankedHypothesis& hypothesis : report_.hypotheses) {
    for (const EvidencedClaim& claim : hypothesis.claims) {
      if (claim.claim.subject != "db") continue;
      EXPECT_THAT(claim.claim.text, Not(HasSubstr("moved too")));
    }
  }
}

TEST_F(LiveTest, WhoFellSilentLongBeforeIsNoCause) {
  stopped_ = "cart";
  slow_ = "front";
  stopped_at_ = kOnset - std::chrono::minutes(20);
  Fill(clock_.Now());
  Diagnose();
  EXPECT_EQ(report_.hypotheses.at(0).entity, "front");
}

TEST_F(LiveTest, SaysWhereTheFailuresAre) {
  Fill(clock_.Now());
  Diagnose();
  ASSERT_FALSE(impact_.differences.empty());
  EXPECT_EQ(impact_.differences[0].entity, "front");
  EXPECT_EQ(impact_.differences[0].dimension, "region");
  EXPECT_EQ(impact_.differences[0].value, "eu");
  EXPECT_GT(impact_.differences[0].inside, 0.95);
  EXPECT_NEAR(impact_.differences[0].outside, 0.41, 0.05);
  EXPECT_EQ(asker_.AskAgain(kTenant, impact_.differences[0].bad)->same, true);
}

TEST_F(LiveTest, ComparesBeforeAndDuringWithWhatMattersToTheBusiness) {
  impact_options_.measures = {
      {.name = "failed per hundred",
       .query = "100 * sum(rate(http_requests_total{service=\"front\",code=\"500\"}[1m])) / "
                "sum(rate(http_requests_total{service=\"front\"}[1m]))",
       .unit = "%"},
      {.name = "broken", .query = "no_such_metric", .unit = {}}};
  Fill(clock_.Now());
  Diagnose();
  const Comparison& broken = impact_.report.back();
  EXPECT_EQ(broken.metric, "broken") << "it is said that there are no data";
  EXPECT_FALSE(broken.normal || broken.during || broken.percent);
  EXPECT_EQ(asker_.AskAgain(kTenant, broken.evidence)->same, true);
  const Comparison& business = impact_.report.at(impact_.report.size() - 2);
  EXPECT_EQ(business.metric, "failed per hundred");
  EXPECT_NEAR(business.normal.value_or(0), 0.1, 0.01);
  EXPECT_NEAR(business.during.value_or(0), 14, 2);
  const auto latency = std::find_if(
      impact_.report.begin(), impact_.report.end(),
      [](const Comparison& line) { return line.entity == "db" && line.kind == "latency"; });
  ASSERT_NE(latency, impact_.report.end());
  EXPECT_NEAR(latency->percent.value_or(0), 900, 150);
  EXPECT_EQ(asker_.AskAgain(kTenant, latency->evidence)->same, true);
}

TEST_F(LiveTest, AMeasuresUnitIsThatOfWhatWasAsked) {
  impact_options_.measures = {{.name = "front", .query = "vector(1)", .unit = "orders/min"}};
  Fill(clock_.Now());
  Diagnose();
  const auto unit_of = [&](const std::string& kind) {
    const auto line = std::ranges::find(impact_.report, kind, &Comparison::kind);
    return line == impact_.report.end() ? "nothing of that kind" : line->unit;
  };
  EXPECT_EQ(unit_of("latency"), "request_duration_seconds");
  EXPECT_EQ(unit_of("errors"), "ratio") << "a share of a counter, and not per second";
  EXPECT_EQ(unit_of("traffic"), "http_requests_total per second");
  EXPECT_EQ(unit_of("cpu"), "cpu_usage");
  EXPECT_EQ(unit_of("business"), "orders/min");
}

TEST(Window, LiesOnMultiplesOfItsStepAndFollowsTheInterval) {
  const Window close =
      WindowOf(kOnset, kOnset + std::chrono::minutes(5), std::chrono::seconds(10), {});
  EXPECT_EQ(base::ToMillis(close.from) % close.windows.step.count(), 0);
  EXPECT_EQ(base::ToMillis(close.to) % close.windows.step.count(), 0);
  EXPECT_LE((close.to - close.from) / close.windows.step, 300);
  EXPECT_GE(close.windows.rate, 4 * std::chrono::seconds(10));
  const Window rare = WindowOf(kOnset, kOnset + std::chrono::hours(2), std::chrono::minutes(5), {});
  EXPECT_EQ(rare.windows.step, std::chrono::minutes(5));
  EXPECT_EQ(rare.to - rare.from, std::chrono::hours(6));
}

}  // namespace
}  // namespace vedette::diagnose::live
