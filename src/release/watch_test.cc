#include "release/watch.h"

#include <cmath>
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "release/testing/watch_fixture.h"

namespace vedette::release {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::kRelease;
using testing::kTenant;

class WatchTest : public testing::WatchFixture {};

TEST_F(WatchTest, ADoubledShareOfErrorsIsBadAndOpensAnAnomaly) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b", .errors = 0.015}, kRelease, kRelease + minutes(30));
  Deploy("v2");

  const Release release = JudgeAt(minutes(30), "v2");

  EXPECT_EQ(release.verdict, Verdict::kBad);
  EXPECT_EQ(release.previous_version, "v1");
  EXPECT_TRUE(release.summary.find("1.5 % of 18,000 requests failed (270), against 0.5 %") !=
              std::string::npos)
      << release.summary;
  const base::Json errors = CheckOf(release, "errors");
  EXPECT_EQ(errors["outcome"], "worse");
  EXPECT_EQ(errors["sides"][0]["total"], 18'000);
  EXPECT_EQ(errors["sides"][0]["bad"], 270);
  EXPECT_EQ(errors["sides"][1]["name"], "old_version");
  EXPECT_EQ(errors["sides"][2]["name"], "old_version_beside");
  EXPECT_EQ(errors["sides"][2]["total"], 18'000);
  const std::vector<model::AnomalyUpdate> found = Findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.entity, "checkout");
  EXPECT_EQ(found[0].anomaly.severity, model::Severity::kCritical);
  EXPECT_EQ(found[0].anomaly.labels.Get("version"), "v2");
  EXPECT_EQ(found[0].anomaly.id, release.anomaly_id);
}

TEST_F(WatchTest, AnEqualVersionIsGood) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b"}, kRelease, kRelease + minutes(30));
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_EQ(release.verdict, Verdict::kGood) << release.summary;
  EXPECT_EQ(CheckOf(release, "latency")["outcome"], "not_worse");
  EXPECT_EQ(CheckOf(release, "cpu")["outcome"], "not_worse");
  EXPECT_TRUE(Findings().empty());
}

TEST_F(WatchTest, WithoutVersionsTheTimeDividesThem) {
  Serve({}, kRelease - hours(3), kRelease);
  Serve({.pod = "b", .errors = 0.03}, kRelease, kRelease + minutes(20));
  Deploy("v2");

  const Release release = JudgeAt(minutes(20));

  EXPECT_EQ(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_LT(*release.decided_at, kRelease + minutes(10));
}

TEST_F(WatchTest, ErrorsFromZeroAreCaughtThoughTheirSeriesIsNew) {
  Serve({.version = "v1", .errors = 0}, kRelease - hours(3), kRelease + minutes(10));
  Serve({.version = "v2", .pod = "b", .errors = 0}, kRelease, kRelease + minutes(10));
  // One scrape: rate() and increase() would see nothing.
  store_.Add(kTenant,
             model::Labels({{"__name__", "http_requests_total"},
                            {"service", "checkout"},
                            {"pod", "b"},
                            {"version", "v2"},
                            {"code", "503"}}),
             base::ToMillis(kRelease + minutes(9)), 12);
  Deploy("v2");

  const Release release = JudgeAt(minutes(10));

  EXPECT_EQ(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_TRUE(release.summary.find("never before") != std::string::npos) << release.summary;
  EXPECT_TRUE(CheckOf(release, "errors")["factor"].is_null());
}

TEST_F(WatchTest, ThinTrafficSaysHowMuchItNeeds) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b", .requests = 1}, kRelease, kRelease + minutes(30));
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_EQ(release.verdict, Verdict::kNotEnoughTraffic);
  EXPECT_TRUE(release.summary.find("needs about") != std::string::npos) << release.summary;
  ASSERT_TRUE(release.needs_requests);
  EXPECT_GT(*release.needs_requests, 1000);
  EXPECT_LT(*release.needs_requests, 5000);
}

TEST_F(WatchTest, NoMetricsAreNoDataAndAnUnseenVersionIsToo) {
  Deploy("v2");
  EXPECT_EQ(JudgeAt(minutes(10)).verdict, Verdict::kNoData);
  EXPECT_EQ(JudgeAt(minutes(10)).summary, "No metrics of this service are known");

  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(20));
  const Release unseen = JudgeAt(minutes(20));
  EXPECT_EQ(unseen.verdict, Verdict::kNoData);
  EXPECT_EQ(unseen.summary, "No request of version \"v2\" was seen, only of v1");

  const Release unknown = JudgeAt(minutes(20), "v9");
  EXPECT_EQ(unknown.verdict, Verdict::kNoData);
  EXPECT_TRUE(unknown.id.empty());
}

