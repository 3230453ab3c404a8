#include "notify/routing/check.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "base/duration.h"
#include "notify/routing/schedule.h"

namespace vedette::notify::routing {
namespace {

using model::MatchOp;

constexpr std::chrono::days kAhead{30};
constexpr size_t kGapsShown = 3;

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

class Checker {
 public:
  Checker(const Plan& plan, const std::vector<Override>& overrides, base::TimePoint now)
      : plan_(plan), overrides_(overrides), now_(now) {}

  std::vector<Finding> Run() {
    if (plan_.receivers.empty()) {
      Add("nobody", "notify", "no receiver is configured: nobody is told of anything", 0);
    }
    Routes(plan_.routes, "", {});
    Use(plan_.CatchAll());
    for (const Team& team : plan_.teams) {
      if (used_.contains("team " + team.name) && !team.schedule.empty()) {
        used_.insert("schedule " + team.schedule);
      }
    }
    for (const User& user : plan_.users) Check(user);
    for (const Policy& policy : plan_.policies) Check(policy);
    for (const Schedule& schedule : plan_.schedules) Check(schedule);
    return std::move(findings_);
  }

 private:
  void Add(std::string kind, std::string subject, std::string message, int line) {
    findings_.push_back({std::move(kind), std::move(subject), std::move(message), line});
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
      Routes(route.children, path, all);
    }
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
    const bool anybody = std::any_of(policy.steps.begin(), policy.steps.end(), [&](const Step& s) {
      return std::any_of(s.targets.begin(), s.targets.end(),
                         [&](const Target& target) { return MayReach(target); });
    });
    if (!anybody) {
      Add("nobody", "policy " + policy.name, "none of its steps can reach anybody", policy.line);
    }
  }

  bool MayReach(const Target& target) const {
    constexpr model::Severity kWorst = model::Severity::kCritical;
    const auto reachable = [&](const std::string& user) { return Reachable(user, kWorst); };
    if (target.kind == TargetKind::kReceiver) return true;
    if (target.kind == TargetKind::kUser) return reachable(target.name);
    if (const Team* team = plan_.FindTeam(target.name); target.kind == TargetKind::kTeam && team) {
      return std::any_of(team->members.begin(), team->members.end(), reachable);
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
  std::set<std::string> used_;  // "policy payments", as Target::ToString
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> Check(const Plan& plan, const std::vector<Override>& overrides,
                           base::TimePoint now) {
  return Checker(plan, overrides, now).Run();
}

}  // namespace vedette::notify::routing
