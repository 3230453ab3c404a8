#include "notify/routing/check.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <set>

#include "base/duration.h"
#include "notify/routing/schedule.h"

namespace vedette::notify::routing {
namespace {

using model::MatchOp;

constexpr std::chrono::days kAhead{30};
constexpr size_t kGapsShown = 3;
constexpr size_t kValuesShown = 5;
constexpr size_t kAlertsShown = 50;
constexpr size_t kLabelBytesShown = 300;
constexpr std::array kSeverities = {model::Severity::kInfo, model::Severity::kWarning,
                                    model::Severity::kCritical};

using Matchers = std::vector<model::Matcher>;

// Everything that fits `narrow` fits `wide`, as far as their texts show.
bool Covers(const Matchers& wide, const Matchers& narrow) {
  return std::all_of(wide.begin(), wide.end(), [&](const model::Matcher& matcher) {
    return std::any_of(narrow.begin(), narrow.end(), [&](const model::Matcher& other) {
      return other == matcher || (other.name() == matcher.name() && other.op() == MatchOp::kEqual &&
                                  matcher.Matches(other.value()));
    });
  });
}

// Two conditions that no label fulfils.
const model::Matcher* Contradiction(const Matchers& matchers) {
  for (const model::Matcher& exact : matchers) {
    if (exact.op() != MatchOp::kEqual) continue;
    for (const model::Matcher& other : matchers) {
      if (other.name() == exact.name() && !other.Matches(exact.value())) return &other;
    }
  }
  return nullptr;
}

// Routes with a tenant of their own that is another one.
bool IsOfAnother(const Route& route, const model::TenantName& tenant) {
  return std::any_of(route.matchers.begin(), route.matchers.end(), [&](const auto& matcher) {
    return matcher.name() == "tenant" && !matcher.Matches(std::string_view(tenant));
  });
}

// "order, payment and 7 others"
std::string Some(const std::set<std::string>& values) {
  std::string text;
  size_t shown = 0;
  for (const std::string& value : values) {
    if (shown == kValuesShown) break;
    text += fmt::format("{}{}", shown++ == 0 ? "" : ", ", value);
  }
  if (values.size() > shown) text += fmt::format(" and {} others", values.size() - shown);
  return text;
}

class Checker {
 public:
  Checker(const Plan& plan, const std::vector<Override>& overrides, base::TimePoint now,
          const Live& live)
      : plan_(plan), overrides_(overrides), now_(now), live_(live) {}

  std::vector<Finding> Run() {
    if (plan_.receivers.empty()) {
      Add("nobody", "notify", "no receiver is configured: nobody is told of anything", 0);
    }
    Routes(plan_.routes, "", {});
    LiveValues(plan_.routes, "");
    Use(plan_.CatchAll());
    if (!plan_.receivers.empty() && !ReachesAtAll({}, plan_.CatchAll())) {
      Add("nobody", std::string(kCatchAll), "none of its targets can reach anybody", 0);
    }
    for (const Team& team : plan_.teams) {
      if (used_.contains("team " + team.name) && !team.schedule.empty()) {
        used_.insert("schedule " + team.schedule);
      }
    }
    for (const User& user : plan_.users) Check(user);
    for (const Policy& policy : plan_.policies) Check(policy);
    for (const Schedule& schedule : plan_.schedules) Check(schedule);
    Alerts();
    return std::move(findings_);
  }

 private:
  void Add(std::string kind, std::string subject, std::string message, int line) {
    findings_.push_back({std::move(kind), std::move(subject), std::move(message), line, {}});
  }
  void Unused(std::string_view kind, const std::string& name, int line) {
    const std::string subject = fmt::format("{} {}", kind, name);
    if (!used_.contains(subject)) Add("unused", subject, "no route leads to it", line);
  }
  void Use(const std::vector<Target>& targets) {
    for (const Target& target : targets) used_.insert(target.ToString());
  }

