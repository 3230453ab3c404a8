#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/anomaly.h"

namespace vedette::detect::patterns {

// What anomalies of several components, at the same time, mean together: the cross-component
// patterns of source system S5. Each is a set of steps that must all be seen within one window;
// a step is one kind of trouble of one component:
//
//   cascade_failure         consumer lag with back-pressure; or failing checkpoints with slow
//                           inserts; or brokers gone with job restarts; or all three components
//   data_pipeline_blockage  two of: consumer lag above a million, throughput too low, the insert
//                           queue growing
//   resource_exhaustion     memory of two components or more, or processor with disk
//   network_partition       two of: in-sync replicas shrinking, checkpoints timing out,
//                           replication behind
//   coordinated_attack      more incoming traffic than usual of two components, with connection
//                           pools
//   correlated_anomaly      none of these, but two components whose anomalies began within one
//                           window
//
// A value counts on the side that hurts only: throughput that is too high is no blockage. Only what
// has a part in a pattern is a step of it; of all three components that is what they have.
//
// Pure functions.

inline constexpr std::array<std::string_view, 3> kComponents = {"kafka", "flink", "clickhouse"};

enum class Kind {
  kCascadeFailure,
  kDataPipelineBlockage,
  kResourceExhaustion,
  kNetworkPartition,
  kCoordinatedAttack,
  kCorrelatedAnomaly,
};
std::string_view KindName(Kind kind);  // "cascade_failure", ...

// The label `component`, else what the metric's name begins with (kafka_, flink_, clickhouse_, also
// in capitals: ClickHouseMetrics_; of an exporter's series what the catalogue calls it; of an alert
// its own name), else the entity.
std::string ComponentOf(const model::Anomaly& anomaly);
// Of the three only; empty for a name that begins with none of them.
std::string_view ComponentOfMetric(std::string_view metric);
// Whether both are the same, whatever their case.
bool IsComponent(std::string_view one, std::string_view other);

struct Pattern {
  Kind kind = Kind::kCorrelatedAnomaly;
  base::TimePoint from;                   // where the first of its steps began
  base::TimePoint to;                     // where the last did
  std::vector<std::string> components;    // sorted, unique
  std::vector<std::string> steps;         // "kafka: consumer lag", in the order of their beginnings
  std::vector<std::string> anomaly_ids;   // what was seen, in the same order
  std::vector<std::string> evidence_ids;  // of these
  std::string summary;
};

// The patterns of anomalies, the latest first. Together is what was open within `window` before one
// of them began, however long ago it began itself; a pattern that is seen again while part of it
// lasts is the same, with all its steps. Anomalies may come in any order. Cost n log n, and n times
// what is open at once.
std::vector<Pattern> FindPatterns(const std::vector<model::Anomaly>& anomalies,
                                  base::Duration window = std::chrono::minutes(5));

}  // namespace vedette::detect::patterns
