#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "evidence/question.h"
#include "release/testing/watch_fixture.h"

namespace vedette::release {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::kRelease;
using testing::kTenant;

constexpr base::Duration kWeek = hours(24 * 7);

class WatchEvidenceTest : public testing::WatchFixture {
 protected:
  // Follows each evidence id: the question gives the answer that is stored, and the side's numbers
  // stand beside it. How many sides there were.
  int FollowAll(const Release& release) {
    int sides = 0;
    const base::Json judgement = *base::ParseJson(release.judgement_json);
    for (const base::Json& check : judgement["checks"]) {
      for (const base::Json& side : check["sides"]) {
        Follow(side, check["signal"].get<std::string>() + " " + side["name"].get<std::string>());
        ++sides;
      }
    }
    return sides;
  }
  base::Json Follow(const base::Json& side, const std::string& what) {
    const base::Result<model::Evidence> evidence =
        anomalies_->GetEvidence(kTenant, side["evidence_id"].get<std::string>());
    EXPECT_TRUE(evidence.ok()) << what;
    if (!evidence.ok()) return {};
    EXPECT_NE(evidence->result_json.find(AnswerTo(*evidence)), std::string::npos)
        << what << evidence->query << evidence->result_json << AnswerTo(*evidence);
    base::Json result = *base::ParseJson(evidence->result_json);
    for (const char* number : {"total", "bad", "value"}) EXPECT_EQ(result[number], side[number]);
    EXPECT_FALSE(result["result"].empty()) << what;
    return result;
  }
  static base::Json SideOf(const Release& release, const std::string& signal,
                           const std::string& name) {
    const base::Json check = CheckOf(release, signal);
    for (const base::Json& side : check["sides"]) {
      if (side["name"] == name) return side;
    }
    ADD_FAILURE() << signal << " has no side " << name;
    return {};
  }
};

TEST_F(WatchEvidenceTest, NewLogPatternsAreEvidence) {
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

  lines_answer_ = R"({"resultType":"matrix","result":[
      {"metric":{"pattern":"0000000000000002"},"values":[[1760000000,"7"]]}],"complete":true})";

  const base::Json judgement = *base::ParseJson(JudgeAt(minutes(30)).judgement_json);

  ASSERT_EQ(judgement["new_patterns"].size(), 1U);
  const base::Json& shown = judgement["new_patterns"][0];
  EXPECT_EQ(shown["id"], "0000000000000002");
  EXPECT_EQ(shown["lines"], 7);
  EXPECT_EQ(lines_asked_, "service=\"checkout\" (pattern=0000000000000002) | count by (pattern)");
  const auto evidence = anomalies_->GetEvidence(kTenant, shown["evidence_id"].get<std::string>());
  ASSERT_TRUE(evidence.ok());
  EXPECT_EQ(evidence->language, evidence::kLogs);
  EXPECT_EQ(evidence->query, lines_asked_);
  EXPECT_EQ(evidence->result_json, lines_answer_);
}

TEST_F(WatchEvidenceTest, ItsEvidenceShowsTheSameNumbers) {
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

TEST_F(WatchEvidenceTest, EvidenceOfAToldVerdictKeepsItsNumbersAndItsQuestionGivesThemAgain) {
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

TEST_F(WatchEvidenceTest, EvidenceOfEachSideCanBeAskedForAgain) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease + minutes(30));
  Serve({.version = "v2", .pod = "b"}, kRelease, kRelease + minutes(30));
  Deploy("v2");

  EXPECT_EQ(FollowAll(JudgeAt(minutes(30))), 8);  // three of errors and of latency, two of CPU
}

