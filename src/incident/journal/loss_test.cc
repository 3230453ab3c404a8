// What is gone from the journal or changed in it never keeps the server from starting: it goes on
// with what is sound, says what is not, and builds nothing on it.

#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <optional>

#include "base/log.h"
#include "base/random.h"
#include "base/testing/temp_folder.h"
#include "incident/journal/journal.h"
#include "incident/testing/script.h"
#include "sql/mending.h"

namespace vedette::incident::journal {
namespace {

namespace fs = std::filesystem;
using model::IncidentState;
using ::testing::HasSubstr;

const base::TimePoint kStart = base::FromMillis(1'700'000'000'000);
// Each service has an incident of its own.
const EngineOptions kAlone{.group_across_services = false};

int Rounds() { return std::getenv("VEDETTE_FULL") != nullptr ? 200 : 5; }

// One life of the server, as far as incidents go.
class Life {
 public:
  explicit Life(const std::string& folder, int64_t snapshot_every = 5'000)
      : snapshot_every_(snapshot_every) {
    base::Result<sql::OpenedMended> opened =
        sql::OpenMended({.path = folder + "/state.db"}, folder + "/quarantine");
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    if (!opened.ok()) return;
    mended = opened->mended.has_value();
    database = std::move(opened->database);
    base::Result<std::unique_ptr<Journal>> made = Journal::Open(*database, {.mended = mended});
    EXPECT_TRUE(made.ok()) << made.error().message;
    if (!made.ok()) return;
    journal = *std::move(made);
    base::Result<Engine> loaded = journal->Load(kAlone);
    EXPECT_TRUE(loaded.ok()) << loaded.error().message;
    if (loaded.ok()) engine.emplace(*std::move(loaded));
  }

  base::Result<> Feed(decltype(Input::what) what) {
    Input input{engine->seq() + 1, engine->now() + std::chrono::seconds(1), "", std::move(what)};
    input.time = std::max(input.time, kStart);
    input.fresh_id = fmt::format("{:026}", ++fresh_);
    decisions = engine->Step(input);
    const base::Result<> committed = journal->Commit(std::span(&input, 1), decisions);
    if (++inputs_ % snapshot_every_ == 0) EXPECT_TRUE(journal->SaveSnapshot(*engine).ok());
    return committed;
  }
  // The id of the incident that this opened.
  std::string Opens(const std::string& service) {
    model::Anomaly anomaly =
        incident::testing::ErrorRatio(service, model::Severity::kCritical, "an_" + service);
    anomaly.started_at = kStart;
    EXPECT_TRUE(
        Feed(model::AnomalyUpdate{model::AnomalyTransition::kOpened, std::move(anomaly)}).ok());
    return decisions.changed.empty() ? "" : decisions.changed.at(0).id;
  }
  base::Result<> Says(CommandKind kind, const std::string& id, const std::string& text = "") {
    return Feed(Command{kind, "default", id, "ann", text});
  }
  void Damage(const std::string& statement) {
    EXPECT_TRUE(database
                    ->Transact([&](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY_VOID(session.Execute(statement));
                      return {};
                    })
                    .ok());
  }

  static inline int fresh_ = 0;
  bool mended = false;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<Journal> journal;
  std::optional<Engine> engine;
  Decisions decisions;

 private:
  const int64_t snapshot_every_;
  int64_t inputs_ = 0;
};

class LossTest : public ::testing::Test {
 protected:
  LossTest() {
    base::SetLogSink([](std::string_view) {});
  }
  ~LossTest() override { base::SetLogSink({}); }

