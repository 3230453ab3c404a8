#include "api/status.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::api {
namespace {

TEST(StatusBoard, AServiceIsAsBadAsItsOwnAnomaliesAndAWarningForBeingInAnIncident) {
  const base::FakeClock clock(base::FromMillis(1'790'000'000'000));
  query::testing::MemoryStore store;
  query::Engine queries({}, store, clock);
  model::Incident incident;
  incident.state = model::IncidentState::kOpen;
  incident.severity = model::Severity::kCritical;
  incident.entities = {"payment", "order"};
  model::Anomaly anomaly;
  anomaly.entity = "payment";
  anomaly.score = 0.95;
  StatusBoard board(
      {},
      {.unresolved = [&](const model::TenantName&) { return std::vector{incident}; },
       .last = [&](const model::TenantName&) { return std::optional(incident); },
       .anomalies = [&](const model::TenantName&) { return std::vector{anomaly}; },
       .owners = [](const model::TenantName&) { return std::map<std::string, std::string>(); }},
      queries, store);
  const base::Result<std::string> text = board.Get("default", clock.Now());
  ASSERT_TRUE(text.ok()) << text.error().message;
  const base::Json status = *base::ParseJson(*text);
  EXPECT_EQ(status["verdict"], "CRITICAL");
  ASSERT_EQ(status["services"].size(), 2U);
  EXPECT_EQ(status["services"][0]["name"], "payment");
  EXPECT_EQ(status["services"][0]["state"], "CRITICAL");
  EXPECT_EQ(status["services"][1]["name"], "order");
  EXPECT_EQ(status["services"][1]["state"], "WARNING") << "it is well again";
  EXPECT_EQ(status["services"][1]["open_incidents"], 1);
}

}  // namespace
}  // namespace vedette::api
