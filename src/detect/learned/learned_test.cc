#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <map>

#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "detect/learned/history.h"
#include "detect/learned/judge.h"
#include "detect/learned/model_file.h"
#include "detect/learned/model_store.h"
#include "detect/learned/training.h"
#include "detect/learned/trial.h"
#include "query/testing/memory_store.h"

namespace vedette::detect::learned {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const base::TimePoint kStart = base::FromMillis(1'767'225'600'000);

// Requests that come and go, and two metrics that follow them.
History TwoThatBelongTogether(size_t rows) {
  base::Random random(4);
  History history{.metrics = {{"http_requests_total", "sum(rate(x[2m]))", true},
                              {"process_cpu_usage", "avg(y)"}},
                  .start = kStart,
                  .step = base::Duration(60'000),
                  .values = learn::Matrix(rows, 2)};
  double wander = 0;
  for (size_t i = 0; i < rows; ++i) {
    wander = 0.8 * wander + 6 * random.Normal();
    const double requests = 100 + 30 * std::sin(0.05 * static_cast<double>(i)) + wander;
    history.values(i, 0) = requests;
    history.values(i, 1) = 0.003 * requests + 0.004 * random.Normal();
  }
  return history;
}

TrainingOptions Quick() {
  TrainingOptions options;
  options.network.autoencoder_hidden = {8};
  options.network.latent = 6;
  options.network.channels = 8;
  options.network.dilations = {1, 2};
  options.network.dropout = 0;
  options.window = 8;
  options.windows_per_epoch = 64;
  options.epochs_max = 6;
  options.rate = 2e-2;
  options.trial_faults = 12;
  return options;
}

const OnProgress kSilently = [](const TrainingProgress&) { return true; };

TEST(Scale, IsOfGoodDaysAndBounded) {
  learn::Matrix values(100, 3);
  for (size_t i = 0; i < 100; ++i) {
    values(i, 0) = static_cast<double>(i % 11);
    values(i, 1) = 7;
    values(i, 2) = i < 80 ? kNan : 1.0 + static_cast<double>(i);
  }
  const std::vector<Scale> scales = LearnScales(values, 100);
  EXPECT_EQ(scales[0].center, 5);
  EXPECT_GT(scales[0].width, 2);
  EXPECT_EQ(scales[0].Of(1e18), 10);
  EXPECT_EQ(scales[0].Of(kNan), 0);
  EXPECT_EQ(scales[1].width, 0) << "does not move";
  EXPECT_EQ(scales[2].width, 0) << "is hardly there";
}

TEST(Scale, CarriesAShortGapAndForgetsALongOne) {
  learn::Matrix values(20, 1, kNan);
  values(0, 0) = 8;
  const learn::Matrix scaled = Scaled(values, {{.center = 4, .width = 2}});
  EXPECT_EQ(scaled(5, 0), 2);
  EXPECT_EQ(scaled(6, 0), 0);
}

TEST(RecentScores, AreNotFooledByTroubleThatLasts) {
  RecentScores recent(0.1);
  base::Random random(2);
  EXPECT_EQ(recent.Deviation(1e6), 0) << "nothing is known yet";
  for (int i = 0; i < 200; ++i) recent.Add(1 + 0.2 * random.Normal());
  EXPECT_LT(recent.Deviation(1.3), 4);
  for (int i = 0; i < 25; ++i) recent.Add(9);
  EXPECT_GT(recent.Deviation(9), 10);
}

TEST(Score, IsAWarningAtTheThreshold) {
  EXPECT_DOUBLE_EQ(ScoreOf(5, 5), 0.7);
  EXPECT_GT(ScoreOf(10, 5), 0.9);
  EXPECT_EQ(ScoreOf(-3, 5), 0);
  EXPECT_EQ(ScoreOf(kNan, 5), 0);
}

TEST(Fault, ChangesOnlyItsRows) {
  base::Random random(9);
  learn::Matrix rows(60, 3);
  for (double& each : rows.values()) each = random.Normal();
  for (int i = 0; i < 20 * kFaultKinds; ++i) {
    const Fault fault = RandomFault(random, static_cast<FaultKind>(i % kFaultKinds), 20, 50, 3, 12);
    ASSERT_GE(fault.start, 20u);
    ASSERT_LE(fault.start + fault.length, 50u);
    bool changed = false;
    for (size_t row = 0; row < rows.rows(); ++row) {
      std::vector<double> out(rows.row(row), rows.row(row) + 3);
      const std::vector<double> was = out;
      ApplyFault(fault, rows, row, out.data());
      if (row < fault.start || row >= fault.start + fault.length) {
        EXPECT_EQ(out, was);
      } else {
        changed |= out != was;
      }
    }
    EXPECT_TRUE(changed) << FaultKindName(fault.kind);
  }
}

TEST(Training, FindsWhatEachMetricByItselfDoesNotShow) {
  TrainingOptions options = Quick();
  options.kind = learn::NetworkKind::kTcn;
  options.epochs_max = 30;
  options.trial_faults = 36;
  const auto model = Train(TwoThatBelongTogether(900), options, kSilently);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const TrialReport& trial = (*model)->trial;
  EXPECT_EQ(trial.total.faults, 36u);
  EXPECT_LE(trial.alarms_statistics, trial.alarms_allowed);
  EXPECT_LE(trial.alarms_either, trial.alarms_allowed);
  const auto& elsewhen = trial.by_kind[static_cast<size_t>(FaultKind::kElsewhen)];
  EXPECT_GT(elsewhen.by_either, elsewhen.by_statistics) << ModelSummary(**model);
  EXPECT_TRUE((*model)->kept);
}

TEST(Training, GivesTheSameModelFromTheSameSeed) {
  const History history = TwoThatBelongTogether(500);
  TrainingOptions options = Quick();
  options.epochs_max = 2;
  options.kind = learn::NetworkKind::kTcn;
  const auto a = Train(history, options, kSilently), b = Train(history, options, kSilently);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(EncodeModel(**a), EncodeModel(**b));
  options.seed = 2;
  const auto c = Train(history, options, kSilently);
  EXPECT_NE(EncodeModel(**a), EncodeModel(**c));
}

TEST(Training, EndsEarlyWhenToldToOrWhenNothingGetsBetter) {
  const History history = TwoThatBelongTogether(500);
  size_t told = 0;
  const auto stopped = Train(history, Quick(), [&](const TrainingProgress& now) {
    ++told;
    EXPECT_EQ(now.epoch, told);
    return now.epoch < 2;
  });
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ((*stopped)->epochs, 2u);

  TrainingOptions hopeless = Quick();
  hopeless.rate = 1e-12;
  hopeless.patience = 1;
  hopeless.epochs_max = 50;
  hopeless.kind = learn::NetworkKind::kTcn;
  const auto early = Train(history, hopeless, kSilently);
  ASSERT_TRUE(early.ok());
  EXPECT_EQ((*early)->epochs, 1u);
  hopeless.patience = 3;
  EXPECT_EQ(Train(history, hopeless, kSilently).value()->epochs, 3u);

  TrainingOptions cancelled = Quick();
  cancelled.cancelled = [] { return true; };
  EXPECT_EQ(Train(history, cancelled, kSilently).error().code, base::ErrorCode::kUnavailable);
}

TEST(Training, LearnsAndChoosesByNothingThatIsHeldOut) {
  const History history = TwoThatBelongTogether(500);
  History other = history;
  for (size_t row = 450; row < 500; ++row) other.values(row, 1) = 0.4;
  TrainingOptions options = Quick();
  options.kind = learn::NetworkKind::kTcn;
  const auto a = Train(history, options, kSilently).value();
  const auto b = Train(other, options, kSilently).value();
  EXPECT_EQ(a->scales, b->scales);
  EXPECT_EQ(a->loss, b->loss);
  EXPECT_EQ(a->promise, b->promise);
  EXPECT_EQ(a->floor, b->floor);
  const learn::Matrix rows(20, 2, 0.5);
  EXPECT_EQ(RawScores(*a, rows, 10, 20), RawScores(*b, rows, 10, 20));
}

TEST(Training, GoesOnFromTheLastModelOfTheSameMetrics) {
  const History history = TwoThatBelongTogether(500);
  TrainingOptions options = Quick();
  const auto first = Train(history, options, kSilently).value();
  double begun = 0;
  const auto note = [&](const TrainingProgress& now) {
    begun = now.validation;
    return false;
  };
  ASSERT_TRUE(Train(history, options, note).ok());
  const double anew = begun;
  ASSERT_TRUE(Train(history, options, note, first.get()).ok());
  EXPECT_LT(begun, 0.8 * anew);
  History other = history;
  other.metrics[0].name = "another";
  ASSERT_TRUE(Train(other, options, note, first.get()).ok());
  EXPECT_EQ(begun, anew);
}

TEST(Training, DoesNotGoOnFromAModelThatHasLearntWhatIsHeldOutNow) {
  const auto last = Train(TwoThatBelongTogether(600), Quick(), kSilently).value();
  EXPECT_TRUE(HasSeenNothingOf(*last, kStart + std::chrono::minutes(540)));
  EXPECT_FALSE(HasSeenNothingOf(*last, kStart + std::chrono::minutes(539)));
  double begun = 0;
  const auto note = [&](const TrainingProgress& now) {
    begun = now.validation;
    return false;
  };
  const History earlier = TwoThatBelongTogether(500);  // held out from 450 on
  ASSERT_TRUE(Train(earlier, Quick(), note).ok());
  const double anew = begun;
  ASSERT_TRUE(Train(earlier, Quick(), note, last.get()).ok());
  EXPECT_EQ(begun, anew);
}

TEST(Training, BeginsWhereTheServiceBegins) {
  const History there = TwoThatBelongTogether(500);
  History asked = there;
  asked.start = there.start - std::chrono::minutes(900);
  asked.values = learn::Matrix(1'400, 2, kNan);
  for (size_t i = 0; i < there.values.size(); ++i) {
    asked.values.values()[1'800 + i] = there.values.values()[i];
  }
  TrainingOptions options = Quick();
  options.epochs_max = 1;
  const auto a = Train(there, options, kSilently), b = Train(asked, options, kSilently);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(EncodeModel(**a), EncodeModel(**b));
}

TEST(Training, SaysWhyItCannotLearn) {
  EXPECT_NE(Train(TwoThatBelongTogether(100), Quick(), kSilently).error().message.find("480"),
            std::string::npos);
  History flat = TwoThatBelongTogether(500);
  for (double& each : flat.values.values()) each = 3;
  EXPECT_EQ(Train(flat, Quick(), kSilently).error().code, base::ErrorCode::kFailedPrecondition);
}

std::unique_ptr<Model> Untrained() {
  TrainingOptions options = Quick();
  options.epochs_max = 1;
  options.trial_faults = 6;
  auto model = Train(TwoThatBelongTogether(480), options, kSilently).value();
  model->tenant = "shop";
  model->service = "pay/ment\n";
  model->trained_at = kStart;
  return model;
}

TEST(ModelFile, ReadsWhatItWrote) {
  const std::unique_ptr<Model> model = Untrained();
  const std::string bytes = EncodeModel(*model);
  const auto read = DecodeModel(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(EncodeModel(**read), bytes);
  EXPECT_EQ((*read)->service, "pay/ment\n");
  const learn::Matrix rows(20, 2, 0.5);
  EXPECT_EQ(RawScores(**read, rows, 10, 20), RawScores(*model, rows, 10, 20));
}

TEST(ModelFile, RefusesEveryDamage) {
  const std::string bytes = EncodeModel(*Untrained());
  for (size_t i = 0; i < bytes.size(); i += 37) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(DecodeModel(damaged).ok()) << i;
    EXPECT_FALSE(DecodeModel(bytes.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(DecodeModelBody(bytes.substr(0, bytes.size() - 68)).ok()) << "a weight is missing";
}

TEST(ModelStore, KeepsTheLatestVersionsAndFindsThemAgain) {
  const base::TempFolder folder("models");
  const std::string path = folder.path() + "/models";
  const auto store = ModelStore::Open(path).value();
  EXPECT_EQ(store->Find("shop", "pay/ment\n"), nullptr);
  for (uint32_t version = 1; version <= 5; ++version) {
    auto model = Untrained();
    model->kept = version != 5;
    const auto saved = store->Save(std::move(model));
    ASSERT_TRUE(saved.ok()) << saved.error().message;
    EXPECT_EQ((*saved)->version, version);
    EXPECT_EQ(store->Find("shop", "pay/ment\n") != nullptr, version != 5);
  }
  const auto again = ModelStore::Open(path).value();
  ASSERT_EQ(again->All().size(), 1u);
  EXPECT_EQ(again->All()[0]->version, 5u);
  EXPECT_EQ(again->Find("shop", "pay/ment\n"), nullptr) << "the latest is not used";
  ASSERT_TRUE(again->DeleteTenant("shop").ok());
  EXPECT_TRUE(ModelStore::Open(path).value()->All().empty());
}

TEST(ModelFile, IsBidirectionalWhereItIsFromBeforeThatWasAChoice) {
  TrainingOptions options = Quick();
  options.kind = learn::NetworkKind::kLstmAttention;
  options.network.hidden = 8;
  options.network.bidirectional = true;
  options.epochs_max = 1;
  options.trial_faults = 6;
  const auto model = Train(TwoThatBelongTogether(480), options, kSilently).value();
  std::string body = EncodeModel(*model);
  body.resize(body.size() - 64);
  const std::string_view said = R"("bidirectional":true,)";
  const size_t at = body.find(said);
  ASSERT_NE(at, std::string::npos);
  body.erase(at, said.size());
  uint32_t header = 0;
  std::memcpy(&header, body.data() + 12, 4);
  header -= static_cast<uint32_t>(said.size());
  std::memcpy(body.data() + 12, &header, 4);
  const auto read = DecodeModelBody(body);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_TRUE((*read)->options.bidirectional);
}

TEST(ModelStore, PutsANewVersionAboveFilesThatCannotBeRead) {
  const base::TempFolder folder("models");
  const std::string path = folder.path() + "/models";
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ModelStore::Open(path).value()->Save(Untrained()).ok());
  for (const auto& each : std::filesystem::recursive_directory_iterator(path)) {
    if (each.is_regular_file()) std::ofstream(each.path()) << "damaged";
  }
  const auto store = ModelStore::Open(path).value();
  EXPECT_TRUE(store->All().empty());
  const auto saved = store->Save(Untrained());
  ASSERT_TRUE(saved.ok());
  EXPECT_EQ((*saved)->version, 4u);
  EXPECT_EQ(ModelStore::Open(path).value()->All().size(), 1u) << "it is still there";
}

TEST(ModelStore, TellsLongNamesThatBeginAlikeApart) {
  const base::TempFolder folder("models");
  const auto store = ModelStore::Open(folder.path()).value();
  for (const char* end : {"a", "b"}) {
    auto model = Untrained();
    model->service = std::string(200, 'x') + end;
    ASSERT_TRUE(store->Save(std::move(model)).ok());
  }
  EXPECT_EQ(ModelStore::Open(folder.path()).value()->All().size(), 2u);
}

class HistoryTest : public testing::Test {
 protected:
  void Add(std::vector<std::pair<std::string, std::string>> labels, double first, double each) {
    labels.emplace_back("service", "pay");
    AddAs(std::move(labels), first, each);
  }
  void AddAs(std::vector<std::pair<std::string, std::string>> labels, double first, double each) {
    const model::Labels of(std::move(labels));
    for (int minute = 0; minute <= 30; ++minute) {
      store_.Add("shop", of, base::ToMillis(kStart) + minute * 60'000, first + minute * each);
    }
  }
  base::FakeClock clock_;
  query::testing::MemoryStore store_;
  query::Engine engine_{{}, store_, clock_};
};

TEST_F(HistoryTest, AsksForFailuresMeansAndRates) {
  Add({{"__name__", "http_requests_total"}, {"code", "200"}}, 0, 60);
  Add({{"__name__", "http_requests_total"}, {"code", "500"}}, 0, 6);
  Add({{"__name__", "http_request_duration_seconds_sum"}}, 0, 30);
  Add({{"__name__", "http_request_duration_seconds_count"}}, 0, 60);
  Add({{"__name__", "http_request_duration_seconds_bucket"}, {"le", "1"}}, 0, 60);
  Add({{"__name__", "process_cpu_usage"}, {"pod", "a"}}, 0.2, 0);
  Add({{"__name__", "process_cpu_usage"}, {"pod", "b"}}, 0.4, 0);
  const base::TimePoint end = kStart + std::chrono::minutes(30);
  const auto metrics =
      FindMetrics(engine_, "shop", "pay", end, std::chrono::minutes(1), kMetricsMax);
  ASSERT_TRUE(metrics.ok()) << metrics.error().message;
  const auto history = ReadHistory(
      engine_, {.tenant = "shop", .from = kStart + std::chrono::minutes(10), .to = end}, *metrics);
  ASSERT_TRUE(history.ok()) << history.error().message;
  ASSERT_EQ(history->rows(), 21u);
  std::map<std::string, double> last;
  for (size_t j = 0; j < metrics->size(); ++j) {
    last[(*metrics)[j].name] = history->values(20, j);
  }
  EXPECT_FALSE(last.contains("http_request_duration_seconds_bucket"));
  EXPECT_NEAR(last["http_requests_total"], 1.1, 1e-9);
  EXPECT_NEAR(last["http_requests_total 5xx"], 0.1, 1e-9);
  EXPECT_NEAR(last["http_request_duration_seconds"], 0.5, 1e-9);
  EXPECT_NEAR(last["process_cpu_usage"], 0.3, 1e-9);
}

TEST_F(HistoryTest, KnowsOfNoFailuresOnlyWhereThereIsAService) {
  const model::Labels of({std::pair<std::string, std::string>("__name__", "http_requests_total"),
                          {"service", "pay"},
                          {"code", "200"}});
  for (int minute = 15; minute <= 30; ++minute) {
    store_.Add("shop", of, base::ToMillis(kStart) + minute * 60'000, minute * 60);
  }
  const base::TimePoint end = kStart + std::chrono::minutes(30);
  const auto metrics =
      FindMetrics(engine_, "shop", "pay", end, std::chrono::minutes(1), kMetricsMax);
  ASSERT_TRUE(metrics.ok()) << metrics.error().message;
  ASSERT_EQ(metrics->size(), 2u);
  EXPECT_EQ((*metrics)[0].name, "http_requests_total 5xx");
  const auto history =
      ReadHistory(engine_, {.tenant = "shop", .from = kStart, .to = end}, *metrics);
  ASSERT_TRUE(history.ok()) << history.error().message;
  EXPECT_TRUE(std::isnan(history->values(10, 0))) << "before it began";
  EXPECT_EQ(history->values(30, 0), 0);
  EXPECT_GE(base::ToMillis(FromWhereKnown(*history).start), base::ToMillis(kStart) + 15 * 60'000);
}

TEST_F(HistoryTest, AServiceIsToldByTheFirstOfItsLabels) {
  for (const char* label : {"service", "service_name", "app", "job"}) {
    AddAs({{"__name__", "process_cpu_usage"}, {label, std::string("by ") + label}}, 0.2, 0);
  }
  // The job of another service is not one.
  AddAs({{"__name__", "process_cpu_usage"}, {"service", "x"}, {"job", "by job"}}, 0.8, 0);
  const base::TimePoint end = kStart + std::chrono::minutes(30);

  for (const char* label : {"service", "service_name", "app", "job"}) {
    const auto metrics = FindMetrics(engine_, "shop", std::string("by ") + label, end,
                                     std::chrono::minutes(1), kMetricsMax);
    ASSERT_TRUE(metrics.ok()) << metrics.error().message;
    ASSERT_EQ(metrics->size(), 1u) << label;
    const auto history =
        ReadHistory(engine_, {.tenant = "shop", .from = kStart, .to = end}, *metrics);
    ASSERT_TRUE(history.ok()) << history.error().message;
    EXPECT_NEAR(history->values(20, 0), 0.2, 1e-9) << label;
  }
}

TEST_F(HistoryTest, IsJudgedByAModelWithWhatIsBroughtInPlaceOfWhatIsStored) {
  const History history = TwoThatBelongTogether(900);
  TrainingOptions options = Quick();
  options.kind = learn::NetworkKind::kTcn;
  options.epochs_max = 30;
  const auto model = Train(history, options, kSilently).value();
  model->tenant = "shop";
  model->metrics = {{"requests", "avg(requests)"}, {"cpu", "avg(cpu)"}};
  const auto end = static_cast<size_t>(700);
  for (size_t row = 0; row <= end; ++row) {
    for (size_t j = 0; j < 2; ++j) {
      const model::Labels labels(
          {std::pair<std::string, std::string>("__name__", model->metrics[j].name)});
      store_.Add("shop", labels, base::ToMillis(history.TimeOf(row)), history.values(row, j));
    }
  }
  const base::TimePoint at = history.TimeOf(end);
  const auto good = JudgeAt(engine_, *model, at);
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_TRUE(good->known);
  EXPECT_LT(good->score, 0.7);
  const std::vector<Brought> broken = {{"cpu", {0.9, 0.9, 0.9, 0.9}}, {"unknown", {1}}};
  EXPECT_TRUE(Takes(*model, broken));
  EXPECT_GT(JudgeAt(engine_, *model, at, broken)->score, good->score + 0.1);
  EXPECT_FALSE(JudgeAt(engine_, *model, at + std::chrono::hours(9))->known);
  EXPECT_FALSE(Takes(*model, {{"unknown", {1}}}));
}

TEST_F(HistoryTest, IsBounded) {
  const auto history =
      ReadHistory(engine_, {.tenant = "shop", .from = base::FromMillis(0), .to = kStart}, {});
  ASSERT_FALSE(history.ok());
  EXPECT_EQ(history.error().code, base::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vedette::detect::learned
