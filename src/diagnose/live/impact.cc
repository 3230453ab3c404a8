#include "diagnose/live/impact.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/duration.h"
#include "detect/baseline/signal.h"
#include "diagnose/graph.h"
#include "diagnose/live/differences.h"
#include "diagnose/live/requests.h"

namespace vedette::diagnose::live {
namespace {

using evidence::Reading;

constexpr size_t kHurtMax = 100;
constexpr size_t kComparedMax = 8;  // entities in the report
constexpr base::Duration kNear = std::chrono::minutes(5);

double Seconds(base::Duration duration) { return static_cast<double>(duration.count()) / 1000; }

std::string_view KindName(MetricKind kind) {
  switch (kind) {
    case MetricKind::kTraffic: return "traffic";
    case MetricKind::kErrors: return "errors";
    case MetricKind::kLatency: return "latency";
    case MetricKind::kCpu: return "cpu";
    case MetricKind::kMemory: return "memory";
    case MetricKind::kAvailability: return "availability";
    case MetricKind::kResource:
    case MetricKind::kSaturation:
    case MetricKind::kUnknown: break;
  }
  return "";
}

class Assessor {
 public:
  Assessor(const Occasion& occasion, const Gathered& gathered, const Report& report,
           const Exhibits& exhibits, const ImpactOptions& options, const UnitSource& unit_of)
      : occasion_(occasion),
        gathered_(gathered),
        report_(report),
        exhibits_(exhibits),
        options_(options),
        unit_of_(unit_of),
        graph_(gathered.tables.calls) {}

  Impact Run();

 private:
  void FindHurt();
  void GiveRoles();
  std::optional<size_t> Find(const std::string& entity, MetricKind kind, Form preferred) const;
  std::optional<size_t> FindTraffic(const std::string& entity) const;
  const Measure& MeasureOf(size_t series) const;
  std::string UnitOf(const Measure& measure) const;
  void Compare();
  void BurnBudget();
  void CountUsers();
  void AddBusiness();