  void Routes(const std::vector<Route>& routes, const std::string& parent,
              const Matchers& inherited) {
    for (size_t i = 0; i < routes.size(); ++i) {
      const Route& route = routes[i];
      const std::string path = parent.empty() ? route.name : parent + "/" + route.name;
      Matchers all = inherited;
      all.insert(all.end(), route.matchers.begin(), route.matchers.end());
      if (const model::Matcher* other = Contradiction(all)) {
        Add("never_matches", "route " + path,
            fmt::format("can never match: {} contradicts another condition", other->ToString()),
            route.line);
      }
      for (size_t before = 0; before < i; ++before) {
        if (routes[before].go_on || !Covers(routes[before].matchers, all)) continue;
        Add("never_matches", "route " + path,
            fmt::format("can never match: route {} before it takes all of it and has no continue",
                        routes[before].name),
            route.line);
        break;
      }
      if (!route.policy.empty()) used_.insert("policy " + route.policy);
      if (const Policy* policy = plan_.FindPolicy(route.policy)) {
        for (const Step& step : policy->steps) Use(step.targets);
      }
      Use(route.targets);
      Reach(route, path);
      Routes(route.children, path, all);
    }
  }

  // What inherits its parent's targets is judged there.
  void Reach(const Route& route, const std::string& path) {
    if (route.policy.empty() && route.targets.empty()) return;
    if (ReachesAtAll(route.policy, route.targets)) return;
    Add("nobody", "route " + path,
        fmt::format("{} can reach anybody: what it takes goes to the {}",
                    route.policy.empty() ? "none of its targets"
                                         : fmt::format("no step of its policy {}", route.policy),
                    kCatchAll),
        route.line);
  }

  // Of each condition that asks for a value: whether anything has one. Parents have answered for
  // their own.
  void LiveValues(const std::vector<Route>& routes, const std::string& parent) {
    for (const Route& route : routes) {
      if (IsOfAnother(route, live_.tenant)) continue;
      const std::string path = parent.empty() ? route.name : parent + "/" + route.name;
      for (const model::Matcher& matcher : route.matchers) {
        const bool asks = matcher.op() == MatchOp::kEqual || matcher.op() == MatchOp::kRegex;
        const auto known = live_.values.find(matcher.name());
        if (!asks || matcher.MatchesEmpty() || known == live_.values.end()) continue;
        const std::set<std::string>& values = known->second;
        if (values.empty() || std::any_of(values.begin(), values.end(), [&](const auto& value) {
              return matcher.Matches(std::string_view(value));
            })) {
          continue;
        }
        Add("no_live_label", "route " + path,
            fmt::format(
                "matches nothing that is live: no alert, rule or series has {}; known are {}",
                matcher.ToString(), Some(values)),
            route.line);
      }
      LiveValues(route.children, path);
    }
  }

  // Alerts and rules all of whose routes lead to nobody.
  void Alerts() {
    size_t found = 0;
    for (const Live::Alert& alert : live_.alerts) {
      std::string names;
      bool reaches = false;
      bool wanted = true;  // each of its routes says that it tells nobody
      for (const Taken& taken : Match(plan_, alert.labels)) {
        reaches = reaches || Reaches(taken.policy, taken.targets, alert.severity);
        wanted = wanted && taken.nobody;
        names += (names.empty() ? "" : ", ") + taken.name;
      }
      if (reaches || plan_.receivers.empty()) continue;
      if (++found > kAlertsShown) continue;
      const bool caught = !wanted && Reaches({}, plan_.CatchAll(), alert.severity);
      std::string labels = alert.labels.ToString();
      if (labels.size() > kLabelBytesShown) labels = labels.substr(0, kLabelBytesShown) + "...";
      Add("alert_reaches_nobody", alert.subject,
          fmt::format("{} ({}) goes to {}, which {} nobody: {}", labels,
                      model::SeverityName(alert.severity), names, wanted ? "tells" : "can reach",
                      caught ? fmt::format("only the {} is told", kCatchAll) : "nobody is told"),
          0);
      findings_.back().labels = alert.labels;
    }
    if (found > kAlertsShown) {
      Add("alert_reaches_nobody", "alerts",
          fmt::format("{} more reach nobody", found - kAlertsShown), 0);
    }
  }

