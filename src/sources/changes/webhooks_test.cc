#include "sources/changes/webhooks.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/duration.h"

namespace vedette::sources::changes {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

base::Json Json(const std::string& text) {
  auto json = base::ParseJson(text);
  EXPECT_TRUE(json.ok()) << json.error().message << text;
  return json.ok() ? *json : base::Json();
}

std::vector<model::Change> Hub(std::string_view event, const std::string& body,
                               const WebhookOptions& options = {}) {
  auto parsed = ParseGitHub(event, Json(body), kNow, options);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  return parsed.ok() ? *parsed : std::vector<model::Change>();
}
std::vector<model::Change> Lab(const std::string& body, const WebhookOptions& options = {}) {
  auto parsed = ParseGitLab(Json(body), kNow, options);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  return parsed.ok() ? *parsed : std::vector<model::Change>();
}

const std::string kRepository =
    R"("repository":{"id":1,"name":"payment-api","full_name":"acme/payment-api",)"
    R"("html_url":"https://github.com/acme/payment-api","pushed_at":1699995600},)"
    R"("sender":{"login":"octocat"})";

TEST(GitHub, APushIsAChangeWithItsCommitsAndFiles) {
  const auto changes = Hub("push", R"({"ref":"refs/heads/main","before":"00",
    "after":"6dcb09b5b57875f334f61aebed695e2e4193db5e","created":false,"deleted":false,
    "compare":"https://github.com/acme/payment-api/compare/00...6dcb09b5b578",
    "commits":[{"id":"6dcb09b5b57875f334f61aebed695e2e4193db5e",
      "message":"raise the timeout\n\nof the ledger",
      "author":{"name":"Ann"},"added":["a.cc"],"removed":[],"modified":["config/pool.yaml"]}],
    "head_commit":{"message":"raise the timeout\n\nof the ledger"},"pusher":{"name":"ann"},)" +
                                       kRepository + "}");

  ASSERT_EQ(changes.size(), 1u);
  const model::Change& change = changes[0];
  EXPECT_EQ(change.kind, "push");
  EXPECT_EQ(change.service, "payment-api");
  EXPECT_EQ(change.version, "6dcb09b5b578");
  EXPECT_EQ(change.title, "push to main of acme/payment-api: raise the timeout");
  EXPECT_EQ(change.author, "octocat");
  EXPECT_EQ(base::ToMillis(change.time), 1'699'995'600'000);
  EXPECT_EQ(
      change.id,
      "github:push:acme/payment-api:refs/heads/main:6dcb09b5b57875f334f61aebed695e2e4193db5e");
  EXPECT_THAT(change.labels, Contains(Pair("branch", "main")));
  EXPECT_EQ(Json(change.data_json)["files"], base::Json({"a.cc", "config/pool.yaml"}));
}

TEST(GitHub, ADeletedBranchIsNoChange) {
  EXPECT_THAT(
      Hub("push", R"({"ref":"refs/heads/old","after":"0000","deleted":true,)" + kRepository + "}"),
      IsEmpty());
}

const std::string kDeployment =
    R"("deployment":{"id":145988746,"sha":"f95f852bd8fca8fcc58a9a2d6c842781e32a215e",
      "ref":"v1.4.2","task":"deploy","environment":"production","payload":{},
      "creator":{"login":"deploy-bot"},"created_at":"2023-11-14T21:00:00Z"},)";

