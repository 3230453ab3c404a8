#include "sources/otlp/delta_totals.h"

#include <fmt/core.h>

namespace vedette::sources::otlp {
namespace {

constexpr base::Duration kSweepEvery{10'000};  // a sweep looks at every series

}  // namespace

base::Result<double> DeltaTotals::Add(std::string_view tenant, model::LabelsView labels,
                                      int64_t t_ms, double delta, base::TimePoint now) {
  std::string key(tenant);
  key += '\0';
  key += labels.bytes();
  base::MutexLock lock(mutex_);
  auto known = totals_.find(key);
  if (known == totals_.end()) {
    if (totals_.size() >= options_.series_max) MakeRoom(now);
    if (totals_.size() >= options_.series_max) {
      return base::ResourceExhausted(
          fmt::format("{} series of delta temporality are summed, which is the limit: set the "
                      "exporter's temporality preference to cumulative",
                      options_.series_max));
    }
    known = totals_.emplace(std::move(key), Total{}).first;
  }
  Total& total = known->second;
  if (t_ms < total.t_ms) {
    return base::InvalidArgument("it is older than the last delta of its series");
  }
  if (t_ms > total.t_ms) total.sum += delta;
  total.t_ms = t_ms;
  total.seen = now;
  return total.sum;
}

void DeltaTotals::MakeRoom(base::TimePoint now) {
  // A calendar that was set back must not stop the sweeps.
  if (now >= swept_ && now - swept_ < kSweepEvery) return;
  swept_ = now;
  std::erase_if(totals_,
                [&](const auto& entry) { return now - entry.second.seen > options_.idle; });
}

size_t DeltaTotals::size() const {
  base::MutexLock lock(mutex_);
  return totals_.size();
}

}  // namespace vedette::sources::otlp
