#include "api/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "incident/engine.h"
#include "incident/testing/script.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"

namespace vedette::api {
namespace {

using base::Json;
using model::PageKind;
using model::Severity;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

const base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

// The paths over real stores in memory and an engine that answers at once, all of whose pages go to
// one receiver.
class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(notify::delivery::Dispatcher::Migrate(*database_).ok());
    ASSERT_TRUE(notify::routing::store::Migrate(*database_).ok());
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    journal_ = *incident::journal::Journal::Open(*database_);
  }

  // An engine with these options; first of all, and once.
  void Begin(incident::EngineOptions options) {
    options_ = std::move(options);
    engine_.emplace(*journal_->Load(options_));
  }

  void Feed(decltype(incident::Input::what) what) {
    const int64_t seq = engine_->seq() + 1;
    const incident::Input input{seq, kStart + seconds(seq), std::to_string(seq), std::move(what)};
    ASSERT_TRUE(engine_->Apply(input).ok());
    const incident::Decisions decisions = engine_->Take();
    for (const model::AnomalyUpdate& update : decisions.anomalies) {
      ASSERT_TRUE(anomalies_->Save(update).ok());
    }
    const base::Result<> done = journal_->Commit(
        std::span(&input, 1), decisions, [&](sql::Session& session) -> base::Result<> {
          for (const model::Page& page : decisions.pages) {
            VEDETTE_TRY_VOID(
                notify::delivery::Enqueue(session, page, {{"hook", "webhook"}}, input.time));
          }
          return {};
        });
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  void Opens(const std::string& entity, Severity severity,
             model::AnomalyKind kind = model::AnomalyKind::kBaseline) {
    model::Anomaly anomaly = incident::testing::ErrorRatio(entity, severity, "an_" + entity);
    anomaly.kind = kind;
    anomaly.started_at = anomaly.updated_at = kStart + seconds(engine_->seq());
    const model::AnomalyUpdate update{model::AnomalyTransition::kOpened, anomaly};
    ASSERT_TRUE(anomalies_->Save(update).ok());
    Feed(update);
  }

  // Everything that waits has come to the receiver.
  void Arrives() {
    Write([](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY(std::vector<notify::delivery::Letter> letters,
                  notify::delivery::ReadLetters(session, {.tenant = "default"}));
      for (notify::delivery::Letter& letter : letters) {
        letter.state = "delivered";
        letter.finished_at = kStart + seconds(100);
        VEDETTE_TRY_VOID(notify::delivery::Update(session, letter));
      }
      return {};
    });
  }
  void Write(const std::function<base::Result<>(sql::Session&)>& what) {
    const base::Result<> done = database_->Transact(what);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  Json Get(const std::string& path, const std::string& query = "") {
    const IncidentSources sources{*journal_, *anomalies_, *database_, [](auto) {
                                    return base::Result<model::Incident>(model::Incident());
                                  }};
    net::Request request;
    request.query = *net::ParseParameters(query);
    for (const Route& route : LedgerRoutes(
             sources, [this] { return options_; },
             [this] {
               return std::make_shared<const notify::routing::View>(
                   notify::routing::View{std::make_shared<const notify::routing::Plan>(plan_), {}});
             })) {
      if (route.pattern != path) continue;
      EXPECT_EQ(route.permission, Permission::kRead);
      const net::Response response =
          route.handler({request, {"ann", "default"}, {}, kStart + seconds(10)});
      EXPECT_EQ(response.status, 200) << response.body;
      return *base::ParseJson(response.body);
    }
    ADD_FAILURE() << "no path " << path;
    return {};
  }
  Json Why(const std::string& id) { return Get("/api/v1/ledger", "alert=" + id); }
  std::string Answer(const std::string& id) { return Why(id)["answer"].dump(); }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  std::unique_ptr<incident::journal::Journal> journal_;
  incident::EngineOptions options_;
  notify::routing::Plan plan_;
  std::optional<incident::Engine> engine_;
};

TEST_F(LedgerTest, AnAnomalyIsToldByWhatCameSinceItBeganOnly) {
  Begin({});
  Opens("payment", Severity::kCritical);
  Arrives();
  Opens("order", Severity::kCritical);
  ASSERT_EQ(Why("an_order")["entries"][0]["incident_id"], "in_1") << "it joined that incident";

  EXPECT_EQ(Why("an_payment")["told"], true);
  EXPECT_EQ(Why("in_1")["told"], true);
  EXPECT_THAT(Answer("in_1"), Not(HasSubstr("before this alert began")));
  const Json joined = Why("an_order");
  EXPECT_EQ(joined["told"], false) << joined.dump();
  EXPECT_THAT(joined["answer"].dump(), HasSubstr("before this alert began"));
  EXPECT_THAT(joined["answer"].dump(), HasSubstr("no page was ordered since 2023-11-14T22:13:22"));
}

TEST_F(LedgerTest, AnAlertIsKnownByItsFingerprintToo) {
  Begin({});
  Opens("payment", Severity::kCritical);
  Arrives();
  const model::Anomaly anomaly = *anomalies_->Get("default", "an_payment");

  const Json why = Why(model::Fingerprint(anomaly.labels));

  EXPECT_EQ(why["alert"], "an_payment");
  EXPECT_EQ(why["told"], true);
  EXPECT_THAT(Answer("0123456789abcdef"), HasSubstr("no anomaly"));
}

TEST_F(LedgerTest, WhatTellsOfAnEndTellsOfNoAnomaly) {
  Begin({});
  Opens("payment", Severity::kCritical);
  Write([](sql::Session& session) {
    model::Page page;
    page.dedup_key = "in_1:resolved:1";
    page.kind = PageKind::kResolved;
    page.tenant = "default";
    page.incident_id = "in_1";
    page.incident_started_at = page.decided_at = kStart + seconds(5);
    return notify::delivery::Enqueue(session, page, {{"late", "webhook"}}, kStart + seconds(5));
  });
  Write([](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(std::vector<notify::delivery::Letter> letters,
                notify::delivery::ReadLetters(session, {.tenant = "default", .limit = 1}));
    letters.at(0).state = "delivered";
    return notify::delivery::Update(session, letters.at(0));
  });

  EXPECT_EQ(Why("an_payment")["told"], false);
  EXPECT_EQ(Why("in_1")["told"], true);
  Arrives();
  EXPECT_EQ(Why("an_payment")["told"], true);
}

TEST_F(LedgerTest, WhatWasResolvedWhileItFiresSaysWhenItIsToldAgain) {
  Begin({});
  Opens("payment", Severity::kCritical);
  Arrives();
  EXPECT_THAT(Answer("an_payment"), Not(HasSubstr("it opens again")));

  Feed(incident::Command{incident::CommandKind::kResolve, "default", "in_1", "ann", ""});

  for (const char* id : {"in_1", "an_payment"}) {
    EXPECT_THAT(Answer(id), HasSubstr("it opens again at 2023-11-15T02:13:22")) << id;
  }
}

TEST_F(LedgerTest, TheTrailSaysWhyAndNothingIsGuessedBesides) {
  Begin({.alert_page_severity = Severity::kCritical});
  Opens("payment", Severity::kWarning, model::AnomalyKind::kRule);
  notify::routing::Outcome outcome;
  outcome.remarks = {{"default", "in_1", kStart + seconds(2), "deferred", "quiet hours until 8"}};
  Write([&](sql::Session& session) {
    return notify::routing::store::Save(session, outcome, kStart + seconds(2));
  });

  for (const char* id : {"in_1", "an_payment"}) {
    EXPECT_THAT(Answer(id), HasSubstr("quiet hours until 8"));
    EXPECT_THAT(Answer(id), HasSubstr("incident in_1 is open, its severity is warning"));
    EXPECT_THAT(Answer(id), Not(HasSubstr("no page was ordered"))) << id;
    EXPECT_THAT(Answer(id), Not(HasSubstr("and worse page"))) << id;
  }
}

TEST_F(LedgerTest, WithoutATrailTheEnginesOwnOptionsAreTheReason) {
  Begin({.group_across_services = false, .alert_page_severity = Severity::kCritical});
  Opens("payment", Severity::kWarning, model::AnomalyKind::kRule);
  Opens("order", Severity::kWarning);

  EXPECT_THAT(Answer("an_payment"),
              HasSubstr("only alerts of incidents.alert_page_severity (critical) and worse page"));
  EXPECT_THAT(Answer("an_payment"), Not(HasSubstr("incidents.page_severity")));
  plan_.users.emplace_back().name = "ann";
  const Json ann = Why("an_payment")["people"][0];
  EXPECT_EQ(ann["reason"], "no_page");
  EXPECT_THAT(ann["text"].get<std::string>(), HasSubstr("alert_page_severity (critical)"));
  EXPECT_THAT(Answer("in_2"),
              HasSubstr("only anomalies of incidents.page_severity (critical) and worse page"));
  EXPECT_THAT(Answer("in_2"), Not(HasSubstr("alert_page_severity")));
  EXPECT_THAT(Answer("in_2"), HasSubstr("no page was ordered"));
}

TEST_F(LedgerTest, AnomaliesThatOpenNothingAreToldWithTheOptionThatSaysSo) {
  Begin({.open_severity = Severity::kCritical});
  Opens("payment", Severity::kWarning);

  EXPECT_THAT(Answer("an_payment"),
              HasSubstr("only anomalies of incidents.open_severity (critical) and worse open one"));
  EXPECT_THAT(Answer("an_none"), HasSubstr("there is no anomaly and no incident an_none"));
}

TEST_F(LedgerTest, TellsOfEachPersonWhyTheyWereOrWereNotTold) {
  Begin({});
  for (const char* name : {"ann", "ben"}) {
    plan_.users.emplace_back().name = name;
    plan_.users.back().contacts.emplace_back().receiver = std::string("phone of ") + name;
  }
  plan_.users[0].full_name = "Ann Berg";
  plan_.users[0].contacts[0].receiver = "hook";
  Opens("payment", Severity::kCritical);
  Arrives();

  const Json people = Why("in_1")["people"];

  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0]["person"], "ann");
  EXPECT_EQ(people[0]["name"], "Ann Berg");
  EXPECT_EQ(people[0]["told"], true);
  EXPECT_EQ(people[0]["at"], "2023-11-14T22:15:00.000Z");
  EXPECT_EQ(people[0]["messages"][0]["kind"], "opened");
  EXPECT_EQ(people[1]["told"], false);
  EXPECT_EQ(people[1]["reason"], "not_of_the_route");
  EXPECT_FALSE(Get("/api/v1/ledger").contains("people")) << "only of one question";
}