TEST(GitHub, ADeploymentIsToldWithEachStateThatDecides) {
  const auto begun = Hub("deployment", R"({"action":"created",)" + kDeployment + kRepository + "}");
  ASSERT_EQ(begun.size(), 1u);
  EXPECT_EQ(begun[0].kind, "deployment");
  EXPECT_EQ(begun[0].status, "in_progress");
  EXPECT_EQ(begun[0].version, "v1.4.2");
  EXPECT_EQ(begun[0].author, "deploy-bot");

  const auto status = [&](const std::string& state) {
    return Hub("deployment_status",
               R"({"action":"created","deployment_status":{"id":209916254,"state":")" + state +
                   R"(","created_at":"2023-11-14T21:05:00Z","target_url":"https://ci/1"},)" +
                   kDeployment + kRepository + "}");
  };
  ASSERT_EQ(status("failure").size(), 1u);
  const model::Change failed = status("failure")[0];
  EXPECT_EQ(failed.status, "failed");
  EXPECT_EQ(failed.title, "deployment of payment-api v1.4.2 to production: failed");
  EXPECT_EQ(failed.url, "https://ci/1");
  EXPECT_EQ(base::FormatTime(failed.time), "2023-11-14T21:05:00.000Z");
  EXPECT_THAT(failed.labels, Contains(Pair("environment", "production")));
  EXPECT_NE(failed.id, begun[0].id);
  EXPECT_EQ(status("success")[0].status, "success");
  EXPECT_THAT(status("queued"), IsEmpty());
}

TEST(GitHub, ADeploymentOfABranchHasItsCommitForAVersion) {
  const auto deployed = [](const std::string& ref) {
    return Hub("deployment", R"({"deployment":{"id":7,"sha":"f95f852bd8fca8fcc58a","ref":")" + ref +
                                 R"("},)" + kRepository + "}")
        .at(0);
  };
  const std::vector<std::pair<std::string, std::string>> versions = {
      {"main", "f95f852bd8fc"},           {"feature/pay-2", "f95f852bd8fc"},
      {"refs/heads/1.4", "f95f852bd8fc"}, {"f95f852", "f95f852bd8fc"},
      {"refs/tags/stable", "stable"},     {"v1.4.2", "v1.4.2"},
      {"2024-11-02", "2024-11-02"},       {"shop-1.4", "shop-1.4"}};
  for (const auto& [ref, version] : versions) EXPECT_EQ(deployed(ref).version, version) << ref;
  EXPECT_THAT(deployed("main").labels, Contains(Pair("branch", "main")));
  EXPECT_THAT(deployed("v1.4.2").labels, Not(Contains(Pair("branch", "v1.4.2"))));
}

TEST(GitHub, TwoThingsWithoutAnIdAreTwoChanges) {
  const auto release = [](const std::string& tag) {
    return Hub("release", R"({"action":"published","release":{"tag_name":")" + tag + R"("},)" +
                              kRepository + "}")
        .at(0)
        .id;
  };
  EXPECT_EQ(release("v1"), "github:release:acme/payment-api:v1");
  EXPECT_NE(release("v1"), release("v2"));
}

TEST(GitHub, ReleasesAndWorkflowsAreChangesOnceTheyAreDone) {
  const auto release = Hub("release",
                           R"({"action":"published","release":{"id":17372790,"tag_name":"0.0.1",
      "author":{"login":"Codertocat"},"published_at":"2023-11-14T20:00:00Z"},)" +
                               kRepository + "}");
  ASSERT_EQ(release.size(), 1u);
  EXPECT_EQ(release[0].kind, "release");
  EXPECT_EQ(release[0].version, "0.0.1");
  EXPECT_EQ(release[0].author, "Codertocat");

  const auto run = [&](const std::string& action, const std::string& name) {
    return Hub("workflow_run", R"({"action":")" + action +
                                   R"(","workflow_run":{"id":30433642,"name":")" + name +
                                   R"(","head_branch":"main","head_sha":"acb5820ced9479c074f",
      "status":"completed","conclusion":"failure","run_attempt":2,
      "updated_at":"2023-11-14T20:33:08Z",
      "html_url":"https://w","actor":{"login":"ann"}},)" +
                                   kRepository + "}");
  };
  ASSERT_EQ(run("completed", "Deploy to production").size(), 1u);
  EXPECT_EQ(run("completed", "Deploy to production")[0].kind, "deployment");
  EXPECT_EQ(run("completed", "Deploy to production")[0].id, "github:workflow_run:30433642:2");
  EXPECT_EQ(run("completed", "unit tests")[0].kind, "build");
  EXPECT_EQ(run("completed", "unit tests")[0].status, "failed");
  EXPECT_THAT(run("requested", "unit tests"), IsEmpty());
}

