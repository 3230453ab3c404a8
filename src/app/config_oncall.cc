#include "app/config_oncall.h"

#include <charconv>
#include <fmt/core.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"

namespace vedette::app {
namespace {

using notify::routing::Contact;
using notify::routing::Hours;
using notify::routing::Layer;
using notify::routing::Plan;
using notify::routing::PlanProblem;
using notify::routing::Policy;
using notify::routing::Route;
using notify::routing::Schedule;
using notify::routing::Step;
using notify::routing::Target;
using notify::routing::TargetKind;
using notify::routing::Team;
using notify::routing::TimeZone;
using notify::routing::User;
using notify::routing::Window;
using yaml::YamlReader;

constexpr int64_t kRepeatsMax = 100;
constexpr size_t kRouteDepthMax = 8;
const std::vector<std::string> kSeverities = {"info", "warning", "critical"};

// Reads the sections; keeps a reader of each entry, for problems that only the whole shows.
class OnCallReader {
 public:
  explicit OnCallReader(Plan& plan) : plan_(plan) {}

  void Read(YamlReader& notify) {
    notify.ReadList("users", [&](YamlReader& r) { plan_.users.push_back(ReadUser(r)); });
    notify.ReadList("teams", [&](YamlReader& r) { plan_.teams.push_back(ReadTeam(r)); });
    notify.ReadList("schedules",
                    [&](YamlReader& r) { plan_.schedules.push_back(ReadSchedule(r)); });
    notify.ReadList("policies", [&](YamlReader& r) { plan_.policies.push_back(ReadPolicy(r)); });
    notify.ReadList("routes", [&](YamlReader& r) { plan_.routes.push_back(ReadRoute(r, "", 0)); });
    ReadTargets(notify, "catch_all", plan_.catch_all);
    notify.ReadSection("noise_budget", [&](YamlReader& r) {
      r.Read("person_per_week", plan_.noise.person_per_week, 1, 10'000);
      r.Read("rule_per_week", plan_.noise.rule_per_week, 1, 10'000);
    });
    for (const PlanProblem& problem : Validate(plan_)) {
      const auto entry = entries_.find({problem.section, problem.name});
      if (entry != entries_.end()) {
        entry->second.Problem(problem.key, problem.message);
      } else {
        notify.Problem(problem.section, problem.message);
      }
    }
  }

 private:
  // The name of an entry, and its place.
  std::string ReadName(YamlReader& reader, const char* section, const std::string& parent = {}) {
    std::string name;
    if (!reader.Read("name", name)) reader.Problem("", "the name is missing");
    const std::string path = parent.empty() ? name : parent + "/" + name;
    entries_.erase({section, path});
    entries_.emplace(std::pair(section, path), reader);
    return name;
  }

  void ReadZone(YamlReader& reader, TimeZone& out) {
    std::string name;
    if (!reader.Read("time_zone", name)) return;
    const base::Result<TimeZone> zone = TimeZone::Find(name);
    if (zone.ok()) {
      out = *zone;
    } else {
      reader.Problem("time_zone", zone.error().message);
    }
  }

  void ReadSeverity(YamlReader& reader, const char* key, model::Severity& out) {
    size_t severity = 0;
    if (reader.ReadChoice(key, kSeverities, severity)) {
      out = static_cast<model::Severity>(severity);
    }
  }

  void ReadClock(YamlReader& reader, const char* key, base::Duration& out) {
    std::string text;
    if (!reader.Read(key, text)) return;
    const base::Result<base::Duration> clock = notify::routing::ParseClock(text);
    if (clock.ok()) {
      out = *clock;
    } else {
      reader.Problem(key, clock.error().message);
    }
  }

  void ReadHours(YamlReader& reader, const char* key, Hours& out) {
    reader.ReadList(key, [&](YamlReader& r) {
      Window window;
      std::vector<std::string> days;
      if (r.Read("days", days)) {
        window.days = 0;
        for (const std::string& text : days) {
          const base::Result<int64_t> bits = notify::routing::ParseDays(text);
          if (bits.ok()) {
            window.days |= *bits;
          } else {
            r.Problem("days", bits.error().message);
          }
        }
        if (days.empty()) r.Problem("days", "is empty");
      }
      ReadClock(r, "from", window.from);
      ReadClock(r, "to", window.to);
      out.push_back(window);
    });
  }

  // "schedule payments"
  void ReadTargets(YamlReader& reader, const char* key, std::vector<Target>& out) {
    std::vector<std::string> texts;
    if (!reader.Read(key, texts)) return;
    for (const std::string& text : texts) {
      const size_t space = text.find(' ');
      const std::string_view kind = std::string_view(text).substr(0, space);
      bool known = false;
      for (const TargetKind candidate :
           {TargetKind::kUser, TargetKind::kSchedule, TargetKind::kTeam, TargetKind::kReceiver}) {
        if (space == std::string::npos || kind != TargetKindName(candidate)) continue;
        known = true;
        out.push_back({candidate, text.substr(space + 1)});
      }
      if (!known) {
        reader.Problem(key, fmt::format("\"{}\" names nobody", text),
                       "write user ann, schedule payments, team shop or receiver chat");
      }
    }
  }

  User ReadUser(YamlReader& reader) {
    User user;
    user.name = ReadName(reader, "users");
    user.line = reader.line();
    reader.Read("full_name", user.full_name);
    reader.Read("email", user.email);
    ReadZone(reader, user.zone);
    reader.ReadList("contacts", [&](YamlReader& r) { user.contacts.push_back(ReadContact(r)); });
    reader.ReadSection("quiet_hours", [&](YamlReader& r) {
      ReadHours(r, "hours", user.quiet.emplace().hours);
      ReadSeverity(r, "below", user.quiet->below);
      if (user.quiet->hours.empty()) r.Problem("", "hours is missing");
    });
    return user;
  }

  Contact ReadContact(YamlReader& reader) {
    Contact contact;
    if (!reader.Read("receiver", contact.receiver)) reader.Problem("", "receiver is missing");
    reader.Read("to", contact.to);
    reader.Read("after", contact.after);
    std::vector<std::string> severities;
    reader.Read("severities", severities);
    for (const std::string& text : severities) {
      const std::optional<model::Severity> severity = model::ParseSeverity(text);
      if (severity) {
        contact.severities.push_back(*severity);
      } else {
        reader.Problem("severities", fmt::format("\"{}\" is not info, warning or critical", text));
      }
    }
    return contact;
  }

  Team ReadTeam(YamlReader& reader) {
    Team team;
    team.name = ReadName(reader, "teams");
    team.line = reader.line();
    reader.Read("members", team.members);
    reader.Read("schedule", team.schedule);
    return team;
  }

  Schedule ReadSchedule(YamlReader& reader) {
    Schedule schedule;
    schedule.name = ReadName(reader, "schedules");
    schedule.line = reader.line();
    ReadZone(reader, schedule.zone);
    reader.ReadList("layers", [&](YamlReader& r) {
      schedule.layers.push_back(ReadLayer(r));
      Layer& layer = schedule.layers.back();
      if (layer.name.empty()) layer.name = fmt::format("{}", schedule.layers.size());
    });
    return schedule;
  }

  Layer ReadLayer(YamlReader& reader) {
    Layer layer;
    reader.Read("name", layer.name);
    reader.Read("users", layer.users);
    const auto local = [&](const char* key, auto&& use) {
      std::string text;
      if (!reader.Read(key, text)) return false;
      const auto time = notify::routing::ParseLocal(text);
      if (!time.ok()) reader.Problem(key, time.error().message);
      if (time.ok()) use(*time);
      return true;
    };
    if (!local("start", [&](auto time) { layer.start = time; })) {
      reader.Problem("", "start is missing", "when the first turn begins: 2026-11-23 09:00");
    }
    local("end", [&](auto time) { layer.end = time; });
    ReadRotation(reader, layer);
    ReadHours(reader, "hours", layer.hours);
    ReadDaysOfMonth(reader, layer);
    return layer;
  }

  void ReadRotation(YamlReader& reader, Layer& layer) {
    std::string rotation = "weekly";
    reader.Read("rotation", rotation);
    layer.monthly = rotation == "monthly";
    layer.length = std::chrono::days(layer.monthly ? 30 : rotation == "daily" ? 1 : 7);
    if (layer.monthly || rotation == "weekly" || rotation == "daily") return;
    const base::Result<base::Duration> length = base::ParseDuration(rotation);
    if (length.ok()) {
      layer.length = *length;
    } else {
      reader.Problem("rotation", fmt::format("\"{}\" is no length of a turn", rotation),
                     "write daily, weekly, monthly, or a duration such as 12h");
    }
  }

  void ReadDaysOfMonth(YamlReader& reader, Layer& layer) {
    std::vector<std::string> texts;
    reader.Read("days_of_month", texts);
    for (const std::string& text : texts) {
      int64_t day = 0;  // which is none: the check of the plan says so
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), day);
      if (error != std::errc() || end != text.data() + text.size()) day = 0;
      layer.days_of_month.push_back(day);
    }
  }

