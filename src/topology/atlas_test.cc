#include "topology/atlas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "topology/codec.h"
#include "topology/testing/graphs.h"

namespace vedette::topology {
namespace {

using model::EntityKind;
using model::EntityRef;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

EntityRef Service(std::string name) { return {EntityKind::kService, std::move(name)}; }

News Call(std::string caller, std::string callee, base::TimePoint first, base::TimePoint last) {
  News news;
  news.at = last;
  news.edges.push_back(
      {.dependency = {.caller = Service(std::move(caller)), .callee = Service(std::move(callee))},
       .first = first,
       .last = last,
       .traffic = std::nullopt});
  return news;
}

class AtlasTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(database.ok());
    database_ = *std::move(database);
    Restart();
  }
  void Restart() {
    auto atlas = Atlas::Open(*database_, {});
    ASSERT_TRUE(atlas.ok()) << atlas.error().message;
    atlas_ = *std::move(atlas);
  }
  void Tell(const std::string& caller, const std::string& callee, base::TimePoint now,
            Origin origin = Origin::kApi) {
    ASSERT_TRUE(atlas_
                    ->Tell("t", Call(caller, callee, now, now), origin, now,
                           origin == Origin::kApi ? Atlas::Durable::kNow : Atlas::Durable::kSoon)
                    .ok());
  }
  std::vector<std::string> CalleesAt(std::string_view caller, base::TimePoint time) {
    auto graph = atlas_->At("t", time);
    EXPECT_TRUE(graph.ok());
    return graph.ok() ? (*graph)->CalleesOf(caller) : std::vector<std::string>();
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Atlas> atlas_;
};

TEST_F(AtlasTest, RemembersThePast) {
  Tell("web", "pay", kStart);
  Tell("web", "user", kStart + hours(1));
  ASSERT_TRUE(*atlas_->Forget("t", Service("pay"), kStart + hours(2)));

  EXPECT_THAT(CalleesAt("web", kStart - seconds(1)), IsEmpty());
  EXPECT_THAT(CalleesAt("web", kStart + minutes(10)), ElementsAre("pay"));
  EXPECT_THAT(CalleesAt("web", kStart + minutes(70)), ElementsAre("pay", "user"));
  EXPECT_THAT(CalleesAt("web", kStart + hours(2)), ElementsAre("user"));
  EXPECT_THAT(atlas_->Now("t")->CalleesOf("web"), ElementsAre("user"));
}

TEST_F(AtlasTest, KnowsOfThePastWhatWasToldLater) {
  const News late = Call("web", "pay", kStart - hours(3), kStart - hours(2));
  ASSERT_TRUE(atlas_->Tell("t", late, Origin::kSpans, kStart, Atlas::Durable::kSoon).ok());

  EXPECT_THAT(CalleesAt("web", kStart - minutes(150)), ElementsAre("pay"));
  EXPECT_THAT(CalleesAt("web", kStart - hours(4)), IsEmpty());
}

TEST_F(AtlasTest, GoesOnAfterARestartWithWhatWasToldDurably) {
  Tell("web", "pay", kStart);
  Restart();
  EXPECT_THAT(atlas_->Now("t")->CalleesOf("web"), ElementsAre("pay"));

  Tell("web", "user", kStart + minutes(1));
  EXPECT_THAT(CalleesAt("web", kStart), ElementsAre("pay"));
}

TEST_F(AtlasTest, SavesWhatWasSeenWithTheNextTurn) {
  Tell("web", "pay", kStart, Origin::kSpans);
  ASSERT_TRUE(atlas_->Tend(kStart + seconds(10)).ok());
  Restart();

  EXPECT_THAT(atlas_->Now("t")->CalleesOf("web"), ElementsAre("pay"));
}

TEST_F(AtlasTest, AnswersForTenantsApart) {
  Tell("web", "pay", kStart);

  EXPECT_EQ(atlas_->Now("other")->size(), 0);
  ASSERT_TRUE(atlas_->DeleteTenant("t").ok());
  EXPECT_EQ(atlas_->Now("t")->size(), 0);
  Restart();
  EXPECT_EQ(atlas_->Now("t")->size(), 0);
}

TEST_F(AtlasTest, ForgetsWhatTheConfigurationNoLongerDeclares) {
  atlas_->Declare({{"t", Call("web", "pay", kStart, kStart)}}, kStart);
  ASSERT_TRUE(atlas_->Tend(kStart).ok());
  Restart();
  EXPECT_EQ(atlas_->Now("t")->size(), 0);

  atlas_->Declare({{"t", Call("web", "user", kStart, kStart)}}, kStart);
  EXPECT_THAT(atlas_->Now("t")->CalleesOf("web"), ElementsAre("user"));
  atlas_->Declare({}, kStart);
  EXPECT_EQ(atlas_->Now("t")->size(), 0);
}

TEST_F(AtlasTest, KeepsASnapshotNowAndThenForItsRates) {
  Tell("web", "pay", kStart);
  for (int i = 1; i <= 60; ++i) ASSERT_TRUE(atlas_->Tend(kStart + seconds(10 * i)).ok());

  const auto rows = atlas_->List("t", kStart, kStart + hours(1), 100);

  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->size(), 3u);
  EXPECT_EQ(rows->front().time, kStart + minutes(10));
  EXPECT_EQ(rows->front().nodes, 2);
}