TEST_F(WatchTest, AVersionThatTheMetricsShowNeedsNoChange) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(20));
  Serve({.version = "v2", .pod = "b", .errors = 0.02}, kRelease, kRelease + minutes(20));

  const Release release = JudgeAt(minutes(20), "2");

  EXPECT_EQ(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_LT(std::chrono::abs(release.released_at - kRelease), minutes(2));
}

TEST_F(WatchTest, SlowRequestsAndMoreCpuAreWorse) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(60));
  Serve({.version = "v2", .pod = "b", .slow = 0.12, .cpu = 0.6}, kRelease, kRelease + minutes(60));
  Deploy("v2");

  const Release release = JudgeAt(minutes(60));

  EXPECT_EQ(release.verdict, Verdict::kBad);
  EXPECT_EQ(CheckOf(release, "errors")["outcome"], "not_worse");
  EXPECT_EQ(CheckOf(release, "latency")["outcome"], "worse") << release.judgement_json;
  EXPECT_EQ(CheckOf(release, "cpu")["outcome"], "worse");
}

TEST_F(WatchTest, WhatHappensToMostServicesIsNotTheReleases) {
  for (const char* service : {"checkout", "cart", "search", "user", "mail"}) {
    Serve({.service = service}, kRelease - hours(3), kRelease);
    Serve({.service = service, .pod = "b", .errors = 0.02}, kRelease, kRelease + minutes(30));
  }
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_NE(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_TRUE(release.judgement_json.find("other_services") != std::string::npos);
}

TEST_F(WatchTest, TheSameHoursOfOtherWeeksAreCompared) {
  for (const base::Duration back : {hours(0), hours(7 * 24), hours(14 * 24)}) {
    Serve({}, kRelease - back - hours(3), kRelease - back);
    Serve({.pod = "b", .errors = 0.02}, kRelease - back, kRelease - back + minutes(30));
  }
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_NE(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_TRUE(release.judgement_json.find("previous_weeks") != std::string::npos);
}

TEST_F(WatchTest, ABadReleaseStaysBadOverARestartUntilTheNextTakesItsPlace) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b", .errors = 0.05}, kRelease, kRelease + minutes(30));
  Deploy("v2");
  ASSERT_EQ(JudgeAt(minutes(20)).verdict, Verdict::kBad);
  const std::vector<model::AnomalyUpdate> opened = Findings();
  ASSERT_EQ(opened.size(), 1U);

  Restart();
  std::vector<model::Anomaly> open = {opened[0].anomaly};
  watch_->Adopt(open);
  EXPECT_TRUE(open.empty());
  store_.Clear();
  EXPECT_EQ(JudgeAt(minutes(25), "v2").verdict, Verdict::kBad);
  for (const model::AnomalyUpdate& update : Findings()) {
    EXPECT_NE(update.transition, model::AnomalyTransition::kOpened);
  }

  Deploy("v3", kRelease + minutes(30));
  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(31)).ok());
  while (*watch_->JudgeOne(kRelease + minutes(31))) continue;
  const std::vector<model::AnomalyUpdate> closed = Findings();
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].transition, model::AnomalyTransition::kClosed);
  EXPECT_EQ(closed[0].anomaly.id, opened[0].anomaly.id);
  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 2U);
  EXPECT_EQ(page.releases[1].state, State::kSuperseded);
  EXPECT_EQ(page.releases[1].verdict, Verdict::kBad);
  EXPECT_GT(published_, 2);
}

TEST_F(WatchTest, IsOverAfterItsHours) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + hours(4));
  Deploy("v2");
  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(1)).ok());
  ASSERT_TRUE(*watch_->JudgeOne(kRelease + minutes(1)));
  EXPECT_FALSE(*watch_->JudgeOne(kRelease + minutes(1) + seconds(5)));
  ASSERT_TRUE(*watch_->JudgeOne(kRelease + hours(5)));
  EXPECT_FALSE(*watch_->JudgeOne(kRelease + hours(6)));
  EXPECT_EQ(watch_->List({.tenant = kTenant})->releases[0].state, State::kFinished);
}

