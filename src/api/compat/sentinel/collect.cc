#include "api/compat/sentinel/collect.h"

#include <array>
#include <fmt/core.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.h"

namespace vedette::api::compat::sentinel {
namespace {

constexpr size_t kItemsMax = 1000;

struct Reading {
  std::string_view name;  // in the answer
  std::string_view promql;
  std::string_view text_label = {};  // the value is what this label says
};

// A kind of component: what names it (exporters differ in the second label), and what is asked.
struct Kind {
  std::string_view source;
  std::string_view component_type;
  std::string_view id_format;              // of the two labels
  std::array<std::string_view, 3> labels;  // the third in place of the second
  std::array<Reading, 4> readings;
};

constexpr Kind kPods{
    "kubernetes",
    "pod",
    "{}/{}",
    {"namespace", "pod", "pod_name"},
    {{{"cpu_usage",
       R"(sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])))"},
      {"memory_usage",
       R"(sum by (namespace, pod) (container_memory_working_set_bytes{container!="",container!="POD"}))"},
      {"status", "max by (namespace, pod, phase) (kube_pod_status_phase) == 1", "phase"},
      {"restart_count", "sum by (namespace, pod) (kube_pod_container_status_restarts_total)"}}}};

constexpr Kind kInstances{"aws",
                          "cloud_instance",
                          "aws:{}:{}",
                          {"region", "instance_id", "dimension_InstanceId"},
                          {{{"CPUUtilization", "aws_ec2_cpuutilization_average"},
                            {"NetworkIn", "aws_ec2_network_in_average"},
                            {"NetworkOut", "aws_ec2_network_out_average"},
                            {}}}};

struct Measured {
  double value = 0;
  std::string text;  // instead of the value, if any
};
// By the two names of a component, then by reading.
using Components =
    std::map<std::pair<std::string, std::string>, std::map<std::string_view, Measured>>;

base::Result<Components> Read(query::Engine& queries, const Call& call, const Kind& kind) {
  Components components;
  for (const Reading& reading : kind.readings) {
    if (reading.name.empty()) continue;
    const auto result = queries.Instant({.tenant = call.caller.tenant,
                                         .text = std::string(reading.promql),
                                         .time = call.now,
                                         .deadline = call.request.deadline,
                                         .cancelled = call.request.cancelled});
    if (!result.ok()) return result.error();
    for (const auto& point : result->vector) {
      std::pair<std::string, std::string> id(point.labels.Get(kind.labels[0]),
                                             point.labels.Get(kind.labels[1]));
      if (id.second.empty()) id.second = point.labels.Get(kind.labels[2]);
      if (id.second.empty()) continue;
      if (components.size() >= kItemsMax && !components.contains(id)) continue;
      components[std::move(id)][reading.name] = {
          point.value, reading.text_label.empty()
                           ? std::string()
                           : std::string(point.labels.Get(reading.text_label))};
    }
  }
  return components;
}

void Write(base::JsonWriter& json, const Kind& kind, const Components& components) {
  json.BeginArray();
  for (const auto& [id, measured] : components) {
    json.BeginObject().Field("source", kind.source).Field("component_type", kind.component_type);
    json.Field("component_id", fmt::format(fmt::runtime(kind.id_format), id.first, id.second));
    json.Key("metrics").BeginObject();
    for (const auto& [name, value] : measured) {
      json.Key(name);
      value.text.empty() ? json.Value(value.value) : json.Value(value.text);
    }
    json.EndObject().Key("metadata").BeginObject();
    json.Field(kind.labels[0], id.first).Field(kind.labels[1], id.second);
    json.EndObject().EndObject();
  }
  json.EndArray();
}

net::Response Collect(query::Engine& queries, const Call& call) {
  const base::Result<Components> pods = Read(queries, call, kPods);
  if (!pods.ok()) return ErrorResponse(pods.error());
  const base::Result<Components> instances = Read(queries, call, kInstances);
  if (!instances.ok()) return ErrorResponse(instances.error());
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("status", "success").Key("data").BeginObject();
  json.Key("kubernetes");
  Write(json, kPods, *pods);
  json.Key("aws_metrics");
  Write(json, kInstances, *instances);
  json.EndObject().Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

}  // namespace

std::vector<Route> CollectRoutes(query::Engine& queries) {
  return {{"GET",
           "/collect-metrics",
           Permission::kRead,
           [&queries](const Call& call) { return Collect(queries, call); },
           "s2CollectMetrics",
           {},
           true}};
}

}  // namespace vedette::api::compat::sentinel
