#include "api/incidents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include <nlohmann/json.hpp>

#include "api/diagnosis.h"
#include "api/incident_work.h"
#include "api/json_views.h"
#include "api/ledger.h"
#include "api/postmortem.h"
#include "api/router.h"
#include "base/duration.h"
#include "base/json.h"
#include "diagnose/live/store.h"
#include "incident/testing/script.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"
#include "records/testing/fake_records.h"

namespace vedette::api {
namespace {

using base::Json;
using incident::CommandKind;
using model::Severity;

const base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

// The routes over real stores in memory, and an engine that runs commands at once.
class IncidentRoutesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(notify::delivery::Dispatcher::Migrate(*database_).ok());
    ASSERT_TRUE(notify::routing::store::Migrate(*database_).ok());
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    journal_ = *incident::journal::Journal::Open(*database_);
    engine_.emplace(*journal_->Load({.group_across_services = false}));
    const IncidentSources sources{
        *journal_, *anomalies_, *database_,
        [this](incident::Command command) { return Run(std::move(command)); }};
    metadata_ = *MetadataBook::Open(*database_);
    units_.emplace(*metadata_, rules_, Units::Catalogue());
    routes_ = IncidentRoutes(sources, *units_);
    for (Route& route : IncidentWorkRoutes(*journal_, sources.command)) {
      routes_.push_back(std::move(route));
    }
    diagnoses_ = *diagnose::live::DiagnosisStore::Open(*database_);
    for (Route& route : PostMortemRoutes({.journal = *journal_,
                                          .diagnoses = *diagnoses_,
                                          .records = records_,
                                          .external_url = "http://vedette"})) {
      routes_.push_back(std::move(route));
    }
    for (Route& route :
         DiagnosisRoutes({.store = *diagnoses_,
                          .journal = *journal_,
                          .records = records_,
                          .diagnose = [](const auto&, const auto&) { return base::Result<>(); }})) {
      routes_.push_back(std::move(route));
    }
    for (Route& route : LedgerRoutes(
             sources, [] { return incident::EngineOptions(); },
             [] {
               return std::make_shared<const notify::routing::View>(
                   notify::routing::View{std::make_shared<const notify::routing::Plan>(), {}});
             })) {
      routes_.push_back(std::move(route));
    }
  }

  base::Result<> Feed(decltype(incident::Input::what) what) {
    const incident::Input input{engine_->seq() + 1, kStart + std::chrono::seconds(engine_->seq()),
                                std::to_string(engine_->seq() + 1), std::move(what)};
    base::Result<> applied = engine_->Apply(input);
    const incident::Decisions decisions = engine_->Take();
    const base::Result<> done = journal_->Commit(
        std::span(&input, 1), decisions, [&](sql::Session& session) -> base::Result<> {
          for (const model::AnomalyUpdate& update : decisions.anomalies) {
            VEDETTE_TRY_VOID(detect::SaveAnomaly(session, update));
          }
          for (const model::Page& page : decisions.pages) {
            VEDETTE_TRY_VOID(
                notify::delivery::Enqueue(session, page, {{"hook", "webhook"}}, input.time));
          }
          return {};
        });
    EXPECT_TRUE(done.ok()) << done.error().message;
    return applied;
  }
  base::Result<model::Incident> Run(incident::Command command) {
    last_command_ = command;
    VEDETTE_TRY_VOID(Feed(command));
    const bool opens = command.kind == CommandKind::kDeclare;
    return journal_->Find(command.tenant, opens
                                              ? incident::IncidentId(std::to_string(engine_->seq()))
                                              : command.incident_id);
  }
  void Opens(std::string_view entity, Severity severity = Severity::kCritical) {
    model::Anomaly anomaly =
        incident::testing::ErrorRatio(entity, severity, "an_" + std::string(entity));
    anomaly.started_at = anomaly.updated_at = kStart + std::chrono::seconds(engine_->seq());
    anomaly.evidence = {.id = "ev_" + std::string(entity),
                        .query = "up",
                        .from = kStart,
                        .to = kStart,
                        .result_json = "{\"resultType\":\"vector\"}",
                        .taken_at = kStart};
    const model::AnomalyUpdate update{model::AnomalyTransition::kOpened, anomaly};
    ASSERT_TRUE(anomalies_->Save(update).ok());
    ASSERT_TRUE(Feed(update).ok());
  }

