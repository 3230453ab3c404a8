#include "detect/patterns/patterns.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <set>
#include <span>
#include <utility>

namespace vedette::detect::patterns {
namespace {

constexpr double kBlockedFrom = 1'000'000;  // messages
constexpr std::array<std::string_view, 3> kComponents = {"kafka", "flink", "clickhouse"};

constexpr std::string_view kKinds[] = {"cascade_failure",     "data_pipeline_blockage",
                                       "resource_exhaustion", "network_partition",
                                       "coordinated_attack",  "correlated_anomaly"};

// What a metric tells about.
enum class Trouble : uint8_t {
  kLag,
  kBlockedLag,
  kBackPressure,
  kCheckpointFailures,
  kCheckpointTime,
  kInsertLatency,
  kInsertQueue,
  kBrokersGone,
  kRestarts,
  kThroughput,
  kReplicas,
  kReplicationLag,
  kMemory,
  kProcessor,
  kDisk,
  kTraffic,
  kPools,
  kOther,
};

struct Word {
  std::string_view part;  // of the metric's name
  Trouble trouble;
  std::string_view text;
};
// The first that is part of the name counts.
constexpr Word kWords[] = {
    {"replication_lag", Trouble::kReplicationLag, "replication behind"},
    {"replication_queue", Trouble::kReplicationLag, "replication behind"},
    {"isr_shrink", Trouble::kReplicas, "in-sync replicas shrinking"},
    {"under_replicated", Trouble::kReplicas, "under-replicated partitions"},
    {"offline_partitions", Trouble::kBrokersGone, "offline partitions"},
    {"offline_brokers", Trouble::kBrokersGone, "offline brokers"},
    {"backpressure", Trouble::kBackPressure, "back-pressure"},
    {"checkpoint_failure", Trouble::kCheckpointFailures, "failing checkpoints"},
    {"checkpoint_duration", Trouble::kCheckpointTime, "slow checkpoints"},
    {"insert_latency", Trouble::kInsertLatency, "slow inserts"},
    {"insert_queue", Trouble::kInsertQueue, "insert queue growing"},
    {"job_restarts", Trouble::kRestarts, "job restarts"},
    {"throughput", Trouble::kThroughput, "low throughput"},
    {"watermark_lag", Trouble::kOther, "watermark behind"},
    {"lag", Trouble::kLag, "consumer lag"},
    {"heap", Trouble::kMemory, "memory"},
    {"memory", Trouble::kMemory, "memory"},
    {"cpu", Trouble::kProcessor, "processor"},
    {"disk", Trouble::kDisk, "disk"},
    {"connections", Trouble::kPools, "connections"},
    {"background_pool", Trouble::kPools, "background pool"},
    {"idle_percent", Trouble::kPools, "handlers busy"},
    {"messages_in", Trouble::kTraffic, "incoming messages"},
    {"bytes_in", Trouble::kTraffic, "incoming bytes"},
    {"queries_per_second", Trouble::kTraffic, "queries"},
    {"network_io", Trouble::kTraffic, "network traffic"},
    {"inserts_per_second", Trouble::kTraffic, "inserts"},
    {"requests", Trouble::kTraffic, "requests"},
};

struct Sign {
  const model::Anomaly* anomaly = nullptr;
  std::string component;
  Trouble trouble = Trouble::kOther;
  std::string text;
};

Sign Read(const model::Anomaly& anomaly) {
  Sign sign;
  sign.anomaly = &anomaly;
  sign.component = ComponentOf(anomaly);
  const std::string_view metric = anomaly.labels.view().metric_name();
  std::string_view text = metric.empty() ? std::string_view(anomaly.detector) : metric;
  for (const Word& word : kWords) {
    if (metric.find(word.part) == std::string_view::npos) continue;
    sign.trouble = word.trouble;
    text = word.text;
    break;
  }
  if (sign.trouble == Trouble::kLag && anomaly.observed > kBlockedFrom) {
    sign.trouble = Trouble::kBlockedLag;
  }
  sign.text = fmt::format("{}: {}", sign.component, text);
  return sign;
}

// The signs of one window.
class Window {
 public:
  explicit Window(std::span<const Sign> signs) : signs_(signs) {}

  std::vector<Pattern> Find() const {
    std::vector<Pattern> found;
    const auto add = [&](Kind kind, std::vector<const Sign*> seen) {
      if (!seen.empty()) found.push_back(Describe(kind, std::move(seen)));
    };
    add(Kind::kCascadeFailure, Cascade());
    add(Kind::kDataPipelineBlockage, Blockage());
    add(Kind::kResourceExhaustion, Exhaustion());
    add(Kind::kNetworkPartition, Partition());
    add(Kind::kCoordinatedAttack, Attack());
    if (found.empty() && ComponentsOf(All()).size() > 1) add(Kind::kCorrelatedAnomaly, All());
    return found;
  }

 private:
  using Signs = std::vector<const Sign*>;

