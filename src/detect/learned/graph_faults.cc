#include "detect/learned/graph_faults.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace vedette::detect::learned {
namespace {

constexpr std::array<std::string_view, kCauses> kNames = {"slow", "failing", "busy",
                                                          "leak", "load",    "gone"};
constexpr double kSpreads = 0.85;  // of the calls
constexpr double kWeaker = 0.4, kStronger = 1.1;
constexpr size_t kDelayMax = 2;  // rows, of one call
constexpr double kFelt = 1;      // scaled units: less goes no further
constexpr size_t kHopsMax = 4;
constexpr double kGivesUp = 4;  // a latency at which who waits may fail

using Sizes = std::array<double, kVitals>;

double& At(Sizes& sizes, Vital vital) { return sizes.at(static_cast<size_t>(vital)); }

bool OneOf(base::Random& random, double share) { return random.Uniform() < share; }

// What the fault does to the service where it begins.
Sizes AtTheRoot(base::Random& random, Cause cause) {
  Sizes sizes{};
  switch (cause) {
    case Cause::kSlow:
      At(sizes, Vital::kLatency) = random.Uniform(3, 8);
      if (OneOf(random, 0.3)) At(sizes, Vital::kCpu) = random.Uniform(0.5, 2);
      break;
    case Cause::kFailing:
      At(sizes, Vital::kErrorShare) = random.Uniform(3, 9);
      if (OneOf(random, 0.5)) At(sizes, Vital::kLatency) = random.Uniform(-2, 2);
      break;
    case Cause::kBusy:
      At(sizes, Vital::kCpu) = random.Uniform(3, 8);
      At(sizes, Vital::kLatency) = random.Uniform(1.5, 6);
      break;
    case Cause::kLeak:
      At(sizes, Vital::kMemory) = random.Uniform(4, 9);
      if (OneOf(random, 0.6)) At(sizes, Vital::kLatency) = random.Uniform(1, 5);
      if (OneOf(random, 0.3)) At(sizes, Vital::kErrorShare) = random.Uniform(1, 4);
      break;
    case Cause::kLoad:
      At(sizes, Vital::kTraffic) = random.Uniform(3, 8);
      At(sizes, Vital::kCpu) = random.Uniform(1, 6);
      At(sizes, Vital::kLatency) = random.Uniform(0, 3);
      break;
    case Cause::kGone:
      At(sizes, Vital::kTraffic) = -random.Uniform(3, 8);
      At(sizes, Vital::kCpu) = -random.Uniform(0, 3);
      break;
  }
  return sizes;
}

// What who calls it feels of it.
Sizes AtACaller(base::Random& random, Cause cause, bool of_root, Sizes felt) {
  Sizes sizes{};
  At(sizes, Vital::kLatency) = std::max(0.0, At(felt, Vital::kLatency));
  At(sizes, Vital::kErrorShare) = std::max(0.0, At(felt, Vital::kErrorShare));
  if (cause == Cause::kGone && of_root) At(sizes, Vital::kErrorShare) = random.Uniform(3, 9);
  if (At(sizes, Vital::kLatency) > kGivesUp && OneOf(random, 0.4)) {
    At(sizes, Vital::kErrorShare) += random.Uniform(1, 5);
  }
  return sizes;
}

// What whom it calls feels of it: more work, or less.
Sizes AtACallee(Cause cause, Sizes felt) {
  Sizes sizes{};
  if (cause != Cause::kLoad && cause != Cause::kGone) return sizes;
  At(sizes, Vital::kTraffic) = At(felt, Vital::kTraffic);
  At(sizes, Vital::kCpu) = At(felt, Vital::kCpu);
  if (cause == Cause::kLoad) At(sizes, Vital::kLatency) = At(felt, Vital::kLatency);
  return sizes;
}

bool IsFelt(const Sizes& sizes, const std::array<bool, kVitals>& has, double least) {
  for (size_t vital = 0; vital < kVitals; ++vital) {
    if (has.at(vital) && std::abs(sizes.at(vital)) >= least) return true;
  }
  return false;
}

// How a fault goes from service to service.
class Spread {
 public:
  Spread(base::Random& random, Cause cause, const Terrain& terrain)
      : random_(random),
        cause_(cause),
        terrain_(terrain),
        reached_(terrain.graph.nodes()),
        drifts_(cause == Cause::kLeak) {}

