#include "topology/discovery/span_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

#include "records/embedded_store.h"

namespace vedette::topology::discovery {
namespace {

using model::SpanKind;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class SpanFeedTest : public ::testing::Test {
 protected:
  SpanFeedTest() {
    kv::DbOptions options;
    options.path = "/db";
    options.families = records::Families();
    options.in_memory = true;
    db_ = *kv::Db::Open(std::move(options));
    records_ = *records::EmbeddedStore::Create(*db_);
    state_ = *sql::Database::Open({.path = ":memory:"});
    atlas_ = *Atlas::Open(*state_, {});
    feed_ = std::make_unique<SpanFeed>(*records_, *atlas_);
  }

  model::Span Span(std::string id, std::string parent, std::string service, SpanKind kind,
                   base::TimePoint at,
                   std::vector<std::pair<std::string, std::string>> attributes = {}) {
    model::Span span;
    span.trace_id = std::string(32, 'a');
    span.span_id = std::string(15, '0') + id;
    if (!parent.empty()) span.parent_span_id = std::string(15, '0') + parent;
    span.service = std::move(service);
    span.name = "GET /" + span.service;
    span.kind = kind;
    span.start_ns = base::ToMillis(at) * 1'000'000;
    span.end_ns = span.start_ns + 20'000'000;
    span.attributes = std::move(attributes);
    return span;
  }
  void Send(const std::vector<model::Span>& spans) {
    ASSERT_TRUE(records_->AppendSpans("t", spans).ok());
    feed_->Note("t", spans);
  }
  std::vector<std::string> Calls(base::TimePoint now = kNow) {
    EXPECT_TRUE(feed_->Refresh("t", now).ok());
    const Snapshot graph = atlas_->Now("t");
    std::vector<std::string> calls;
    for (const Edge& edge : graph->edges()) {
      calls.push_back(graph->node(edge.caller).entity.ref.id() + (edge.waits ? " > " : " ~ ") +
                      graph->node(edge.callee).entity.ref.id());
    }
    return calls;
  }

  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<records::EmbeddedStore> records_;
  std::unique_ptr<sql::Database> state_;
  std::unique_ptr<Atlas> atlas_;
  std::unique_ptr<SpanFeed> feed_;
};

TEST_F(SpanFeedTest, ACallIsAnEdgeWithItsRateErrorsAndLatency) {
  const base::TimePoint at = kNow - seconds(90);
  std::vector<model::Span> spans = {
      Span("1", "", "web", SpanKind::kServer, at), Span("2", "1", "web", SpanKind::kClient, at),
      Span("3", "2", "pay", SpanKind::kServer, at), Span("4", "1", "pay", SpanKind::kServer, at)};
  spans[2].status = model::SpanStatus::kError;
  Send(spans);

  EXPECT_THAT(Calls(), ElementsAre("service:web > service:pay"));
  const Snapshot graph = atlas_->Now("t");
  const Edge& edge = graph->edge(0);
  ASSERT_TRUE(edge.traffic.has_value());
  EXPECT_EQ(edge.traffic->error_ratio, 0.5);
  EXPECT_EQ(edge.traffic->latency_ms, 20);
  EXPECT_NEAR(edge.traffic->calls_per_second, 2.0 / 120, 0.006);
  EXPECT_TRUE(edge.origins.Has(Origin::kSpans));
  // What is served is an endpoint.
  EXPECT_NE(graph->Find(model::EntityKind::kEndpoint, "pay GET /pay"), -1);
}

TEST_F(SpanFeedTest, HalvesOfACallMayComeApart) {
  Send({Span("3", "2", "pay", SpanKind::kServer, kNow - seconds(60))});
  EXPECT_THAT(Calls(kNow - seconds(30)), IsEmpty());

  Send({Span("2", "", "web", SpanKind::kClient, kNow - seconds(61))});
  EXPECT_THAT(Calls(), ElementsAre("service:web > service:pay"));
}

TEST_F(SpanFeedTest, DatabasesQueuesAndHostsArePartOfIt) {
  const base::TimePoint at = kNow - seconds(60);
  Send(
      {Span("1", "", "order", SpanKind::kClient, at,
            {{"db.system", "postgresql"}, {"db.name", "orders"}, {"server.address", "db-1"}}),
       Span("2", "", "order", SpanKind::kProducer, at,
            {{"messaging.system", "kafka"}, {"messaging.destination.name", "mails"}}),
       Span("3", "2", "mailer", SpanKind::kConsumer, at, {{"messaging.destination.name", "mails"}}),
       Span("4", "", "order", SpanKind::kClient, at, {{"server.address", "api.stripe.com"}}),
       Span("5", "", "order", SpanKind::kClient, at,
            {{"db.system.name", "redis"}, {"db.namespace", "0"}, {"server.address", "cache-1"}}),
       Span("6", "", "order", SpanKind::kClient, at, {{"peer.service", "legacy"}}),
       Span("7", "", "order", SpanKind::kClient, at, {{"server.address", "10.1.2.3"}}),
       Span("8", "", "order", SpanKind::kClient, at, {{"server.address", "localhost"}})});

  EXPECT_THAT(
      Calls(),
      ElementsAre("service:order > service:legacy", "service:order > database:cache-1",
                  "service:order > database:orders", "service:order > queue:mails",
                  "service:order > external:api.stripe.com", "queue:mails ~ service:mailer"));
}

TEST_F(SpanFeedTest, AnAddressIsWhoHasItNow) {
  News news{.entities = {{.ref = {model::EntityKind::kPod, "pay-1"}, .service = "pay"}},
            .edges = {},
            .at = kNow};
  news.entities[0].addresses = {"10.1.2.3"};
  ASSERT_TRUE(atlas_->Tell("t", news, Origin::kMetrics, kNow, Atlas::Durable::kSoon).ok());
  Send({Span("1", "", "web", SpanKind::kClient, kNow - seconds(30),
             {{"server.address", "10.1.2.3"}})});

  EXPECT_THAT(Calls(), ElementsAre("service:web > service:pay"));
}

TEST_F(SpanFeedTest, AHostThatAnsweredWithASpanIsNoStranger) {
  Send(
      {Span("1", "", "web", SpanKind::kClient, kNow - seconds(30), {{"server.address", "pay.lan"}}),
       Span("2", "1", "pay", SpanKind::kServer, kNow - seconds(30))});

  EXPECT_THAT(Calls(), ElementsAre("service:web > service:pay"));
}

TEST_F(SpanFeedTest, OldSpansTellOfTheirTime) {
  const base::TimePoint then = kNow - hours(5);
  Send({Span("1", "", "web", SpanKind::kServer, then),
        Span("2", "1", "pay", SpanKind::kServer, then)});

  EXPECT_THAT(Calls(), ElementsAre("service:web > service:pay"));
  const Snapshot graph = atlas_->Now("t");
  EXPECT_LT(graph->edge(0).last_seen, then + minutes(2));
  EXPECT_FALSE(graph->edge(0).traffic.has_value());
  EXPECT_EQ((*atlas_->At("t", then + minutes(1)))->edges().size(), 1u);
}

TEST_F(SpanFeedTest, KnowsThePodsOfTheSenders) {
  model::Span span = Span("1", "", "web", SpanKind::kServer, kNow - seconds(5));
  span.resource = {{"k8s.pod.name", "web-1"},
                   {"k8s.node.name", "n1"},
                   {"service.version", "2.1"},
                   {"k8s.pod.ip", "10.0.0.8"}};
  Send({span});
  EXPECT_THAT(Calls(), IsEmpty());

  const Snapshot graph = atlas_->Now("t");
  const int pod = graph->Find("pod:web-1");
  ASSERT_NE(pod, -1);
  EXPECT_EQ(graph->node(pod).entity.service, "web");
  EXPECT_EQ(graph->node(pod).entity.version, "2.1");
  EXPECT_NE(graph->Find("node:n1"), -1);
  EXPECT_EQ(atlas_->AtAddress("t", "10.0.0.8"), model::ParseEntityRef("web"));
}

TEST_F(SpanFeedTest, TakesNoMoreEndpointsOfAServiceThanItsLimit) {
  feed_ = std::make_unique<SpanFeed>(*records_, *atlas_, SpanFeed::Options{.endpoints_max = 3});
  std::vector<model::Span> spans;
  for (int i = 0; i < 9; ++i) {
    spans.push_back(Span(std::to_string(i), "", "web", SpanKind::kServer, kNow - seconds(5)));
    spans.back().name = "GET /user/" + std::to_string(i);
  }
  Send(spans);
  Calls();

  EXPECT_EQ(atlas_->Now("t")->size(), 4);
}

}  // namespace
}  // namespace vedette::topology::discovery