  Signs All() const {
    Signs all;
    for (const Sign& sign : signs_) all.push_back(&sign);
    return all;
  }
  Signs Of(Trouble trouble) const {
    Signs found;
    for (const Sign& sign : signs_) {
      if (sign.trouble == trouble) found.push_back(&sign);
    }
    return found;
  }
  static std::set<std::string> ComponentsOf(const Signs& signs) {
    std::set<std::string> components;
    for (const Sign* sign : signs) components.insert(sign->component);
    return components;
  }
  // All together if at least `least` of the lists have something.
  static Signs IfEnough(const std::vector<Signs>& steps, size_t least) {
    Signs all;
    size_t seen = 0;
    for (const Signs& step : steps) {
      seen += step.empty() ? 0 : 1;
      all.insert(all.end(), step.begin(), step.end());
    }
    return seen >= least ? all : Signs();
  }
  Signs Lag() const {
    Signs lag = Of(Trouble::kLag);
    const Signs more = Of(Trouble::kBlockedLag);
    lag.insert(lag.end(), more.begin(), more.end());
    return lag;
  }

  Signs Cascade() const {
    std::set<const Sign*> seen;
    for (const Signs& pair :
         {IfEnough({Lag(), Of(Trouble::kBackPressure)}, 2),
          IfEnough({Of(Trouble::kCheckpointFailures), Of(Trouble::kInsertLatency)}, 2),
          IfEnough({Of(Trouble::kBrokersGone), Of(Trouble::kRestarts)}, 2)}) {
      seen.insert(pair.begin(), pair.end());
    }
    const std::set<std::string> components = ComponentsOf(All());
    const bool all = std::ranges::all_of(kComponents, [&](std::string_view component) {
      return components.contains(std::string(component));
    });
    return all ? All() : Signs(seen.begin(), seen.end());
  }
  Signs Blockage() const {
    return IfEnough({Of(Trouble::kBlockedLag), Of(Trouble::kThroughput), Of(Trouble::kInsertQueue)},
                    2);
  }
  Signs Exhaustion() const {
    const Signs memory = Of(Trouble::kMemory);
    Signs seen = IfEnough({Of(Trouble::kProcessor), Of(Trouble::kDisk)}, 2);
    if (ComponentsOf(memory).size() > 1 || !seen.empty()) {
      seen.insert(seen.end(), memory.begin(), memory.end());
    }
    return seen;
  }
  Signs Partition() const {
    return IfEnough(
        {Of(Trouble::kReplicas), Of(Trouble::kCheckpointTime), Of(Trouble::kReplicationLag)}, 2);
  }
  Signs Attack() const {
    const Signs traffic = Of(Trouble::kTraffic);
    return ComponentsOf(traffic).size() > 1 ? IfEnough({traffic, Of(Trouble::kPools)}, 2) : Signs();
  }

  static Pattern Describe(Kind kind, Signs seen) {
    std::ranges::sort(seen, [](const Sign* a, const Sign* b) {
      return std::pair(a->anomaly->started_at, std::string_view(a->anomaly->id)) <
             std::pair(b->anomaly->started_at, std::string_view(b->anomaly->id));
    });
    Pattern pattern;
    pattern.kind = kind;
    pattern.from = seen.front()->anomaly->started_at;
    pattern.to = seen.back()->anomaly->started_at;
    const std::set<std::string> components = ComponentsOf(seen);
    pattern.components.assign(components.begin(), components.end());
    for (const Sign* sign : seen) {
      pattern.steps.push_back(sign->text);
      pattern.anomaly_ids.push_back(sign->anomaly->id);
      pattern.evidence_ids.push_back(sign->anomaly->evidence.id);
    }
    std::string name(KindName(kind));
    std::ranges::replace(name, '_', ' ');
    pattern.summary =
        fmt::format("{} over {}: {} first, {} in all", name, fmt::join(pattern.components, ", "),
                    pattern.steps.front(), pattern.steps.size());
    return pattern;
  }

  const std::span<const Sign> signs_;
};

}  // namespace

std::string_view KindName(Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::string ComponentOf(const model::Anomaly& anomaly) {
  const model::LabelsView labels = anomaly.labels.view();
  if (const std::string_view named = labels.Get("component"); !named.empty()) {
    return std::string(named);
  }
  for (const std::string_view component : kComponents) {
    const std::string_view metric = labels.metric_name();
    if (metric.starts_with(component) && metric.substr(component.size()).starts_with('_')) {
      return std::string(component);
    }
  }
  return anomaly.entity;
}

std::vector<Pattern> FindPatterns(const std::vector<model::Anomaly>& anomalies,
                                  base::Duration window) {
  std::vector<Sign> signs;
  for (const model::Anomaly& anomaly : anomalies) signs.push_back(Read(anomaly));
  std::ranges::sort(signs, [](const Sign& a, const Sign& b) {
    return std::pair(a.anomaly->started_at, std::string_view(a.anomaly->id)) <
           std::pair(b.anomaly->started_at, std::string_view(b.anomaly->id));
  });
  std::vector<Pattern> found;
  for (size_t begin = 0; begin < signs.size();) {
    const base::TimePoint until = signs[begin].anomaly->started_at + window;
    size_t end = begin;
    while (end < signs.size() && signs[end].anomaly->started_at <= until) ++end;
    std::vector<Pattern> here = Window(std::span(signs).subspan(begin, end - begin)).Find();
    std::move(here.begin(), here.end(), std::back_inserter(found));
    begin = end;
  }
  std::ranges::stable_sort(found,
                           [](const Pattern& a, const Pattern& b) { return a.from > b.from; });
  return found;
}

}  // namespace vedette::detect::patterns
