#include "detect/patterns/patterns.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <span>
#include <utility>

#include "detect/patterns/signs.h"

namespace vedette::detect::patterns {
namespace {

constexpr std::string_view kKinds[] = {"cascade_failure",     "data_pipeline_blockage",
                                       "resource_exhaustion", "network_partition",
                                       "coordinated_attack",  "correlated_anomaly"};

using Signs = std::vector<const Sign*>;

bool BeganBefore(const Sign* a, const Sign* b) {
  return std::pair(a->from, std::string_view(a->anomaly->id)) <
         std::pair(b->from, std::string_view(b->anomaly->id));
}

bool OfSeveral(const Signs& signs) {
  return std::ranges::any_of(
      signs, [&](const Sign* sign) { return sign->component != signs.front()->component; });
}

// All together if at least `least` of the lists have something.
Signs IfEnough(const std::vector<Signs>& steps, size_t least) {
  Signs all;
  size_t seen = 0;
  for (const Signs& step : steps) {
    seen += step.empty() ? 0 : 1;
    all.insert(all.end(), step.begin(), step.end());
  }
  return seen >= least ? all : Signs();
}

// What is seen at the same time.
class Window {
 public:
  explicit Window(const Signs& signs) {
    for (const Sign* sign : signs) {
      of_[static_cast<size_t>(sign->trouble)].push_back(sign);
      const auto component = std::ranges::find(kComponents, sign->component);
      if (component == kComponents.end()) continue;
      of_component_[static_cast<size_t>(component - kComponents.begin())].push_back(sign);
    }
  }

  // The kinds that have steps of their own.
  Signs Find(Kind kind) const {
    switch (kind) {
      case Kind::kCascadeFailure: return Cascade();
      case Kind::kDataPipelineBlockage: return Blockage();
      case Kind::kResourceExhaustion: return Exhaustion();
      case Kind::kNetworkPartition: return Partition();
      case Kind::kCoordinatedAttack: return Attack();
      case Kind::kCorrelatedAnomaly: break;
    }
    return {};
  }

 private:
  const Signs& Of(Trouble trouble) const { return of_[static_cast<size_t>(trouble)]; }

