#pragma once

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "notify/routing/router.h"

namespace vedette::notify::routing::testing {

inline Route Way(std::string team, std::string receiver) {
  Route route;
  route.name = team;
  route.matchers = {*model::Matcher::Parse("team=" + team)};
  route.targets = {{TargetKind::kReceiver, std::move(receiver)}};
  return route;
}

inline Plan Teams() {
  Plan plan;
  plan.receivers = {{"a", "webhook"}, {"b", "webhook"}, {"am", "alertmanager"}, {"all", "webhook"}};
  plan.routes = {Way("a", "a"), Way("b", "b"), Way("m", "am")};
  plan.catch_all = {{TargetKind::kReceiver, "all"}};
  return plan;
}

inline model::Alert AlertOf(const std::string& name, const std::string& team,
                            const std::string& severity = "warning") {
  model::Alert alert;
  alert.labels = model::Labels({{"alertname", name}, {"team", team}, {"severity", severity}});
  return alert;
}

// One incident, told to a router that starts on a Monday at 10:00 UTC.
class Night {
 public:
  explicit Night(Plan plan = Teams(), RouterOptions options = {}) : router(options) {
    EXPECT_THAT(Validate(plan), ::testing::IsEmpty());
    router.SetPlan(std::make_shared<const Plan>(std::move(plan)));
  }

  Night& Says(model::PageKind kind, std::vector<model::Alert> alerts, int64_t fresh,
              model::Severity severity = model::Severity::kWarning) {
    model::Page page;
    page.kind = kind;
    page.tenant = "default";
    page.incident_id = "in_1";
    page.dedup_key = "in_1:" + std::string(model::PageKindName(kind)) + ":" + std::to_string(++n_);
    page.severity = severity;
    page.alerts = std::move(alerts);
    page.alerts_new = fresh;
    page.labels = common;
    page.decided_at = now;
    router.OnPage(page, now);
    router.Advance(now);
    return *this;
  }
  Night& Joins(const model::Alert& alert) {
    model::Page page;
    page.kind = model::PageKind::kUpdated;
    page.tenant = "default";
    page.incident_id = "in_1";
    page.labels = alert.labels;
    page.severity = model::SeverityOfAlert(alert.labels);
    page.alerts = {alert};
    page.alerts_new = 1;
    page.decided_at = now;
    router.OnWidened(page, now);
    router.Advance(now);
    return *this;
  }
  Night& After(base::Duration wait) {
    now += wait;
    router.Advance(now);
    return *this;
  }
  // What the engine says of an alert.
  Night& Is(const model::Alert& alert, bool fires, bool muted = false) {
    model::Alert said = alert;
    if (!fires) said.ends_at = now;
    router.OnAlert("default", "in_1", {.alert = said, .fires = fires, .muted = muted}, now);
    router.Advance(now);
    return *this;
  }
  Night& Incident(model::IncidentState state) {
    model::Incident incident;
    incident.id = "in_1";
    incident.tenant = "default";
    incident.state = state;
    router.OnIncident(incident, now);
    router.Advance(now);
    return *this;
  }
  // The receiver took the last message, or refused it for good.
  Night& Takes(const std::string& receiver, bool ok, const std::string& key = {}) {
    router.OnDelivered({"in_1", "default", receiver, "", ok, "HTTP 404", key}, now);
    router.Advance(now);
    return *this;
  }
  Night& Configures(Plan plan) {
    EXPECT_THAT(Validate(plan), ::testing::IsEmpty());
    router.SetPlan(std::make_shared<const Plan>(std::move(plan)));
    router.Advance(now);
    return *this;
  }
  model::Alert Ended(model::Alert alert) const {
    alert.ends_at = now;
    return alert;
  }

  // "b severity_raised critical: B2 B3(ended)", since the last call, by receiver.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    notices.clear();
    Outcome outcome = router.Take();
    for (const Remark& remark : outcome.remarks) remarks.push_back(remark.kind);
    for (const Notice& notice : outcome.notices) {
      EXPECT_TRUE(keys_.insert(notice.receiver + notice.page.dedup_key).second)
          << notice.page.dedup_key;
      std::string line = notice.receiver + " " +
                         std::string(model::PageKindName(notice.page.kind)) + " " +
                         std::string(model::SeverityName(notice.page.severity)) + ":";
      for (const model::Alert& alert : notice.page.alerts) {
        line += " " + std::string(alert.labels.Get("alertname"));
        if (alert.ResolvedAt(now)) line += "(ended)";
      }
      notices.push_back(notice);
      told.push_back(std::move(line));
    }
    std::sort(told.begin(), told.end());
    return told;
  }

  Router router;
  base::TimePoint now = base::FromMillis(1'795'428'000'000);
  model::Labels common;              // of pages
  std::vector<Notice> notices;       // that Told gave last
  std::vector<std::string> remarks;  // kinds, of the whole story

 private:
  int n_ = 0;
  std::set<std::string> keys_;
};

}  // namespace vedette::notify::routing::testing
