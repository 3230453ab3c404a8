#include "app/engine_loop.h"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "detect/anomaly_store.h"
#include "incident/testing/script.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/testing/fake_channel.h"
#include "sql/testing/fault_injector.h"

namespace vedette::app {
namespace {

using incident::CommandKind;
using incident::journal::Journal;
using model::IncidentState;
using model::Severity;
using notify::delivery::Courier;
using notify::delivery::FakeChannel;
using ::testing::ElementsAre;

struct Stores {
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<detect::AnomalyStore> anomalies;
  std::unique_ptr<base::MetricsRegistry> metrics = std::make_unique<base::MetricsRegistry>();
  std::unique_ptr<PageRouter> router;
};

base::Result<Stores> OpenStores(sql::DatabaseOptions options) {
  Stores stores;
  VEDETTE_TRY(stores.database, sql::Database::Open(std::move(options)));
  VEDETTE_TRY_VOID(notify::delivery::Dispatcher::Migrate(*stores.database));
  VEDETTE_TRY(stores.anomalies, detect::AnomalyStore::Open(*stores.database));
  VEDETTE_TRY(stores.journal, Journal::Open(*stores.database));
  VEDETTE_TRY(stores.router, PageRouter::Open(*stores.database, *stores.metrics));
  notify::routing::Plan plan;
  plan.receivers = {{"hook", "webhook"}};
  plan.users.emplace_back();
  plan.users.back().name = "ann";
  plan.users.back().full_name = "Ann Berg";
  plan.users.back().contacts.emplace_back().receiver = "hook";
  stores.router->SetPlan(std::move(plan));
  return stores;
}

// A loop on its thread, over a database of its own, with a clock that the test moves. Nothing
// sleeps: the test waits for what the loop tells.
class EngineLoopTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(":memory:"); }
  void TearDown() override { Stop(); }

