#pragma once

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "incident/engine.h"
#include "incident/input.h"
#include "model/anomaly.h"

namespace vedette::incident::testing {

// An anomaly of `entity` whose error ratio left its range of 0 to 0.03.
inline model::Anomaly ErrorRatio(std::string_view entity, model::Severity severity,
                                 std::string_view id) {
  model::Anomaly anomaly;
  anomaly.id = id;
  anomaly.tenant = model::kDefaultTenant;
  anomaly.entity = entity;
  anomaly.labels = model::Labels({{"__name__", "error_ratio"}, {"service", std::string(entity)}});
  anomaly.severity = severity;
  anomaly.score = severity == model::Severity::kCritical  ? 0.95
                  : severity == model::Severity::kWarning ? 0.8
                                                          : 0.3;
  anomaly.observed = 0.41;
  anomaly.expected_low = 0;
  anomaly.expected_high = 0.03;
  anomaly.detector = "baseline";
  anomaly.summary = fmt::format("error ratio of {} is 0.41", entity);
  anomaly.evidence.id = "ev_1";
  return anomaly;
}

// A story told to an engine, with everything that came out of it. Time is in seconds since the
// story began.
class Script {
 public:
  explicit Script(EngineOptions options = {}) : engine(options) {}

  Script& At(int64_t seconds) {
    now_ = start_ + std::chrono::seconds(seconds);
    return *this;
  }
  Script& Tick() { return Feed(incident::Tick{}); }
  // One tick each second up to and including `seconds`.
  Script& TickUntil(int64_t seconds) {
    const base::TimePoint end = start_ + std::chrono::seconds(seconds);
    while (now_ < end) {
      now_ += std::chrono::seconds(1);
      Tick();
    }
    return *this;
  }
  Script& Opens(std::string_view entity, model::Severity severity = model::Severity::kCritical,
                std::string_view id = {}) {
    return Anomaly(model::AnomalyTransition::kOpened, entity, severity, id);
  }
  Script& Updates(std::string_view entity, model::Severity severity, std::string_view id = {}) {
    return Anomaly(model::AnomalyTransition::kUpdated, entity, severity, id);
  }
  Script& Closes(std::string_view entity, std::string_view id = {}) {
    return Anomaly(model::AnomalyTransition::kClosed, entity, model::Severity::kCritical, id);
  }
  // A person, about the incident that was opened last unless another is named.
  Script& Says(CommandKind kind, std::string_view text = {}, std::string incident_id = {},
               std::string target = {}, std::vector<std::string> ids = {}) {
    if (incident_id.empty() && !order.empty()) incident_id = order.back();
    return Feed(Command{.kind = kind,
                        .tenant = std::string(model::kDefaultTenant),
                        .incident_id = std::move(incident_id),
                        .actor = "ann",
                        .text = std::string(text),
                        .target = std::move(target),
                        .ids = std::move(ids)});
  }
  // A person, about what nothing has detected.
  Script& Declares(std::string_view title, model::Severity severity,
                   std::vector<std::string> services) {
    return Feed(Command{.kind = CommandKind::kDeclare,
                        .tenant = std::string(model::kDefaultTenant),
                        .incident_id = {},
                        .actor = "ann",
                        .text = {},
                        .target = std::string(title),
                        .ids = std::move(services),
                        .severity = severity});
  }
  // A person, about the incident that was opened last, of what happened then.
  Script& Comments(std::string_view text, base::TimePoint at) {
    return Feed(Command{.kind = CommandKind::kComment,
                        .tenant = std::string(model::kDefaultTenant),
                        .incident_id = order.back(),
                        .actor = "ann",
                        .text = std::string(text),
                        .at = at});
  }
  // An alert of another system; it lasts `lasts` seconds unless it is told again.
  Script& Fires(std::vector<std::pair<std::string, std::string>> labels, int64_t lasts = 300) {
    model::Alert alert{.tenant = std::string(model::kDefaultTenant),
                       .labels = model::Labels(std::move(labels)),
                       .annotations = {},
                       .starts_at = now_,
                       .ends_at = now_ + std::chrono::seconds(lasts),
                       .updated_at = now_,
                       .generator_url = {}};
    return Feed(std::move(alert));
  }
  // It has ended, says its sender.
  Script& Ends(std::vector<std::pair<std::string, std::string>> labels) {
    return Fires(std::move(labels), 0);
  }
  // A silence by matchers such as `service="payment"`; its id is SilenceOf(n), n from 0.
  Script& Silences(std::vector<std::string> matchers, int64_t from, int64_t to,
                   bool until_resolved = false, std::string id = {}) {
    model::Silence silence;
    silence.id = std::move(id);
    silence.tenant = model::kDefaultTenant;
    for (const std::string& matcher : matchers) {
      silence.matchers.push_back(*model::Matcher::Parse(matcher));
    }
    silence.starts_at = start_ + std::chrono::seconds(from);
    silence.ends_at = start_ + std::chrono::seconds(to);
    silence.created_by = "ann";
    silence.comment = "known";
    silence.until_resolved = until_resolved;
    return Feed(SilenceCommand{
        .kind = SilenceCommand::Kind::kPut, .actor = "ann", .silence = std::move(silence)});
  }
  Script& Expires(const std::string& id) {
    SilenceCommand command{.kind = SilenceCommand::Kind::kExpire, .actor = "bob", .silence = {}};
    command.silence.tenant = model::kDefaultTenant;
    command.silence.id = id;
    return Feed(std::move(command));
  }
  Script& Feed(decltype(Input::what) what) {
    Input input{.seq = engine.seq() + 1, .time = now_, .fresh_id = {}, .what = std::move(what)};
    input.fresh_id = fmt::format("{:026}", input.seq);
    last_answer = engine.Apply(input);
    inputs.push_back(std::move(input));
    Collect(engine.Take());
    return *this;
  }

