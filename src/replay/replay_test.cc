#include "replay/replay.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/duration.h"
#include "base/metrics.h"
#include "decide/round.h"
#include "incident/journal/history.h"
#include "incident/journal/journal.h"
#include "incident/testing/script.h"
#include "replay/keeper.h"

namespace vedette::replay {
namespace {

using incident::Command;
using incident::CommandKind;
using incident::Input;
using incident::journal::Journal;
using notify::routing::Plan;
using notify::routing::TargetKind;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const base::TimePoint kStart = *base::ParseTime("2026-11-20T12:00:00Z");  // a Friday

Plan TellsTheUser(const std::string& name) {
  Plan plan;
  plan.receivers = {{"chat", "webhook"}};
  for (const char* each : {"ann", "ben"}) {
    notify::routing::User& user = plan.users.emplace_back();
    user.name = each;
    user.zone = *notify::routing::TimeZone::Find("Europe/Berlin");
    user.contacts = {{"chat", "@" + user.name, {}, {}}};
  }
  notify::routing::Route& route = plan.routes.emplace_back();
  route.name = "all";
  route.targets = {{TargetKind::kUser, name}};
  return plan;
}

// A server's past, made round by round.
class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    database_ = *sql::Database::Open({.path = ":memory:"});
    journal_ = *Journal::Open(*database_);
    machine_.emplace(decide::Machine{*journal_->Load(options_), notify::routing::Router()});
    EXPECT_TRUE(
        journal_->SaveSnapshot(machine_->engine, decide::RouterToText(machine_->router)).ok());
    Feed(kStart, decide::PlanInput(plan_));
  }

  decide::Machine::Decided Feed(base::TimePoint time, decltype(Input::what) what) {
    const Input input{.seq = machine_->engine.seq() + 1,
                      .time = time,
                      .fresh_id = fmt::format("{:026}", machine_->engine.seq() + 1),
                      .what = std::move(what)};
    decide::Machine::Decided decided = machine_->Run(std::span(&input, 1));
    EXPECT_TRUE(journal_
                    ->Commit(std::span(&input, 1), decided.decisions, {},
                             decide::Digest(decided.decisions, decided.outcome))
                    .ok());
    for (const model::Incident& incident : decided.decisions.changed) last_ = incident.id;
    for (const auto& notice : decided.outcome.notices) arrived_.push_back(notice);
    return decided;
  }
  void Opens(base::TimePoint time, const std::string& service) { Say(time, service, false); }
  void Closes(base::TimePoint time, const std::string& service) { Say(time, service, true); }
  // All that was ordered arrives.
  void Arrives(base::TimePoint time) {
    for (const auto& notice : std::exchange(arrived_, {})) {
      Feed(time, incident::DeliveryResult{.dedup_key = notice.page.dedup_key,
                                          .incident_id = notice.page.incident_id,
                                          .tenant = notice.page.tenant,
                                          .receiver = notice.receiver,
                                          .ok = true,
                                          .detail = {},
                                          .to = notice.to});
    }
  }
  Report Replay(std::optional<Candidate> candidate, base::TimePoint from = kStart) {
    const Request request{.tenant = std::string(model::kDefaultTenant),
                          .from = from,
                          .to = kStart + hours(24),
                          .candidate = std::move(candidate)};
    base::Result<Report> report = replay::Run(*database_, request);
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? *report : Report{};
  }

  const incident::EngineOptions options_{.group_across_services = false, .repeat_interval = {}};
  const Plan plan_ = TellsTheUser("ann");
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Journal> journal_;
  std::optional<decide::Machine> machine_;
  std::string last_;  // incident
  std::vector<notify::routing::Notice> arrived_;

 private:
  void Say(base::TimePoint time, const std::string& service, bool closed) {
    model::Anomaly anomaly =
        incident::testing::ErrorRatio(service, model::Severity::kCritical, "an_" + service);
    anomaly.started_at = anomaly.updated_at = time;
    if (closed) {
      anomaly.state = model::AnomalyState::kClosed;
      anomaly.ended_at = time;
    }
    Feed(time, model::AnomalyUpdate{
                   closed ? model::AnomalyTransition::kClosed : model::AnomalyTransition::kOpened,
                   std::move(anomaly)});
  }
};

