#include "release/compare/comparison.h"

// What S1's documents name, as far as metrics in the store have it: its queries of API and Istio
// requests, pods, RDS and ElastiCache (by the names of the CloudWatch exporters), and where a limit
// differs between README and template, the README's.

namespace vedette::release::compare {
namespace {

std::map<std::string, ClassLimit> Limits() {
  return {{"2xx", {.count = 5000, .percent = 100, .unseen = 5000}},
          {"3xx", {.count = 5000, .percent = 100, .unseen = 5000}},
          {"4xx", {.count = 500, .percent = 100, .unseen = 500}},
          // Errors that were never there deserve a word sooner.
          {"5xx", {.count = 500, .percent = 100, .unseen = 10}},
          {"0DC", {.count = 500, .percent = 100, .unseen = 10}}};
}

LevelGroup Level(std::string name, std::string query, std::vector<std::string> key,
                 std::string unit, std::optional<double> rise, std::optional<double> limit) {
  LevelGroup group;
  group.name = std::move(name);
  group.query = std::move(query);
  group.key = std::move(key);
  group.unit = std::move(unit);
  group.rise = rise;
  group.limit = limit;
  return group;
}

std::vector<LevelGroup> Levels() {
  const std::vector<std::string> database = {"dimension_DBInstanceIdentifier"};
  const std::vector<std::string> cache = {"dimension_CacheClusterId"};
  std::vector<LevelGroup> levels;
  LevelGroup pods =
      Level("pod CPU",
            "100 * sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{image!=\"\","
            "container!=\"POD\"}[2m])) / sum by (namespace, pod) "
            "(kube_pod_container_resource_requests{unit=\"core\"})",
            {"pod"}, "%", std::nullopt, 80);
  levels.push_back(pods);
  pods.name = "pod memory";
  pods.query =
      "100 * sum by (namespace, pod) (container_memory_working_set_bytes{image!=\"\","
      "container!=\"POD\"}) / sum by (namespace, pod) "
      "(kube_pod_container_resource_requests{unit=\"byte\"})";
  pods.limit = 90;
  levels.push_back(pods);
  levels.push_back(
      Level("RDS CPU", "aws_rds_cpuutilization_average", database, "%", 10, std::nullopt));
  levels.push_back(Level("RDS connections", "aws_rds_database_connections_average", database,
                         "connections", 100, std::nullopt));
  levels.push_back(Level("RDS freeable memory", "aws_rds_freeable_memory_average", database,
                         "bytes", std::nullopt, std::nullopt));
  levels.push_back(
      Level("Redis CPU", "aws_elasticache_cpuutilization_average", cache, "%", 10, std::nullopt));
  levels.push_back(Level("Redis engine CPU", "aws_elasticache_engine_cpuutilization_average", cache,
                         "%", 10, std::nullopt));
  levels.push_back(Level("Redis memory", "aws_elasticache_database_memory_usage_percentage_average",
                         cache, "%", 10, std::nullopt));
  levels.push_back(Level("Redis capacity",
                         "aws_elasticache_database_capacity_usage_percentage_average", cache, "%",
                         10, std::nullopt));
  levels.push_back(Level("ride to search ratio",
                         "100 * sum(rate(ride_created_count[2m])) / "
                         "sum(rate(search_request_count[2m]))",
                         {}, "%", std::nullopt, std::nullopt));
  return levels;
}

}  // namespace

Comparison Default() {
  Comparison comparison;
  comparison.name = "weekly";
  const std::map<std::string, RowLimit> runs = {{"5xx", {}}, {"0DC", {}}};
  comparison.requests = {
      {.name = "api",
       .selector = "http_request_duration_seconds_count{handler!=\"/v2/\",handler!=\"/ui/\"}",
       .key = {"method", "service", "handler"},
       .code = "status_code",
       .limits = Limits(),
       .in_a_row = {{"5xx", {.count = 5, .points = 3}}},
       .skip = {}},
      {.name = "istio",
       .selector = "istio_requests_total{destination_service_name!=\"istio-telemetry\","
                   "reporter=\"destination\"}",
       .key = {"destination_service_name"},
       .code = "response_code",
       .limits = Limits(),
       .in_a_row = runs,
       .skip = {}},
      {.name = "pods",
       .selector = "label_replace(istio_requests_total{response_code!~\"(2..|3..)\","
                   "reporter=\"destination\"}, \"pod_ip\", \"$1\", \"instance\", \"([^:]+).*\") "
                   "* on (pod_ip) group_left (pod) max by (pod_ip, pod) (kube_pod_info)",
       .key = {"pod"},
       .code = "response_code",
       .limits = {},
       .in_a_row = runs,
       .skip = {}},
      {.name = "services",
       .selector = "http_requests_total{service!=\"\"}",
       .key = {"service"},
       .code = "code",
       .limits = Limits(),
       .in_a_row = runs,
       .skip = {}}};
  comparison.levels = Levels();
  comparison.members = {
      {.name = "RDS replicas",
       .query = "aws_rds_cpuutilization_average",
       .key = {"dimension_DBClusterIdentifier"},
       .member = "dimension_DBInstanceIdentifier"},
      {.name = "Redis nodes",
       .query = "aws_elasticache_cpuutilization_average",
       .key = {"dimension_ReplicationGroupId"},
       .member = "dimension_CacheClusterId"},
      {.name = "deployments",
       .query = "group by (namespace, deployment, pod) (label_replace(kube_pod_info{"
                "created_by_kind=\"ReplicaSet\"}, \"deployment\", \"$1\", \"created_by_name\", "
                "\"(.*)-[a-z0-9]+\"))",
       .key = {"namespace", "deployment"},
       .member = "pod"}};
  return comparison;
}

}  // namespace vedette::release::compare
