#pragma once

#include <algorithm>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "notify/routing/router.h"

namespace vedette::notify::routing::testing {

inline User Person(std::string name, std::vector<Contact> contacts) {
  User user;
  user.name = std::move(name);
  user.contacts = std::move(contacts);
  return user;
}

inline Contact Reach(std::string receiver, std::string to = "",
                     base::Duration after = std::chrono::seconds(0),
                     std::vector<model::Severity> severities = {}) {
  return {std::move(receiver), std::move(to), std::move(severities), after};
}

inline Route To(std::string name, std::vector<std::string> matchers, std::string policy) {
  Route route;
  route.name = std::move(name);
  for (const std::string& text : matchers) route.matchers.push_back(*model::Matcher::Parse(text));
  route.policy = std::move(policy);
  return route;
}

inline Step Ask(std::vector<Target> targets, base::Duration patience = std::chrono::minutes(5)) {
  return {.targets = std::move(targets), .round_robin = false, .patience = patience};
}

// ann and ben take turns each day at 09:00; payments go to who is on call, then to cem.
inline Plan Payments() {
  Plan plan;
  plan.receivers = {{"sms", "gateway"}, {"chat", "slack"}, {"ops", "webhook"}};
  plan.users = {Person("ann", {Reach("chat", "@ann"), Reach("sms", "+1", std::chrono::minutes(2))}),
                Person("ben", {Reach("chat", "@ben"), Reach("sms", "+2", std::chrono::minutes(2))}),
                Person("cem", {Reach("sms", "+3")})};
  Layer layer;
  layer.name = "days";
  layer.start = *ParseLocal("2026-11-02 09:00");
  layer.length = std::chrono::hours(24);
  layer.users = {"ann", "ben"};
  Schedule schedule;
  schedule.name = "primary";
  schedule.layers = {layer};
  plan.schedules = {schedule};
  Policy policy;
  policy.name = "payments";
  policy.steps = {Ask({{TargetKind::kSchedule, "primary"}}), Ask({{TargetKind::kUser, "cem"}})};
  policy.repeats = 1;
  plan.policies = {policy};
  plan.routes = {To("payments", {"service=payment"}, "payments")};
  return plan;
}

// A story told to a router, and all that came of it. It begins on Monday, 2026-11-23, at 10:00 UTC,
// when ben is on call.
class Story {
 public:
  explicit Story(Plan plan, RouterOptions options = {})
      : plan_(std::make_shared<const Plan>(std::move(plan))), router(options) {
    EXPECT_THAT(Validate(*plan_), ::testing::IsEmpty());
    router.SetPlan(plan_);
  }

  Story& After(base::Duration wait) {
    const base::TimePoint end = now + wait;
    while (now < end) {
      const base::TimePoint due = router.NextDeadline().value_or(end);
      now = std::clamp(due, now + base::Duration(1), end);
      router.Advance(now);
      Collect();
    }
    return *this;
  }
  Story& Says(model::PageKind kind, std::string entity = "payment",
              model::Severity severity = model::Severity::kCritical) {
    model::Page page;
    page.incident_id = "in_" + entity;
    page.dedup_key = fmt::format("in_{}:{}:{}", entity, model::PageKindName(kind),
                                 ++pages_[{entity, static_cast<int>(kind)}]);
    page.kind = kind;
    page.tenant = "default";
    page.title = entity + " is in trouble";
    page.entities = {entity};
    page.severity = severity;
    page.decided_at = now;
    router.OnPage(page, now);
    const bool acknowledged = kind == model::PageKind::kAcknowledged;
    const bool resolved = kind == model::PageKind::kResolved;
    model::Incident incident;
    incident.id = page.incident_id;
    incident.tenant = page.tenant;
    incident.state = acknowledged ? model::IncidentState::kAcknowledged
                     : resolved   ? model::IncidentState::kResolved
                                  : model::IncidentState::kOpen;
    if (acknowledged || resolved) router.OnIncident(incident, now);
    router.Advance(now);
    Collect();
    return *this;
  }
  Story& Fails(const std::string& receiver, const std::string& to, bool ok = false) {
    router.OnDelivered({"in_payment", "default", receiver, to, ok, "HTTP 500"}, now);
    Collect();
    return *this;
  }

  // "ben/chat", in order; those since the last call.
  std::vector<std::string> Told() {
    std::vector<std::string> who;
    for (const Notice& n : fresh) {
      who.push_back(n.person.empty() ? n.receiver : n.person + "/" + n.receiver);
    }
    fresh.clear();
    return who;
  }
  std::vector<std::string> RemarkKinds() const {
    std::vector<std::string> kinds;
    for (const Remark& remark : remarks) kinds.push_back(remark.kind);
    return kinds;
  }

  void Collect() {
    Outcome outcome = router.Take();
    for (Notice& notice : outcome.notices) {
      fresh.push_back(notice);
      all.push_back(std::move(notice));
    }
    std::move(outcome.remarks.begin(), outcome.remarks.end(), std::back_inserter(remarks));
    for (Kept& part : outcome.kept) {
      if (part.value) kept[part.key] = *part.value;
      if (!part.value) kept.erase(part.key);
    }
  }

  std::shared_ptr<const Plan> plan_;
  Router router;
  base::TimePoint now = *base::ParseTime("2026-11-23T10:00:00Z");
  std::vector<Notice> fresh;
  std::vector<Notice> all;
  std::vector<Remark> remarks;
  std::map<std::string, std::string> kept;  // what a disk would hold

 private:
  std::map<std::pair<std::string, int>, int> pages_;
};

}  // namespace vedette::notify::routing::testing