TEST_F(WatchTest, AReleaseOfLongAgoIsJudgedWhenAsked) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + hours(1));
  Serve({.version = "v2", .pod = "b", .errors = 0.05}, kRelease, kRelease + hours(1));
  Deploy("v2");

  const Release release = JudgeAt(hours(30), "v2");

  EXPECT_EQ(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_EQ(release.state, State::kFinished);
  EXPECT_TRUE(Findings().empty());  // nobody is told of it now
}

TEST_F(WatchTest, AskingMakesNoReleaseAndEndsNoWatch) {
  Serve({.version = "v5"}, kRelease - hours(3), kRelease + minutes(30));
  Deploy("v5");
  Tend(minutes(1));
  const auto ask = [&](const std::string& version, base::TimePoint since) {
    return *watch_->JudgeNow(
        {.tenant = kTenant, .service = "checkout", .version = version, .since = since},
        kRelease + minutes(20));
  };

  const Release typo = ask("v6-typo", kRelease + minutes(10));
  const Release about = ask("v5", kRelease + seconds(10));

  EXPECT_TRUE(typo.id.empty());
  EXPECT_FALSE(typo.judgement_json.empty());
  EXPECT_EQ(about.change_id, "change-checkout-v5");
  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 1U);
  EXPECT_EQ(page.releases[0].state, State::kWatching);
  EXPECT_EQ(page.releases[0].watched_until, kRelease + hours(4));
}

TEST_F(WatchTest, WhatAnUntoldReleaseIsJudgedByIsEvidence) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(20));
  Serve({.version = "v2", .pod = "b", .errors = 0.02}, kRelease, kRelease + minutes(20));

  const Release release = JudgeAt(minutes(20), "v2");

  EXPECT_EQ(release.verdict, Verdict::kBad);
  EXPECT_TRUE(anomalies_->GetEvidence(kTenant, EvidenceIdOf(release)).ok());
  EXPECT_TRUE(Findings().empty());
}

TEST_F(WatchTest, ASecondTellingOfAReleaseThatIsOverIsNoReleaseAfterARestart) {
  Deploy("v2");
  Deploy("v3", kRelease + minutes(10));
  Deploy("v2 told again", kRelease + minutes(1));
  records_.changes.back().version = "v2";
  Tend(minutes(11));
  ASSERT_EQ(watch_->List({.tenant = kTenant})->releases.size(), 2U);

  Restart();
  Tend(minutes(12));

  EXPECT_EQ(watch_->List({.tenant = kTenant})->releases.size(), 2U);
  // But what comes back after another is a release.
  Deploy("v2 is back", kRelease + minutes(14));
  records_.changes.back().version = "v2";
  Tend(minutes(15));
  EXPECT_EQ(watch_->List({.tenant = kTenant})->releases.size(), 3U);
}

TEST_F(WatchTest, ADeploymentThatFailsAfterAllIsTakenBackAndTheOneBeforeGoesOn) {
  const auto tell = [&](const std::string& id, base::Duration after, const std::string& version,
                        const std::string& number, const std::string& status) {
    Deploy(id, kRelease + after);
    model::Change& change = records_.changes.back();
    change.version = version;
    change.status = status;
    change.labels = {{"source", "github"}, {"deployment", number}};
  };
  tell("runs", minutes(0), "v1", "1111", "success");
  Tend(minutes(1));
  tell("begun", minutes(10), "v2", "2222", "in_progress");
  Tend(minutes(11));
  ASSERT_EQ(JudgeAt(minutes(11), "v1").state, State::kSuperseded);

  tell("failed", minutes(12), "v2", "2222", "failure");
  Tend(minutes(13));

  for (const bool again : {false, true}) {
    if (again) Restart();
    Tend(minutes(14));
    const ReleasePage page = *watch_->List({.tenant = kTenant});
    ASSERT_EQ(page.releases.size(), 1U);
    EXPECT_EQ(page.releases[0].version, "v1");
    EXPECT_EQ(page.releases[0].state, State::kWatching);
    EXPECT_EQ(page.releases[0].watched_until, kRelease + hours(4));
  }
}

