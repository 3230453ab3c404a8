#include "api/change_webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::api {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kPush =
    R"({"ref":"refs/heads/main","after":"0123456789abcdef0123456789abcdef01234567",)"
    R"("repository":{"full_name":"acme/payment-api"},"commits":[]})";

class ChangeWebhooksTest : public ::testing::Test {
 protected:
  void Open(ChangeWebhookOptions options) {
    routes_ = ChangeWebhookRoutes(ingester_, std::move(options));
  }
  const Route& Find(std::string_view name) const {
    for (const Route& route : routes_) {
      if (route.pattern.ends_with(name)) return route;
    }
    ADD_FAILURE() << name;
    return routes_[0];
  }
  base::Json Post(std::string_view name, std::string_view body,
                  const std::vector<std::pair<std::string, std::string>>& headers,
                  net::Parameters query = {}) {
    net::Request request;
    request.method = "POST";
    request.body = body;
    request.query = std::move(query);
    for (const auto& [key, value] : headers) request.headers.Add(key, value);
    if (request.headers.Get("Content-Type").empty()) {
      request.headers.Add("Content-Type", "application/json");
    }
    const Call call{.request = request,
                    .caller = {.name = "key", .tenant = "shop"},
                    .path_values = {},
                    .now = clock_.Now()};
    const net::Response response = Find(name).handler(call);
    status_ = response.status;
    return *base::ParseJson(response.body);
  }
  std::vector<model::Change> Stored(const model::TenantName& tenant) {
    records::ChangeQuery query;
    query.tenant = tenant;
    auto page = records_.QueryChanges(query);
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->records : std::vector<model::Change>();
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  ingest::FakeSeriesStore series_;
  ingest::FakeRecordStore records_;
  ingest::Ingester ingester_{series_, records_, clock_, metrics_,
                             std::make_shared<const ingest::Limits>()};
  std::vector<Route> routes_;
  int status_ = 0;
};

TEST_F(ChangeWebhooksTest, WithoutASecretAKeyIsNeededAndNamesTheTenant) {
  Open({.services = {{"acme/payment-api", "payment"}}});

  EXPECT_EQ(Find("github").permission, Permission::kIngest);
  EXPECT_EQ(Find("github").body_bytes_max, 25U << 20) << "as much as GitHub sends";
  const base::Json answer = Post("github", kPush, {{"X-GitHub-Event", "push"}});

  EXPECT_EQ(status_, 200);
  EXPECT_EQ(answer["accepted"], 1);
  ASSERT_EQ(Stored("shop").size(), 1u);
  EXPECT_EQ(Stored("shop")[0].service, "payment");
}

TEST_F(ChangeWebhooksTest, WithASecretTheSignatureDecides) {
  Open({.tenant = "acme", .github_secret = "s3cret"});
  const std::string signature = "sha256=" + base::HmacSha256Hex("s3cret", kPush);

  EXPECT_EQ(Find("github").permission, Permission::kPublic);
  Post("github", kPush, {{"X-GitHub-Event", "push"}});
  EXPECT_EQ(status_, 401);
  Post("github", kPush, {{"X-GitHub-Event", "push"}, {"X-Hub-Signature-256", "sha256=00"}});
  EXPECT_EQ(status_, 401);
  Post("github", std::string(kPush) + " ",
       {{"X-GitHub-Event", "push"}, {"X-Hub-Signature-256", signature}});
  EXPECT_EQ(status_, 401);
  EXPECT_THAT(Stored("acme"), IsEmpty());

  Post("github", kPush, {{"X-GitHub-Event", "push"}, {"X-Hub-Signature-256", signature}});
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(Stored("acme").size(), 1u);
}

TEST_F(ChangeWebhooksTest, GitHubsFormIsTakenAndSignedAsAWhole) {
  Open({.tenant = "acme", .github_secret = "s3cret"});
  const std::string form =
      "payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22after%22%3A%220123456789abcdef%22%2C"
      "%22repository%22%3A%7B%22full_name%22%3A%22acme%2Fpay+api%22%7D%2C%22commits%22%3A%5B%5D%7D";
  const auto post = [&](const std::string& body) {
    Post("github", body,
         {{"X-GitHub-Event", "push"},
          {"Content-Type", "application/x-www-form-urlencoded"},
          {"X-Hub-Signature-256", "sha256=" + base::HmacSha256Hex("s3cret", body)}});
  };
  post(form);
  EXPECT_EQ(status_, 200);
  ASSERT_EQ(Stored("acme").size(), 1u);
  EXPECT_EQ(Stored("acme")[0].service, "pay api");
  post("ref=main");
  EXPECT_EQ(status_, 400);
}

TEST_F(ChangeWebhooksTest, GitLabShowsItsToken) {
  Open({.gitlab_token = "t0ken"});
  constexpr std::string_view kBody =
      R"({"object_kind":"push","ref":"refs/heads/main","checkout_sha":"abc","project":{"path_with_namespace":"a/b"}})";

  Post("gitlab", kBody, {});
  EXPECT_EQ(status_, 401);
  Post("gitlab", kBody, {{"X-Gitlab-Token", "t0kex"}});
  EXPECT_EQ(status_, 401);
  Post("gitlab", kBody, {{"X-Gitlab-Token", "t0ken"}});
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(Stored("default").size(), 1u);
}

TEST_F(ChangeWebhooksTest, AFlagThatIsSwitchedThriceInAMinuteIsThreeChanges) {
  Open({});
  const auto post = [&](bool active, const std::string& delivery) {
    clock_.Advance(std::chrono::seconds(5));
    std::vector<std::pair<std::string, std::string>> headers;
    if (!delivery.empty()) headers.emplace_back("Idempotency-Key", delivery);
    const base::Json answer = Post(
        "gitlab",
        std::string(R"({"object_kind":"feature_flag","object_attributes":{"id":6,"name":"f",)") +
            R"("active":)" + (active ? "true" : "false") +
            R"(},"project":{"path_with_namespace":"a/b"}})",
        headers);
    return answer["ids"].at(0).get<std::string>();
  };
  for (const bool by_sender : {false, true}) {
    const auto id = [&](const char* name) { return by_sender ? name : std::string(); };
    const std::string on = post(true, id("k1"));
    EXPECT_EQ(post(true, id("k1")), on) << "told again";
    const std::string off = post(false, id("k2"));
    const std::string again = post(true, id("k3"));
    EXPECT_EQ(std::set<std::string>({on, off, again}).size(), 3u);
  }
}

TEST_F(ChangeWebhooksTest, ArgoCdAndJenkinsComeWithAKey) {
  Open({.github_secret = "x", .gitlab_token = "y"});
  EXPECT_EQ(Find("argocd").permission, Permission::kIngest);
  EXPECT_EQ(Find("jenkins").permission, Permission::kIngest);

  Post("argocd",
       R"({"app":{"metadata":{"name":"pay"},"status":{"operationState":{"phase":"Succeeded"}}}})",
       {});
  EXPECT_EQ(status_, 200);
  Post("jenkins",
       R"({"name":"deploy-pay","build":{"number":7,"phase":"FINALIZED","status":"SUCCESS"}})", {},
       {{"service", "payment"}});
  EXPECT_EQ(status_, 200);
  ASSERT_EQ(Stored("shop").size(), 2u);
}

TEST_F(ChangeWebhooksTest, WhatTellsOfNoChangeIsTakenAndKeptNowhere) {
  Open({});

  const base::Json answer = Post("github", R"({"zen":"x"})", {{"X-GitHub-Event", "ping"}});

  EXPECT_EQ(status_, 200);
  EXPECT_EQ(answer["accepted"], 0);
  EXPECT_THAT(Stored("shop"), IsEmpty());
}

TEST_F(ChangeWebhooksTest, NamesTheFieldAtFault) {
  Open({});

  EXPECT_EQ(Post("github", kPush, {})["error"]["field"], "X-GitHub-Event");
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(Post("gitlab", "{}", {})["error"]["field"], "object_kind");
  EXPECT_EQ(Post("jenkins", "{}", {})["error"]["field"], "name");
  Post("argocd", "no json", {});
  EXPECT_EQ(status_, 400);
}

}  // namespace
}  // namespace vedette::api
