#include "app/snapshot.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/data_folder.h"
#include "app/server.h"
#include "base/files.h"
#include "base/json.h"
#include "base/testing/temp_folder.h"
#include "kv/db.h"
#include "net/client.h"
#include "sql/database.h"

namespace vedette::app {
namespace {

class SnapshotTest : public testing::Test {
 protected:
  std::unique_ptr<Server> Start(const std::string& folder) {
    Config config;
    config.server.port = 0;
    config.data_dir = folder_.File(folder);
    config.log_level = base::LogLevel::kError;
    base::Result<std::unique_ptr<Server>> server = Server::Start(std::move(config), clock_, {});
    EXPECT_TRUE(server.ok()) << server.error().message;
    return server.ok() ? *std::move(server) : nullptr;
  }
  static net::Response Send(Server& server, const std::string& method, const std::string& path,
                            const std::string& body = "") {
    net::ClientRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    request.body = body;
    request.addresses = net::AddressPolicy::kAny;
    request.timeout = std::chrono::minutes(1);
    const base::Result<net::Response> response = (*net::MakeCurlClient())->Fetch(request);
    EXPECT_TRUE(response.ok());
    return response.ok() ? *response : net::Response{};
  }
  static void Append(Server& server, const std::string& line) {
    EXPECT_LT(Send(server, "POST", "/api/v1/import/prometheus", line + "\n").status, 300);
  }
  static std::string Names(Server& server) {
    const auto json = base::ParseJson(Send(server, "GET", "/api/v1/label/__name__/values").body);
    std::string names;
    if (!json.ok()) return names;
    for (const auto& name : (*json)["data"]) {
      if (name.get<std::string>().starts_with("t_")) names += name.get<std::string>() + " ";
    }
    return names;
  }
  static std::string MakeOne(Server& server) {
    const net::Response made = Send(server, "POST", "/api/v1/admin/tsdb/snapshot");
    EXPECT_EQ(made.status, 200) << made.body;
    const auto json = base::ParseJson(made.body);
    return json.ok() ? (*json)["data"]["name"].get<std::string>() : "";
  }

  base::TempFolder folder_{"snapshot_test"};
  base::SystemClock clock_;
};

TEST_F(SnapshotTest, HoldsWhatWasThereAndNothingLater) {
  const auto server = Start("data");
  ASSERT_NE(server, nullptr);
  Append(*server, "t_before 1");
  const std::string name = MakeOne(*server);
  Append(*server, "t_after 1");
  const std::string snapshot = folder_.File("data/snapshots/" + name);

  ASSERT_TRUE(RestoreSnapshot(snapshot, folder_.File("restored")).ok());
  EXPECT_FALSE(RestoreSnapshot(snapshot, folder_.File("restored")).ok()) << "not empty";
  EXPECT_FALSE(RestoreSnapshot(folder_.File("nothing"), folder_.File("other")).ok());

  const auto restored = Start("restored");
  ASSERT_NE(restored, nullptr);
  EXPECT_EQ(Names(*restored), "t_before ");
  EXPECT_EQ(Names(*server), "t_after t_before ");
}

TEST_F(SnapshotTest, HoldsTheModelsThatAreWhole) {
  const auto server = Start("data");
  ASSERT_NE(server, nullptr);
  const std::string model = "/models/acme/shop/0000000001.vdmodel";
  ASSERT_TRUE(base::ReplaceFile(folder_.File("data") + model, "learnt").ok());
  ASSERT_TRUE(base::ReplaceFile(folder_.File("data/models/acme/shop/unfinished"), "lea").ok());
  const std::string snapshot = folder_.File("data/snapshots/" + MakeOne(*server));
  std::filesystem::remove(folder_.File("data") + model);

  ASSERT_TRUE(RestoreSnapshot(snapshot, folder_.File("restored")).ok());
  const auto restored = base::ReadFile(folder_.File("restored") + model, 100);
  ASSERT_TRUE(restored.ok()) << restored.error().message;
  EXPECT_EQ(*restored, "learnt");
  EXPECT_FALSE(std::filesystem::exists(folder_.File("restored/models/acme/shop/unfinished")));
}

TEST_F(SnapshotTest, OfSnapshotsEachHasItsName) {
  const auto server = Start("data");
  ASSERT_NE(server, nullptr);
  EXPECT_NE(MakeOne(*server), MakeOne(*server));
}

// Numbers 1, 2, 3 ... each acknowledged in telemetry first and then in the state database.
struct Counting {
  static inline const sql::Migration kTable{1, "table",
                                            "CREATE TABLE counted (n BIGINT PRIMARY KEY)"};

