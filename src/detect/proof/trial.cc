#include "detect/proof/trial.h"

#include <algorithm>
#include <utility>

namespace vedette::detect::proof {
namespace {

constexpr size_t kQueueSize = 100'000;

ShardDetector::Shared SharedWith(base::BoundedQueue<model::AnomalyUpdate>& queue,
                                 NoiseBudget& budget) {
  return {.rules = *rules::RuleSet::Create(rules::DefaultRules()),
          .queue = queue,
          .adopted = nullptr,
          .metrics = nullptr,
          .budget = &budget,
          .states = nullptr};
}

bool Belongs(const Course& course, const sim::Incident& incident, base::Duration grace) {
  if (course.opened_at < incident.started_at || course.opened_at > incident.ended_at + grace) {
    return false;
  }
  return std::any_of(incident.affected.begin(), incident.affected.end(),
                     [&](const sim::AffectedService& affected) {
                       return affected.service == course.anomaly.entity;
                     });
}

// Whether the service of the anomaly was hurt within `before` a time.
bool WasHurt(const std::vector<sim::Hurt>& hurts, const Course& course, base::TimePoint at,
             base::Duration before) {
  return std::any_of(hurts.begin(), hurts.end(), [&](const sim::Hurt& hurt) {
    return hurt.service == course.anomaly.entity && hurt.from <= at && hurt.until + before >= at;
  });
}

void Shorten(std::optional<base::Duration>& delay, base::Duration candidate) {
  delay = delay ? std::min(*delay, candidate) : candidate;
}

}  // namespace

Trial::Trial(sim::SimulatorOptions simulation, DetectorOptions detection)
    : simulator_(*sim::Simulator::Create(simulation)),
      queue_(kQueueSize, base::OverflowPolicy::kReject),
      budget_(detection.noise_budget),
      detector_(std::move(detection), SharedWith(queue_, budget_)),
      now_(simulation.start) {}

uint32_t Trial::SlotOf(size_t position, model::LabelsView labels) {
  if (order_.size() <= position) {
    order_.resize(position + 1);
    order_slots_.resize(position + 1);
  }
  if (order_[position] == labels.bytes()) return order_slots_[position];
  const auto [place, added] =
      slots_.try_emplace(std::string(labels.bytes()), static_cast<uint32_t>(slots_.size()));
  if (added) detector_.OnSeries(place->second, model::kDefaultTenant, labels);
  order_[position] = place->first;
  order_slots_[position] = place->second;
  return place->second;
}

void Trial::Run(base::Duration duration) {
  std::vector<series::ObservedSample> samples;
  for (const base::TimePoint end = now_ + duration; now_ < end; now_ += simulator_.options().step) {
    const sim::Tick tick = simulator_.Step(now_);
    samples.clear();
    size_t position = 0;
    for (const model::WriteBatch::Entry& entry : tick.metrics.entries()) {
      const uint32_t slot = SlotOf(position++, tick.metrics.labels(entry));
      for (const model::Sample& sample : tick.metrics.samples(entry)) {
        samples.push_back({slot, sample.t_ms, sample.value});
      }
    }
    detector_.OnSamples(samples, true);
    detector_.OnTick(now_);
    Collect();
  }
}

void Trial::Collect() {
  while (queue_.size() > 0) {
    const model::AnomalyUpdate update = *queue_.Pop();
    Course& course = courses_[update.anomaly.id];
    course.anomaly = update.anomaly;
    if (update.transition == model::AnomalyTransition::kOpened) course.opened_at = now_;
    if (update.transition == model::AnomalyTransition::kClosed) course.closed_at = now_;
    if (update.anomaly.severity == model::Severity::kCritical && !course.critical_at) {
      course.critical_at = now_;
    }
  }
}

Score Evaluate(const Trial& trial, base::Duration grace, base::Duration closing) {
  Score score;
  const std::vector<sim::Incident>& truth = trial.simulator().truth();
  const std::vector<sim::Hurt>& hurts = trial.simulator().hurts();
  for (const sim::Incident& incident : truth) {
    if (incident.affected.empty()) continue;
    Finding finding;
    finding.incident = &incident;
    finding.visible_at = incident.affected.front().first_effect_at;
    for (const auto& [id, course] : trial.courses()) {
      if (!Belongs(course, incident, grace)) continue;
      Shorten(finding.warning_delay, course.opened_at - finding.visible_at);
      if (course.critical_at) Shorten(finding.delay, *course.critical_at - finding.visible_at);
    }
    score.findings.push_back(finding);
  }
  for (const auto& [id, course] : trial.courses()) {
    if (!course.closed_at && !WasHurt(hurts, course, trial.now(), closing)) {
      score.still_open.push_back(course);
    }
    const bool explained =
        WasHurt(hurts, course, course.critical_at.value_or(course.opened_at), grace) ||
        std::any_of(truth.begin(), truth.end(), [&](const sim::Incident& incident) {
          return Belongs(course, incident, grace);
        });
    if (!explained) {
      if (course.anomaly.severity == model::Severity::kInfo) continue;
      (course.critical_at ? score.false_alarms : score.false_warnings).push_back(course);
    }
  }
  return score;
}

}  // namespace vedette::detect::proof