  void Open(std::string path, sql::FaultInjector* faults = nullptr) {
    base::Result<Stores> opened = OpenStores({.path = std::move(path), .faults = faults});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    stores_ = *std::move(opened);
  }
  void Start(EngineLoopOptions options = {.tick = std::chrono::milliseconds(5)},
             base::TimePoint since = {}) {
    base::Result<incident::Engine> engine = stores_.journal->Load({});
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    loop_ = std::make_unique<EngineLoop>(
        *std::move(engine),
        EngineLoop::Parts{
            .journal = *stores_.journal,
            .router = *stores_.router,
            .anomalies = queue_,
            .clock = clock_,
            .metrics = metrics_,
            .since = since,
            .pages_ordered = [this] { ++pages_ordered_; },
            .incident_changed =
                [this](const model::Incident& incident) { EXPECT_TRUE(changes_.Push(incident)); },
            .anomaly_changed =
                [this](const model::Anomaly& anomaly) {
                  EXPECT_TRUE(anomaly_changes_.Push(anomaly));
                }},
        options);
    loop_->Start();
  }
  void Stop() {
    queue_.Close();
    if (loop_ != nullptr) loop_->Stop();
  }
  void Send(model::AnomalyTransition transition, std::string_view entity) {
    model::Anomaly anomaly =
        incident::testing::ErrorRatio(entity, Severity::kCritical, "an_" + std::string(entity));
    anomaly.started_at = anomaly.updated_at = clock_.Now();
    if (transition == model::AnomalyTransition::kClosed) {
      anomaly.state = model::AnomalyState::kClosed;
      anomaly.ended_at = clock_.Now();
    }
    ASSERT_TRUE(queue_.Push({transition, std::move(anomaly)}));
  }
  model::Incident NextChange() {
    const base::SystemClock real;
    auto change = changes_.PopUntil(real.Steady() + std::chrono::seconds(30));
    EXPECT_TRUE(change.has_value());
    return change.value_or(model::Incident{});
  }
  base::Result<model::Incident> Say(CommandKind kind, std::string id, std::string text = "") {
    return loop_->Command({.kind = kind,
                           .tenant = "default",
                           .incident_id = std::move(id),
                           .actor = "ann",
                           .text = std::move(text)});
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  base::BoundedQueue<model::AnomalyUpdate> queue_{1000, base::OverflowPolicy::kReject};
  base::BoundedQueue<model::Incident> changes_{1000, base::OverflowPolicy::kReject};
  base::BoundedQueue<model::Anomaly> anomaly_changes_{1000, base::OverflowPolicy::kReject};
  std::atomic<int> pages_ordered_{0};
  Stores stores_;
  std::unique_ptr<EngineLoop> loop_;
};

TEST_F(EngineLoopTest, AnAnomalyBecomesAnIncidentAPageAndRows) {
  Start();

  Send(model::AnomalyTransition::kOpened, "payment");
  const model::Incident incident = NextChange();
  Stop();

  EXPECT_EQ(incident.state, IncidentState::kOpen);
  EXPECT_GE(pages_ordered_.load(), 1);  // the first batch may be the start alone
  EXPECT_TRUE(stores_.journal->Find("default", incident.id).ok());
  EXPECT_TRUE(stores_.anomalies->Get("default", "an_payment").ok());
  EXPECT_TRUE(stores_.database
                  ->Read([&](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY(const auto heads, notify::delivery::Heads(session, "hook", 10));
                    EXPECT_EQ(heads.size(), 1u);
                    return {};
                  })
                  .ok());
  EXPECT_EQ(anomaly_changes_.size(), 1u);
}

TEST_F(EngineLoopTest, NobodyHearsOfAnomaliesThatBeganBeforeItsTime) {
  Start({.tick = std::chrono::milliseconds(5)}, clock_.Now() + std::chrono::seconds(1));
  Send(model::AnomalyTransition::kOpened, "payment");
  clock_.Advance(std::chrono::seconds(2));
  Send(model::AnomalyTransition::kOpened, "order");
  const model::Incident incident = NextChange();
  Stop();

  EXPECT_EQ(incident.entities, std::vector<std::string>{"order"});
  EXPECT_FALSE(stores_.anomalies->Get("default", "an_payment").ok());
}

TEST_F(EngineLoopTest, ACommandIsAnsweredWithTheDurableIncident) {
  Start();
  Send(model::AnomalyTransition::kOpened, "payment");
  const std::string id = NextChange().id;

  const base::Result<model::Incident> first = Say(CommandKind::kAcknowledge, id);
  const base::Result<model::Incident> again = Say(CommandKind::kAcknowledge, id);

  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->state, IncidentState::kAcknowledged);
  EXPECT_EQ(first->timeline.back().kind, "acknowledged");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_EQ(Say(CommandKind::kComment, id, "hello")->timeline.back().text, "hello");
  EXPECT_EQ(Say(CommandKind::kComment, id).error().field, "text");
  EXPECT_EQ(Say(CommandKind::kResolve, "in_none").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(Say(CommandKind::kComment, "in_none", "x").error().code, base::ErrorCode::kNotFound);
}

TEST_F(EngineLoopTest, KnowsIncidentsThatTheEngineHasForgotten) {
  Start();
  Send(model::AnomalyTransition::kOpened, "payment");
  const std::string id = NextChange().id;
  Send(model::AnomalyTransition::kClosed, "payment");
  NextChange();
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(NextChange().state, IncidentState::kResolved);
  clock_.Advance(std::chrono::hours(1));

  EXPECT_TRUE(Say(CommandKind::kResolve, id).ok());
  EXPECT_EQ(Say(CommandKind::kAcknowledge, id).error().code, base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Say(CommandKind::kComment, id, "a day later")->timeline.back().text, "a day later");
  clock_.Advance(std::chrono::hours(1));

  // The review is written when all is over.
  const auto reviewed = loop_->Command({.kind = CommandKind::kSetPhase,
                                        .tenant = "default",
                                        .incident_id = id,
                                        .actor = "ann",
                                        .text = {},
                                        .target = "post_mortem"});
  ASSERT_TRUE(reviewed.ok()) << reviewed.error().message;
  EXPECT_EQ(reviewed->phases.back().phase, model::IncidentPhase::kPostMortem);
  EXPECT_EQ(reviewed->state, IncidentState::kResolved);
  const auto task = loop_->Command({.kind = CommandKind::kAddTask,
                                    .tenant = "default",
                                    .incident_id = id,
                                    .actor = "ann",
                                    .text = "add an index"});
  ASSERT_TRUE(task.ok()) << task.error().message;
  EXPECT_EQ(task->tasks.size(), 1u);
  EXPECT_EQ(task->timeline.back().seq, std::ssize(task->timeline));
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Say(CommandKind::kReopen, id)->state, IncidentState::kOpen);
}

