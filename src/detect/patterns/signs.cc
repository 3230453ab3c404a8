#include "detect/patterns/signs.h"

#include <algorithm>
#include <fmt/format.h>

#include "detect/patterns/patterns.h"

namespace vedette::detect::patterns {
namespace {

constexpr double kBlockedFrom = 1'000'000;  // messages

enum class Side : uint8_t { kAny, kHigh, kLow };

struct Word {
  std::string_view part;  // of the metric's name, from the begin of a word on
  Trouble trouble;
  std::string_view text;
  Side side = Side::kHigh;  // where the value must be
};
// The first that is part of the name counts.
constexpr Word kWords[] = {
    {"replication_lag", Trouble::kReplicationLag, "replication behind"},
    {"replication_queue", Trouble::kReplicationLag, "replication behind"},
    {"isr_shrink", Trouble::kReplicas, "in-sync replicas shrinking"},
    {"replicas_shrink", Trouble::kReplicas, "in-sync replicas shrinking"},
    {"under_replicated", Trouble::kReplicas, "under-replicated partitions"},
    {"offline_partitions", Trouble::kBrokersGone, "offline partitions"},
    {"offline_brokers", Trouble::kBrokersGone, "offline brokers"},
    {"backpressure", Trouble::kBackPressure, "back-pressure"},
    {"checkpoint_failure", Trouble::kCheckpointFailures, "failing checkpoints"},
    {"checkpoint_duration", Trouble::kCheckpointTime, "slow checkpoints"},
    {"insert_latency", Trouble::kInsertLatency, "slow inserts"},
    {"insert_queue", Trouble::kInsertQueue, "insert queue growing"},
    {"job_restarts", Trouble::kRestarts, "job restarts"},
    {"restarting", Trouble::kRestarts, "job restarts"},
    {"throughput", Trouble::kThroughput, "low throughput", Side::kLow},
    {"watermark_lag", Trouble::kOther, "watermark behind"},
    {"records_lag", Trouble::kLag, "records behind"},
    {"lag", Trouble::kLag, "consumer lag"},
    {"heap", Trouble::kMemory, "memory"},
    {"memory", Trouble::kMemory, "memory"},
    {"cpu", Trouble::kProcessor, "processor"},
    {"disk", Trouble::kDisk, "disk"},
    {"connections", Trouble::kPools, "connections"},
    {"background_pool", Trouble::kPools, "background pool"},
    {"idle_percent", Trouble::kPools, "handlers busy", Side::kLow},
    {"messages_in", Trouble::kTraffic, "incoming messages"},
    {"bytes_in", Trouble::kTraffic, "incoming bytes"},
    {"queries_per_second", Trouble::kTraffic, "queries"},
    {"network_io", Trouble::kTraffic, "network traffic"},
    {"inserts_per_second", Trouble::kTraffic, "inserts"},
    {"requests", Trouble::kTraffic, "requests"},
};

constexpr std::string_view kFalls[] = {"dropped", "low", "down", "missing"};  // of alerts' names

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
char Lower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// "KafkaConsumerLag" is kafka_consumer_lag.
std::string Snake(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool begins = i > 0 && IsUpper(name[i]) &&
                        (IsLower(name[i - 1]) ||
                         (IsUpper(name[i - 1]) && i + 1 < name.size() && IsLower(name[i + 1])));
    if (begins) out += '_';
    out += Lower(name[i]);
  }
  return out;
}

bool HasWord(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (at == 0 || !IsLower(text[at - 1])) return true;
  }
  return false;
}

std::string_view AlertName(const model::Anomaly& anomaly) {
  const std::string_view name = anomaly.labels.view().Get("alertname");
  return name.empty() ? std::string_view(anomaly.detector) : name;
}

// What the catalogue calls the metric: the rule of an exporter's series is "series (metric)".
std::string_view CanonicalName(const model::Anomaly& anomaly) {
  const std::string_view metric = anomaly.labels.view().metric_name();
  const std::string_view rule = anomaly.detector;
  const size_t open = rule.rfind('(');
  const bool mapped = anomaly.kind == model::AnomalyKind::kThreshold && !metric.empty() &&
                      rule.starts_with(metric) && rule.ends_with(')') &&
                      open != std::string_view::npos;
  return mapped ? rule.substr(open + 1, rule.size() - open - 2) : metric;
}

// On which sides of the usual it is.
bool IsOn(Side side, const model::Anomaly& anomaly, std::string_view alert) {
  if (side == Side::kAny) return true;
  if (!alert.empty()) {
    const bool fell = std::ranges::any_of(kFalls, [&](auto word) { return HasWord(alert, word); });
    return fell == (side == Side::kLow);
  }
  return side == Side::kHigh ? anomaly.observed >= anomaly.expected_high
                             : anomaly.observed <= anomaly.expected_low;
}

const Word* WordOf(const model::Anomaly& anomaly) {
  if (anomaly.kind == model::AnomalyKind::kAbsence) return nullptr;
  const std::string name = Snake(CanonicalName(anomaly));
  const std::string alert = name.empty() ? Snake(AlertName(anomaly)) : std::string();
  for (const std::string& text : {name, alert, alert.empty() ? alert : anomaly.evidence.query}) {
    for (const Word& word : kWords) {
      if (HasWord(text, word.part)) return IsOn(word.side, anomaly, alert) ? &word : nullptr;
    }
  }
  return nullptr;
}

// The component that a name begins with.
std::string_view ComponentOfName(std::string_view name) {
  for (const std::string_view component : kComponents) {
    if (name.size() <= component.size() || IsLower(name[component.size()])) continue;
    const std::string_view begin = name.substr(0, component.size());
    if (std::ranges::equal(begin, component, {}, Lower)) return component;
  }
  return {};
}

}  // namespace

std::string ComponentOf(const model::Anomaly& anomaly) {
  const model::LabelsView labels = anomaly.labels;
  if (const std::string_view named = labels.Get("component"); !named.empty()) {
    for (const std::string_view component : kComponents) {
      if (std::ranges::equal(named, component, {}, Lower)) return std::string(component);
    }
    return std::string(named);
  }
  const std::string_view metric = CanonicalName(anomaly);
  const std::string_view component = ComponentOfName(metric.empty() ? AlertName(anomaly) : metric);
  return component.empty() ? anomaly.entity : std::string(component);
}

std::string_view ComponentOfMetric(std::string_view metric) { return ComponentOfName(metric); }

bool IsComponent(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, Lower, Lower);
}

Sign Read(const model::Anomaly& anomaly) {
  Sign sign{.anomaly = &anomaly,
            .component = ComponentOf(anomaly),
            .from = anomaly.started_at,
            .to = anomaly.ended_at.value_or(base::TimePoint::max())};
  const std::string_view metric = anomaly.labels.view().metric_name();
  std::string_view text = metric.empty() ? AlertName(anomaly) : metric;
  if (const Word* word = WordOf(anomaly)) {
    sign.trouble = word->trouble;
    text = word->text;
  }
  if (sign.trouble == Trouble::kLag && anomaly.observed > kBlockedFrom) {
    sign.trouble = Trouble::kBlockedLag;
  }
  sign.text = fmt::format("{}: {}", sign.component, text);
  return sign;
}

}  // namespace vedette::detect::patterns
