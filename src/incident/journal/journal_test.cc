#include "incident/journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temp_folder.h"
#include "incident/journal/history.h"
#include "incident/testing/script.h"
#include "sql/testing/fault_injector.h"

namespace vedette::incident::journal {
namespace {

using model::IncidentState;
using model::Severity;
using ::testing::ElementsAre;

const base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

// An engine with its journal, as the engine loop drives them, over one database file.
class Ledger {
 public:
  explicit Ledger(std::string path, sql::FaultInjector* faults = nullptr,
                  JournalOptions options = {}) {
    auto opened = sql::Database::Open({.path = std::move(path), .faults = faults});
    if (!opened.ok()) return;
    database = *std::move(opened);
    auto made = Journal::Open(*database, options);
    if (!made.ok()) return;
    journal = *std::move(made);
  }

  base::Result<> Load(EngineOptions options = {}) {
    if (journal == nullptr) return base::Unavailable("the database did not open");
    VEDETTE_TRY(Engine loaded, journal->Load(options));
    engine.emplace(std::move(loaded));
    return {};
  }
  // Until the commit's answer.
  base::Result<> Feed(int64_t seconds, decltype(Input::what) what) {
    Input input{engine->seq() + 1, kStart + std::chrono::seconds(seconds), "", std::move(what)};
    input.fresh_id = fmt::format("{:026}", input.seq);
    decisions = engine->Step(input);
    return journal->Commit(std::span(&input, 1), decisions, extra);
  }
  base::Result<> Opens(int64_t seconds, std::string_view entity,
                       Severity severity = Severity::kCritical) {
    model::Anomaly anomaly =
        incident::testing::ErrorRatio(entity, severity, "an_" + std::string(entity));
    anomaly.started_at = kStart + std::chrono::seconds(seconds);
    return Feed(seconds,
                model::AnomalyUpdate{model::AnomalyTransition::kOpened, std::move(anomaly)});
  }
  base::Result<> Says(int64_t seconds, CommandKind kind, std::string id, std::string text = "") {
    return Feed(seconds, Command{kind, "default", std::move(id), "ann", std::move(text)});
  }

  std::unique_ptr<sql::Database> database;
  std::unique_ptr<Journal> journal;
  std::optional<Engine> engine;
  Decisions decisions;
  std::function<base::Result<>(sql::Session&)> extra;
};

class JournalTest : public ::testing::Test {
 protected:
  base::TempFolder folder_{"journal"};
  const std::string path_ = folder_.File("state.db");
};

TEST_F(JournalTest, KeepsIncidentsAsRowsWithTheirTimeline) {
  Ledger ledger(path_);
  ASSERT_TRUE(ledger.Load().ok());
  ASSERT_TRUE(ledger.Opens(0, "payment").ok());
  const std::string id = ledger.decisions.changed.at(0).id;
  ASSERT_TRUE(ledger.Opens(1, "order").ok());
  ASSERT_TRUE(ledger.Says(2, CommandKind::kAcknowledge, id).ok());

  const base::Result<model::Incident> found = ledger.journal->Find("default", id);

  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->state, IncidentState::kAcknowledged);
  EXPECT_EQ(found->acknowledged_at, kStart + std::chrono::seconds(2));
  EXPECT_THAT(found->entities, ElementsAre("payment", "order"));
  EXPECT_THAT(found->anomaly_ids, ElementsAre("an_payment", "an_order"));
  EXPECT_THAT(found->open_anomaly_ids, ElementsAre("an_order", "an_payment"));
  EXPECT_EQ(found->revision, 3);
  ASSERT_EQ(found->timeline.size(), 5u);
  EXPECT_EQ(found->timeline[4].kind, "acknowledged");
  EXPECT_EQ(found->timeline[4].actor, "ann");
  EXPECT_EQ(ledger.journal->Find("other", id).error().code, base::ErrorCode::kNotFound);
}

TEST_F(JournalTest, ALoadedEngineEqualsTheOneThatWrote) {
  std::string state;
  {
    Ledger ledger(path_);
    ASSERT_TRUE(ledger.Load().ok());
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(ledger.Opens(i, "service-" + std::to_string(i % 3)).ok());
      if (i % 4 == 3) {
        ASSERT_TRUE(ledger.journal->SaveSnapshot(*ledger.engine).ok());
      }
    }
    state = ledger.engine->Snapshot();
  }
  Ledger again(path_);

  ASSERT_TRUE(again.Load().ok());