TEST(GitHub, OtherEventsTellOfNoChange) {
  EXPECT_THAT(Hub("ping", R"({"zen":"Keep it logically awesome."})"), IsEmpty());
  EXPECT_THAT(Hub("pull_request", "{" + kRepository + "}"), IsEmpty());
  EXPECT_EQ(ParseGitHub("", Json("{}"), kNow, {}).error().field, "X-GitHub-Event");
  EXPECT_EQ(ParseGitHub("push", Json("{}"), kNow, {}).error().field, "repository.full_name");
  EXPECT_FALSE(ParseGitHub("push", Json("[]"), kNow, {}).ok());
}

TEST(GitHub, ARepositoryIsOfTheServiceThatIsConfigured) {
  const std::string body = R"({"ref":"refs/heads/main","after":"abc",)" + kRepository + "}";

  EXPECT_EQ(Hub("push", body, {.services = {{"acme/payment-api", "payment"}}})[0].service,
            "payment");
  EXPECT_EQ(Hub("push", body, {.services = {{"payment-api", "payment"}}})[0].service, "payment");
  EXPECT_EQ(Hub("push", body, {.services = {{"payment-api", "x"}}, .service = "y"})[0].service,
            "y");
}

// The example of GitHub's own documentation ("Validating webhook deliveries").
TEST(GitHub, ItsSignatureIsTheHmacOfTheBody) {
  const std::string_view body = "Hello, World!";
  const std::string_view secret = "It's a Secret to Everybody";
  const std::string good =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  EXPECT_TRUE(CheckGitHubSignature(good, body, secret).ok());
  EXPECT_FALSE(CheckGitHubSignature(good, "Hello, World", secret).ok());
  EXPECT_FALSE(CheckGitHubSignature(good, body, "It's no secret").ok());
  EXPECT_FALSE(CheckGitHubSignature("", body, secret).ok());
  EXPECT_FALSE(CheckGitHubSignature(good.substr(7), body, secret).ok());
}

const std::string kProject =
    R"("project":{"path_with_namespace":"shop/pay","web_url":"https://gitlab/shop/pay"},)"
    R"("user":{"name":"Administrator","username":"root"})";

TEST(GitLab, ADeploymentIsToldWithEachState) {
  const auto changes = Lab(R"({"object_kind":"deployment","status":"success",
    "status_changed_at":"2021-04-28 21:50:00 +0200","deployment_id":15,"deployable_id":796,
    "deployable_url":"https://gitlab/shop/pay/-/jobs/796","environment":"staging",
    "short_sha":"279484c0","ref":"main",)" +
                           kProject + "}");

  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].service, "pay");
  EXPECT_EQ(changes[0].id, "gitlab:deployment:15:success");
  EXPECT_EQ(changes[0].version, "279484c0");
  EXPECT_EQ(changes[0].author, "root");
  EXPECT_EQ(base::FormatTime(changes[0].time), "2021-04-28T19:50:00.000Z");
  EXPECT_EQ(changes[0].title, "deployment of pay 279484c0 to staging: success");
}

TEST(GitLab, ADeploymentIsOfItsTagOrOfTheCommitOfItsBranch) {
  const auto of = [&](const std::string& ref) {
    return Lab(R"({"object_kind":"deployment","status":"success","deployment_id":15,
      "short_sha":"279484c0","ref":")" +
               ref +
               R"(","commit_url":"https://gitlab/shop/pay/-/commit/279484c09fbe69ededfced8c1bb6",)" +
               kProject + "}")
        .at(0);
  };
  EXPECT_EQ(of("1.0.0").version, "1.0.0");
  EXPECT_THAT(of("1.0.0").labels, Contains(Pair("commit", "279484c09fbe69ededfced8c1bb6")));
  EXPECT_THAT(of("1.0.0").labels, Not(Contains(Pair("branch", "1.0.0"))));
  EXPECT_EQ(of("main").version, "279484c09fbe");
  EXPECT_THAT(of("main").labels, Contains(Pair("branch", "main")));
}

