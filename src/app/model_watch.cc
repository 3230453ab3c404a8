#include "app/model_watch.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <utility>

#include "base/id.h"
#include "model/severity.h"

namespace vedette::app {
namespace {

using detect::learned::Judgement;
using detect::learned::Model;
using detect::learned::ServiceJudgement;

constexpr size_t kReportsWaitingMax = 1'000;
constexpr auto kOpenAfter = static_cast<int>(detect::learned::kOpenAfter);
constexpr int kCloseAfter = 3;
constexpr base::Duration kForgottenAfter = std::chrono::hours(1);  // a model that is not asked
constexpr double kHighestScore = 0.89;  // a model has no meaning to page by
constexpr std::string_view kDetectorPrefix = "learned:";

bool IsOfGraph(const Model& model) { return model.kind == learn::NetworkKind::kGatv2; }

std::string DetectorOf(learn::NetworkKind kind) {
  return fmt::format("{}{}", kDetectorPrefix, learn::NetworkKindName(kind));
}

std::string MetricList(const ServiceJudgement& service) {
  std::string out;
  for (const detect::learned::Metric& each : service.metrics) {
    out += (out.empty() ? "" : ", ") + each.name;
  }
  return out;
}

std::string Summary(const Model& model, const ServiceJudgement& service) {
  const std::string spreads =
      fmt::format("{:.1f} spreads from the usual, alarm at {:.1f} ({})",
                  service.judgement.deviation, model.threshold, MetricList(service));
  if (!IsOfGraph(model)) {
    return fmt::format("The metrics of {} are together unlike those of good days: {}",
                       service.service, spreads);
  }
  std::string out = fmt::format(
      "{}, seen with the services that it calls and that call it, is unlike on good days: {}",
      service.service, spreads);
  if (service.likely_root) {
    out += fmt::format(". It began here with a probability of {:.0f} %", 100 * service.root_cause);
  }
  return out;
}

// The evidence is the first of the model's questions: each metric by itself may look usual.
model::Anomaly Describe(const Model& model, const ServiceJudgement& service, base::TimePoint from,
                        base::TimePoint now) {
  const Judgement& judgement = service.judgement;
  model::Anomaly anomaly;
  anomaly.id = "an_" + base::NewId(now);
  anomaly.tenant = model.tenant;
  anomaly.kind = model::AnomalyKind::kRule;
  anomaly.entity = service.service;
  anomaly.labels = model::Labels({std::pair<std::string, std::string>("service", service.service)});
  anomaly.score = std::min(judgement.score, kHighestScore);
  anomaly.severity = model::SeverityOf(anomaly.score);
  anomaly.started_at = from;
  anomaly.updated_at = now;
  anomaly.observed = judgement.deviation;
  anomaly.expected_low = 0;
  anomaly.expected_high = model.threshold;
  anomaly.detector = DetectorOf(model.kind);
  anomaly.summary = Summary(model, service);
  anomaly.evidence.id = "ev_" + base::NewId(now);
  anomaly.evidence.query = service.metrics.front().promql;
  anomaly.evidence.from = now - model.step * static_cast<int64_t>(model.window);
  anomaly.evidence.to = anomaly.evidence.taken_at = now;
  anomaly.evidence.step = model.step;
  anomaly.evidence.result_json =
      fmt::format("{{\"deviation\":{},\"threshold\":{}}}", judgement.deviation, model.threshold);
  return anomaly;
}

}  // namespace

ModelWatch::ModelWatch(base::BoundedQueue<model::AnomalyUpdate>& findings,
                       base::MetricsRegistry& metrics)
    : reporter_(findings, kReportsWaitingMax, nullptr),
      judgements_(metrics.AddCounter("vedette_model_judgements_total",
                                     "Windows of services that learned models have judged.")) {}

void ModelWatch::Adopt(std::vector<model::Anomaly>& open) {
  std::erase_if(open, [this](model::Anomaly& anomaly) {
    if (!anomaly.detector.starts_with(kDetectorPrefix)) return false;
    const Key key(anomaly.tenant, anomaly.entity,
                  anomaly.detector == DetectorOf(learn::NetworkKind::kGatv2));
    states_[key].open =
        detect::Reported{.anomaly = std::move(anomaly), .last_report = {}, .last_arrival = {}};
    return true;
  });
}

bool ModelWatch::IsDue(const Model& model, base::TimePoint at) {
  const auto [it, first] = asked_.try_emplace({model.tenant, model.service, IsOfGraph(model)}, at);
  const auto step = [&](base::TimePoint time) { return base::ToMillis(time) / model.step.count(); };
  return step(std::exchange(it->second, at)) != step(at) || first;
}

void ModelWatch::Note(const Model& model, const Judgement& judgement, base::TimePoint now) {
  const ServiceJudgement service{
      .service = model.service, .metrics = model.metrics, .judgement = judgement};
  Note(model, service, now);
}

void ModelWatch::Note(const Model& model, const ServiceJudgement& service, base::TimePoint now) {
  reporter_.Flush();
  judgements_.Add();
  const Judgement& judgement = service.judgement;
  State& state = states_[Key(model.tenant, service.service, IsOfGraph(model))];
  const bool above = judgement.known && judgement.score >= model::kWarningScore;
  const bool below = !judgement.known || judgement.deviation < model.threshold / 2;
  if (above && state.above == 0) state.first_above = now;
  state.above = above ? state.above + 1 : 0;
  state.below = below ? state.below + 1 : 0;
  if (!state.open) {
    if (state.above < kOpenAfter) return;
    state.open = detect::Reported{.anomaly = Describe(model, service, state.first_above, now),
                                  .last_report = {},
                                  .last_arrival = {}};
    reporter_.Opened(*state.open, now);
    return;
  }
  if (state.below >= kCloseAfter) {
    Close(state, now);
  } else if (above) {
    const double score = std::min(judgement.score, kHighestScore);
    model::Anomaly& anomaly = state.open->anomaly;
    if (score <= anomaly.score) return;
    anomaly.score = score;
    anomaly.observed = judgement.deviation;
    anomaly.summary = Summary(model, service);
    anomaly.updated_at = now;
    reporter_.Updated(*state.open, now);
  }
}

void ModelWatch::Keep(const std::vector<Key>& watched, base::TimePoint now) {
  for (auto it = states_.begin(); it != states_.end();) {
    const bool kept = std::find(watched.begin(), watched.end(), it->first) != watched.end();
    if (!kept) Close(it->second, now);
    it = kept ? std::next(it) : states_.erase(it);
  }
  std::erase_if(asked_, [&](const auto& each) { return now - each.second > kForgottenAfter; });
}

void ModelWatch::Close(State& state, base::TimePoint now) {
  if (state.open) reporter_.Closed(*state.open, now, now);
  state.open.reset();
}

}  // namespace vedette::app
