#include "app/live_labels.h"

#include <fmt/core.h>
#include <set>
#include <string_view>
#include <utility>

#include "model/alert.h"
#include "model/page.h"

namespace vedette::app {
namespace {

using notify::routing::Live;

constexpr std::chrono::days kAnomaliesBack{30};
constexpr std::chrono::days kSeriesBack{7};
constexpr int64_t kPageRows = 1'000;
constexpr int kPagesMax = 5;
constexpr size_t kValuesMax = 20'000;
// In this order an alert's labels say whom it concerns (model/alert.h).
constexpr std::string_view kEntityLabels[] = {"service", "app", "job", "namespace"};

model::Labels AsRoutesSee(const model::TenantName& tenant, const model::Labels& labels,
                          model::Severity severity, const std::string& entity) {
  model::Page page;
  page.tenant = tenant;
  page.labels = labels;
  page.severity = severity;
  page.priority = model::PriorityOf(labels, severity);
  if (!entity.empty()) page.entities = {entity};
  return notify::routing::RoutingLabels(page);
}

Live::Alert AlertOfRule(const std::string& name, const rules::Texts& texts,
                        const model::TenantName& tenant) {
  std::vector<std::pair<std::string, std::string>> fixed;
  bool any_severity = false;
  for (const auto& [label, value] : texts) {
    const bool made = value.find("{{") != std::string::npos;
    any_severity = any_severity || (made && label == "severity");
    if (!made) fixed.emplace_back(label, value);
  }
  fixed.emplace_back("alertname", name);
  const model::Labels labels(std::move(fixed));
  const model::Severity severity =
      any_severity ? model::Severity::kCritical : model::SeverityOfAlert(labels);
  // Whom it concerns is often a label of the series, which nobody knows yet.
  const std::string entity =
      labels.Get("service").empty() ? std::string() : model::EntityOfAlert(labels);
  return {.subject = "rule " + name,
          .severity = severity,
          .labels = AsRoutesSee(tenant, labels, severity, entity)};
}

Live::Alert AlertOfHeartbeat(const heartbeat::Expected& expected) {
  std::vector<std::pair<std::string, std::string>> labels = {
      {"alertname", "HeartbeatMissing"},
      {"service", expected.name},
      {"severity", std::string(model::SeverityName(expected.severity))}};
  for (const model::Label& label : expected.labels) labels.emplace_back(label.name, label.value);
  labels.emplace_back("heartbeat", expected.name);
  const model::Labels all(std::move(labels));
  const model::Severity severity = model::SeverityOfAlert(all);
  return {.subject = "heartbeat " + expected.name,
          .severity = severity,
          .labels = AsRoutesSee(expected.tenant, all, severity, model::EntityOfAlert(all))};
}

// Gathers what is live of one tenant.
class Gathering {
 public:
  Gathering(const LiveSources& sources, const notify::routing::Plan& plan,
            const model::TenantName& tenant, base::TimePoint now)
      : sources_(sources), now_(now), wanted_(MatchedLabels(plan)) {
    live_.tenant = tenant;
  }

  // All that is open counts as an alert if it pages; what was open a while ago only shows which
  // labels there are.
  void Anomalies(const incident::EngineOptions& options) {
    Read({.tenant = live_.tenant, .state = model::AnomalyState::kOpen},
         [&](const model::Anomaly& anomaly, const model::Labels& labels) {
           const bool alert = anomaly.kind == model::AnomalyKind::kRule ||
                              anomaly.kind == model::AnomalyKind::kAlert;
           if (anomaly.severity < (alert ? options.alert_page_severity : options.page_severity)) {
             return;
           }
           live_.alerts.push_back({"alert " + anomaly.id, anomaly.severity, labels});
         });
    Read({.tenant = live_.tenant, .from = now_ - kAnomaliesBack}, [](const auto&, const auto&) {});
  }

  void Rules() {
    for (const rules::GroupStatus& group : sources_.rules(live_.tenant)) {
      for (const rules::RuleStatus& rule : group.rules) {
        if (rule.alerting) Add(AlertOfRule(rule.name, rule.labels, live_.tenant));
      }
    }
  }

