#include "app/graph_questions.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::app {
namespace {

TEST(GraphQuestions, KnowNewcomersByWhatTheyHaveAndForgetWhoIsGone) {
  base::FakeClock clock{base::FromMillis(1'767'225'600'000)};
  query::testing::MemoryStore store;
  query::Engine engine{{}, store, clock};
  for (const char* service : {"web", "cache"}) {
    store.Add("shop",
              model::Labels({std::pair<std::string, std::string>("__name__", "process_cpu_usage"),
                             std::pair<std::string, std::string>("service", service)}),
              base::ToMillis(clock.Now()), 0.5);
  }
  detect::learned::Calls calls = {{"web", "cache"}, {"web", "silent"}};
  GraphQuestions questions(engine, [&](const model::TenantName& tenant) {
    return tenant == "shop" ? calls : detect::learned::Calls();
  });
  detect::learned::Model model;
  model.tenant = "shop";
  model.nodes.push_back({.service = "web", .vitals = {}, .scales = {}});
  EXPECT_EQ(questions.Of("shop").calls, calls);
  EXPECT_TRUE(questions.Of("shop").newcomers.empty()) << "nobody has looked yet";

  ASSERT_TRUE(questions.LookForNewcomers(model, clock.Now()).ok());
  const auto question = questions.Of("shop");
  ASSERT_EQ(question.newcomers.size(), 1u) << "one is known, one has no metrics";
  EXPECT_EQ(question.newcomers[0].first, "cache");
  const auto cpu = static_cast<size_t>(detect::learned::Vital::kCpu);
  EXPECT_TRUE(question.newcomers[0].second.at(cpu));
  EXPECT_TRUE(questions.Of("other").newcomers.empty());

  calls.erase(calls.begin());
  ASSERT_TRUE(questions.LookForNewcomers(model, clock.Now()).ok());
  EXPECT_TRUE(questions.Of("shop").newcomers.empty());
}

}  // namespace
}  // namespace vedette::app
