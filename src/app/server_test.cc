#include "app/server.h"

#include <cctype>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/testing/temp_folder.h"
#include "net/client.h"

namespace vedette::app {
namespace {

// A server on a free port of this machine, in a folder of its own.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    Config config;
    config.server.port = 0;
    config.data_dir = folder_.File("data");
    config.log_level = base::LogLevel::kError;
    base::Result<std::unique_ptr<Server>> server = Server::Start(std::move(config), clock_, {});
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = *std::move(server);
  }

  net::Response Get(const std::string& path) {
    const std::string url = "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    net::ClientRequest request;
    request.url = url;
    request.addresses = net::AddressPolicy::kAny;
    request.timeout = std::chrono::minutes(1);
    const base::Result<net::Response> response = (*net::MakeCurlClient())->Fetch(request);
    EXPECT_TRUE(response.ok());
    return response.ok() ? *response : net::Response{};
  }

  base::TempFolder folder_{"server_test"};
  base::SystemClock clock_;
  std::unique_ptr<Server> server_;
};

// "POST /api/v1/logs ingest postLogs"
std::string Line(std::string method, const std::string& path, const std::string& permission,
                 const std::string& operation) {
  for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return method + " " + path + " " + permission + " " + operation;
}

// What is in `a` but not in `b`.
std::string Missing(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::string missing;
  for (const std::string& line : a) missing += b.contains(line) ? "" : line + "\n";
  return missing;
}

TEST_F(ServerTest, OpenApiListsEveryPathWithItsPermissionAndNoOther) {
  std::set<std::string> served;
  for (const api::Route& route : server_->routes()) {
    if (route.operation == "page") continue;  // of the user interface, with their assets
    const bool document = route.pattern == "/openapi.json";
    if (route.operation == "asset" && !document) continue;
    served.insert(Line(route.method, route.pattern,
                       std::string(api::PermissionName(route.permission)),
                       document ? "getOpenApi" : route.operation));
  }

  const base::Result<base::Json> document = base::ParseJson(Get("/openapi.json").body);

  ASSERT_TRUE(document.ok());
  std::set<std::string> listed;
  for (const auto& [path, operations] : (*document)["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      listed.insert(Line(method, path, operation.value("x-permission", ""),
                         operation.value("operationId", "")));
    }
  }
  EXPECT_EQ(Missing(served, listed), "") << "served, not documented";
  EXPECT_EQ(Missing(listed, served), "") << "documented, not served";
  EXPECT_GT(listed.size(), 30u);
}

TEST_F(ServerTest, ASecondServerOnTheSameFolderIsRefused) {
  Config config;
  config.server.port = 0;
  config.data_dir = folder_.File("data");

  const base::Result<std::unique_ptr<Server>> second = Server::Start(std::move(config), clock_, {});

  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
  EXPECT_EQ(Get("/readyz").status, 200);
}

TEST_F(ServerTest, ClosesItsFoldersInAnOpenDataFolder) {
  namespace fs = std::filesystem;
  server_.reset();
  const std::string data = folder_.File("open");
  for (const char* below : {"telemetry", "quarantine"}) {
    fs::create_directories(data + "/" + below);
    fs::permissions(data + "/" + below, fs::perms(0755));
  }
  fs::permissions(data, fs::perms(0755));
  Config config;
  config.server.port = 0;
  config.data_dir = data;
  config.log_level = base::LogLevel::kError;

  const base::Result<std::unique_ptr<Server>> server = Server::Start(config, clock_, {});

  ASSERT_TRUE(server.ok()) << server.error().message;
  for (const char* below : {"telemetry", "models", "quarantine"}) {
    EXPECT_EQ(fs::status(data + "/" + below).permissions(), fs::perms::owner_all) << below;
  }
  EXPECT_EQ(fs::status(data).permissions(), fs::perms(0755)) << "its owner's choice";
}

}  // namespace
}  // namespace vedette::app