  net::Response Call(std::string method, std::string path, std::string query = "",
                     std::string body = "", std::string tenant = "default") {
    net::Request request{.method = std::move(method),
                         .target = {},
                         .path = std::move(path),
                         .query = *net::ParseParameters(query),
                         .headers = {},
                         .body = std::move(body),
                         .peer_address = {},
                         .deadline = {}};
    for (const Route& route : routes_) {
      std::vector<std::pair<std::string, std::string>> values;
      if (route.method == request.method && MatchPattern(route.pattern, request.path, values)) {
        return route.handler(
            {request, {"night-key", std::move(tenant)}, std::move(values), kStart});
      }
    }
    return ErrorResponse(base::NotFound("no such path"));
  }
  Json Get(std::string path, std::string query = "") {
    const net::Response response = Call("GET", std::move(path), std::move(query));
    EXPECT_EQ(response.status, 200) << response.body;
    return *base::ParseJson(response.body);
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  std::unique_ptr<incident::journal::Journal> journal_;
  std::unique_ptr<MetadataBook> metadata_;
  detect::rules::RuleBoard rules_{*detect::rules::RuleSet::Create({})};
  std::optional<Units> units_;
  std::unique_ptr<diagnose::live::DiagnosisStore> diagnoses_;
  records::testing::FakeRecords records_;
  std::optional<incident::Engine> engine_;
  incident::Command last_command_;
  std::vector<Route> routes_;
};

TEST_F(IncidentRoutesTest, ListsIncidentsWithEverythingTheContractNames) {
  Opens("payment");

  const Json json = Get("/api/v1/incidents");

  ASSERT_EQ(json["incidents"].size(), 1u);
  EXPECT_EQ(json["next_cursor"], nullptr);
  const Json& incident = json["incidents"][0];
  EXPECT_EQ(incident["id"], "in_1");
  EXPECT_EQ(incident["title"], "payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(incident["severity"], "critical");
  EXPECT_EQ(incident["state"], "open");
  EXPECT_EQ(incident["entities"], Json({"payment"}));
  EXPECT_EQ(incident["anomaly_ids"], Json({"an_payment"}));
  EXPECT_EQ(incident["open_anomaly_ids"], Json({"an_payment"}));
  EXPECT_EQ(incident["started_at"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(incident["acknowledged_at"], nullptr);
  EXPECT_EQ(incident["resolved_at"], nullptr);
  EXPECT_EQ(incident["acknowledged_by"], "");
  EXPECT_EQ(incident["revision"], 1);
  EXPECT_EQ(incident["timeline"][0]["kind"], "opened");
  EXPECT_EQ(incident["timeline"][0]["seq"], 1);
  EXPECT_FALSE(Get("/api/v1/incidents", "view=summary")["incidents"][0].contains("timeline"));
}

TEST_F(IncidentRoutesTest, OnlyEarlierIncidentsAreOfThePast) {
  diagnose::live::Report report;
  report.status = "unknown";
  for (const char* entity : {"a", "b", "c"}) Opens(entity);
  for (const char* id : {"in_1", "in_2", "in_3"}) {
    ASSERT_TRUE(diagnoses_
                    ->Save({.tenant = "default",
                            .incident_id = id,
                            .report = &report,
                            .body = "{}",
                            .impact = "{}",
                            .features = {"service shop"}})
                    .ok());
  }
  const auto similar = [&](const std::string& id) {
    std::vector<std::string> list;
    const Json json = Get("/api/v1/incidents/" + id + "/similar");
    for (const Json& one : json["incidents"]) list.push_back(one["id"].get<std::string>());
    return list;
  };
  using Ids = std::vector<std::string>;

  EXPECT_EQ(similar("in_1"), Ids());
  EXPECT_EQ(similar("in_2"), Ids{"in_1"});
  EXPECT_EQ(similar("in_3").size(), 2u);
}

TEST_F(IncidentRoutesTest, FiltersAndPages) {
  for (const char* entity : {"a", "b", "c"}) Opens(entity);
  ASSERT_EQ(Call("POST", "/api/v1/incidents/in_1/resolve").status, 200);
  const auto ids = [&](std::string query) {
    std::vector<std::string> list;
    const Json json = Get("/api/v1/incidents", std::move(query));
    for (const Json& incident : json["incidents"]) {
      list.push_back(incident["id"].get<std::string>());
    }
    return list;
  };
  using Ids = std::vector<std::string>;

  EXPECT_EQ(ids(""), (Ids{"in_3", "in_2", "in_1"}));
  EXPECT_EQ(ids("state=resolved"), Ids{"in_1"});
  EXPECT_EQ(ids("state=open&state=resolved"), (Ids{"in_3", "in_2", "in_1"}));
  EXPECT_EQ(ids("entity=b"), Ids{"in_2"});
  EXPECT_EQ(ids("anomaly=an_b"), Ids{"in_2"});
  EXPECT_EQ(ids("text=B:"), Ids{"in_2"});
  EXPECT_EQ(ids("to=2023-11-14T22:13:21Z"), (Ids{"in_2", "in_1"}));
  const Json first = Get("/api/v1/incidents", "limit=2");
  EXPECT_EQ(first["incidents"].size(), 2u);
  EXPECT_EQ(ids("limit=2&cursor=" + first["next_cursor"].get<std::string>()), Ids{"in_1"});
}

TEST_F(IncidentRoutesTest, BadParametersAreNamed) {
  for (const std::string name : {"state", "severity", "from", "to", "limit", "cursor"}) {
    const net::Response response = Call("GET", "/api/v1/incidents", name + "=%21");
    EXPECT_EQ(response.status, 400) << name;
    EXPECT_EQ((*base::ParseJson(response.body))["error"]["field"], name);
  }
  for (const std::string name : {"state", "from", "limit", "cursor"}) {
    EXPECT_EQ(Call("GET", "/api/v1/anomalies", name + "=%21").status, 400) << name;
  }
  EXPECT_EQ(Call("GET", "/api/v1/ledger", "cursor=x").status, 400);
}

TEST_F(IncidentRoutesTest, PeopleAcknowledgeCommentAndResolve) {
  Opens("payment");

  const net::Response acknowledged =
      Call("POST", "/api/v1/incidents/in_1/acknowledge", "", R"({"by":"ann","comment":"on it"})");
  EXPECT_EQ(acknowledged.status, 200) << acknowledged.body;
  const Json incident = *base::ParseJson(acknowledged.body);
  EXPECT_EQ(incident["state"], "acknowledged");
  EXPECT_EQ(incident["acknowledged_by"], "ann");
  EXPECT_EQ(incident["timeline"].back()["text"], "on it");
  EXPECT_EQ(Call("POST", "/api/v1/incidents/in_1/acknowledge").status, 200);
  EXPECT_EQ(Call("POST", "/api/v1/incidents/in_1/comments", "", R"({"text":"hm"})").status, 200);
  EXPECT_EQ(last_command_.actor, "night-key");
  const net::Response resolved =
      Call("POST", "/api/v1/incidents/in_1/resolve", "", R"({"actor":"bob"})");
  EXPECT_EQ((*base::ParseJson(resolved.body))["resolved_by"], "bob");
  EXPECT_EQ(Call("POST", "/api/v1/incidents/in_1/acknowledge").status, 409);
}

TEST_F(IncidentRoutesTest, AnAcknowledgementIsTakenBack) {
  Opens("payment");
  ASSERT_EQ(Call("POST", "/api/v1/incidents/in_1/acknowledge").status, 200);

  const net::Response answer =
      Call("POST", "/api/v1/incidents/in_1/unacknowledge", "", R"({"by":"ann","comment":"oops"})");

  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json incident = *base::ParseJson(answer.body);
  EXPECT_EQ(incident["state"], "open");
  EXPECT_EQ(incident["acknowledged_at"], nullptr);
  EXPECT_EQ(incident["timeline"].back()["kind"], "unacknowledged");
  EXPECT_EQ(incident["timeline"].back()["text"], "oops");
}

TEST_F(IncidentRoutesTest, PeopleDeclareIncidents) {
  const net::Response answer = Call("POST", "/api/v1/incidents", "",
                                    R"({"title":"users cannot pay","severity":"warning",)"
                                    R"("entities":["checkout"],"text":"three calls","by":"ann"})");

  ASSERT_EQ(answer.status, 201) << answer.body;
  const Json incident = *base::ParseJson(answer.body);
  EXPECT_EQ(incident["title"], "checkout: users cannot pay");
  EXPECT_EQ(incident["severity"], "warning");
  EXPECT_EQ(incident["entities"], Json({"checkout"}));
  EXPECT_EQ(incident["timeline"].back()["kind"], "declared");
  EXPECT_EQ(incident["timeline"].back()["actor"], "ann");
  EXPECT_EQ(incident["timeline"].back()["text"], "three calls");
  const std::string long_name = R"({"title":"x","entities":[")" + std::string(201, 'y') + "\"]}";
  for (const auto& [field, body] :
       {std::pair{"title", R"({"text":"x"})"},
        std::pair{"severity", R"({"title":"x","severity":"bad"})"},
        std::pair{"entities", R"({"title":"x","entities":"checkout"})"},
        std::pair{"entities", R"({"title":"x","entities":[""]})"},
        std::pair{"entities", long_name.c_str()}, std::pair{"text", R"({"title":"x","text":7})"}}) {
    const net::Response refused = Call("POST", "/api/v1/incidents", "", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ((*base::ParseJson(refused.body))["error"]["field"], field);
  }
  EXPECT_EQ(Get("/api/v1/incidents")["incidents"].size(), 1u);
}

TEST_F(IncidentRoutesTest, RowsAreStarredAndToldLater) {
  Opens("payment");
  ASSERT_EQ(Call("POST", "/api/v1/incidents/in_1/comments", "",
                 R"({"text":"the pool was full","at":"2023-11-14T22:10:00Z"})")
                .status,
            200);
  const std::string star = "/api/v1/incidents/in_1/timeline/2/star";
  ASSERT_EQ(Call("POST", star, "", R"({"starred":true})").status, 200);

  const Json incident = Get("/api/v1/incidents/in_1");
  EXPECT_EQ(incident["timeline"].back()["happened_at"], "2023-11-14T22:10:00.000Z");
  EXPECT_FALSE(incident["timeline"][0].contains("happened_at"));
  EXPECT_EQ(incident["starred"], Json({2}));
  EXPECT_EQ((*base::ParseJson(Call("POST", star, "", R"({"starred":false})").body))["starred"],
            Json::array());
  for (const auto& [path, body] :
       {std::pair{star, R"({})"}, std::pair{star, R"({"starred":1})"},
        std::pair{std::string("/api/v1/incidents/in_1/timeline/99/star"), R"({"starred":true})"},
        std::pair{std::string("/api/v1/incidents/in_1/comments"),
                  R"({"text":"x","at":"yesterday"})"},
        std::pair{std::string("/api/v1/incidents/in_1/comments"),
                  R"({"text":"x","at":"2033-11-14T22:10:00Z"})"}}) {
    EXPECT_EQ(Call("POST", path, "", body).status, 400) << body;
  }
}

TEST_F(IncidentRoutesTest, APostMortemComparesWithTheIncidentsBeforeItOnly) {
  std::vector<std::string> ids;
  for (const char* service : {"a", "b", "c", "d", "e", "f"}) {
    Opens(service);
    ids.push_back(Get("/api/v1/incidents", std::string("entity=") + service)["incidents"][0]["id"]);
    for (const char* verb : {"/acknowledge", "/resolve"}) {
      EXPECT_EQ(Call("POST", "/api/v1/incidents/" + ids.back() + verb).status, 200);
    }
  }
  const auto draft = [&](const std::string& id) {
    const net::Response response = Call("GET", "/api/v1/incidents/" + id + "/postmortem");
    EXPECT_EQ(response.headers.Get("Content-Type"), "text/markdown; charset=utf-8");
    return response.body;
  };

  EXPECT_THAT(draft(ids.front()), testing::HasSubstr("No incident as severe ended"));
  const std::string last = draft(ids.back());
  EXPECT_THAT(last, testing::HasSubstr("than the median of the 5 incidents that were as severe"));
  EXPECT_THAT(last, testing::HasSubstr("night-key resolved it at"));
  EXPECT_THAT(last, testing::HasSubstr("No diagnosis was made."));
  EXPECT_EQ(Call("GET", "/api/v1/incidents/in_99/postmortem").status, 404);
}

TEST_F(IncidentRoutesTest, APostMortemNamesTheChangeBeforeItHoweverManyCameSince) {
  Opens("payment");
  const Json incident = Get("/api/v1/incidents")["incidents"][0];
  const base::TimePoint began = *base::ParseTime(incident["started_at"].get<std::string>());
  std::vector<model::Change> changes;
  for (int i = 0; i < 300; ++i) {
    model::Change& change = changes.emplace_back();
    change.id = "ch_" + std::to_string(i);
    change.time = i == 0 ? began - std::chrono::minutes(1) : began;
    change.service = "payment";
    change.title = i == 0 ? "payment v2" : "retried";
  }
  ASSERT_TRUE(records_.AppendChanges("default", changes).ok());
  const net::Response draft =
      Call("GET", "/api/v1/incidents/" + incident["id"].get<std::string>() + "/postmortem");
  EXPECT_THAT(draft.body, testing::HasSubstr("1 min 0 s before it began"));
  EXPECT_THAT(draft.body, testing::HasSubstr("payment v2"));
}

TEST_F(IncidentRoutesTest, RefusesBadCommands) {
  Opens("payment");
  const std::pair<std::string, std::string> cases[] = {
      {"comments", ""},
      {"comments", "{}"},
      {"comments", R"({"text":""})"},
      {"comments", R"({"text":7})"},
      {"comments", "[]"},
      {"comments", "{"},
      {"comments", "{\"text\":\"" + std::string(10'001, 'x') + "\"}"},
      {"acknowledge", "{\"by\":\"" + std::string(201, 'x') + "\"}"}};
  for (const auto& [verb, body] : cases) {
    EXPECT_EQ(Call("POST", "/api/v1/incidents/in_1/" + verb, "", body).status, 400) << body;
  }
  EXPECT_EQ(Call("POST", "/api/v1/incidents/in_9/resolve").status, 404);
}

TEST_F(IncidentRoutesTest, TenantsSeeOnlyTheirOwn) {
  Opens("payment");
  EXPECT_EQ(Call("GET", "/api/v1/incidents/in_1").status, 200);
  EXPECT_EQ(Call("GET", "/api/v1/incidents/in_1", "", "", "other").status, 404);
  EXPECT_EQ(Call("POST", "/api/v1/incidents/in_1/resolve", "", "", "other").status, 404);
  for (const std::string path : {"/api/v1/incidents", "/api/v1/anomalies", "/api/v1/ledger"}) {
    const net::Response response = Call("GET", path, "", "", "other");
    EXPECT_EQ((*base::ParseJson(response.body)).front().size(), 0u) << response.body;
  }
}

TEST_F(IncidentRoutesTest, AnomaliesHaveTheContractsShape) {
  Opens("payment");
  Opens("order", Severity::kWarning);

  const Json anomaly = Get("/api/v1/anomalies", "entity=payment&state=open")["anomalies"][0];
  EXPECT_EQ(anomaly["id"], "an_payment");
  EXPECT_EQ(anomaly["kind"], "baseline");
  EXPECT_EQ(anomaly["labels"]["service"], "payment");
  EXPECT_EQ(anomaly["state"], "open");
  EXPECT_EQ(anomaly["ended_at"], nullptr);
  EXPECT_EQ(anomaly["observed"], 0.41);
  EXPECT_EQ(anomaly["expected"]["low"], 0);
  EXPECT_EQ(anomaly["expected"]["high"], 0.03);
  EXPECT_EQ(anomaly["unit"], "ratio");
  EXPECT_EQ(anomaly["evidence_id"], "ev_payment");
  EXPECT_EQ(Get("/api/v1/anomalies", "incident=in_2")["anomalies"].size(), 1u);
  EXPECT_EQ(Call("GET", "/api/v1/anomalies", "incident=in_9").status, 404);
}

TEST_F(IncidentRoutesTest, AnAlertOfAnotherSystemHasNoValuesAndNothingThatWasExpected) {
  model::Alert alert;
  alert.tenant = "default";
  alert.labels = model::Labels({{"alertname", "DiskFull"}, {"service", "db"}});
  alert.starts_at = kStart;
  ASSERT_TRUE(Feed(alert).ok());

  const Json anomaly = Get("/api/v1/anomalies")["anomalies"][0];

  EXPECT_EQ(anomaly["kind"], "alert");
  EXPECT_EQ(anomaly["observed"], nullptr);
  EXPECT_EQ(anomaly["expected"].dump(), R"({"low":null,"high":null})");
  EXPECT_EQ(anomaly["unit"], nullptr);
}

TEST_F(IncidentRoutesTest, TheLedgerSaysWhoWasToldByIncidentOrAlert) {
  Opens("payment");
  Opens("order");
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Session& session) {
                    return notify::delivery::AppendToLedger(session, {.time = kStart,
                                                                      .event = "attempt",
                                                                      .dedup_key = "in_1:opened:1",
                                                                      .receiver = "hook",
                                                                      .attempt = 1,
                                                                      .outcome = {},
                                                                      .detail = {},
                                                                      .hash = {}});
                  })
                  .ok());

  EXPECT_EQ(Get("/api/v1/ledger")["entries"].size(), 2u);
  const Json one = Get("/api/v1/ledger", "incident=in_1")["entries"];
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0]["incident_id"], "in_1");
  EXPECT_EQ(one[0]["kind"], "opened");
  EXPECT_EQ(one[0]["receiver"], "hook");
  EXPECT_EQ(one[0]["channel"], "webhook");
  EXPECT_EQ(one[0]["state"], "pending");
  EXPECT_EQ(one[0]["delivered_at"], nullptr);
  EXPECT_EQ(one[0]["proof"][0]["event"], "ordered");
  EXPECT_EQ(one[0]["proof"][1]["event"], "attempt");
  EXPECT_EQ(Get("/api/v1/ledger", "alert=an_order")["entries"][0]["incident_id"], "in_2");
  EXPECT_EQ(Get("/api/v1/ledger", "alert=in_2")["entries"].size(), 1u);
  EXPECT_EQ(Get("/api/v1/ledger", "alert=an_none")["entries"].size(), 0u);
  const Json page = Get("/api/v1/ledger", "limit=1");
  EXPECT_EQ(page["entries"][0]["incident_id"], "in_2");
  EXPECT_EQ(
      Get("/api/v1/ledger",
          "limit=1&cursor=" + page["next_cursor"].get<std::string>())["entries"][0]["incident_id"],
      "in_1");
}

TEST_F(IncidentRoutesTest, TheLedgerSaysInWordsWhyAndWhyNot) {
  Opens("payment");
  Opens("order", Severity::kWarning);
  Opens("stock", Severity::kInfo);
  notify::routing::Outcome outcome;
  outcome.notices.emplace_back().page.incident_id = "in_1";
  outcome.notices[0].page.tenant = "default";
  outcome.notices[0].page.dedup_key = "in_1:opened:1";
  outcome.notices[0].receiver = "hook";
  outcome.notices[0].person = "ann";
  outcome.notices[0].why = "route r > ann > hook";
  outcome.remarks = {{"default", "in_1", kStart, "deferred", "quiet hours"}};
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(
                        notify::delivery::AppendToLedger(session, {.time = kStart,
                                                                   .event = "acknowledged",
                                                                   .dedup_key = "in_1",
                                                                   .receiver = {},
                                                                   .outcome = {},
                                                                   .detail = "ben: on it",
                                                                   .hash = {}}));
                    return notify::routing::store::Save(session, outcome, kStart);
                  })
                  .ok());
  const auto answer = [&](const std::string& alert) {
    return Get("/api/v1/ledger", "alert=" + alert)["answer"].dump();
  };

  const Json told = Get("/api/v1/ledger", "alert=an_payment");
  EXPECT_EQ(told["told"], false) << "it is on its way";
  EXPECT_EQ(told["entries"][0]["person"], "ann");
  EXPECT_EQ(told["entries"][0]["why"], "route r > ann > hook");
  EXPECT_EQ(told["trail"].size(), 2u);
  EXPECT_EQ(told["acknowledgements"][0]["detail"], "ben: on it");
  EXPECT_THAT(answer("in_1"), testing::HasSubstr("acknowledged by ben: on it"));
  EXPECT_THAT(answer("in_1"), testing::HasSubstr("ann by hook was to be told"));
  EXPECT_THAT(answer("in_1"), testing::HasSubstr("quiet hours"));
  EXPECT_THAT(answer("an_order"), testing::HasSubstr("no page was ordered"));
  EXPECT_THAT(answer("an_stock"), testing::HasSubstr("belongs to no incident"));
  EXPECT_THAT(answer("an_none"), testing::HasSubstr("there is no anomaly"));
}

