#include "release/watch.h"

#include <cmath>
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "detect/anomaly_store.h"
#include "evidence/question.h"
#include "query/testing/memory_store.h"
#include "records/testing/fake_records.h"

namespace vedette::release {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::TimePoint kRelease{base::Duration(1'760'000'000'000)};
const model::TenantName kTenant("acme");

// What a process serves each 15 seconds; shares are met exactly, as far as they go.
struct Traffic {
  std::string service = "checkout";
  std::string version = {};  // empty: no label
  std::string pod = "a";
  double requests = 150;  // in 15 s: 10 a second
  double errors = 0.005;
  double slow = 0.04;  // slower than 250 ms
  double cpu = 0.3;
  std::string space = {};  // empty: no label namespace
};

class WatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    Restart();
  }
  void Restart() {
    Ask ask;
    ask.instant = [this](const query::InstantQuery& query) { return engine_.Instant(query); };
    ask.range = [this](const query::RangeQuery& query) { return engine_.Range(query); };
    watch_ = *Watch::Open(options_, {.database = *database_,
                                     .records = records_,
                                     .findings = findings_,
                                     .metrics = metrics_,
                                     .ask = ask,
                                     .changed = [this](const auto&) { ++published_; },
                                     .ruled_out = [this](const auto&) { return ruled_out_; }});
  }

  void Serve(const Traffic& traffic, base::TimePoint from, base::TimePoint to) {
    const auto add = [&](std::string name, std::vector<model::Label> more, base::TimePoint at,
                         double value) {
      more.push_back({"__name__", std::move(name)});
      more.push_back({"service", traffic.service});
      more.push_back({"pod", traffic.pod});
      if (!traffic.version.empty()) more.push_back({"version", traffic.version});
      if (!traffic.space.empty()) more.push_back({"namespace", traffic.space});
      std::vector<std::pair<std::string, std::string>> pairs;
      for (const model::Label& label : more) pairs.emplace_back(label.name, label.value);
      store_.Add(kTenant, model::Labels(std::move(pairs)), base::ToMillis(at), value);
    };
    double requests = 0;
    for (base::TimePoint at = from; at <= to; at += seconds(15)) {
      const double failed = std::floor(requests * traffic.errors + 1e-9);
      add("http_requests_total", {{"code", "200"}}, at, requests - failed);
      // As client libraries do it: no series before the first failure.
      if (failed > 0) add("http_requests_total", {{"code", "500"}}, at, failed);
      add("http_request_duration_seconds_bucket", {{"le", "0.25"}}, at,
          std::round(requests * (1 - traffic.slow)));
      add("http_request_duration_seconds_bucket", {{"le", "+Inf"}}, at, requests);
      add("process_cpu_usage", {}, at,
          traffic.cpu + 0.001 * std::sin(static_cast<double>(base::ToMillis(at)) / 7e4));
      requests += traffic.requests;
    }
  }
  void Deploy(std::string version, base::TimePoint at = kRelease,
              std::string service = "checkout") {
    model::Change change;
    change.id = fmt::format("change-{}-{}", service, version);
    change.time = at;
    change.service = std::move(service);
    change.kind = "deployment";
    change.version = std::move(version);
    records_.changes.push_back(change);
  }
  void DeployTo(const std::string& environment, const std::string& version,
                base::TimePoint at = kRelease) {
    Deploy(version, at);
    records_.changes.back().id += environment;
    records_.changes.back().labels.emplace_back("environment", environment);
  }
  // Finds what was released, and judges all that is due.
  void Tend(base::Duration after) {
    ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + after).ok());
    while (*watch_->JudgeOne(kRelease + after)) continue;
  }
  // What the detectors said of the service.
  void Wrong(base::TimePoint from, std::optional<base::TimePoint> to) {
    model::Anomaly anomaly;
    anomaly.id = fmt::format("an_{}", base::ToMillis(from));
    anomaly.tenant = kTenant;
    anomaly.entity = "checkout";
    anomaly.severity = model::Severity::kCritical;
    anomaly.started_at = from;
    anomaly.updated_at = to.value_or(from);
    anomaly.ended_at = to;
    anomaly.state = to ? model::AnomalyState::kClosed : model::AnomalyState::kOpen;
    ASSERT_TRUE(anomalies_->Save({model::AnomalyTransition::kOpened, anomaly}).ok());
  }
  Release JudgeAt(base::Duration after, const std::string& version = "") {
    const base::Result<Release> release = watch_->JudgeNow(
        {.tenant = kTenant, .service = "checkout", .version = version, .since = {}},
        kRelease + after);
    EXPECT_TRUE(release.ok()) << release.error().message;
    return *release;
  }
  static base::Json CheckOf(const Release& release, const std::string& signal) {
    const base::Json judgement = *base::ParseJson(release.judgement_json);
    for (const base::Json& check : judgement["checks"]) {
      if (check["signal"] == signal) return check;
    }
    return {};
  }
  std::string EvidenceIdOf(const Release& release) {
    return CheckOf(release, "errors")["sides"][0]["evidence_id"].get<std::string>();
  }
  // What the store answers to the question of a piece of evidence now.
  std::string AnswerTo(const model::Evidence& evidence) {
    query::RangeQuery query;
    query.tenant = kTenant;
    query.text = evidence.query;
    query.start = evidence.from;
    query.end = evidence.to;
    query.step = evidence.step;
    const base::Result<query::QueryResult> result = engine_.Range(query);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return evidence::MatrixAnswer(result->matrix).substr(1);
  }
  std::vector<model::AnomalyUpdate> Findings() {
    std::vector<model::AnomalyUpdate> updates;
    while (findings_.size() > 0) updates.push_back(*findings_.Pop());
    return updates;
  }

  Options options_;
  query::testing::MemoryStore store_;
  const base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
  records::testing::FakeRecords records_;
  base::MetricsRegistry metrics_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  std::unique_ptr<Watch> watch_;
  int published_ = 0;
  bool ruled_out_ = false;
};

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

