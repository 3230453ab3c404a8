#include "diagnose/evidence.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace vedette::diagnose {
namespace {

struct Word {
  std::string_view text;
  MetricKind kind;
};

// The first word of this list that is in the name decides.
constexpr std::array kWords = std::to_array<Word>({
    {"error", MetricKind::kErrors},
    {"errors", MetricKind::kErrors},
    {"err", MetricKind::kErrors},
    {"5xx", MetricKind::kErrors},
    {"fail", MetricKind::kErrors},
    {"failed", MetricKind::kErrors},
    {"failure", MetricKind::kErrors},
    {"failures", MetricKind::kErrors},
    {"servfail", MetricKind::kErrors},
    {"panic", MetricKind::kErrors},
    {"oom", MetricKind::kErrors},
    {"killed", MetricKind::kErrors},
    {"throttle", MetricKind::kErrors},
    {"throttled", MetricKind::kErrors},
    {"timeout", MetricKind::kErrors},
    {"timeouts", MetricKind::kErrors},
    {"cancelled", MetricKind::kErrors},
    {"dropped", MetricKind::kErrors},
    {"restarts", MetricKind::kErrors},
    {"availability", MetricKind::kAvailability},
    {"success", MetricKind::kAvailability},
    {"hit", MetricKind::kAvailability},
    {"miss", MetricKind::kResource},
    {"misses", MetricKind::kResource},
    {"latency", MetricKind::kLatency},
    {"lat", MetricKind::kLatency},
    {"duration", MetricKind::kLatency},
    {"wait", MetricKind::kLatency},
    {"p50", MetricKind::kLatency},
    {"p90", MetricKind::kLatency},
    {"p95", MetricKind::kLatency},
    {"p99", MetricKind::kLatency},
    {"cpu", MetricKind::kCpu},
    {"mem", MetricKind::kMemory},
    {"memory", MetricKind::kMemory},
    {"rss", MetricKind::kMemory},
    {"heap", MetricKind::kMemory},
    {"requests", MetricKind::kTraffic},
    {"request", MetricKind::kTraffic},
    {"ops", MetricKind::kTraffic},
    {"qps", MetricKind::kTraffic},
    {"rps", MetricKind::kTraffic},
    {"queries", MetricKind::kTraffic},
    {"throughput", MetricKind::kTraffic},
    {"load", MetricKind::kTraffic},
    {"lod", MetricKind::kTraffic},
    {"disk", MetricKind::kResource},
    {"filesystem", MetricKind::kResource},
    {"iops", MetricKind::kResource},
    {"iowait", MetricKind::kResource},
    {"pool", MetricKind::kSaturation},
    {"connections", MetricKind::kSaturation},
    {"threads", MetricKind::kSaturation},
    {"workers", MetricKind::kSaturation},
    {"queue", MetricKind::kSaturation},
    {"backlog", MetricKind::kSaturation},
    {"lag", MetricKind::kSaturation},
    {"saturation", MetricKind::kSaturation},
});

// Of requests that are under way, and of a machine's load.
constexpr std::array kNotArriving = std::to_array<std::string_view>(
    {"flight", "inflight", "active", "concurrent", "open", "pending", "waiting", "queued", "cache",
     "load", "load1", "load5", "load15"});

std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "lat90" is "lat" too.
void AddWithoutDigits(std::vector<std::string>& words) {
  const size_t count = words.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t letters = words[i].find_last_not_of("0123456789") + 1;
    if (letters > 1 && letters < words[i].size()) words.push_back(words[i].substr(0, letters));
  }
}

}  // namespace

MetricKind KindOfMetric(std::string_view metric) {
  std::vector<std::string> words = WordsOf(metric);
  AddWithoutDigits(words);
  const auto* const known = std::find_if(kWords.begin(), kWords.end(),
                                         [&](const Word& word) { return Has(words, word.text); });
  if (known == kWords.end()) return MetricKind::kUnknown;
  // How many durations were observed is how many requests there were.
  if (known->kind == MetricKind::kLatency && metric.ends_with("_count")) {
    return MetricKind::kTraffic;
  }
  return known->kind;
}

bool CountsRequests(std::string_view metric) {
  if (KindOfMetric(metric) != MetricKind::kTraffic) return false;
  const std::vector<std::string> words = WordsOf(metric);
  return std::none_of(kNotArriving.begin(), kNotArriving.end(),
                      [&](std::string_view word) { return Has(words, word); });
}

CallSide SideOfMetric(std::string_view metric) {
  const std::vector<std::string> words = WordsOf(metric);
  if (Has(words, "src") || Has(words, "source") || Has(words, "client")) return CallSide::kCaller;
  if (Has(words, "dst") || Has(words, "destination") || Has(words, "server")) {
    return CallSide::kCallee;
  }
  return CallSide::kUnknown;
}

int WorseDirection(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCpu:
    case MetricKind::kMemory:
    case MetricKind::kLatency:
    case MetricKind::kResource:
    case MetricKind::kSaturation:
    case MetricKind::kErrors: return 1;
    case MetricKind::kAvailability: return -1;
    case MetricKind::kTraffic:
    case MetricKind::kUnknown: break;
  }
  return 0;
}

std::optional<size_t> SymptomSeries(const Evidence& evidence) {
  if (!evidence.symptom) return std::nullopt;
  const Symptom& symptom = *evidence.symptom;
  for (size_t i = 0; i < evidence.series.size(); ++i) {
    const Series& series = evidence.series[i];
    if (series.entity == symptom.entity && series.callee.empty() &&
        series.metric == symptom.metric && series.statistic == symptom.statistic) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace vedette::diagnose