TEST_F(AtlasTest, ThinsHistoryOutButKeepsTheNewest) {
  for (int i = 0; i < 120; ++i) {
    Tell("web", "s" + std::to_string(i), kStart + minutes(i));
  }
  const auto count = [&] { return atlas_->List("t", kStart, kStart + hours(999), 999)->size(); };

  ASSERT_TRUE(atlas_->Thin(kStart + hours(2)).ok());
  EXPECT_EQ(count(), 60u + 12u + 1u);  // the minute of the border counts twice
  ASSERT_TRUE(atlas_->Thin(kStart + hours(24 * 31)).ok());
  EXPECT_EQ(count(), 1u);
  Restart();
  EXPECT_EQ(atlas_->Now("t")->CalleesOf("web").size(), 120u);
}

TEST_F(AtlasTest, TakesAnOlderSnapshotWhenTheNewestIsDamaged) {
  Tell("web", "pay", kStart);
  Tell("web", "user", kStart + minutes(1));
  ASSERT_TRUE(database_
                  ->Transact([](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(session.Execute(
                        "UPDATE topology_snapshots SET payload = ? WHERE revision = 2",
                        {sql::Blob{"nonsense"}}));
                    return {};
                  })
                  .ok());
  Restart();

  EXPECT_THAT(atlas_->Now("t")->CalleesOf("web"), ElementsAre("pay"));
  // What is saved next does not collide with the damaged one.
  Tell("web", "cart", kStart + minutes(2));
  Restart();
  EXPECT_THAT(atlas_->Now("t")->CalleesOf("web"), ElementsAre("cart", "pay"));
}

TEST_F(AtlasTest, RefusesTenantsBeyondItsLimit) {
  auto atlas = Atlas::Open(*database_, {.book = {}, .tenants_max = 1});
  ASSERT_TRUE(atlas.ok());
  const auto tell = [&](const std::string& tenant) {
    return (*atlas)->Tell(tenant, Call("a", "b", kStart, kStart), Origin::kApi, kStart,
                          Atlas::Durable::kNow);
  };

  EXPECT_TRUE(tell("a").ok());
  EXPECT_TRUE(tell("a").ok());
  EXPECT_EQ(tell("b").error().code, base::ErrorCode::kResourceExhausted);
}

TEST(GraphCodec, BringsBackWhatItWasGiven) {
  base::Random random(11);
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  for (int i = 0; i < 200; ++i) {
    Node node;
    node.entity.ref = {static_cast<EntityKind>(random.Below(model::kEntityKinds)),
                       "n" + std::to_string(i)};
    node.entity.owner = "team-" + std::to_string(random.Below(5));
    node.entity.version = std::to_string(random.Below(9));
    if (random.Below(3) == 0) node.entity.addresses = {"10.0.0." + std::to_string(i), "host"};
    node.origins = Origins(static_cast<uint16_t>(random.Below(512)));
    node.owner_by = static_cast<Origin>(random.Below(kOrigins));
    node.first_seen = kStart;
    node.last_seen = kStart + minutes(i);
    nodes.push_back(node);
    Edge edge;
    edge.caller = i;
    edge.callee = static_cast<int>(random.Below(200));
    edge.waits = random.Below(2) == 0;
    edge.first_seen = edge.last_seen = kStart;
    if (random.Below(2) == 0) {
      edge.traffic = Traffic{.calls_per_second = random.Uniform(),
                             .error_ratio = random.Uniform(),
                             .latency_ms = random.Uniform(),
                             .latency_p95_ms = std::nullopt,
                             .origin = Origin::kIstio,
                             .at = kStart};
    }
    edges.push_back(edge);
  }
  const Graph graph(kStart, nodes, edges);

  const std::string bytes = EncodeGraph(graph);
  const base::Result<Graph> back = DecodeGraph(bytes);

  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(EncodeGraph(*back), bytes);
  ASSERT_EQ(back->nodes().size(), graph.nodes().size());
  EXPECT_EQ(back->node(7).entity.owner, graph.node(7).entity.owner);
  EXPECT_EQ(back->node(7).entity.addresses, graph.node(7).entity.addresses);
  ASSERT_EQ(back->edges().size(), graph.edges().size());
  EXPECT_EQ(back->edge(3).traffic.has_value(), graph.edge(3).traffic.has_value());
}

TEST(GraphCodec, NeverReadsBytesThatWereCutOrChanged) {
  const std::string bytes = EncodeGraph(GraphOf({{"a", "b"}, {"b", "queue:c"}}));
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(DecodeGraph(bytes.substr(0, i)).ok()) << i;
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    base::IgnoreError(DecodeGraph(changed), "must only not crash");
  }
  EXPECT_FALSE(DecodeGraph(bytes + "x").ok());
}

}  // namespace
}  // namespace vedette::topology