TEST_F(WatchTest, WhatSomebodyTookBackIsWatchedNoLonger) {
  const auto tell = [&](const std::string& id, base::Duration after, const std::string& version,
                        const std::string& status) {
    Deploy(id, kRelease + after);
    records_.changes.back().version = version;
    records_.changes.back().status = status;
  };
  tell("new", minutes(0), "v2", "success");
  Tend(minutes(1));
  tell("back", minutes(50), "v2", "rolled_back");
  for (const bool again : {false, true}) {
    if (again) Restart();
    Tend(minutes(51));
    const ReleasePage page = *watch_->List({.tenant = kTenant});
    ASSERT_EQ(page.releases.size(), 1U) << "no second one";
    EXPECT_EQ(page.releases[0].state, State::kSuperseded);
    EXPECT_EQ(page.releases[0].watched_until, kRelease + minutes(50));
  }
}

TEST_F(WatchTest, WhatIsSeenToRunAgainIsWatchedAndASecondLookAtItEndsNothing) {
  const auto see = [&](const std::string& id, base::Duration after, const std::string& version,
                       const std::string& status, const std::string& source) {
    Deploy(id, kRelease + after);
    records_.changes.back().version = version;
    records_.changes.back().status = status;
    records_.changes.back().labels = {{"source", source}};
  };
  see("new", minutes(0), "v2", "success", "kubernetes");
  Tend(minutes(1));
  see("old", minutes(15), "v1", "rolled_back", "kubernetes");
  see("alone", minutes(16), "v1", "rolled_back", "metrics");
  Tend(minutes(17));
  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 2U);
  EXPECT_EQ(page.releases[0].version, "v1");
  EXPECT_EQ(page.releases[0].state, State::kWatching);
  EXPECT_EQ(page.releases[1].watched_until, kRelease + minutes(15));
}

TEST_F(WatchTest, NoRequestSinceTheReleaseIsNoData) {
  Serve({}, kRelease - hours(3), kRelease);
  Serve({.requests = 0}, kRelease + seconds(15), kRelease + minutes(30));
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_EQ(release.verdict, Verdict::kNoData);
  EXPECT_EQ(release.summary.find("Errors: no request since the release, 108,000 before it"), 0U)
      << release.summary;
}

TEST_F(WatchTest, FewerRequestsAreSaid) {
  Serve({}, kRelease - hours(3), kRelease);
  Serve({.pod = "b", .requests = 15}, kRelease, kRelease + minutes(30));
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_NE(release.summary.find("requests fell by 90 %: 60 a minute since the release"),
            std::string::npos)
      << release.summary;
}

TEST_F(WatchTest, ARequestRateThatFallsEachWeekAtThatHourIsNotSaid) {
  for (const base::Duration back : {hours(0), hours(7 * 24)}) {
    Serve({}, kRelease - back - hours(3), kRelease - back);
    Serve({.pod = "b", .requests = 15}, kRelease - back, kRelease - back + minutes(30));
  }
  Deploy("v2");

  EXPECT_EQ(JudgeAt(minutes(30)).summary.find("fell"), std::string::npos);
}

TEST_F(WatchTest, FailuresLongAfterTheReleaseAreNotCalledByItsName) {
  Serve({}, kRelease - hours(3), kRelease + minutes(28));
  Serve({.pod = "b", .errors = 0.5}, kRelease + minutes(28), kRelease + minutes(31));
  Deploy("v2");

  const Release release = JudgeAt(minutes(31));

  ASSERT_EQ(release.verdict, Verdict::kBad) << release.summary;
  EXPECT_NE(release.summary.find("28m after the release"), std::string::npos) << release.summary;
  const std::vector<model::AnomalyUpdate> found = Findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.summary.find("checkout is worse since "), 0U)
      << found[0].anomaly.summary;
}

TEST_F(WatchTest, WhatADiagnosisRulesOutIsNotTheHeadline) {
  Serve({}, kRelease - hours(3), kRelease);
  Serve({.pod = "b", .errors = 0.5}, kRelease, kRelease + minutes(5));
  Deploy("v2");
  ruled_out_ = {.incident_id = "inc_7", .evidence_id = "ev_7", .why = "db had failed before it"};

  const Release release = JudgeAt(minutes(5));

  ASSERT_EQ(release.verdict, Verdict::kBad);
  EXPECT_EQ(release.ruled_out_by, ruled_out_);
  const std::vector<model::AnomalyUpdate> found = Findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.summary.find("checkout is worse. Errors: "), 0U)
      << found[0].anomaly.summary;
}

