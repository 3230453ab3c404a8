#include "importer/alertmanager.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "importer/alertmanager_receivers.h"
#include "importer/alertmanager_times.h"
#include "model/matcher.h"
#include "yaml/reader.h"

namespace vedette::importer {
namespace {

using yaml::YamlReader;

constexpr size_t kDepthMax = 8;  // of Vedette's routes

// A window of each of some days of the week.
struct Window {
  std::vector<size_t> days;  // 0 Sunday
  size_t from = 0;           // minutes of the day
  size_t to = AmWeek::kDayMinutes;
  std::string zone = "UTC";
};

struct Interval {
  std::vector<Window> windows;
  bool whole = true;  // all of it could be read
};

struct AmRoute {
  int line = 0;
  std::string receiver;
  std::vector<std::string> matchers;
  bool readable = true;  // all of its matchers
  bool go_on = false;
  bool timed = false;  // it or one above it tells within hours only
  std::vector<std::string> group_by;
  std::string waits[3];  // group_wait, group_interval, repeat_interval
  std::vector<std::string> mute;
  std::vector<std::string> active;
  std::vector<AmRoute> children;
};

constexpr const char* kWaits[] = {"group_wait", "group_interval", "repeat_interval"};

class Importer {
 public:
  base::Result<Imported> Run(std::string_view text);

 private:
  void ReadGlobal(YamlReader& reader);
  bool Matchers(YamlReader& reader, const char* pairs, const char* expressions, const char* texts,
                std::vector<std::string>& out);
  AmRoute ReadRoute(YamlReader& reader, size_t depth);
  void ReadInterval(YamlReader& reader);
  void WriteRoutes(const std::vector<AmRoute>& routes, const AmRoute& parent,
                   const std::string& prefix);
  void WriteGrouping(const AmRoute& root);
  void CollectGroupings(const AmRoute& route, const AmRoute& parent, const std::string& name);
  void WriteGroupings();
  void WriteRoute(const AmRoute& route, const AmRoute& parent, const std::string& name);
  template <typename Put>
  bool Fill(const std::vector<std::string>& names, std::optional<std::string>& zone,
            const Put& put) const;
  bool WriteTimes(const AmRoute& route, bool inherits, const std::string& name);
  std::vector<std::string> Targets(const std::string& receiver) const;
  bool Silent(const std::string& receiver) const;
  void WriteInhibition(YamlReader& reader);
  static std::string Nested(std::string_view key, const YamlWriter& list);
  std::string Config();

