#include "api/access.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace vedette::api {
namespace {

// A request with a header list, from this machine or from elsewhere.
net::Request From(bool loopback, std::vector<std::pair<std::string, std::string>> headers) {
  net::Request request;
  request.peer_is_loopback = loopback;
  request.headers.Set("Host", "localhost:8000");
  for (auto& [name, value] : headers) request.headers.Set(name, std::move(value));
  return request;
}

// One key, "good", that may read for tenant t.
base::Result<KeyHolder> Lookup(std::string_view key, base::TimePoint) {
  if (key != "good") return base::Unauthenticated("unknown key");
  return KeyHolder{{"reader", "t"}, [](Permission p) { return p == Permission::kRead; }};
}

std::string Outcome(bool open, const net::Request& request, Permission permission) {
  static const base::FakeClock clock;
  const base::Result<Caller> caller =
      MakeAuthorizer({.loopback_open = open}, Lookup, clock)(request, permission);
  return caller.ok() ? caller->name + "@" + caller->tenant
                     : std::string(base::ErrorCodeName(caller.error().code));
}

TEST(Access, IsDeniedWithoutAKeyExceptOnTheOpenLoopback) {
  EXPECT_EQ(Outcome(true, From(true, {}), Permission::kAdmin), "loopback@default");
  EXPECT_EQ(Outcome(false, From(true, {}), Permission::kRead), "unauthenticated");
  EXPECT_EQ(Outcome(true, From(false, {}), Permission::kRead), "unauthenticated");
  EXPECT_EQ(Outcome(false, From(false, {}), Permission::kPublic), "anonymous@");
}

TEST(Access, AKeyDecidesWhereverItStands) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer good"},
                                                        {"Authorization", "Basic dXNlcjpnb29k"},
                                                        {"X-API-Key", "good"},
                                                        {"Cookie", "a=b; vedette_key=good; c=d"}}) {
    EXPECT_EQ(Outcome(true, From(false, {{name, value}}), Permission::kRead), "reader@t") << value;
    EXPECT_EQ(Outcome(true, From(true, {{name, value}}), Permission::kAdmin), "permission_denied")
        << value;
  }
  EXPECT_EQ(Outcome(true, From(true, {{"Authorization", "Bearer bad"}}), Permission::kRead),
            "unauthenticated");
  EXPECT_EQ(Outcome(true, From(true, {{"Authorization", "Basic !!"}}), Permission::kRead),
            "unauthenticated");
}

TEST(Access, AKeyMayStandInTheQueryWhereDataComesIn) {
  net::Request request = From(false, {});
  request.query = {{"api_key", "good"}};
  EXPECT_EQ(Outcome(true, request, Permission::kIngest), "permission_denied");  // but known
  EXPECT_EQ(Outcome(true, request, Permission::kRead), "unauthenticated");
  request.query = {{"api_key", "bad"}};
  EXPECT_EQ(Outcome(true, request, Permission::kIngest), "unauthenticated");
}

TEST(Access, AForeignPageCanUseNeitherLoopbackNorCookie) {
  const std::vector<std::pair<std::string, std::string>> signs[] = {
      {{"Origin", "https://evil.example"}},
      {{"Origin", "null"}},
      {{"Sec-Fetch-Site", "cross-site"}},
      {{"Host", "evil.example"}},
      {{"Host", "localhost.evil.example:8000"}}};
  for (const auto& headers : signs) {
    EXPECT_EQ(Outcome(true, From(true, headers), Permission::kRead), "permission_denied")
        << headers[0].second;
  }
  EXPECT_EQ(Outcome(false, From(false, {{"Cookie", "vedette_key=good"}, {"Origin", "http://x"}}),
                    Permission::kRead),
            "permission_denied");
  EXPECT_EQ(Outcome(true, From(true, {{"Origin", "http://localhost:8000"}}), Permission::kRead),
            "loopback@default");
}

TEST(Access, AProgramMaySendToTheLoopbackUnderAnyName) {
  net::Request sent = From(true, {{"Host", "myhost:8000"}});
  sent.method = "POST";
  EXPECT_EQ(Outcome(true, sent, Permission::kIngest), "loopback@default");
  EXPECT_EQ(Outcome(true, sent, Permission::kRespond), "permission_denied");
  for (const auto& [name, value] :
       {std::pair("Origin", "http://myhost:8000"), std::pair("Sec-Fetch-Site", "same-origin")}) {
    net::Request by_page = sent;
    by_page.headers.Set(name, value);
    EXPECT_EQ(Outcome(true, by_page, Permission::kIngest), "permission_denied") << name;
  }
  sent.method = "GET";  // a page's own requests to read have no Origin
  EXPECT_EQ(Outcome(true, sent, Permission::kIngest), "permission_denied");
}

TEST(Access, WhatAProxyForwardsIsNotFromLoopback) {
  for (const char* header : {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"}) {
    EXPECT_EQ(Outcome(true, From(true, {{header, "203.0.113.9"}}), Permission::kRead),
              "unauthenticated")
        << header;
  }
}

TEST(Access, TheLoopbackCallerNamesItsTenant) {
  EXPECT_EQ(Outcome(true, From(true, {{"X-Scope-OrgID", "team-1"}}), Permission::kRead),
            "loopback@team-1");
  EXPECT_EQ(Outcome(true, From(true, {{"X-Scope-OrgID", "a/b"}}), Permission::kRead),
            "invalid_argument");
}

std::string WhoAsks(const net::Request& request, Caller caller) {
  for (const Route& route : SessionRoutes(Lookup)) {
    if (route.method != "GET") continue;
    return route
        .handler({.request = request, .caller = std::move(caller), .path_values = {}, .now = {}})
        .body;
  }
  return "no such route";
}

TEST(Session, SaysWhoAsksAndWhatTheyMayDo) {
  EXPECT_EQ(WhoAsks(From(false, {{"Cookie", "vedette_key=good"}}), {"reader", "t"}),
            R"({"name":"reader","tenant":"t","any_tenant":false,"permissions":["read"]})");
  EXPECT_EQ(WhoAsks(From(true, {}), {"loopback", "default", true}),
            R"({"name":"loopback","tenant":"default","any_tenant":true,)"
            R"("permissions":["read","ingest","respond","edit","admin"]})");
}

}  // namespace
}  // namespace vedette::api