TEST_F(ReplayTest, WithoutACandidateItProvesThatEachRoundFollowsFromTheRecord) {
  Opens(kStart + minutes(1), "api");
  Arrives(kStart + minutes(2));
  Closes(kStart + minutes(3), "api");

  const Report report = Replay({});

  EXPECT_EQ(report.compared, 4);
  EXPECT_EQ(report.identical, 4);
  EXPECT_FALSE(report.has_candidate);
  EXPECT_EQ(report.messages.recorded, 1);
  EXPECT_THAT(report.people, SizeIs(1));
}

TEST_F(ReplayTest, TheSameConfigurationChangesNothing) {
  Opens(kStart + minutes(1), "api");
  Arrives(kStart + minutes(2));
  Feed(kStart + minutes(3), decide::PlanInput(plan_));  // the server has started again
  Closes(kStart + minutes(5), "api");
  Feed(kStart + minutes(7), incident::Tick{});

  const Report report = Replay(Candidate{options_, plan_});

  EXPECT_TRUE(report.same_configuration);
  EXPECT_EQ(report.messages.recorded, 2);
  EXPECT_EQ(report.messages.candidate, 2);
  EXPECT_THAT(report.changes, IsEmpty());
}

TEST_F(ReplayTest, ADecisionThatDoesNotFollowFromTheRecordIsFound) {
  Opens(kStart + minutes(1), "api");
  const Input input{machine_->engine.seq() + 1, kStart + minutes(2), std::string(26, '0'),
                    incident::Tick{}};
  const auto decided = machine_->Run(std::span(&input, 1));
  ASSERT_TRUE(journal_->Commit(std::span(&input, 1), decided.decisions, {}, "another").ok());

  const Report report = Replay({});

  EXPECT_EQ(report.compared, 3);
  EXPECT_EQ(report.identical, 2);
  EXPECT_EQ(report.first_difference, kStart + minutes(2));
}

TEST_F(ReplayTest, AnotherRouteTellsAnotherPersonByDayAndByNight) {
  Opens(kStart + minutes(1), "api");
  Arrives(kStart + minutes(2));
  Opens(kStart + hours(10), "order");  // 23:00 in Berlin
  Arrives(kStart + hours(10));

  const Report report = Replay(Candidate{options_, TellsTheUser("ben")});

  EXPECT_FALSE(report.same_configuration);
  EXPECT_EQ(report.identical, report.compared);
  EXPECT_EQ(report.messages.added, 2);
  EXPECT_EQ(report.messages.removed, 2);
  ASSERT_THAT(report.people, SizeIs(2));
  EXPECT_EQ(report.people[0].name, "ann");
  EXPECT_EQ(report.people[0].all.removed, 2);
  EXPECT_EQ(report.people[0].nights.removed, 1);
  EXPECT_EQ(report.people[1].all.added, 2);
  ASSERT_THAT(report.nights, SizeIs(2));
  EXPECT_EQ(report.nights[0].date, "2026-11-20");
  ASSERT_THAT(report.changes, SizeIs(4));
  EXPECT_EQ(report.changes[3].at_night, true);
  EXPECT_EQ(report.changes[0].message.incident_id, report.changes[1].message.incident_id);
}

