#include "score/watcher.h"

#include <utility>

#include "model/tenant.h"

namespace vedette::score {

Watcher::Watcher(const EngineUnderTest& engine)
    : budget_(engine.detection.noise_budget),
      detector_(engine.detection, {.rules = engine.rules,
                                   .queue = queue_,
                                   .adopted = nullptr,
                                   .metrics = nullptr,
                                   .budget = &budget_,
                                   .states = nullptr}) {}

uint32_t Watcher::SlotOf(model::LabelsView labels) {
  const auto [place, added] =
      slots_.try_emplace(std::string(labels.bytes()), static_cast<uint32_t>(slots_.size()));
  if (added) detector_.OnSeries(place->second, model::kDefaultTenant, labels);
  return place->second;
}

std::vector<model::AnomalyUpdate> Watcher::Watch(const model::WriteBatch& batch,
                                                 base::TimePoint now) {
  samples_.clear();
  for (const model::WriteBatch::Entry& entry : batch.entries()) {
    const uint32_t slot = SlotOf(batch.labels(entry));
    for (const model::Sample& sample : batch.samples(entry)) {
      samples_.push_back({slot, sample.t_ms, sample.value});
    }
  }
  detector_.OnSamples(samples_, true);
  detector_.OnTick(now);
  std::vector<model::AnomalyUpdate> found;
  while (auto update = queue_.PopUntil(base::SteadyPoint::min())) {
    found.push_back(*std::move(update));
  }
  return found;
}

}  // namespace vedette::score
