// Names and labels as the projects document them: Istio's standard metrics, Linkerd's proxy
// metrics, the service graph connector of OpenTelemetry (and Tempo), OpenTelemetry's semantic
// conventions for database and messaging clients, Micrometer's and the JMX exporter's Kafka
// clients, kafka_exporter.

#include "topology/discovery/edge_metrics.h"

#include <fmt/core.h>
#include <initializer_list>

namespace vedette::topology::discovery {
namespace {

using model::Dependency;
using model::EntityKind;
using model::EntityRef;
using model::LabelsView;
using MaybeEdge = std::optional<Dependency>;

constexpr std::string_view kWindow = "2m";

// The first label that names something.
std::string First(LabelsView labels, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const std::string_view value = labels.Get(name);
    if (!value.empty() && value != "unknown") return std::string(value);
  }
  return {};
}

MaybeEdge Between(EntityRef caller, EntityRef callee, bool waits = true) {
  if (caller.name.empty() || callee.name.empty() || caller == callee) return std::nullopt;
  return Dependency{.caller = std::move(caller), .callee = std::move(callee), .waits = waits};
}

EntityRef Service(std::string name) { return {EntityKind::kService, std::move(name)}; }

MaybeEdge ReadIstio(LabelsView labels) {
  std::string caller = First(labels, {"source_canonical_service", "source_app", "source_workload"});
  // A destination without a workload lies outside of the mesh.
  std::string callee =
      First(labels, {"destination_canonical_service", "destination_app", "destination_workload"});
  const bool inside = !callee.empty();
  if (!inside) callee = First(labels, {"destination_service_name", "destination_service"});
  if (callee == "PassthroughCluster" || callee == "BlackHoleCluster" ||
      callee == "InboundPassthroughCluster") {
    return std::nullopt;
  }
  const std::string first = callee.substr(0, callee.find('.'));
  const bool cluster = callee.ends_with(".svc.cluster.local") || callee == first;
  if (inside || cluster)
    return Between(Service(std::move(caller)), Service(inside ? callee : first));
  return Between(Service(std::move(caller)), {EntityKind::kExternal, std::move(callee)});
}

MaybeEdge ReadLinkerd(LabelsView labels) {
  std::string callee =
      First(labels, {"dst_deployment", "dst_statefulset", "dst_daemonset", "dst_service"});
  if (!callee.empty()) {
    return Between(Service(First(labels, {"deployment", "statefulset", "daemonset"})),
                   Service(std::move(callee)));
  }
  // "api.example.com:443" of a host without a proxy.
  std::string host = First(labels, {"authority"});
  host = host.substr(0, host.find(':'));
  if (host.find('.') == host.npos || host.ends_with(".svc.cluster.local")) return std::nullopt;
  if (host.find_first_not_of("0123456789.") == host.npos) return std::nullopt;
  return Between(Service(First(labels, {"deployment", "statefulset", "daemonset"})),
                 {EntityKind::kExternal, std::move(host)});
}

MaybeEdge ReadServiceGraph(LabelsView labels) {
  const std::string_view type = labels.Get("connection_type");
  std::string client = First(labels, {"client"});
  std::string server = First(labels, {"server"});
  // "user" stands for callers that send no spans.
  if (client == "user") return std::nullopt;
  if (type == "database") {
    return Between(Service(std::move(client)), {EntityKind::kDatabase, std::move(server)});
  }
  const bool external = type == "virtual_node" && server.find('.') != server.npos;
  return Between(Service(std::move(client)),
                 {external ? EntityKind::kExternal : EntityKind::kService, std::move(server)},
                 type != "messaging_system");
}

MaybeEdge ReadDatabase(LabelsView labels) {
  std::string name = First(labels, {"db_namespace", "db_name"});
  if (name.find_first_not_of("0123456789") == name.npos) name = First(labels, {"server_address"});
  if (name.empty()) name = First(labels, {"db_system_name", "db_system"});
  return Between(Service(First(labels, {"service", "service_name", "app", "job"})),
                 {EntityKind::kDatabase, std::move(name)});
}

EntityRef Queue(LabelsView labels) {
  return {EntityKind::kQueue,
          First(labels, {"messaging_destination_name", "messaging_destination", "topic"})};
}

MaybeEdge ReadProducer(LabelsView labels) {
  return Between(Service(First(labels, {"service", "service_name", "app", "job"})), Queue(labels));
}

MaybeEdge ReadConsumer(LabelsView labels) {
  return Between(Queue(labels), Service(First(labels, {"service", "service_name", "app", "job"})),
                 false);
}

MaybeEdge ReadConsumerGroup(LabelsView labels) {
  return Between(Queue(labels), Service(First(labels, {"consumergroup", "group"})), false);
}

constexpr std::string_view kIstioLabels =
    "source_canonical_service, source_app, source_workload, destination_canonical_service, "
    "destination_app, destination_workload, destination_service_name, destination_service";
constexpr std::string_view kLinkerdLabels =
    "deployment, statefulset, daemonset, dst_deployment, dst_statefulset, dst_daemonset, "
    "dst_service, authority";
constexpr std::string_view kDatabaseLabels =
    "service, service_name, app, job, db_namespace, db_name, db_system_name, db_system, "
    "server_address";
constexpr std::string_view kQueueLabels =
    "service, service_name, app, job, topic, messaging_destination_name, messaging_destination";

// Of Istio's two reporters the source comes second: it also counts what never arrived.
constexpr EdgeMetric kEdgeMetrics[] = {
    {Origin::kIstio, "istio_requests_total", "reporter=\"destination\"", kIstioLabels, "",
     "response_code=~\"5..|0\"", "istio_request_duration_milliseconds", 1, ReadIstio},
    {Origin::kIstio, "istio_requests_total", "reporter=~\"source|waypoint\"", kIstioLabels, "",
     "response_code=~\"5..|0\"", "istio_request_duration_milliseconds", 1, ReadIstio},
    {Origin::kIstio, "istio_tcp_connections_opened_total", "reporter=\"source\"", kIstioLabels, "",
     "", "", 1, ReadIstio},
    {Origin::kLinkerd, "response_total", "direction=\"outbound\"", kLinkerdLabels, "",
     "classification=\"failure\"", "response_latency_ms", 1, ReadLinkerd},
    {Origin::kServiceGraph, "traces_service_graph_request_total", "",
     "client, server, connection_type", "traces_service_graph_request_failed_total", "",
     "traces_service_graph_request_server_seconds", 1000, ReadServiceGraph},
    {Origin::kClients, "db_client_operation_duration_seconds_count", "", kDatabaseLabels, "",
     "error_type!=\"\"", "db_client_operation_duration_seconds", 1000, ReadDatabase},
    {Origin::kClients, "db_client_connections_use_time_milliseconds_count", "", kDatabaseLabels, "",
     "", "", 1, ReadDatabase},
    {Origin::kClients, "messaging_client_sent_messages_total", "", kQueueLabels, "",
     "error_type!=\"\"", "messaging_client_operation_duration_seconds", 1000, ReadProducer},
    {Origin::kClients, "messaging_client_consumed_messages_total", "", kQueueLabels, "",
     "error_type!=\"\"", "", 1, ReadConsumer},
    {Origin::kClients, "kafka_producer_topic_record_send_total", "", kQueueLabels,
     "kafka_producer_topic_record_error_total", "", "", 1, ReadProducer},
    {Origin::kClients, "kafka_producer_producer_topic_metrics_record_send_total", "", kQueueLabels,
     "kafka_producer_producer_topic_metrics_record_error_total", "", "", 1, ReadProducer},
    {Origin::kClients, "kafka_consumer_fetch_manager_records_consumed_total", "topic!=\"\"",
     kQueueLabels, "", "", "", 1, ReadConsumer},
    {Origin::kClients, "kafka_consumer_consumer_fetch_manager_metrics_records_consumed_total",
     "topic!=\"\"", kQueueLabels, "", "", "", 1, ReadConsumer},
    {Origin::kClients, "kafka_consumergroup_current_offset", "", "topic, consumergroup, group", "",
     "", "", 1, ReadConsumerGroup},
};

std::string Selected(std::string_view metric, std::string_view selector,
                     std::string_view more = {}) {
  return fmt::format("{}{{{}{}{}}}", metric, selector, selector.empty() || more.empty() ? "" : ",",
                     more);
}

}  // namespace

