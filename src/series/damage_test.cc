// What damaged files do to the store: it starts, gives no wrong value, takes new samples, and the
// samples that it lost are said to be lost.

#include <cstdlib>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "kv/keeper.h"
#include "kv/testing/crashable_env.h"
#include "series/testing/engine_fixture.h"

namespace vedette::series {
namespace {

// Under sanitizers 1,000 take minutes: VEDETTE_FULL=1 asks for them.
int Rounds() { return std::getenv("VEDETTE_FULL") != nullptr ? 1000 : 5; }

EngineOptions Small() {
  EngineOptions options;
  options.shards = 2;
  options.chunk_samples = 3;
  options.closed_series_max = 1;
  options.tick_interval = base::Duration(1);
  return options;
}

const std::vector<std::string> kSeries = {"a=1", "a=2", "a=3", "a=4", "a=5"};

// Sorted files of every family, and a log with samples of its own.
void Fill(EngineFixture& store) {
  for (int64_t t_ms = 1; t_ms <= 20; ++t_ms) {
    for (const std::string& labels : kSeries) {
      ASSERT_TRUE(store.AppendTo(labels, {{t_ms, static_cast<double>(t_ms)}}).ok());
    }
    if (t_ms == 7 || t_ms == 14) {
      ASSERT_TRUE(store.engine().Checkpoint().ok());
      ASSERT_TRUE(store.db().Flush().ok());
    }
  }
}

std::string DamageSomething(kv::CrashableEnv& env, base::Random& random) {
  std::vector<std::string> files;
  for (const std::string& file : env.Files()) {
    if (file.ends_with(".sst") || file.ends_with(".log")) files.push_back(file);
  }
  const std::string file = files[random.Below(files.size())];
  env.Damage(file, [&](std::string& bytes) {
    if (bytes.empty()) return;
    char& byte = bytes[random.Below(bytes.size())];
    byte = static_cast<char>(static_cast<uint8_t>(byte) ^ (1 + random.Below(255)));
  });
  return file;
}

// Opens as the server does.
base::Result<> OpenAgain(EngineFixture& store) {
  base::Result<> opened = store.TryReopenDatabase();
  for (int n = 0; n < 20 && !opened.ok() && store.db().GetStats().damaged; ++n) {
    VEDETTE_TRY_VOID(store.db().Recover());
    opened = store.TryReopen();
  }
  return opened;
}

// Reads as often as it takes to have what is damaged set aside.
std::string ReadAll(EngineFixture& store, const std::string& labels) {
  std::string read = store.Read(labels, 0, 1000);
  for (int turn = 0; turn < 10 && read.starts_with("error"); ++turn) {
    EXPECT_TRUE(kv::Keeper::Tend(store.db()).ok());
    read = store.Read(labels, 0, 1000);
  }
  return read;
}

TEST(Damage, NeverGivesAWrongValueNorStopsTheStore) {
  base::SetLogSink([](std::string_view) {});
  for (int seed = 0; seed < Rounds() && !testing::Test::HasFailure(); ++seed) {
    kv::CrashableEnv env;
    EngineFixture store(Small(), &env);
    Fill(store);
    env.KillProcess();
    store.Close();
    base::Random random(static_cast<uint64_t>(seed));
    const std::string what = fmt::format("seed {}: {}", seed, DamageSomething(env, random));
    const base::Result<> opened = OpenAgain(store);
    ASSERT_TRUE(opened.ok()) << what << ": " << opened.error().message;
    int missing = 0;
    for (const std::string& labels : kSeries) {
      const std::string stored = " " + ReadAll(store, labels) + " ";
      size_t right = 0;
      for (int64_t t_ms = 1; t_ms <= 20; ++t_ms) {
        const std::string sample = fmt::format(" {}:{} ", t_ms, t_ms);
        if (stored.find(sample) == stored.npos) {
          ++missing;
        } else {
          right += sample.size() - 1;
        }
      }
      EXPECT_LE(stored.size(), std::max<size_t>(right + 1, 2)) << what << ": what is" << stored;
    }
    const kv::Db::Stats stats = store.db().GetStats();
    EXPECT_TRUE(missing == 0 || stats.quarantined_files + stats.lost_log_bytes > 0)
        << what << ": " << missing << " samples are gone in silence";
    ASSERT_TRUE(store.AppendTo("a=1", {{100, 100}}).ok()) << what;
    EXPECT_NE(store.Read("a=1", 0, 1000).find("100:100"), std::string::npos) << what;
  }
  base::SetLogSink({});
}

}  // namespace
}  // namespace vedette::series
