// What the engine promises about crashes and failing disks, tried at many operations of the file
// system (all of them would take minutes): what was acknowledged is there, and the store goes on
// without a restart.

#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "kv/keeper.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

// The full counts take minutes under sanitizers: VEDETTE_FULL=1 asks for them. `few` divides.
uint64_t After(uint64_t nth, uint64_t few) {
  return std::getenv("VEDETTE_FULL") != nullptr ? nth + 1 : nth + 1 + nth / few;
}

EngineOptions Small(kv::Durability durability) {
  EngineOptions options;
  options.shards = 2;
  options.chunk_samples = 3;
  options.closed_series_max = 1;
  options.durability = durability;
  options.tick_interval = base::Duration(1);
  return options;
}

// The newest acknowledged sample of each series, all older ones included.
class Acknowledged {
 public:
  void AppendOne(EngineFixture& store, int64_t t_ms) {
    for (const char* labels : {"a=1", "a=2", "a=3"}) {
      const auto report = store.AppendTo(labels, {{t_ms, static_cast<double>(t_ms)}});
      if (report.ok() && report->accepted == 1) times_[labels].push_back(t_ms);
    }
  }
  void ExpectAllIn(EngineFixture& store, const std::string& when) const {
    for (const auto& [labels, times] : times_) {
      const std::string stored = " " + store.Read(labels) + " ";
      for (const int64_t t_ms : times) {
        const std::string sample = " " + std::to_string(t_ms) + ":" + std::to_string(t_ms) + " ";
        ASSERT_NE(stored.find(sample), std::string::npos)
            << when << ": " << labels << " lacks " << sample << "in" << stored;
      }
    }
  }
  bool empty() const { return times_.empty(); }

 private:
  std::map<std::string, std::vector<int64_t>> times_;
};

void AppendAndStore(EngineFixture& store, Acknowledged& acknowledged) {
  for (int64_t t_ms = 1; t_ms <= 12; ++t_ms) {
    acknowledged.AppendOne(store, t_ms);
    if (t_ms % 5 == 0) {
      base::IgnoreError(store.engine().Checkpoint(), "it may fail here");
    }
    if (t_ms == 7) base::IgnoreError(store.db().Flush(), "it may fail here");
  }
}

// Each fault makes a few lines, which would hide the results.
class Durability : public testing::Test {
 protected:
  Durability() {
    base::SetLogSink([](std::string_view) {});
  }
  ~Durability() override { base::SetLogSink({}); }
};

TEST_F(Durability, WhateverWriteFailsNothingAcknowledgedIsLostByTheCrashAfterIt) {
  for (const bool lasting : {false, true}) {
    for (uint64_t nth = lasting ? 2 : 1;; nth = After(nth, 1)) {
      kv::NthFault fault;
      kv::CrashableEnv env(&fault);
      EngineFixture store(Small(kv::Durability::kProcess), &env);
      Acknowledged acknowledged;
      fault.Arm({.nth = nth, .lasting = lasting});
      AppendAndStore(store, acknowledged);
      const bool fired = fault.fired();
      fault.Disarm();
      env.KillProcess();
      store.ReopenDatabase();
      acknowledged.ExpectAllIn(store, "operation " + std::to_string(nth));
      if (testing::Test::HasFatalFailure()) return;
      if (!fired) break;
    }
  }
}

TEST_F(Durability, APowerLossTakesNothingAcknowledgedWhenEveryWriteIsSynced) {
  kv::CrashableEnv env;
  EngineFixture store(Small(kv::Durability::kMachine), &env);
  Acknowledged acknowledged;
  AppendAndStore(store, acknowledged);

  env.CutPower();
  store.ReopenDatabase();

  acknowledged.ExpectAllIn(store, "after the power loss");
}

TEST_F(Durability, TwentyCrashesInARowWhileStartingLoseNothing) {
  kv::NthFault fault;
  kv::CrashableEnv env(&fault);
  EngineFixture store(Small(kv::Durability::kProcess), &env);
  Acknowledged acknowledged;
  AppendAndStore(store, acknowledged);
  for (uint64_t crash = 1; crash <= 20; ++crash) {
    env.KillProcess();
    fault.Arm({.nth = 2 * crash, .lasting = true});
    base::IgnoreError(store.TryReopenDatabase(), "it dies on the way, or just after it");
    fault.Disarm();
  }
  env.KillProcess();
  store.ReopenDatabase();
  acknowledged.ExpectAllIn(store, "after twenty crashes");
}

