#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/anomaly.h"

namespace vedette::detect::patterns {

// What one anomaly says about which component, for FindPatterns. Pure functions.

// What is wrong.
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
inline constexpr size_t kTroubles = static_cast<size_t>(Trouble::kOther) + 1;

struct Sign {
  const model::Anomaly* anomaly = nullptr;
  std::string component;
  Trouble trouble = Trouble::kOther;
  std::string text = {};  // "kafka: consumer lag"
  base::TimePoint from;   // it was seen from here
  base::TimePoint to;     // to here; of what is open TimePoint::max()
};

// Reads the metric's name as the catalogue calls it, of an alert its name and its query; and on
// which side of the usual the value is, since little traffic is not what much traffic is. The
// anomaly outlives the sign.
Sign Read(const model::Anomaly& anomaly);

}  // namespace vedette::detect::patterns
