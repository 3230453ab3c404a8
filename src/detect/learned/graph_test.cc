#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <set>

#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "detect/learned/graph_faults.h"
#include "detect/learned/graph_history.h"
#include "detect/learned/graph_judge.h"
#include "detect/learned/graph_training.h"
#include "detect/learned/graph_trial.h"
#include "detect/learned/model_file.h"
#include "detect/learned/model_store.h"
#include "query/testing/memory_store.h"

namespace vedette::detect::learned {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const base::TimePoint kStart = base::FromMillis(1'767'225'600'000);

const Calls kShop = {{"front", "cart"}, {"front", "search"}, {"cart", "pay"},
                     {"cart", "stock"}, {"search", "stock"}, {"pay", "bank"}};
const std::vector<std::string> kServices = {"bank", "cart", "front", "pay", "search", "stock"};

// The question of a vital; the series that answers it has the same name and label.
Metric MetricOf(const std::string& service, Vital vital) {
  const std::string name(VitalName(vital));
  return {name, "avg(" + name + "{service=\"" + service + "\"})"};
}

// A shop whose traffic comes and goes; each service has its own noise. The bank tells nothing of
// its processor and memory.
GraphHistory Shop(size_t rows, uint64_t seed = 3) {
  base::Random random(seed);
  GraphHistory shop{.services = kServices, .history = {}, .graph = {}};
  shop.graph = learn::CallGraph(kServices.size(), CallsBetween(kServices, kShop));
  shop.history.start = kStart;
  shop.history.values = learn::Matrix(rows, kServices.size() * kVitals, kNan);
  double wander = 0;
  for (const std::string& service : kServices) {
    for (size_t vital = 0; vital < kVitals; ++vital) {
      const bool there = service != "bank" || vital < 3;
      shop.history.metrics.push_back(there ? MetricOf(service, static_cast<Vital>(vital))
                                           : Metric());
    }
  }
  for (size_t row = 0; row < rows; ++row) {
    wander = 0.9 * wander + 4 * random.Normal();
    const double traffic = 100 + 30 * std::sin(0.01 * static_cast<double>(row)) + wander;
    for (size_t node = 0; node < kServices.size(); ++node) {
      double* const values = shop.history.values.row(row) + node * kVitals;
      const double own = traffic * (0.5 + 0.1 * static_cast<double>(node)) + 2 * random.Normal();
      values[0] = own;
      values[1] = std::max(0.0, 0.01 + 0.004 * random.Normal());
      values[2] = 0.05 + 0.0002 * own + 0.004 * random.Normal();
      if (kServices[node] == "bank") continue;
      values[3] = 0.004 * own + 0.01 * random.Normal();
      values[4] = 400 + 5 * random.Normal();
    }
  }
  return shop;
}

TrainingOptions Quick() {
  TrainingOptions options;
  options.network.graph_hidden = 16;
  options.network.dropout = 0;
  options.window = kGraphSteps;
  options.windows_per_epoch = 128;
  options.epochs_max = 12;
  options.rate = 1e-2;
  options.trial_faults = 36;
  return options;
}

const OnProgress kSilently = [](const TrainingProgress&) { return true; };

TEST(GraphFault, BeginsAtItsRootAndSpreadsAlongCallsOnly) {
  base::Random random(5);
  const learn::CallGraph graph(4, {{0, 1}, {1, 2}});  // 3 has to do with nobody
  const std::array<bool, kVitals> all = {true, true, true, true, true};
  const Terrain terrain{.graph = graph, .has = {all, all, all, all}};
  std::set<size_t> reached_from_the_middle;
  for (int i = 0; i < 50 * kCauses; ++i) {
    const auto cause = static_cast<Cause>(i % kCauses);
    const GraphFault fault = RandomGraphFault(random, cause, terrain, 20, 60, 12);
    ASSERT_FALSE(fault.touched.empty());
    EXPECT_GE(fault.start, 20u);
    EXPECT_LE(fault.start + fault.length, 60u);
    const size_t root = fault.touched.front().node;
    EXPECT_TRUE(IsVisible(fault.touched.front(), fault.start + fault.length - 1));
    std::set<size_t> nodes;
    for (const GraphFault::Touch& touch : fault.touched) {
      EXPECT_TRUE(nodes.insert(touch.node).second) << "twice";
      EXPECT_GE(touch.fault.start, fault.start);
      EXPECT_EQ(touch.fault.start + touch.fault.length, fault.start + fault.length);
      EXPECT_FALSE(IsVisible(touch, touch.fault.start - 1));
      EXPECT_EQ(touch.node == 3, root == 3);
      // What only suffers is above; below is what is asked more, or less.
      if (touch.node > root) EXPECT_TRUE(cause == Cause::kLoad || cause == Cause::kGone);
    }
    if (root == 1) reached_from_the_middle.insert(nodes.begin(), nodes.end());
  }
  EXPECT_EQ(reached_from_the_middle, (std::set<size_t>{0, 1, 2}));
}

TEST(GraphFault, IsSeenOfWhatANodeHas) {
  base::Random random(6);
  const Terrain terrain{.graph = learn::CallGraph(2, {{0, 1}}),
                        .has = {{false, false, true, false, false}, {}}};
  for (int i = 0; i < 60; ++i) {
    const GraphFault fault =
        RandomGraphFault(random, static_cast<Cause>(i % kCauses), terrain, 0, 30, 10);
    EXPECT_EQ(fault.touched.front().node, 0u) << "nothing is seen of the other one";
    for (const GraphFault::Touch& touch : fault.touched) {
      for (size_t vital = 0; vital < kVitals; ++vital) {
        if (!terrain.has[touch.node].at(vital)) EXPECT_EQ(touch.fault.sizes[vital], 0);
      }
    }
  }
}

TEST(RootByRule, IsWhoDeviatesMostOfThoseWhoseCalleesDoNot) {
  const learn::CallGraph graph(4, {{0, 1}, {1, 2}, {3, 2}});
  learn::Matrix features(4, 2);
  features(0, 0) = 9;
  features(1, 1) = -4;
  EXPECT_EQ(RootByRule(features, graph), 1u);
  features(3, 0) = 5;
  EXPECT_EQ(RootByRule(features, graph), 3u);
  features(2, 0) = 3.5;
  EXPECT_EQ(RootByRule(features, graph), 2u);
  const learn::Matrix quiet(4, 2, 0.5);
  EXPECT_LT(RootByRule(quiet, graph), 4u);
}

TEST(GraphRows, SeeNoLaterRowAndNothingThatIsNotThere) {
  const GraphHistory shop = Shop(100);
  const std::vector<GraphNode> nodes = LearnNodes(shop, 100);
  EXPECT_FALSE(nodes[0].vitals[static_cast<size_t>(Vital::kCpu)]) << "the bank has none";
  EXPECT_TRUE(nodes[1].vitals[static_cast<size_t>(Vital::kCpu)]);
  const GraphRows rows(shop.history.values, nodes, kGraphSteps);
  learn::Matrix early = shop.history.values;
  for (size_t i = 60 * early.cols(); i < early.size(); ++i) early.values()[i] = 1e9;
  const GraphRows changed(early, nodes, kGraphSteps);
  learn::Matrix a(kServices.size(), kGraphFeatures), b = a;
  rows.Features(59, nullptr, a.row(0));
  changed.Features(59, nullptr, b.row(0));
  EXPECT_EQ(a, b);
  changed.Features(60, nullptr, b.row(0));
  EXPECT_NE(a, b);
  EXPECT_EQ(a(0, 2 * static_cast<size_t>(Vital::kCpu)), 0) << "what is not there is as usual";
}

TEST(GraphRows, StayAboveZeroWithAFaultWhereValuesWere) {
  const GraphHistory shop = Shop(100);
  const std::vector<GraphNode> nodes = LearnNodes(shop, 100);
  const GraphRows rows(shop.history.values, nodes, kGraphSteps);
  GraphFault fault;
  fault.touched.push_back({.node = 1, .fault = {}});
  fault.touched[0].fault = {
      .kind = FaultKind::kShift, .start = 50, .length = 10, .sizes = {-50, 0, 2, 0, 0}};
  EXPECT_EQ(rows.ValueWith(fault.touched[0], 0, 55, 60), 0);
  EXPECT_EQ(rows.ValueWith(fault.touched[0], 0, 49, 60), 60);
  EXPECT_NEAR(rows.ValueWith(fault.touched[0], 2, 55, 0.05), 0.05 + 2 * nodes[1].scales[2].width,
              1e-9);
  learn::Matrix with(kServices.size(), kGraphFeatures), without = with;
  rows.Features(55, &fault, with.row(0));
  rows.Features(55, nullptr, without.row(0));
  EXPECT_NEAR(with(1, 0), nodes[1].scales[0].Of(0), 1e-9);
  EXPECT_NEAR(with(1, 4), without(1, 4) + 2, 1e-9);
  for (size_t node = 0; node < kServices.size(); ++node) {
    if (node != 1) EXPECT_EQ(with(node, 0), without(node, 0));
  }
}

TEST(GraphTraining, FindsWhatItsPartsDoNotShowAndNamesTheRoot) {
  TrainingOptions options = Quick();
  options.network.graph_hidden = 32;
  options.windows_per_epoch = 256;
  options.epochs_max = 25;
  options.trial_faults = 72;
  const auto model = TrainGraph(Shop(1'200), options, kSilently);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const TrialReport& trial = (*model)->trial;
  RecordProperty("summary", ModelSummary(**model));
  SCOPED_TRACE(ModelSummary(**model));
  EXPECT_LE(trial.alarms_statistics, trial.alarms_allowed);
  EXPECT_LE(trial.alarms_model, trial.alarms_allowed);
  EXPECT_LE(trial.alarms_either, trial.alarms_allowed);
  EXPECT_GT(trial.total.faults, 72u) << "most faults touch more than one service";
  EXPECT_GT(trial.total.by_either, trial.total.by_statistics + trial.total.faults / 10);
  EXPECT_TRUE((*model)->kept);
  EXPECT_EQ(trial.roots.faults, 72u);
  EXPECT_GT(trial.roots.by_rule, 24u) << "chance names 12";
  EXPECT_GT(trial.roots.by_model, trial.roots.by_rule);
}

TEST(GraphTraining, GivesTheSameModelFromTheSameSeed) {
  const GraphHistory shop = Shop(480);
  TrainingOptions options = Quick();
  options.epochs_max = 2;
  options.trial_faults = 6;
  const auto a = TrainGraph(shop, options, kSilently), b = TrainGraph(shop, options, kSilently);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(EncodeModel(**a), EncodeModel(**b));
  options.seed = 2;
  EXPECT_NE(EncodeModel(**a), EncodeModel(**TrainGraph(shop, options, kSilently)));
}

TEST(GraphTraining, EndsWhenToldToAndGoesOnFromTheLastModelOnAnotherGraph) {
  TrainingOptions options = Quick();
  options.trial_faults = 6;
  const auto first = TrainGraph(Shop(480), options, kSilently).value();
  GraphHistory other = Shop(480, 9);
  other.graph = learn::CallGraph(kServices.size(), {{1, 0}, {2, 1}, {4, 3}});
  double begun = 0;
  const auto note = [&](const TrainingProgress& now) {
    begun = now.validation;
    return false;
  };
  const auto anew = TrainGraph(other, options, note);
  ASSERT_TRUE(anew.ok());
  EXPECT_EQ((*anew)->epochs, 1u);
  const double at_first = begun;
  ASSERT_TRUE(TrainGraph(other, options, note, first.get()).ok());
  EXPECT_LT(begun, 0.9 * at_first);
}

TEST(GraphTraining, SaysWhyItCannotLearn) {
  EXPECT_NE(TrainGraph(Shop(100), Quick(), kSilently).error().message.find("480"),
            std::string::npos);
  GraphHistory nothing = Shop(480);
  for (double& each : nothing.history.values.values()) each = kNan;
  EXPECT_EQ(TrainGraph(nothing, Quick(), kSilently).error().code,
            base::ErrorCode::kFailedPrecondition);
}

// Hardly trained: for what does not ask whether it is right.
std::unique_ptr<Model> Untrained() {
  TrainingOptions options = Quick();
  options.epochs_max = 1;
  options.trial_faults = 6;
  auto model = TrainGraph(Shop(480), options, kSilently).value();
  model->tenant = "shop";
  model->trained_at = kStart;
  return model;
}

TEST(GraphModelFile, ReadsWhatItWrote) {
  const std::unique_ptr<Model> model = Untrained();
  const std::string bytes = EncodeModel(*model);
  const auto read = DecodeModel(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(EncodeModel(**read), bytes);
  ASSERT_EQ((*read)->nodes.size(), kServices.size());
  EXPECT_EQ((*read)->nodes[3].service, "pay");
  EXPECT_FALSE((*read)->nodes[0].vitals[3]);
  const GraphHistory shop = Shop(20);
  const GraphRows rows(shop.history.values, model->nodes, kGraphSteps);
  EXPECT_EQ(ScoreGraph(*(*read)->graph, shop.graph, rows, 10, 20).root,
            ScoreGraph(*model->graph, shop.graph, rows, 10, 20).root);
}

TEST(GraphModelFile, RefusesEveryDamage) {
  const std::string bytes = EncodeModel(*Untrained());
  for (size_t i = 0; i < bytes.size(); i += 61) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(DecodeModel(damaged).ok()) << i;
    EXPECT_FALSE(DecodeModel(bytes.substr(0, i)).ok()) << i;
  }
  const std::string body = bytes.substr(0, bytes.size() - 64);
  ASSERT_TRUE(DecodeModelBody(body).ok());
  EXPECT_FALSE(DecodeModelBody(body.substr(0, body.size() - 4)).ok()) << "a weight is missing";
  std::string as_first = body;
  as_first[8] = 1;
  EXPECT_FALSE(DecodeModelBody(as_first).ok()) << "the first version has no graphs";
}

TEST(GraphModelFile, IsOneOfTheModelsOfItsTenant) {
  const base::TempFolder folder("models");
  const auto store = ModelStore::Open(folder.path()).value();
  auto model = Untrained();
  model->kept = true;
  ASSERT_TRUE(store->Save(std::move(model)).ok());
  const auto again = ModelStore::Open(folder.path()).value();
  ASSERT_NE(again->Find("shop", ""), nullptr);
  EXPECT_TRUE(again->Find("shop", "")->graph);
  EXPECT_EQ(again->Find("shop", "pay"), nullptr);
}

class GraphJudgeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    TrainingOptions options = Quick();
    options.network.graph_hidden = 32;
    options.windows_per_epoch = 256;
    options.epochs_max = 30;
    options.trial_faults = 6;
    auto model = TrainGraph(Shop(900), options, kSilently).value();
    model->tenant = "shop";
    learnt_ = std::move(model);
  }
  static void TearDownTestSuite() { learnt_.reset(); }

  // Two hours, of which the last minutes may be changed.
  void Store(const GraphHistory& shop, const std::string& instead_of = {},
             const std::string& name = {}) {
    for (size_t row = 0; row < shop.history.rows(); ++row) {
      for (size_t column = 0; column < shop.history.metrics.size(); ++column) {
        const std::string& service = kServices[column / kVitals];
        if (shop.history.metrics[column].name.empty()) continue;
        store_.Add("shop",
                   model::Labels({std::pair<std::string, std::string>(
                                      "__name__", shop.history.metrics[column].name),
                                  std::pair<std::string, std::string>(
                                      "service", service == instead_of ? name : service)}),
                   base::ToMillis(shop.history.TimeOf(row)), shop.history.values(row, column));
      }
    }
    end_ = shop.history.TimeOf(shop.history.rows() - 1);
  }
  std::vector<ServiceJudgement> Ask(GraphQuestion question) {
    question.at = end_;
    auto judged = JudgeGraphAt(engine_, *learnt_, question);
    EXPECT_TRUE(judged.ok());
    return judged.ok() ? *std::move(judged) : std::vector<ServiceJudgement>();
  }
  static const ServiceJudgement& Of(const std::vector<ServiceJudgement>& all,
                                    const std::string& service) {
    return *std::find_if(all.begin(), all.end(),
                         [&](const auto& each) { return each.service == service; });
  }
  // The bank is slow, and so are who call it, for the last minutes.
  static GraphHistory Troubled() {
    GraphHistory shop = Shop(600);
    for (size_t row = 594; row < 600; ++row) {
      for (const size_t node : {0u, 3u, 1u}) {
        shop.history.values(row, node * kVitals + 2) += node == 1 ? 0.02 : node == 3 ? 0.03 : 0.04;
      }
    }
    return shop;
  }

  static inline std::unique_ptr<const Model> learnt_;
  base::FakeClock clock_;
  query::testing::MemoryStore store_;
  query::Engine engine_{{}, store_, clock_};
  base::TimePoint end_;
};

TEST_F(GraphJudgeTest, ToldWhoIsInTroubleAndWhereItBegan) {
  Store(Troubled());
  const auto judged = Ask({.calls = kShop});
  ASSERT_EQ(judged.size(), kServices.size());
  const ServiceJudgement& bank = Of(judged, "bank");
  EXPECT_TRUE(bank.judgement.known);
  EXPECT_GT(bank.judgement.score, 0.7);
  EXPECT_GT(Of(judged, "pay").judgement.score, 0.7);
  EXPECT_LT(Of(judged, "search").judgement.score, 0.7);
  EXPECT_TRUE(bank.likely_root) << bank.root_cause;
  for (const ServiceJudgement& each : judged) EXPECT_LE(each.root_cause, bank.root_cause);
  EXPECT_EQ(bank.metrics.size(), 3u);
}

TEST_F(GraphJudgeTest, DoesNotGoOnForWhoNoLongerWaits) {
  Store(Shop(600));
  GraphQuestion question{.calls = kShop, .at = end_};
  EXPECT_TRUE(JudgeGraphAt(engine_, *learnt_, question).ok());
  question.deadline = clock_.Steady() - std::chrono::seconds(1);
  EXPECT_EQ(JudgeGraphAt(engine_, *learnt_, question).error().code,
            base::ErrorCode::kDeadlineExceeded);
}

TEST_F(GraphJudgeTest, TakesWhatIsBroughtInPlaceOfWhatIsStored) {
  Store(Shop(600));
  const auto quiet = Ask({.calls = kShop});
  EXPECT_LT(Of(quiet, "stock").judgement.score, 0.7);
  const auto brought = Ask({.calls = kShop,
                            .brought_to = "stock",
                            .brought = {{"latency", {0.5, 0.5, 0.5, 0.5, 0.5}}, {"unknown", {1}}}});
  EXPECT_GT(Of(brought, "stock").judgement.score, Of(quiet, "stock").judgement.score + 0.3);
  EXPECT_GT(Of(brought, "stock").root_cause, Of(quiet, "stock").root_cause);
}

TEST_F(GraphJudgeTest, KnowsServicesAndCallsThatCameLater) {
  Store(Troubled(), "bank", "new bank");
  VitalMetrics vitals;
  for (const Vital vital : {Vital::kTraffic, Vital::kErrorShare, Vital::kLatency}) {
    vitals.at(static_cast<size_t>(vital)) = MetricOf("new bank", vital);
  }
  Calls calls = kShop;
  calls.emplace_back("pay", "new bank");
  const GraphQuestion question{.calls = calls, .newcomers = {{"new bank", vitals}}};
  EXPECT_TRUE(IsAbout(*learnt_, question, "new bank"));
  EXPECT_TRUE(IsAbout(*learnt_, question, "pay"));
  EXPECT_FALSE(IsAbout(*learnt_, question, "stranger"));
  const auto judged = Ask(question);
  ASSERT_EQ(judged.size(), kServices.size() + 1);
  EXPECT_FALSE(Of(judged, "bank").judgement.known) << "it is not there any more";
  EXPECT_GT(Of(judged, "new bank").judgement.score, 0.7);
  EXPECT_TRUE(Of(judged, "new bank").likely_root);
}

TEST_F(GraphJudgeTest, FindsTheVitalsOfServices) {
  const auto add = [&](const std::string& service, std::string name, double each,
                       std::vector<std::pair<std::string, std::string>> labels = {}) {
    labels.emplace_back("__name__", std::move(name));
    labels.emplace_back("service", service);
    const model::Labels of(std::move(labels));
    for (int minute = 0; minute <= 30; ++minute) {
      store_.Add("shop", of, base::ToMillis(kStart) + minute * 60'000, minute * each);
    }
  };
  add("web", "http_requests_total", 60, {{"code", "200"}});
  add("web", "http_requests_total", 6, {{"code", "503"}});
  add("web", "a_jobs_failed_total", 1);
  add("web", "service:http_errors:ratio_rate5m", 0.001);
  add("web", "http_request_duration_seconds_sum", 33);
  add("web", "http_request_duration_seconds_count", 66);
  add("web", "process_cpu_seconds_total", 30);
  add("web", "process_resident_memory_bytes", 1'000);
  add("db", "queries_total", 60);
  const base::TimePoint end = kStart + std::chrono::minutes(30);
  const HistoryRequest request{.tenant = "shop", .from = end - std::chrono::minutes(9), .to = end};
  const auto read = ReadGraphHistory(engine_, request, {"db", "web", "gone"}, {{"web", "db"}});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->services, (std::vector<std::string>{"db", "web"}));
  ASSERT_EQ(read->history.rows(), 10u);
  const auto last = [&](size_t node, Vital vital) {
    return read->history.values(9, node * kVitals + static_cast<size_t>(vital));
  };
  EXPECT_NEAR(last(0, Vital::kTraffic), 1, 1e-9);
  EXPECT_TRUE(std::isnan(last(0, Vital::kCpu)));
  EXPECT_NEAR(last(1, Vital::kTraffic), 1.1, 1e-9);
  EXPECT_NEAR(last(1, Vital::kErrorShare), 0.1 / 1.1, 1e-9);
  EXPECT_NEAR(last(1, Vital::kLatency), 0.5, 1e-9);
  EXPECT_NEAR(last(1, Vital::kCpu), 0.5, 1e-9);
  EXPECT_NEAR(last(1, Vital::kMemory), 30'000, 1e-6);
  EXPECT_EQ(read->graph.callees.Of(1).size(), 2u);

  const auto strangers = ReadGraphHistory(engine_, request, {"db", "web"}, {{"db", "gone"}});
  ASSERT_FALSE(strangers.ok());
  EXPECT_EQ(strangers.error().code, base::ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace vedette::detect::learned
