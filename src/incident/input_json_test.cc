#include <gtest/gtest.h>
#include <limits>

#include "incident/engine.h"
#include "incident/input.h"
#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

TEST(InputJson, ReadsBackWhatItWrote) {
  model::Anomaly anomaly = testing::ErrorRatio("payment", model::Severity::kCritical, "an_1");
  anomaly.expected_low = -std::numeric_limits<double>::infinity();
  anomaly.observed = 0.1 + 0.2;
  anomaly.ended_at = base::FromMillis(12);
  model::Incident incident;
  incident.id = "in_1";
  incident.state = model::IncidentState::kResolved;
  incident.resolved_at = base::FromMillis(3);
  incident.phases = {{model::IncidentPhase::kResolution, base::FromMillis(3), "ann"}};
  incident.tasks = {{.number = 1,
                     .title = "an index",
                     .assignee = {},
                     .created_at = {},
                     .done_at = {},
                     .done_by = {}}};
  const Input inputs[] = {
      {1, base::FromMillis(5), "F1", Tick{}},
      {2, base::FromMillis(6), "F2",
       model::AnomalyUpdate{model::AnomalyTransition::kClosed, anomaly}},
      {3, base::FromMillis(7), "F3",
       Command{CommandKind::kComment, "default", "in_1", "ann", "\"quoted\"\n\xE2\x82\xAC"}},
      {4, base::FromMillis(8), "F4",
       DeliveryResult{"key", "in_1", "default", "slack", true, false, "HTTP 200"}},
      {5, base::FromMillis(9), "F5", Recall{.incident = incident, .rows = 7}}};
  for (const Input& input : inputs) {
    const std::string text = InputToJson(input);

    const base::Result<Input> read = InputFromJson(text);

    ASSERT_TRUE(read.ok()) << text << ": " << read.error().message;
    EXPECT_EQ(InputToJson(*read), text);
    EXPECT_EQ(read->what.index(), input.what.index());
    EXPECT_EQ(read->seq, input.seq);
  }
}

TEST(InputJson, DamageIsDataLossWithTheField) {
  const std::string good =
      InputToJson({3, base::FromMillis(7), "F", Command{CommandKind::kResolve, "t", "i", "a", ""}});
  const std::pair<std::string, std::string> cases[] = {
      {"{", "JSON"},
      {"[]", "object"},
      {"{\"version\":2,\"seq\":1,\"time\":0,\"fresh_id\":\"\",\"kind\":\"tick\",\"what\":{}}",
       "version 2"},
      {"{\"version\":1,\"seq\":\"x\",\"time\":0,\"fresh_id\":\"\",\"kind\":\"tick\",\"what\":{}}",
       "seq"},
      {"{\"version\":1,\"seq\":1,\"time\":0,\"fresh_id\":\"\",\"kind\":\"dance\",\"what\":{}}",
       "dance"},
      {"{\"version\":1,\"seq\":1,\"time\":0,\"fresh_id\":\"\",\"kind\":\"command\",\"what\":{}}",
       "what"}};
  for (const auto& [text, want] : cases) {
    const base::Result<Input> read = InputFromJson(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, base::ErrorCode::kDataLoss);
    EXPECT_NE(read.error().message.find(want), std::string::npos) << read.error().message;
  }
  EXPECT_TRUE(InputFromJson(good).ok());
}

TEST(SnapshotJson, RefusesDamage) {
  testing::Script script;
  script.Opens("payment").At(5).Opens("order");
  const std::string good = script.engine.Snapshot();
  ASSERT_TRUE(Engine::Restore(good).ok());

  for (size_t cut = 0; cut < good.size(); cut += 7) {
    EXPECT_FALSE(Engine::Restore(good.substr(0, cut)).ok());
  }
  std::string other = good;
  const size_t at = other.find("\"youngest\":\"in_");
  ASSERT_NE(at, std::string::npos);
  other[at + 14] = 'x';
  EXPECT_EQ(Engine::Restore(other).error().code, base::ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace vedette::incident