TEST_F(WatchTest, WhatADiagnosisSaysLaterAndTakesBackIsSaidOverARestart) {
  Serve({}, kRelease - hours(3), kRelease);
  Serve({.pod = "b", .errors = 0.5}, kRelease, kRelease + minutes(5));
  Serve({.pod = "c"}, kRelease + minutes(5), kRelease + hours(2));
  Deploy("v2");
  const Release bad = JudgeAt(minutes(5));
  ASSERT_EQ(bad.verdict, Verdict::kBad);
  EXPECT_FALSE(bad.ruled_out_by);

  ruled_out_ = {.incident_id = "inc_7", .evidence_id = "ev_7", .why = "db had failed before it"};
  JudgeAt(hours(2));
  Restart();
  std::string text;
  base::JsonWriter json(text);
  WriteRelease(json, *watch_->Get(kTenant, bad.id), /*with_judgement=*/false);
  const base::Json release = *base::ParseJson(text);

  EXPECT_EQ(release["verdict"], "bad");
  EXPECT_EQ(release["ruled_out_by"]["evidence_id"], "ev_7");
  EXPECT_NE(release["summary"].get<std::string>().find(
                "; but the diagnosis of incident inc_7 rules this release out: db had failed"),
            std::string::npos);
  ruled_out_.reset();
  EXPECT_FALSE(JudgeAt(hours(2)).ruled_out_by);
}

TEST_F(WatchTest, TheNextReleaseEndsAWatchThoughTheServerDiesAtOnce) {
  Deploy("v2");
  Tend(minutes(1));
  Deploy("v3", kRelease + minutes(2));
  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(3)).ok());

  Restart();
  Tend(minutes(4));

  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 2U);
  EXPECT_EQ(page.releases[1].state, State::kSuperseded);
  EXPECT_EQ(page.releases[1].watched_until, kRelease + minutes(2));
}

TEST_F(WatchTest, OfWhatIsReleasedLaterNothingIsSaidYet) {
  Deploy("v2", kRelease + minutes(5));

  const Release release = JudgeAt(minutes(0), "v2");

  EXPECT_EQ(release.verdict, Verdict::kNoData);
  EXPECT_EQ(release.summary.find("Nothing can be said before it is released, at "), 0U);
}

TEST_F(WatchTest, TwoTellingsOfOneDeploymentAreOneRelease) {
  Deploy("v2");
  Deploy("2", kRelease + minutes(3));
  model::Change failed = records_.changes[0];
  failed.id = "failed";
  failed.version = "v3";
  failed.status = "failed";
  records_.changes.push_back(failed);
  model::Change flag = records_.changes[0];
  flag.id = "flag";
  flag.kind = "feature_flag";
  records_.changes.push_back(flag);

  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(5)).ok());

  EXPECT_EQ(watch_->List({.tenant = kTenant})->releases.size(), 1U);
}

TEST_F(WatchTest, AVersionThatIsDeployedAgainIsAReleaseOfItsOwn) {
  Deploy("v2");
  Deploy("v2 again", kRelease + minutes(100));
  records_.changes.back().version = "v2";

  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(101)).ok());
  while (*watch_->JudgeOne(kRelease + minutes(101))) continue;

  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 2U);
  EXPECT_EQ(page.releases[0].released_at, kRelease + minutes(100));
  EXPECT_EQ(page.releases[1].state, State::kSuperseded);
}

TEST_F(WatchTest, ASenderSaysWhichTellingsAreOfOneDeployment) {
  const auto tell = [&](const std::string& id, base::Duration after, const std::string& number,
                        const std::string& commit) {
    Deploy(id, kRelease + after);
    model::Change& change = records_.changes.back();
    change.version = "main";
    change.labels = {{"source", "ci"}, {"deployment", number}, {"commit", commit}};
  };
  tell("begun", minutes(0), "101", "aaaa");
  tell("done", minutes(50), "101", "aaaa");
  tell("other commit", minutes(52), "102", "bbbb");

  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(60)).ok());

  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 2U);
  EXPECT_EQ(page.releases[0].change_id, "change-checkout-other commit");
  EXPECT_EQ(page.releases[1].change_id, "change-checkout-begun");
}

