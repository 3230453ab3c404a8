#include "api/dashboards.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "auth/audit_log.h"
#include "base/json.h"

namespace vedette::api {
namespace {

using base::Json;

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

constexpr char kShop[] =
    R"({"title": "Shop", "variables": [{"name": "service", "label": "service"}],
  "panels": [{"title": "Up", "query": "up{service=~\"$service\"}", "unit": "percent",
  "wide": true, "kind": "table", "more": 1}]})";

class DashboardRoutesTest : public ::testing::Test {
 protected:
  net::Response Ask(const std::string& method, const std::string& id, const std::string& body = "",
                    const std::string& tenant = "shop") {
    net::Request request;
    request.method = method;
    request.body = body;
    for (const Route& route : DashboardRoutes(*book_)) {
      if (route.method == method && route.pattern.ends_with("{id}") == !id.empty()) {
        return route.handler({.request = request,
                              .caller = {"mara", tenant},
                              .path_values = {{"id", id}},
                              .now = kNow});
      }
    }
    ADD_FAILURE() << "no route " << method;
    return {};
  }
  static Json Read(const net::Response& response) { return *base::ParseJson(response.body); }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  auth::AuditLog audit_ = *auth::AuditLog::Create(*database_);
  std::unique_ptr<DashboardBook> book_ = *DashboardBook::Open(*database_);
};

TEST_F(DashboardRoutesTest, WhatIsSavedIsThereAfterARestart) {
  const std::string id = Read(Ask("POST", "", kShop))["id"];
  book_ = *DashboardBook::Open(*database_);
  const Json read = Read(Ask("GET", id));
  EXPECT_EQ(read["title"], "Shop");
  EXPECT_EQ(read["revision"], 1);
  EXPECT_EQ(read["updated_by"], "mara");
  const Json& panel = read["definition"]["panels"][0];
  EXPECT_EQ(panel["query"], "up{service=~\"$service\"}");
  EXPECT_EQ(panel["unit"], "percent");
  EXPECT_EQ(panel["wide"], true);
  EXPECT_EQ(panel["kind"], "table");
  EXPECT_FALSE(panel.contains("more")) << "what is not known is not kept";
  EXPECT_EQ(read["definition"]["variables"][0]["label"], "service");
  const Json list = Read(Ask("GET", ""))["dashboards"];
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["panel_count"], 1);
}

TEST_F(DashboardRoutesTest, NobodyWritesOverWhatAnotherHasJustDone) {
  EXPECT_EQ(Ask("PUT", "shop-1", kShop).status, 200);
  Json mine = *base::ParseJson(kShop);
  mine["revision"] = 1;
  mine["title"] = "Mine";
  EXPECT_EQ(Ask("PUT", "shop-1", mine.dump()).status, 200);
  mine["title"] = "Too late";
  const net::Response refused = Ask("PUT", "shop-1", mine.dump());
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(Read(refused)["error"]["field"], "revision");
  EXPECT_EQ(Read(Ask("GET", "shop-1"))["title"], "Mine");
}

TEST_F(DashboardRoutesTest, WhatWasRemovedCanBePutBackUnderItsAddress) {
  EXPECT_EQ(Ask("PUT", "shop", kShop).status, 200);
  EXPECT_EQ(Read(Ask("DELETE", "shop"))["title"], "Shop");
  EXPECT_EQ(Ask("GET", "shop").status, 404);
  EXPECT_EQ(Ask("DELETE", "shop").status, 404);
  EXPECT_EQ(Read(Ask("PUT", "shop", kShop))["revision"], 1);
  const auto audit = *audit_.List(0, 10);
  ASSERT_EQ(audit.size(), 3U);
  EXPECT_EQ(audit[1].action, "dashboard.remove");
  EXPECT_EQ(audit[1].actor, "mara");
}

TEST_F(DashboardRoutesTest, TenantsDoNotSeeEachOthers) {
  EXPECT_EQ(Ask("PUT", "shop", kShop).status, 200);
  EXPECT_EQ(Ask("GET", "shop", "", "other").status, 404);
  EXPECT_EQ(Ask("DELETE", "shop", "", "other").status, 404);
  EXPECT_TRUE(Read(Ask("GET", "", "", "other"))["dashboards"].empty());
  ASSERT_TRUE(book_->DeleteTenant("shop").ok());
  EXPECT_EQ(Ask("GET", "shop").status, 404);
}

TEST_F(DashboardRoutesTest, WhatIsWrongIsNamed) {
  const auto field = [&](const std::string& body) {
    const net::Response response = Ask("PUT", "shop", body);
    EXPECT_EQ(response.status, 400) << body;
    return Read(response)["error"].value("field", "");
  };
  EXPECT_EQ(field("[]"), "");
  EXPECT_EQ(field(R"({"panels": [{"title": "a", "query": "up"}]})"), "title");
  EXPECT_EQ(field(R"({"title": "x"})"), "panels");
  EXPECT_EQ(field(R"({"title": "x", "panels": [1]})"), "panels");
  EXPECT_EQ(field(R"({"title": "x", "panels": [{"title": "a"}]})"), "panels[0].query");
  EXPECT_EQ(field(R"({"title": "x", "panels": [{"title": "a", "query": "up", "wide": 1}]})"),
            "panels[0].wide");
  EXPECT_EQ(field(R"({"title": "x", "panels": [{"title": "a", "query": "up", "kind": "pie"}]})"),
            "panels[0].kind");
  EXPECT_EQ(field(R"({"title": "x", "variables": [{"name": "a b", "label": "c"}]})"),
            "variables[0].name");
  Json many = *base::ParseJson(kShop);
  for (int i = 0; i < 40; ++i) many["panels"].push_back(many["panels"][0]);
  EXPECT_EQ(field(many.dump()), "panels");
  EXPECT_EQ(field(std::string(300'000, ' ')), "body");
  EXPECT_EQ(Ask("PUT", "a b", kShop).status, 400);
}

TEST_F(DashboardRoutesTest, ATenantHasSoManyAtMost) {
  for (size_t i = 0; i < DashboardBook::kOfTenantMax; ++i) {
    ASSERT_EQ(Ask("PUT", "d" + std::to_string(i), kShop).status, 200);
  }
  EXPECT_EQ(Ask("POST", "", kShop).status, 429);
  EXPECT_EQ(Ask("PUT", "d0", kShop).status, 200) << "what is there can be changed";
  EXPECT_EQ(Ask("POST", "", kShop, "other").status, 200);
}

}  // namespace
}  // namespace vedette::api