  base::TempFolder folder_{"journal_loss"};
  const std::string at_ = folder_.File("");
};

TEST_F(LossTest, AChangedInputIsLeftOutAndTheRestGoesOn) {
  std::string a;
  std::string b;
  {
    Life life(at_);
    a = life.Opens("a");
    b = life.Opens("b");
    life.Damage(
        "UPDATE incident_journal SET inputs = REPLACE(inputs, '0.41', '0.42') "
        "WHERE last_seq = 1");
  }
  {
    Life life(at_);
    EXPECT_EQ(life.journal->loss().changed_batches, 1);
    EXPECT_EQ(life.journal->loss().closed_incidents, 1);
    EXPECT_THAT(life.journal->loss().Summary(), HasSubstr("1 batch(es) of inputs were changed"));
    EXPECT_EQ(life.journal->Find("default", a)->state, IncidentState::kResolved);
    EXPECT_THAT(life.journal->Find("default", a)->timeline.back().text, HasSubstr("damaged"));
    EXPECT_EQ(life.journal->Find("default", b)->state, IncidentState::kOpen);
    EXPECT_TRUE(life.Says(CommandKind::kAcknowledge, b).ok());
    EXPECT_NE(life.Opens("a"), a) << "what still goes on is told of again";
  }
  Life life(at_);
  EXPECT_FALSE(life.journal->loss().any()) << "said once: " << life.journal->loss().Summary();
  EXPECT_EQ(life.engine->counts().open_incidents, 2);
}

TEST_F(LossTest, WhatComesAfterAHoleIsApplied) {
  std::string a;
  std::string b;
  {
    Life life(at_);
    a = life.Opens("a");
    b = life.Opens("b");
    ASSERT_TRUE(life.Says(CommandKind::kAcknowledge, b).ok());
    life.Damage("DELETE FROM incident_journal WHERE last_seq = 1");
  }
  Life life(at_);
  EXPECT_EQ(life.journal->loss().missing_stretches, 1);
  EXPECT_EQ(life.journal->Find("default", a)->state, IncidentState::kResolved);
  EXPECT_EQ(life.journal->Find("default", b)->state, IncidentState::kAcknowledged);
  EXPECT_EQ(life.engine->counts().open_incidents, 1);
}

TEST_F(LossTest, WithoutASnapshotItBeginsAnewBehindAllNumbersThatWereGiven) {
  std::string a;
  {
    Life life(at_, 2);
    a = life.Opens("a");
    for (int n = 0; n < 9; ++n) life.Opens(fmt::format("s{}", n));
    life.Damage("UPDATE incident_snapshots SET checksum = 'x'");
    life.Damage("UPDATE incident_journal SET hash = 'x'");
  }
  {
    Life life(at_);
    EXPECT_TRUE(life.journal->loss().began_anew);
    EXPECT_EQ(life.journal->loss().closed_incidents, 10);
    EXPECT_EQ(life.engine->seq(), 10);
    EXPECT_EQ(life.journal->Find("default", a)->state, IncidentState::kResolved);
    EXPECT_NE(life.Opens("a"), "");
  }
  Life life(at_);
  EXPECT_FALSE(life.journal->loss().any());
  EXPECT_EQ(life.engine->counts().open_incidents, 1);
}

TEST_F(LossTest, ARowOfATimelineIsNeverLostToANumberGivenTwice) {
  std::string a;
  {
    Life life(at_);
    a = life.Opens("a");
    ASSERT_TRUE(life.journal->SaveSnapshot(*life.engine).ok());
    ASSERT_TRUE(life.Says(CommandKind::kComment, a, "before").ok());
    life.Damage("DELETE FROM incident_journal WHERE last_seq = 2");
  }
  Life life(at_);
  ASSERT_TRUE(life.Says(CommandKind::kComment, a, "after").ok());
  std::vector<std::string> comments;
  const model::Incident incident = *life.journal->Find("default", a);
  for (const model::TimelineEntry& row : incident.timeline) {
    if (row.kind == "comment") comments.push_back(row.text);
  }
  EXPECT_THAT(comments, ::testing::ElementsAre("before", "after"));
}

// -- Damaged bytes

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_F(LossTest, WhateverByteIsDamagedTheEngineGoesOnAndSaysWhatIsGone) {
  constexpr int kIncidents = 40;
  std::map<std::string, std::string> titles;
  {
    Life life(at_, 25);
    for (int n = 0; n < kIncidents; ++n) {
      const std::string id = life.Opens(fmt::format("service-{}", n));
      ASSERT_TRUE(life.Says(CommandKind::kComment, id, "comment " + id).ok());
      titles[id] = life.journal->Find("default", id)->title;
    }
  }
  const std::string whole = ReadFile(at_ + "/state.db");
  for (int seed = 0; seed < Rounds(); ++seed) {
    base::Random random(static_cast<uint64_t>(seed));
    const std::string folder = folder_.File(fmt::format("seed{}", seed));
    fs::create_directory(folder);
    std::string file = whole;
    const size_t at = random.Below(file.size());
    file[at] = static_cast<char>(static_cast<uint8_t>(file[at]) ^ (1 + random.Below(255)));
    WriteFile(folder + "/state.db", file);
    SCOPED_TRACE(fmt::format("seed {}: byte {} of {}", seed, at, file.size()));

    Life life(folder);
    ASSERT_TRUE(life.engine.has_value());
    // A page that nothing is in may be damaged without a trace.
    if (!life.mended) {
      EXPECT_EQ(life.engine->counts().open_incidents, kIncidents);
    }
    const base::Result<IncidentPage> page =
        life.journal->List({.tenant = "default", .limit = 1000});
    ASSERT_TRUE(page.ok()) << page.error().message;
    std::string still_open;
    for (const model::Incident& incident : page->incidents) {
      EXPECT_EQ(incident.title, titles[incident.id]) << "a wrong value";
      const bool open = incident.state == IncidentState::kOpen;
      EXPECT_TRUE(open || incident.resolved_by == "vedette");
      if (open) still_open = incident.id;
    }
    if (!still_open.empty()) {
      EXPECT_TRUE(life.Says(CommandKind::kAcknowledge, still_open).ok());
      EXPECT_EQ(life.journal->Find("default", still_open)->state, IncidentState::kAcknowledged);
    }
    const std::string opened = life.Opens("new");
    EXPECT_TRUE(life.journal->Find("default", opened).ok());
    ASSERT_FALSE(HasFailure());
    fs::remove_all(folder);
  }
}

}  // namespace
}  // namespace vedette::incident::journal
