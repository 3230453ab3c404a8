#include "notify/delivery/courier.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/page_json.h"
#include "notify/delivery/schema.h"
#include "notify/delivery/testing/fake_channel.h"
#include "notify/delivery/testing/pages.h"
#include "sql/testing/fault_injector.h"

namespace vedette::notify::delivery {
namespace {

using model::PageKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::Duration kSecond = std::chrono::seconds(1);

std::unique_ptr<sql::Database> OpenTables(sql::DatabaseOptions options) {
  auto database = sql::Database::Open(std::move(options));
  if (!database.ok() || !Dispatcher::Migrate(**database).ok()) return nullptr;
  return *std::move(database);
}

base::Result<> Order(sql::Database& database, const model::Page& page, base::TimePoint now,
                     const std::vector<Address>& addresses = {{"hook", "webhook"}}) {
  return database.Transact(
      [&](sql::Session& session) { return Enqueue(session, page, addresses, now); });
}

std::vector<Letter> Letters(sql::Database& database) {
  std::vector<Letter> letters;
  const base::Result<> read = database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(letters, ReadLetters(session, {.tenant = "default", .limit = 1000}));
    return {};
  });
  EXPECT_TRUE(read.ok());
  return letters;
}

std::vector<LedgerRow> LedgerOf(sql::Database& database, std::string_view dedup_key,
                                std::string_view receiver = "hook") {
  std::vector<LedgerRow> rows;
  const base::Result<> read = database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(rows, ReadLedger(session, dedup_key, receiver, 100'000));
    return {};
  });
  EXPECT_TRUE(read.ok());
  return rows;
}

base::Result<int64_t> Verify(sql::Database& database) {
  int64_t rows = 0;
  VEDETTE_TRY_VOID(database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(rows, VerifyLedger(session));
    return {};
  }));
  return rows;
}

// A courier over a database in memory and a channel that does as it is told.
class CourierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = OpenTables({.path = ":memory:"});
    ASSERT_NE(database_, nullptr);
    MakeCourier({.name = "hook", .kind = "webhook"});
  }
  void MakeCourier(Receiver receiver, CourierOptions options = {}) {
    courier_.emplace(receiver,
                     Courier::Parts{*database_, channel_, clock_, metrics_,
                                    [this](const Report& report) {
                                      reports_.push_back(report);
                                      return true;
                                    }},
                     options, 1);
  }
  void Order(const model::Page& page) {
    ASSERT_TRUE(delivery::Order(*database_, page, clock_.Now()).ok());
  }
  // Steps and waits as a thread would, for so long.
  void RunFor(base::Duration span) {
    const base::SteadyPoint end = clock_.Steady() + span;
    while (clock_.Steady() < end) {
      const std::optional<base::Duration> wait = courier_->Step();
      const auto left = std::chrono::ceil<base::Duration>(end - clock_.Steady());
      if (!wait) return clock_.Advance(left);
      if (wait->count() > 0) clock_.Advance(std::min(*wait, left));
    }
  }

  base::FakeClock clock_;
  base::MetricsRegistry registry_;
  CourierMetrics metrics_{registry_, "hook"};
  FakeChannel channel_;
  std::unique_ptr<sql::Database> database_;
  std::optional<Courier> courier_;
  std::vector<Report> reports_;
};

TEST_F(CourierTest, DeliversOnceAndSaysSo) {
  Order(PageAbout("in_1"));

  RunFor(kSecond);

  EXPECT_THAT(channel_.keys(), ElementsAre("in_1:opened:1"));
  const std::vector<Letter> letters = Letters(*database_);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].state, "delivered");
  EXPECT_EQ(letters[0].attempts, 1);
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_TRUE(reports_[0].ok && reports_[0].final);
  EXPECT_EQ(courier_->Step(), std::nullopt);
}

TEST_F(CourierTest, TheAttemptIsInTheLedgerBeforeAnythingIsSent) {
  Order(PageAbout("in_1"));
  std::vector<LedgerRow> before;
  std::string state;
  channel_.SetHandler([&](const model::Page&, const Attempt&) {
    before = LedgerOf(*database_, "in_1:opened:1");
    state = Letters(*database_)[0].state;
    return FakeChannel::Delivered();
  });

  RunFor(kSecond);

  ASSERT_EQ(before.size(), 2u);
  EXPECT_EQ(before[0].event, "ordered");
  EXPECT_EQ(before[1].event, "attempt");
  EXPECT_THAT(before[1].detail, ::testing::HasSubstr("may have been sent"));
  EXPECT_EQ(state, "sending");
  const std::vector<LedgerRow> after = LedgerOf(*database_, "in_1:opened:1");
  ASSERT_EQ(after.size(), 3u);
  EXPECT_EQ(after[2].event, "answer");
  EXPECT_EQ(after[2].outcome, "delivered");
  EXPECT_EQ(after[2].status, 200);
}