  EXPECT_EQ(again.engine->Snapshot(), state);
  EXPECT_TRUE(again.Opens(20, "service-9").ok());
}

TEST_F(JournalTest, NewOptionsHoldFromNowOnAndNotForThePast) {
  {
    Ledger ledger(path_);
    ASSERT_TRUE(ledger.Load().ok());
    ASSERT_TRUE(ledger.Opens(0, "payment").ok());
    ASSERT_TRUE(ledger.Opens(1, "order").ok());
  }
  Ledger again(path_);

  ASSERT_TRUE(again.Load().ok());
  ASSERT_TRUE(again.Feed(2, EngineOptions{.group_across_services = false}).ok());

  EXPECT_EQ(again.engine->counts().open_incidents, 1);
  ASSERT_TRUE(again.Opens(3, "inventory").ok());
  EXPECT_EQ(again.engine->counts().open_incidents, 2);
  const std::string state = again.engine->Snapshot();
  Ledger third(path_);
  ASSERT_TRUE(third.Load().ok());
  EXPECT_EQ(third.engine->Snapshot(), state);
}

TEST_F(JournalTest, ADamagedSnapshotFallsBackToTheOneBefore) {
  std::string state;
  {
    Ledger ledger(path_);
    ASSERT_TRUE(ledger.Load().ok());
    ASSERT_TRUE(ledger.Opens(0, "a").ok());
    ASSERT_TRUE(ledger.journal->SaveSnapshot(*ledger.engine).ok());
    ASSERT_TRUE(ledger.Opens(1, "b").ok());
    ASSERT_TRUE(ledger.journal->SaveSnapshot(*ledger.engine).ok());
    ASSERT_TRUE(ledger.Opens(2, "c").ok());
    state = ledger.engine->Snapshot();
    ASSERT_TRUE(ledger.database
                    ->Transact([](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY_VOID(session.Execute(
                          "UPDATE incident_snapshots SET state = REPLACE(state, 'an_b', 'an_x') "
                          "WHERE seq = 2"));
                      return {};
                    })
                    .ok());
  }
  Ledger again(path_);

  ASSERT_TRUE(again.Load().ok());

  EXPECT_EQ(again.engine->Snapshot(), state);
}

TEST_F(JournalTest, ALargeStateIsWrittenInPartsThatGoWithIt) {
  Ledger ledger(path_);
  ASSERT_TRUE(ledger.Load().ok());
  Snapshot large{.seq = 7, .time = {}, .journal_hash = "h", .state = "x", .beside = "b"};
  while (large.state.size() < 5'000'000) large.state += "\u00fc\u20ac";  // two and three bytes
  const auto parts = [&] {
    int64_t count = 0;
    const base::Result<> read = ledger.database->Read([&](sql::Session& session) {
      return session.Query("SELECT COUNT(*) FROM incident_snapshot_parts", {},
                           [&](const sql::Row& row) { count = row.GetInt(0); });
    });
    EXPECT_TRUE(read.ok());
    return count;
  };

  ASSERT_TRUE(WriteSnapshot(*ledger.database, large).ok());
  ASSERT_TRUE(WriteSnapshot(*ledger.database, large).ok());  // again is the same

  EXPECT_EQ(parts(), 4);
  const base::Result<> rest = ledger.database->Transact([&](sql::Session& s) -> base::Result<> {
    VEDETTE_TRY(const Snapshot read, ReadSnapshot(s, 7));
    EXPECT_TRUE(read.state == large.state);
    EXPECT_EQ(*PruneParts(s, 10), 0);
    VEDETTE_TRY_VOID(s.Execute("DELETE FROM incident_snapshots WHERE seq = 7"));
    EXPECT_EQ(*PruneParts(s, 3), 3);
    return {};
  });
  EXPECT_TRUE(rest.ok());
  EXPECT_EQ(parts(), 1);

  // Fewer parts under the same number leave none of the former ones behind.
  large.state.resize(1'500'000);
  ASSERT_TRUE(WriteSnapshot(*ledger.database, large).ok());
  EXPECT_EQ(parts(), 1);
  const base::Result<> smaller = ledger.database->Read([&](sql::Session& s) -> base::Result<> {
    VEDETTE_TRY(const Snapshot read, ReadSnapshot(s, 7));
    EXPECT_TRUE(read.state == large.state);
    return {};
  });
  EXPECT_TRUE(smaller.ok());
}

