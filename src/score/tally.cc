#include "score/tally.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace vedette::score {
namespace {

constexpr size_t kFalsePagesMax = 50;

// What an incident has of a fault.
struct Share {
  base::TimePoint found_at;
  std::optional<base::TimePoint> paged_at;
  int pages = 0;
};

bool IsDuring(base::TimePoint time, const sim::Incident& fault) {
  return time >= fault.started_at && time <= fault.ended_at + kGrace;
}

// Of an incident that was there before the fault, for other reasons: what it took in and told
// people of since it can be the fault's.
std::optional<Share> ShareOfOlder(const Found& found, const sim::Incident& fault) {
  const auto sign = std::find_if(found.signs.begin(), found.signs.end(), [&](const Sign& one) {
    const bool hurt = std::any_of(
        fault.affected.begin(), fault.affected.end(), [&](const sim::AffectedService& affected) {
          return affected.service == one.entity && affected.first_effect_at <= one.at;
        });
    return hurt && IsDuring(one.at, fault);
  });
  if (sign == found.signs.end()) return std::nullopt;
  Share share{.found_at = sign->at, .paged_at = {}};
  for (const base::TimePoint told : found.told_at) {
    if (told < share.found_at || !IsDuring(told, fault)) continue;
    if (!share.paged_at) share.paged_at = told;
    ++share.pages;
  }
  return share;
}

std::optional<Share> ShareOf(const Found& found, const sim::Incident& fault) {
  if (found.opened_at < fault.started_at) return ShareOfOlder(found, fault);
  const auto is_in = [&](const sim::AffectedService& affected) {
    return std::find(found.entities.begin(), found.entities.end(), affected.service) !=
           found.entities.end();
  };
  if (!IsDuring(found.opened_at, fault) ||
      std::none_of(fault.affected.begin(), fault.affected.end(), is_in)) {
    return std::nullopt;
  }
  return Share{.found_at = found.opened_at, .paged_at = found.paged_at, .pages = found.pages};
}

// The first look at it; at an older incident, the first since it took the fault in: one before
// that said nothing of it.
std::optional<Opinion> FirstLook(const Found& found, const Share& share) {
  if (share.found_at <= found.opened_at) return found.first;
  if (found.first && found.first->at >= share.found_at) return found.first;
  const auto knows = [&](const Opinion& look) { return look.at >= share.found_at; };
  const auto look = std::find_if(found.later.begin(), found.later.end(), knows);
  return look == found.later.end() ? found.last : *look;
}

bool PageBelongsToAFault(const Found& found, const Outcome& run) {
  return std::any_of(run.truth.begin(), run.truth.end(), [&](const sim::Incident& fault) {
    const std::optional<Share> share = ShareOf(found, fault);
    return share && share->paged_at;
  });
}

std::optional<base::TimePoint> VisibleAt(const sim::Incident& fault) {
  std::optional<base::TimePoint> first;
  for (const sim::AffectedService& affected : fault.affected) {
    if (!first || affected.first_effect_at < *first) first = affected.first_effect_at;
  }
  return first;
}

// A whole zone, or an expired certificate, is nobody's own fault.
bool HasRoot(const sim::Incident& fault, const std::vector<sim::Incident>& truth) {
  if (fault.type == sim::IncidentType::kCloudOutage) return false;
  return std::none_of(truth.begin(), truth.end(), [&](const sim::Incident& other) {
    return other.id != fault.id && other.started_at <= fault.ended_at &&
           fault.started_at <= other.ended_at;
  });
}

int RankOf(const std::string& service, const Opinion& opinion) {
  if (opinion.status == "unknown") return 0;
  for (size_t i = 0; i < opinion.suspects.size(); ++i) {
    if (opinion.suspects[i].entity == service) return static_cast<int>(i) + 1;
  }
  return 0;
}

base::Duration Since(base::TimePoint from, base::TimePoint to) {
  return std::max(base::Duration(0), to - from);
}

void Add(Ratio& ratio, bool hit) {
  ++ratio.of;
  ratio.hits += hit ? 1 : 0;
}

void CountVerdict(const Verdict& verdict, TypeTally& tally) {
  ++tally.faults;
  if (!verdict.visible) return;
  Add(tally.found, verdict.found_after.has_value());
  Add(tally.paged, verdict.paged_after.has_value());
  if (verdict.found_after) tally.found_after.push_back(*verdict.found_after);
  if (verdict.paged_after) tally.paged_after.push_back(*verdict.paged_after);
  if (!verdict.has_root || !verdict.rank) return;
  Add(tally.top1, *verdict.rank == 1);
  Add(tally.top3, *verdict.rank >= 1 && *verdict.rank <= 3);
  if (verdict.last_rank) Add(tally.last_top1, *verdict.last_rank == 1);
  if (verdict.opinion && verdict.opinion->status == "unknown") ++tally.unknown;
}

void CountReliability(const Verdict& verdict, Reliability& reliability) {
  if (!verdict.has_root || !verdict.opinion) return;
  for (const Suspect& suspect : verdict.opinion->suspects) {
    const double stated = std::clamp(suspect.probability, 0.0, 1.0);
    const bool right = suspect.entity == verdict.fault.service;
    const auto bin =
        std::min(Reliability::kBins - 1, static_cast<size_t>(stated * Reliability::kBins));
    ++reliability.bins[bin].count;
    reliability.bins[bin].right += right ? 1 : 0;
    reliability.bins[bin].stated += stated;
    reliability.squared += (stated - (right ? 1 : 0)) * (stated - (right ? 1 : 0));
  }
}

// The rollout that an incident without a fault is about.
const Rollout* RolloutOf(const Found& found, const Outcome& run) {
  const auto about = std::ranges::find_if(run.rollouts, [&](const Rollout& rollout) {
    return found.opened_at >= rollout.at && found.opened_at - rollout.at <= kRolloutShows &&
           std::ranges::find(found.entities, rollout.service) != found.entities.end();
  });
  return about == run.rollouts.end() ? nullptr : &*about;
}

void CountStray(const Found& found, const Outcome& run, Tally& tally) {
  if (!found.first) return;
  if (const Rollout* const rollout = RolloutOf(found, run)) {
    Add(tally.rollouts, RankOf(rollout->service, *found.first) == 1);
  } else {
    Add(tally.unknown, found.first->status == "unknown");
  }
}

// Incidents and pages that belong to no fault, and pages after the first of one.
void CountFound(const Outcome& run, const std::vector<Verdict>& verdicts, Tally& tally) {
  for (const Found& found : run.found) {
    const bool belongs = BelongsToAFault(found, run);
    Add(tally.precision, belongs);
    if (!belongs) CountStray(found, run, tally);
    if (!found.paged_at) continue;
    const bool rightly = PageBelongsToAFault(found, run);
    Add(tally.page_precision, rightly);
    if (rightly || tally.false_pages.size() >= kFalsePagesMax) continue;
    tally.false_pages.push_back(
        fmt::format("{}, seed {}: {}", run.scenario, run.seed, found.title));
  }
  for (const Verdict& verdict : verdicts) {
    tally.repeated_pages += static_cast<size_t>(std::max(0, verdict.openings_paged - 1));
  }
}

// When a fault was found, told of and explained. REQUIRES: it could be seen.
void FindOut(const Outcome& run, Verdict& verdict) {
  const Found* first = nullptr;
  Share of_first;
  for (const Found& found : run.found) {
    const std::optional<Share> share = ShareOf(found, verdict.fault);
    if (!share) continue;
    if (first == nullptr || share->found_at < of_first.found_at) {
      first = &found;
      of_first = *share;
    }
    if (!share->paged_at) continue;
    verdict.openings_paged += share->pages;
    const base::Duration after = Since(*verdict.visible_at, *share->paged_at);
    verdict.paged_after = std::min(verdict.paged_after.value_or(after), after);
  }
  if (first == nullptr) return;
  verdict.found_after = Since(*verdict.visible_at, of_first.found_at);
  verdict.opinion = FirstLook(*first, of_first);
  if (verdict.opinion) verdict.rank = RankOf(verdict.fault.service, *verdict.opinion);
  if (first->last) verdict.last_rank = RankOf(verdict.fault.service, *first->last);
}

}  // namespace