  AmGlobal global_;
  std::string resolve_timeout_;
  // Alertmanager's -> Vedette's; without those whose integrations Vedette does not have.
  std::map<std::string, std::vector<std::string>> receivers_;
  std::map<std::string, Interval> intervals_;
  AmRoute root_;
  std::vector<std::pair<std::string, AmRoute>> groupings_;  // a route below comes before its parent
  YamlWriter receivers_out_;
  YamlWriter out_;
  YamlWriter inhibition_out_;
  Report report_;
};

void Importer::ReadGlobal(YamlReader& reader) {
  reader.Read("smtp_smarthost", global_.smtp_smarthost);
  reader.Read("smtp_from", global_.smtp_from);
  reader.Read("smtp_auth_username", global_.smtp_user);
  reader.Read("smtp_auth_password", global_.smtp_password);
  reader.Read("smtp_auth_password_file", global_.smtp_password_file);
  reader.Read("smtp_require_tls", global_.smtp_require_tls);
  reader.Read("slack_api_url", global_.slack_url);
  reader.Read("slack_api_url_file", global_.slack_url_file);
  reader.Read("pagerduty_url", global_.pagerduty_url);
  reader.Read("opsgenie_api_key", global_.opsgenie_key);
  reader.Read("opsgenie_api_key_file", global_.opsgenie_key_file);
  reader.Read("opsgenie_api_url", global_.opsgenie_url);
  if (reader.Read("resolve_timeout", resolve_timeout_)) {
    report_.Carried(reader.line(), "resolve_timeout", "incidents.resolve_timeout");
  }
}

// False when there is one that cannot be read: what it was to narrow down must not take more.
bool Importer::Matchers(YamlReader& reader, const char* pairs, const char* expressions,
                        const char* texts, std::vector<std::string>& out) {
  bool readable = true;
  const auto add = [&](const base::Result<model::Matcher>& matcher, const std::string& text) {
    if (matcher.ok()) {
      out.push_back(matcher->ToString());
    } else {
      readable = false;
      report_.Left(reader.line(), "the matcher " + text, matcher.error().message);
    }
  };
  reader.ReadTexts(pairs, [&](const std::string& name, const std::string& value) {
    add(model::Matcher::Create(name, model::MatchOp::kEqual, value), name);
  });
  reader.ReadTexts(expressions, [&](const std::string& name, const std::string& value) {
    add(model::Matcher::Create(name, model::MatchOp::kRegex, value), name);
  });
  std::vector<std::string> list;
  reader.Read(texts, list);
  for (const std::string& text : list) {
    const base::Result<std::vector<model::Matcher>> matchers = model::Matcher::ParseList(text);
    if (!matchers.ok()) {
      add(matchers.error(), text);
    } else {
      for (const model::Matcher& matcher : *matchers) add(matcher, text);
    }
  }
  return readable;
}

AmRoute Importer::ReadRoute(YamlReader& reader, size_t depth) {
  AmRoute route;
  route.line = reader.line();
  reader.Read("receiver", route.receiver);
  route.readable = Matchers(reader, "match", "match_re", "matchers", route.matchers);
  reader.Read("continue", route.go_on);
  reader.Read("group_by", route.group_by);
  for (size_t i = 0; i < 3; ++i) reader.Read(kWaits[i], route.waits[i]);
  reader.Read("mute_time_intervals", route.mute);
  reader.Read("active_time_intervals", route.active);
  if (depth > kDepthMax) {
    report_.Left(route.line, "the routes below this one", "routes are at most 8 levels deep");
    return route;
  }
  reader.ReadList("routes", [&](YamlReader& r) {
    AmRoute child = ReadRoute(r, depth + 1);
    if (child.readable) {
      route.children.push_back(std::move(child));
    } else {
      report_.Left(child.line, fmt::format("the route to {}", child.receiver),
                   "one of its matchers cannot be read");
    }
  });
  return route;
}

// --- time intervals

std::optional<int> Minutes(const std::string& text) {
  const base::Result<base::Duration> parts =
      text.size() == 5 && text[2] == ':'
          ? base::ParseDuration(text.substr(0, 2) + "h" + text.substr(3) + "m")
          : base::Result<base::Duration>(base::InvalidArgument("no time of day"));
  if (!parts.ok()) return std::nullopt;
  return static_cast<int>(parts->count() / 60'000);
}

// "monday:friday" or "saturday".
bool AddDays(const std::string& text, std::vector<size_t>& out) {
  const size_t colon = text.find(':');
  const auto index = [](const std::string& day) -> size_t {
    return static_cast<size_t>(std::ranges::find(AmWeek::kDays, day) - std::begin(AmWeek::kDays));
  };
  const size_t first = index(text.substr(0, colon));
  const size_t last = colon == std::string::npos ? first : index(text.substr(colon + 1));
  if (first >= 7 || last >= 7 || last < first) return false;
  for (size_t i = first; i <= last; ++i) out.push_back(i);
  return true;
}

void Importer::ReadInterval(YamlReader& reader) {
  std::string name;
  reader.Read("name", name);
  Interval& interval = intervals_[name];
  reader.ReadList("time_intervals", [&](YamlReader& r) {
    Window window;
    std::vector<std::string> days;
    std::vector<std::string> ignored;
    bool fits = true;
    for (const char* key : {"days_of_month", "months", "years"}) {
      if (r.Read(key, ignored)) fits = false;
    }
    r.Read("weekdays", days);
    for (const std::string& day : days) fits = AddDays(day, window.days) && fits;
    if (days.empty()) window.days = {0, 1, 2, 3, 4, 5, 6};
    r.Read("location", window.zone);
    std::vector<Window> made;
    r.ReadList("times", [&](YamlReader& times) {
      std::string start;
      std::string end;
      times.Read("start_time", start);
      times.Read("end_time", end);
      const std::optional<int> from = Minutes(start);
      const std::optional<int> to = Minutes(end);
      fits = fits && from && to && *from < *to;
      if (!from || !to) return;
      made.push_back(window);
      made.back().from = static_cast<size_t>(*from);
      made.back().to = static_cast<size_t>(*to);
    });
    if (made.empty()) made.push_back(window);
    if (!fits) {
      report_.Left(r.line(), fmt::format("a part of the time interval {}", name),
                   "only days of the week and times of the day are");
      interval.whole = false;
      return;
    }
    std::move(made.begin(), made.end(), std::back_inserter(interval.windows));
  });
}

// --- routes

bool Importer::Silent(const std::string& receiver) const {
  const auto known = receivers_.find(receiver);
  return known != receivers_.end() && known->second.empty();
}

std::vector<std::string> Importer::Targets(const std::string& receiver) const {
  std::vector<std::string> targets;
  const auto known = receivers_.find(receiver);
  if (known == receivers_.end()) return targets;
  for (const std::string& name : known->second) targets.push_back("receiver " + name);
  return targets;
}

// What the intervals of these names say, put into the week by `put`; false when one of them is not
// there, or they are by the clocks of several zones.
template <typename Put>
bool Importer::Fill(const std::vector<std::string>& names, std::optional<std::string>& zone,
                    const Put& put) const {
  for (const std::string& name : names) {
    const auto known = intervals_.find(name);
    if (known == intervals_.end()) return false;
    for (const Window& window : known->second.windows) {
      if (zone.value_or(window.zone) != window.zone) return false;
      zone = window.zone;
      for (const size_t day : window.days) put(day, window.from, window.to);
    }
  }
  return true;
}

// When the route may tell. An always open week is written where it would inherit another. True when
// some hours are left out.
bool Importer::WriteTimes(const AmRoute& route, bool inherits, const std::string& name) {
  AmWeek week;
  std::optional<std::string> zone;
  for (size_t day = 0; day < 7 && route.active.empty(); ++day) {
    week.Open(day, 0, AmWeek::kDayMinutes);
  }
  // Without a part of the times in which it is active it would tell too little.
  const bool whole = std::ranges::all_of(route.active, [&](const std::string& interval) {
    const auto known = intervals_.find(interval);
    return known != intervals_.end() && known->second.whole;
  });
  const bool fits = whole &&
                    Fill(route.active, zone, [&](auto... window) { week.Open(window...); }) &&
                    Fill(route.mute, zone, [&](auto... window) { week.Close(window...); });
  if (!fits) {
    report_.Left(
        route.line, fmt::format("time intervals of route {}", name),
        "only days of the week and times of the day, of one zone, are; it tells at any time");
    week = {};
    for (size_t day = 0; day < 7; ++day) week.Open(day, 0, AmWeek::kDayMinutes);
  }
  const bool timed = fits && !(route.mute.empty() && route.active.empty());
  if (!timed && !inherits) return false;
  week.Write(out_);
  out_.Text("time_zone", zone.value_or("UTC")).Plain("defer_below", "all");
  if (timed) {
    report_.Changed(route.line, fmt::format("time intervals of route {}", name),
                    "hours: what still fires when they begin is told then");
  }
  return timed;
}

void Importer::WriteRoute(const AmRoute& route, const AmRoute& parent, const std::string& name) {
  const std::string& receiver = route.receiver.empty() ? parent.receiver : route.receiver;
  out_.Item().Text("name", name).Texts("match", route.matchers);
  std::vector<std::string> targets = Targets(receiver);
  if (Silent(receiver)) {
    out_.Plain("nobody", "true");
  } else if (targets.empty()) {
    report_.Changed(route.line, fmt::format("route {}", name),
                    "what only it takes, and none of its own routes, goes to the catch-all");
    targets = Targets(root_.receiver);
  }
  if (!targets.empty()) out_.Texts("notify", targets);
  if (route.go_on) out_.Plain("continue", "true");
  AmRoute inherited = route;
  inherited.timed = WriteTimes(route, parent.timed, name) || parent.timed;
  report_.Carried(route.line, fmt::format("route to {}", receiver), fmt::format("route {}", name));
  inherited.receiver = receiver;
  inherited.children.clear();
  if (!route.children.empty()) {
    out_.Open("routes");
    WriteRoutes(route.children, inherited, name + "-");
    out_.Close();
  }
  out_.Close();
}

void Importer::WriteRoutes(const std::vector<AmRoute>& routes, const AmRoute& parent,
                           const std::string& prefix) {
  for (size_t i = 0; i < routes.size(); ++i) {
    WriteRoute(routes[i], parent, fmt::format("{}{}", prefix, i + 1));
  }
}

void Importer::WriteGrouping(const AmRoute& root) {
  constexpr const char* kDefaults[] = {"30s", "5m", "4h"};
  out_.Texts("group_by", root.group_by);
  for (size_t i = 0; i < 3; ++i) {
    out_.Plain(kWaits[i], root.waits[i].empty() ? kDefaults[i] : root.waits[i]);
  }
  report_.Carried(root.line, "grouping of the root route", "notify.group_by and its times");
  if (root.group_by.empty()) {
    report_.Changed(root.line, "no group_by", "one group of all alerts, as in Alertmanager");
  }
}

// What the route says of groups, with what it inherits, for the alerts that it is the one to take:
// those of its matchers and of all above it that no route before or below it has taken.
void Importer::CollectGroupings(const AmRoute& route, const AmRoute& parent,
                                const std::string& name) {
  AmRoute whole = route;
  whole.children.clear();
  whole.matchers.insert(whole.matchers.begin(), parent.matchers.begin(), parent.matchers.end());
  if (whole.group_by.empty()) whole.group_by = parent.group_by;
  for (size_t i = 0; i < 3; ++i) {
    if (whole.waits[i].empty()) whole.waits[i] = parent.waits[i];
  }
  for (size_t i = 0; i < route.children.size(); ++i) {
    CollectGroupings(route.children[i], whole, fmt::format("{}-{}", name, i + 1));
  }
  groupings_.emplace_back(name, std::move(whole));
}

void Importer::WriteGroupings() {
  for (size_t i = 0; i < root_.children.size(); ++i) {
    CollectGroupings(root_.children[i], root_, fmt::format("route-{}", i + 1));
  }
  const auto is_general = [&](const AmRoute& route) {
    return route.group_by == root_.group_by && std::ranges::equal(route.waits, root_.waits);
  };
  // Nothing gets past one without matchers.
  const auto last = std::ranges::find_if(
      groupings_, [](const auto& each) { return each.second.matchers.empty(); });
  while (last != groupings_.end() && last + 1 != groupings_.end()) {
    const auto& [name, route] = groupings_.back();
    if (!is_general(route)) {
      report_.Left(route.line, fmt::format("grouping of route {}", name),
                   fmt::format("route {} takes every alert before it", last->first));
    }
    groupings_.pop_back();
  }
  // One that is as the rest only keeps what it takes from those behind it.
  while (!groupings_.empty() && is_general(groupings_.back().second)) groupings_.pop_back();
  if (groupings_.empty()) return;
  out_.Open("grouping");
  for (const auto& [name, route] : groupings_) {
    out_.Item().Text("name", name).Texts("match", route.matchers);
    out_.Texts("group_by", route.group_by);
    for (size_t i = 0; i < 3; ++i) {
      if (!route.waits[i].empty()) out_.Plain(kWaits[i], route.waits[i]);
    }
    out_.Close();
    if (is_general(route)) continue;
    report_.Carried(route.line, fmt::format("grouping of route {}", name), "notify.grouping");
    if (!route.go_on) continue;
    report_.Changed(route.line, fmt::format("grouping of route {}", name),
                    "an alert is in one group, that of the first route that takes it, also for the "
                    "routes after it");
  }
  out_.Close();
}

void Importer::WriteInhibition(YamlReader& reader) {
  std::vector<std::string> source;
  std::vector<std::string> target;
  std::vector<std::string> equal;
  bool readable = Matchers(reader, "source_match", "source_match_re", "source_matchers", source);
  readable =
      Matchers(reader, "target_match", "target_match_re", "target_matchers", target) && readable;
  reader.Read("equal", equal);
  if (!readable || source.empty() || target.empty()) {
    report_.Left(reader.line(), "an inhibition rule", "it needs a source and a target");
    return;
  }
  inhibition_out_.Item()
      .Texts("source_matchers", source)
      .Texts("target_matchers", target)
      .Texts("equal", equal)
      .Close();
  report_.Carried(reader.line(), "inhibition rule");
}

base::Result<Imported> Importer::Run(std::string_view text) {
  std::vector<yaml::Diagnostic> problems;
  // Global first: receivers inherit from it; receivers and intervals before the routes.
  yaml::ReadYaml(text, {}, problems, [&](YamlReader& root) {
    root.ReadSection("global", [&](YamlReader& r) { ReadGlobal(r); });
    root.ReadList("receivers", [&](YamlReader& r) {
      std::string name;
      auto made = ImportReceiver(r, global_, receivers_out_, report_, name);
      if (made) receivers_[name] = *std::move(made);
    });
    for (const char* key : {"time_intervals", "mute_time_intervals"}) {
      root.ReadList(key, [&](YamlReader& r) { ReadInterval(r); });
    }
    root.ReadSection("route", [&](YamlReader& r) { root_ = ReadRoute(r, 0); });
    root.ReadList("inhibit_rules", [&](YamlReader& r) { WriteInhibition(r); });
    std::vector<std::string> templates;
    if (root.Read("templates", templates) && !templates.empty()) {
      report_.Left(root.line(), "templates", "`template` of a receiver takes Go templates");
    }
  });
  for (const yaml::Diagnostic& problem : problems) {
    if (problem.line == 0) return base::InvalidArgument(problem.message);
    report_.Left(problem.line, problem.message, "Vedette has nothing like it");
  }
  if (receivers_.empty() && root_.receiver.empty()) {
    return base::InvalidArgument("it has neither a route nor receivers; is it of Alertmanager?");
  }
  Imported imported;
  imported.config = Config();
  imported.report = report_.Take();
  imported.receivers = receivers_;
  return imported;
}

// A list that was written for itself, under `key` of notify.
std::string Importer::Nested(std::string_view key, const YamlWriter& list) {
  if (list.text().empty()) return {};
  std::string out = fmt::format("  {}:\n", key);
  std::string_view rest = list.text();
  while (!rest.empty()) {
    const size_t end = rest.find('\n') + 1;
    out.append("    ").append(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return out;
}

std::string Importer::Config() {
  YamlWriter head;
  head.Comment("Made by `vedette import alertmanager`; its report says what differs.");
  if (!resolve_timeout_.empty()) {
    head.Open("incidents").Plain("resolve_timeout", resolve_timeout_).Close();
  }
  out_.Open("notify");
  WriteGrouping(root_);
  WriteGroupings();
  const std::vector<std::string> all = Targets(root_.receiver);
  if (!all.empty()) out_.Texts("catch_all", all);
  const bool silent = Silent(root_.receiver);
  if (silent || !root_.children.empty()) {
    out_.Open("routes");
    WriteRoutes(root_.children, root_, "route-");
    if (silent) out_.Item().Text("name", "rest").Plain("nobody", "true").Close();
    out_.Close();
  }
  return head.text() + out_.text() + Nested("receivers", receivers_out_) +
         Nested("inhibit_rules", inhibition_out_);
}

}  // namespace

base::Result<Imported> ImportAlertmanager(std::string_view text) { return Importer().Run(text); }

}  // namespace vedette::importer
