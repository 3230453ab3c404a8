#include "api/compat/chatbot/anomalies.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "api/compat/chatbot/request.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "detect/patterns/patterns.h"

namespace vedette::api::compat::chatbot {
namespace {

using detect::patterns::ComponentOf;
using detect::patterns::IsComponent;
using detect::patterns::Pattern;
using model::Anomaly;

constexpr base::Duration kMinute = std::chrono::minutes(1);
constexpr base::Duration kHour = std::chrono::hours(1);
constexpr int64_t kMinutesMax = 60 * 24 * 90;
constexpr int64_t kHoursMax = 24 * 90;
constexpr int64_t kPageLimit = 1000;
constexpr size_t kAnomaliesMax = 10'000;  // that one answer is made of
constexpr size_t kTopMetrics = 5;
constexpr size_t kNamed = 20;  // in a sentence

// What a question finds: at most kAnomaliesMax, the latest.
struct Found {
  std::vector<Anomaly> anomalies;
  bool complete = true;
};

base::Result<Found> ReadAll(const detect::AnomalyStore& store, detect::AnomalyQuery query) {
  Found found;
  query.limit = kPageLimit;
  for (;;) {
    VEDETTE_TRY(detect::AnomalyPage page, store.List(query));
    for (Anomaly& anomaly : page.anomalies) {
      // Information is none of S5's two severities.
      if (anomaly.severity != model::Severity::kInfo) found.anomalies.push_back(std::move(anomaly));
    }
    if (page.next_cursor.empty()) return found;
    if (found.anomalies.size() >= kAnomaliesMax) break;
    query.cursor = std::move(page.next_cursor);
  }
  found.complete = false;
  return found;
}

// Those that were open at some time since then.
base::Result<Found> ReadSince(const detect::AnomalyStore& store, const Call& call,
                              base::TimePoint since, bool with_evidence = false) {
  detect::AnomalyQuery query;
  query.tenant = call.caller.tenant;
  query.from = since;
  query.with_evidence = with_evidence;
  return ReadAll(store, std::move(query));
}

std::string MetricOf(const Anomaly& anomaly) {
  const std::string_view name = anomaly.labels.metric_name();
  return name.empty() ? anomaly.detector : std::string(name);
}

void WriteAnomaly(base::JsonWriter& json, const Anomaly& anomaly) {
  json.BeginObject().Field("id", anomaly.id).Field("component", ComponentOf(anomaly));
  json.Field("metric_name", MetricOf(anomaly)).Field("value", anomaly.observed);
  json.Field("severity", model::SeverityName(anomaly.severity));
  json.Field("reason", anomaly.summary).Field("entity", anomaly.entity);
  json.Field("time", anomaly.started_at).Field("resolved_at", anomaly.ended_at);
  json.Field("evidence_id", anomaly.evidence.id).EndObject();
}

// -- /anomalies/current

net::Response Current(const detect::AnomalyStore& store, const Call& call, const Request& request) {
  const auto span = request.Span("last_minutes", kMinute, 5, kMinutesMax);
  if (!span.ok()) return ErrorResponse(span.error());
  const auto component = request.Text("component");
  if (!component.ok()) return ErrorResponse(component.error());
  auto found = ReadSince(store, call, call.now - *span);
  if (!found.ok()) return ErrorResponse(found.error());
  std::vector<Anomaly>& seen = found->anomalies;
  std::erase_if(seen, [&](const Anomaly& anomaly) {
    return !component->empty() && !IsComponent(ComponentOf(anomaly), *component);
  });
  const double minutes = static_cast<double>(span->count()) / static_cast<double>(kMinute.count());
  std::string text =
      seen.empty() ? fmt::format("No anomalies in the last {:g} minutes", minutes)
                   : fmt::format("{} anomalies in the last {:g} minutes:", seen.size(), minutes);
  for (size_t i = 0; i < std::min(seen.size(), kNamed); ++i) {
    const Anomaly& anomaly = seen[i];
    text += fmt::format("\n[{}] {}: {}", model::SeverityName(anomaly.severity),
                        ComponentOf(anomaly), anomaly.summary);
  }
  if (seen.size() > kNamed) text += fmt::format("\nand {} more", seen.size() - kNamed);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("anomalies", text).Field("query_minutes", minutes);
  json.Field("timestamp", call.now).Key("result").BeginArray();
  for (const Anomaly& anomaly : seen) WriteAnomaly(json, anomaly);
  json.EndArray().Field("complete", found->complete).EndObject();
  return net::JsonResponse(200, std::move(out));
}

// -- /anomalies/summary

struct ComponentCounts {
  uint64_t critical = 0;
  uint64_t warning = 0;
  std::set<std::string> metrics;
  base::Duration to_resolve{0};
  int64_t resolved = 0;
};

struct Summary {
  uint64_t total = 0;
  std::map<std::string, ComponentCounts> components;
  std::vector<std::pair<std::string, uint64_t>> top_metrics;
};

Summary Summarise(const std::vector<Anomaly>& anomalies) {
  Summary summary;
  std::map<std::string, uint64_t> metrics;
  for (const Anomaly& anomaly : anomalies) {
    ++summary.total;
    ComponentCounts& counts = summary.components[ComponentOf(anomaly)];
    ++(anomaly.severity == model::Severity::kCritical ? counts.critical : counts.warning);
    counts.metrics.insert(MetricOf(anomaly));
    ++metrics[MetricOf(anomaly)];
    if (!anomaly.ended_at.has_value()) continue;
    counts.to_resolve += *anomaly.ended_at - anomaly.started_at;
    ++counts.resolved;
  }
  summary.top_metrics.assign(metrics.begin(), metrics.end());
  std::ranges::stable_sort(summary.top_metrics,
                           [](const auto& a, const auto& b) { return a.second > b.second; });
  if (summary.top_metrics.size() > kTopMetrics) summary.top_metrics.resize(kTopMetrics);
  return summary;
}

std::optional<double> MinutesToResolve(const ComponentCounts& counts) {
  if (counts.resolved == 0) return std::nullopt;
  return static_cast<double>(counts.to_resolve.count()) /
         static_cast<double>(counts.resolved * kMinute.count());
}

void WriteSummary(base::JsonWriter& json, const Summary& summary) {
  json.BeginObject().Field("total", summary.total).Key("components").BeginObject();
  for (const auto& [component, counts] : summary.components) {
    json.Key(component).BeginObject();
    json.Field("critical", counts.critical).Field("warning", counts.warning);
    json.Field("affected_metrics", static_cast<uint64_t>(counts.metrics.size()));
    json.Field("mean_minutes_to_resolve", MinutesToResolve(counts)).EndObject();
  }
  json.EndObject().Key("top_metrics").BeginArray();
  for (const auto& [metric, count] : summary.top_metrics) {
    json.BeginObject().Field("metric_name", metric).Field("anomalies", count).EndObject();
  }
  json.EndArray().EndObject();
}

net::Response SummaryOf(const detect::AnomalyStore& store, const Call& call,
                        const Request& request) {
  const auto span = request.Span("hours", kHour, 24, kHoursMax);
  if (!span.ok()) return ErrorResponse(span.error());
  const auto found = ReadSince(store, call, call.now - *span);
  if (!found.ok()) return ErrorResponse(found.error());
  const Summary summary = Summarise(found->anomalies);
  const double hours = static_cast<double>(span->count()) / static_cast<double>(kHour.count());
  std::string text = fmt::format("{} anomalies in the last {:g} hours", summary.total, hours);
  for (const auto& [component, counts] : summary.components) {
    text += fmt::format("\n{}: {} critical, {} warning, {} metrics", component, counts.critical,
                        counts.warning, counts.metrics.size());
    if (const auto minutes = MinutesToResolve(counts)) {
      text += fmt::format(", {:.1f} minutes to resolve on average", *minutes);
    }
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("summary", text).Field("query_hours", hours);
  json.Field("timestamp", call.now).Key("result");
  WriteSummary(json, summary);
  json.Field("complete", found->complete).EndObject();
  return net::JsonResponse(200, std::move(out));
}

// -- /anomalies/patterns

void WritePattern(base::JsonWriter& json, const Pattern& pattern) {
  json.BeginObject().Field("pattern", detect::patterns::KindName(pattern.kind));
  json.Field("from", pattern.from).Field("to", pattern.to);
  json.Field("components", pattern.components);
  json.Field("steps", pattern.steps);
  json.Field("anomaly_ids", pattern.anomaly_ids);
  json.Field("evidence_ids", pattern.evidence_ids);
  json.Field("summary", pattern.summary).EndObject();
}

net::Response Patterns(const detect::AnomalyStore& store, const Call& call,
                       const Request& request) {
  const auto span = request.Span("hours", kHour, 12, kHoursMax);
  if (!span.ok()) return ErrorResponse(span.error());
  const auto found =
      ReadSince(store, call, call.now - *span, true);  // alerts tell by their queries
  if (!found.ok()) return ErrorResponse(found.error());
  const std::vector<Pattern> patterns = detect::patterns::FindPatterns(found->anomalies);
  const double hours = static_cast<double>(span->count()) / static_cast<double>(kHour.count());
  std::string text =
      patterns.empty() ? fmt::format("No pattern over components in the last {:g} hours", hours)
                       : fmt::format("{} patterns in the last {:g} hours:", patterns.size(), hours);
  for (size_t i = 0; i < std::min(patterns.size(), kNamed); ++i) {
    text += fmt::format("\n{} {}", base::FormatTime(patterns[i].from), patterns[i].summary);
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("patterns", text).Field("query_hours", hours);
  json.Field("timestamp", call.now).Key("result").BeginArray();
  for (const Pattern& pattern : patterns) WritePattern(json, pattern);
  json.EndArray().Field("complete", found->complete).EndObject();
  return net::JsonResponse(200, std::move(out));
}

// -- /system/status

net::Response Status(const detect::AnomalyStore& store, const Call& call) {
  detect::AnomalyQuery query;
  query.tenant = call.caller.tenant;
  query.state = model::AnomalyState::kOpen;
  const auto open = ReadAll(store, std::move(query));
  if (!open.ok()) return ErrorResponse(open.error());
  uint64_t critical = 0;
  uint64_t warning = 0;
  std::map<std::string, bool, std::less<>> troubled;
  for (const std::string_view component : detect::patterns::kComponents) {
    troubled.emplace(component, false);
  }
  for (const Anomaly& anomaly : open->anomalies) {
    ++(anomaly.severity == model::Severity::kCritical ? critical : warning);
    troubled[ComponentOf(anomaly)] = true;
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject();
  json.Field("status", critical > 0 ? "CRITICAL" : warning > 0 ? "WARNING" : "HEALTHY");
  json.Field("critical_anomalies", critical).Field("warning_anomalies", warning);
  json.Field("total_anomalies", critical + warning).Key("components").BeginObject();
  for (const auto& [component, issues] : troubled) {
    json.Field(component, issues ? "ISSUES" : "HEALTHY");
  }
  json.EndObject().Field("last_updated", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

using Handler = net::Response (*)(const detect::AnomalyStore&, const Call&, const Request&);

CallHandler With(const detect::AnomalyStore& store, Handler handler) {
  return [&store, handler](const Call& call) {
    const base::Result<Request> request = Request::Read(call);
    return request.ok() ? handler(store, call, *request) : ErrorResponse(request.error());
  };
}

}  // namespace

std::vector<Route> AnomalyRoutes(const detect::AnomalyStore& anomalies) {
  std::vector<Route> routes;
  for (const auto& [path, handler, operation] :
       {std::tuple("/anomalies/current", &Current, "s5CurrentAnomalies"),
        {"/anomalies/summary", &SummaryOf, "s5AnomalySummary"},
        {"/anomalies/patterns", &Patterns, "s5AnomalyPatterns"}}) {
    routes.push_back({"GET", path, Permission::kRead, With(anomalies, handler), operation});
    routes.push_back({"POST", path, Permission::kRead, With(anomalies, handler),
                      std::string(operation) + "Post"});
  }
  routes.push_back({"GET", "/system/status", Permission::kRead,
                    [&anomalies](const Call& call) { return Status(anomalies, call); },
                    "s5SystemStatus"});
  return routes;
}

}  // namespace vedette::api::compat::chatbot