  // The incident as the journal would hold it, timeline and all.
  const model::Incident& Incident(size_t index = 0) const { return incidents.at(order.at(index)); }
  std::vector<std::string> PageKeys() const {
    std::vector<std::string> keys;
    for (const model::Page& page : pages) keys.push_back(page.dedup_key);
    return keys;
  }
  // "opened", "resolved", ... in order.
  std::vector<std::string> PageKinds() const {
    std::vector<std::string> kinds;
    for (const model::Page& page : pages) kinds.emplace_back(model::PageKindName(page.kind));
    return kinds;
  }
  // How often people heard of incidents, but for acknowledgements.
  int64_t Notifications() const {
    return std::count_if(pages.begin(), pages.end(), [](const model::Page& page) {
      return page.kind != model::PageKind::kAcknowledged;
    });
  }
  // Texts of the rows of a kind.
  std::vector<std::string> RowTexts(std::string_view kind, size_t index = 0) const {
    std::vector<std::string> texts;
    for (const auto& row : Incident(index).timeline) {
      if (row.kind == kind) texts.push_back(row.text);
    }
    return texts;
  }
  const std::string& SilenceOf(size_t index) const { return silence_order.at(index); }
  const AlertView& Alert(const std::string& anomaly_id) const { return alerts.at(anomaly_id); }
  // The one alert that is open.
  const AlertView& OnlyAlert() const { return alerts.begin()->second; }
  std::vector<std::string> RowKinds(size_t index = 0) const {
    std::vector<std::string> kinds;
    for (const auto& row : Incident(index).timeline) kinds.push_back(row.kind);
    return kinds;
  }

  Engine engine;
  std::vector<Input> inputs;
  base::Result<> last_answer;
  std::vector<model::Page> pages;
  std::vector<std::string> order;  // ids of incidents as they were opened
  std::map<std::string, model::Incident> incidents;
  std::vector<model::Incident> history;  // every change as it came
  std::vector<LateRow> late_rows;
  std::map<std::string, AlertView> alerts;         // that are open, by id of the anomaly
  std::map<std::string, model::Silence> silences;  // by id
  std::vector<std::string> silence_order;
  std::vector<model::AnomalyUpdate> anomalies;  // that the engine made

 private:
  Script& Anomaly(model::AnomalyTransition transition, std::string_view entity,
                  model::Severity severity, std::string_view id) {
    model::Anomaly anomaly =
        ErrorRatio(entity, severity, id.empty() ? "an_" + std::string(entity) : std::string(id));
    const bool closed = transition == model::AnomalyTransition::kClosed;
    anomaly.state = closed ? model::AnomalyState::kClosed : model::AnomalyState::kOpen;
    anomaly.started_at = anomaly.updated_at = now_;
    if (closed) anomaly.ended_at = now_;
    return Feed(model::AnomalyUpdate{transition, std::move(anomaly)});
  }

  void Collect(Decisions decisions) {
    for (model::Incident& incident : decisions.changed) {
      history.push_back(incident);
      if (!incidents.contains(incident.id)) order.push_back(incident.id);
      model::Incident& stored = incidents[incident.id];
      std::vector<model::TimelineEntry> rows = std::move(stored.timeline);
      std::move(incident.timeline.begin(), incident.timeline.end(), std::back_inserter(rows));
      stored = std::move(incident);
      stored.timeline = std::move(rows);
    }
    std::move(decisions.pages.begin(), decisions.pages.end(), std::back_inserter(pages));
    for (AlertView& view : decisions.alerts) {
      if (view.open) {
        alerts[view.anomaly_id] = std::move(view);
      } else {
        alerts.erase(view.anomaly_id);
      }
    }
    for (model::Silence& silence : decisions.silences) {
      if (!silences.contains(silence.id)) silence_order.push_back(silence.id);
      silences[silence.id] = std::move(silence);
    }
    std::move(decisions.anomalies.begin(), decisions.anomalies.end(),
              std::back_inserter(anomalies));
    std::move(decisions.late_rows.begin(), decisions.late_rows.end(),
              std::back_inserter(late_rows));
  }

  const base::TimePoint start_ = base::FromMillis(1'700'000'000'000);
  base::TimePoint now_ = start_;
};

}  // namespace vedette::incident::testing
