#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "notify/routing/plan.h"

namespace vedette::notify::routing {
namespace {

constexpr size_t kEntriesMax = 1000;  // of users, teams, schedules, policies, and routes in all
constexpr size_t kListMax = 100;      // of anything within an entry
constexpr size_t kDepthMax = 8;       // of routes
constexpr size_t kNameBytesMax = 64;

bool IsPlain(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.' || c == '@';
         });
}

class Validator {
 public:
  explicit Validator(const Plan& plan) : plan_(plan) {}

  std::vector<PlanProblem> Run() {
    Names("users", plan_.users);
    Names("teams", plan_.teams);
    Names("schedules", plan_.schedules);
    Names("policies", plan_.policies);
    for (const User& user : plan_.users) Check(user);
    for (const Team& team : plan_.teams) Check(team);
    for (const Schedule& schedule : plan_.schedules) Check(schedule);
    for (const Policy& policy : plan_.policies) Check(policy);
    Check(plan_.routes, "", false, 0);
    section_ = "catch_all";
    name_.clear();
    CheckTargets("catch_all", plan_.catch_all);
    return std::move(problems_);
  }

 private:
  void Add(std::string key, std::string message) {
    problems_.push_back({section_, name_, std::move(key), std::move(message)});
  }

  template <typename T>
  void Names(std::string section, const std::vector<T>& list) {
    section_ = std::move(section);
    name_.clear();
    if (list.size() > kEntriesMax) Add("", fmt::format("at most {} of them", kEntriesMax));
    std::set<std::string_view> seen;
    for (const T& entry : list) {
      name_ = entry.name;
      CheckName(entry.name);
      if (!seen.insert(entry.name).second) Add("name", fmt::format("there are two '{}'", name_));
    }
  }

  void CheckName(const std::string& name) {
    if (!IsPlain(name)) Add("name", "a name has 1 to 64 characters of [A-Za-z0-9._@-]");
  }

  void CheckUser(const std::string& key, const std::string& user) {
    if (plan_.FindUser(user) == nullptr) Add(key, fmt::format("there is no user '{}'", user));
  }

  void Check(const User& user) {
    section_ = "users";
    name_ = user.name;
    if (user.name == kNobody) Add("name", "stands for nobody in the layers of a schedule");
    if (user.contacts.size() > kListMax) Add("contacts", fmt::format("at most {}", kListMax));
    for (const Contact& contact : user.contacts) {
      if (plan_.FindReceiver(contact.receiver) == nullptr) {
        Add("contacts", fmt::format("there is no receiver '{}'", contact.receiver));
      }
    }
    if (user.quiet && !NextOutside(user.quiet->hours, user.zone, base::TimePoint())) {
      Add("quiet_hours", "never end");
    }
  }

  void Check(const Team& team) {
    section_ = "teams";
    name_ = team.name;
    if (team.members.empty()) Add("members", "a team needs somebody");
    for (const std::string& member : team.members) CheckUser("members", member);
    if (!team.schedule.empty() && plan_.FindSchedule(team.schedule) == nullptr) {
      Add("schedule", fmt::format("there is no schedule '{}'", team.schedule));
    }
  }

  void Check(const Schedule& schedule) {
    section_ = "schedules";
    name_ = schedule.name;
    if (schedule.layers.empty()) Add("layers", "a schedule needs at least one layer");
    if (schedule.layers.size() > kListMax) Add("layers", fmt::format("at most {}", kListMax));
    for (const Layer& layer : schedule.layers) Check(layer);
  }

