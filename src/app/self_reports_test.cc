#include "app/self_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::app {
namespace {

using model::AnomalyTransition;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class SelfReportsTest : public ::testing::Test {
 protected:
  SelfReportsTest() {
    rules::GroupStatus group;
    group.name = "shop";
    for (const auto& [name, query] : {std::pair("Errors", "rate(errors_total[5m]) > 1"),
                                      std::pair("Typo", "reqeusts_total{job=\"pay\"} > 9")}) {
      rules::RuleStatus rule;
      rule.alerting = true;
      rule.name = name;
      rule.query = query;
      group.rules.push_back(std::move(rule));
    }
    groups_ = {group};
    detect::rules::Rule limit;
    limit.name = "full";
    limit.metric = "disk_used_ratio";
    limit.warning = 0.9;
    limits_ = detect::rules::DefaultRules();
    limits_.push_back(limit);
    reports_.emplace(
        SelfReports::Parts{.sources = sources_,
                           .series = store_,
                           .rules = [this](const model::TenantName&) { return groups_; },
                           .clock = clock_,
                           .findings = findings_,
                           .metrics = metrics_},
        SelfReportOptions(), limits_);
  }

  // The given metrics have a value now.
  void Put(const std::vector<std::string>& metrics) {
    for (const std::string& metric : metrics) {
      store_.Add("default", model::Labels({{"__name__", metric}, {"job", "pay"}}),
                 base::ToMillis(clock_.Now()), 1);
    }
  }
  void Tend() {
    const base::Result<> tended = reports_->Tend();
    EXPECT_TRUE(tended.ok()) << tended.error().message;
  }
  std::vector<model::AnomalyUpdate> Found() {
    std::vector<model::AnomalyUpdate> found;
    while (auto update = findings_.PopUntil({})) found.push_back(*std::move(update));
    return found;
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{100, base::OverflowPolicy::kReject};
  query::testing::MemoryStore store_;
  detect::SourceBoard sources_;
  std::vector<rules::GroupStatus> groups_;
  std::vector<detect::rules::Rule> limits_;
  std::optional<SelfReports> reports_;
};

TEST_F(SelfReportsTest, RulesThatCanNeverFireAreAWarningUntilTheyCan) {
  Put({"errors_total"});
  Tend();
  EXPECT_TRUE(Found().empty()) << "senders may not be back yet";
  clock_.Advance(minutes(15));
  Put({"errors_total"});
  Tend();
  std::vector<model::AnomalyUpdate> found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.entity, "vedette");
  EXPECT_EQ(found[0].anomaly.severity, model::Severity::kWarning);
  EXPECT_EQ(model::SeverityOf(found[0].anomaly.score), model::Severity::kWarning);
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("2 rules can never fire"));
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("no series has the name reqeusts_total"));
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("disk_used_ratio"));

  clock_.Advance(minutes(1));
  Put({"errors_total", "reqeusts_total"});
  Tend();
  found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].transition, AnomalyTransition::kUpdated);
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("a rule can never fire: full"));

  clock_.Advance(minutes(1));
  Put({"errors_total", "disk_used_ratio"});
  Tend();
  found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].transition, AnomalyTransition::kClosed);
}

TEST_F(SelfReportsTest, ARuleWhoseMetricIsGoneIsTold) {
  Put({"errors_total", "reqeusts_total", "disk_used_ratio"});
  clock_.Advance(minutes(15));
  Tend();
  EXPECT_TRUE(Found().empty());
  clock_.Advance(minutes(2));
  Put({"reqeusts_total", "disk_used_ratio"});
  Tend();
  const std::vector<model::AnomalyUpdate> found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("Errors (no series has the name errors_total)"));
}

