#include "api/alertmanager.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/router.h"
#include "base/json.h"
#include "incident/engine.h"

namespace vedette::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

// The routes over an engine that answers at once.
class AlertmanagerTest : public ::testing::Test {
 protected:
  base::Result<> Feed(decltype(incident::Input::what) what) {
    incident::Input input{
        .seq = engine_.seq() + 1, .time = now_, .fresh_id = {}, .what = std::move(what)};
    input.fresh_id = fresh_ = fmt::format("{:026}", input.seq);
    base::Result<> answer = engine_.Apply(input);
    const incident::Decisions decisions = engine_.Take();
    for (const auto& view : decisions.alerts) board_.Put(view);
    for (const auto& silence : decisions.silences) board_.Put(silence);
    return answer;
  }

  base::Result<model::Silence> Silence(incident::SilenceCommand command) {
    const std::string id = command.silence.id;
    VEDETTE_TRY_VOID(Feed(std::move(command)));
    const model::Silence* silence = engine_.FindSilence("default", incident::SilenceId(fresh_));
    return silence != nullptr ? *silence : *engine_.FindSilence("default", id);
  }

  net::Response Ask(std::string method, const std::string& target, std::string body = "") {
    std::vector<Route> routes = AlertmanagerRoutes({
        .board = board_,
        .post =
            [this](std::vector<model::Alert> alerts) {
              std::vector<base::Result<>> answers;
              for (model::Alert& alert : alerts) answers.push_back(Feed(std::move(alert)));
              return base::Result<std::vector<base::Result<>>>(std::move(answers));
            },
        .silence = [this](incident::SilenceCommand c) { return Silence(std::move(c)); },
        .receivers = [](const auto&, const auto&) { return std::vector<std::string>{"pager"}; },
        .all_receivers = [] { return std::vector<std::string>{"pager"}; },
    });
    for (Route& route : SilenceRoutes(board_, [this](auto c) { return Silence(std::move(c)); })) {
      routes.push_back(std::move(route));
    }
    net::Request request;
    request.method = std::move(method);
    const size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) {
      request.query = *net::ParseParameters(target.substr(question + 1));
    }
    request.headers.Add("Content-Type", "application/json");
    request.body = std::move(body);
    for (const Route& route : routes) {
      std::vector<std::pair<std::string, std::string>> values;
      if (route.method != request.method) continue;
      if (!MatchPattern(route.pattern, request.path, values)) continue;
      return route.handler({.request = request,
                            .caller = {"ann", "default", false},
                            .path_values = std::move(values),
                            .now = now_});
    }
    return net::Response{.status = 404, .headers = {}, .body = {}};
  }
  base::Json Get(const std::string& target) {
    const net::Response response = Ask("GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    return *base::ParseJson(response.body);
  }
  std::string Put(const std::string& body) {
    const net::Response response = Ask("POST", "/api/v2/silences", body);
    EXPECT_EQ(response.status, 200) << response.body;
    return (*base::ParseJson(response.body))["silenceID"];
  }

  base::TimePoint now_ = kNow;
  incident::Engine engine_{incident::EngineOptions{}};
  AlertBoard board_;
  std::string fresh_;
};

constexpr const char* kTwo =
    R"([{"labels":{"alertname":"Slow","service":"payment","severity":"critical"},
         "annotations":{"summary":"p99 is 3 s"},"startsAt":"2023-11-14T22:13:00Z",
         "generatorURL":"http://prometheus/graph"},
        {"labels":{"alertname":"Down","service":"order"},"endsAt":"2023-11-14T23:13:20.5Z"}])";
constexpr const char* kSilence =
    R"({"matchers":[{"name":"service","value":"pay.*","isRegex":true}],
        "startsAt":"2023-11-14T22:00:00Z","endsAt":"2023-11-14T23:00:00Z",
        "createdBy":"ann","comment":"known"})";

