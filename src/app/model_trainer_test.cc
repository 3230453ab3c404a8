#include "app/model_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

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

}  // namespace
}  // namespace vedette::app