TEST_F(WatchEvidenceTest, OfPreviousWeeksHasTheRowsOfEachOfThem) {
  for (int week = 0; week <= 3; ++week) {
    const base::TimePoint then = kRelease - week * kWeek;
    Serve({.errors = 0.001 * (week + 1)}, then - hours(3), then);
    Serve({.pod = "b", .errors = 0.01, .cpu = 0.3 + 0.01 * week}, then, then + minutes(40));
  }
  Deploy("v2");

  const Release release = JudgeAt(minutes(33));

  EXPECT_EQ(FollowAll(release), 10);  // four of errors and of latency, two of CPU
  // Counted in steps of five minutes: the first of them began two minutes before the release.
  const base::Json after = SideOf(release, "errors", "previous_weeks");
  EXPECT_EQ(after["total"], 3 * 35 * 600);
  const base::Json result = Follow(after, "errors of weeks");
  double begun = std::numeric_limits<double>::infinity();
  for (const base::Json& row : result["result"]) {
    begun = std::min(begun, row["values"][0][0].get<double>());
  }
  double failed = 0;  // what appears later began at zero
  for (const base::Json& row : result["result"]) {
    if (row["metric"]["code"] != "500") continue;
    failed += std::stod(row["values"].back()[1].get<std::string>());
    if (row["values"][0][0] != begun) continue;
    failed -= std::stod(row["values"][0][1].get<std::string>());
  }
  EXPECT_EQ(failed, after["bad"]);
  const base::Json before = SideOf(release, "errors", "previous_weeks_before");
  EXPECT_EQ(before["total"], 3 * 175 * 600);
}

TEST_F(WatchEvidenceTest, OfOtherServicesHasTheirRequestsAndFailuresAtBothTimes) {
  Serve({}, kRelease - hours(3), kRelease + minutes(30));
  for (const char* other : {"cart", "mail", "search", "user"}) {
    Serve({.service = other, .errors = 0.01}, kRelease - hours(3), kRelease + minutes(30));
  }
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  const base::Json side = SideOf(release, "errors", "other_services");
  const base::Json result = Follow(side, "others");
  EXPECT_EQ(result["result"].size(), 10U);  // five services, requests and failures
  const std::string middle = result["counted"].get<std::string>();
  for (const base::Json& row : result["result"]) {
    const std::string name = row["metric"]["service"].get<std::string>();
    if (middle.find("of " + name) == std::string::npos) continue;
    const bool failures = row["metric"].contains("counts");
    EXPECT_NEAR(std::stod(row["values"].back()[1].get<std::string>()),
                side[failures ? "bad" : "total"].get<double>(), 1e-6);
    EXPECT_EQ(row["values"].size(), 2U);
  }
}

TEST_F(WatchEvidenceTest, OfFailuresThatAreCountedApartHasBothCounters) {
  const auto add = [&](const std::string& name, base::TimePoint at, double value) {
    store_.Add(kTenant, model::Labels({{"__name__", name}, {"service", "checkout"}}),
               base::ToMillis(at), value);
  };
  for (base::TimePoint at = kRelease - hours(3); at <= kRelease + minutes(30);
       at += std::chrono::seconds(15)) {
    const double passed = base::ToSeconds(at - kRelease + hours(3));
    add("http_requests_total", at, 10 * passed);
    add("http_errors_total", at, std::floor(0.05 * passed));
  }
  options_.error_metrics = {"http_errors_total"};
  Restart();
  Deploy("v2");

  const Release release = JudgeAt(minutes(30));

  const base::Json side = SideOf(release, "errors", "release");
  EXPECT_EQ(side["total"], 18'000);
  EXPECT_EQ(side["bad"], 90);
  EXPECT_EQ(Follow(side, "release")["result"].size(), 2U);
}

TEST_F(WatchEvidenceTest, OfProcessorsThatKnowNoVersionIsDividedByTime) {
  Serve({.version = "v1"}, kRelease - hours(3), kRelease);
  Serve({.version = "v2", .pod = "b"}, kRelease, kRelease + hours(1));
  for (base::TimePoint at = kRelease - hours(3); at <= kRelease + hours(1);
       at += std::chrono::seconds(15)) {
    store_.Add(kTenant,
               model::Labels({{"__name__", "container_memory_working_set_bytes"},
                              {"service", "checkout"},
                              {"image", "shop"},
                              {"container", "checkout"}}),
               base::ToMillis(at),
               (at > kRelease ? 2e9 : 1e9) + static_cast<double>((at - kRelease).count()));
  }
  Deploy("v2");

  const Release release = JudgeAt(hours(1));

  EXPECT_EQ(CheckOf(release, "memory")["outcome"], "worse");
  EXPECT_NEAR(SideOf(release, "memory", "release")["value"].get<double>(), 2e9, 1e7);
  EXPECT_NEAR(SideOf(release, "memory", "old_version")["value"].get<double>(), 1e9, 1e7);
  FollowAll(release);
}

}  // namespace
}  // namespace vedette::release