TEST_F(SelfReportsTest, ASourceThatStoppedIsAWarningAndListed) {
  for (int i = 0; i < 20; ++i) {
    sources_.Heard("default", "metrics", "checkout", clock_.Now());
    sources_.Heard("shop", "logs", "cart", clock_.Now());
    clock_.Advance(seconds(15));
  }
  Tend();
  EXPECT_TRUE(Found().empty());
  clock_.Advance(minutes(3));
  sources_.Heard("default", "metrics", "checkout", clock_.Now());
  clock_.Advance(minutes(3));
  Tend();
  std::vector<model::AnomalyUpdate> found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.severity, model::Severity::kWarning);
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("logs of cart of tenant shop"));

  const net::Response answer = api::AskRoutes(
      reports_->Routes(), "GET", "/api/v1/sources?state=stopped", "", "", clock_.Now());
  ASSERT_EQ(answer.status, 200);
  const base::Json json = *base::ParseJson(answer.body);
  ASSERT_EQ(json["sources"].size(), 1U);
  EXPECT_EQ(json["sources"][0]["name"], "cart");
  EXPECT_EQ(json["sources"][0]["signal"], "logs");
  EXPECT_EQ(json["stopped"], 1);

  sources_.Heard("shop", "logs", "cart", clock_.Now());
  Tend();
  found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].transition, AnomalyTransition::kClosed);
}

// A history that is filled in, or what a sender kept while the way was blocked.
TEST_F(SelfReportsTest, WhoSendsWhatIsOldHasNotStopped) {
  for (int i = 0; i < 20; ++i) {
    sources_.Heard("default", "metrics", "checkout", clock_.Now() - minutes(90 - i));
    if (i % 4 == 3) Tend();
  }
  EXPECT_TRUE(Found().empty());
  Tend();
  EXPECT_EQ(Found().size(), 1U) << "nothing came since the look before";
}

TEST_F(SelfReportsTest, ASourceThatDiedBeforeARestartIsMissedAfterIt) {
  const auto state = *sql::Database::Open({.path = ":memory:"});
  const auto start = [&](detect::SourceBoard& sources, base::MetricsRegistry& metrics) {
    return SelfReports({.sources = sources,
                        .series = store_,
                        .rules = [this](const model::TenantName&) { return groups_; },
                        .clock = clock_,
                        .findings = findings_,
                        .metrics = metrics,
                        .state = state.get()},
                       SelfReportOptions(), {});
  };
  {
    base::MetricsRegistry metrics;
    SelfReports before = start(sources_, metrics);
    for (int i = 0; i < 20; ++i) {
      sources_.Heard("default", "metrics", "checkout", clock_.Now());
      ASSERT_TRUE(before.Tend().ok());
      clock_.Advance(seconds(15));
    }
  }
  detect::SourceBoard sources;
  base::MetricsRegistry metrics;
  SelfReports after = start(sources, metrics);
  ASSERT_TRUE(after.Tend().ok());
  EXPECT_TRUE(Found().empty()) << "it may still send";
  clock_.Advance(minutes(6));
  ASSERT_TRUE(after.Tend().ok());
  const std::vector<model::AnomalyUpdate> found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].anomaly.summary, HasSubstr("a source stopped sending: metrics of checkout"));
}

TEST_F(SelfReportsTest, GoesOnWithWhatTheLastRunSaid) {
  clock_.Advance(minutes(16));
  Tend();
  std::vector<model::Anomaly> open;
  for (model::AnomalyUpdate& update : Found()) open.push_back(std::move(update.anomaly));
  ASSERT_EQ(open.size(), 1U);
  const std::string id = open[0].id;
  base::MetricsRegistry metrics;
  SelfReports next({.sources = sources_,
                    .series = store_,
                    .rules = [this](const model::TenantName&) { return groups_; },
                    .clock = clock_,
                    .findings = findings_,
                    .metrics = metrics},
                   SelfReportOptions(), limits_);
  next.Adopt(open);
  EXPECT_TRUE(open.empty());
  clock_.Advance(minutes(16));
  Put({"errors_total", "reqeusts_total", "disk_used_ratio"});
  ASSERT_TRUE(next.Tend().ok());
  const std::vector<model::AnomalyUpdate> found = Found();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.id, id);
  EXPECT_EQ(found[0].transition, AnomalyTransition::kClosed);
}

}  // namespace
}  // namespace vedette::app