// v2 fails a fifth for 20 minutes, with or without versions in the metrics; then comes v3.
class AfterABadReleaseTest : public WatchTest, public ::testing::WithParamInterface<bool> {
 protected:
  Release JudgeV3(double errors) {
    const auto version = [](std::string name) { return GetParam() ? name : std::string(); };
    const base::TimePoint bad = kRelease - minutes(20);
    Serve({.version = version("v1")}, bad - hours(4), bad);
    Serve({.version = version("v2"), .pod = "b", .errors = 0.2}, bad, kRelease);
    Serve({.version = version("v3"), .pod = "c", .errors = errors}, kRelease,
          kRelease + minutes(20));
    Deploy("v2", bad);
    Tend(minutes(-5));
    Wrong(bad + minutes(1), std::nullopt);
    Deploy("v3");
    Tend(minutes(1));
    return JudgeAt(minutes(20), "v3");
  }
};
INSTANTIATE_TEST_SUITE_P(WithAndWithoutVersions, AfterABadReleaseTest, ::testing::Bool());

TEST_P(AfterABadReleaseTest, TheOneThatMendsItIsGood) {
  const Release release = JudgeV3(0.005);

  EXPECT_EQ(watch_->List({.tenant = kTenant, .verdict = Verdict::kBad})->releases.size(), 1U);
  EXPECT_EQ(release.verdict, Verdict::kGood) << release.summary;
  EXPECT_EQ(release.previous_version, "v2");
  EXPECT_NE(release.summary.find("against 0.5 % of"), std::string::npos) << release.summary;
  EXPECT_EQ(CheckOf(release, "errors")["dispersion"], 1);
  EXPECT_NE(release.judgement_json.find("compared without 20m"), std::string::npos)
      << release.judgement_json;
}

TEST_P(AfterABadReleaseTest, TheOneThatHalvesTheTroubleIsBad) {
  EXPECT_EQ(JudgeV3(0.1).verdict, Verdict::kBad);
}

TEST_F(WatchTest, WhatFollowsAReleaseThatTurnsOutBadIsJudgedAgain) {
  const base::TimePoint bad = kRelease - minutes(20);
  Serve({}, bad - hours(4), bad);
  Serve({.pod = "b", .errors = 0.2}, bad, kRelease);
  Serve({.pod = "c"}, kRelease, kRelease + minutes(20));
  Deploy("v3");  // was told of first
  Tend(minutes(20));
  Deploy("v2", bad);

  Tend(minutes(20) + seconds(1));

  const ReleasePage page = *watch_->List({.tenant = kTenant});
  ASSERT_EQ(page.releases.size(), 2U);
  EXPECT_EQ(page.releases[1].verdict, Verdict::kBad);
  EXPECT_EQ(page.releases[0].verdict, Verdict::kGood) << page.releases[0].summary;
}

TEST_F(WatchTest, AReleaseAfterAnIncidentIsComparedWithTheTimeBefore) {
  Serve({}, kRelease - hours(4), kRelease - minutes(60));
  Serve({.pod = "b", .errors = 0.3}, kRelease - minutes(60), kRelease - minutes(30));
  Serve({.pod = "c"}, kRelease - minutes(30), kRelease + minutes(30));
  Deploy("v2");
  EXPECT_EQ(JudgeAt(minutes(30)).verdict, Verdict::kNotEnoughTraffic);

  Wrong(kRelease - minutes(60), kRelease - minutes(29));

  const Release release = JudgeAt(minutes(30));
  EXPECT_EQ(release.verdict, Verdict::kGood) << release.summary;
}

TEST_F(WatchTest, AReleaseIntoAnIncidentIsNotBlamedForIt) {
  Serve({}, kRelease - hours(4), kRelease - minutes(20));
  Serve({.pod = "b", .errors = 0.3}, kRelease - minutes(20), kRelease + minutes(30));
  Wrong(kRelease - minutes(20), std::nullopt);
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  EXPECT_EQ(release.verdict, Verdict::kNotEnoughTraffic) << release.summary;
  EXPECT_NE(release.summary.find("had an incident before the release"), std::string::npos)
      << release.summary;
}

