#include "topology/discovery/metric_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::topology::discovery {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class MetricFeedTest : public ::testing::Test {
 protected:
  MetricFeedTest() {
    state_ = *sql::Database::Open({.path = ":memory:"});
    atlas_ = *Atlas::Open(*state_, {});
    feed_ = std::make_unique<MetricFeed>(queries_, store_, *atlas_);
  }

  // A counter that grows by so much per second over the last two minutes.
  void Counter(std::string name, Pairs labels, double per_second) {
    labels.emplace_back("__name__", std::move(name));
    for (int s = 0; s <= 120; s += 15) {
      store_.Add("t", model::Labels(labels), base::ToMillis(kNow - seconds(120 - s)),
                 1000 + per_second * s);
    }
  }
  void Gauge(std::string name, Pairs labels) {
    labels.emplace_back("__name__", std::move(name));
    store_.Add("t", model::Labels(labels), base::ToMillis(kNow - seconds(10)), 1);
  }
  Snapshot Refresh() {
    const base::Result<> told = feed_->Refresh("t", kNow);
    EXPECT_TRUE(told.ok()) << told.error().message;
    return atlas_->Now("t");
  }
  static std::vector<std::string> Calls(const Snapshot& graph) {
    std::vector<std::string> calls;
    for (const Edge& edge : graph->edges()) {
      calls.push_back(graph->node(edge.caller).entity.ref.id() + (edge.waits ? " > " : " ~ ") +
                      graph->node(edge.callee).entity.ref.id());
    }
    return calls;
  }

  query::testing::MemoryStore store_;
  base::FakeClock clock_;
  query::Engine queries_{{}, store_, clock_};
  std::unique_ptr<sql::Database> state_;
  std::unique_ptr<Atlas> atlas_;
  std::unique_ptr<MetricFeed> feed_;
};

TEST_F(MetricFeedTest, IstioCountsCallsErrorsAndTheirLatency) {
  const auto labels = [](std::string workload, std::string code) {
    return Pairs{{"reporter", "source"},
                 {"source_canonical_service", "web"},
                 {"source_workload", "web-v1"},
                 {"destination_canonical_service", "pay"},
                 {"destination_workload", std::move(workload)},
                 {"response_code", std::move(code)}};
  };
  Counter("istio_requests_total", labels("pay-v1", "200"), 6);
  Counter("istio_requests_total", labels("pay-v2", "200"), 3);
  Counter("istio_requests_total", labels("pay-v2", "503"), 0.5);
  Counter("istio_requests_total", labels("pay-v2", "0"), 0.5);
  for (const char* workload : {"pay-v1", "pay-v2"}) {
    Counter("istio_request_duration_milliseconds_sum", labels(workload, "200"), 200);
    Counter("istio_request_duration_milliseconds_count", labels(workload, "200"), 5);
    for (const auto& [le, rate] : {std::pair{"10", 0.0}, {"100", 5.0}, {"+Inf", 5.0}}) {
      Pairs bucket = labels(workload, "200");
      bucket.emplace_back("le", le);
      Counter("istio_request_duration_milliseconds_bucket", bucket, rate);
    }
  }

  const Snapshot graph = Refresh();

  EXPECT_THAT(Calls(graph), ElementsAre("service:web > service:pay"));
  ASSERT_TRUE(graph->edge(0).traffic.has_value());
  const Traffic& traffic = *graph->edge(0).traffic;
  EXPECT_EQ(traffic.origin, Origin::kIstio);
  EXPECT_NEAR(traffic.calls_per_second, 10, 1e-6);
  EXPECT_NEAR(traffic.error_ratio, 0.1, 1e-6);
  EXPECT_NEAR(*traffic.latency_ms, 40, 1e-6);
  EXPECT_NEAR(*traffic.latency_p95_ms, 95.5, 1e-6);
}

TEST_F(MetricFeedTest, IstiosTwoReportersAreNotAddedUp) {
  for (const char* reporter : {"source", "destination"}) {
    Counter("istio_requests_total",
            {{"reporter", reporter},
             {"source_workload", "web"},
             {"destination_workload", "pay"},
             {"response_code", "200"}},
            reporter == std::string("source") ? 10 : 9);
  }

  EXPECT_NEAR(Refresh()->edge(0).traffic->calls_per_second, 10, 1e-6);
}

TEST_F(MetricFeedTest, IstioKnowsTheWorldOutside) {
  const auto call = [&](Pairs labels) {
    labels.emplace_back("reporter", "source");
    labels.emplace_back("source_workload", "web");
    labels.emplace_back("response_code", "200");
    Counter("istio_requests_total", std::move(labels), 1);
  };
  call({{"destination_service_name", "api.stripe.com"}, {"destination_workload", "unknown"}});
  call({{"destination_service_name", "PassthroughCluster"}, {"destination_workload", "unknown"}});
  call({{"destination_service", "legacy.shop.svc.cluster.local"}});

  EXPECT_THAT(Calls(Refresh()),
              ElementsAre("service:web > service:legacy", "service:web > external:api.stripe.com"));
}

