#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <iterator>
#include <utility>

#include "notify/routing/router.h"
#include "notify/routing/router_parts.h"

namespace vedette::notify::routing {

// --- one case of two

// Who was told of the one that was taken over, hears of the end of the other; and its escalations
// go on there, unless somebody has either in hand.
void Router::MergeInto(const Key& key, Case& taken) {
  const Key of_taken{taken.page.tenant, taken.page.incident_id};
  const auto [it, made] = state_.cases.try_emplace(key);
  Case& c = it->second;
  if (c.stopped) Stop(taken, fmt::format("merged into {}: nobody else is told", key.second));
  if (made) {
    c = taken;
    c.page.incident_id = key.second;
    c.stopped = false;
  } else {
    MoveTo(c, taken);
  }
  dirty_.insert(KeyOf(key.first, key.second));
  End(of_taken);
  Schedule(c);
}

void Router::MoveTo(Case& c, Case& taken) {
  std::vector<int64_t> places;  // of its flows in the other
  for (Flow& flow : taken.flows) {
    const auto same = std::ranges::find(c.flows, flow.origin, &Flow::origin);
    places.push_back(same - c.flows.begin());
    if (same == c.flows.end()) {
      c.flows.push_back(std::move(flow));
    } else if (same->done && !flow.done) {
      *same = std::move(flow);
    }
  }
  const auto move = [&](int64_t& flow) { flow = places.at(static_cast<size_t>(flow)); };
  const auto move_all = [&](Told& told) {
    move(told.flow);
    std::ranges::for_each(told.flows, move);
    for (Sent& sent : told.sent) std::ranges::for_each(sent.flows, move);
  };
  for (Told& told : taken.told) {
    move_all(told);
    const auto known =
        std::ranges::find_if(c.told, [&](const Told& other) { return SameDoor(other, told); });
    if (known != c.told.end()) {
      told.flows.push_back(told.flow);
      AddFlows(told.flows, *known);
      known->heard.merge(told.heard);
    } else if (c.told.size() < options_.told_max) {
      c.told.push_back(std::move(told));
    }
  }
  for (Waiting& waiting : taken.waiting) {
    move_all(waiting.who);
    std::ranges::for_each(waiting.sent.flows, move);
    if (c.waiting.size() < options_.waiting_max) c.waiting.push_back(std::move(waiting));
  }
  c.lists = c.lists || taken.lists;
  c.alerts.merge(taken.alerts);
  std::ranges::move(taken.ended, std::back_inserter(c.ended));
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
      const auto carries = [&](const Sent& sent) {
        return sent.flows.size() == sent.turns.size() && std::ranges::all_of(sent.flows, is_flow);
      };
      const auto known = [&](const Told& who) {
        return is_flow(who.flow) && std::ranges::all_of(who.flows, is_flow) &&
               std::ranges::all_of(who.sent, carries);
      };
      const auto waits = [&](const Waiting& waiting) {
        return known(waiting.who) && carries(waiting.sent);
      };
      const auto counts = [](const Flow& flow) { return flow.step >= 0 && flow.round >= 1; };
      const bool fits = std::ranges::all_of(c.told, known) &&
                        std::ranges::all_of(c.waiting, waits) &&
                        std::ranges::all_of(c.flows, counts);
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
