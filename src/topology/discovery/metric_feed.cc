#include "topology/discovery/metric_feed.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "topology/discovery/edge_metrics.h"

namespace vedette::topology::discovery {
namespace {

using model::EntityKind;
using model::EntityRef;
using Ends = std::pair<EntityRef, EntityRef>;

constexpr base::Duration kTimeout = std::chrono::seconds(5);  // of each question
constexpr size_t kServicesMax = 20'000;
constexpr base::Duration kRecent = std::chrono::minutes(10);  // of series that count as there

constexpr std::string_view kPods =
    "group by (namespace, pod, node, pod_ip, host_network, created_by_kind, created_by_name) "
    "(kube_pod_info)";
constexpr std::string_view kNodes = "group by (node, internal_ip) (kube_node_info)";
constexpr std::string_view kJobs = "group by (job) (up{service=\"\",job!=\"\"})";

// What the metrics of one family say of an edge. Several label sets may mean the same edge.
struct Sums {
  bool waits = true;
  std::optional<double> rate;
  double failures = 0;
  double weighted_ms = 0;  // means, each times its rate
  double weights = 0;
  std::optional<double> p95_ms;  // the worst
};

// A ReplicaSet's name without its hash is the Deployment's.
std::string WorkloadOf(model::LabelsView labels) {
  std::string name(labels.Get("created_by_name"));
  if (labels.Get("created_by_kind") != "ReplicaSet") return name == "<none>" ? "" : name;
  const size_t dash = name.rfind('-');
  return dash == std::string::npos ? name : name.substr(0, dash);
}

std::optional<Traffic> TrafficOf(const Sums& sums, Origin origin, base::TimePoint now) {
  if (!sums.rate) return std::nullopt;
  Traffic traffic{.calls_per_second = *sums.rate,
                  .error_ratio = *sums.rate > 0 ? std::min(1.0, sums.failures / *sums.rate) : 0,
                  .latency_ms = std::nullopt,
                  .latency_p95_ms = sums.p95_ms,
                  .origin = origin,
                  .at = now};
  if (sums.weights > 0) traffic.latency_ms = sums.weighted_ms / sums.weights;
  return traffic;
}

}  // namespace

base::Result<std::vector<query::VectorSample>> MetricFeed::Ask(const model::TenantName& tenant,
                                                               std::string text,
                                                               base::TimePoint now) {
  query::InstantQuery query;
  query.tenant = tenant;
  query.text = std::move(text);
  query.time = now;
  query.timeout = kTimeout;
  VEDETTE_TRY(query::QueryResult result, queries_.Instant(query));
  return std::move(result.vector);
}

base::Result<> MetricFeed::TellEdges(const model::TenantName& tenant, base::TimePoint now) {
  std::map<std::pair<Origin, Ends>, Sums> edges;
  for (const EdgeMetric& metric : EdgeMetrics()) {
    VEDETTE_TRY(const auto existing, Ask(tenant, ExistenceQuery(metric), now));
    if (existing.empty()) continue;
    std::map<Ends, Sums> found;
    const auto each = [&](const std::vector<query::VectorSample>& samples, const auto& add) {
      for (const query::VectorSample& sample : samples) {
        const auto edge = metric.read(sample.labels);
        if (!edge) continue;
        Sums& sums = found[{edge->caller, edge->callee}];
        sums.waits = edge->waits;
        if (std::isfinite(sample.value)) add(sums, sample.value, sample.labels);
      }
    };
    each(existing, [](Sums&, double, model::LabelsView) {});
    std::map<model::Labels, double> rates;
    VEDETTE_TRY(const auto rate, Ask(tenant, RateQuery(metric), now));
    each(rate, [&](Sums& sums, double value, model::LabelsView labels) {
      sums.rate = sums.rate.value_or(0) + value;
      rates[model::Labels(labels)] = value;
    });
    const auto ask = [&](const std::string& text, const auto& add) -> base::Result<> {
      if (text.empty()) return {};
      VEDETTE_TRY(const auto samples, Ask(tenant, text, now));
      each(samples, add);
      return {};
    };
    VEDETTE_TRY_VOID(ask(FailureQuery(metric), [](Sums& sums, double value, model::LabelsView) {
      sums.failures += value;
    }));
    VEDETTE_TRY_VOID(
        ask(MeanQuery(metric), [&](Sums& sums, double value, model::LabelsView labels) {
          const double weight = rates[model::Labels(labels)];
          sums.weighted_ms += value * metric.ms_per_unit * weight;
          sums.weights += weight;
        }));
    VEDETTE_TRY_VOID(ask(P95Query(metric), [&](Sums& sums, double value, model::LabelsView) {
      sums.p95_ms = std::max(sums.p95_ms.value_or(0), value * metric.ms_per_unit);
    }));
    // A later family of the same origin counts more exactly.
    for (auto& [ends, sums] : found) {
      Sums& known = edges[{metric.origin, ends}];
      if (sums.rate || !known.rate) known = sums;
    }
  }
  std::map<Origin, News> news;
  for (const auto& [key, sums] : edges) {
    const auto& [origin, ends] = key;
    news[origin].edges.push_back(
        {.dependency = {.caller = ends.first, .callee = ends.second, .waits = sums.waits},
         .first = now,
         .last = now,
         .traffic = TrafficOf(sums, origin, now)});
  }
  for (const auto& [origin, told] : news) {
    VEDETTE_TRY_VOID(atlas_.Tell(tenant, told, origin, now, Atlas::Durable::kSoon));
  }
  return {};
}

base::Result<> MetricFeed::TellPods(const model::TenantName& tenant, base::TimePoint now) {
  News news{.entities = {}, .edges = {}, .at = now};
  VEDETTE_TRY(const auto nodes, Ask(tenant, std::string(kNodes), now));
  for (const query::VectorSample& sample : nodes) {
    model::Entity node{.ref = {EntityKind::kNode, std::string(sample.labels.Get("node"))}};
    const std::string_view address = sample.labels.Get("internal_ip");
    if (!address.empty()) node.addresses.emplace_back(address);
    if (!node.ref.name.empty()) news.entities.push_back(std::move(node));
  }
  VEDETTE_TRY(const auto pods, Ask(tenant, std::string(kPods), now));
  for (const query::VectorSample& sample : pods) {
    model::Entity pod{.ref = {EntityKind::kPod, std::string(sample.labels.Get("pod"))}};
    if (pod.ref.name.empty()) continue;
    pod.service = WorkloadOf(sample.labels);
    pod.node = sample.labels.Get("node");
    const std::string_view address = sample.labels.Get("pod_ip");
    const bool own = sample.labels.Get("host_network") != "true";
    if (own && !address.empty()) pod.addresses.emplace_back(address);
    if (!pod.service.empty()) {
      news.entities.push_back({.ref = {EntityKind::kService, pod.service}});
    }
    if (!pod.node.empty()) news.entities.push_back({.ref = {EntityKind::kNode, pod.node}});
    news.entities.push_back(std::move(pod));
  }
  if (news.entities.empty()) return {};
  VEDETTE_TRY_VOID(atlas_.Tell(tenant, news, Origin::kMetrics, now, Atlas::Durable::kSoon));
  return {};
}

base::Result<> MetricFeed::TellServices(const model::TenantName& tenant, base::TimePoint now) {
  News news{.entities = {}, .edges = {}, .at = now};
  const auto add = [&](std::string name) {
    if (name.empty() || news.entities.size() >= kServicesMax) return;
    news.entities.push_back({.ref = {EntityKind::kService, std::move(name)}});
  };
  series::SelectRequest request;
  request.tenant = tenant;
  request.from_ms = base::ToMillis(now - kRecent);
  request.to_ms = base::ToMillis(now);
  for (const std::string_view label : {"service", "service_name"}) {
    VEDETTE_TRY(std::vector<std::string> values, store_.LabelValues(request, label));
    for (std::string& value : values) add(std::move(value));
  }
  VEDETTE_TRY(const auto jobs, Ask(tenant, std::string(kJobs), now));
  for (const query::VectorSample& sample : jobs) add(std::string(sample.labels.Get("job")));
  if (news.entities.empty()) return {};
  VEDETTE_TRY_VOID(atlas_.Tell(tenant, news, Origin::kMetrics, now, Atlas::Durable::kSoon));
  return {};
}

base::Result<> MetricFeed::Refresh(const model::TenantName& tenant, base::TimePoint now) {
  base::Result<> result;
  for (const auto tell :
       {&MetricFeed::TellEdges, &MetricFeed::TellPods, &MetricFeed::TellServices}) {
    base::Result<> told = (this->*tell)(tenant, now);
    if (!told.ok()) result = std::move(told);
  }
  return result;
}

}  // namespace vedette::topology::discovery