TEST_F(Durability, APowerLossTakesOnlyTheNewestOfWhatWasNotSynced) {
  for (int64_t synced = 1; synced <= 9; synced += 2) {
    kv::CrashableEnv env;
    EngineFixture store(Small(kv::Durability::kProcess), &env);
    Acknowledged before;
    Acknowledged after;
    for (int64_t t_ms = 1; t_ms <= synced; ++t_ms) before.AppendOne(store, t_ms);
    ASSERT_TRUE(store.db().SyncLog().ok());
    for (int64_t t_ms = synced + 1; t_ms <= 10; ++t_ms) after.AppendOne(store, t_ms);
    env.CutPower();
    store.ReopenDatabase();
    before.ExpectAllIn(store, "synced before the power loss");
    ASSERT_TRUE(store.AppendTo("a=1", {{100, 100}}).ok());
  }
}

TEST_F(Durability, AFullDiskRefusesAppendsServesQueriesAndHealsWithoutARestart) {
  kv::NthFault fault;
  kv::CrashableEnv env(&fault);
  EngineFixture store(Small(kv::Durability::kProcess), &env);
  ASSERT_TRUE(store.AppendTo("a=1", {{1, 1}}).ok());

  fault.Arm({.nth = 1, .lasting = true, .disk_full = true});
  const auto refused = store.AppendTo("a=1", {{2, 2}});
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(base::IsRetryable(refused.error().code)) << refused.error().message;
  const auto fresh = store.AppendTo("a=2", {{2, 2}});
  EXPECT_FALSE(fresh.ok());
  EXPECT_FALSE(kv::Keeper::Tend(store.db()).ok());
  EXPECT_EQ(store.Read("a=1"), "1:1");

  fault.Disarm();
  ASSERT_TRUE(kv::Keeper::Tend(store.db()).ok());
  const auto accepted = store.AppendTo("a=1", {{3, 3}});
  ASSERT_TRUE(accepted.ok()) << accepted.error().message;
  EXPECT_EQ(store.Read("a=1"), "1:1 3:3");
  ASSERT_TRUE(store.AppendTo("a=2", {{4, 4}}).ok());
  store.Reopen();
  EXPECT_EQ(store.Read("a=1"), "1:1 3:3");
  EXPECT_EQ(store.Read("a=2"), "4:4");
}

TEST_F(Durability, AnInterruptedRemovalOfATenantIsFinishedAtTheNextStart) {
  bool removed_at_once = false;
  for (uint64_t nth = 1; !removed_at_once; nth = After(nth, 3)) {
    ASSERT_LT(nth, 100u);
    kv::NthFault fault;
    kv::CrashableEnv env(&fault);
    EngineFixture store(Small(kv::Durability::kProcess), &env);
    for (int64_t t_ms = 1; t_ms <= 5; ++t_ms) {
      ASSERT_TRUE(store.Append(t_ms, {{"a=1", 1}, {"a=2", 1}}, {}, "gone").ok());
    }
    ASSERT_TRUE(store.engine().Checkpoint().ok());
    fault.Arm({.nth = nth, .lasting = true});
    const bool removed = store.engine().DeleteTenant("gone").ok();
    removed_at_once = removed && !fault.fired();
    fault.Disarm();
    env.KillProcess();
    store.ReopenDatabase();

    const size_t left = store.CountSeries("gone");
    EXPECT_TRUE(left == 0 || left == 2) << "operation " << nth << ": " << left;
    if (left == 2) {
      EXPECT_FALSE(removed);
      EXPECT_EQ(store.Read("a=1", INT64_MIN, INT64_MAX, "gone"), "1:1 2:1 3:1 4:1 5:1");
      continue;
    }
    for (const FamilyName name : {FamilyName::kSeries, FamilyName::kHead, FamilyName::kChunks}) {
      auto rest = store.db().NewIterator(static_cast<kv::Family>(name), {}, {});
      rest->SeekToFirst();
      EXPECT_FALSE(rest->Valid()) << "operation " << nth;
    }
  }
}

}  // namespace
}  // namespace vedette::series
