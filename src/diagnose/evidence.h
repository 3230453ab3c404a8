#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace vedette::diagnose {

// What a diagnosis may look at: plain tables of one incident. No table is required; what is empty
// is not used. Nothing is read from an entity's name: names are only compared for equality. The one
// name with a meaning is a metric's (KindOfMetric).

enum class MetricKind {
  kUnknown,
  kCpu,
  kMemory,
  kLatency,
  kErrors,
  kAvailability,
  kTraffic,
  kResource,    // of its own: disks, what caches miss
  kSaturation,  // fills up also while callees are slow: pools, threads, queues, backlogs
};

// What a metric measures, by the words in its name ("cpu_pct", "http_5xx_ratio"): kUnknown when no
// word is known.
MetricKind KindOfMetric(std::string_view metric);

// Whether it counts requests as they come, rather than those that are under way.
bool CountsRequests(std::string_view metric);

// What is told as the share of a metric's requests has its name and this after it.
inline constexpr std::string_view kFailedShare = " failed share";
inline constexpr std::string_view kMissShare = " miss share";

// 1: more is worse; -1: less is worse; 0: either may be.
int WorseDirection(MetricKind kind);

// Who timed a call: the caller, the callee, or nobody that the name tells. Told by the words
// "src", "source", "client" and "dst", "destination", "server", as service meshes use them.
enum class CallSide { kUnknown, kCaller, kCallee };
CallSide SideOfMetric(std::string_view metric);

// One metric of one entity, or of the calls from one to another. NaN is a missing value,
// everywhere.
struct Series {
  std::string entity;
  std::string callee;  // of a metric of calls; else empty
  std::string metric;
  std::string statistic;         // "p99", "Average"; empty when there is one only
  std::vector<double> baseline;  // a fault-free period; empty: the window's own quiet rows
  std::vector<double> window;    // one value for each of Evidence::times
};

struct Call {
  std::string caller;
  std::string callee;
};

// What raised the alarm. The metric need not be among the series.
struct Symptom {
  std::string entity;
  std::string metric;
  std::string statistic;
  std::string text;  // what people wrote about it
};

enum class ChangeKind { kDeployment, kFeatureFlag };

struct Change {
  std::string id;  // a commit or the flag
  ChangeKind kind = ChangeKind::kDeployment;
  std::string entity;
  base::TimePoint time;
  std::string title;
  std::vector<std::string> files;
  std::string diff;  // unified; empty when not known
};

// Lines of one form: how often in the incident, how often in a usual period of that length.
struct LogTemplate {
  std::string entity;
  std::string text;
  double count = 0;
  double usual = 0;
  bool failure = false;  // it says that something failed
};

// One call as it was traced. The parent is an index into the same table, -1 for a root.
struct Span {
  int64_t parent = -1;
  std::string entity;
  std::string operation;
  double duration = 0;  // any unit; NaN: not known
};

// One log line of a trace. `span` is an index into the spans of its set, -1 when it is not known.
struct TracedLine {
  int64_t span = -1;
  double time = 0;    // any unit
  std::string event;  // the line's form: equal for lines of the same statement
  bool failure = false;
};

// Spans and lines of one stretch of time.
struct TraceSet {
  std::vector<Span> spans;
  std::vector<TracedLine> lines;
};

struct Evidence {
  std::vector<base::TimePoint> times;  // of the window's rows, ascending
  std::vector<Series> series;
  std::vector<Call> calls;
  std::optional<Symptom> symptom;
  std::optional<base::TimePoint> detected_at;
  // The trouble began at most so long before `detected_at`. Nothing: anywhere in the window.
  std::optional<base::Duration> detected_late_max;
  // Deviations beyond this one count as it. How far something went says little where its usual is
  // nearly constant, as the share of failures is: it would drown all others.
  double deviation_max = std::numeric_limits<double>::infinity();
  std::vector<Change> changes;
  // Whoever gave them knows of every change: what none of them began, began outside. False where
  // changes are those that somebody thought of telling.
  bool changes_are_all = true;
  std::vector<LogTemplate> templates;
  TraceSet traces;        // of the incident
  TraceSet usual_traces;  // of a fault-free stretch; empty when there is none
};

// The symptom's own series, when it is among them.
std::optional<size_t> SymptomSeries(const Evidence& evidence);

}  // namespace vedette::diagnose