TEST_F(CourierTest, AFreshOrderIsSentWithoutAnotherTransaction) {
  EXPECT_EQ(courier_->Step(), std::nullopt);  // begins with an empty outbox
  const auto why = [&](sql::Session& session) {
    return Enqueue(session, PageAbout("in_1"), {{"hook", "webhook"}}, clock_.Now(), "rule > ann");
  };
  ASSERT_TRUE(database_->Transact(why).ok());
  std::vector<LedgerRow> before;
  int sent = 0;
  channel_.SetHandler([&](const model::Page&, const Attempt& attempt) {
    before = LedgerOf(*database_, "in_1:opened:1");
    EXPECT_EQ(attempt.number, ++sent);
    return sent == 1 ? FakeChannel::Down() : FakeChannel::Delivered();
  });

  courier_->Step();

  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0].event, "ordered");
  EXPECT_EQ(before[0].detail, "rule > ann");
  RunFor(60 * kSecond);
  std::vector<std::string> events;
  for (const LedgerRow& row : LedgerOf(*database_, "in_1:opened:1")) {
    events.push_back(row.event + " " + std::to_string(row.attempt));
  }
  EXPECT_THAT(events, ElementsAre("ordered 0", "attempt 1", "answer 1", "attempt 2", "answer 2"));
  EXPECT_EQ(before.size(), 4u) << "the second attempt was in the ledger before it was made";
  EXPECT_EQ(Letters(*database_)[0].attempts, 2);
  EXPECT_TRUE(Verify(*database_).ok());
}

TEST_F(CourierTest, KeepsTheOrderWithinAnIncidentAndOnlyThere) {
  Order(PageAbout("in_1", PageKind::kOpened));
  Order(PageAbout("in_1", PageKind::kResolved));
  Order(PageAbout("in_2", PageKind::kOpened));
  int failures = 2;
  channel_.SetHandler([&](const model::Page& page, const Attempt&) {
    return page.incident_id == "in_1" && failures-- > 0 ? FakeChannel::Down()
                                                        : FakeChannel::Delivered();
  });

  RunFor(10 * kSecond);

  EXPECT_THAT(channel_.keys(), ElementsAre("in_1:opened:1", "in_2:opened:1", "in_1:opened:1",
                                           "in_1:opened:1", "in_1:resolved:1"));
}

TEST_F(CourierTest, WaitsLongerAfterEachFailure) {
  Order(PageAbout("in_1"));
  std::vector<int64_t> times;
  const base::SteadyPoint start = clock_.Steady();
  channel_.SetHandler([&](const model::Page&, const Attempt&) {
    times.push_back((clock_.Steady() - start) / kSecond);
    return FakeChannel::Down();
  });

  RunFor(200 * kSecond);

  ASSERT_GT(times.size(), 6u);
  EXPECT_EQ(times[0], 0);
  for (size_t i = 1; i < times.size(); ++i) {
    EXPECT_LE(times[i] - times[i - 1], 37) << "attempt " << i;
  }
  EXPECT_GE(times.back() - times[times.size() - 2], 23);
  EXPECT_EQ(reports_.size(), 1u) << "only the first failure is news";
  EXPECT_FALSE(reports_[0].final);
}

TEST_F(CourierTest, HonoursRetryAfterWithinReason) {
  Order(PageAbout("in_1"));
  Order(PageAbout("in_2"));
  const base::SteadyPoint start = clock_.Steady();
  std::vector<int64_t> times;
  channel_.SetHandler([&](const model::Page&, const Attempt& attempt) {
    times.push_back((clock_.Steady() - start) / kSecond);
    Answer answer{Verdict::kRetry, 429, "HTTP 429", std::chrono::seconds(100)};
    if (times.size() == 2) answer.retry_after = std::chrono::hours(10);
    return times.size() > 2 && attempt.number > 0 ? FakeChannel::Delivered() : answer;
  });

  RunFor(1000 * kSecond);

  ASSERT_EQ(times.size(), 4u);
  EXPECT_EQ(times[1], 100);
  EXPECT_EQ(times[2], 400);
}