TEST_F(AlertmanagerTest, WhatIsPostedFiresInItsForm) {
  const net::Response posted = Ask("POST", "/api/v2/alerts", kTwo);
  EXPECT_EQ(posted.status, 200);
  EXPECT_EQ(posted.body, "");

  const base::Json alerts = Get("/api/v2/alerts");

  ASSERT_THAT(alerts, SizeIs(2));
  const base::Json& slow = alerts[0]["labels"]["alertname"] == "Slow" ? alerts[0] : alerts[1];
  EXPECT_EQ(slow["annotations"]["summary"], "p99 is 3 s");
  EXPECT_EQ(slow["startsAt"], "2023-11-14T22:13:00.000Z");
  EXPECT_EQ(slow["endsAt"], "2023-11-14T22:18:20.000Z") << "the resolve timeout";
  EXPECT_EQ(slow["updatedAt"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(slow["generatorURL"], "http://prometheus/graph");
  EXPECT_EQ(slow["receivers"], base::Json::parse(R"([{"name":"pager"}])"));
  EXPECT_EQ(slow["status"]["state"], "active");
  EXPECT_EQ(slow["status"]["silencedBy"], base::Json::array());
  EXPECT_THAT(slow["fingerprint"].get<std::string>(), SizeIs(16));
  EXPECT_THAT(slow["vedette"]["incident_id"].get<std::string>(), testing::StartsWith("in_"));
  EXPECT_THAT(slow["vedette"]["anomaly_id"].get<std::string>(), testing::StartsWith("an_"));
}

TEST_F(AlertmanagerTest, WhatIsNoGoodIsToldAndTheRestTaken) {
  const net::Response response =
      Ask("POST", "/api/v2/alerts", R"([{"labels":{}},{"labels":{"alertname":"A"}}])");

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, "\"at least one label pair required\"");
  EXPECT_THAT(Get("/api/v2/alerts"), SizeIs(1));
  for (const char* body :
       {"{}", "[1]", "{", R"([{"labels":{"a":1}}])", R"([{"labels":{"a":"b"},"startsAt":"noon"}])",
        R"([{"labels":{"a":"b"},"startsAt":"2023-11-14T22:00:00Z",
                                "endsAt":"2023-11-14T21:00:00Z"}])"}) {
    EXPECT_EQ(Ask("POST", "/api/v2/alerts", body).status, 400) << body;
  }
}

TEST_F(AlertmanagerTest, AlertsAreFilteredAsAlertmanagerDoes) {
  Ask("POST", "/api/v2/alerts", kTwo);
  Put(kSilence);

  EXPECT_THAT(Get("/api/v2/alerts?filter=alertname%3D%22Slow%22"), SizeIs(1));
  EXPECT_THAT(Get("/api/v2/alerts?filter=service%3D~%22.%2B%22&filter=severity%3D%22%22"),
              SizeIs(1));
  EXPECT_THAT(Get("/api/v2/alerts?silenced=false"), SizeIs(1));
  EXPECT_THAT(Get("/api/v2/alerts?active=false"), SizeIs(1));
  EXPECT_THAT(Get("/api/v2/alerts?active=false&silenced=false"), SizeIs(0));
  EXPECT_THAT(Get("/api/v2/alerts?receiver=pag.*"), SizeIs(2));
  EXPECT_THAT(Get("/api/v2/alerts?receiver=pag"), SizeIs(0));
  EXPECT_EQ(Ask("GET", "/api/v2/alerts?active=maybe").status, 400);
  EXPECT_EQ(Ask("GET", "/api/v2/alerts?filter=nonsense").status, 400);
  EXPECT_EQ(Ask("GET", "/api/v2/alerts?receiver=(").status, 400);
}

TEST_F(AlertmanagerTest, GroupsHaveLabelsAReceiverAndAlerts) {
  Ask("POST", "/api/v2/alerts", kTwo);

  const base::Json groups = Get("/api/v2/alerts/groups");

  ASSERT_THAT(groups, SizeIs(1)) << "they began together";
  EXPECT_EQ(groups[0]["receiver"]["name"], "pager");
  EXPECT_EQ(groups[0]["labels"]["service"], "payment");
  EXPECT_THAT(groups[0]["alerts"], SizeIs(2));
}

