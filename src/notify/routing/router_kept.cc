#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

#include "notify/routing/router.h"
#include "notify/routing/router_parts.h"

namespace vedette::notify::routing {

namespace {

void AddRoutes(const Plan& plan, const model::Labels& labels, std::vector<Taken>& routes) {
  for (Taken& taken : Match(plan, labels)) {
    const bool known = std::ranges::find(routes, taken.name, &Taken::name) != routes.end();
    if (!known) routes.push_back(std::move(taken));
  }
}

}  // namespace

std::vector<Taken> AlertRoutes(const Plan& plan, const model::Page& page) {
  std::vector<Taken> routes;
  for (size_t i = 0; i < page.alerts.size() && !plan.routes.empty(); ++i) {
    const model::Alert& alert = page.alerts[i];
    const bool none = std::ranges::binary_search(page.anomalies, static_cast<int64_t>(i));
    if (none || alert.ResolvedAt(page.decided_at)) continue;
    AddRoutes(plan, RoutingLabels(page.tenant, alert.labels), routes);
  }
  return routes;
}

std::vector<Taken> RoutesOf(const Plan& plan, const model::Page& page) {
  std::vector<Taken> routes = AlertRoutes(plan, page);
  const bool whole = page.anomalies.empty() && page.alerts_left_out == 0;
  if (!whole || routes.empty()) AddRoutes(plan, RoutingLabels(page), routes);
  return routes;
}

model::Page PageFor(const Plan& plan, model::Page page, const std::set<std::string>& routes) {
  if (plan.routes.empty()) return page;
  std::vector<model::Alert> kept;
  int64_t kept_new = 0;
  model::Severity worst = model::Severity::kInfo;
  for (size_t i = 0; i < page.alerts.size(); ++i) {
    const model::Alert& alert = page.alerts[i];
    const std::vector<Taken> taken = Match(plan, RoutingLabels(page.tenant, alert.labels));
    const bool takes =
        std::ranges::any_of(taken, [&](const Taken& each) { return routes.contains(each.name); });
    if (!takes) continue;
    kept.push_back(alert);
    worst = std::max(worst, model::SeverityOfAlert(alert.labels));
    if (static_cast<int64_t>(i) < page.alerts_new) ++kept_new;
  }
  if (kept.empty() && (page.alerts.empty() || page.alerts_left_out > 0)) return page;
  if (kept.empty() && page.kind != model::PageKind::kUpdated) {
    const std::vector<Taken> common = Match(plan, RoutingLabels(page));
    const bool takes =
        std::ranges::any_of(common, [&](const Taken& each) { return routes.contains(each.name); });
    if (takes) return page;
  }
  if (!kept.empty() && page.alerts_left_out == 0) page.severity = std::min(page.severity, worst);
  page.anomalies.clear();
  page.alerts = std::move(kept);
  page.alerts_new = kept_new;
  return page;
}

// --- overrides and tests

base::Result<> Router::Add(const Override& override, base::TimePoint now) {
  state_.now = std::max(state_.now, now);
  if (plan_->FindSchedule(override.schedule) == nullptr) {
    return base::NotFound(fmt::format("there is no schedule '{}'", override.schedule));
  }
  if (plan_->FindUser(override.user) == nullptr) {
    return base::InvalidArgument(fmt::format("there is no user '{}'", override.user), "user");
  }
  if (!override.replaces.empty() && plan_->FindUser(override.replaces) == nullptr) {
    return base::InvalidArgument(fmt::format("there is no user '{}'", override.replaces),
                                 "replaces");
  }
  if (override.to <= override.from) {
    return base::InvalidArgument("an override ends after it begins", "to");
  }
  if (override.to - override.from > std::chrono::days(366)) {
    return base::InvalidArgument("an override lasts at most 366 days", "to");
  }
  std::erase_if(state_.overrides, [&](const auto& entry) {
    const bool old = entry.second.to < state_.now - options_.overrides_kept;
    if (old) dirty_.insert(fmt::format("{}{}", kOverrideKey, entry.first));
    return old;
  });
  if (state_.overrides.size() >= options_.overrides_max) {
    return base::ResourceExhausted(fmt::format("at most {} overrides", options_.overrides_max),
                                   "overrides");
  }
  state_.overrides[override.id] = override;
  dirty_.insert(fmt::format("{}{}", kOverrideKey, override.id));
  return {};
}

base::Result<> Router::Remove(std::string_view override_id) {
  if (state_.overrides.erase(std::string(override_id)) == 0) {
    return base::NotFound("no such override");
  }
  dirty_.insert(fmt::format("{}{}", kOverrideKey, override_id));
  return {};
}

base::Result<std::vector<std::string>> Router::Test(const TestPage& test, base::TimePoint now) {
  state_.now = std::max(state_.now, now);
  model::Page page;
  page.dedup_key = test.id + ":test";
  page.tenant = test.tenant;
  page.incident_id = test.id;
  page.title = "Test page: nothing is wrong";
  page.text = fmt::format("{} asked for this test of {}. There is nothing to do.", test.asked_by,
                          test.target.ToString());
  page.severity = test.severity;
  page.entities = {"vedette"};
  page.incident_started_at = page.decided_at = state_.now;
  page.priority = model::PriorityOf({}, test.severity);
  std::vector<Told> doors;
  const auto add = [&](std::string receiver, std::string to, std::string person) {
    Told& door = doors.emplace_back();
    const Receiver* known = plan_->FindReceiver(receiver);
    door.channel = known == nullptr ? "" : known->channel;
    door.receiver = std::move(receiver);
    door.to = std::move(to);
    door.person = std::move(person);
    door.why = fmt::format("test by {} > {}", test.asked_by, test.target.ToString());
  };
  if (test.target.kind == TargetKind::kUser) {
    const User* user = plan_->FindUser(test.target.name);
    if (user == nullptr) return base::NotFound("there is no " + test.target.ToString());
    for (const Contact& contact : user->contacts) {
      add(contact.receiver, contact.to, user->name);
    }
    if (doors.empty()) {
      return base::FailedPrecondition(fmt::format("{} has no contact", test.target.ToString()));
    }
  } else {
    if (plan_->FindReceiver(test.target.name) == nullptr) {
      return base::NotFound("there is no " + test.target.ToString());
    }
    add(test.target.name, {}, {});
  }
  std::vector<std::string> keys;
  for (size_t i = 0; i < doors.size(); ++i) {
    Notice& notice = pending_.notices.emplace_back(MakeNotice(page, doors[i]));
    if (i > 0) notice.page.dedup_key += fmt::format(":{}", i + 1);
    keys.push_back(notice.page.dedup_key);
  }
  return keys;
}

// --- the state in parts

Outcome Router::Take() {
  for (const std::string& key : std::exchange(dirty_, {})) {
    Kept& kept = pending_.kept.emplace_back(Kept{key, {}});
    const std::string_view name = key;
    if (name.starts_with(kCaseKey)) {
      const std::string_view rest = name.substr(kCaseKey.size());
      const size_t slash = rest.find('/');
      const Case* c =
          Find(model::TenantName(rest.substr(0, slash)), std::string(rest.substr(slash + 1)));
      if (c != nullptr) kept.value = CaseToJson(*c);
    } else if (name.starts_with(kTurnKey)) {
      kept.value = std::to_string(state_.turns[std::string(name.substr(kTurnKey.size()))]);
    } else {
      const auto it = state_.overrides.find(std::string(name.substr(kOverrideKey.size())));
      if (it != state_.overrides.end()) kept.value = OverrideToJson(it->second);
    }
  }
  return std::exchange(pending_, {});
}

std::optional<base::TimePoint> Router::NextDeadline() const {
  return next_due_ == base::TimePoint::max() ? std::nullopt : std::optional(next_due_);
}

std::vector<Kept> Router::Snapshot() const {
  std::vector<Kept> parts;
  for (const auto& [key, c] : state_.cases) {
    parts.push_back({KeyOf(key.first, key.second), CaseToJson(c)});
  }
  for (const auto& [key, next] : state_.turns) {
    parts.push_back({fmt::format("{}{}", kTurnKey, key), std::to_string(next)});
  }
  for (const auto& [id, override] : state_.overrides) {
    parts.push_back({fmt::format("{}{}", kOverrideKey, id), OverrideToJson(override)});
  }
  return parts;
}

base::Result<> Router::Restore(const std::vector<Kept>& parts) {
  state_ = {};
  next_due_ = {};
  for (const Kept& part : parts) {
    const std::string_view key = part.key;
    const std::string value = part.value.value_or("");
    if (key.starts_with(kCaseKey)) {
      VEDETTE_TRY(Case c, CaseFromJson(value));
      const auto flows = static_cast<int64_t>(c.flows.size());
      const auto is_flow = [&](int64_t flow) { return flow >= 0 && flow < flows; };
      const auto known = [&](const Told& who) {
        return is_flow(who.flow) && std::ranges::all_of(who.flows, is_flow);
      };
      const bool fits = std::all_of(c.told.begin(), c.told.end(), known) &&
                        std::all_of(c.waiting.begin(), c.waiting.end(),
                                    [&](const Waiting& waiting) { return known(waiting.who); });
      if (!fits) return base::DataLoss("routing: a case refers to what is not in it");
      Key of{c.page.tenant, c.page.incident_id};
      state_.cases.insert_or_assign(std::move(of), std::move(c));
    } else if (key.starts_with(kTurnKey)) {
      int64_t next = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), next);
      if (error != std::errc() || next < 0) return base::DataLoss("routing: a turn is no number");
      state_.turns[std::string(key.substr(kTurnKey.size()))] = next;
    } else if (key.starts_with(kOverrideKey)) {
      VEDETTE_TRY(Override override, OverrideFromJson(value));
      state_.overrides[override.id] = override;
    } else {
      return base::DataLoss(fmt::format("routing: '{}' is not known", key));
    }
  }
  return {};
}

std::vector<Override> Router::overrides() const {
  std::vector<Override> all;
  for (const auto& [id, override] : state_.overrides) all.push_back(override);
  return all;
}

}  // namespace vedette::notify::routing