  Policy ReadPolicy(YamlReader& reader) {
    Policy policy;
    policy.name = ReadName(reader, "policies");
    policy.line = reader.line();
    reader.Read("repeat", policy.repeats, 0, kRepeatsMax);
    reader.ReadList("steps", [&](YamlReader& r) {
      Step& step = policy.steps.emplace_back();
      ReadTargets(r, "notify", step.targets);
      size_t mode = 0;
      if (r.ReadChoice("mode", {"all", "round_robin"}, mode)) step.round_robin = mode == 1;
      r.Read("wait", step.patience);
    });
    return policy;
  }

  Route ReadRoute(YamlReader& reader, const std::string& parent, size_t depth) {
    Route route;
    route.name = ReadName(reader, "routes", parent);
    route.line = reader.line();
    std::vector<std::string> matchers;
    reader.Read("match", matchers);
    for (const std::string& text : matchers) {
      const base::Result<model::Matcher> matcher = model::Matcher::Parse(text);
      if (matcher.ok()) {
        route.matchers.push_back(*matcher);
      } else {
        reader.Problem("match", matcher.error().message);
      }
    }
    reader.Read("policy", route.policy);
    ReadTargets(reader, "notify", route.targets);
    reader.Read("nobody", route.nobody);
    reader.Read("continue", route.go_on);
    ReadHours(reader, "hours", route.hours);
    ReadZone(reader, route.zone);
    size_t below = 0;
    if (reader.ReadChoice("defer_below", {"info", "warning", "critical", "all"}, below)) {
      route.defer_all = below == 3;
      if (below < 3) route.defer_below = static_cast<model::Severity>(below);
    }
    if (depth + 1 < kRouteDepthMax) {
      const std::string path = parent.empty() ? route.name : parent + "/" + route.name;
      reader.ReadList("routes", [&](YamlReader& r) {
        route.children.push_back(ReadRoute(r, path, depth + 1));
      });
    }
    return route;
  }

  Plan& plan_;
  std::map<std::pair<std::string, std::string>, YamlReader> entries_;
};

}  // namespace

void ReadOnCall(YamlReader& notify, const std::vector<notify::delivery::Receiver>& receivers,
                Plan& out) {
  out = Plan();
  for (const notify::delivery::Receiver& receiver : receivers) {
    out.receivers.push_back({receiver.name, receiver.kind, receiver.follows});
  }
  OnCallReader(out).Read(notify);
}

}  // namespace vedette::app