TEST_F(ReplayTest, OptionsThatGroupOtherwiseMakeOtherIncidentsAndPeopleDoWhatTheyDid) {
  Opens(kStart + minutes(1), "api");
  const std::string first = last_;
  Opens(kStart + minutes(1) + seconds(5), "order");
  const std::string second = last_;
  ASSERT_NE(first, second);
  Arrives(kStart + minutes(2));
  Feed(kStart + minutes(3), Command{.kind = CommandKind::kAcknowledge,
                                    .tenant = "default",
                                    .incident_id = second,
                                    .actor = "ann",
                                    .text = ""});
  incident::EngineOptions together = options_;
  together.group_across_services = true;

  const Report report = Replay(Candidate{together, plan_});

  EXPECT_EQ(report.incidents.recorded, 2);
  EXPECT_EQ(report.incidents.candidate, 1);
  EXPECT_EQ(report.incidents.removed, 1);
  std::vector<std::string> added;
  for (const Change& change : report.changes) {
    if (change.kind != ChangeKind::kAdded) continue;
    added.push_back(change.message.dedup_key);
  }
  // The incident that holds both was acknowledged in place of the one that is not there.
  EXPECT_THAT(added, ElementsAre(first + ":acknowledged:1"));
}

TEST_F(ReplayTest, WhatIsDueBetweenTwoInputsHappensThenWithAnotherConfiguration) {
  Opens(kStart + minutes(1), "api");
  Arrives(kStart + minutes(1));
  Feed(kStart + hours(8), incident::Tick{});
  Plan escalates = plan_;
  notify::routing::Policy& policy = escalates.policies.emplace_back();
  policy.name = "pager";
  policy.steps = {{.targets = {{TargetKind::kUser, "ann"}}, .patience = minutes(5)},
                  {.targets = {{TargetKind::kUser, "ben"}}, .patience = minutes(5)}};
  escalates.routes[0].targets.clear();
  escalates.routes[0].policy = "pager";

  const Report report = Replay(Candidate{options_, escalates});

  const auto at_ben = std::ranges::find_if(
      report.changes, [](const Change& change) { return change.message.person == "ben"; });
  ASSERT_NE(at_ben, report.changes.end());
  EXPECT_EQ(at_ben->message.time, kStart + minutes(6));
}

TEST_F(ReplayTest, WhileTheServerWasAwayNothingHappens) {
  Opens(kStart + minutes(1), "api");
  Arrives(kStart + minutes(1));
  Feed(kStart + hours(9), incident::Start{});
  incident::EngineOptions impatient = options_;
  impatient.repeat_interval = hours(1);

  const Report report = Replay(Candidate{impatient, plan_});

  for (const Change& change : report.changes) {
    EXPECT_GE(change.message.time, kStart + hours(9)) << change.message.dedup_key;
  }
  EXPECT_GE(report.messages.added, 1);
}

TEST_F(ReplayTest, WindowsOfTheCandidateAreSilencesOfItsOwn) {
  Opens(kStart + minutes(10), "api");
  Arrives(kStart + minutes(10));
  Candidate quiet{options_, plan_};
  quiet.windows = [](const std::vector<model::Silence>& known, base::TimePoint now) {
    std::vector<incident::SilenceCommand> commands;
    if (!known.empty()) return commands;
    incident::SilenceCommand& put = commands.emplace_back();
    put.actor = "maintenance";
    put.silence.tenant = model::kDefaultTenant;
    put.silence.matchers = {*model::Matcher::Parse("service=\"api\"")};
    put.silence.starts_at = now;
    put.silence.ends_at = now + hours(48);
    put.silence.window = "w";
    return commands;
  };

  const Report report = Replay(std::move(quiet));

  EXPECT_EQ(report.messages.recorded, 1);
  EXPECT_EQ(report.messages.candidate, 0);
}

TEST_F(ReplayTest, BeginsAtTheLastSnapshotBefore) {
  Opens(kStart + minutes(1), "api");
  Arrives(kStart + minutes(1));
  base::MetricsRegistry metrics;
  Keeper keeper(*database_, metrics, {.snapshot_inputs = 1});
  ASSERT_TRUE(keeper.Tend(kStart + minutes(2)).ok());
  Opens(kStart + hours(2), "order");

  const Report all = Replay({});
  const Report later = Replay({}, kStart + hours(1));

  EXPECT_EQ(all.rounds, 4);
  EXPECT_EQ(all.messages.recorded, 2);
  EXPECT_EQ(later.rounds, 1);
  EXPECT_EQ(later.messages.recorded, 1);
  EXPECT_EQ(later.identical, 1);
}