  Signs Cascade() const {
    Signs lag = Of(Trouble::kLag);
    lag.insert(lag.end(), Of(Trouble::kBlockedLag).begin(), Of(Trouble::kBlockedLag).end());
    Signs all;
    for (const Signs& some :
         {IfEnough({lag, Of(Trouble::kBackPressure)}, 2),
          IfEnough({Of(Trouble::kCheckpointFailures), Of(Trouble::kInsertLatency)}, 2),
          IfEnough({Of(Trouble::kBrokersGone), Of(Trouble::kRestarts)}, 2),
          IfEnough({of_component_.begin(), of_component_.end()}, kComponents.size())}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
  Signs Blockage() const {
    return IfEnough({Of(Trouble::kBlockedLag), Of(Trouble::kThroughput), Of(Trouble::kInsertQueue)},
                    2);
  }
  Signs Exhaustion() const {
    const Signs& memory = Of(Trouble::kMemory);
    Signs seen = IfEnough({Of(Trouble::kProcessor), Of(Trouble::kDisk)}, 2);
    if (OfSeveral(memory) || !seen.empty()) seen.insert(seen.end(), memory.begin(), memory.end());
    return seen;
  }
  Signs Partition() const {
    return IfEnough(
        {Of(Trouble::kReplicas), Of(Trouble::kCheckpointTime), Of(Trouble::kReplicationLag)}, 2);
  }
  Signs Attack() const {
    const Signs& traffic = Of(Trouble::kTraffic);
    return OfSeveral(traffic) ? IfEnough({traffic, Of(Trouble::kPools)}, 2) : Signs();
  }

  std::array<Signs, kTroubles> of_;
  std::array<Signs, kComponents.size()> of_component_;
};

// A pattern while it is put together.
struct Found {
  Kind kind = Kind::kCorrelatedAnomaly;
  std::set<const Sign*, decltype(&BeganBefore)> signs{&BeganBefore};
};

// Patterns of one kind, in the order of time: what shares a sign with the last is the same.
class Finds {
 public:
  void Add(Kind kind, const Signs& seen) {
    if (seen.empty()) return;
    size_t& last = last_[static_cast<size_t>(kind)];
    const bool same = last > 0 && std::ranges::any_of(seen, [&](const Sign* sign) {
                        return found_[last - 1].signs.contains(sign);
                      });
    if (!same) {
      found_.push_back({.kind = kind});
      last = found_.size();
    }
    found_[last - 1].signs.insert(seen.begin(), seen.end());
    told_.insert(seen.begin(), seen.end());
  }
  bool Has(const Sign* sign) const { return told_.contains(sign); }
  const std::vector<Found>& found() const { return found_; }

 private:
  std::vector<Found> found_;
  std::array<size_t, std::size(kKinds)> last_{};  // of each kind, counted from 1; 0: none
  std::set<const Sign*> told_;
};

// Looks whenever something began, at all that was open within the window before. What the next look
// sees too is left to it.
void FindTogether(std::span<const Sign> signs, base::Duration window, Finds& finds) {
  Signs open;
  base::TimePoint first_end = base::TimePoint::max();
  for (size_t i = 0; i < signs.size(); ++i) {
    open.push_back(&signs[i]);
    first_end = std::min(first_end, signs[i].to);
    const bool last = i + 1 == signs.size();
    const base::TimePoint horizon = last ? base::TimePoint::max() : signs[i + 1].from - window;
    if (!last && first_end >= horizon) continue;
    const Window now(open);
    for (const Kind kind :
         {Kind::kCascadeFailure, Kind::kDataPipelineBlockage, Kind::kResourceExhaustion,
          Kind::kNetworkPartition, Kind::kCoordinatedAttack}) {
      finds.Add(kind, now.Find(kind));
    }
    std::erase_if(open, [&](const Sign* sign) { return sign->to < horizon; });
    first_end = base::TimePoint::max();
    for (const Sign* sign : open) first_end = std::min(first_end, sign->to);
  }
}

// What began together and has no part in another pattern.
void FindCorrelated(std::span<const Sign> signs, base::Duration window, Finds& finds) {
  for (size_t begin = 0; begin < signs.size();) {
    const base::TimePoint until = signs[begin].from + window;
    Signs here;
    bool told = false;
    for (; begin < signs.size() && signs[begin].from <= until; ++begin) {
      here.push_back(&signs[begin]);
      told = told || finds.Has(&signs[begin]);
    }
    if (!told && OfSeveral(here)) finds.Add(Kind::kCorrelatedAnomaly, here);
  }
}

Pattern Describe(const Found& found) {
  Pattern pattern;
  pattern.kind = found.kind;
  pattern.from = (*found.signs.begin())->from;
  pattern.to = (*found.signs.rbegin())->from;
  std::set<std::string> components;
  for (const Sign* sign : found.signs) {
    components.insert(sign->component);
    pattern.steps.push_back(sign->text);
    pattern.anomaly_ids.push_back(sign->anomaly->id);
    pattern.evidence_ids.push_back(sign->anomaly->evidence.id);
  }
  pattern.components.assign(components.begin(), components.end());
  std::string name(KindName(found.kind));
  std::ranges::replace(name, '_', ' ');
  pattern.summary =
      fmt::format("{} over {}: {} first, {} in all", name, fmt::join(pattern.components, ", "),
                  pattern.steps.front(), pattern.steps.size());
  return pattern;
}

}  // namespace

std::string_view KindName(Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::vector<Pattern> FindPatterns(const std::vector<model::Anomaly>& anomalies,
                                  base::Duration window) {
  std::vector<Sign> signs;
  for (const model::Anomaly& anomaly : anomalies) signs.push_back(Read(anomaly));
  std::ranges::sort(signs, [](const Sign& a, const Sign& b) { return BeganBefore(&a, &b); });
  Finds finds;
  FindTogether(signs, window, finds);
  FindCorrelated(signs, window, finds);
  std::vector<Pattern> patterns;
  for (const Found& found : finds.found()) patterns.push_back(Describe(found));
  std::ranges::stable_sort(patterns,
                           [](const Pattern& a, const Pattern& b) { return a.from > b.from; });
  return patterns;
}

}  // namespace vedette::detect::patterns
