#include "diagnose/claims.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <string>
#include <string_view>

namespace vedette::diagnose {
namespace {

constexpr size_t kWordsShown = 5;
constexpr double kOutside = 3;  // robust standard deviations
constexpr double kFar = 10;

std::string OfWhom(const Series& series) {
  return series.callee.empty() ? series.entity
                               : fmt::format("calls from {} to {}", series.entity, series.callee);
}

// "4 minutes", "35 seconds".
std::string InWords(base::Duration duration) {
  const auto seconds = std::abs(duration.count()) / 1000;
  return seconds < 120 ? fmt::format("{} seconds", seconds)
                       : fmt::format("{} minutes", seconds / 60);
}

// "far outside of its usual (103 times its usual spread".
std::string HowFar(double deviation) {
  const double size = std::abs(deviation);
  const std::string_view where = size >= kFar       ? "far outside of"
                                 : size >= kOutside ? "outside of"
                                                    : "hardly beyond";
  return fmt::format("{} its usual ({} times its usual spread", where, ShownNumber(size));
}

// What people call it: its title where it has one; an id says nothing to them.
std::string NameOfChange(const Change& change) {
  const std::string_view kind = change.kind == ChangeKind::kDeployment ? "change" : "flag";
  if (change.title.empty()) return fmt::format("{} {} of {}", kind, change.id, change.entity);
  const bool told = change.title.find(change.entity) != std::string::npos;
  return fmt::format("{} \"{}\"{}", kind, change.title, told ? "" : " of " + change.entity);
}

}  // namespace

std::string ShownNumber(double value) {
  const double size = std::abs(value);
  return size >= 1'000 && size < 1e15 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

Claim MetricClaim(const Evidence& evidence, const Suspect& suspect) {
  const Movement& movement = *suspect.movement;
  const Series& series = evidence.series[movement.series];
  Claim claim;
  claim.kind = ClaimKind::kMetric;
  claim.entity = series.entity;
  claim.subject = series.metric;
  claim.statistic = series.statistic;
  if (movement.onset) claim.at = evidence.times[*movement.onset];
  claim.before = movement.usual.center;
  claim.after = suspect.by_level ? movement.level_value : movement.peak_value;
  claim.deviation = (suspect.by_level ? movement.level : movement.peak) * movement.direction;
  claim.text =
      fmt::format("{} of {} went from {} to {}, {}", series.metric, OfWhom(series),
                  ShownNumber(*claim.before), ShownNumber(*claim.after), HowFar(*claim.deviation));
  if (!series.baseline.empty() && !suspect.by_level) {
    claim.text += fmt::format(", {:.1f} times the farthest of {} usual values",
                              movement.beyond_record, movement.usual.count);
  }
  claim.text += ")";
  if (suspect.network) {
    claim.text += fmt::format("; {} itself noticed less of it: the network between", series.callee);
  }
  return claim;
}

Claim SymptomClaim(const Evidence& evidence, const Suspect& suspect) {
  Claim claim;
  claim.kind = ClaimKind::kEdge;
  claim.entity = evidence.symptom->entity;
  claim.subject = evidence.series[suspect.movement->series].entity;
  claim.after = suspect.follows;
  claim.text = fmt::format(
      "{} {} {} along the calls, which follows the symptom with a correlation of {:.2f}",
      claim.entity, suspect.on_path ? "reaches" : "does not reach", claim.subject, suspect.follows);
  return claim;
}

Claim ExplainedClaim(const CallGraph& graph, const Suspect& suspect, const Suspect& by) {
  Claim claim;
  claim.kind = ClaimKind::kEdge;
  claim.entity = graph.Name(suspect.entity);
  claim.subject = graph.Name(by.entity);
  claim.before = suspect.own;
  claim.after = suspect.score;
  claim.text =
      suspect.seen_from_outside
          ? fmt::format("{} is how a caller sees {}, which moved with it", claim.entity,
                        claim.subject)
          : fmt::format("{} calls {}, which moved too: of its score of {:.2f}, {:.2f} is left",
                        claim.entity, claim.subject, suspect.own, suspect.score);
  return claim;
}

Claim TimeClaim(const SlowEntity& slow) {
  Claim claim;
  claim.kind = ClaimKind::kSpan;
  claim.entity = slow.entity;
  claim.subject = slow.operation;
  claim.before = slow.usual;
  claim.after = slow.now;
  const std::string where = slow.network ? fmt::format("between {} and {}", slow.entity, slow.peer)
                                         : fmt::format("in {} itself", slow.entity);
  claim.text = fmt::format("{} spends {} {}, usually {} (half of its calls take longer)",
                           slow.operation, ShownNumber(slow.now), where, ShownNumber(slow.usual));
  return claim;
}

Claim PairClaim(const LostPair& pair) {
  Claim claim;
  claim.kind = ClaimKind::kEventPair;
  claim.entity = pair.entity;
  claim.subject = pair.before + "_" + pair.after;
  claim.pair = {pair.operation, pair.before, pair.after};
  claim.before = pair.expected;
  claim.after = pair.seen;
  claim.text = fmt::format(
      "in {} of {}, \"{}\" is followed by \"{}\" {} times where {} were expected", pair.operation,
      pair.entity, pair.before, pair.after, ShownNumber(pair.seen), ShownNumber(pair.expected));
  if (!pair.failure.empty()) claim.text += fmt::format("; new there: \"{}\"", pair.failure);
  return claim;
}

Claim LostCallsClaim(const LostCalls& calls) {
  Claim claim;
  claim.kind = ClaimKind::kAbsence;
  claim.entity = calls.caller;
  claim.subject = calls.callee;
  claim.before = calls.usual;
  claim.after = calls.now;
  claim.deviation = calls.deviation;
  claim.text = fmt::format(
      "{} of {} is {} for each of its only caller {}, usually {}: the calls stopped", calls.metric,
      calls.callee, ShownNumber(calls.now), calls.caller, ShownNumber(calls.usual));
  return claim;
}

Claim DemandClaim(const Evidence& evidence, const Demand& demand) {
  const Series& series = evidence.series[demand.series];
  Claim claim;
  claim.kind = ClaimKind::kMetric;
  claim.entity = series.entity;
  claim.subject = series.metric;
  claim.statistic = series.statistic;
  if (demand.onset) claim.at = evidence.times[*demand.onset];
  claim.before = demand.before;
  claim.after = demand.after;
  claim.deviation = demand.deviation;
  const std::string went = fmt::format("{} of {} went from {} to {}, {:.1f} times the usual",
                                       series.metric, series.entity, ShownNumber(demand.before),
                                       ShownNumber(demand.after), demand.growth);
  claim.text =
      demand.callee.empty()
          ? fmt::format("{}: nobody that is known calls {}, so the traffic comes from outside",
                        went, demand.entity)
          : fmt::format(
                "{}, while the requests to its caller {} are {:.1f} times the usual: {} "
                "asks for more, as without a cache",
                went, demand.entity, demand.own_growth, demand.entity);
  return claim;
}

Claim ChangeClaim(const Evidence& evidence, const SuspectChange& suspect) {
  const Change& change = evidence.changes[suspect.change];
  Claim claim;
  claim.kind = ClaimKind::kChange;
  claim.entity = change.entity;
  claim.subject = change.id;
  claim.at = change.time;
  claim.text = NameOfChange(change);
  if (!suspect.ruled_out.empty()) {
    claim.text += " is ruled out: " + suspect.ruled_out;
    return claim;
  }
  claim.text += fmt::format(" came {} before {} first moved", InWords(*suspect.moved - change.time),
                            change.entity);
  if (suspect.nature != DiffNature::kUnknown) {
    claim.text += fmt::format("; it {}", DescribeNature(suspect.nature));
  }
  if (suspect.others_moved_at_once) claim.text += "; strangers moved at the same time";
  if (!suspect.shared_words.empty()) {
    const size_t shown = std::min(kWordsShown, suspect.shared_words.size());
    claim.text +=
        fmt::format("; it shares with the new failures: {}",
                    fmt::join(suspect.shared_words.begin(),
                              suspect.shared_words.begin() + static_cast<ptrdiff_t>(shown), ", "));
  }
  return claim;
}

Claim MovedClaim(const Evidence& evidence, const SuspectChange& suspect) {
  const Series& series = evidence.series[*suspect.moved_series];
  Claim claim;
  claim.kind = ClaimKind::kMetric;
  claim.entity = series.entity;
  claim.subject = series.metric;
  claim.statistic = series.statistic;
  claim.at = suspect.moved;
  claim.text = fmt::format("{} of {} was the first of it to move", series.metric, OfWhom(series));
  return claim;
}

}  // namespace vedette::diagnose
