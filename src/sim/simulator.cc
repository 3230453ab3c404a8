#include "sim/simulator.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "sim/narration.h"

namespace vedette::sim {
namespace {

constexpr double kMsPerHour = 3'600'000;
constexpr int kStepsMax = 10;              // of time that one tick may cover
constexpr double kVisibleLatency = 1.3;    // times the healthy mean: an effect one can see
constexpr double kVisibleErrors = 2.0;     // times the healthy ratio
constexpr double kVisibleTraffic = 0.75;   // of the requests that should arrive
constexpr double kVisibleMemory = 0.7;     // of a pod's limit
constexpr double kDeadPodSeconds = 4;      // until balancing leaves out a pod that died
constexpr double kDeadPodLoss = 0.25;      // of its requests; the rest is tried on another pod
constexpr double kFullHeapLatency = 0.4;   // more of it when all of a pod's memory is used
constexpr double kRequestLogsPerTick = 1;  // per service: a sample of what it would write
constexpr double kFailureLogsPerTick = 3;
constexpr double kVisibleCpu = 1.4;     // times what the traffic explains
constexpr double kVisibleBacklog = 20;  // seconds of the usual messages
constexpr double kFullHeapFrom = 0.7;   // of a pod's limit: from here on it collects garbage
constexpr double kReplaceSeconds = 30;  // a pod, in a rollout
constexpr size_t kTruthMax = 10'000;    // incidents, and hurts, that are remembered
constexpr size_t kPlansMax = 1'000;

double Seconds(base::Duration duration) { return static_cast<double>(duration.count()) / 1000; }

base::Error Invalid(std::string message, std::string field) {
  return base::InvalidArgument(std::move(message), std::move(field));
}

base::Result<> Validate(const SimulatorOptions& options) {
  VEDETTE_TRY_VOID(Validate(options.topology));
  if (options.step < base::Duration(1'000) || options.step > base::Duration(60'000)) {
    return Invalid("the step must be 1 s to 60 s", "step");
  }
  if (!(options.incidents_per_hour >= 0 && options.incidents_per_hour <= 3600)) {
    return Invalid("incidents per hour must be 0 to 3600", "incidents_per_hour");
  }
  if (options.probability_per_cycle &&
      !(*options.probability_per_cycle >= 0 && *options.probability_per_cycle <= 1)) {
    return Invalid("the probability per cycle must be 0 to 1", "probability_per_cycle");
  }
  if (options.cycle < base::Duration(1'000)) return Invalid("the cycle is 1 s at least", "cycle");
  double weights = 0;
  for (const double weight : options.weights) {
    if (!(weight >= 0)) return Invalid("weights must not be negative", "weights");
    weights += weight;
  }
  if (!(weights > 0)) return Invalid("one weight at least must be above 0", "weights");
  if (options.duration_min < base::Duration(1'000) || options.duration_max < options.duration_min) {
    return Invalid("durations must be 1 s at least and in order", "duration_min");
  }
  return {};
}

}  // namespace

double IncidentsPerHour(const SimulatorOptions& options) {
  if (!options.probability_per_cycle) return options.incidents_per_hour;
  return *options.probability_per_cycle * kMsPerHour / static_cast<double>(options.cycle.count());
}

base::Result<Simulator> Simulator::Create(SimulatorOptions options) {
  VEDETTE_TRY_VOID(Validate(options));
  return Simulator(std::move(options));
}

Simulator::Simulator(SimulatorOptions options)
    : options_(std::move(options)),
      incidents_per_hour_(IncidentsPerHour(options_)),
      random_(options_.seed),
      incident_random_(options_.seed ^ 0x9e3779b97f4a7c15),
      plant_(options_.topology),
      tracer_(options_.topology, options_.seed),
      client_metrics_(options_.topology, options_.seed),
      traffic_wander_(0.04, base::Duration(300'000)),
      conditions_(options_.topology.services.size()),
      last_(options_.start - options_.step) {
  for (const ServiceSpec& spec : options_.topology.services) {
    Service service;
    service.spec = spec;
    for (int number = 0; number < spec.pods; ++number) {
      service.pods.emplace_back(spec, number, random_);
    }
    service.ready_series = SeriesLabels("pods_ready", spec.name, "");
    service.desired_series = SeriesLabels("pods_desired", spec.name, "");
    const auto& calls = options_.topology.calls;
    if (std::any_of(calls.begin(), calls.end(), [&](const CallEdge& call) {
          return call.callee == spec.name && !call.waits;
        })) {
      service.backlog_series = SeriesLabels("queue_messages", spec.name, "");
    }
    services_.push_back(std::move(service));
  }
  DrawNextIncident(options_.start + options_.first_incident_after);
}

void Simulator::DrawNextIncident(base::TimePoint not_before) {
  next_incident_.reset();
  if (incidents_per_hour_ <= 0) return;
  const double wait_ms = incident_random_.Exponential(kMsPerHour / incidents_per_hour_);
  next_incident_ = not_before + base::Duration(static_cast<int64_t>(wait_ms));
}

void Simulator::SetIncidentsPerHour(double rate) {
  incidents_per_hour_ = std::clamp(rate, 0.0, 3600.0);
  DrawNextIncident(last_ + options_.min_gap);
}

void Simulator::ScheduleIncident(base::TimePoint now) {
  if (!next_incident_ || now < *next_incident_) return;
  double pick = 0;
  for (const double weight : options_.weights) pick += weight;
  pick *= incident_random_.Uniform();
  size_t type = 0;
  while (type + 1 < kIncidentTypes && pick >= options_.weights[type]) {
    pick -= options_.weights[type++];
  }
  const std::string& service = services_[incident_random_.Below(services_.size())].spec.name;
  const base::Duration duration(static_cast<int64_t>(
      incident_random_.Uniform(static_cast<double>(options_.duration_min.count()),
                               static_cast<double>(options_.duration_max.count()))));
  base::IgnoreError(Inject(static_cast<IncidentType>(type), service, now, duration),
                    "service and duration come from valid options");
  DrawNextIncident(now + duration + options_.min_gap);
}

base::Result<std::string> Simulator::Inject(IncidentType type, std::string_view service,
                                            base::TimePoint at, base::Duration duration) {
  return Inject({.type = type, .service = std::string(service), .at = at, .duration = duration});
}

base::Result<std::string> Simulator::Inject(const Fault& fault) {
  if (IndexOf(options_.topology, fault.service) == services_.size()) {
    return Invalid(fmt::format("there is no service \"{}\"", fault.service), "service");
  }
  if (fault.duration < base::Duration(1'000) || fault.duration > base::Duration(86'400'000)) {
    return Invalid("the duration must be 1 s to 24 h", "duration");
  }
  if (!(fault.strength >= 0.1 && fault.strength <= 10)) {
    return Invalid("the strength must be 0.1 to 10", "strength");
  }
  Incident incident;
  incident.id = fmt::format("sim-{}", ++incident_count_);
  incident.type = fault.type;
  incident.service = fault.service;
  incident.started_at = fault.at;
  incident.ended_at = fault.at + fault.duration;
  incident.strength = fault.strength;
  DrawVariant(incident, incident_random_);
  if (!fault.variant.empty()) incident.variant = fault.variant;
  std::string id = incident.id;
  if (incidents_.size() >= kTruthMax) incidents_.erase(incidents_.begin());
  const auto place = std::upper_bound(
      incidents_.begin(), incidents_.end(), incident,
      [](const Incident& a, const Incident& b) { return a.started_at < b.started_at; });
  incidents_.insert(place, std::move(incident));
  return id;
}

base::Result<> Simulator::Plan(HarmlessPlan plan) {
  static constexpr std::array<std::string_view, 5> kKinds = {
      "deployment", "config_change", "feature_flag", "cloud_event", "traffic"};
  if (std::find(kKinds.begin(), kKinds.end(), plan.kind) == kKinds.end()) {
    return Invalid(fmt::format("there is no change \"{}\"", plan.kind), "kind");
  }
  const bool everywhere = plan.kind == "traffic" && plan.service.empty();
  if (!everywhere && IndexOf(options_.topology, plan.service) == services_.size()) {
    return Invalid(fmt::format("there is no service \"{}\"", plan.service), "service");
  }
  if (plans_.size() >= kPlansMax) {
    return base::ResourceExhausted(fmt::format("{} changes are planned already", kPlansMax));
  }
  plans_.push_back(std::move(plan));
  return {};
}

void Simulator::EndIncidents(base::TimePoint now) {
  std::erase_if(incidents_, [&](const Incident& each) { return each.started_at > now; });
  std::erase_if(plans_, [&](const HarmlessPlan& each) { return each.at > now; });
  for (Incident& incident : incidents_) incident.ended_at = std::min(incident.ended_at, now);
}

Condition Simulator::ConditionOf(size_t service, base::TimePoint now) const {
  const Service& here = services_[service];
  const auto pods = static_cast<double>(here.pods.size());
  Condition condition;
  for (const Incident& incident : incidents_) {
    if (incident.service != here.spec.name || !IsActive(incident, now)) continue;
    AddMechanism(incident, here.spec, plant_.healthy()[service], now, condition);
  }
  AddPlans(service, now, condition);
  double ready = 0;
  double full = 0;
  for (const Pod& pod : here.pods) {
    ready += pod.ready() ? 1 : 0;
    full += std::max(0.0, pod.memory_ratio() - kFullHeapFrom) / 0.2;
  }
  condition.ready = ready / pods;
  condition.work *= 1 + kFullHeapLatency * full / pods;  // collecting garbage
  condition.failing += here.dead_pod_errors + condition.odd_pod_failing / std::max(1.0, ready);
  return condition;
}

void Simulator::AddPlans(size_t service, base::TimePoint now, Condition& condition) const {
  const ServiceSpec& spec = services_[service].spec;
  for (const HarmlessPlan& plan : plans_) {
    if (now < plan.at || (!plan.service.empty() && plan.service != spec.name)) continue;
    if (plan.kind == "traffic" && now < plan.at + plan.duration) condition.traffic *= plan.factor;
    if (plan.kind != "deployment") continue;
    const auto replaced = static_cast<int>(Seconds(now - plan.at) / kReplaceSeconds);
    if (replaced < spec.pods) condition.restarting_pod = replaced;
  }
}

void Simulator::AdvanceServices(base::TimePoint now, base::Duration passed, Tick& tick) {
  for (size_t i = 0; i < services_.size(); ++i) conditions_[i] = ConditionOf(i, now);
  const double wander = traffic_wander_.Advance(passed, random_);
  entry_factor_ = TrafficShape(now) * (1 + wander);
  plant_.Advance(passed, entry_factor_, conditions_);
  for (size_t i = 0; i < services_.size(); ++i) AdvancePods(i, now, passed, tick);
  client_metrics_.Write(now, passed, plant_.loads(), plant_.calls(), tick.metrics);
}

void Simulator::AdvancePods(size_t index, base::TimePoint now, base::Duration passed, Tick& tick) {
  Service& service = services_[index];
  const ServiceLoad& load = plant_.loads()[index];
  const ServiceLoad& healthy = plant_.healthy()[index];
  const Condition& condition = conditions_[index];
  const auto ready = std::count_if(service.pods.begin(), service.pods.end(),
                                   [](const Pod& pod) { return pod.ready(); });
  const double share = 1.0 / static_cast<double>(std::max<int64_t>(1, ready));
  PodConditions conditions;
  conditions.rps = load.rps * share;
  conditions.load_factor = load.served_rps / std::max(1e-9, healthy.served_rps) * share *
                           static_cast<double>(service.pods.size()) * condition.work;
  conditions.latency_s = load.latency_s;
  conditions.busy = condition.busy;
  conditions.leak_fold_s = condition.leak_fold_s;
  conditions.crash_loops = condition.crash_loops;
  const double others = std::max(0.0, load.error_ratio - condition.odd_pod_failing * share);
  service.dead_pod_errors *= std::exp(-Seconds(passed) / kDeadPodSeconds);
  for (size_t pod = 0; pod < service.pods.size(); ++pod) {
    const bool odd = condition.odd_pod_failing > 0;  // the last one: it is never the one kept down
    conditions.error_ratio = !odd                             ? load.error_ratio
                             : pod + 1 == service.pods.size() ? others + condition.odd_pod_failing
                                                              : others;
    conditions.held_down = pod < static_cast<size_t>(condition.pods_down);
    conditions.replaced = static_cast<int>(pod) == condition.restarting_pod;
    conditions.may_die = std::all_of(service.pods.begin(), service.pods.end(),
                                     [](const Pod& other) { return other.ready(); });
    service.pods[pod].Advance(now, passed, conditions, random_);
    if (!service.pods[pod].died_now()) continue;
    service.dead_pod_errors += share * kDeadPodLoss;
    tick.events.push_back(OutOfMemory(service.spec.name, service.pods[pod].name(), now));
  }
  for (const Pod& pod : service.pods) pod.Write(now, tick.metrics);
  const auto now_ready = std::count_if(service.pods.begin(), service.pods.end(),
                                       [](const Pod& pod) { return pod.ready(); });
  tick.metrics.BeginSeries(service.ready_series);
  tick.metrics.Add(base::ToMillis(now), static_cast<double>(now_ready));
  tick.metrics.BeginSeries(service.desired_series);
  tick.metrics.Add(base::ToMillis(now), static_cast<double>(service.pods.size()));
  if (service.backlog_series.empty()) return;
  tick.metrics.BeginSeries(service.backlog_series);
  tick.metrics.Add(base::ToMillis(now), DrawPoisson(load.backlog + 0.2 * healthy.rps, random_));
}

bool Simulator::IsHurt(size_t index) const {
  const Service& service = services_[index];
  const ServiceLoad& healthy = plant_.healthy()[index];
  const ServiceLoad& load = plant_.loads()[index];
  const bool pods_hurt = std::any_of(service.pods.begin(), service.pods.end(), [](const Pod& pod) {
    return !pod.ready() || pod.memory_ratio() > kVisibleMemory;
  });
  return load.latency_s > kVisibleLatency * healthy.latency_s ||
         load.error_ratio > kVisibleErrors * healthy.error_ratio || pods_hurt ||
         load.rps < kVisibleTraffic * healthy.rps * entry_factor_ ||
         load.cpu > kVisibleCpu * healthy.cpu * std::max(1.0, entry_factor_) ||
         load.backlog > kVisibleBacklog * healthy.rps;
}

void Simulator::NoteHurt(size_t service, base::TimePoint now) {
  const std::string& name = services_[service].spec.name;
  const auto last = std::find_if(hurts_.rbegin(), hurts_.rend(),
                                 [&](const Hurt& hurt) { return hurt.service == name; });
  if (last != hurts_.rend() && last->until + options_.step * kStepsMax >= now) {
    last->until = now;
    return;
  }
  if (hurts_.size() >= kTruthMax) hurts_.erase(hurts_.begin());
  hurts_.push_back({.service = name, .from = now, .until = now});
}

// With one incident at a time, everything out of order belongs to it; with several, to each.
void Simulator::NoteEffects(base::TimePoint now) {
  std::vector<char> hurt(services_.size());
  for (size_t i = 0; i < services_.size(); ++i) {
    hurt[i] = IsHurt(i) ? 1 : 0;
    if (hurt[i] != 0) NoteHurt(i, now);
  }
  for (Incident& incident : incidents_) {
    if (!IsActive(incident, now)) continue;
    const size_t root = IndexOf(options_.topology, incident.service);
    for (size_t k = 0; k < services_.size(); ++k) {  // the root first
      const size_t i = k == 0 ? root : k <= root ? k - 1 : k;
      const std::string& name = services_[i].spec.name;
      const bool known = std::any_of(incident.affected.begin(), incident.affected.end(),
                                     [&](const auto& each) { return each.service == name; });
      if (!known && hurt[i] != 0) incident.affected.push_back({name, now});
    }
  }
}

void Simulator::TellChanges(base::TimePoint now, base::Duration passed, Tick& tick) {
  const double hours = static_cast<double>(passed.count()) / kMsPerHour;
  const auto any_service = [&]() -> const std::string& {
    return services_[random_.Below(services_.size())].spec.name;
  };
  for (const Service& service : services_) {
    if (random_.Uniform() < options_.config_changes_per_service_hour * hours) {
      tick.events.push_back(ConfigChange(service.spec.name, now, random_));
    }
  }
  if (random_.Uniform() < options_.feature_flags_per_hour * hours) {
    tick.events.push_back(FeatureFlag(any_service(), now, random_));
  }
  if (random_.Uniform() < options_.cloud_events_per_hour * hours) {
    tick.events.push_back(CloudEvent(any_service(), now, random_));
  }
}

void Simulator::TellIncidents(base::TimePoint now, base::Duration passed, Tick& tick) {
  const auto within = [&](base::TimePoint time) { return time <= now && time > now - passed; };
  for (const Incident& incident : incidents_) {
    if (within(incident.started_at)) {
      model::Event event = StartOfChange(incident);
      if (!event.type.empty()) tick.events.push_back(std::move(event));
    }
    if (within(incident.ended_at)) {
      model::Event event = EndOfChange(incident);
      if (!event.type.empty()) tick.events.push_back(std::move(event));
    }
  }
  for (const HarmlessPlan& plan : plans_) {
    if (!within(plan.at) || plan.kind == "traffic") continue;
    tick.events.push_back(HarmlessChange(plan.service, plan.at, plan.kind, plan.value));
  }
}

void Simulator::WriteLogs(base::TimePoint now, Tick& tick) {
  for (size_t i = 0; i < services_.size(); ++i) {
    const ServiceLoad& load = plant_.loads()[i];
    const double failures = load.rps * load.error_ratio * Seconds(options_.step);
    const double written = DrawPoisson(
        std::min(kFailureLogsPerTick, failures * 0.02 + (load.error_ratio > 0.03 ? 1 : 0)),
        random_);
    for (double n = 0; n < written; ++n) {
      tick.logs.push_back(FailureLog(services_[i].spec.name, now, load.latency_s, random_));
    }
    for (double n = DrawPoisson(kRequestLogsPerTick, random_); n > 0; --n) {
      tick.logs.push_back(RequestLog(services_[i].spec.name, now, random_));
    }
  }
}

void Simulator::TraceCalls(base::TimePoint now, base::Duration passed, Tick& tick) {
  if (options_.mesh_metrics) {
    tracer_.AddMeshMetrics(now, passed, plant_.loads(), plant_.calls(), tick.metrics);
  }
  if (options_.traces_per_step == 0) return;
  std::vector<std::string> pods;
  for (const Service& service : services_) {
    const auto ready = std::find_if(service.pods.begin(), service.pods.end(),
                                    [](const Pod& pod) { return pod.ready(); });
    pods.push_back((ready == service.pods.end() ? service.pods.front() : *ready).name());
  }
  tracer_.AddSpans(now, passed, options_.traces_per_step, plant_.loads(), plant_.calls(), pods,
                   tick.spans);
}

Tick Simulator::Step(base::TimePoint now) {
  Tick tick;
  tick.time = now;
  if (now <= last_) return tick;
  const base::Duration passed = std::min(now - last_, options_.step * kStepsMax);
  last_ = now;
  ScheduleIncident(now);
  AdvanceServices(now, passed, tick);
  NoteEffects(now);
  TellChanges(now, passed, tick);
  TellIncidents(now, passed, tick);
  tick.changes = ChangesAmong(tick.events);
  WriteLogs(now, tick);
  TraceCalls(now, passed, tick);
  return tick;
}

}  // namespace vedette::sim
