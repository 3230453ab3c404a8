#include "notify/delivery/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bounded_queue.h"
#include "notify/delivery/testing/fake_channel.h"
#include "notify/delivery/testing/pages.h"

namespace vedette::notify::delivery {
namespace {

// Real threads and a real clock; every wait below ends with an event, not with time.
class DispatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(opened.ok());
    database_ = *std::move(opened);
    ASSERT_TRUE(Dispatcher::Migrate(*database_).ok());
  }
  FakeChannel& Add(std::string name) {
    auto channel = std::make_unique<FakeChannel>();
    FakeChannel& reference = *channel;
    routes_.push_back({{.name = name, .kind = "webhook"}, std::move(channel)});
    return reference;
  }
  void Start() {
    for (const Route& route : routes_) {
      addresses_.push_back({route.receiver.name, route.receiver.kind});
    }
    dispatcher_ = std::make_unique<Dispatcher>(
        std::move(routes_),
        Dispatcher::Parts{*database_, clock_, metrics_,
                          [this](const Report& report) { return reports_.Push(report); }},
        CourierOptions{}, 1);
    ASSERT_TRUE(dispatcher_->Start().ok());
  }
  void Order(const model::Page& page) {
    ASSERT_TRUE(database_
                    ->Transact([&](sql::Session& session) {
                      return Enqueue(session, page, addresses_, clock_.Now());
                    })
                    .ok());
    dispatcher_->Wake();
  }
  std::optional<Report> NextReport() {
    return reports_.PopUntil(clock_.Steady() + std::chrono::seconds(20));
  }
  // The pages about in_1 and in_2 arrive at a receiver called "works".
  void SendTwo() {
    Add("works");
    Start();
    Order(PageAbout("in_1"));
    Order(PageAbout("in_2"));
    ASSERT_TRUE(NextReport() && NextReport());
    dispatcher_->Stop();
  }

  base::SystemClock clock_;
  base::MetricsRegistry metrics_;
  base::BoundedQueue<Report> reports_{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<sql::Database> database_;
  std::vector<Route> routes_;
  std::vector<Address> addresses_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, AReceiverThatHangsDelaysNobodyElse) {
  FakeChannel& hanging = Add("hangs");
  Add("works");
  base::BoundedQueue<int> entered(1, base::OverflowPolicy::kReject);
  base::BoundedQueue<int> gate(1, base::OverflowPolicy::kReject);
  hanging.SetHandler([&](const model::Page&, const Attempt&) {
    static_cast<void>(entered.Push(1));  // once is enough
    gate.Pop();                          // until it is closed
    return FakeChannel::Down();
  });
  Start();

  for (int i = 0; i < 20; ++i) Order(PageAbout("in_" + std::to_string(i)));
  for (int i = 0; i < 20; ++i) {
    const std::optional<Report> report = NextReport();
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->receiver, "works");
    EXPECT_TRUE(report->ok);
  }

  entered.Pop();
  EXPECT_EQ(hanging.keys().size(), 1u);
  gate.Close();
  dispatcher_->Stop();
}

TEST_F(DispatcherTest, StopTellsTheChannelToGiveUp) {
  FakeChannel& channel = Add("hangs");
  base::BoundedQueue<int> entered(1, base::OverflowPolicy::kReject);
  channel.SetHandler([&](const model::Page&, const Attempt& attempt) {
    EXPECT_TRUE(entered.Push(1));
    while (!attempt.cancelled()) std::this_thread::yield();
    return FakeChannel::Down();
  });
  Start();
  Order(PageAbout("in_1"));
  ASSERT_TRUE(entered.PopUntil(clock_.Steady() + std::chrono::seconds(20)).has_value());

  dispatcher_->Stop();

  base::Result<std::map<std::string, OutboxCounts>> counts = base::Internal("not read");
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    counts = CountOutbox(session);
                    return {};
                  })
                  .ok());
  ASSERT_EQ(counts->size(), 1u);
  EXPECT_EQ(counts->begin()->second.waiting, 1);
}

TEST_F(DispatcherTest, ReportsAtStartWhatTheEngineNeverHeard) {
  SendTwo();
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Session& session) {
                    return MarkReported(session, "in_1:opened:1", "works");
                  })
                  .ok());

  Add("works");
  Start();
  const std::optional<Report> again = NextReport();
  dispatcher_->Stop();

  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->dedup_key, "in_2:opened:1");
  EXPECT_TRUE(again->ok);
  EXPECT_EQ(reports_.size(), 0u);
}

// Else the next order would have the number of one that the ledger says was sent.
TEST_F(DispatcherTest, PruningKeepsTheNewestLetter) {
  SendTwo();

  std::vector<Letter> left;
  const auto prune = [&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(MarkReported(session, "in_1:opened:1", "works"));
    VEDETTE_TRY_VOID(MarkReported(session, "in_2:opened:1", "works"));
    const base::TimePoint later = clock_.Now() + std::chrono::hours(1);
    VEDETTE_TRY(const int64_t removed, PruneLetters(session, later, 100));
    EXPECT_EQ(removed, 1);
    VEDETTE_TRY(left, ReadLetters(session, {.tenant = "default", .limit = 10}));
    return {};
  };
  ASSERT_TRUE(database_->Transact(prune).ok());

  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, 2);
}

}  // namespace
}  // namespace vedette::notify::delivery