std::optional<double> Ratio::value() const {
  if (of == 0) return std::nullopt;
  return static_cast<double>(hits) / static_cast<double>(of);
}

bool BelongsToAFault(const Found& found, const Outcome& run) {
  return std::any_of(run.truth.begin(), run.truth.end(),
                     [&](const sim::Incident& fault) { return ShareOf(found, fault).has_value(); });
}

std::vector<Verdict> Judge(const Outcome& run) {
  std::vector<Verdict> verdicts;
  for (const sim::Incident& fault : run.truth) {
    Verdict verdict;
    verdict.fault = fault;
    verdict.visible_at = VisibleAt(fault);
    verdict.visible = verdict.visible_at && *verdict.visible_at + kGrace <= run.end;
    verdict.has_root = HasRoot(fault, run.truth);
    if (verdict.visible) FindOut(run, verdict);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

Delays DelaysOf(std::vector<base::Duration> all) {
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  const auto at = [&](double share) {
    return all[static_cast<size_t>(std::ceil(share * static_cast<double>(all.size()))) - 1];
  };
  return {.median = at(0.5), .p90 = at(0.9), .worst = all.back()};
}

size_t Reliability::count() const {
  size_t sum = 0;
  for (const Bin& bin : bins) sum += bin.count;
  return sum;
}

std::optional<double> Reliability::error() const {
  if (count() == 0) return std::nullopt;
  double sum = 0;
  for (const Bin& bin : bins) sum += std::abs(bin.stated - static_cast<double>(bin.right));
  return sum / static_cast<double>(count());
}

std::optional<double> Reliability::brier() const {
  if (count() == 0) return std::nullopt;
  return squared / static_cast<double>(count());
}

Tally Count(const std::vector<Outcome>& runs) {
  Tally tally;
  for (const Outcome& run : runs) {
    ++tally.runs;
    tally.samples += run.samples;
    tally.hours += std::chrono::duration<double, std::ratio<3600>>(run.end - run.begin).count();
    const std::vector<Verdict> verdicts = Judge(run);
    for (const Verdict& verdict : verdicts) {
      CountVerdict(verdict, tally.all);
      CountVerdict(verdict, tally.by_type[std::string(sim::IncidentTypeName(verdict.fault.type))]);
      CountReliability(verdict, tally.reliability);
    }
    CountFound(run, verdicts, tally);
  }
  return tally;
}

}  // namespace vedette::score
