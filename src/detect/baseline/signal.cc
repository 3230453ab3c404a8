#include "detect/baseline/signal.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>
#include <string_view>

namespace vedette::detect::baseline {
namespace {

// A metric name in lower case between underscores, so that "_word_" finds whole words.
class Name {
 public:
  explicit Name(std::string_view metric) : text_("_") {
    for (const char c : metric) {
      const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
      text_ += word ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '_';
    }
    text_ += '_';
  }

  bool HasWord(std::initializer_list<std::string_view> words) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      for (size_t at = text_.find(word); at != std::string::npos; at = text_.find(word, at + 1)) {
        if (text_[at - 1] == '_' && text_[at + word.size()] == '_') return true;
      }
      return false;
    });
  }
  bool Contains(std::initializer_list<std::string_view> parts) const {
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
      return text_.find(part) != std::string::npos;
    });
  }
  bool StartsWith(std::string_view start) const {
    return std::string_view(text_).substr(1).starts_with(start);
  }
  bool EndsWith(std::string_view end) const {
    return std::string_view(text_).substr(0, text_.size() - 1).ends_with(end);
  }
  bool Is(std::string_view name) const {
    return std::string_view(text_).substr(1, text_.size() - 2) == name;
  }

 private:
  std::string text_;
};

bool IsSkipped(const Name& name, model::LabelsView labels) {
  // A quantile describes a sliding window of minutes: it lags. load5 and load15 repeat load1 later.
  return name.EndsWith("_bucket") || !labels.Get("quantile").empty() || name.EndsWith("_created") ||
         name.EndsWith("_info") || name.HasWord({"timestamp"}) ||
         name.EndsWith("_start_time_seconds") || name.EndsWith("_boot_time_seconds") ||
         name.Is("node_time_seconds") || name.HasWord({"uptime"}) || name.Is("node_load5") ||
         name.Is("node_load15") || name.StartsWith("alerts");
}

bool IsCounter(const Name& name) {
  return name.EndsWith("_total") || name.EndsWith("_count") || name.EndsWith("_sum") ||
         (name.StartsWith("node_netstat_") && !name.HasWord({"currestab"})) ||
         name.StartsWith("node_vmstat_");
}

bool IsInternal(const Name& name) {
  for (const std::string_view start : {"scrape_", "go_", "prometheus_", "promhttp_", "vedette_",
                                       "node_scrape_", "net_conntrack_"}) {
    if (name.StartsWith(start)) return true;
  }
  return false;
}

// The first digit of a label that says how a request ended; 0 when there is none.
char OutcomeClass(model::LabelsView labels) {
  for (const std::string_view label :
       {"code", "status_code", "response_code", "http_status_code", "status"}) {
    const std::string_view value = labels.Get(label);
    if (value.size() == 3 && value[0] >= '0' && value[0] <= '9') return value[0];
  }
  return 0;
}

SignalKind KindOfUse(const Name& name, model::LabelsView labels) {
  const std::string_view mode = labels.Get("mode");
  const bool cpu = name.Contains({"cpu"});
  if (name.HasWord({"idle"}) || (cpu && mode == "idle")) return SignalKind::kIdle;
  if (name.Contains({"memavailable", "avail_bytes", "available_bytes"})) return SignalKind::kIdle;
  if (cpu && !mode.empty()) {
    const bool work = mode == "user" || mode == "system" || mode == "iowait" || mode == "steal";
    return work ? SignalKind::kSaturation : SignalKind::kOther;
  }
  const bool resource = cpu || name.HasWord({"memory", "mem", "heap", "disk", "pool", "fd"});
  if (resource && name.HasWord({"usage", "util", "utilization", "ratio", "percent", "seconds"})) {
    return SignalKind::kSaturation;
  }
  if (name.Contains({"pressure", "in_flight", "inflight", "queue", "backlog"}) ||
      name.HasWord({"lag", "load1", "saturation", "utilization", "backpressure", "pending"})) {
    return SignalKind::kSaturation;
  }
  return SignalKind::kOther;
}