TEST_F(WatchTest, NewLogPatternsAreEvidence) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Deploy("v2");
  const auto pattern = [](uint64_t id, std::string service, base::TimePoint first) {
    return records::LogPattern{.id = id,
                               .service = std::move(service),
                               .text = "cannot reach <*>",
                               .example = "cannot reach db-1",
                               .first_seen_ms = base::ToMillis(first),
                               .last_seen_ms = 0,
                               .lines = 3};
  };
  records_.patterns = {pattern(1, "checkout", kRelease - hours(1)),
                       pattern(2, "checkout", kRelease + minutes(1)),
                       pattern(3, "cart", kRelease + minutes(1))};

  const base::Json judgement = *base::ParseJson(JudgeAt(minutes(30)).judgement_json);

  ASSERT_EQ(judgement["new_patterns"].size(), 1U);
  EXPECT_EQ(judgement["new_patterns"][0]["id"], "0000000000000002");
}

TEST_F(WatchTest, ItsEvidenceShowsTheSameNumbers) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b"}, kRelease, kRelease + minutes(30));
  Deploy("v2");
  const base::Json side = CheckOf(JudgeAt(minutes(30)), "errors")["sides"][0];

  const base::Result<model::Evidence> evidence =
      anomalies_->GetEvidence(kTenant, side["evidence_id"].get<std::string>());

  ASSERT_TRUE(evidence.ok());
  EXPECT_EQ(evidence->query, side["query"].get<std::string>());
  EXPECT_EQ((*base::ParseJson(evidence->result_json))["bad"], side["bad"]);
}

TEST_F(WatchTest, EvidenceOfAToldVerdictKeepsItsNumbersAndItsQuestionGivesThemAgain) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + hours(1));
  Serve({.version = "v2", .pod = "b", .errors = 0.05}, kRelease, kRelease + hours(1));
  Deploy("v2");
  const Release told = JudgeAt(minutes(20));
  ASSERT_EQ(told.verdict, Verdict::kBad);
  const std::string untold = EvidenceIdOf(JudgeAt(minutes(21)));
  const Release later = JudgeAt(minutes(50));

  EXPECT_NE(EvidenceIdOf(later), EvidenceIdOf(told));
  const base::Result<model::Evidence> evidence =
      anomalies_->GetEvidence(kTenant, EvidenceIdOf(told));
  ASSERT_TRUE(evidence.ok());
  const base::Json result = *base::ParseJson(evidence->result_json);
  EXPECT_EQ(result["total"], 12'000);
  EXPECT_EQ(result["bad"], 600);
  EXPECT_NE(evidence->result_json.find(AnswerTo(*evidence)), std::string::npos)
      << evidence->result_json << AnswerTo(*evidence);
  EXPECT_EQ(evidence->step, minutes(20));                       // two points: nothing restarted
  EXPECT_FALSE(anomalies_->GetEvidence(kTenant, untold).ok());  // a quarter of an hour is over
  for (const model::AnomalyUpdate& update : Findings()) {
    EXPECT_NE(update.anomaly.summary.find("5 % of 12,000 requests"), std::string::npos);
    EXPECT_EQ(update.anomaly.evidence.result_json, evidence->result_json);
  }
}

TEST_F(WatchTest, EvidenceOfEachSideCanBeAskedForAgain) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b"}, kRelease, kRelease + minutes(30));
  Deploy("v2");
  const base::Json judgement = *base::ParseJson(JudgeAt(minutes(30)).judgement_json);

  int sides = 0;
  for (const base::Json& check : judgement["checks"]) {
    for (const base::Json& side : check["sides"]) {
      const base::Result<model::Evidence> evidence =
          anomalies_->GetEvidence(kTenant, side["evidence_id"].get<std::string>());
      ASSERT_TRUE(evidence.ok());
      EXPECT_NE(evidence->result_json.find(AnswerTo(*evidence)), std::string::npos)
          << check["signal"] << side["name"] << evidence->query;
      ++sides;
    }
  }
  EXPECT_EQ(sides, 8);  // three of errors and of latency, two of CPU
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
  ruled_out_ = true;

  const Release release = JudgeAt(minutes(5));

  ASSERT_EQ(release.verdict, Verdict::kBad);
  EXPECT_TRUE(release.summary.ends_with("rules this release out")) << release.summary;
  const std::vector<model::AnomalyUpdate> found = Findings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].anomaly.summary.find("checkout is worse. Errors: "), 0U)
      << found[0].anomaly.summary;
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
