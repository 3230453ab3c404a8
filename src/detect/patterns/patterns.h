#pragma once

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
//   data_pipeline_blockage  two of: consumer lag above a million, throughput below 100 records a
//                           second, the insert queue growing
//   resource_exhaustion     memory of two components or more, or processor with disk
//   network_partition       two of: in-sync replicas shrinking, checkpoints timing out,
//                           replication behind
//   coordinated_attack      incoming traffic of two components, with connection pools
//   correlated_anomaly      none of these, but two components within one window
//
// A component is the label `component`, else what the metric's name begins with (kafka_, flink_,
// clickhouse_), else the entity. Pure functions.

enum class Kind {
  kCascadeFailure,
  kDataPipelineBlockage,
  kResourceExhaustion,
  kNetworkPartition,
  kCoordinatedAttack,
  kCorrelatedAnomaly,
};
std::string_view KindName(Kind kind);  // "cascade_failure", ...

std::string ComponentOf(const model::Anomaly& anomaly);

struct Pattern {
  Kind kind = Kind::kCorrelatedAnomaly;
  base::TimePoint from;  // of the window in which all steps were seen
  base::TimePoint to;
  std::vector<std::string> components;    // sorted, unique
  std::vector<std::string> steps;         // "kafka: consumer lag", in the order of their beginnings
  std::vector<std::string> anomaly_ids;   // what was seen, in the same order
  std::vector<std::string> evidence_ids;  // of these
  std::string summary;
};

// The patterns of anomalies that began within `window` of each other, the latest first; of each
// kind at most one a window. Anomalies may come in any order. Cost n log n.
std::vector<Pattern> FindPatterns(const std::vector<model::Anomaly>& anomalies,
                                  base::Duration window = std::chrono::minutes(5));

}  // namespace vedette::detect::patterns