TEST_F(CourierTest, KeepsTheIntervalThatAReceiverNeeds) {
  MakeCourier({.name = "hook", .kind = "slack", .min_interval = kSecond});
  for (int i = 0; i < 10; ++i) Order(PageAbout("in_" + std::to_string(i)));

  RunFor(5 * kSecond);
  EXPECT_EQ(channel_.keys().size(), 5u);
  RunFor(5 * kSecond);

  EXPECT_EQ(channel_.keys().size(), 10u);
}

TEST_F(CourierTest, ADayWithoutTheReceiverLosesNothingAndIsMadeUpSoon) {
  channel_.Always(FakeChannel::Down());
  std::vector<std::string> want;
  for (int hour = 0; hour < 24; ++hour) {
    const std::string id = "in_" + std::to_string(100 + hour);
    Order(PageAbout(id, PageKind::kOpened, clock_.Now()));
    want.push_back(id + ":opened:1");
    RunFor(std::chrono::hours(1));
  }
  const size_t probes = channel_.keys().size();
  EXPECT_LT(probes, 24 * 3600 / 20u) << "a dead receiver is only probed";

  channel_.Always(FakeChannel::Delivered());
  RunFor(60 * kSecond);

  std::vector<std::string> got = channel_.keys();
  got.erase(got.begin(), got.begin() + static_cast<int64_t>(probes));
  EXPECT_EQ(got.size(), want.size());
  EXPECT_THAT(got, ::testing::UnorderedElementsAreArray(want));
  for (const Letter& letter : Letters(*database_)) EXPECT_EQ(letter.state, "delivered");
  const std::vector<LedgerRow> rows = LedgerOf(*database_, want[0]);
  EXPECT_GE(rows.back().delayed_seconds, 24 * 3600);
  EXPECT_NE(reports_.back().detail.find("s late"), std::string::npos) << reports_.back().detail;
  EXPECT_TRUE(Verify(*database_).ok());
}

// Ten thousand letters about twenty incidents wait for a receiver that is away.
TEST_F(CourierTest, WhatWaitedLongIsSentAsOnePageOfEachIncidentThatSaysHowItStands) {
  channel_.Always(FakeChannel::Down());
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Session& session) -> base::Result<> {
                    for (int i = 0; i < 10'000; ++i) {
                      const std::string id = "in_" + std::to_string(100 + i % 20);
                      model::Page page = PageAbout(id, PageKind::kOpened, clock_.Now());
                      page.dedup_key = id + ":opened:" + std::to_string(i);
                      if (i >= 9'980) page = PageAbout(id, PageKind::kResolved, clock_.Now());
                      VEDETTE_TRY_VOID(Enqueue(session, page, {{"hook", "webhook"}}, clock_.Now()));
                    }
                    return {};
                  })
                  .ok());
  RunFor(std::chrono::minutes(10));
  const size_t probes = channel_.keys().size();
  std::vector<int64_t> replaced;
  channel_.SetHandler([&](const model::Page&, const Attempt& attempt) {
    replaced.push_back(attempt.replaced);
    return FakeChannel::Delivered();
  });

  RunFor(60 * kSecond);

  std::vector<std::string> got = channel_.keys();
  got.erase(got.begin(), got.begin() + static_cast<int64_t>(probes));
  ASSERT_EQ(got.size(), 20u);
  for (const std::string& key : got) EXPECT_TRUE(key.ends_with(":resolved:1")) << key;
  EXPECT_THAT(replaced, ::testing::Each(499));
  EXPECT_EQ(courier_->Step(), std::nullopt);
  EXPECT_EQ(metrics_.superseded.value(), 9'980u);
  const std::vector<LedgerRow> rows = LedgerOf(*database_, "in_100:opened:9960");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].event, "superseded");
  EXPECT_EQ(rows[1].detail, "in its place in_100:resolved:1");
  EXPECT_TRUE(Verify(*database_).ok());
}

