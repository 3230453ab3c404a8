#include "app/self_watch.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "net/testing/fake_client.h"

namespace vedette::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class SelfWatchTest : public ::testing::Test {
 protected:
  SelfWatchTest() {
    watch_.Add("engine", true, [this] { return engine_; });
    watch_.Add("intake", false, [this] { return intake_; });
    SelfWatchOptions options;
    options.sent = {{.name = "outside", .url = "https://deadman.example/secret", .method = "POST"}};
    watch_.Apply(options);
  }
  void After(base::Duration passed) {
    clock_.Advance(passed);
    watch_.Step();
  }
  std::vector<model::AnomalyUpdate> Found() {
    std::vector<model::AnomalyUpdate> found;
    while (auto update = findings_.PopUntil({})) found.push_back(*std::move(update));
    return found;
  }

  base::FakeClock clock_;
  net::FakeClient client_;
  base::MetricsRegistry metrics_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{100, base::OverflowPolicy::kReject};
  std::vector<model::Page> pages_;
  std::optional<std::string> engine_;
  std::optional<std::string> intake_;
  SelfWatch watch_{{.client = client_,
                    .clock = clock_,
                    .metrics = metrics_,
                    .findings = findings_,
                    .page_directly = [this](const model::Page& page) { pages_.push_back(page); }}};
};

TEST_F(SelfWatchTest, HeartbeatsGoOutAtTheirIntervalWhileAllIsWell) {
  After(seconds(0));
  After(seconds(59));
  EXPECT_EQ(client_.request_count(), 1u);
  After(seconds(1));
  ASSERT_EQ(client_.request_count(), 2u);
  EXPECT_EQ(client_.requests()[0].url, "https://deadman.example/secret");
  EXPECT_EQ(client_.requests()[0].method, "POST");
  const api::SelfReport report = watch_.report();
  EXPECT_TRUE(report.healthy);
  ASSERT_EQ(report.sent.size(), 1u);
  EXPECT_EQ(report.sent[0].host, "deadman.example");
  EXPECT_EQ(report.sent[0].last_at, clock_.Now());
}

TEST_F(SelfWatchTest, OneThatIsNotTakenIsTriedAgainSoon) {
  client_.Reply({.status = 503, .headers = {}, .body = {}});
  After(seconds(0));
  EXPECT_FALSE(watch_.report().sent[0].last_at.has_value());
  EXPECT_EQ(watch_.report().sent[0].detail, "HTTP 503");
  After(seconds(10));
  EXPECT_EQ(client_.request_count(), 2u);
  EXPECT_TRUE(watch_.report().sent[0].last_at.has_value());
}

TEST_F(SelfWatchTest, TheyStopWhileAPartFailsAndGoOnAfterwards) {
  After(seconds(0));
  intake_ = "the disk is full";
  After(minutes(1));
  EXPECT_EQ(client_.request_count(), 2u) << "trouble may pass";
  After(minutes(2));
  After(minutes(1));
  EXPECT_EQ(client_.request_count(), 2u);
  EXPECT_FALSE(watch_.report().healthy);
  intake_.reset();
  After(seconds(1));
  EXPECT_EQ(client_.request_count(), 3u);
}

TEST_F(SelfWatchTest, APartThatFailsIsAnAnomalyUntilItWorks) {
  intake_ = "the disk is full";
  After(seconds(0));
  After(seconds(119));
  EXPECT_TRUE(Found().empty());
  After(seconds(1));
  const auto found = Found();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].transition, model::AnomalyTransition::kOpened);
  EXPECT_EQ(found[0].anomaly.severity, model::Severity::kCritical);
  EXPECT_EQ(found[0].anomaly.summary, "Vedette itself fails: the disk is full");
  EXPECT_TRUE(pages_.empty()) << "the engine's pages arrive";
  intake_.reset();
  After(seconds(1));
  EXPECT_EQ(Found().at(0).transition, model::AnomalyTransition::kClosed);
}

TEST_F(SelfWatchTest, WhatSilencesPagesIsToldAroundThem) {
  engine_ = "the engine stands still";
  After(seconds(0));
  After(minutes(2));
  After(minutes(59));
  ASSERT_EQ(pages_.size(), 1u);
  EXPECT_EQ(pages_[0].kind, model::PageKind::kOpened);
  EXPECT_EQ(pages_[0].title, "Vedette itself fails: the engine stands still");
  EXPECT_EQ(pages_[0].severity, model::Severity::kCritical);
  After(minutes(1));
  ASSERT_EQ(pages_.size(), 2u) << "again while it lasts";
  EXPECT_NE(pages_[0].dedup_key, pages_[1].dedup_key);
  engine_.reset();
  After(seconds(1));
  ASSERT_EQ(pages_.size(), 3u);
  EXPECT_EQ(pages_[2].kind, model::PageKind::kResolved);
  EXPECT_EQ(pages_[2].incident_id, pages_[0].incident_id);
}

TEST_F(SelfWatchTest, TroubleThatComesAndGoesIsNoFailure) {
  for (int i = 0; i < 10; ++i) {
    engine_ = "slow";
    After(minutes(1));
    engine_.reset();
    After(minutes(1));
  }
  EXPECT_TRUE(pages_.empty());
  EXPECT_TRUE(Found().empty());
}

}  // namespace
}  // namespace vedette::app