  void Check(const Layer& layer) {
    const auto is_nobody = [](const std::string& user) { return user == kNobody; };
    if (std::ranges::all_of(layer.users, is_nobody)) {
      Add("layers", layer.users.empty() ? "nobody takes turns: users is empty"
                                        : "nobody takes turns: users has only \"-\"");
    }
    if (layer.users.size() > kListMax) Add("layers", fmt::format("at most {} users", kListMax));
    for (const std::string& user : layer.users) {
      if (!is_nobody(user)) CheckUser("layers", user);
    }
    if (layer.length < std::chrono::hours(1) || layer.length > std::chrono::days(366)) {
      Add("layers", "a turn takes between 1h and 366d");
    }
    if (layer.end && *layer.end <= layer.start) Add("layers", "ends before it starts");
    if (layer.days_of_month.size() > kListMax) {
      Add("layers", fmt::format("at most {} days of the month", kListMax));
    }
    for (const int64_t day : layer.days_of_month) {
      if (day != 0 && day >= -31 && day <= 31) continue;
      Add("layers", fmt::format("{} is no day of the month: 1 to 31, or -1 for the last", day));
    }
  }

  void Check(const Policy& policy) {
    section_ = "policies";
    name_ = policy.name;
    if (policy.steps.empty()) Add("steps", "a policy needs at least one step");
    if (policy.steps.size() > kListMax) Add("steps", fmt::format("at most {}", kListMax));
    for (const Step& step : policy.steps) {
      if (step.targets.empty()) Add("steps", "a step needs somebody to tell");
      CheckTargets("steps", step.targets);
      if (step.patience < std::chrono::seconds(1)) Add("steps", "patience is at least 1s");
    }
  }

  void CheckTargets(const std::string& key, const std::vector<Target>& targets) {
    if (targets.size() > kListMax) Add(key, fmt::format("at most {}", kListMax));
    for (const Target& target : targets) {
      const bool known =
          (target.kind == TargetKind::kUser && plan_.FindUser(target.name)) ||
          (target.kind == TargetKind::kTeam && plan_.FindTeam(target.name)) ||
          (target.kind == TargetKind::kSchedule && plan_.FindSchedule(target.name)) ||
          (target.kind == TargetKind::kReceiver && plan_.FindReceiver(target.name));
      if (!known) Add(key, fmt::format("there is no {}", target.ToString()));
    }
  }

  void Check(const std::vector<Route>& routes, const std::string& parent, bool told, size_t depth) {
    section_ = "routes";
    name_ = parent;
    if (depth >= kDepthMax) return Add("routes", fmt::format("at most {} levels", kDepthMax));
    routes_ += routes.size();
    if (routes_ > kEntriesMax) return Add("", fmt::format("at most {} of them", kEntriesMax));
    std::set<std::string_view> seen;
    for (const Route& route : routes) {
      section_ = "routes";
      name_ = parent.empty() ? route.name : fmt::format("{}/{}", parent, route.name);
      CheckName(route.name);
      if (!seen.insert(route.name).second || route.name == kCatchAll) {
        Add("name", fmt::format("there is another route '{}'", route.name));
      }
      if (!route.policy.empty() && plan_.FindPolicy(route.policy) == nullptr) {
        Add("policy", fmt::format("there is no policy '{}'", route.policy));
      }
      if (!route.policy.empty() && !route.targets.empty()) {
        Add("notify", "cannot stand beside policy");
      }
      CheckTargets("notify", route.targets);
      const bool own = !route.policy.empty() || !route.targets.empty();
      if (route.nobody && own) Add("nobody", "stands for policy and notify, not beside them");
      const bool here = told || own || route.nobody;
      if (!here && route.children.empty()) {
        Add("", "a route to nobody: it needs policy or notify");
      } else if (!here && CanFallThrough(route)) {
        Add("", "needs policy or notify for what its own routes do not match");
      }
      const std::string path = name_;
      Check(route.children, path, here, depth + 1);
    }
  }

  // Whether something that the route matches may match none of its children.
  static bool CanFallThrough(const Route& route) {
    return std::none_of(route.children.begin(), route.children.end(),
                        [](const Route& child) { return child.matchers.empty(); });
  }

  const Plan& plan_;
  std::string section_;
  std::string name_;
  size_t routes_ = 0;
  std::vector<PlanProblem> problems_;
};

}  // namespace

std::vector<PlanProblem> Validate(const Plan& plan) { return Validator(plan).Run(); }

}  // namespace vedette::notify::routing