TEST_F(WatchTest, AReleaseThatIsToldLateIsBlamedForWhatItBegan) {
  Serve({}, kRelease - hours(4), kRelease - minutes(5));
  Serve({.pod = "b", .errors = 0.3}, kRelease - minutes(5), kRelease + minutes(20));
  Wrong(kRelease - minutes(4), std::nullopt);
  Deploy("v2");

  EXPECT_EQ(JudgeAt(minutes(20)).verdict, Verdict::kBad);
}

TEST_F(WatchTest, AVersionThatIsBackAfterABadOneIsHeldAgainstItself) {
  const base::TimePoint bad = kRelease - minutes(20);
  Serve({.version = "v1"}, bad - hours(4), bad);
  Serve({.version = "v2", .pod = "b", .errors = 0.2}, bad, kRelease);
  Serve({.version = "v1", .pod = "c"}, kRelease, kRelease + minutes(20));
  Deploy("v2", bad);
  Tend(minutes(-5));
  Deploy("v1");
  Tend(minutes(1));

  const Release release = JudgeAt(minutes(20), "v1");

  EXPECT_EQ(release.verdict, Verdict::kGood) << release.summary;
  EXPECT_EQ(release.previous_version, "v2");
}

TEST_F(WatchTest, AReleaseToAnotherEnvironmentEndsNoWatchAndIsJudgedByItsOwnMetrics) {
  Serve({.space = "prod"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.pod = "s", .space = "staging"}, kRelease - hours(3), kRelease + minutes(5));
  Serve({.pod = "t", .errors = 0.2, .space = "staging"}, kRelease + minutes(5),
        kRelease + minutes(30));
  DeployTo("production", "v1");
  DeployTo("staging", "v2", kRelease + minutes(5));

  Tend(minutes(30));

  EXPECT_EQ(JudgeAt(minutes(30), "v1").state, State::kWatching);
  EXPECT_EQ(JudgeAt(minutes(30), "v1").verdict, Verdict::kGood);
  const Release staging = JudgeAt(minutes(30), "v2");
  EXPECT_EQ(staging.verdict, Verdict::kBad);
  EXPECT_EQ(staging.place.environment, "staging");
  EXPECT_NE(staging.judgement_json.find("namespace=\\\"staging\\\""), std::string::npos)
      << staging.judgement_json;
}

TEST_F(WatchTest, WhatNoLabelTellsFromProductionIsNoData) {
  Serve({}, kRelease - hours(3), kRelease + minutes(5));
  Serve({.pod = "b", .errors = 0.2}, kRelease + minutes(5), kRelease + minutes(30));
  DeployTo("production", "v1");
  DeployTo("staging", "v2", kRelease + minutes(5));
  Tend(minutes(30));

  const Release staging = JudgeAt(minutes(30), "v2");

  EXPECT_EQ(staging.verdict, Verdict::kNoData) << staging.summary;
  EXPECT_EQ(JudgeAt(minutes(30), "v1").verdict, Verdict::kBad);
  EXPECT_EQ(JudgeAt(minutes(30), "v1").state, State::kWatching);
}

TEST_F(WatchTest, OneVersionInTwoEnvironmentsIsTwoReleases) {
  DeployTo("staging", "v2");
  DeployTo("production", "v2", kRelease + minutes(10));
  Deploy("v2", kRelease + minutes(11));  // told by what runs

  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(12)).ok());

  EXPECT_EQ(watch_->List({.tenant = kTenant})->releases.size(), 2U);
}

TEST_F(WatchTest, PagesAndFilters) {
  for (int i = 0; i < 5; ++i) Deploy(fmt::format("v{}", i), kRelease + minutes(i));
  Deploy("v1", kRelease, "cart");
  ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + minutes(10)).ok());

  const ReleasePage first = *watch_->List({.tenant = kTenant, .service = "checkout", .limit = 3});
  const ReleasePage rest = *watch_->List(
      {.tenant = kTenant, .service = "checkout", .limit = 3, .cursor = first.next_cursor});

  ASSERT_EQ(first.releases.size(), 3U);
  EXPECT_EQ(first.releases[0].version, "v4");
  ASSERT_EQ(rest.releases.size(), 2U);
  EXPECT_TRUE(rest.next_cursor.empty());
  EXPECT_EQ(watch_->List({.tenant = kTenant, .cursor = "x"}).error().field, "cursor");
  EXPECT_EQ(watch_->List({.tenant = kTenant, .verdict = Verdict::kBad})->releases.size(), 0U);
}

}  // namespace
}  // namespace vedette::release
