#include "detect/histogram_book.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

namespace vedette::detect {
namespace {

constexpr std::string_view kSuffix = "_bucket";
constexpr std::string_view kBoundLabel = "le";

std::optional<double> BoundOf(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(bound)) {
    return std::nullopt;
  }
  return bound;
}

// The labels of the histogram: without the bound, and with the name that people gave.
std::string LabelsOf(model::LabelsView bucket) {
  std::string out;
  for (const model::Label& label : bucket) {
    if (label.name == kBoundLabel) continue;
    std::string_view value = label.value;
    if (label.name == model::kMetricName) value.remove_suffix(kSuffix.size());
    model::AppendCanonicalLabel(out, label.name, value);
  }
  return out;
}

// What lies at the share `quantile` of `total`, as PromQL's histogram_quantile() has it.
double QuantileOf(const std::vector<HistogramBook::Bucket>& buckets, double quantile,
                  double total) {
  const double rank = quantile * total;
  double before = 0;
  for (size_t i = 0; i + 1 < buckets.size(); ++i) {
    // Counters of one scrape need not agree: no bucket holds less than a smaller one.
    const double count = std::max(before, buckets[i].increase);
    if (count >= rank) {
      const double end = buckets[i].bound;
      if (i == 0 && end <= 0) return end;
      const double begin = i == 0 ? 0 : buckets[i - 1].bound;
      return count > before ? begin + (end - begin) * (rank - before) / (count - before) : end;
    }
    before = count;
  }
  return buckets[buckets.size() - 2].bound;
}

}  // namespace

bool HistogramBook::Add(uint32_t slot, std::string_view tenant, model::LabelsView labels) {
  const std::string_view name = labels.metric_name();
  if (!name.ends_with(kSuffix) || name.size() == kSuffix.size()) return false;
  const std::optional<double> bound = BoundOf(labels.Get(kBoundLabel));
  if (!bound) return false;
  std::pair<std::string, std::string> key(tenant, LabelsOf(labels));
  auto [it, is_new] = ids_.try_emplace(std::move(key), 0);
  if (is_new) {
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(histograms_.size()));
      histograms_.emplace_back();
    }
    it->second = free_.back();
    free_.pop_back();
    Histogram& histogram = histograms_[it->second];
    histogram.tenant = it->first.first;
    histogram.labels = it->first.second;
  }
  std::vector<Bucket>& buckets = histograms_[it->second].buckets;
  const auto at = std::ranges::lower_bound(buckets, *bound, {}, &Bucket::bound);
  // The same bound written in another way is another series of the same bucket.
  const bool known = at != buckets.end() && at->bound == *bound;
  if (known || buckets.size() >= kBucketsMax) return false;
  buckets.insert(at, {.bound = *bound, .slot = slot});
  if (of_slot_.size() <= slot) of_slot_.resize(static_cast<size_t>(slot) + 1, kNone);
  of_slot_[slot] = it->second;
  return true;
}

std::array<uint32_t, HistogramBook::kQuantiles.size()> HistogramBook::Remove(uint32_t slot) {
  std::array<uint32_t, kQuantiles.size()> owner{kNone, kNone};
  if (!Knows(slot)) return owner;
  const uint32_t id = of_slot_[slot];
  of_slot_[slot] = kNone;
  Histogram& histogram = histograms_[id];
  std::erase_if(histogram.buckets, [slot](const Bucket& bucket) { return bucket.slot == slot; });
  histogram.came = 0;
  if (!histogram.buckets.empty()) return owner;
  owner = histogram.owner;
  ids_.erase({histogram.tenant, histogram.labels});
  histogram = Histogram();
  free_.push_back(id);
  return owner;
}

// Scrape by scrape and histogram by histogram, in whatever order one request had them.
void HistogramBook::Settle(const Tell& tell) {
  if (taken_.empty()) return;
  const auto place = [this](const series::ObservedSample& sample) {
    return std::tuple(Knows(sample.slot) ? of_slot_[sample.slot] : kNone, sample.t_ms);
  };
  const auto earlier = [&](const auto& a, const auto& b) { return place(a) < place(b); };
  if (!std::ranges::is_sorted(taken_, earlier)) std::ranges::sort(taken_, earlier);
  for (const series::ObservedSample& sample : taken_) {
    if (Knows(sample.slot) && std::isfinite(sample.value)) {
      TakeOne(of_slot_[sample.slot], sample, tell);
    }
  }
  taken_.clear();
}

void HistogramBook::TakeOne(uint32_t id, const series::ObservedSample& sample, const Tell& tell) {
  Histogram& histogram = histograms_[id];
  if (sample.t_ms > histogram.round_ms) {  // what is missing of the last scrape does not come
    histogram.round_ms = sample.t_ms;
    histogram.came = 0;
  }
  const auto bucket = std::ranges::find(histogram.buckets, sample.slot, &Bucket::slot);
  if (bucket == histogram.buckets.end()) return;
  if (bucket->last_ms == 0) {
    histogram.fresh = true;
  } else {
    // A counter that fell began anew.
    bucket->increase += sample.value >= bucket->last ? sample.value - bucket->last : sample.value;
  }
  bucket->last = sample.value;
  bucket->last_ms = sample.t_ms;
  if (sample.t_ms != histogram.round_ms) return;
  if (++histogram.came == histogram.buckets.size()) EndRound(histogram, tell);
}

void HistogramBook::EndRound(Histogram& histogram, const Tell& tell) {
  std::vector<Bucket>& buckets = histogram.buckets;
  const bool whole = buckets.size() > 1 && std::isinf(buckets.back().bound);
  const double events = whole ? buckets.back().increase : 0;
  const bool known = whole && !histogram.fresh && histogram.since_ms != 0;
  const bool waited = histogram.round_ms - histogram.since_ms >= kPatienceMs;
  if (known && events < kEventsMin.back() && !waited) return;
  if (known) {
    for (Bucket& bucket : buckets) bucket.told = bucket.increase;
    for (size_t i = 0; i < kQuantiles.size(); ++i) {
      if (events < kEventsMin[i]) continue;
      tell(histogram, i, histogram.round_ms, QuantileOf(buckets, kQuantiles[i], events));
    }
  }
  histogram.fresh = false;
  histogram.since_ms = histogram.round_ms;
  for (Bucket& bucket : buckets) bucket.increase = 0;
}

}  // namespace vedette::detect
