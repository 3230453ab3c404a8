#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "release/rates.h"

namespace vedette::release {

// Did a level (CPU, memory, mean latency) rise with a release? Compares means of equal blocks of
// time by their ranks alone, so that neither unit nor distribution matters: a conformal test
// martingale (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005, with the
// mixture of power bets). While the blocks since the release are like those before, in any order,
// each rank is as likely as any other and the evidence passes 1/level with a probability of at most
// `level`, whenever one looks. Pure.

struct LevelOptions {
  double level = 0.0025;
  double rise_min = 0.25;  // of the median; less is not called worse
  size_t usual_min = 12;   // blocks to compare with
  size_t fresh_min = 3;    // blocks that "not worse" takes
};

struct LevelInput {
  std::vector<double> usual;  // blocks without the release
  std::vector<double> fresh;  // since, in order
};

struct LevelResult {
  Outcome outcome = Outcome::kNoData;
  double usual = 0;  // medians
  double fresh = 0;
  double e_value = 0;  // at its height
  double threshold = 0;
  std::optional<size_t> decided_at;  // the block
  size_t needs = 0;                  // blocks until "not worse" can be said
};

LevelResult TestLevel(const LevelInput& input, const LevelOptions& options);

}  // namespace vedette::release