TEST_F(JournalTest, WhatTheCallerAddsIsInTheSameTransaction) {
  Ledger ledger(path_);
  ASSERT_TRUE(ledger.Load().ok());
  ledger.extra = [](sql::Session&) -> base::Result<> { return base::Unavailable("no"); };

  EXPECT_EQ(ledger.Opens(0, "payment").error().code, base::ErrorCode::kUnavailable);

  EXPECT_TRUE(ledger.journal->List({.tenant = "default"})->incidents.empty());
}

TEST_F(JournalTest, LateRowsGoToIncidentsThatExist) {
  Ledger ledger(path_);
  ASSERT_TRUE(ledger.Load(EngineOptions{.resolved_incidents_max = 0}).ok());
  ASSERT_TRUE(ledger.Opens(0, "payment").ok());
  const std::string id = ledger.decisions.changed.at(0).id;
  ASSERT_TRUE(ledger.Says(1, CommandKind::kResolve, id).ok());
  ASSERT_EQ(ledger.engine->counts().incidents_in_memory, 0);

  for (const std::string& about : {id, std::string("in_none")}) {
    ASSERT_TRUE(ledger
                    .Feed(90, DeliveryResult{.dedup_key = about + ":opened:1",
                                             .incident_id = about,
                                             .tenant = "default",
                                             .receiver = "ops",
                                             .ok = true,
                                             .detail = "at last"})
                    .ok());
  }

  const model::Incident incident = *ledger.journal->Find("default", id);
  EXPECT_EQ(incident.timeline.back().text, "ops: it is open");
  EXPECT_EQ(incident.timeline.back().seq, 5);
  EXPECT_EQ(incident.updated_at, kStart + std::chrono::seconds(90));
}

TEST_F(JournalTest, ListsWhatNeedsPeopleFirstPageByPage) {
  Ledger ledger(path_);
  ASSERT_TRUE(ledger.Load(EngineOptions{.group_across_services = false}).ok());
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(ledger
                    .Opens(i, "s" + std::to_string(i),
                           i % 2 == 0 ? Severity::kCritical : Severity::kWarning)
                    .ok());
    ids.push_back(ledger.decisions.changed.at(0).id);
  }
  ASSERT_TRUE(ledger.Says(10, CommandKind::kResolve, ids[0]).ok());
  ASSERT_TRUE(ledger.Says(10, CommandKind::kAcknowledge, ids[1]).ok());
  const std::vector<std::string> want = {ids[4], ids[2], ids[5], ids[3], ids[1], ids[0]};

  for (const int64_t limit : {1, 2, 4, 6, 100}) {
    std::vector<std::string> got;
    IncidentQuery query{.tenant = "default", .limit = limit};
    do {
      const base::Result<IncidentPage> page = ledger.journal->List(query);
      ASSERT_TRUE(page.ok()) << page.error().message;
      for (const model::Incident& incident : page->incidents) got.push_back(incident.id);
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    EXPECT_EQ(got, want) << "limit " << limit;
  }
}

TEST_F(JournalTest, FiltersLists) {
  Ledger ledger(path_);
  ASSERT_TRUE(ledger.Load(EngineOptions{.group_across_services = false}).ok());
  ASSERT_TRUE(ledger.Opens(0, "payment").ok());
  const std::string first = ledger.decisions.changed.at(0).id;
  ASSERT_TRUE(ledger.Opens(100, "order", Severity::kWarning).ok());
  const std::string second = ledger.decisions.changed.at(0).id;
  ASSERT_TRUE(ledger.Says(200, CommandKind::kResolve, first).ok());
  const auto at = [](int seconds) { return kStart + std::chrono::seconds(seconds); };
  const std::pair<IncidentQuery, std::vector<std::string>> cases[] = {
      {{.tenant = "other"}, {}},
      {{.tenant = "default"}, {second, first}},
      {{.tenant = "default", .states = {IncidentState::kOpen}}, {second}},
      {{.tenant = "default", .severity = Severity::kCritical}, {first}},
      {{.tenant = "default", .entity = "order"}, {second}},
      {{.tenant = "default", .anomaly_id = "an_payment"}, {first}},
      {{.tenant = "default", .text = "PAYment: ERROR"}, {first}},
      {{.tenant = "default", .text = "%"}, {}},
      {{.tenant = "default", .from = at(201)}, {second}},
      {{.tenant = "default", .from = at(200)}, {second, first}},
      {{.tenant = "default", .to = at(99)}, {first}},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    const base::Result<IncidentPage> page = ledger.journal->List(cases[i].first);
    ASSERT_TRUE(page.ok()) << i << ": " << page.error().message;
    std::vector<std::string> got;
    for (const model::Incident& incident : page->incidents) got.push_back(incident.id);
    EXPECT_EQ(got, cases[i].second) << "case " << i;
  }
  EXPECT_EQ(ledger.journal->List({.tenant = "default", .cursor = "1.x"}).error().field, "cursor");
}

