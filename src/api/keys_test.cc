#include "api/keys.h"

#include <algorithm>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/router.h"
#include "base/duration.h"
#include "base/json.h"

namespace vedette::api {
namespace {

using base::Json;

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class KeyRoutesTest : public ::testing::Test {
 protected:
  net::Response Call(std::string method, std::string path, std::string body = "",
                     std::string tenant = "default") {
    net::Request request{.method = std::move(method),
                         .target = {},
                         .path = std::move(path),
                         .query = {},
                         .headers = {},
                         .body = std::move(body),
                         .peer_address = {},
                         .deadline = {}};
    for (const Route& route : routes_) {
      std::vector<std::pair<std::string, std::string>> values;
      if (route.method == request.method && MatchPattern(route.pattern, request.path, values)) {
        EXPECT_EQ(route.permission, Permission::kAdmin);
        return route.handler({request, {"ann", std::move(tenant)}, std::move(values), kNow});
      }
    }
    return ErrorResponse(base::NotFound("no such path"));
  }
  Json List(std::string tenant = "default") {
    return (*base::ParseJson(Call("GET", "/api/v1/keys", "", std::move(tenant)).body))["keys"];
  }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<auth::ApiKeys> keys_ = *auth::ApiKeys::Create(*database_);
  std::vector<Route> routes_ = KeyRoutes(*keys_);
};

TEST_F(KeyRoutesTest, AKeyIsMadeShownOnceUsedAndRevoked) {
  const net::Response made = Call("POST", "/api/v1/keys", R"({"name":"ci","role":"ingest"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const Json answer = *base::ParseJson(made.body);
  const auto token = answer["token"].get<std::string>();
  const auto id = answer["key"]["id"].get<std::string>();
  EXPECT_EQ(keys_->Authenticate(token, kNow)->name, "ci");

  const Json keys = List();
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0]["id"], id);
  EXPECT_EQ(keys[0]["role"], "ingest");
  EXPECT_EQ(keys[0]["expires_at"], nullptr);
  EXPECT_EQ(keys[0]["revoked_at"], nullptr);
  EXPECT_EQ(base::DumpJson(keys).find(token), std::string::npos);

  EXPECT_EQ(Call("DELETE", "/api/v1/keys/" + id).status, 204);
  EXPECT_FALSE(keys_->Authenticate(token, kNow).ok());
  EXPECT_NE(List()[0]["revoked_at"], nullptr);
  EXPECT_EQ(Call("DELETE", "/api/v1/keys/" + id).status, 404);
}

TEST_F(KeyRoutesTest, ATenantSeesAndRevokesItsOwnOnly) {
  const Json made = *base::ParseJson(
      Call("POST", "/api/v1/keys", R"({"name":"ci","role":"viewer"})", "other").body);

  EXPECT_EQ(List().size(), 0u);
  EXPECT_EQ(List("other").size(), 1u);
  EXPECT_EQ(Call("DELETE", "/api/v1/keys/" + made["key"]["id"].get<std::string>()).status, 404);
  EXPECT_EQ(List("other")[0]["revoked_at"], nullptr);
}

TEST_F(KeyRoutesTest, WhatIsWrongIsNamed) {
  ASSERT_EQ(Call("POST", "/api/v1/keys", R"({"name":"ci","role":"viewer"})").status, 201);
  for (const auto& [field, body] :
       {std::pair{"name", R"({"role":"viewer"})"}, std::pair{"role", R"({"name":"x"})"},
        std::pair{"role", R"({"name":"x","role":"root"})"},
        std::pair{"expires_at", R"({"name":"x","role":"viewer","expires_at":"soon"})"},
        std::pair{"expires_at",
                  R"({"name":"x","role":"viewer","expires_at":"2020-01-01T00:00:00Z"})"}}) {
    const net::Response refused = Call("POST", "/api/v1/keys", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ((*base::ParseJson(refused.body))["error"]["field"], field) << body;
  }
  EXPECT_EQ(Call("POST", "/api/v1/keys", R"({"name":"ci","role":"viewer"})").status, 409);
  EXPECT_EQ(List().size(), 1u);
}

}  // namespace
}  // namespace vedette::api