  explicit Counting(const std::string& folder) {
    EXPECT_TRUE(MakeDataFolder(folder).ok());
    auto opened = kv::Db::Open({.path = TelemetryPath(folder), .families = {{.name = "counted"}}});
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    telemetry = *std::move(opened);
    auto state_opened = sql::Database::Open({.path = StateDatabasePath(folder)});
    EXPECT_TRUE(state_opened.ok()) << state_opened.error().message;
    state = *std::move(state_opened);
    EXPECT_TRUE(state->Migrate("counted", {&kTable, 1}).ok());
  }
  void Add(int n) {
    kv::Batch batch;
    batch.Put(0, fmt::format("{:08}", n), "x");
    EXPECT_TRUE(telemetry->Write(batch, kv::Durability::kProcess).ok());
    EXPECT_TRUE(state
                    ->Transact([n](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY_VOID(
                          session.Execute("INSERT INTO counted VALUES (?)", {sql::Int(n)}));
                      return {};
                    })
                    .ok());
  }
  // How far it goes; -1 when there is a gap.
  int InTelemetry() const {
    int n = 0;
    const auto keys = telemetry->NewIterator(0, {}, {});
    for (keys->SeekToFirst(); keys->Valid(); keys->Next()) {
      if (keys->key() != fmt::format("{:08}", ++n)) return -1;
    }
    return n;
  }
  int InState() const {
    int n = 0;
    bool gap = false;
    EXPECT_TRUE(state
                    ->Read([&](sql::Session& session) {
                      return session.Query(
                          "SELECT n FROM counted ORDER BY n", {},
                          [&](const sql::Row& row) { gap |= row.GetInt(0) != ++n; });
                    })
                    .ok());
    return gap ? -1 : n;
  }

  std::unique_ptr<kv::Db> telemetry;
  std::unique_ptr<sql::Database> state;
};

TEST_F(SnapshotTest, EachHalfIsWholeAndTheStateIsTheLaterOne) {
  const std::string folder = folder_.File("counting");
  std::string name;
  int before = 0;
  {
    Counting counting(folder);
    std::atomic<int> acknowledged{0};
    std::atomic<bool> stop{false};
    std::thread writer([&] {
      for (int n = 1; !stop; ++n) {
        counting.Add(n);
        acknowledged = n;
      }
    });
    while (acknowledged < 20) std::this_thread::yield();
    before = acknowledged;
    const auto made = MakeSnapshot(folder, clock_.Now(), *counting.telemetry, *counting.state);
    stop = true;
    writer.join();
    ASSERT_TRUE(made.ok()) << made.error().message;
    name = *made;
  }
  ASSERT_TRUE(RestoreSnapshot(folder + "/snapshots/" + name, folder_.File("counted")).ok());

  const Counting restored(folder_.File("counted"));
  EXPECT_GE(restored.InTelemetry(), before);
  EXPECT_GE(restored.InState(), restored.InTelemetry() - 1);
}

TEST_F(SnapshotTest, DeletionsOverHttpAreAtOnceAndForGood) {
  auto server = Start("data");
  ASSERT_NE(server, nullptr);
  Append(*server, "t_gone{a=\"1\"} 1");
  Append(*server, "t_gone{a=\"2\"} 1");
  Append(*server, "t_stays 1");
  EXPECT_EQ(Send(*server, "POST", "/api/v1/admin/tsdb/delete_series").status, 400);
  EXPECT_EQ(Send(*server, "PUT", "/api/v1/admin/tsdb/delete_series?match[]=t_gone%7B").status, 400);
  const net::Response deleted =
      Send(*server, "PUT", "/api/v1/admin/tsdb/delete_series?match[]=t_gone");
  EXPECT_EQ(deleted.status, 204) << deleted.body;
  EXPECT_EQ(Send(*server, "POST", "/api/v1/admin/tsdb/clean_tombstones").status, 204);
  EXPECT_EQ(Names(*server), "t_stays ");
  server = nullptr;
  server = Start("data");
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(Names(*server), "t_stays ");
}

}  // namespace
}  // namespace vedette::app
