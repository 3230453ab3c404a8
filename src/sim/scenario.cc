#include "sim/scenario.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"
#include "yaml/reader.h"

namespace vedette::sim {
namespace {

constexpr base::Duration kWarmUpMax = std::chrono::hours(48);
constexpr base::Duration kLastsMax = std::chrono::hours(48);
constexpr size_t kFaultsMax = 200;

// A duration within bounds; what is not is a problem.
void ReadTime(yaml::YamlReader& reader, std::string_view key, base::Duration low,
              base::Duration high, base::Duration& out) {
  base::Duration value{0};
  if (!reader.Read(key, value)) return;
  if (value < low || value > high) {
    reader.Problem(key, fmt::format("must be {} to {}", base::FormatDuration(low),
                                    base::FormatDuration(high)));
    return;
  }
  out = value;
}

void ReadSeconds(yaml::YamlReader& reader, std::string_view key, double& out) {
  base::Duration value{0};
  ReadTime(reader, key, base::Duration(1), std::chrono::minutes(1), value);
  if (value.count() > 0) out = static_cast<double>(value.count()) / 1000;
}

void ReadInt(yaml::YamlReader& reader, std::string_view key, int64_t low, int64_t high, int& out) {
  int64_t value = out;
  reader.Read(key, value, low, high);
  out = static_cast<int>(value);
}

void ReadService(yaml::YamlReader& reader, Topology& topology) {
  ServiceSpec spec;
  if (!reader.Read("name", spec.name)) reader.Problem("", "the name is missing");
  ReadInt(reader, "pods", 1, 100, spec.pods);
  reader.Read("requests_per_second", spec.entry_rps, 0, 1e6);
  ReadSeconds(reader, "latency", spec.own_latency_s);
  reader.Read("errors", spec.error_ratio, 0, 0.99);
  reader.Read("cpu", spec.cpu_ratio, 0.01, 0.9);
  reader.Read("memory", spec.memory_ratio, 0.01, 0.8);
  ReadInt(reader, "workers", 1, 10'000, spec.workers);
  ReadInt(reader, "queue", 0, 100'000, spec.queue);
  if (IndexOf(topology, spec.name) != topology.services.size()) {
    reader.Problem("name", fmt::format("service {} occurs twice", spec.name));
  }
  topology.services.push_back(std::move(spec));
}

void CheckService(yaml::YamlReader& reader, std::string_view key, const std::string& name,
                  const Topology& topology) {
  if (IndexOf(topology, name) != topology.services.size()) return;
  std::string known;
  for (const ServiceSpec& spec : topology.services) {
    known += (known.empty() ? "" : ", ") + spec.name;
  }
  reader.Problem(key, fmt::format("there is no service \"{}\"", name), "there are " + known);
}

void ReadCall(yaml::YamlReader& reader, Topology& topology) {
  CallEdge call;
  for (const auto& [key, out] : {std::pair{"caller", &call.caller}, {"callee", &call.callee}}) {
    if (!reader.Read(key, *out)) {
      reader.Problem("", fmt::format("the {} is missing", key));
    } else {
      CheckService(reader, key, *out, topology);
    }
  }
  reader.Read("per_request", call.calls_per_request, 0.001, 100);
  reader.Read("waits", call.waits);
  ReadSeconds(reader, "timeout", call.timeout_s);
  ReadInt(reader, "retries", 0, 10, call.retries);
  reader.Read("cache_hits", call.cache_hits, 0, 0.999);
  ReadInt(reader, "connections", 0, 10'000, call.connections);
  topology.calls.push_back(std::move(call));
}

void ReadTopology(yaml::YamlReader& root, Topology& topology) {
  root.ReadSection("topology", [&](yaml::YamlReader& section) {
    topology = {};
    section.ReadList("services", [&](yaml::YamlReader& r) { ReadService(r, topology); });
    section.ReadList("calls", [&](yaml::YamlReader& r) { ReadCall(r, topology); });
    if (const base::Result<> valid = Validate(topology); !valid.ok()) {
      section.Problem("", valid.error().message);
    }
  });
}

std::vector<std::string> TypeNames() {
  std::vector<std::string> names;
  for (size_t i = 0; i < kAllIncidentTypes; ++i) {
    names.emplace_back(IncidentTypeName(static_cast<IncidentType>(i)));
  }
  return names;
}

void ReadFault(yaml::YamlReader& reader, const std::vector<std::string>& types,
               Scenario& scenario) {
  PlannedFault fault;
  size_t type = 0;
  if (!reader.ReadChoice("type", types, type)) reader.Problem("", "the type is missing");
  fault.type = static_cast<IncidentType>(type);
  std::string service;
  if (reader.Read("service", service)) fault.services.push_back(service);
  const bool one_of = reader.Read("one_of", fault.services);
  if (service.empty() == !one_of) reader.Problem("", "needs service or one_of, not both");
  for (const std::string& name : fault.services) {
    CheckService(reader, one_of ? "one_of" : "service", name, scenario.options.topology);
  }
  ReadTime(reader, "at", base::Duration(0), kLastsMax, fault.at);
  ReadTime(reader, "jitter", base::Duration(0), std::chrono::hours(12), fault.jitter);
  fault.lasts = std::chrono::minutes(5);
  ReadTime(reader, "lasts", std::chrono::seconds(1), std::chrono::hours(24), fault.lasts);
  reader.Read("variant", fault.variant);
  reader.Read("strength", fault.strength, 0.1, 10);
  scenario.faults.push_back(std::move(fault));
  if (scenario.faults.size() == kFaultsMax + 1) {
    reader.Problem("", fmt::format("more than {} faults", kFaultsMax));
  }
}

// What somebody does to a service that does no harm.
void ReadChange(yaml::YamlReader& reader, std::string_view kind, std::string_view value_key,
                Scenario& scenario) {
  HarmlessPlan plan;
  plan.kind = kind;
  if (!reader.Read("service", plan.service)) {
    reader.Problem("", "the service is missing");
  } else {
    CheckService(reader, "service", plan.service, scenario.options.topology);
  }
  base::Duration at{0};
  ReadTime(reader, "at", base::Duration(0), kLastsMax, at);
  plan.at += at;
  reader.Read(value_key, plan.value);
  scenario.changes.push_back(std::move(plan));
}

// One flag, opened for more and more people.
void ReadFeatureRollout(yaml::YamlReader& reader, Scenario& scenario) {
  base::Duration over = std::chrono::minutes(6);
  ReadTime(reader, "over", std::chrono::seconds(30), std::chrono::hours(24), over);
  ReadChange(reader, "feature_flag", "flag", scenario);
  HarmlessPlan step = scenario.changes.back();
  const std::string flag = step.value;
  scenario.changes.back().value = flag + " 10 %";
  for (const char* share : {" 40 %", " 100 %"}) {
    step.at += over / 3;
    step.value = flag + share;
    scenario.changes.push_back(step);
  }
}

void ReadTraffic(yaml::YamlReader& reader, Scenario& scenario) {
  HarmlessPlan plan;
  plan.kind = "traffic";
  base::Duration at{0};
  ReadTime(reader, "at", base::Duration(0), kLastsMax, at);
  plan.at += at;
  plan.duration = std::chrono::minutes(5);
  ReadTime(reader, "lasts", std::chrono::seconds(1), std::chrono::hours(24), plan.duration);
  reader.Read("factor", plan.factor, 0, 100);
  if (reader.Read("service", plan.service)) {
    CheckService(reader, "service", plan.service, scenario.options.topology);
  }
  scenario.changes.push_back(std::move(plan));
}

void CheckName(yaml::YamlReader& root, const std::string& name) {
  const bool good =
      !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      });
  if (!good) root.Problem("name", "must be 1 to 64 of a-z, 0-9, - and _");
}

// Faults by chance: how many, in one of two forms, and of which types.
void ReadChance(yaml::YamlReader& root, SimulatorOptions& options) {
  const bool rate = root.Read("incidents_per_hour", options.incidents_per_hour, 0, 3600);
  double probability = 0;
  if (root.Read("probability_per_cycle", probability, 0, 1)) {
    options.probability_per_cycle = probability;
    if (rate) root.Problem("probability_per_cycle", "goes without incidents_per_hour");
  }
  root.ReadSection("weights", [&](yaml::YamlReader& reader) {
    std::vector<std::pair<std::string, double>> named;
    for (const std::string& type : reader.Keys()) {
      double weight = 0;
      if (reader.Read(type, weight, 0, 1e9)) named.emplace_back(type, weight);
    }
    const base::Result<Weights> weights = WeightsOf(named);
    if (weights.ok()) {
      options.weights = *weights;
    } else {
      reader.Problem("", weights.error().message);
    }
  });
}

void ReadStory(yaml::YamlReader& root, Scenario& scenario) {
  root.Read("name", scenario.name);
  CheckName(root, scenario.name);
  root.Read("about", scenario.about);
  ReadTime(root, "warm_up", base::Duration(0), kWarmUpMax, scenario.warm_up);
  ReadTime(root, "lasts", std::chrono::minutes(1), kLastsMax, scenario.lasts);
  SimulatorOptions& options = scenario.options;
  ReadTime(root, "step", std::chrono::seconds(1), std::chrono::minutes(1), options.step);
  ReadTopology(root, options.topology);
  ReadChance(root, options);
  const std::vector<std::string> types = TypeNames();
  root.ReadList("faults", [&](yaml::YamlReader& r) { ReadFault(r, types, scenario); });
  root.ReadList("rolling_update",
                [&](yaml::YamlReader& r) { ReadChange(r, "deployment", "version", scenario); });
  root.ReadList("config_change",
                [&](yaml::YamlReader& r) { ReadChange(r, "config_change", "key", scenario); });
  root.ReadList("cloud_event",
                [&](yaml::YamlReader& r) { ReadChange(r, "cloud_event", "kind", scenario); });
  root.ReadList("feature_rollout", [&](yaml::YamlReader& r) { ReadFeatureRollout(r, scenario); });
  root.ReadList("traffic", [&](yaml::YamlReader& r) { ReadTraffic(r, scenario); });
}

}  // namespace

base::Result<Scenario> ReadScenario(std::string_view file, std::string_view text) {
  Scenario scenario;
  scenario.options.step = std::chrono::seconds(5);
  scenario.options.incidents_per_hour = 0;
  scenario.options.traces_per_step = 2;
  scenario.options.mesh_metrics = true;
  std::vector<yaml::Diagnostic> problems;
  yaml::ReadYaml(text, {}, problems, [&](yaml::YamlReader& root) { ReadStory(root, scenario); });
  if (problems.empty()) return scenario;
  std::string message;
  for (const yaml::Diagnostic& problem : problems) {
    message += (message.empty() ? "" : "\n") + problem.ToString(file);
  }
  return base::InvalidArgument(std::move(message), "scenario");
}

std::string TopologyAsYaml(const Topology& topology) {
  const auto quoted = [](const std::string& text) {  // JSON's strings are YAML's too
    std::string out;
    base::JsonWriter(out).Value(text);
    return out;
  };
  const auto span = [](double seconds) {
    return base::FormatDuration(base::Duration(std::max<int64_t>(1, std::llround(seconds * 1000))));
  };
  std::string out = "topology:\n  services:\n";
  for (const ServiceSpec& spec : topology.services) {
    out += fmt::format("    - {{name: {}", quoted(spec.name));
    if (spec.entry_rps > 0) out += fmt::format(", requests_per_second: {:.4g}", spec.entry_rps);
    out += fmt::format(
        ", latency: {}, pods: {}, workers: {}, queue: {}, errors: {:.4g}, cpu: {:.4g}, "
        "memory: {:.4g}}}\n",
        span(spec.own_latency_s), spec.pods, spec.workers, spec.queue, spec.error_ratio,
        spec.cpu_ratio, spec.memory_ratio);
  }
  if (!topology.calls.empty()) out += "  calls:\n";
  for (const CallEdge& call : topology.calls) {
    out += fmt::format("    - {{caller: {}, callee: {}, per_request: {:.4g}", quoted(call.caller),
                       quoted(call.callee), call.calls_per_request);
    if (!call.waits) out += ", waits: false";
    out += fmt::format(", timeout: {}, retries: {}", span(call.timeout_s), call.retries);
    if (call.cache_hits > 0) out += fmt::format(", cache_hits: {:.4g}", call.cache_hits);
    if (call.connections > 0) out += fmt::format(", connections: {}", call.connections);
    out += "}\n";
  }
  return out;
}

base::Result<> Tell(const Scenario& scenario, uint64_t seed, base::TimePoint begin,
                    Simulator& simulator) {
  base::Random random(seed ^ 0x7363656e6172696f);
  for (const PlannedFault& fault : scenario.faults) {
    const double late = random.Uniform() * static_cast<double>(fault.jitter.count());
    const size_t which = random.Below(std::max<size_t>(1, fault.services.size()));
    VEDETTE_TRY_VOID(
        simulator.Inject({.type = fault.type,
                          .service = fault.services.empty() ? "" : fault.services[which],
                          .at = begin + fault.at + base::Duration(static_cast<int64_t>(late)),
                          .duration = fault.lasts,
                          .variant = fault.variant,
                          .strength = fault.strength}));
  }
  for (HarmlessPlan change : scenario.changes) {
    change.at = begin + (change.at - base::TimePoint{});
    VEDETTE_TRY_VOID(simulator.Plan(std::move(change)));
  }
  return {};
}

base::Result<Simulator> Stage(const Scenario& scenario, uint64_t seed, base::TimePoint start) {
  SimulatorOptions options = scenario.options;
  options.seed = seed;
  options.start = start;
  options.first_incident_after = scenario.warm_up + std::chrono::minutes(1);
  VEDETTE_TRY(Simulator simulator, Simulator::Create(std::move(options)));
  VEDETTE_TRY_VOID(Tell(scenario, seed, start + scenario.warm_up, simulator));
  return simulator;
}

}  // namespace vedette::sim