TEST_F(CourierTest, AnAlertThatEndedInAPageLeftOutIsInTheOneThatIsSent) {
  const auto alert = [](std::string instance, base::TimePoint ends_at) {
    model::Alert made;
    made.labels = model::Labels({{"instance", std::move(instance)}});
    made.ends_at = ends_at;
    return made;
  };
  const base::TimePoint start = clock_.Now();
  channel_.Always(FakeChannel::Down());
  model::Page page = PageAbout("in_1", PageKind::kUpdated, start);
  page.alerts = {alert("a", {}), alert("b", {})};
  Order(page);
  page.dedup_key = "in_1:updated:2";
  page.alerts = {alert("a", {}), alert("b", start - kSecond)};
  Order(page);
  page.dedup_key = "in_1:updated:3";
  page.alerts = {alert("a", {}), alert("c", {})};
  Order(page);
  RunFor(60 * kSecond);
  std::vector<model::Page> sent;
  channel_.SetHandler([&](const model::Page& what, const Attempt&) {
    sent.push_back(what);
    return FakeChannel::Delivered();
  });

  RunFor(60 * kSecond);

  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].dedup_key, "in_1:updated:3");
  ASSERT_EQ(sent[0].alerts.size(), 3u);
  EXPECT_EQ(sent[0].alerts[2].labels.Get("instance"), "b");
  EXPECT_EQ(sent[0].alerts[2].ends_at, start - kSecond);
}

TEST_F(CourierTest, WhatWaitedBrieflyIsSentInFull) {
  channel_.Always(FakeChannel::Down());
  Order(PageAbout("in_1", PageKind::kOpened));
  Order(PageAbout("in_1", PageKind::kResolved));
  RunFor(3 * kSecond);
  const size_t failed = channel_.keys().size();
  channel_.Always(FakeChannel::Delivered());

  RunFor(60 * kSecond);

  std::vector<std::string> got = channel_.keys();
  got.erase(got.begin(), got.begin() + static_cast<int64_t>(failed));
  EXPECT_THAT(got, ElementsAre("in_1:opened:1", "in_1:resolved:1"));
}

TEST_F(CourierTest, EachPersonGetsTheirOwnAndNobodyWaitsForAnother) {
  const std::vector<Address> persons = {{"hook", "webhook", "+491"}, {"hook", "webhook", "+492"}};
  for (const PageKind kind : {PageKind::kOpened, PageKind::kResolved}) {
    ASSERT_TRUE(delivery::Order(*database_, PageAbout("in_1", kind), clock_.Now(), persons).ok());
  }
  std::vector<std::string> sent;
  channel_.SetHandler([&](const model::Page& page, const Attempt& attempt) {
    if (attempt.to == "+491") return FakeChannel::Refused();
    sent.push_back(attempt.to + " " + page.dedup_key);
    return FakeChannel::Delivered();
  });

  RunFor(60 * kSecond);

  EXPECT_THAT(sent, ElementsAre("+492 in_1:opened:1", "+492 in_1:resolved:1"));
  const std::vector<Letter> letters = Letters(*database_);
  ASSERT_EQ(letters.size(), 4u);
  EXPECT_EQ(letters[3].address.to, "+491");
  EXPECT_EQ(letters[3].state, "failed");
  EXPECT_EQ(letters[2].state, "delivered");
  std::vector<LedgerRow> rows;
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(rows, ReadLedger(session, "in_1:opened:1", "hook", 10, "+492"));
                    return {};
                  })
                  .ok());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].outcome, "delivered");
  EXPECT_EQ(rows[2].recipient, "+492");
  EXPECT_TRUE(Verify(*database_).ok());
  ASSERT_GE(reports_.size(), 2u);
  EXPECT_EQ(reports_[0].to, "+491");
  EXPECT_EQ(reports_[1].to, "+492");
}

TEST_F(CourierTest, ARefusedPageFailsAndTheNextIsSent) {
  Order(PageAbout("in_1", PageKind::kOpened));
  Order(PageAbout("in_1", PageKind::kResolved));
  channel_.SetHandler([&](const model::Page& page, const Attempt&) {
    return page.kind == PageKind::kOpened ? FakeChannel::Refused() : FakeChannel::Delivered();
  });

  RunFor(60 * kSecond);

  const std::vector<Letter> letters = Letters(*database_);
  EXPECT_EQ(letters[1].state, "failed");
  EXPECT_EQ(letters[1].attempts, 3);
  EXPECT_EQ(letters[0].state, "delivered");
  EXPECT_EQ(LedgerOf(*database_, "in_1:opened:1").back().outcome, "refused");
  ASSERT_EQ(reports_.size(), 3u);
  EXPECT_TRUE(!reports_[1].ok && reports_[1].final);
}