TEST_F(AlertmanagerTest, ASilenceLivesAsInAlertmanager) {
  Ask("POST", "/api/v2/alerts", kTwo);
  const std::string id = Put(kSilence);

  const base::Json silence = Get("/api/v2/silence/" + id);
  EXPECT_EQ(silence["status"]["state"], "active");
  EXPECT_EQ(silence["startsAt"], "2023-11-14T22:13:20.000Z") << "not before now";
  EXPECT_EQ(silence["createdBy"], "ann");
  EXPECT_EQ(
      silence["matchers"][0],
      base::Json::parse(R"({"isEqual":true,"isRegex":true,"name":"service","value":"pay.*"})"));
  EXPECT_THAT(Get("/api/v2/silences?filter=service%3D%22pay.*%22"), SizeIs(1));
  EXPECT_THAT(Get("/api/v2/silences?filter=service%3D%22order%22"), SizeIs(0));
  const base::Json own = Get("/api/v1/silences")["silences"];
  ASSERT_THAT(own, SizeIs(1));
  EXPECT_EQ(own[0]["hides"]["count"], 1);
  EXPECT_EQ(own[0]["hides"]["alerts"][0]["labels"]["service"], "payment");

  EXPECT_EQ(Ask("DELETE", "/api/v2/silence/" + id).status, 200);
  EXPECT_EQ(Get("/api/v2/silence/" + id)["status"]["state"], "expired");
  EXPECT_EQ(Ask("DELETE", "/api/v2/silence/unknown").status, 404);
  EXPECT_EQ(Ask("GET", "/api/v2/silence/unknown").status, 404);
}

TEST_F(AlertmanagerTest, SilencesThatCannotBeMeantAreRefused) {
  for (const char* body :
       {"{", "[]", "{}", R"({"matchers":[]})",
        R"({"matchers":[{"name":"a","value":".*","isRegex":true}],"startsAt":"2023-11-14T22:00:00Z",
            "endsAt":"2023-11-14T23:00:00Z","createdBy":"a","comment":"b"})",
        R"({"matchers":[{"name":"a","value":"b","isRegex":false}],"startsAt":"2023-11-14T21:00:00Z",
            "endsAt":"2023-11-14T22:00:00Z","createdBy":"a","comment":"b"})",
        R"({"matchers":[{"name":"a","value":"b"}],"startsAt":"2023-11-14T22:00:00Z",
            "endsAt":"2023-11-14T23:00:00Z","createdBy":"a","comment":"b"})"}) {
    const net::Response response = Ask("POST", "/api/v2/silences", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_TRUE(response.body.starts_with('"')) << response.body;
  }
}

TEST_F(AlertmanagerTest, OwnSilencesEndByADurationOrWithWhatTheyHide) {
  Ask("POST", "/api/v2/alerts", kTwo);

  const net::Response dry =
      Ask("POST", "/api/v1/silences",
          R"({"matchers":["service=~\"payment|order\""],"duration":"2h","dry_run":true})");
  EXPECT_EQ((*base::ParseJson(dry.body))["hides"]["count"], 2);
  EXPECT_THAT(Get("/api/v1/silences")["silences"], IsEmpty());
  const net::Response made = Ask(
      "POST", "/api/v1/silences",
      R"({"matchers":["service=payment"],"until_resolved":true,"comment":"c","created_by":"ann"})");
  ASSERT_EQ(made.status, 200) << made.body;
  const base::Json silence = *base::ParseJson(made.body);
  EXPECT_EQ(silence["state"], "active");
  EXPECT_EQ(silence["created_by"], "ann");
  EXPECT_EQ(silence["hides"]["count"], 1);
  EXPECT_EQ(Ask("DELETE", "/api/v1/silences/" + silence["id"].get<std::string>()).status, 200);
  EXPECT_EQ(Get("/api/v1/silences?state=expired")["silences"].size(), 1U);
  for (const char* body :
       {R"({"matchers":["a=b"]})", R"({"matchers":["nonsense"],"duration":"1h"})",
        R"({"matchers":["a=b"],"duration":"soon"})", R"({"duration":"1h"})"}) {
    EXPECT_EQ(Ask("POST", "/api/v1/silences", body).status, 400) << body;
  }
}

TEST_F(AlertmanagerTest, ReceiversAreThere) {
  EXPECT_EQ(Get("/api/v2/receivers"), base::Json::parse(R"([{"name":"pager"}])"));
}

}  // namespace
}  // namespace vedette::api