TEST(GitLab, PipelinesCountWhenTheyEnd) {
  const auto pipeline = [&](const std::string& status) {
    return Lab(R"({"object_kind":"pipeline","object_attributes":{"id":31,"ref":"master",
      "sha":"bcbb5ec396a2c0f828686f14fac9b80b780504f2","status":")" +
               status + R"(","finished_at":"2016-08-12 15:26:29 UTC","url":"https://p/31"},)" +
               kProject + "}");
  };
  ASSERT_EQ(pipeline("failed").size(), 1u);
  EXPECT_EQ(pipeline("failed")[0].status, "failed");
  EXPECT_EQ(pipeline("failed")[0].kind, "build");
  EXPECT_EQ(base::FormatTime(pipeline("failed")[0].time), "2016-08-12T15:26:29.000Z");
  EXPECT_THAT(pipeline("running"), IsEmpty());
  EXPECT_THAT(pipeline("pending"), IsEmpty());
}

TEST(GitLab, PushesTagsReleasesAndFlagsAreChanges) {
  const std::string project = kProject;
  EXPECT_EQ(Lab(R"({"object_kind":"push","ref":"refs/heads/main","checkout_sha":"da1560886d4f",
                 "user_username":"jsmith","commits":[{"message":"fix\nmore"}],)" +
                project + "}")[0]
                .title,
            "push to main of shop/pay: fix");
  EXPECT_EQ(
      Lab(R"({"object_kind":"tag_push","ref":"refs/tags/v1.0.0","checkout_sha":"82b3d5ae55f7",)" +
          project + "}")[0]
          .version,
      "v1.0.0");
  EXPECT_EQ(Lab(R"({"object_kind":"release","action":"create","id":1,"tag":"v1.1",
                 "released_at":"2020-11-02 12:55:12 UTC",)" +
                project + "}")[0]
                .kind,
            "release");
  const auto flag = Lab(R"({"object_kind":"feature_flag","object_attributes":{"id":6,
    "name":"test-feature-flag","active":true},)" +
                        project + "}");
  EXPECT_EQ(flag[0].kind, "feature_flag");
  EXPECT_EQ(flag[0].title, "feature flag test-feature-flag of shop/pay is on");
  EXPECT_EQ(flag[0].id, fmt::format("gitlab:feature_flag:6:on:{}", base::ToMillis(kNow)));
  EXPECT_THAT(Lab(R"({"object_kind":"feature_flag",)" + project + "}"), IsEmpty());
  EXPECT_THAT(Lab(R"({"object_kind":"note",)" + project + "}"), IsEmpty());
  EXPECT_THAT(
      Lab(R"({"object_kind":"push","ref":"refs/heads/gone","checkout_sha":null,)" + project + "}"),
      IsEmpty());
}