TEST(JsonViews, AnAnomalyExpectsNothingWithoutALimitAndHasNoValueWhereDataStopped) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto seen = [](const model::Anomaly& anomaly) {
    const Json patch = (*base::ParseJson(AnomalyPatch(anomaly, "s")))["patch"];
    return patch["observed"].dump() + " of " + patch["expected"].dump();
  };
  model::Anomaly anomaly;
  anomaly.kind = model::AnomalyKind::kRule;
  anomaly.observed = 3;
  anomaly.expected_low = -kInfinity;
  anomaly.expected_high = kInfinity;
  EXPECT_EQ(seen(anomaly), R"(3 of {"low":null,"high":null})");
  anomaly.expected_high = 2;
  EXPECT_EQ(seen(anomaly), R"(3 of {"low":null,"high":2})");
  anomaly.observed = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(seen(anomaly), R"(null of {"low":null,"high":2})");
  anomaly.kind = model::AnomalyKind::kAbsence;
  anomaly.observed = 0;
  EXPECT_EQ(seen(anomaly), R"(null of {"low":null,"high":null})");
}

TEST(JsonViews, APatchCarriesTheRowAndItsRevision) {
  incident::testing::Script script;
  script.Opens("payment").At(5).Says(CommandKind::kAcknowledge);

  const Json patch = *base::ParseJson(IncidentPatch(script.history.back()));
  EXPECT_EQ(patch["topic"], "incidents");
  EXPECT_EQ(patch["id"], script.order[0]);
  EXPECT_EQ(patch["rev"], 2);
  EXPECT_EQ(patch["patch"]["state"], "acknowledged");
  ASSERT_EQ(patch["patch"]["timeline"].size(), 1u) << "new rows only";

  model::Anomaly anomaly = incident::testing::ErrorRatio("a", Severity::kWarning, "an_1");
  const Json opened = *base::ParseJson(AnomalyPatch(anomaly, ""));
  anomaly.state = model::AnomalyState::kClosed;
  const Json closed = *base::ParseJson(AnomalyPatch(anomaly, ""));
  EXPECT_EQ(opened["topic"], "anomalies");
  EXPECT_GT(closed["rev"].get<int64_t>(), opened["rev"].get<int64_t>());
}

}  // namespace
}  // namespace vedette::api