  std::vector<GraphFault::Touch> From(size_t root, const Sizes& sizes, size_t start,
                                      size_t length) {
    end_ = start + length;
    Reach({.node = root, .sizes = sizes, .at = start});
    for (size_t i = 0; i < waves_.size(); ++i) {
      const Wave from = waves_[i];
      if (from.hops >= kHopsMax) continue;
      const bool of_root = i == 0;
      // Load goes on downwards only from where it came from above; what suffers passes it up.
      for (const size_t caller : terrain_.graph.callers.Of(from.node)) {
        if (from.down && !of_root) break;
        Pass(from, caller, AtACaller(random_, cause_, of_root, from.sizes), false);
      }
      for (const size_t callee : terrain_.graph.callees.Of(from.node)) {
        if (!from.down) break;
        Pass(from, callee, AtACallee(cause_, from.sizes), true);
      }
    }
    return std::move(touched_);
  }

 private:
  struct Wave {
    size_t node = 0;
    Sizes sizes{};
    size_t at = 0;  // row
    size_t hops = 0;
    bool down = true;  // it has not gone up yet
  };
  void Reach(const Wave& wave) {
    reached_[wave.node] = true;
    GraphFault::Touch touch{.node = wave.node, .fault = {}};
    touch.fault.kind = drifts_ ? FaultKind::kDrift : FaultKind::kShift;
    touch.fault.start = wave.at;
    touch.fault.length = end_ - wave.at;
    touch.fault.sizes.assign(wave.sizes.begin(), wave.sizes.end());
    for (size_t vital = 0; vital < kVitals; ++vital) {
      if (!terrain_.has[wave.node].at(vital)) touch.fault.sizes[vital] = 0;
    }
    touched_.push_back(std::move(touch));
    waves_.push_back(wave);
  }
  void Pass(const Wave& from, size_t node, Sizes sizes, bool down) {
    const double share = random_.Uniform(kWeaker, kStronger);
    const size_t at = from.at + random_.Below(kDelayMax + 1);
    if (!OneOf(random_, kSpreads) || reached_[node] || at >= end_) return;
    for (double& size : sizes) size *= share;
    constexpr std::array<bool, kVitals> kAny = {true, true, true, true, true};
    if (!IsFelt(sizes, kAny, kFelt)) return;
    Reach({.node = node, .sizes = sizes, .at = at, .hops = from.hops + 1, .down = down});
  }

  base::Random& random_;
  const Cause cause_;
  const Terrain& terrain_;
  std::vector<bool> reached_;
  const bool drifts_;
  size_t end_ = 0;
  std::deque<Wave> waves_;
  std::vector<GraphFault::Touch> touched_;
};

}  // namespace

std::string_view CauseName(Cause cause) { return kNames.at(static_cast<size_t>(cause)); }

bool IsVisible(const GraphFault::Touch& touch, size_t row) {
  for (size_t vital = 0; vital < kVitals; ++vital) {
    if (std::abs(touch.MoveAt(vital, row)) >= kVisible) return true;
  }
  return false;
}

GraphFault RandomGraphFault(base::Random& random, Cause cause, const Terrain& terrain, size_t first,
                            size_t last, size_t longest) {
  GraphFault fault;
  fault.cause = cause;
  const size_t shortest = std::max<size_t>(1, longest / 2);
  fault.length = std::min(last - first, shortest + random.Below(longest - longest / 2));
  fault.start = first + random.Below(last - first - fault.length + 1);
  // A root on which it is seen at once; the next cause where there is none.
  for (int tried = 0; tried < kCauses; ++tried) {
    const Sizes sizes = AtTheRoot(random, fault.cause);
    std::vector<size_t> roots;
    for (size_t node = 0; node < terrain.has.size(); ++node) {
      if (IsFelt(sizes, terrain.has[node], kVisible)) roots.push_back(node);
    }
    if (!roots.empty()) {
      const size_t root = roots[random.Below(roots.size())];
      fault.touched =
          Spread(random, fault.cause, terrain).From(root, sizes, fault.start, fault.length);
      return fault;
    }
    fault.cause = static_cast<Cause>((static_cast<int>(fault.cause) + 1) % kCauses);
  }
  return fault;
}

}  // namespace vedette::detect::learned