TEST_F(EngineLoopTest, AStepOfTheCalendarMovesNothing) {
  Start();
  Send(model::AnomalyTransition::kOpened, "payment");
  const model::Incident opened = NextChange();

  clock_.StepWallClock(std::chrono::hours(24));
  Send(model::AnomalyTransition::kClosed, "payment");
  EXPECT_EQ(NextChange().updated_at, opened.updated_at);
  clock_.StepWallClock(-std::chrono::hours(48));
  clock_.Advance(std::chrono::minutes(1));

  const model::Incident resolved = NextChange();
  EXPECT_EQ(resolved.state, IncidentState::kResolved);
  EXPECT_EQ(resolved.updated_at, opened.updated_at + std::chrono::minutes(1));
}

TEST_F(EngineLoopTest, ReportsOfDeliveriesReachTheTimelineAndAreMarked) {
  Start();
  Send(model::AnomalyTransition::kOpened, "payment");
  const std::string id = NextChange().id;

  EXPECT_TRUE(loop_->Report({.dedup_key = id + ":opened:1",
                             .incident_id = id,
                             .tenant = "default",
                             .receiver = "hook",
                             .ok = true,
                             .detail = "HTTP 200"}));

  const model::TimelineEntry row = NextChange().timeline.back();
  EXPECT_EQ(row.kind, "page_sent");
  EXPECT_EQ(row.text, "Ann Berg by hook: it is open");
}

TEST_F(EngineLoopTest, ADiskThatRefusesForAWhileLosesNothing) {
  base::TempFolder folder("engine");
  sql::NthFault faults;
  Open(folder.File("state.db"), &faults);
  Start();
  faults.Arm({.nth = 1, .lasting = true, .disk_full = true});

  Send(model::AnomalyTransition::kOpened, "payment");
  const base::SystemClock real;
  const base::SteadyPoint patience = real.Steady() + std::chrono::seconds(30);
  while (!faults.fired() && real.Steady() < patience) std::this_thread::yield();
  EXPECT_TRUE(faults.fired());
  EXPECT_EQ(changes_.size(), 0u) << "nobody is told before the commit";
  faults.Disarm();

  EXPECT_EQ(NextChange().state, IncidentState::kOpen);
  EXPECT_EQ(stores_.journal->List({.tenant = "default"})->incidents.size(), 1u);
}

TEST_F(EngineLoopTest, NewOptionsHoldForWhatFollows) {
  Start();
  Send(model::AnomalyTransition::kOpened, "payment");
  NextChange();

  loop_->SetOptions({.group_across_services = false});
  Send(model::AnomalyTransition::kOpened, "order");

  // The option may come in the same round as the anomaly; the one after it is certain.
  NextChange();
  Send(model::AnomalyTransition::kOpened, "inventory");
  EXPECT_THAT(NextChange().entities, ElementsAre("inventory"));
}

// The whole way of a page on one thread, so that a failure can be put at each write to disk: an
// anomaly opens, a person acknowledges, the anomaly ends, and a courier delivers in between. Then
// the process starts again on the same files and finishes its work.
struct Life {
  std::string incident;
  bool opened = false;
  bool acknowledged = false;
  bool resolved = false;
};