TEST(ArgoCd, ASynchronisationIsADeployment) {
  const auto parsed =
      ParseArgoCd(Json(R"({"app":{"metadata":{"name":"guestbook","namespace":"argocd"},
    "spec":{"destination":{"namespace":"shop"},"source":{"repoURL":"https://git/acme/deploy"}},
    "status":{"health":{"status":"Healthy"},"sync":{"revision":"f2a4b6"},
      "summary":{"images":["registry:5000/guestbook:v0.2"]},
      "operationState":{"phase":"Succeeded","startedAt":"2023-11-14T21:00:00Z",
        "finishedAt":"2023-11-14T21:00:31Z","message":"successfully synced",
        "operation":{"initiatedBy":{"automated":true}},"syncResult":{"revision":"f2a4b6"}}}}})"),
                  kNow, {});

  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->size(), 1u);
  const model::Change& change = (*parsed)[0];
  EXPECT_EQ(change.service, "guestbook");
  EXPECT_EQ(change.version, "v0.2");
  EXPECT_EQ(change.status, "success");
  EXPECT_EQ(change.author, "argocd");
  EXPECT_EQ(base::FormatTime(change.time), "2023-11-14T21:00:31.000Z");
  EXPECT_THAT(change.labels, Contains(Pair("commit", "f2a4b6")));
  EXPECT_THAT(change.labels, Contains(Pair("namespace", "shop")));
}

TEST(ArgoCd, OfSeveralSourcesTheFirstSaysTheVersion) {
  const auto of = [&](const std::string& revisions) {
    return (*ParseArgoCd(Json(R"({"app":{"metadata":{"name":"multi"},
      "spec":{"sources":[{"repoURL":"https://git/acme/pay"},{"repoURL":"https://charts"}]},
      "status":{"operationState":{"phase":"Failed","startedAt":"2023-11-14T21:00:00Z",
        "syncResult":{"revisions":)" +
                              revisions + "}}}}}"),
                         kNow, {}))
        .at(0);
  };
  const model::Change change = of(R"(["0123456789abcdef","4.2.0"])");
  EXPECT_EQ(change.version, "0123456789ab");
  EXPECT_EQ(change.title, "Argo CD synchronised multi to 0123456789ab: failed");
  EXPECT_THAT(change.labels, Contains(Pair("commit", "0123456789abcdef")));
  EXPECT_THAT(change.labels, Contains(Pair("revisions", "0123456789abcdef, 4.2.0")));
  EXPECT_THAT(change.labels, Contains(Pair("repository", "https://git/acme/pay")));
  EXPECT_EQ(of("[]").title, "Argo CD synchronised multi: failed");
}

TEST(ArgoCd, AnApplicationThatWasNeverSynchronisedTellsNothing) {
  EXPECT_THAT(*ParseArgoCd(Json(R"({"metadata":{"name":"a"}})"), kNow, {}), IsEmpty());
  EXPECT_EQ(ParseArgoCd(Json("{}"), kNow, {}).error().field, "app.metadata.name");
  EXPECT_FALSE(ParseArgoCd(Json("[1]"), kNow, {}).ok());
}

TEST(Jenkins, ABuildThatEndedIsAChange) {
  const auto build = [&](const std::string& job, const std::string& phase) {
    return *ParseJenkins(Json(R"({"name":")" + job + R"(","url":"job/x/","build":{
      "full_url":"http://jenkins/job/x/18/","number":18,"phase":")" +
                              phase +
                              R"(","status":"FAILURE","timestamp":1699995600000,"duration":30000,
      "scm":{"url":"https://git/x","branch":"origin/main","commit":"c6d86dc654b12425"},
      "parameters":{"VERSION":"2.3"}}})"),
                         kNow, {});
  };
  ASSERT_EQ(build("deploy-pay", "FINALIZED").size(), 1u);
  const model::Change change = build("deploy-pay", "FINALIZED")[0];
  EXPECT_EQ(change.kind, "deployment");
  EXPECT_EQ(change.version, "2.3");
  EXPECT_EQ(change.status, "failed");
  EXPECT_EQ(base::ToMillis(change.time), 1'699'995'630'000);
  EXPECT_EQ(change.id, build("deploy-pay", "COMPLETED")[0].id);
  EXPECT_EQ(build("unit", "COMPLETED")[0].kind, "build");
  EXPECT_THAT(build("unit", "STARTED"), IsEmpty());
  EXPECT_EQ(ParseJenkins(Json("{}"), kNow, {}).error().field, "name");
}

}  // namespace
}  // namespace vedette::sources::changes
