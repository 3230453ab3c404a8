#include "api/alert_senders.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::api {
namespace {

using base::Json;

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);
constexpr char kMapping[] =
    "{name: own, key: '{id}', state: {from: '{s}', resolved: [ok]}, alertname: '{n}', service: web,"
    " severity: {from: '{p}', critical: [p1]}}";

class AlertSendersTest : public ::testing::Test {
 protected:
  AlertSendersTest() {
    std::vector<yaml::Diagnostic> problems;
    mappings_ = std::make_shared<std::vector<sources::senders::Mapping>>(
        std::vector{sources::senders::ReadMapping(kMapping, problems)});
  }
  net::Response Ask(const std::string& method, const std::string& pattern, std::string body,
                    std::string sender = "own", const std::string& query = "") {
    net::Request request;
    request.method = method;
    request.query = *net::ParseParameters(query);
    request.body = std::move(body);
    const std::vector<Route> routes = AlertSenderRoutes(
        {.mappings = [this] { return mappings_; },
         .board = board_,
         .post =
             [this](std::vector<model::Alert> alerts) -> base::Result<std::vector<base::Result<>>> {
           if (refuses_) return base::Unavailable("the disk is full");
           std::vector<base::Result<>> taken(alerts.size());
           for (const model::Alert& alert : alerts) {
             posted_.push_back(alert);
             incident::AlertView view;
             view.anomaly_id = alert.labels.ToString();
             view.alert = alert;
             view.open = !alert.ResolvedAt(kNow);
             board_.Put(view);
           }
           return taken;
         }});
    for (const Route& route : routes) {
      if (route.method != method || route.pattern != "/api/v1/intake" + pattern) continue;
      return route.handler({.request = request,
                            .caller = {"datadog", "shop"},
                            .path_values = {{"sender", std::move(sender)}},
                            .now = kNow});
    }
    return {.status = 404, .headers = {}, .body = {}};
  }
  net::Response Post(std::string body) { return Ask("POST", "/{sender}", std::move(body)); }

  std::shared_ptr<std::vector<sources::senders::Mapping>> mappings_;
  AlertBoard board_;
  bool refuses_ = false;
  std::vector<model::Alert> posted_;
};

TEST_F(AlertSendersTest, AMessageBecomesAnAlertOfTheCallersTenant) {
  const net::Response response = Post(R"({"id": 7, "n": "Slow", "s": "bad", "p": "p1"})");
  ASSERT_EQ(response.status, 200) << response.body;
  const Json answer = *base::ParseJson(response.body);
  EXPECT_EQ(answer["accepted"], 1);
  EXPECT_EQ(answer["alerts"][0]["state"], "firing");
  ASSERT_EQ(posted_.size(), 1u);
  EXPECT_EQ(posted_[0].tenant, "shop");
  EXPECT_EQ(posted_[0].labels.Get("alertname"), "Slow");
}

TEST_F(AlertSendersTest, AnEndFindsItsAlertWhateverItSaysNow) {
  Post(R"({"id": 7, "n": "Slow", "s": "bad", "p": "p1"})");
  Post(R"({"id": 7, "n": "Fine again", "s": "ok", "p": "p5"})");
  ASSERT_EQ(posted_.size(), 2u);
  EXPECT_EQ(posted_[1].labels, posted_[0].labels);
  EXPECT_TRUE(posted_[1].ResolvedAt(kNow));
}

TEST_F(AlertSendersTest, AWorseSeverityTakesThePlaceOfTheAlertBefore) {
  Post(R"({"id": 7, "n": "Slow", "s": "bad", "p": "p3"})");
  Post(R"({"id": 7, "n": "Slow", "s": "bad", "p": "p1"})");
  ASSERT_EQ(posted_.size(), 3u);
  EXPECT_EQ(posted_[1].labels.Get("severity"), "critical");
  EXPECT_EQ(posted_[2].labels, posted_[0].labels);
  EXPECT_TRUE(posted_[2].ResolvedAt(kNow));
  Post(R"({"id": 7, "n": "Slow", "s": "ok"})");
  EXPECT_EQ(posted_.at(3).labels, posted_[1].labels);
}

TEST_F(AlertSendersTest, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(Post("no JSON").status, 400);
  EXPECT_EQ(Post(R"({"unrelated": 1})").status, 400);
  EXPECT_EQ(Post("").status, 400);
  EXPECT_EQ(Ask("POST", "/{sender}", "{}", "other").status, 404);
  refuses_ = true;
  EXPECT_EQ(Post(R"({"id": 7, "n": "Slow"})").status, 503);
}

TEST_F(AlertSendersTest, SomePutEverythingIntoTheQuery) {
  EXPECT_EQ(Ask("POST", "/{sender}", "", "own", "id=7&n=Slow&api_key=secret").status, 200);
  EXPECT_EQ(posted_.at(0).labels.Get("alert_key"), "7");
}

TEST_F(AlertSendersTest, APreviewKeepsNothing) {
  const net::Response response =
      Ask("POST", "/{sender}/preview", R"({"id": 7, "n": "Slow", "p": "p1"})");
  EXPECT_EQ((*base::ParseJson(response.body))["alerts"][0]["labels"]["severity"], "critical");
  EXPECT_TRUE(posted_.empty());
}

TEST_F(AlertSendersTest, AMappingCanBeTriedWhileItIsWritten) {
  const auto tried = [&](const char* mapping, Json payload) {
    const Json request = {{"mapping", mapping}, {"payload", std::move(payload)}};
    return *base::ParseJson(Ask("POST", "/preview", base::DumpJson(request)).body);
  };
  const Json good = tried("{name: x, alertname: '{a}'}", {{"a", "b"}});
  EXPECT_EQ(good["alerts"][0]["labels"]["alertname"], "b");
  EXPECT_TRUE(good["problems"].empty());
  EXPECT_EQ(
      tried("{name: x, alertname: '{a}'}", "{\"a\": \"c\"}")["alerts"][0]["labels"]["alertname"],
      "c");
  EXPECT_EQ(tried("{name: x, alertname: '{a'}", Json::object())["problems"].size(), 1u);
  EXPECT_EQ(tried("{name: x, alertname: '{a}'}", Json::object())["problems"].size(), 1u);
  EXPECT_EQ(tried("{name: x, alertname: '{a}', examples: [{payload: '{}'}]}",
                  {{"a", "b"}})["failed_examples"]
                .size(),
            1u);
  EXPECT_EQ(Ask("POST", "/preview", "{}").status, 400);
  EXPECT_TRUE(posted_.empty());
}

TEST_F(AlertSendersTest, ListsWhoIsKnown) {
  const Json list = *base::ParseJson(Ask("GET", "", "").body);
  EXPECT_EQ(list["senders"][0]["name"], "own");
  EXPECT_EQ(list["senders"][0]["path"], "/api/v1/intake/own");
}

}  // namespace
}  // namespace vedette::api