class Process {
 public:
  Process(Stores stores, FakeChannel& channel, base::FakeClock& clock)
      : stores_(std::move(stores)),
        clock_(clock),
        metrics_(registry_, "hook"),
        courier_({.name = "hook", .kind = "webhook"},
                 {*stores_.database, channel, clock, metrics_,
                  [](const notify::delivery::Report&) { return true; }},
                 {}, 1) {}

  bool Load() {
    base::Result<incident::Engine> engine = stores_.journal->Load({});
    if (engine.ok()) engine_.emplace(*std::move(engine));
    return engine.ok();
  }
  bool Feed(decltype(incident::Input::what) what) {
    clock_.Advance(std::chrono::seconds(1));
    std::vector<incident::Input> inputs;
    const auto feed = [&](decltype(incident::Input::what) next) {
      inputs.push_back(
          {engine_->seq() + 1, clock_.Now(), std::to_string(engine_->seq() + 1), std::move(next)});
      const base::Result<> applied = engine_->Apply(inputs.back());
      EXPECT_TRUE(applied.ok()) << applied.error().message;
    };
    for (incident::RoutingInput& told : stores_.router->TakeInputs()) feed(std::move(told));
    feed(std::move(what));
    const incident::Input& input = inputs.back();
    const incident::Decisions decisions = engine_->Take();
    stores_.router->Decide(input.time, inputs, decisions);
    for (int attempt = 0; attempt < 2; ++attempt) {  // the loop tries again
      const base::Result<> done = stores_.journal->Commit(
          inputs, decisions, [&](sql::Session& session) { return Extra(session, input); });
      if (!done.ok()) continue;
      stores_.router->Tell();
      return true;
    }
    return false;
  }
  bool Anomaly(model::AnomalyTransition transition) {
    model::Anomaly anomaly =
        incident::testing::ErrorRatio("payment", Severity::kCritical, "an_payment");
    const bool closed = transition == model::AnomalyTransition::kClosed;
    anomaly.state = closed ? model::AnomalyState::kClosed : model::AnomalyState::kOpen;
    anomaly.started_at = anomaly.updated_at = clock_.Now();
    if (closed) anomaly.ended_at = clock_.Now();
    return Feed(model::AnomalyUpdate{transition, std::move(anomaly)});
  }
  bool Say(CommandKind kind, const std::string& id) {
    return Feed(incident::Command{kind, "default", id, "ann", ""});
  }
  void Deliver() {
    for (int step = 0; step < 8; ++step) {
      if (const auto wait = courier_.Step()) clock_.Advance(*wait);
    }
  }
  std::vector<model::Incident> Incidents() {
    base::Result<incident::journal::IncidentPage> page =
        stores_.journal->List({.tenant = "default"});
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->incidents : std::vector<model::Incident>();
  }

 private:
  base::Result<> Extra(sql::Session& session, const incident::Input& input) {
    if (const auto* update = std::get_if<model::AnomalyUpdate>(&input.what)) {
      VEDETTE_TRY_VOID(detect::SaveAnomaly(session, *update));
    }
    return stores_.router->Write(session, input.time, input.time);
  }

  Stores stores_;
  base::FakeClock& clock_;
  base::MetricsRegistry registry_;
  notify::delivery::CourierMetrics metrics_;
  Courier courier_;
  std::optional<incident::Engine> engine_;
};

Life FirstLife(Process& process) {
  Life life;
  if (!process.Load()) return life;
  life.opened = process.Anomaly(model::AnomalyTransition::kOpened);
  if (!life.opened) return life;
  const std::vector<model::Incident> incidents = process.Incidents();
  EXPECT_EQ(incidents.size(), 1u);
  if (incidents.empty()) return life;
  life.incident = incidents[0].id;
  process.Deliver();
  life.acknowledged = process.Say(CommandKind::kAcknowledge, life.incident);
  if (!life.acknowledged) return life;
  life.resolved = process.Say(CommandKind::kResolve, life.incident);
  process.Deliver();
  return life;
}

