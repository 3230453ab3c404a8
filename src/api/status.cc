#include "api/status.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "api/json_views.h"
#include "base/json_writer.h"
#include "model/severity.h"

namespace vedette::api {
namespace {

// Traffic by service, the one signal that every instrumented service has; what lacks it has no
// sparkline.
constexpr std::string_view kTraffic =
    "sum by (service) (rate(http_requests_total{service!=\"\"}[5m])) * 60";
constexpr base::Duration kTrafficSpan = std::chrono::hours(1);
constexpr base::Duration kTrafficStep = std::chrono::minutes(2);

// When each service, or each scraped job, was last heard of.
constexpr std::string_view kLastOfService =
    "max by (service) (timestamp(http_requests_total{service!=\"\"}))";
constexpr std::string_view kLastOfJob = "max by (job) (timestamp(up{service=\"\",job!=\"\"} == 1))";

std::string_view VerdictOf(double score) {
  switch (model::SeverityOf(score)) {
    case model::Severity::kCritical: return "CRITICAL";
    case model::Severity::kWarning: return "WARNING";
    case model::Severity::kInfo: break;
  }
  return "NORMAL";
}

// The score that stands for the severity of an incident.
double ScoreOf(model::Severity severity) {
  switch (severity) {
    case model::Severity::kCritical: return model::kCriticalScore;
    case model::Severity::kWarning: return model::kWarningScore;
    case model::Severity::kInfo: break;
  }
  return 0;
}

double Rounded(double value) { return std::round(value * 100) / 100; }

}  // namespace

StatusBoard::StatusBoard(Options options, Sources sources, query::Engine& queries,
                         series::Store& store)
    : options_(std::move(options)),
      sources_(std::move(sources)),
      queries_(queries),
      store_(store) {}

base::Result<std::string> StatusBoard::Get(const model::TenantName& tenant, base::TimePoint now) {
  const double rate = SamplesPerSecond(now);
  {
    base::MutexLock lock(mutex_);
    const auto found = kept_.find(tenant);
    if (found != kept_.end() && found->second.taken_at <= now &&
        now - found->second.taken_at < options_.keep) {
      return found->second.json;
    }
  }
  VEDETTE_TRY(std::string json, Build(tenant, now, rate));
  base::MutexLock lock(mutex_);
  if (kept_.size() >= options_.tenants_max && !kept_.contains(tenant)) kept_.clear();
  kept_[tenant] = {now, json};
  return json;
}

double StatusBoard::SamplesPerSecond(base::TimePoint now) {
  const uint64_t samples = store_.Stats().samples_appended;
  base::MutexLock lock(mutex_);
  const std::chrono::duration<double> passed = now - rate_from_;
  if (passed >= options_.rate_window || passed.count() < 0) {
    const bool first = rate_from_ == base::TimePoint();
    rate_ = first || passed.count() <= 0
                ? 0
                : static_cast<double>(samples - rate_samples_) / passed.count();
    rate_from_ = now;
    rate_samples_ = samples;
  }
  return rate_;
}

void StatusBoard::AddActivity(const model::TenantName& tenant, base::TimePoint now,
                              Services& services) {
  query::RangeQuery query;
  query.tenant = tenant;
  query.text = kTraffic;
  query.start = now - kTrafficSpan;
  query.end = now;
  query.step = kTrafficStep;
  const base::Result<query::QueryResult> result = queries_.Range(query);
  if (!result.ok()) {
    base::IgnoreError(result, "a status without sparklines is still a status");
    return;
  }
  for (const query::MatrixSeries& row : result->matrix) {
    Service& service = services[std::string(row.labels.Get("service"))];
    for (const double value : row.samples.values) service.sparkline.push_back(Rounded(value));
  }
}

void StatusBoard::AddLastSamples(const model::TenantName& tenant, base::TimePoint now,
                                 Services& services) {
  for (const auto& [text, label] :
       {std::pair{kLastOfService, "service"}, std::pair{kLastOfJob, "job"}}) {
    query::InstantQuery query;
    query.tenant = tenant;
    query.text = text;
    query.time = now;
    const base::Result<query::QueryResult> result = queries_.Instant(query);
    if (!result.ok()) {
      base::IgnoreError(result, "a status without the last times is still a status");
      continue;
    }
    for (const query::VectorSample& row : result->vector) {
      services[std::string(row.labels.Get(label))].last_sample_at =
          base::FromMillis(std::llround(row.value * 1000));
    }
  }
}

base::Result<StatusBoard::Summary> StatusBoard::Collect(const model::TenantName& tenant,
                                                        base::TimePoint now) {
  Summary summary;
  AddLastSamples(tenant, now, summary.services);
  AddActivity(tenant, now, summary.services);
  VEDETTE_TRY(summary.last, sources_.last(tenant));
  VEDETTE_TRY(const std::vector<model::Incident> incidents, sources_.unresolved(tenant));
  for (const model::Incident& incident : incidents) {
    ++(incident.state == model::IncidentState::kOpen ? summary.open : summary.acknowledged);
    summary.worst = std::max(summary.worst, ScoreOf(incident.severity));
    for (const std::string& entity : incident.entities) {
      Service& service = summary.services[entity];
      ++service.open_incidents;
      service.score = std::max(service.score, model::MemberScore(incident.severity));
    }
  }
  std::vector<model::Incident> resolved;
  if (sources_.resolved_since) {
    VEDETTE_TRY(resolved, sources_.resolved_since(tenant, now - options_.recovers_for));
  }
  summary.system = model::SystemStateOf(incidents, resolved);
  VEDETTE_TRY(const std::vector<model::Anomaly> anomalies, sources_.anomalies(tenant));
  summary.anomalies = static_cast<int64_t>(anomalies.size());
  for (const model::Anomaly& anomaly : anomalies) {
    Service& service = summary.services[anomaly.entity];
    ++service.open_anomalies;
    service.score = std::max(service.score, anomaly.score);
    summary.worst = std::max(summary.worst, anomaly.score);
  }
  for (const auto& [name, team] : sources_.owners(tenant)) {
    const auto service = summary.services.find(name);
    if (service != summary.services.end()) service->second.owner = team;
  }
  return summary;
}

void StatusBoard::WriteServices(base::JsonWriter& json, const Services& services) const {
  std::vector<std::pair<std::string, Service>> rows(services.begin(), services.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.score > b.second.score; });
  if (rows.size() > options_.services_max) rows.resize(options_.services_max);
  json.BeginArray();
  for (const auto& [name, service] : rows) {
    json.BeginObject().Field("name", name).Field("state", VerdictOf(service.score));
    json.Field("open_incidents", service.open_incidents);
    json.Field("open_anomalies", service.open_anomalies)
        .Field("last_sample_at", service.last_sample_at);
    if (!service.owner.empty()) json.Field("owner", service.owner);
    if (!service.sparkline.empty()) json.Field("sparkline", service.sparkline);
    json.EndObject();
  }
  json.EndArray();
}

