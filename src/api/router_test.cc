#include "api/router.h"

#include <array>
#include <gtest/gtest.h>
#include <pthread.h>

#include "api/testing/recording_responder.h"
#include "base/testing/fake_clock.h"

namespace vedette::api {
namespace {

class RouterTest : public testing::Test {
 protected:
  // Sends one request through a router with a few routes and waits for its answer.
  net::Response Ask(std::string method, std::string path, std::string body = {}) {
    std::vector<Route> routes;
    routes.push_back({"POST", "/say", Permission::kRead, Text("said"), "g"});
    routes.push_back(WithLargeBody({"POST", "/push", Permission::kRead, Text("taken"), "h"}));
    routes.push_back({.method = "POST",
                      .pattern = "/foreign",
                      .permission = Permission::kAdmin,
                      .handler = Text("no"),
                      .operation = "i",
                      .error_form = [](const net::Request& request, const base::Error& error) {
                        return net::TextResponse(418, request.path + " " + error.message);
                      }});
    routes.push_back({"GET", "/open", Permission::kPublic, Text("open"), "a"});
    routes.push_back(
        {"GET", "/items/{id}", Permission::kRead,
         [](const Call& call) { return net::TextResponse(200, std::string(call.PathValue("id"))); },
         "b"});
    routes.push_back({"GET", "/items/all", Permission::kRead, Text("all"), "c"});
    routes.push_back({"DELETE", "/items/{id}", Permission::kAdmin, Text("gone"), "d"});
    routes.push_back({"GET", "/throws", Permission::kPublic,
                      [](const Call&) -> net::Response {
                        std::string().at(1);
                        return {};
                      },
                      "e"});
    base::WorkerPool workers({.name = "test", .threads = 1, .queue_jobs_max = 4});
    base::FairPool heavy({.name = "heavy", .threads = 1});
    routes.push_back({.method = "GET",
                      .pattern = "/heavy",
                      .permission = Permission::kRead,
                      .handler =
                          [](const Call& call) {
                            std::array<char, 16> thread{};
                            pthread_getname_np(pthread_self(), thread.data(), thread.size());
                            return net::TextResponse(200, call.caller.tenant + thread.data());
                          },
                      .operation = "f",
                      .heavy = true});
    const Router router(std::move(routes), Authorize, workers, clock_, metrics_, &heavy,
                        [] { return net::TextResponse(200, "the UI"); });
    net::Request request;
    if (!accept_.empty()) request.headers.Set("Accept", accept_);
    request.method = std::move(method);
    request.path = std::move(path);
    request.body = std::move(body);
    request.deadline = clock_.Steady() + deadline_;
    Recorded recorded;
    router.Handle(std::move(request), std::make_unique<RecordingResponder>(recorded));
    workers.Stop();
    heavy.Stop();
    return recorded.response.value_or(net::Response{});
  }

  static CallHandler Text(std::string text) {
    return [text](const Call&) { return net::TextResponse(200, text); };
  }

  // Everybody may read; nobody may administrate.
  static base::Result<Caller> Authorize(const net::Request&, Permission permission) {
    if (permission == Permission::kAdmin) return base::PermissionDenied("not you");
    return Caller{"someone", "default"};
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  base::Duration deadline_{1000};
  std::string accept_;
};

TEST_F(RouterTest, FindsExactPathsBeforePatterns) {
  EXPECT_EQ(Ask("GET", "/open").body, "open");
  EXPECT_EQ(Ask("GET", "/items/all").body, "all");
  EXPECT_EQ(Ask("GET", "/items/7").body, "7");
}

TEST_F(RouterTest, HeavyRoutesRunOnAPoolOfTheirOwn) {
  EXPECT_EQ(Ask("GET", "/heavy").body, "defaultheavy-0");
}

TEST_F(RouterTest, AnUnknownPathIs404) {
  for (const char* path : {"/", "/nothing", "/items", "/items/", "/items/7/x", "/OPEN"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

TEST_F(RouterTest, ABrowserIsShownThePageThatSaysThatThereIsNothing) {
  accept_ = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

  for (const char* path : {"/nothing", "/items/7/x", "/apis"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
    EXPECT_EQ(Ask("GET", path).body, "the UI") << path;
  }
  for (const char* path : {"/api", "/api/v1/nothing"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
    EXPECT_NE(Ask("GET", path).body.find("not_found"), std::string::npos) << path;
  }
  EXPECT_NE(Ask("POST", "/nothing").body.find("not_found"), std::string::npos);
  EXPECT_EQ(Ask("GET", "/open").body, "open");
  accept_ = "*/*";
  EXPECT_NE(Ask("GET", "/nothing").body.find("not_found"), std::string::npos);
}

TEST_F(RouterTest, AWrongMethodIs405WithTheAllowedOnes) {
  const net::Response response = Ask("POST", "/items/7");

  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.Get("Allow"), "GET, DELETE");
}

TEST_F(RouterTest, AMissingPermissionIsRefusedBeforeTheHandler) {
  const net::Response response = Ask("DELETE", "/items/7");

  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.body.find("permission_denied"), std::string::npos);
}

TEST_F(RouterTest, ABodyIsSmallUnlessTheRouteTakesMore) {
  constexpr size_t kSmall = 1 << 20;
  EXPECT_EQ(Ask("POST", "/say", std::string(kSmall, ' ')).body, "said");
  EXPECT_EQ(Ask("POST", "/push", std::string(kSmall + 1, ' ')).body, "taken");

  const net::Response larger = Ask("POST", "/say", std::string(kSmall + 1, ' '));

  EXPECT_EQ(larger.status, 413);
  EXPECT_EQ(larger.headers.Get("Retry-After"), "");
  EXPECT_EQ(larger.body,
            R"({"error":{"code":"resource_exhausted","message":"the body has 1048577 bytes; )"
            R"(the limit here is 1048576","field":"body","limit":1048576}})");
}

TEST_F(RouterTest, ARouteSaysInItsOwnFormWhatIsRefused) {
  const net::Response response = Ask("POST", "/foreign");

  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, "/foreign not you");
  EXPECT_EQ(response.headers.Get("X-Frame-Options"), "DENY");
}

TEST_F(RouterTest, AHandlerThatThrowsIs500WithoutDetail) {
  const net::Response response = Ask("GET", "/throws");

  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("basic_string"), std::string::npos);
}

TEST_F(RouterTest, WorkPastItsDeadlineIsNotBegun) {
  deadline_ = base::Duration(0);

  EXPECT_EQ(Ask("GET", "/open").status, 503);
}

TEST_F(RouterTest, EveryAnswerCarriesTheSecurityHeaders) {
  for (const char* path : {"/open", "/nothing"}) {
    const net::Response response = Ask("GET", path);
    EXPECT_EQ(response.headers.Get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.Get("X-Frame-Options"), "DENY");
    EXPECT_EQ(response.headers.Get("Cache-Control"), "no-store");
  }
}

TEST(MatchPattern, ANameTakesExactlyOneSegment) {
  std::vector<std::pair<std::string, std::string>> values;
  EXPECT_TRUE(MatchPattern("/a/{x}/b/{y}", "/a/1/b/2", values));
  EXPECT_EQ(values, (std::vector<std::pair<std::string, std::string>>{{"x", "1"}, {"y", "2"}}));
  EXPECT_FALSE(MatchPattern("/a/{x}", "/a/1/2", values));
  EXPECT_FALSE(MatchPattern("/a/{x}", "/a/", values));
  EXPECT_FALSE(MatchPattern("/a/{x}/b", "/a/1", values));
}

}  // namespace
}  // namespace vedette::api