TEST(Kill, NothingAcknowledgedIsLostAndNoPageIsSentMoreThanTwice) {
  base::TempFolder empty("kill-empty");
  ASSERT_TRUE(OpenStores({.path = empty.File("state.db")}).ok());
  bool clean = false;
  // Under sanitizers each point takes a while: VEDETTE_FULL=1 tries all of them.
  const uint64_t few = std::getenv("VEDETTE_FULL") != nullptr ? UINT64_MAX : 12;
  for (uint64_t nth = 1; !clean; nth += 1 + nth / few) {
    ASSERT_LT(nth, 500u) << "the work never succeeds";
    base::TempFolder folder("kill");
    const std::string path = folder.File("state.db");
    std::filesystem::copy_file(empty.File("state.db"), path);
    sql::NthFault faults;
    FakeChannel channel;
    base::FakeClock clock;
    Life life;
    faults.Arm({.nth = nth, .lasting = true});
    if (base::Result<Stores> stores = OpenStores({.path = path, .faults = &faults}); stores.ok()) {
      Process first(*std::move(stores), channel, clock);
      life = FirstLife(first);
    }
    clean = !faults.fired();
    faults.Disarm();

    base::Result<Stores> stores = OpenStores({.path = path});
    ASSERT_TRUE(stores.ok()) << nth << ": " << stores.error().message;
    Process second(*std::move(stores), channel, clock);
    ASSERT_TRUE(second.Load()) << nth;
    second.Deliver();

    const std::vector<model::Incident> incidents = second.Incidents();
    std::map<std::string, int> sent;
    for (const std::string& key : channel.keys()) ++sent[key];
    int repetitions = 0;
    for (const auto& [key, count] : sent) repetitions += count - 1;
    EXPECT_LE(repetitions, 1) << nth;
    if (!life.opened) continue;
    ASSERT_EQ(incidents.size(), 1u) << nth;
    EXPECT_GE(sent[life.incident + ":opened:1"], 1) << nth;
    if (life.acknowledged) {
      EXPECT_NE(incidents[0].state, IncidentState::kOpen) << nth;
      EXPECT_GE(sent[life.incident + ":acknowledged:1"], 1) << nth;
    }
    if (life.resolved) {
      EXPECT_EQ(incidents[0].state, IncidentState::kResolved) << nth;
      EXPECT_GE(sent[life.incident + ":resolved:1"], 1) << nth;
    }
  }
}

TEST_F(EngineLoopTest, AlertsAndSilencesAreDurableWhenTheyAreAnswered) {
  Start();
  incident::SilenceCommand command;
  command.silence.tenant = "default";
  command.silence.matchers = {*model::Matcher::Parse("service=\"payment\"")};
  command.silence.starts_at = clock_.Now();
  command.silence.ends_at = clock_.Now() + std::chrono::hours(1);
  const base::Result<model::Silence> silence = loop_->Command(command);
  ASSERT_TRUE(silence.ok()) << silence.error().message;
  std::vector<model::Alert> alerts(600);  // more than one batch
  for (size_t i = 0; i < alerts.size(); ++i) {
    alerts[i].tenant = "default";
    if (i > 0) {
      alerts[i].labels = model::Labels({{"service", "payment"}, {"pod", std::to_string(i)}});
    }
  }

  const auto answers = loop_->Post(alerts);

  Stop();
  ASSERT_TRUE(answers.ok()) << answers.error().message;
  ASSERT_EQ(answers->size(), 600u);
  EXPECT_FALSE(answers->front().ok()) << "it has no label";
  EXPECT_TRUE(answers->back().ok());
  const base::Result<incident::Engine> again = stores_.journal->Load({});
  ASSERT_TRUE(again.ok()) << again.error().message;
  ASSERT_NE(again->FindSilence("default", silence->id), nullptr);
  EXPECT_EQ(again->counts().open_anomalies, 599);
  EXPECT_EQ(again->counts().muted, 599);
}

}  // namespace
}  // namespace vedette::app