TEST_F(ReplayTest, RefusesWhatItCannotAnswer) {
  const auto error = [&](base::TimePoint from, base::TimePoint to) {
    return replay::Run(*database_, {.tenant = "default", .from = from, .to = to, .candidate = {}})
        .error();
  };
  EXPECT_EQ(error(kStart, kStart).field, "from");
  Request cancelled{.tenant = "default", .from = kStart, .to = kStart + hours(1), .candidate = {}};
  cancelled.cancelled = [] { return true; };
  EXPECT_EQ(replay::Run(*database_, cancelled).error().code, base::ErrorCode::kDeadlineExceeded);
  ASSERT_TRUE(database_
                  ->Transact([](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(session.Execute("DELETE FROM incident_snapshots"));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(error(kStart, kStart + hours(1)).code, base::ErrorCode::kFailedPrecondition);
}

// --- the keeper

TEST_F(ReplayTest, TheKeepersSnapshotIsTheStateOfTheEngine) {
  for (int i = 0; i < 30; ++i) Opens(kStart + minutes(i), fmt::format("s{}", i % 4));
  Arrives(kStart + hours(1));
  base::MetricsRegistry metrics;
  Keeper keeper(*database_, metrics, {.snapshot_inputs = 10});

  ASSERT_TRUE(keeper.Tend(kStart + hours(1)).ok());

  incident::journal::Snapshot snapshot;
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(snapshot,
                                incident::journal::ReadSnapshot(session, machine_->engine.seq()));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(snapshot.state, machine_->engine.Snapshot());
  EXPECT_EQ(snapshot.beside, decide::RouterToText(machine_->router));
  EXPECT_NE(metrics.WriteText().find("vedette_replay_differences_total 0"), std::string::npos);
  const base::Result<incident::Engine> loaded = (*Journal::Open(*database_))->Load(options_);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->Snapshot(), machine_->engine.Snapshot());
}

TEST_F(ReplayTest, TheKeeperRemovesWhatIsOldAndStillReplaysTheRest) {
  base::MetricsRegistry metrics;
  Keeper keeper(*database_, metrics, {.snapshot_inputs = 1, .retention = hours(24 * 3)});
  base::TimePoint now = kStart;
  for (int day = 0; day < 10; ++day) {
    for (int hour = 0; hour < 24; hour += 6) {
      now = kStart + hours(24 * day + hour);
      Opens(now, fmt::format("s{}", hour));
      ASSERT_TRUE(keeper.Tend(now).ok());
    }
  }

  const Request request{.tenant = "default", .from = kStart, .to = now + hours(1), .candidate = {}};
  const base::Result<Report> report = replay::Run(*database_, request);

  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->identical, report->compared);
  EXPECT_GE(report->history_from, now - hours(24 * 4 + 1));
  EXPECT_LE(report->history_from, now - hours(24 * 2));
  std::vector<incident::journal::SnapshotHead> heads;
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(heads, incident::journal::ListSnapshots(session));
                    return {};
                  })
                  .ok());
  EXPECT_LE(heads.size(), 7u);
}

TEST_F(ReplayTest, InputsBeyondTheirRoomGoEarlier) {
  base::MetricsRegistry metrics;
  Keeper keeper(*database_, metrics, {.snapshot_inputs = 1, .bytes_max = 2'000});
  for (int i = 0; i < 20; ++i) {
    Opens(kStart + minutes(i), fmt::format("s{}", i % 3));
    ASSERT_TRUE(keeper.Tend(kStart + minutes(i)).ok());
  }

  int64_t rows = 0;
  ASSERT_TRUE(database_
                  ->Read([&](sql::Session& session) {
                    return session.Query("SELECT COUNT(*) FROM incident_journal", {},
                                         [&](const sql::Row& row) { rows = row.GetInt(0); });
                  })
                  .ok());
  EXPECT_LE(rows, 6);
  EXPECT_GE(rows, 1);
  EXPECT_TRUE((*Journal::Open(*database_))->Load(options_).ok());
}

}  // namespace
}  // namespace vedette::replay
