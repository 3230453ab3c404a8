#include "heartbeat/book.h"

#include <gtest/gtest.h>

namespace vedette::heartbeat {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::TimePoint kStart = base::FromMillis(1'700'000'000'000);
const model::TenantName kTenant(model::kDefaultTenant);

class BookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    Open(kStart);
  }
  void Open(base::TimePoint now, base::Duration interval = minutes(10)) {
    now_ = now;
    book_ = *Book::Open(*database_, now, {});
    ASSERT_TRUE(book_->Expect({Nightly(interval)}, now).ok());
  }
  static Expected Nightly(base::Duration interval = minutes(10)) {
    return {.name = "nightly",
            .interval = interval,
            .grace = minutes(2),
            .severity = model::Severity::kWarning,
            .description = "see the runbook",
            .labels = model::Labels({{"team", std::string("data")}})};
  }
  // What was posted when the clock had moved on by so much.
  std::vector<model::Alert> After(base::Duration passed) {
    now_ += passed;
    std::vector<model::Alert> posted;
    const auto done = book_->Tend(now_, now_, [&](std::vector<model::Alert> alerts) {
      posted = std::move(alerts);
      return base::Result<>();
    });
    EXPECT_TRUE(done.ok());
    return posted;
  }
  void Beats(Beat beat = {}) {
    const base::Result<Status> status = book_->Record(kTenant, "nightly", beat, now_);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
  State state() { return book_->List(kTenant, now_).at(0).state; }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Book> book_;
  base::TimePoint now_ = kStart;
};

TEST_F(BookTest, FiresWhenNothingCameInTheIntervalAndItsGraceAndEndsWhenItIsBack) {
  EXPECT_EQ(state(), State::kWaiting);
  Beats();
  EXPECT_EQ(state(), State::kAlive);
  EXPECT_TRUE(After(minutes(11)).empty());
  EXPECT_EQ(state(), State::kLate);

  const std::vector<model::Alert> fired = After(minutes(1));
  EXPECT_EQ(state(), State::kMissing);
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_EQ(fired[0].labels.ToString(),
            "{alertname=\"HeartbeatMissing\",heartbeat=\"nightly\",service=\"nightly\","
            "severity=\"warning\",team=\"data\"}");
  EXPECT_EQ(fired[0].annotations.Get("description"), "see the runbook");
  EXPECT_FALSE(fired[0].ResolvedAt(now_));
  EXPECT_EQ(book_->missing(now_), 1u);

  Beats();
  const std::vector<model::Alert> ended = After(seconds(1));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].labels, fired[0].labels);
  EXPECT_TRUE(ended[0].ResolvedAt(now_));
  EXPECT_TRUE(After(seconds(1)).empty());
}

TEST_F(BookTest, OneThatNeverCameIsMissedToo) {
  const std::vector<model::Alert> fired = After(minutes(12));
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_EQ(fired[0].annotations.Get("summary"), "nightly has never been heard of, in 12m");
}

TEST_F(BookTest, ToldAgainBeforeItsAlertEndsByItself) {
  ASSERT_EQ(After(minutes(12)).size(), 1u);
  EXPECT_TRUE(After(seconds(59)).empty());
  EXPECT_EQ(After(seconds(1)).size(), 1u);
}

TEST_F(BookTest, AFailureFiresAtOnceWithItsMessage) {
  Beats({.failed = true, .message = "disk full", .source = "cron"});
  EXPECT_EQ(state(), State::kFailed);
  const std::vector<model::Alert> fired = After(seconds(1));
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_EQ(fired[0].annotations.Get("summary"), "nightly says that it failed: disk full");
  Beats();
  EXPECT_TRUE(After(seconds(1)).at(0).ResolvedAt(now_));
}

TEST_F(BookTest, WhatTheEngineDidNotTakeIsToldAgain) {
  now_ += minutes(12);
  const auto refuse = [](std::vector<model::Alert>) -> base::Result<> {
    return base::Unavailable("stopping");
  };
  EXPECT_FALSE(book_->Tend(now_, now_, refuse).ok());
  EXPECT_EQ(After(seconds(1)).size(), 1u);
}

TEST_F(BookTest, ARestartForgetsNothingAndGivesTimeToBeHeard) {
  Beats();
  now_ += minutes(9);
  Beats({.failed = false, .message = "fine", .source = "cron"});
  Open(now_ + minutes(11));  // down for eleven minutes: late, not missing yet
  EXPECT_EQ(state(), State::kLate);
  EXPECT_EQ(book_->List(kTenant, now_).at(0).beats, 2);
  EXPECT_EQ(book_->List(kTenant, now_).at(0).message, "fine");
  EXPECT_TRUE(After(minutes(3)).empty()) << "due while it was down: it may come yet";
  EXPECT_EQ(After(minutes(1)).size(), 1u);
}

TEST_F(BookTest, RestartsDoNotPutOffWhatHasNeverCome) {
  for (int i = 0; i < 3; ++i) Open(now_ + minutes(3));
  EXPECT_EQ(After(minutes(4)).size(), 1u);
}

TEST_F(BookTest, AnAlertOfTheRunBeforeEndsWhenItIsBack) {
  ASSERT_EQ(After(minutes(12)).size(), 1u);
  Open(now_ + minutes(1));
  EXPECT_TRUE(After(seconds(1)).empty());
  Beats();
  EXPECT_TRUE(After(seconds(1)).at(0).ResolvedAt(now_));
}

TEST_F(BookTest, WhatIsExpectedNoMoreEndsAndIsForgotten) {
  ASSERT_EQ(After(minutes(12)).size(), 1u);
  ASSERT_TRUE(book_->Expect({}, now_).ok());
  EXPECT_TRUE(After(seconds(1)).at(0).ResolvedAt(now_));
  EXPECT_TRUE(After(minutes(10)).empty());
  EXPECT_EQ(book_->Record(kTenant, "nightly", {}, now_).error().code, base::ErrorCode::kNotFound);
}

TEST_F(BookTest, TenantsDoNotHearEachOther) {
  EXPECT_FALSE(book_->Record("bank", "nightly", {}, now_).ok());
  EXPECT_TRUE(book_->List("bank", now_).empty());
}

TEST_F(BookTest, RefusesWhatCannotBe) {
  const auto fault = [](auto change) {
    Expected expected = Nightly();
    change(expected);
    const base::Result<> valid = Validate(expected);
    return valid.ok() ? "" : valid.error().field;
  };
  EXPECT_EQ(fault([](Expected&) {}), "");
  EXPECT_EQ(fault([](Expected& e) { e.name = "a b"; }), "name");
  EXPECT_EQ(fault([](Expected& e) { e.name.clear(); }), "name");
  EXPECT_EQ(fault([](Expected& e) { e.interval = base::Duration(1); }), "interval");
  EXPECT_EQ(fault([](Expected& e) { e.grace = base::Duration(-1); }), "grace");
  EXPECT_EQ(fault([](Expected& e) { e.tenant = "a/b"; }), "tenant");
  EXPECT_FALSE(book_->Expect(std::vector<Expected>(kExpectedMax + 1), now_).ok());
}

}  // namespace
}  // namespace vedette::heartbeat