SignalKind KindOf(const Name& name, Reading reading, model::LabelsView labels) {
  const char outcome = OutcomeClass(labels);
  if (name.HasWord({"error", "errors", "fail", "failed", "fails", "failure", "failures", "drop",
                    "dropped", "drops", "exception", "exceptions", "timeout", "timeouts",
                    "rejected", "panics"}) ||
      (reading == Reading::kCounter && (outcome == '5' || outcome == '0'))) {
    return SignalKind::kErrors;
  }
  if (outcome == '4') return SignalKind::kOther;  // what clients ask for in vain
  if (reading == Reading::kGauge && name.HasWord({"up", "ready", "healthy", "alive"})) {
    return SignalKind::kAvailability;
  }
  if (name.EndsWith("_sum")) return SignalKind::kWork;
  const SignalKind use = KindOfUse(name, labels);
  if (use != SignalKind::kOther) return use;
  if (reading == Reading::kGauge && name.HasWord({"latency", "duration", "rtt", "delay", "response",
                                                  "p50", "p90", "p95", "p99"})) {
    return SignalKind::kLatency;
  }
  const bool work = name.HasWord({"requests", "request", "messages", "records", "calls", "queries",
                                  "rps", "throughput", "orders", "transactions"});
  if (work &&
      (reading == Reading::kCounter || name.HasWord({"rate", "per", "rps", "throughput"}))) {
    return SignalKind::kTraffic;
  }
  return SignalKind::kOther;
}

float FullOf(const Name& name, SignalKind kind, Reading reading, model::LabelsView labels) {
  if (kind != SignalKind::kSaturation && kind != SignalKind::kIdle && kind != SignalKind::kErrors) {
    return 0;
  }
  if (reading == Reading::kCounter) {  // seconds per second of one processor or of waiting
    const bool share = !labels.Get("mode").empty() || name.Contains({"pressure"});
    return share && name.HasWord({"seconds"}) ? 1.0F : 0.0F;
  }
  if (name.HasWord({"percent", "pct"})) return 100;
  return name.HasWord({"ratio", "usage", "utilization", "util"}) ? 1.0F : 0.0F;
}

float SecondsOf(const Name& name) {
  if (name.HasWord({"seconds"})) return 1.0F;
  return name.HasWord({"ms", "milliseconds"}) ? 0.001F : 0.0F;
}

}  // namespace

Signal ClassifySignal(model::LabelsView labels) {
  const Name name(labels.metric_name());
  Signal signal;
  if (IsSkipped(name, labels)) {
    signal.reading = Reading::kSkip;
    return signal;
  }
  signal.reading = IsCounter(name) ? Reading::kCounter : Reading::kGauge;
  signal.internal = IsInternal(name);
  const bool host = name.StartsWith("node_");
  signal.kind = signal.internal ? SignalKind::kOther : KindOf(name, signal.reading, labels);
  signal.internal = signal.internal || (host && signal.kind == SignalKind::kOther);
  // A host's network drops a packet now and then, and nobody gets up for it.
  signal.may_page = !signal.internal && signal.kind != SignalKind::kWork &&
                    !(host && signal.kind == SignalKind::kErrors);
  // A mean of whole numbers of processes; it also takes minutes to come back to the last digit.
  if (name.Is("node_load1")) signal.scale_min = 0.25F;
  signal.full = FullOf(name, signal.kind, signal.reading, labels);
  if (signal.kind == SignalKind::kLatency) {
    signal.unit_seconds = SecondsOf(name);
  }
  return signal;
}

Signal ClassifyQuantile(model::LabelsView labels) {
  const Name name(labels.metric_name());
  Signal signal;
  signal.internal = IsInternal(name) || name.StartsWith("node_");
  signal.may_page = !signal.internal;
  signal.estimated = true;
  signal.unit_seconds = SecondsOf(name);
  if (signal.internal) return signal;
  signal.kind =
      signal.unit_seconds > 0 ? SignalKind::kLatency : KindOf(name, Reading::kGauge, labels);
  signal.full = FullOf(name, signal.kind, Reading::kGauge, labels);
  return signal;
}

}  // namespace vedette::detect::baseline
