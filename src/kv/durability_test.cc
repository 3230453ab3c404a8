#include <cstdlib>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <thread>

#include "kv/db.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"

namespace vedette::kv {
namespace {

constexpr Family kLeft = 0;
constexpr Family kRight = 1;
constexpr int kWrites = 8;  // of the workload

// Under sanitizers each point takes a while: VEDETTE_FULL=1 tries all of them, otherwise the first
// ones, where files are made, and ever fewer of the rest.
uint64_t After(uint64_t nth) {
  return std::getenv("VEDETTE_FULL") != nullptr ? nth + 1 : nth + 1 + nth / 2;
}

DbOptions Options(FaultInjector* faults) {
  DbOptions options;
  options.path = "/db";
  options.families = {{.name = "left", .write_buffer_bytes = 1 << 20},
                      {.name = "right", .write_buffer_bytes = 1 << 20}};
  options.block_cache_bytes = 1 << 20;
  options.faults = faults;
  return options;
}

std::unique_ptr<Db> MustOpen(FaultInjector* faults) {
  auto db = Db::Open(Options(faults));
  EXPECT_TRUE(db.ok()) << db.error().message;
  return db.ok() ? std::move(*db) : nullptr;
}

std::string KeyOf(int n) { return "key" + std::to_string(n); }

// The same key in both families: a half-done batch would show.
Batch PairOf(int n) {
  Batch batch;
  batch.Put(kLeft, KeyOf(n), std::string(100, 'x'));
  batch.Put(kRight, KeyOf(n), std::string(100, 'y'));
  return batch;
}

bool Has(Db& db, Family family, const std::string& key) {
  auto value = db.Get(family, key);
  EXPECT_TRUE(value.ok()) << value.error().message;
  return value.ok() && value->has_value();
}

// What one run of the workload was told.
struct Told {
  std::set<int> acknowledged;
  std::set<int> refused;
};

// Writes in both ways, flushes, syncs; recovers after each failure, as the server does.
Told Work(Db& db) {
  Told told;
  for (int n = 0; n < kWrites; ++n) {
    const Durability durability = n % 2 == 0 ? Durability::kProcess : Durability::kMachine;
    if (db.Write(PairOf(n), durability).ok()) {
      told.acknowledged.insert(n);
    } else {
      told.refused.insert(n);
      base::IgnoreError(db.Recover(), "the next write tells");
    }
    if (n == 3) base::IgnoreError(db.Flush(), "the next write tells");
    if (n == 6) base::IgnoreError(db.SyncLog(), "the next write tells");
  }
  return told;
}

void ExpectNothingLostNothingHalf(Db& db, const Told& told, const std::string& when) {
  for (const int n : told.acknowledged) {
    EXPECT_TRUE(Has(db, kLeft, KeyOf(n))) << when << ": acknowledged " << KeyOf(n) << " is lost";
  }
  for (int n = 0; n < kWrites; ++n) {
    EXPECT_EQ(Has(db, kLeft, KeyOf(n)), Has(db, kRight, KeyOf(n))) << when << ": half of a batch";
  }
}

struct Enumeration {
  bool disk_full = false;
  bool also_while_created = false;
  bool kill_at_end = false;
};

void EnumerateFaults(const Enumeration& how) {
  bool clean = false;
  for (uint64_t nth = 1; !clean; nth = After(nth)) {
    ASSERT_LT(nth, 1000u) << "the workload never succeeds";
    NthFault fault;
    CrashableEnv env(&fault);
    if (!how.also_while_created) MustOpen(&env).reset();
    fault.Arm({.nth = nth, .disk_full = how.disk_full});
    Told told;
    if (auto db = Db::Open(Options(&env)); db.ok()) {
      told = Work(**db);
      if (how.kill_at_end) env.KillProcess();
    }
    clean = !fault.fired();
    fault.Disarm();

    auto db = MustOpen(&env);
    ExpectNothingLostNothingHalf(*db, told, "fault " + std::to_string(nth));
    if (clean) {
      EXPECT_EQ(told.acknowledged.size(), static_cast<size_t>(kWrites));
      EXPECT_GT(nth, 20u) << "the faults do not reach the files";
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(Durability, OneIoErrorAtAnyPointLosesNothing) {
  EnumerateFaults({.also_while_created = true});
}
TEST(Durability, AFullDiskAtAnyPointLosesNothing) {
  EnumerateFaults({.disk_full = true, .kill_at_end = true});
}

TEST(Durability, WritesFailUntilRecoveredAndReadsGoOn) {
  NthFault fault;
  CrashableEnv env(&fault);
  auto db = MustOpen(&env);
  ASSERT_TRUE(db->Write(PairOf(1), Durability::kProcess).ok());

  fault.Arm({.nth = 1});
  const auto failed = db->Write(PairOf(2), Durability::kProcess);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, base::ErrorCode::kUnavailable);
  EXPECT_FALSE(Has(*db, kLeft, KeyOf(2)));
  const auto refused = db->Write(PairOf(3), Durability::kProcess);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
  EXPECT_TRUE(db->GetStats().writes_stopped);
  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1)));

  ASSERT_TRUE(db->Recover().ok());
  EXPECT_FALSE(db->GetStats().writes_stopped);
  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1)));
  EXPECT_TRUE(db->Write(PairOf(4), Durability::kProcess).ok());
}