  void Heartbeats(const std::vector<heartbeat::Expected>& heartbeats) {
    for (const heartbeat::Expected& expected : heartbeats) {
      if (expected.tenant == live_.tenant) Add(AlertOfHeartbeat(expected));
    }
  }

  // What the server says of each page where labels do not.
  void Given() {
    for (const model::Severity severity :
         {model::Severity::kInfo, model::Severity::kWarning, model::Severity::kCritical}) {
      Note("severity", model::SeverityName(severity));
    }
    for (int priority = 1; priority <= 5; ++priority)
      Note("priority", fmt::format("P{}", priority));
    std::vector<std::string> services = sources_.services(live_.tenant);
    services.emplace_back("vedette");  // which tells of itself
    for (const std::string& service : services) {
      Note("service", service);
      Note("entity", service);
    }
  }

  // Last: what has too many values is not known at all.
  void Series() {
    for (const std::string& name : wanted_) {
      if (name == "tenant") continue;
      const bool entity = name == "service" || name == "entity";
      bool known = Values(name, name);
      for (const std::string_view label : kEntityLabels) {
        if (entity && label != name) known = Values(label, name) && known;
      }
      if (!known) live_.values.erase(name);
    }
  }

  Live Take() && {
    live_.values.erase("tenant");  // routes of other tenants are none of this one's business
    return std::move(live_);
  }

 private:
  template <typename Visit>
  void Read(detect::AnomalyQuery query, const Visit& visit) {
    query.limit = kPageRows;
    for (int i = 0; i < kPagesMax; ++i) {
      const base::Result<detect::AnomalyPage> page = sources_.anomalies.List(query);
      if (!page.ok()) {
        base::IgnoreError(page, "the plan is checked against what can be read");
        return;
      }
      for (const model::Anomaly& anomaly : page->anomalies) {
        const model::Labels labels =
            AsRoutesSee(anomaly.tenant, anomaly.labels, anomaly.severity, anomaly.entity);
        for (const model::Label& label : labels) Note(label.name, label.value);
        visit(anomaly, labels);
      }
      query.cursor = page->next_cursor;
      if (query.cursor.empty()) return;
    }
  }

  void Add(Live::Alert alert) {
    for (const model::Label& label : alert.labels) Note(label.name, label.value);
    live_.alerts.push_back(std::move(alert));
  }

  void Note(std::string_view name, std::string_view value) {
    if (const auto it = wanted_.find(std::string(name)); it != wanted_.end()) {
      live_.values[*it].emplace(value);
    }
  }

  // Adds the values of a label in the index; false when they cannot all be told.
  bool Values(std::string_view label, const std::string& name) {
    base::Result<model::Matcher> any =
        model::Matcher::Create(std::string(label), model::MatchOp::kNotEqual, "");
    if (!any.ok()) return false;
    const base::Result<std::vector<std::string>> values =
        sources_.series.LabelValues({.tenant = live_.tenant,
                                     .matchers = {*std::move(any)},
                                     .from_ms = base::ToMillis(now_ - kSeriesBack),
                                     .to_ms = base::ToMillis(now_)},
                                    label);
    if (!values.ok() || values->size() > kValuesMax) return false;
    if (!values->empty()) live_.values[name].insert(values->begin(), values->end());
    return true;
  }

  const LiveSources& sources_;
  const base::TimePoint now_;
  const std::set<std::string> wanted_;
  Live live_;
};

}  // namespace

Live LiveOfRules(const std::vector<rules::RuleGroup>& groups) {
  Live live;
  for (const rules::RuleGroup& group : groups) {
    for (const rules::Rule& rule : group.rules) {
      if (rule.alerting) live.alerts.push_back(AlertOfRule(rule.name, rule.labels, group.tenant));
    }
  }
  return live;
}

Live LiveOf(const LiveSources& sources, const notify::routing::Plan& plan,
            const incident::EngineOptions& options,
            const std::vector<heartbeat::Expected>& heartbeats, const model::TenantName& tenant,
            base::TimePoint now) {
  Gathering gathering(sources, plan, tenant, now);
  gathering.Anomalies(options);
  gathering.Rules();
  gathering.Heartbeats(heartbeats);
  gathering.Given();
  gathering.Series();
  return std::move(gathering).Take();
}

}  // namespace vedette::app
