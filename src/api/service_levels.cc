#include "api/service_levels.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <set>
#include <string_view>

#include "base/result.h"
#include "release/signals.h"

namespace vedette::api {
namespace {

constexpr base::Duration kTimeout = std::chrono::seconds(2);  // of each question
constexpr std::string_view kWindow = "2m";  // as calls are measured by their own metrics
constexpr std::string_view kService = "service, service_name, app, job";
// What release::Failed reads.
constexpr std::string_view kStatus =
    "status_code, code, response_code, http_response_status_code, http_status_code, http_status, "
    "status, grpc_code, outcome, classification";

std::string ServiceOf(model::LabelsView labels) {
  for (const char* name : {"service", "service_name", "app", "job"}) {
    if (!labels.Get(name).empty()) return std::string(labels.Get(name));
  }
  return {};
}

class Asking {
 public:
  Asking(query::Engine& queries, const model::TenantName& tenant, base::TimePoint at)
      : queries_(queries), tenant_(tenant), at_(at) {}

  ServiceLevels Run();

 private:
  using Visit = std::function<void(ServiceLevel&, const query::VectorSample&)>;

  // Visits the answers that belong to a service without `known`.
  void Ask(std::string text, const std::function<bool(const ServiceLevel&)>& known,
           const Visit& visit);
  void AskRequests(const std::string& metric);
  void AskLatency(const std::string& metric);
  void AskMean(const std::string& metric, std::optional<double> ServiceLevel::* field);

  query::Engine& queries_;
  const model::TenantName& tenant_;
  const base::TimePoint at_;
  ServiceLevels levels_;
};

void Asking::Ask(std::string text, const std::function<bool(const ServiceLevel&)>& known,
                 const Visit& visit) {
  query::InstantQuery query;
  query.tenant = tenant_;
  query.text = std::move(text);
  query.time = at_;
  query.timeout = kTimeout;
  const base::Result<query::QueryResult> result = queries_.Instant(query);
  if (!result.ok()) {
    base::IgnoreError(result, "what cannot be asked is not known");
    return;
  }
  std::set<std::string> done;  // by another metric
  for (const auto& [service, level] : levels_) {
    if (known(level)) done.insert(service);
  }
  for (const query::VectorSample& sample : result->vector) {
    const std::string service = ServiceOf(sample.labels);
    if (service.empty() || done.contains(service) || !std::isfinite(sample.value)) continue;
    visit(levels_[service], sample);
  }
}

void Asking::AskRequests(const std::string& metric) {
  struct Sums {
    double all = 0;
    double told = 0;  // of which it is known how they ended
    double failed = 0;
  };
  std::map<ServiceLevel*, Sums> sums;
  Ask(
      fmt::format("sum by ({}, {}) (rate({}[{}]))", kService, kStatus, metric, kWindow),
      [](const ServiceLevel& level) { return level.calls_per_second.has_value(); },
      [&](ServiceLevel& level, const query::VectorSample& sample) {
        Sums& sum = sums[&level];
        sum.all += sample.value;
        const std::optional<bool> failed = release::Failed(sample.labels);
        if (failed) sum.told += sample.value;
        if (failed.value_or(false)) sum.failed += sample.value;
      });
  for (const auto& [level, sum] : sums) {
    level->calls_per_second = sum.all;
    if (sum.told > 0) level->error_ratio = sum.failed / sum.told;
  }
}

void Asking::AskLatency(const std::string& metric) {
  const bool in_ms = metric.ends_with("_ms") || metric.ends_with("_milliseconds");
  const auto rate = [&](std::string_view suffix) {
    return fmt::format("sum by ({}) (rate({}{}[{}]))", kService, metric, suffix, kWindow);
  };
  Ask(
      fmt::format("{} / ({} > 0)", rate("_sum"), rate("_count")),
      [](const ServiceLevel& level) { return level.latency_ms.has_value(); },
      [&](ServiceLevel& level, const query::VectorSample& sample) {
        level.latency_ms = sample.value * (in_ms ? 1 : 1000);
      });
}

void Asking::AskMean(const std::string& metric, std::optional<double> ServiceLevel::* field) {
  Ask(
      fmt::format("avg by ({}) (avg_over_time({}[{}]))", kService, metric, kWindow),
      [&](const ServiceLevel& level) { return (level.*field).has_value(); },
      [&](ServiceLevel& level, const query::VectorSample& sample) { level.*field = sample.value; });
}

ServiceLevels Asking::Run() {
  const release::Names names = release::NamesFor({});
  for (const std::string& metric : names.requests) AskRequests(metric);
  for (const std::string& metric : names.latency) AskLatency(metric);
  AskMean("process_cpu_usage", &ServiceLevel::cpu_ratio);
  AskMean("process_memory_usage", &ServiceLevel::memory_ratio);
  Ask(
      fmt::format("count by ({}) (up == 1)", kService), [](const ServiceLevel&) { return false; },
      [](ServiceLevel& level, const query::VectorSample& sample) {
        level.pods += static_cast<int>(sample.value);
      });
  return std::move(levels_);
}

}  // namespace

ServiceLevels AskServiceLevels(query::Engine& queries, const model::TenantName& tenant,
                               base::TimePoint at) {
  return Asking(queries, tenant, at).Run();
}

}  // namespace vedette::api