TEST(Durability, AFullDiskIsNamedAndLeftBehindWithoutARestart) {
  NthFault fault;
  CrashableEnv env(&fault);
  auto db = MustOpen(&env);
  ASSERT_TRUE(db->Write(PairOf(1), Durability::kProcess).ok());

  fault.Arm({.nth = 1, .lasting = true, .disk_full = true});
  const auto full = db->Write(PairOf(2), Durability::kProcess);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, base::ErrorCode::kUnavailable) << full.error().message;
  EXPECT_NE(full.error().message.find("No space"), std::string::npos) << full.error().message;
  EXPECT_FALSE(db->Recover().ok());
  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1))) << "reads go on";
  const auto still = db->Write(PairOf(3), Durability::kProcess);
  ASSERT_FALSE(still.ok());
  EXPECT_EQ(still.error().code, base::ErrorCode::kUnavailable) << still.error().message;
  EXPECT_FALSE(db->Recover().ok());

  fault.Disarm();
  ASSERT_TRUE(db->Recover().ok());
  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1)));
  EXPECT_FALSE(Has(*db, kLeft, KeyOf(3)));
  EXPECT_TRUE(db->Write(PairOf(4), Durability::kMachine).ok());

  env.KillProcess();
  db = MustOpen(&env);
  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1)));
  EXPECT_TRUE(Has(*db, kRight, KeyOf(4)));
}

TEST(Durability, RecoverWaitsForIteratorsOfBefore) {
  CrashableEnv env;
  auto db = MustOpen(&env);
  ASSERT_TRUE(db->Write(PairOf(1), Durability::kProcess).ok());
  auto iterator = db->NewIterator(kLeft, "", "");
  iterator->SeekToFirst();

  base::Result<> recovered = base::Internal("not called");
  std::thread recovery([&] { recovered = db->Recover(); });
  EXPECT_EQ(iterator->key(), KeyOf(1)) << "still readable while it is waited for";
  iterator.reset();
  recovery.join();

  EXPECT_TRUE(recovered.ok());
  EXPECT_TRUE(db->Write(PairOf(2), Durability::kProcess).ok());
}

TEST(Crash, KillingTheProcessLosesNothing) {
  CrashableEnv env;
  auto db = MustOpen(&env);
  for (int round = 0; round < 5; ++round) {
    for (int n = 0; n < 20; ++n) {
      ASSERT_TRUE(db->Write(PairOf(round * 20 + n), Durability::kProcess).ok());
    }
    env.KillProcess();
    EXPECT_FALSE(db->Write(PairOf(1000), Durability::kProcess).ok());
    db = MustOpen(&env);
    for (int n = 0; n < (round + 1) * 20; ++n) ASSERT_TRUE(Has(*db, kRight, KeyOf(n))) << n;
  }
}

TEST(Crash, PowerLossSparesWhatWasSynced) {
  CrashableEnv env;
  auto db = MustOpen(&env);
  ASSERT_TRUE(db->Write(PairOf(1), Durability::kMachine).ok());
  ASSERT_TRUE(db->Write(PairOf(2), Durability::kProcess).ok());
  ASSERT_TRUE(db->SyncLog().ok());
  ASSERT_TRUE(db->Write(PairOf(3), Durability::kProcess).ok());

  env.CutPower();
  db = MustOpen(&env);

  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1))) << "kMachine";
  EXPECT_TRUE(Has(*db, kLeft, KeyOf(2))) << "kProcess and SyncLog";
  EXPECT_FALSE(Has(*db, kLeft, KeyOf(3))) << "the disk keeps what it should drop";
}

TEST(Crash, PowerLossSparesWhatWasFlushed) {
  CrashableEnv env;
  auto db = MustOpen(&env);
  ASSERT_TRUE(db->Write(PairOf(1), Durability::kProcess).ok());
  ASSERT_TRUE(db->Flush().ok());

  env.CutPower();
  db = MustOpen(&env);

  EXPECT_TRUE(Has(*db, kLeft, KeyOf(1)));
  EXPECT_TRUE(Has(*db, kRight, KeyOf(1)));
}

// The log keeps a prefix of the writes, whatever part of its unsynced bytes survives.
TEST(Crash, APowerLossThatTearsTheLogLeavesAPrefixOfWholeBatches) {
  for (size_t kept = 0; kept < 4000; kept += 211) {
    CrashableEnv env;
    auto db = MustOpen(&env);
    ASSERT_TRUE(db->Write(PairOf(0), Durability::kMachine).ok());
    for (int n = 1; n < 12; ++n) ASSERT_TRUE(db->Write(PairOf(n), Durability::kProcess).ok());

    env.CutPower([&](size_t) { return kept; });
    db = MustOpen(&env);

    EXPECT_TRUE(Has(*db, kLeft, KeyOf(0)));
    bool ended = false;
    for (int n = 0; n < 12; ++n) {
      EXPECT_EQ(Has(*db, kLeft, KeyOf(n)), Has(*db, kRight, KeyOf(n))) << kept;
      if (ended) {
        EXPECT_FALSE(Has(*db, kLeft, KeyOf(n))) << kept << " " << n;
      }
      ended = !Has(*db, kLeft, KeyOf(n));
    }
    ASSERT_TRUE(db->Write(PairOf(12), Durability::kMachine).ok());
  }
}

}  // namespace
}  // namespace vedette::kv
