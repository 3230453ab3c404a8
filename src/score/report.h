#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "score/run.h"
#include "score/tally.h"

namespace vedette::score {

// The score for people and for programs, and the bounds that it must keep. Pure; equal runs give
// equal bytes.

// What is not set is not asked for. A value that cannot be told keeps no bound that is set.
struct Bounds {
  std::optional<double> precision;      // of pages, at least
  std::optional<double> recall;         // at least
  std::optional<base::Duration> delay;  // the median until somebody is paged, at most
  std::optional<double> top1;
  std::optional<double> top3;
  std::optional<double> calibration_error;  // at most
};

// One sentence for each bound that is not kept.
std::vector<std::string> Broken(const Tally& tally, const Bounds& bounds);

std::string ToText(const Tally& tally, const std::vector<std::string>& broken);
// With every fault, its truth and what was said of it.
std::string ToJson(const std::vector<Outcome>& runs, const Tally& tally,
                   const std::vector<std::string>& broken);

}  // namespace vedette::score