base::Result<std::string> StatusBoard::Build(const model::TenantName& tenant, base::TimePoint now,
                                             double samples_per_second) {
  VEDETTE_TRY(const Summary summary, Collect(tenant, now));
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("now", now);
  json.Field("verdict", VerdictOf(summary.worst)).Field("severity_score", Rounded(summary.worst));
  json.Field("system_state", model::SystemStateName(summary.system));
  json.Key("counts").BeginObject().Field("open", summary.open);
  json.Field("acknowledged", summary.acknowledged).Field("anomalies", summary.anomalies);
  json.EndObject().Key("services");
  WriteServices(json, summary.services);
  json.Key("last_incident");
  if (summary.last) {
    WriteIncidentSummary(json, *summary.last);
  } else {
    json.Null();
  }
  json.Key("ingest").BeginObject().Field("samples_per_second", Rounded(samples_per_second));
  json.Field("series", store_.Stats().active_series).EndObject();
  json.Field("demo", options_.demo).Field("version", options_.version).EndObject();
  return out;
}

std::vector<Route> StatusRoutes(StatusBoard& board) {
  return {{"GET", "/api/v1/status/now", Permission::kRead,
           [&board](const Call& call) { return Answer(board.Get(call.caller.tenant, call.now)); },
           "getStatus"}};
}

}  // namespace vedette::api