TEST_F(CourierTest, GivesUpAfterItsTimeAndSaysSo) {
  MakeCourier({.name = "hook", .kind = "webhook"}, {.give_up_after = std::chrono::hours(1)});
  Order(PageAbout("in_1"));
  channel_.Always(FakeChannel::Down());

  RunFor(std::chrono::minutes(59));
  EXPECT_EQ(Letters(*database_)[0].state, "pending");
  RunFor(std::chrono::minutes(2));

  EXPECT_EQ(Letters(*database_)[0].state, "failed");
  EXPECT_EQ(reports_.back().ok, false);
  EXPECT_TRUE(reports_.back().final);
}

TEST_F(CourierTest, AClockThatIsSetBackStopsNothing) {
  Order(PageAbout("in_1"));
  int failures = 3;
  channel_.SetHandler([&](const model::Page&, const Attempt&) {
    return failures-- > 0 ? FakeChannel::Down() : FakeChannel::Delivered();
  });
  RunFor(2 * kSecond);
  clock_.StepWallClock(-std::chrono::hours(24));

  RunFor(60 * kSecond);

  EXPECT_EQ(Letters(*database_)[0].state, "delivered");
}

// By a few minutes, as often as one likes.
TEST_F(CourierTest, WhatWasNeverTriedWaitsForNoClock) {
  RunFor(kSecond);
  Order(PageAbout("in_1"));
  clock_.StepWallClock(-std::chrono::minutes(4));

  RunFor(kSecond);

  EXPECT_EQ(Letters(*database_)[0].state, "delivered");
}

TEST_F(CourierTest, APageThatCannotBeReadFailsAlone) {
  Order(PageAbout("in_1"));
  Order(PageAbout("in_2"));
  ASSERT_TRUE(database_
                  ->Transact([](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(
                        session.Execute("UPDATE outbox SET page = '{' WHERE incident_id = 'in_1'"));
                    return {};
                  })
                  .ok());

  RunFor(60 * kSecond);

  EXPECT_THAT(channel_.keys(), ElementsAre("in_2:opened:1"));
  EXPECT_EQ(Letters(*database_)[1].state, "failed");
}

TEST(Outbox, TheSamePageTwiceIsOne) {
  auto database = OpenTables({.path = ":memory:"});
  const std::vector<Address> both = {{"hook", "webhook"}, {"chat", "slack"}};

  ASSERT_TRUE(Order(*database, PageAbout("in_1"), {}, both).ok());
  ASSERT_TRUE(Order(*database, PageAbout("in_1"), {}, both).ok());

  EXPECT_EQ(Letters(*database).size(), 2u);
}

TEST(Outbox, SaysWhenNobodyCouldBeTold) {
  auto database = OpenTables({.path = ":memory:"});

  ASSERT_TRUE(Order(*database, PageAbout("in_1"), {}, {}).ok());

  const std::vector<Letter> letters = Letters(*database);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].state, "dropped");
  EXPECT_EQ(LedgerOf(*database, "in_1:opened:1", "").at(0).event, "dropped");
}

// Rows of the first schema, as the release before wrote them.
TEST(Outbox, RowsFromBeforePersonsWereKnownAreStillSent) {
  auto opened = sql::Database::Open({.path = ":memory:"});
  ASSERT_TRUE(opened.ok());
  sql::Database& database = **opened;
  ASSERT_TRUE(database.Migrate("delivery", Migrations().first(1)).ok());
  const std::string page = PageToJson(PageAbout("in_1"));
  ASSERT_TRUE(database
                  .Transact([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(session.Execute(
                        "INSERT INTO outbox (id, dedup_key, receiver, channel, tenant, "
                        "incident_id, kind, page, state, done, reported, attempts, created_at, "
                        "next_attempt_at, detail) VALUES (1, 'in_1:opened:1', 'hook', 'webhook', "
                        "'default', 'in_1', 'opened', ?, 'pending', 0, 0, 2, 5, 6, 'HTTP 503')",
                        {sql::Text(page)}));
                    return {};
                  })
                  .ok());

  ASSERT_TRUE(Dispatcher::Migrate(database).ok());

  std::vector<Letter> heads;
  ASSERT_TRUE(database
                  .Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(heads, Heads(session, "hook", 10));
                    return {};
                  })
                  .ok());
  ASSERT_EQ(heads.size(), 1u);
  EXPECT_EQ(heads[0].attempts, 2);
  EXPECT_EQ(heads[0].address.to, "");
  EXPECT_EQ(heads[0].page_json, page);
  EXPECT_EQ(heads[0].detail, "HTTP 503");
}

