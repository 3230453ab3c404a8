#include "app/storage_watch.h"

#include <filesystem>
#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/temp_folder.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"

namespace vedette::app {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);
const FreeSpace kRoom("/", 0);

std::unique_ptr<kv::Db> OpenOn(kv::CrashableEnv& env) {
  auto db = kv::Db::Open({.path = "/db", .families = {{.name = "one"}}, .faults = &env});
  EXPECT_TRUE(db.ok());
  return db.ok() ? std::move(*db) : nullptr;
}

// A database whose manifest was damaged and made anew.
std::unique_ptr<kv::Db> Damaged(kv::CrashableEnv& env) {
  OpenOn(env).reset();
  for (const std::string& file : env.Files()) {
    if (file.find("MANIFEST") == file.npos) continue;
    env.Damage(file, [](std::string& bytes) { bytes.assign("no manifest"); });
  }
  base::SetLogSink([](std::string_view) {});
  auto db = OpenOn(env);
  base::SetLogSink({});
  return db;
}

TEST(StorageWatch, OpensOneAnomalyWhileFilesAreSetAside) {
  kv::CrashableEnv env;
  const auto db = Damaged(env);
  base::BoundedQueue<model::AnomalyUpdate> findings(10, base::OverflowPolicy::kReject);
  base::MetricsRegistry metrics;
  StorageWatch watch(*db, kRoom, "/no/such/folder", findings, metrics);

  ASSERT_TRUE(watch.Tend(kNow).ok());
  ASSERT_TRUE(watch.Tend(kNow + std::chrono::seconds(15)).ok());

  ASSERT_EQ(findings.size(), 1u);
  const auto update = findings.PopUntil({});
  EXPECT_EQ(update->transition, model::AnomalyTransition::kOpened);
  EXPECT_EQ(update->anomaly.entity, "vedette");
  EXPECT_EQ(update->anomaly.severity, model::Severity::kCritical);
}

TEST(StorageWatch, ClosesTheAnomalyOfTheLastRunWhenNothingIsSetAsideAnyMore) {
  kv::CrashableEnv damaged;
  kv::CrashableEnv sound;
  base::BoundedQueue<model::AnomalyUpdate> findings(10, base::OverflowPolicy::kReject);
  std::vector<model::Anomaly> open;
  {
    const auto db = Damaged(damaged);
    base::MetricsRegistry metrics;
    StorageWatch watch(*db, kRoom, "/no/such/folder", findings, metrics);
    ASSERT_TRUE(watch.Tend(kNow).ok());
    open.push_back(findings.PopUntil({})->anomaly);
  }
  const auto db = OpenOn(sound);
  base::MetricsRegistry metrics;
  StorageWatch watch(*db, kRoom, "/no/such/folder", findings, metrics);
  watch.Adopt(open);
  EXPECT_TRUE(open.empty());

  ASSERT_TRUE(watch.Tend(kNow + std::chrono::hours(1)).ok());

  const auto update = findings.PopUntil({});
  ASSERT_TRUE(update.has_value());
  EXPECT_EQ(update->transition, model::AnomalyTransition::kClosed);
}

TEST(StorageWatch, PagesOfAFullDiskAndOfADamagedStateDatabase) {
  kv::CrashableEnv env;
  const auto db = OpenOn(env);
  const base::TempFolder folder("storage_watch");
  const FreeSpace full(folder.File("."), UINT64_MAX);
  base::BoundedQueue<model::AnomalyUpdate> findings(10, base::OverflowPolicy::kReject);
  base::MetricsRegistry metrics;
  StorageWatch watch(*db, full, folder.File("."), findings, metrics);

  ASSERT_TRUE(watch.Tend(kNow).ok());
  ASSERT_TRUE(watch.Tend(kNow).ok());

  ASSERT_EQ(findings.size(), 1u) << "once";
  EXPECT_NE(findings.PopUntil({})->anomaly.summary.find("storage.min_free_bytes"),
            std::string::npos);
  std::filesystem::create_directory(folder.File("state-1"));
  ASSERT_TRUE(watch.Tend(kNow).ok());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings.PopUntil({})->anomaly.summary.find("state database was damaged"),
            std::string::npos);
}

TEST(StorageWatch, SaysWhatDamageTookOfTheIncidentJournal) {
  kv::CrashableEnv env;
  const auto db = OpenOn(env);
  base::BoundedQueue<model::AnomalyUpdate> findings(10, base::OverflowPolicy::kReject);
  base::MetricsRegistry metrics;
  StorageWatch watch(*db, kRoom, "/no/such/folder", findings, metrics);
  watch.NoteLoss("2 open incident(s) were forgotten");

  ASSERT_TRUE(watch.Tend(kNow).ok());

  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings.PopUntil({})->anomaly.summary.find("2 open incident(s) were forgotten"),
            std::string::npos);
}

TEST(StorageWatch, PagesWhenTelemetryCannotBeWrittenForMoreThanAMoment) {
  kv::NthFault fault;
  kv::CrashableEnv env(&fault);
  const auto db = OpenOn(env);
  base::BoundedQueue<model::AnomalyUpdate> findings(10, base::OverflowPolicy::kReject);
  base::MetricsRegistry metrics;
  StorageWatch watch(*db, kRoom, "/no/such/folder", findings, metrics);
  fault.Arm({.lasting = true, .disk_full = true});
  kv::Batch batch;
  batch.Put(0, "key", "value");
  ASSERT_FALSE(db->Write(batch, kv::Durability::kProcess).ok());

  ASSERT_TRUE(watch.Tend(kNow).ok());
  EXPECT_EQ(findings.size(), 0u);
  ASSERT_TRUE(watch.Tend(kNow).ok());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.PopUntil({})->transition, model::AnomalyTransition::kOpened);

  fault.Disarm();
  ASSERT_TRUE(db->Recover().ok());
  ASSERT_TRUE(watch.Tend(kNow).ok());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.PopUntil({})->transition, model::AnomalyTransition::kClosed);
}

}  // namespace
}  // namespace vedette::app