  // Whether a page of that severity may reach anybody by the policy, or else by the targets.
  bool Reaches(std::string_view policy_name, const std::vector<Target>& targets,
               model::Severity severity) const {
    const auto any = [&](const std::vector<Target>& list) {
      return std::any_of(list.begin(), list.end(),
                         [&](const Target& target) { return MayReach(target, severity); });
    };
    const Policy* policy = plan_.FindPolicy(policy_name);
    if (policy == nullptr) return any(targets);
    return std::any_of(policy->steps.begin(), policy->steps.end(),
                       [&](const Step& step) { return any(step.targets); });
  }
  bool ReachesAtAll(std::string_view policy, const std::vector<Target>& targets) const {
    return std::any_of(kSeverities.begin(), kSeverities.end(), [&](model::Severity severity) {
      return Reaches(policy, targets, severity);
    });
  }

  bool Reachable(std::string_view user_name, model::Severity severity) const {
    const User* user = plan_.FindUser(user_name);
    return user != nullptr &&
           std::any_of(user->contacts.begin(), user->contacts.end(),
                       [&](const Contact& contact) { return contact.Takes(severity); });
  }

  void Check(const User& user) {
    const std::string subject = "user " + user.name;
    if (user.contacts.empty()) {
      Add("no_contact", subject, "has no contact: nothing can reach this person", user.line);
    } else if (!Reachable(user.name, model::Severity::kCritical)) {
      Add("no_contact", subject, "has no contact for critical pages", user.line);
    }
  }

  void Check(const Policy& policy) {
    Unused("policy", policy.name, policy.line);
    if (!Reaches(policy.name, {}, model::Severity::kCritical)) {
      Add("nobody", "policy " + policy.name, "none of its steps can reach anybody", policy.line);
    }
  }

  // Whoever is on call.
  bool MayReach(const Target& target, model::Severity severity) const {
    const auto reachable = [&](const std::string& user) { return Reachable(user, severity); };
    switch (target.kind) {
      case TargetKind::kReceiver: return true;
      case TargetKind::kUser: return reachable(target.name);
      case TargetKind::kTeam: {
        const Team* team = plan_.FindTeam(target.name);
        if (team == nullptr) return false;
        if (!team->schedule.empty()) {
          return MayReach({TargetKind::kSchedule, team->schedule}, severity);
        }
        return std::any_of(team->members.begin(), team->members.end(), reachable);
      }
      case TargetKind::kSchedule: break;
    }
    const Schedule* schedule = plan_.FindSchedule(target.name);
    return schedule != nullptr &&
           std::any_of(schedule->layers.begin(), schedule->layers.end(), [&](const Layer& layer) {
             return std::any_of(layer.users.begin(), layer.users.end(), reachable);
           });
  }

  void Check(const Schedule& schedule) {
    Unused("schedule", schedule.name, schedule.line);
    std::string shown;
    size_t gaps = 0;
    for (const Duty& duty : Duties(schedule, overrides_, now_, now_ + kAhead)) {
      if (!duty.user.empty()) continue;
      if (++gaps > kGapsShown) continue;
      shown += fmt::format("{}{} to {}", shown.empty() ? "" : ", ", Local(schedule, duty.from),
                           Local(schedule, duty.to));
    }
    if (gaps == 0) return;
    Add("gap", "schedule " + schedule.name,
        fmt::format("nobody is on call in {} {} of the next 30 days: {}{}", gaps,
                    gaps == 1 ? "gap" : "gaps", shown, gaps > kGapsShown ? ", ..." : ""),
        schedule.line);
  }

  static std::string Local(const Schedule& schedule, base::TimePoint time) {
    return FormatLocal(schedule.zone.ToLocal(time));
  }

  const Plan& plan_;
  const std::vector<Override>& overrides_;
  const base::TimePoint now_;
  const Live& live_;
  std::set<std::string> used_;  // "policy payments", as Target::ToString
  std::vector<Finding> findings_;
};

void AddNames(const std::vector<Route>& routes, std::set<std::string>& out) {
  for (const Route& route : routes) {
    for (const model::Matcher& matcher : route.matchers) out.insert(matcher.name());
    AddNames(route.children, out);
  }
}

}  // namespace

std::vector<Finding> Check(const Plan& plan, const std::vector<Override>& overrides,
                           base::TimePoint now, const Live& live) {
  return Checker(plan, overrides, now, live).Run();
}

std::set<std::string> MatchedLabels(const Plan& plan) {
  std::set<std::string> names;
  AddNames(plan.routes, names);
  return names;
}

}  // namespace vedette::notify::routing
