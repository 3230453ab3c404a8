#include "app/config_sections.h"

namespace vedette::app {
namespace {

constexpr double kShareMin = 1e-6;
constexpr double kShareMax = 0.5;

}  // namespace

void ReadReleases(yaml::YamlReader& releases, release::Options& out) {
  releases.Read("enabled", out.enabled);
  releases.Read("kinds", out.kinds);
  releases.Read("watch", out.watch);
  releases.Read("before", out.before);
  int64_t weeks = out.weeks;
  releases.Read("weeks", weeks, 0, 8);
  out.weeks = static_cast<int>(weeks);
  releases.Read("false_alarms", out.false_alarms, kShareMin, kShareMax);
  releases.Read("missed", out.missed, kShareMin, kShareMax);
  releases.Read("error_factor", out.error_factor, 1.05, 100);
  releases.Read("error_points", out.error_points, 0, 1);
  releases.Read("latency_factor", out.latency_factor, 1.05, 100);
  releases.Read("latency_points", out.latency_points, 0, 1);
  releases.Read("level_rise", out.level_rise, 0.01, 100);
  size_t severity = static_cast<size_t>(out.severity);
  if (releases.ReadChoice("severity", {"info", "warning", "critical"}, severity)) {
    out.severity = static_cast<model::Severity>(severity);
  }
  releases.Read("open_incidents", out.open_incidents);
  releases.Read("request_metrics", out.request_metrics);
  releases.Read("error_metrics", out.error_metrics);
  releases.Read("latency_metrics", out.latency_metrics);
  releases.Read("cpu_metrics", out.cpu_metrics);
  releases.Read("memory_metrics", out.memory_metrics);
  releases.Read("service_labels", out.service_labels);
  releases.Read("version_labels", out.version_labels);
  const base::Result<> valid = release::Validate(out);
  if (!valid.ok()) releases.Problem(valid.error().field, valid.error().message);
}

}  // namespace vedette::app
