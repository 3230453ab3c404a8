#include "detect/state_book.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bounded_queue.h"
#include "base/random.h"
#include "base/testing/fake_clock.h"
#include "detect/detector.h"
#include "kv/testing/crashable_env.h"
#include "series/engine.h"

namespace vedette::detect {
namespace {

constexpr int64_t kStart = 1'767'225'600'000;
constexpr int64_t kStep = 30'000;
const baseline::BaselineOptions kOptions;
const baseline::Levels kLevels;

model::Labels LabelsOf(int series) {
  return model::Labels({{"__name__", series % 2 == 0 ? "queue_depth" : "jobs_total"},
                        {"service", fmt::format("s{}", series)}});
}

// The value of a series in a row: noise about a level, with a shift now and then.
double ValueOf(int series, int row) {
  base::Random random(static_cast<uint64_t>(series * 100'003 + row));
  const double level = row / 150 % 4 == 3 ? 90 : 40;
  return series % 2 == 0 ? level + 2 * random.Normal()
                         : row * 100.0 + std::round(10 * random.Uniform());
}

// What a detector says from a state on, as text with all its bits.
std::string StoryFrom(baseline::SeriesDetector state, int series, int row) {
  const baseline::Signal signal = baseline::ClassifySignal(LabelsOf(series));
  std::string story = fmt::format("{}", state.state.last_ms);
  for (const int end = row + 200; row < end; ++row) {
    const baseline::Finding finding = baseline::Step(kOptions, signal, kLevels, state,
                                                     kStart + row * kStep, ValueOf(series, row));
    story += fmt::format(" {:a}/{:a}/{:a}", finding.nats, finding.verdict.high,
                         baseline::ScoreOf(kLevels, state));
  }
  return story;
}

baseline::SeriesDetector Learnt(int series, int rows) {
  baseline::SeriesDetector state;
  for (int row = 0; row < rows; ++row) {
    baseline::Step(kOptions, baseline::ClassifySignal(LabelsOf(series)), kLevels, state,
                   kStart + row * kStep, ValueOf(series, row));
  }
  return state;
}

class StateBookTest : public testing::Test {
 protected:
  void Put(std::string_view tenant, int series, int rows) {
    kv::Batch batch;
    book_.Put(batch, tenant, LabelsOf(series).bytes(), ReadingOf(series), Learnt(series, rows));
    ASSERT_TRUE(book_.Write(batch).ok());
  }
  static baseline::Reading ReadingOf(int series) {
    return series % 2 == 0 ? baseline::Reading::kGauge : baseline::Reading::kCounter;
  }
  std::optional<baseline::SeriesDetector> Load(std::string_view tenant, int series) {
    return *book_.Load(tenant, LabelsOf(series), ReadingOf(series));
  }

  std::unique_ptr<kv::Db> db_ =
      *kv::Db::Open({.path = "/states", .families = {StateBook::Family()}, .in_memory = true});
  StateBook book_{*db_, 0};
};

TEST_F(StateBookTest, GivesBackEveryBit) {
  Put("default", 0, 700);
  Put("default", 1, 700);
  for (const int series : {0, 1}) {
    const auto state = Load("default", series);
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(StoryFrom(*state, series, 700), StoryFrom(Learnt(series, 700), series, 700));
  }
  EXPECT_FALSE(Load("default", 2).has_value());
  EXPECT_FALSE(Load("other", 0).has_value());
}

TEST_F(StateBookTest, LeavesOutWhatWasLearntInAnotherWay) {
  Put("default", 0, 50);
  EXPECT_FALSE(book_.Load("default", LabelsOf(0), baseline::Reading::kCounter)->has_value());

  kv::Batch batch;
  batch.Put(0, std::string("default\0", 8) + LabelsOf(4).bytes(), "of an older version");
  ASSERT_TRUE(db_->Write(batch, kv::Durability::kProcess).ok());
  EXPECT_FALSE(Load("default", 4).has_value());
}

TEST_F(StateBookTest, KeepsWhatThresholdsHaveSeen) {
  rules::ThresholdState waiting;
  waiting.warning = {.points = 2, .since_ms = 5};
  waiting.last_ms = 7;
  rules::ThresholdState closing;
  closing.clean = 3;
  closing.broken = true;
  closing.clean_since_ms = 9;
  kv::Batch batch;
  book_.Put(batch, "default", LabelsOf(0).bytes(), ReadingOf(0), Learnt(0, 50),
            {{"full", waiting}, {"slow", closing}});
  ASSERT_TRUE(book_.Write(batch).ok());
  StateBook::Thresholds known;
  ASSERT_TRUE(book_.Load("default", LabelsOf(0), ReadingOf(0), &known)->has_value());
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].first, "full");
  EXPECT_EQ(known[0].second.warning.points, 2);
  EXPECT_EQ(known[0].second.last_ms, 7);
  EXPECT_EQ(known[1].first, "slow");
  EXPECT_TRUE(known[1].second.broken);
  EXPECT_EQ(known[1].second.clean_since_ms, 9);

  std::string damaged = *(*db_->Get(0, std::string("default\0", 8) + LabelsOf(0).bytes()));
  damaged.resize(damaged.size() - 1);
  batch.Clear();
  batch.Put(0, std::string("default\0", 8) + LabelsOf(0).bytes(), damaged);
  ASSERT_TRUE(book_.Write(batch).ok());
  known.clear();
  EXPECT_TRUE(book_.Load("default", LabelsOf(0), ReadingOf(0), &known)->has_value());
  EXPECT_EQ(known.size(), 1U) << "what is whole";
}

TEST_F(StateBookTest, KeepsTheBudgetBesideTheStates) {
  EXPECT_FALSE((*book_.LoadBudget()).has_value());
  kv::Batch batch;
  book_.PutBudget(batch, {.settled_ms = 5, .series = 300, .discoveries = 0.25, .days = 2});
  ASSERT_TRUE(book_.Write(batch).ok());
  ASSERT_TRUE(book_.DropOld(base::FromMillis(kStart) + 2 * StateBook::kKept).ok());

  const auto memory = *book_.LoadBudget();
  ASSERT_TRUE(memory.has_value());
  EXPECT_EQ(memory->series, 300);
  EXPECT_EQ(memory->discoveries, 0.25);
}

TEST_F(StateBookTest, ForgetsTenantsSeriesAndOldStates) {
  Put("a", 0, 50);
  Put("ab", 0, 50);
  ASSERT_TRUE(book_.DeleteTenant("a").ok());
  EXPECT_FALSE(Load("a", 0).has_value());
  EXPECT_TRUE(Load("ab", 0).has_value());

  Put("a", 2, 500);
  ASSERT_TRUE(book_.DropOld(base::FromMillis(kStart + 100 * kStep) + StateBook::kKept).ok());
  EXPECT_FALSE(Load("ab", 0).has_value());
  EXPECT_TRUE(Load("a", 2).has_value());

  kv::Batch batch;
  book_.Remove(batch, "a", LabelsOf(2).bytes());
  ASSERT_TRUE(book_.Write(batch).ok());
  EXPECT_FALSE(Load("a", 2).has_value());
}

// A store of metrics with detectors on its shards, and a database that keeps what they report, on
// disks that survive.
class Server {
 public:
  void Start(uint32_t shards) {
    kv::DbOptions options;
    options.path = "/server";
    options.faults = &disk_;
    options.families = series::Engine::Families();
    const auto family = static_cast<kv::Family>(options.families.size());
    options.families.push_back(StateBook::Family());
    db_ = *kv::Db::Open(std::move(options));
    book_ = std::make_unique<StateBook>(*db_, family);
    registry_ = std::make_unique<base::MetricsRegistry>();
    queue_ = std::make_unique<base::BoundedQueue<model::AnomalyUpdate>>(
        10'000, base::OverflowPolicy::kReject);
    std::vector<model::Anomaly> open;
    for (const auto& [id, anomaly] : anomalies_) open.push_back(anomaly);
    adopted_ = std::make_unique<AdoptionBook>(
        std::move(open), [known = anomalies_](std::string_view, std::string_view id) {
          const auto it = known.find(std::string(id));
          return it != known.end() && it->second.state == model::AnomalyState::kClosed;
        });
    series_ = *series::Engine::Open(
        {.shards = shards, .chunk_samples = 20, .tick_interval = base::Duration(1)}, *db_, clock_,
        [this](uint32_t) {
          return std::make_unique<ShardDetector>(
              DetectorOptions{}, ShardDetector::Shared{.rules = *rules::RuleSet::Create({}),
                                                       .queue = *queue_,
                                                       .adopted = adopted_.get(),
                                                       .metrics = nullptr,
                                                       .budget = nullptr,
                                                       .states = book_.get()});
        },
        *registry_);
  }
  void Stop() {
    series_.reset();
    Keep();
    book_.reset();
    db_.reset();
  }
  // What is on its way to the database is lost with the process.
  void Kill() {
    disk_.KillProcess();
    series_.reset();
    book_.reset();
    db_.reset();
  }

  void Write(int row) {
    model::WriteBatch batch;
    for (int series = 0; series < kSeries; ++series) {
      batch.BeginSeries(LabelsOf(series));
      batch.Add(kStart + row * kStep, ValueOf(series, row));
    }
    ASSERT_TRUE(series_->Append("default", batch, {}).ok());
  }
  void Write(int rows_from, int rows_to) {
    for (int row = rows_from; row < rows_to; ++row) {
      Write(row);
      Keep();
    }
  }
  // Takes reports to the database, where what is closed stays closed.
  void Keep(size_t count = SIZE_MAX) {
    for (; count > 0 && queue_->size() > 0; --count) {
      const model::AnomalyUpdate update = *queue_->Pop();
      model::Anomaly& known = anomalies_[update.anomaly.id];
      const bool fresh = known.id.empty() || known.updated_at <= update.anomaly.updated_at;
      if (fresh && (known.id.empty() || known.state == model::AnomalyState::kOpen)) {
        known = update.anomaly;
      }
      update.receipt->fetch_add(1);
    }
  }
  // What is known of each series, after a clean stop.
  std::vector<std::string> Stories(int row) {
    std::vector<std::string> stories;
    for (int series = 0; series < kSeries; ++series) {
      const auto reading =
          series % 2 == 0 ? baseline::Reading::kGauge : baseline::Reading::kCounter;
      const auto state = *book_->Load("default", LabelsOf(series), reading);
      stories.push_back(state ? StoryFrom(*state, series, row) : "nothing");
    }
    return stories;
  }
  std::vector<std::string> StopAndTell(int row) {
    Keep();
    series_.reset();
    std::vector<std::string> stories = Stories(row);
    Stop();
    return stories;
  }
  // What people read in the database.
  std::vector<std::string> Anomalies() const {
    std::vector<std::string> lines;
    for (const auto& [id, anomaly] : anomalies_) {
      lines.push_back(fmt::format("{} {} {}-{} {:a} {}", id, anomaly.labels.ToString(),
                                  base::ToMillis(anomaly.started_at),
                                  anomaly.ended_at ? base::ToMillis(*anomaly.ended_at) : 0,
                                  anomaly.score, anomaly.evidence.result_json));
    }
    return lines;
  }

 private:
  static constexpr int kSeries = 6;
  kv::CrashableEnv disk_;
  std::map<std::string, model::Anomaly> anomalies_;
  base::FakeClock clock_{base::FromMillis(kStart)};
  std::unique_ptr<base::BoundedQueue<model::AnomalyUpdate>> queue_;
  std::unique_ptr<AdoptionBook> adopted_;
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<StateBook> book_;
  std::unique_ptr<base::MetricsRegistry> registry_;
  std::unique_ptr<series::Engine> series_;
};

TEST(RestartedDetectors, SayWhatTheyWouldHaveSaidWithoutTheRestart) {
  constexpr int kRows = 900;
  Server straight;
  straight.Start(1);
  straight.Write(0, kRows);
  const std::vector<std::string> expected = straight.StopAndTell(kRows);

  Server killed;
  killed.Start(2);
  killed.Write(0, 130);  // several chunks, and maybe no state yet
  killed.Kill();
  killed.Start(2);
  killed.Write(130, 420);
  killed.Kill();
  killed.Start(2);
  killed.Write(420, 500);
  killed.Stop();
  killed.Start(2);
  killed.Write(500, kRows);
  EXPECT_EQ(killed.StopAndTell(kRows), expected);
}

// A kill takes reports whose samples are on the disk already.
TEST(RestartedDetectors, SayAgainWhatAKillTookOnItsWayToTheDatabase) {
  constexpr int kRows = 650;
  Server straight;
  straight.Start(1);
  straight.Write(0, kRows);
  straight.Stop();
  const std::vector<std::string> expected = straight.Anomalies();
  ASSERT_GE(expected.size(), 3U) << "anomalies that begin and end";

  // Amid an anomaly and in quiet times, with nothing kept of the last rows or a part.
  const std::vector<std::pair<int, size_t>> kills = {{449, 0}, {453, 0}, {460, 1}, {462, 2},
                                                     {470, 0}, {599, 0}, {605, 3}, {630, 0}};
  for (const int unkept_rows : {1, 12, 40}) {
    Server killed;
    killed.Start(1);
    int row = 0;
    for (const auto& [at, kept] : kills) {
      for (; row < at; ++row) {
        killed.Write(row);
        if (row < at - unkept_rows) killed.Keep();
      }
      killed.Keep(kept);
      killed.Kill();
      killed.Start(1);
    }
    killed.Write(row, kRows);
    killed.Stop();
    EXPECT_EQ(killed.Anomalies(), expected) << unkept_rows;
  }
}

}  // namespace
}  // namespace vedette::detect
