#include "app/storage_watch.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "kv/testing/crashable_env.h"

namespace vedette::app {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

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
  StorageWatch watch(*db, findings, metrics);

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
    StorageWatch watch(*db, findings, metrics);
    ASSERT_TRUE(watch.Tend(kNow).ok());
    open.push_back(findings.PopUntil({})->anomaly);
  }
  const auto db = OpenOn(sound);
  base::MetricsRegistry metrics;
  StorageWatch watch(*db, findings, metrics);
  watch.Adopt(open);
  EXPECT_TRUE(open.empty());

  ASSERT_TRUE(watch.Tend(kNow + std::chrono::hours(1)).ok());

  const auto update = findings.PopUntil({});
  ASSERT_TRUE(update.has_value());
  EXPECT_EQ(update->transition, model::AnomalyTransition::kClosed);
}

}  // namespace
}  // namespace vedette::app