TEST_F(MetricFeedTest, LinkerdCountsWhatProxiesSend) {
  const Pairs edge = {{"direction", "outbound"}, {"deployment", "web"}, {"dst_deployment", "pay"}};
  Pairs good = edge;
  good.emplace_back("classification", "success");
  Pairs bad = edge;
  bad.emplace_back("classification", "failure");
  Counter("response_total", good, 3);
  Counter("response_total", bad, 1);
  Counter("response_total", {{"direction", "inbound"}, {"deployment", "pay"}}, 4);

  const Snapshot graph = Refresh();

  EXPECT_THAT(Calls(graph), ElementsAre("service:web > service:pay"));
  EXPECT_NEAR(graph->edge(0).traffic->calls_per_second, 4, 1e-6);
  EXPECT_NEAR(graph->edge(0).traffic->error_ratio, 0.25, 1e-6);
  EXPECT_EQ(graph->edge(0).traffic->origin, Origin::kLinkerd);
}

TEST_F(MetricFeedTest, AServiceGraphNamesDatabasesAndMessages) {
  const auto call = [&](const char* client, const char* server, const char* type) {
    Counter("traces_service_graph_request_total",
            {{"client", client}, {"server", server}, {"connection_type", type}}, 2);
  };
  call("web", "order", "");
  call("order", "orders", "database");
  call("order", "mailer", "messaging_system");
  call("user", "web", "virtual_node");
  Counter("traces_service_graph_request_failed_total", {{"client", "web"}, {"server", "order"}}, 1);

  const Snapshot graph = Refresh();

  EXPECT_THAT(Calls(graph),
              ElementsAre("service:order ~ service:mailer", "service:order > database:orders",
                          "service:web > service:order"));
  EXPECT_NEAR(graph->edge(2).traffic->error_ratio, 0.5, 1e-6);
}

TEST_F(MetricFeedTest, ClientsOfDatabasesAndKafkaTellOfThem) {
  Counter("db_client_operation_duration_seconds_count",
          {{"service", "order"}, {"db_system_name", "postgresql"}, {"db_namespace", "orders"}}, 5);
  Counter("kafka_producer_topic_record_send_total", {{"service", "order"}, {"topic", "mails"}}, 1);
  Counter("kafka_consumergroup_current_offset",
          {{"consumergroup", "mailer"}, {"topic", "mails"}, {"partition", "0"}}, 1);

  EXPECT_THAT(Calls(Refresh()),
              ElementsAre("service:order > database:orders", "service:order > queue:mails",
                          "queue:mails ~ service:mailer"));
}

TEST_F(MetricFeedTest, AnEdgeIsThereBeforeItsRateIsKnown) {
  Gauge("istio_requests_total",
        {{"reporter", "source"}, {"source_workload", "web"}, {"destination_workload", "pay"}});

  const Snapshot graph = Refresh();

  EXPECT_THAT(Calls(graph), ElementsAre("service:web > service:pay"));
  EXPECT_FALSE(graph->edge(0).traffic.has_value());
}

TEST_F(MetricFeedTest, KubeStateMetricsTellOfPodsAndNodes) {
  Gauge("kube_node_info", {{"node", "n1"}, {"internal_ip", "192.168.0.4"}});
  Gauge("kube_pod_info", {{"pod", "pay-7c9f8d6b5-x2x4q"},
                          {"node", "n1"},
                          {"pod_ip", "10.1.2.3"},
                          {"host_network", "false"},
                          {"created_by_kind", "ReplicaSet"},
                          {"created_by_name", "pay-7c9f8d6b5"}});
  Gauge("kube_pod_info", {{"pod", "agent-x2x4q"},
                          {"node", "n1"},
                          {"pod_ip", "192.168.0.4"},
                          {"host_network", "true"},
                          {"created_by_kind", "DaemonSet"},
                          {"created_by_name", "agent"}});

  const Snapshot graph = Refresh();

  EXPECT_EQ(graph->node(graph->Find("pod:pay-7c9f8d6b5-x2x4q")).entity.service, "pay");
  EXPECT_EQ(graph->node(graph->Find("pod:agent-x2x4q")).entity.service, "agent");
  EXPECT_THAT(graph->MembersOf(graph->Find("node:n1")).size(), 2u);
  EXPECT_EQ(atlas_->AtAddress("t", "10.1.2.3")->id(), "service:pay");
  EXPECT_EQ(atlas_->AtAddress("t", "192.168.0.4")->id(), "node:n1");
}

TEST_F(MetricFeedTest, ServicesWithoutAnyEdgeAreThereToo) {
  Gauge("http_requests_total", {{"service", "cron"}});
  Gauge("up", {{"job", "batch"}});

  const Snapshot graph = Refresh();

  EXPECT_NE(graph->Find("service:cron"), -1);
  EXPECT_NE(graph->Find("service:batch"), -1);
  EXPECT_THAT(Calls(graph), IsEmpty());
}

TEST_F(MetricFeedTest, SaysWhenTheStoreFails) {
  Gauge("up", {{"job", "batch"}});
  store_.FailNext(base::Unavailable("away"));

  EXPECT_FALSE(feed_->Refresh("t", kNow).ok());
  EXPECT_TRUE(feed_->Refresh("t", kNow).ok());
}

}  // namespace
}  // namespace vedette::topology::discovery