TEST_F(LedgerTest, AGroupThatWaitsSaysUntilWhen) {
  Begin({.alert_grouping = incident::AlertGrouping{.group_by = {"alertname"}}});
  model::Alert alert;
  alert.tenant = "default";
  alert.labels = model::Labels({{"alertname", "Late"}, {"service", "payment"}});
  Feed(alert);

  EXPECT_THAT(Answer("in_1"), HasSubstr("waits for more alerts until 2023-11-14T22:13:51"));
  EXPECT_THAT(Answer("in_1"), Not(HasSubstr("and worse page")));
}

TEST_F(LedgerTest, TheChainIsVerifiedForWhoeverAsks) {
  Begin({});
  Opens("payment", Severity::kCritical);
  EXPECT_EQ(Get("/api/v1/ledger/verify"), (Json{{"rows", 1}, {"ok", true}}));

  Write([](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("UPDATE ledger SET receiver = 'another'"));
    return {};
  });

  const Json broken = Get("/api/v1/ledger/verify");
  EXPECT_EQ(broken["ok"], false);
  EXPECT_EQ(broken["rows"], 1);
  EXPECT_EQ(broken["broken_at"], 1);
  EXPECT_EQ(broken["reason"], "the row was changed: its text does not fit its hash");
}

TEST_F(LedgerTest, KnowsWhatThereIs) {
  Begin({});
  Opens("payment", Severity::kCritical);

  EXPECT_EQ(Why("an_payment")["known"], true);
  EXPECT_EQ(Why("in_1")["known"], true);
  EXPECT_EQ(Why("foo")["known"], false);
}

}  // namespace
}  // namespace vedette::api