TEST(Ledger, RowsThatAreCutOffAtTheEndAreMissed) {
  auto database = OpenTables({.path = ":memory:"});
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Order(*database, PageAbout("in_" + std::to_string(i)), {}, {}).ok());
  }
  EXPECT_EQ(Verify(*database).value_or(0), 5);
  for (const char* statement : {"DELETE FROM ledger WHERE seq > 3", "DELETE FROM ledger",
                                "UPDATE outbox SET state = 'delivered'"}) {
    const base::Result<> changed = database->Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(session.Execute(statement));
      VEDETTE_TRY(const LedgerCheck check, CheckLedger(session));
      EXPECT_EQ(check.broken_at, check.rows + 1) << statement;
      EXPECT_NE(check.reason.find("in_"), check.reason.npos) << check.reason;
      return base::Unavailable("as it was");
    });
    EXPECT_FALSE(changed.ok());
  }
  EXPECT_TRUE(Verify(*database).ok());
}

TEST(Ledger, AChangedRowBreaksTheChain) {
  auto database = OpenTables({.path = ":memory:"});
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Order(*database, PageAbout("in_" + std::to_string(i)), {}, {}).ok());
  }
  EXPECT_EQ(Verify(*database).value_or(0), 5);
  const auto run = [&](std::string statement) {
    ASSERT_TRUE(database
                    ->Transact([&](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY_VOID(session.Execute(statement));
                      return {};
                    })
                    .ok());
  };

  run("UPDATE ledger SET detail = 'it was sent' WHERE seq = 3");
  EXPECT_NE(Verify(*database).error().message.find("row 3"), std::string::npos);
  run("UPDATE ledger SET detail = 'no receiver is configured' WHERE seq = 3");
  EXPECT_TRUE(Verify(*database).ok());
  run("UPDATE ledger SET recipient = 'somebody' WHERE seq = 4");
  EXPECT_NE(Verify(*database).error().message.find("row 4"), std::string::npos);
  run("UPDATE ledger SET recipient = '' WHERE seq = 4");
  run("DELETE FROM ledger WHERE seq = 2");

  EXPECT_EQ(Verify(*database).error().code, base::ErrorCode::kDataLoss);
}

// A process that dies at the n-th write to disk, for every n: two pages are ordered and sent; after
// the restart the rest is. What was ordered must arrive, with at most one repetition.
TEST(Crashes, EveryOrderedPageArrivesWithAtMostOneRepetition) {
  base::TempFolder empty("outbox-empty");
  ASSERT_NE(OpenTables({.path = empty.File("state.db")}), nullptr);
  bool clean = false;
  for (uint64_t nth = 1; !clean; ++nth) {
    ASSERT_LT(nth, 400u) << "the work never succeeds";
    base::TempFolder folder("outbox");
    std::filesystem::copy_file(empty.File("state.db"), folder.File("state.db"));
    sql::NthFault faults;
    FakeChannel channel;
    base::FakeClock clock;
    base::MetricsRegistry registry;
    CourierMetrics metrics(registry, "hook");
    const Receiver receiver{.name = "hook", .kind = "webhook"};
    std::vector<std::string> ordered;
    const auto live = [&](sql::FaultInjector* injector) {
      auto database = OpenTables({.path = folder.File("state.db"), .faults = injector});
      if (database == nullptr) return;
      Courier courier(receiver,
                      {*database, channel, clock, metrics, [](const Report&) { return true; }}, {},
                      nth);
      for (int i = 0; i < 2; ++i) {
        const model::Page page = PageAbout("in_" + std::to_string(i));
        if (Order(*database, page, clock.Now()).ok()) ordered.push_back(page.dedup_key);
        for (int step = 0; step < 4; ++step) {
          if (const auto wait = courier.Step()) clock.Advance(*wait);
        }
      }
    };

    faults.Arm({.nth = nth, .lasting = true});
    live(&faults);
    clean = !faults.fired();
    const std::vector<std::string> promised = ordered;
    faults.Disarm();
    live(nullptr);

    std::map<std::string, int> count;
    for (const std::string& key : channel.keys()) ++count[key];
    for (const std::string& key : promised) {
      EXPECT_GE(count[key], 1) << "lost " << key << " at " << nth;
    }
    int repetitions = 0;
    for (const auto& [key, times] : count) repetitions += times - 1;
    EXPECT_LE(repetitions, 1) << "at " << nth;
    auto database = OpenTables({.path = folder.File("state.db")});
    ASSERT_NE(database, nullptr);
    EXPECT_TRUE(Verify(*database).ok()) << "at " << nth;
  }
}

}  // namespace
}  // namespace vedette::notify::delivery