  const Occasion& occasion_;
  const Gathered& gathered_;
  const Report& report_;
  const Exhibits& exhibits_;
  const ImpactOptions& options_;
  const UnitSource& unit_of_;
  const CallGraph graph_;
  Impact impact_;
};

// The services of the incident, and those with anomalies that began with it and that call or are
// called by one of them.
void Assessor::FindHurt() {
  std::set<std::string> own(occasion_.entities.begin(), occasion_.entities.end());
  std::set<int> reached;
  for (const std::string& entity : own) {
    const int number = graph_.Find(entity);
    if (number < 0) continue;
    const std::vector<int> above = graph_.DistancesUpwards(number);
    for (int other = 0; other < graph_.size(); ++other) {
      if (above[static_cast<size_t>(other)] >= 0) reached.insert(other);
    }
  }
  std::map<std::string, HurtEntity> hurt;
  const auto note = [&](const model::Anomaly& anomaly) {
    const auto [at, added] = hurt.try_emplace(anomaly.entity);
    HurtEntity& entity = at->second;
    if (!added && anomaly.started_at >= entity.first_seen) return;
    entity = {.entity = anomaly.entity,
              .role = Role::kAffected,
              .first_seen = anomaly.started_at,
              .text = anomaly.summary,
              .evidence_id = anomaly.evidence.id};
  };
  // What began long before, and happens to go on, is no effect of it.
  const auto is_near = [&](const model::Anomaly& anomaly) {
    return anomaly.started_at >= occasion_.onset - kNear;
  };
  const bool any_near = std::ranges::any_of(occasion_.anomalies, is_near);
  for (const model::Anomaly& anomaly : occasion_.anomalies) {
    impact_.severity_score = std::max(impact_.severity_score, anomaly.score);
    if (!any_near || is_near(anomaly)) note(anomaly);
  }
  for (const model::Anomaly& anomaly : occasion_.around) {
    if (is_near(anomaly) && reached.contains(graph_.Find(anomaly.entity))) note(anomaly);
  }
  for (auto& [unused, entity] : hurt) impact_.entities.push_back(std::move(entity));
}

void Assessor::GiveRoles() {
  const bool known = report_.status == "confirmed" || report_.status == "likely";
  if (known) {
    const RankedHypothesis& first = report_.hypotheses.front();
    const auto at = std::find_if(impact_.entities.begin(), impact_.entities.end(),
                                 [&](const auto& one) { return one.entity == first.entity; });
    if (at != impact_.entities.end()) {
      at->role = Role::kOrigin;
    } else {
      const EvidencedClaim& claim = first.claims.front();
      impact_.entities.push_back({.entity = first.entity,
                                  .role = Role::kOrigin,
                                  .first_seen = claim.claim.at.value_or(occasion_.onset),
                                  .text = claim.claim.text,
                                  .evidence_id = claim.evidence.id});
    }
  }
  std::set<int> hurt;
  for (const HurtEntity& entity : impact_.entities) hurt.insert(graph_.Find(entity.entity));
  const auto any = [&](const std::vector<int>& others, int self) {
    return std::any_of(others.begin(), others.end(),
                       [&](int other) { return other != self && hurt.contains(other); });
  };
  for (HurtEntity& entity : impact_.entities) {
    const int number = graph_.Find(entity.entity);
    if (number < 0 || entity.role == Role::kOrigin) continue;
    if (any(graph_.Callees(number), number) && any(graph_.Callers(number), number)) {
      entity.role = Role::kPropagator;
    }
  }
  std::sort(impact_.entities.begin(), impact_.entities.end(),
            [](const HurtEntity& a, const HurtEntity& b) {
              return std::tie(a.role, a.first_seen, a.entity) <
                     std::tie(b.role, b.first_seen, b.entity);
            });
  if (impact_.entities.size() > kHurtMax) impact_.entities.resize(kHurtMax);
}

const Measure& Assessor::MeasureOf(size_t series) const {
  return gathered_.measures[gathered_.questions[series].measure];
}

// The series of an entity that says most of a kind: in the preferred form, else the first by name.
std::optional<size_t> Assessor::Find(const std::string& entity, MetricKind kind,
                                     Form preferred) const {
  std::optional<size_t> found;
  for (size_t i = 0; i < gathered_.tables.series.size(); ++i) {
    const Series& series = gathered_.tables.series[i];
    if (series.entity != entity || KindOfMetric(series.metric) != kind) continue;
    if (MeasureOf(i).form == preferred) return i;
    if (!found) found = i;
  }
  return found;
}

// Of its counters the one of its requests: whose failures or durations are shown too, else what
// counts requests by its name. It may count more look-ups in a cache, and messages.
std::optional<size_t> Assessor::FindTraffic(const std::string& entity) const {
  std::vector<std::string> wanted;  // the best first
  if (const auto failures = Find(entity, MetricKind::kErrors, Form::kErrorShare)) {
    const Measure& share = MeasureOf(*failures);
    if (share.form == Form::kErrorShare) wanted.push_back(share.metric);
  }
  if (const auto latency = Find(entity, MetricKind::kLatency, Form::kMean)) {
    wanted.push_back(MeasureOf(*latency).metric + "_count");
  }
  size_t best = wanted.size() + 1;
  std::optional<size_t> found;
  for (size_t i = 0; i < gathered_.tables.series.size(); ++i) {
    const std::string& metric = MeasureOf(i).metric;
    if (gathered_.tables.series[i].entity != entity || MeasureOf(i).form != Form::kRate) continue;
    const auto at = static_cast<size_t>(std::ranges::find(wanted, metric) - wanted.begin());
    const size_t place = at < wanted.size() || CountsRequests(metric) ? at : best;
    if (place >= best) continue;
    best = place;
    found = i;
  }
  return found ? found : Find(entity, MetricKind::kTraffic, Form::kRate);
}

// Of what a measure's question answers.
std::string Assessor::UnitOf(const Measure& measure) const {
  switch (measure.form) {
    case Form::kErrorShare: return "ratio";
    case Form::kRate:
    case Form::kFailedRate: return unit_of_(measure.metric, true);
    case Form::kGauge:
    case Form::kMean: break;
  }
  return unit_of_(measure.metric, false);
}

void Assessor::Compare() {
  struct What {
    MetricKind kind;
    Form preferred;
  };
  constexpr std::array<What, 6> kWhats = {{{MetricKind::kTraffic, Form::kRate},
                                           {MetricKind::kErrors, Form::kErrorShare},
                                           {MetricKind::kLatency, Form::kMean},
                                           {MetricKind::kCpu, Form::kGauge},
                                           {MetricKind::kMemory, Form::kGauge},
                                           {MetricKind::kAvailability, Form::kGauge}}};
  for (size_t i = 0; i < std::min(kComparedMax, impact_.entities.size()); ++i) {
    for (const What& what : kWhats) {
      const std::string& entity = impact_.entities[i].entity;
      const std::optional<size_t> series = what.kind == MetricKind::kTraffic
                                               ? FindTraffic(entity)
                                               : Find(entity, what.kind, what.preferred);
      if (!series) continue;
      Exhibit exhibit = exhibits_.OfSeries(*series, Reading::Rule::kMean);
      Comparison line;
      line.entity = entity;
      line.metric = gathered_.tables.series[*series].metric;
      line.statistic = gathered_.tables.series[*series].statistic;
      line.kind = KindName(what.kind);
      line.unit = UnitOf(MeasureOf(*series));
      line.normal = exhibit.reading.before;
      line.during = exhibit.reading.after;
      line.percent = PercentOf(line.normal, line.during);
      line.evidence = std::move(exhibit.evidence);
      impact_.report.push_back(std::move(line));
    }
  }
}

// One that could not be read stays, without values: who configured it should know.
void Assessor::AddBusiness() {
  for (const ImpactOptions::Measure& measure : options_.measures) {
    std::optional<Exhibit> exhibit = exhibits_.OfQuery(measure.query, Reading::Rule::kMean);
    Comparison line;
    line.metric = measure.name;
    line.kind = "business";
    line.unit = measure.unit;
    if (exhibit) {
      line.normal = exhibit->reading.before;
      line.during = exhibit->reading.after;
      line.percent = PercentOf(line.normal, line.during);
    }
    line.evidence = exhibit ? std::move(exhibit->evidence) : exhibits_.OfUnread(measure.query);
    impact_.report.push_back(std::move(line));
  }
}

// What failed against what the objective allows the usual requests of its period.
void Assessor::BurnBudget() {
  if (!impact_.requests || !options_.objective || *options_.objective >= 1) return;
  const double budget =
      impact_.requests->usual_per_second * Seconds(options_.period) * (1 - *options_.objective);
  if (budget <= 0) return;
  impact_.budget = ErrorBudget{.objective = *options_.objective,
                               .period = options_.period,
                               .burnt = impact_.requests->failed / budget};
}

// By the log lines that say that something failed.
void Assessor::CountUsers() {
  std::string services;
  for (size_t i = 0; i < std::min(kComparedMax, impact_.entities.size()); ++i) {
    services +=
        (i == 0 ? "" : " or ") + fmt::format("service={}", Quoted(impact_.entities[i].entity));
  }
  if (services.empty()) return;
  for (const std::string& field : options_.user_fields) {
    std::optional<Exhibit> exhibit = exhibits_.OfLines(
        fmt::format("level>=error and ({}) | count_distinct({}) [365d]", services, field));
    if (!exhibit || exhibit->reading.after.value_or(0) <= 0) continue;
    impact_.users = UsersHurt{
        .field = field, .count = *exhibit->reading.after, .evidence = std::move(exhibit->evidence)};
    return;
  }
}

Impact Assessor::Run() {
  FindHurt();
  GiveRoles();
  Compare();
  AddBusiness();
  impact_.requests = CountRequests(gathered_, exhibits_, impact_.entities);
  BurnBudget();
  CountUsers();
  for (size_t i = 0; i < std::min(kComparedMax, impact_.entities.size()); ++i) {
    FindDifferences(gathered_, exhibits_, impact_.entities[i].entity, impact_.differences);
  }
  KeepClearest(impact_.differences);
  return std::move(impact_);
}

}  // namespace

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kOrigin: return "origin";
    case Role::kPropagator: return "propagator";
    case Role::kAffected: break;
  }
  return "affected";
}

std::string_view SeverityLevel(double score) {
  if (score >= 0.9) return "critical";
  if (score >= 0.7) return "high";
  return score >= 0.5 ? "medium" : "low";
}

Impact Assess(const Occasion& occasion, const Gathered& gathered, const Report& report,
              const Exhibits& exhibits, const ImpactOptions& options, const UnitSource& unit_of) {
  return Assessor(occasion, gathered, report, exhibits, options, unit_of).Run();
}

}  // namespace vedette::diagnose::live