// One life of a process with a disk that fails: returns what was acknowledged to people. Each
// failed commit is tried once more, as the engine loop does.
struct Outcome {
  bool opened = false;
  bool acknowledged = false;
  bool commented = false;
};

Outcome LiveThrough(Ledger& ledger) {
  Outcome outcome;
  if (!ledger.Load().ok()) return outcome;
  outcome.opened = ledger.Opens(0, "payment").ok();
  if (!outcome.opened) return outcome;
  const std::string id = ledger.decisions.changed.at(0).id;
  outcome.acknowledged = ledger.Says(1, CommandKind::kAcknowledge, id).ok();
  if (!outcome.acknowledged) return outcome;
  if (!ledger.journal->SaveSnapshot(*ledger.engine).ok()) return outcome;
  outcome.commented = ledger.Says(2, CommandKind::kComment, id, "hello").ok();
  return outcome;
}

TEST_F(JournalTest, NothingAcknowledgedIsLostWhereverTheDiskFails) {
  int survived = 0;
  for (uint64_t nth = 1; nth < 400; ++nth) {
    base::TempFolder folder("fault");
    const std::string path = folder.File("state.db");
    sql::NthFault faults;
    Outcome outcome;
    bool fired = false;
    {
      faults.Arm({.nth = nth, .lasting = true});
      Ledger ledger(path, &faults);
      outcome = LiveThrough(ledger);
      fired = faults.fired();
    }
    faults.Disarm();
    Ledger again(path);
    ASSERT_TRUE(again.Load().ok()) << "fault " << nth;
    const base::Result<IncidentPage> page = again.journal->List({.tenant = "default"});
    ASSERT_TRUE(page.ok()) << page.error().message;
    ASSERT_EQ(again.engine->counts().open_incidents, std::ssize(page->incidents));
    if (outcome.opened) {
      ASSERT_EQ(page->incidents.size(), 1u) << "fault " << nth;
      const model::Incident& incident = page->incidents[0];
      if (outcome.acknowledged) {
        EXPECT_EQ(incident.state, IncidentState::kAcknowledged);
      }
      if (outcome.commented) {
        EXPECT_EQ(incident.timeline.back().kind, "comment");
      }
      for (size_t i = 0; i < incident.timeline.size(); ++i) {
        EXPECT_EQ(incident.timeline[i].seq, static_cast<int64_t>(i + 1));
      }
    }
    if (!fired) {
      EXPECT_TRUE(outcome.commented);
      ++survived;
      break;
    }
  }
  EXPECT_EQ(survived, 1) << "the faults never ran out";
}

TEST_F(JournalTest, ARepeatedCommitWritesOnce) {
  int repeated = 0;
  bool ran_out = false;
  for (uint64_t nth = 1; nth < 60; ++nth) {
    base::TempFolder folder("again");
    sql::NthFault faults;
    Ledger ledger(folder.File("state.db"), &faults);
    ASSERT_TRUE(ledger.Load().ok());
    const Input input{1, kStart, "A",
                      model::AnomalyUpdate{
                          model::AnomalyTransition::kOpened,
                          incident::testing::ErrorRatio("payment", Severity::kCritical, "an_1")}};
    const Decisions decisions = ledger.engine->Step(input);
    faults.Arm({.nth = nth});
    const bool first = ledger.journal->Commit(std::span(&input, 1), decisions).ok();
    const bool fired = faults.fired();
    faults.Disarm();

    if (!first) {
      ++repeated;
      const base::Result<> second = ledger.journal->Commit(std::span(&input, 1), decisions);
      ASSERT_TRUE(second.ok()) << nth << ": " << second.error().message;
    }

    const base::Result<IncidentPage> page = ledger.journal->List({.tenant = "default"});
    ASSERT_TRUE(page.ok());
    ASSERT_EQ(page->incidents.size(), 1u);
    EXPECT_EQ(page->incidents[0].timeline.size(), 2u);
    ran_out = !fired;
    if (ran_out) break;
  }
  EXPECT_GT(repeated, 0);
  EXPECT_TRUE(ran_out) << "not every fault was tried";
}

}  // namespace
}  // namespace vedette::incident::journal
