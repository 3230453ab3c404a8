#include "app/model_trainer.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "query/testing/memory_store.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;

class ModelTrainerTest : public ::testing::Test {
 protected:
  // What becomes of each service; nothing is trained: the histories are too short.
  std::vector<std::string> Services() {
    const ModelTrainer trainer(
        {.queries = engine_, .series = store_, .models = *models_, .clock = clock_});
    TrainingRequest request;
    request.from = clock_.Now() - std::chrono::hours(1);
    request.to = clock_.Now();
    const auto outcomes = trainer.Train(request, [](const TrainingStatus&) { return true; });
    if (!outcomes.ok()) return {outcomes.error().message};
    std::vector<std::string> services;
    for (const TrainingOutcome& outcome : *outcomes) services.push_back(outcome.service);
    return services;
  }
  void Add(std::vector<std::pair<std::string, std::string>> labels) {
    labels.emplace_back("__name__", "process_cpu_usage");
    store_.Add(model::TenantName(model::kDefaultTenant), model::Labels(std::move(labels)),
               base::ToMillis(clock_.Now()), 1);
  }

  // Of two services.
  void AddTenHours() {
    base::Random random(4);
    for (int minute = 600; minute >= 0; --minute) {
      for (const char* service : {"web", "db"}) {
        for (const char* name : {"request_latency_seconds", "process_cpu_usage"}) {
          const std::vector<std::pair<std::string, std::string>> labels = {{"__name__", name},
                                                                           {"service", service}};
          store_.Add(model::TenantName(model::kDefaultTenant), model::Labels(labels),
                     base::ToMillis(clock_.Now()) - minute * 60'000, 0.3 + 0.02 * random.Normal());
        }
      }
    }
  }
  TrainingRequest AskForTheGraph() const {
    TrainingRequest request;
    request.from = clock_.Now() - std::chrono::hours(10);
    request.to = clock_.Now();
    request.kinds = {learn::NetworkKind::kGatv2};
    return request;
  }

  base::FakeClock clock_{base::FromMillis(1'767'225'600'000)};
  query::testing::MemoryStore store_;
  query::Engine engine_{{}, store_, clock_};
  const base::TempFolder folder_{"trainer"};
  const std::unique_ptr<detect::learned::ModelStore> models_ =
      *detect::learned::ModelStore::Open(folder_.path());
};

TEST_F(ModelTrainerTest, FindsServicesByTheFirstLabelThatNamesThem) {
  Add({{"service", "alpha"}, {"job", "kubernetes-pods"}});
  Add({{"service_name", "beta"}, {"job", "otel"}});
  Add({{"app", "delta"}});
  Add({{"job", "gamma"}});

  EXPECT_THAT(Services(), ElementsAre("alpha", "beta", "delta", "gamma"));
}

TEST_F(ModelTrainerTest, SaysByWhichLabelsItLooked) {
  Add({{"host", "a"}});

  EXPECT_THAT(Services(), ElementsAre("there is no series with a label `service`, `service_name`, "
                                      "`app`, `job` in that time"));
}

TEST_F(ModelTrainerTest, GoesOnWithATrainingThatWasEndedAndSkipsWhatIsDone) {
  AddTenHours();
  TrainingRequest request = AskForTheGraph();
  request.begun_at = clock_.Now();
  const ModelTrainer trainer(
      {.queries = engine_,
       .series = store_,
       .models = *models_,
       .clock = clock_,
       .calls = [](const model::TenantName&) { return detect::learned::Calls{{"web", "db"}}; }});
  std::vector<size_t> epochs;
  const auto train = [&](size_t last) {
    epochs.clear();
    auto outcomes = trainer.Train(request, [&](const TrainingStatus& status) {
      const size_t now = status.progress.epoch;
      if (now > 0 && (epochs.empty() || epochs.back() != now)) epochs.push_back(now);
      // A few epochs are enough: then the time of the training is over.
      if (now == 4) clock_.Advance(std::chrono::minutes(11));
      return now < last;
    });
    EXPECT_TRUE(outcomes.ok());
    return *std::move(outcomes);
  };
  const std::string checkpoint =
      models_->CheckpointPath(request.tenant, "", learn::NetworkKind::kGatv2);

  EXPECT_EQ(train(2).at(0).error->message, "the training was ended");
  EXPECT_THAT(epochs, ElementsAre(1, 2));
  EXPECT_TRUE(std::filesystem::exists(checkpoint));

  EXPECT_EQ(train(100).at(0).model->version, 1u);
  EXPECT_THAT(epochs, ElementsAre(3, 4));
  EXPECT_FALSE(std::filesystem::exists(checkpoint));

  EXPECT_EQ(train(100).at(0).model->version, 1u) << "done before";
  EXPECT_THAT(epochs, ElementsAre());
}

TEST_F(ModelTrainerTest, TrainsTheGraphOfAllServicesAsOneMoreModel) {
  AddTenHours();
  TrainingRequest request = AskForTheGraph();
  request.services = {"web"};  // the graph is of all nevertheless
  detect::learned::Calls calls;
  const ModelTrainer trainer({.queries = engine_,
                              .series = store_,
                              .models = *models_,
                              .clock = clock_,
                              .calls = [&](const model::TenantName&) { return calls; }});
  size_t epochs = 0;
  const auto watch = [&](const TrainingStatus& status) {
    EXPECT_EQ(status.services, 1u);
    epochs = std::max(epochs, status.progress.epoch);
    // One epoch is enough: the time of the training is over after it.
    if (status.progress.epoch == 1) clock_.Advance(std::chrono::minutes(11));
    return true;
  };
  auto outcomes = trainer.Train(request, watch);
  ASSERT_TRUE(outcomes.ok()) << outcomes.error().message;
  ASSERT_EQ(outcomes->size(), 1u);
  ASSERT_TRUE(outcomes->front().error) << "who calls whom is not known";
  EXPECT_THAT(outcomes->front().error->message, ::testing::HasSubstr("topology"));

  calls = {{"web", "db"}};
  outcomes = trainer.Train(request, watch);
  ASSERT_TRUE(outcomes.ok()) << outcomes.error().message;
  ASSERT_TRUE(outcomes->front().model) << outcomes->front().error->message;
  EXPECT_EQ(epochs, 1u);
  const detect::learned::Model& model = *outcomes->front().model;
  EXPECT_EQ(model.service, "");
  EXPECT_EQ(model.version, 1u);
  ASSERT_EQ(model.nodes.size(), 2u);
  EXPECT_EQ(model.nodes[1].service, "web");
  EXPECT_THAT(OutcomeJson(outcomes->front()),
              ::testing::AllOf(::testing::HasSubstr(R"("services":["db","web"])"),
                               ::testing::HasSubstr(R"("named_by_model":)")));
}

}  // namespace
}  // namespace vedette::app