std::span<const EdgeMetric> EdgeMetrics() { return kEdgeMetrics; }

std::string ExistenceQuery(const EdgeMetric& metric) {
  return fmt::format("group by ({}) ({})", metric.labels, Selected(metric.calls, metric.selector));
}

std::string RateQuery(const EdgeMetric& metric) {
  return fmt::format("sum by ({}) (rate({}[{}]))", metric.labels,
                     Selected(metric.calls, metric.selector), kWindow);
}

std::string FailureQuery(const EdgeMetric& metric) {
  if (metric.failed.empty() && metric.failing.empty()) return {};
  const std::string_view failed = metric.failed.empty() ? metric.calls : metric.failed;
  return fmt::format("sum by ({}) (rate({}[{}]))", metric.labels,
                     Selected(failed, metric.selector, metric.failing), kWindow);
}

std::string MeanQuery(const EdgeMetric& metric) {
  if (metric.duration.empty()) return {};
  const auto part = [&](std::string_view suffix) {
    return fmt::format("sum by ({}) (rate({}[{}]))", metric.labels,
                       Selected(fmt::format("{}{}", metric.duration, suffix), metric.selector),
                       kWindow);
  };
  return fmt::format("{} / {}", part("_sum"), part("_count"));
}

std::string P95Query(const EdgeMetric& metric) {
  if (metric.duration.empty()) return {};
  return fmt::format("histogram_quantile(0.95, sum by (le, {}) (rate({}[{}])))", metric.labels,
                     Selected(fmt::format("{}_bucket", metric.duration), metric.selector), kWindow);
}

}  // namespace vedette::topology::discovery
