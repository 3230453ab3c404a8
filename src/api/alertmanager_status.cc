#include "api/alertmanager_status.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::EngineOptions;
using notify::routing::Plan;
using notify::routing::Target;
using Names = std::vector<std::string>;
using PlanRoute = notify::routing::Route;

constexpr std::string_view kNone = "none";  // of what nobody is told; a receiver must have a name

// JSON's strings are YAML's too.
std::string Quoted(std::string_view text) {
  std::string quoted;
  JsonWriter(quoted).Value(text);
  return quoted;
}

// What Alertmanager's matchers take without quotes.
bool IsPlainName(std::string_view name) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(), plain);
}

bool CanSpell(const PlanRoute& route) {
  return std::all_of(route.matchers.begin(), route.matchers.end(),
                     [](const auto& matcher) { return IsPlainName(matcher.name()); });
}

// Alertmanager refuses intervals of nothing.
std::string Span(base::Duration duration) {
  return base::FormatDuration(std::max<base::Duration>(duration, std::chrono::milliseconds(1)));
}

class Writer {
 public:
  Writer(const Plan& plan, const EngineOptions& options)
      : options_(options), people_(plan), catch_all_(ReceiversOf({}, plan.CatchAll())) {
    people_.routes.clear();
    if (catch_all_.empty()) catch_all_.emplace_back(kNone);
  }

  std::string Write(const Plan& plan) {
    out_ = fmt::format("route:\n  receiver: {}\n", Quoted(catch_all_.front()));
    // Without groups every incident is told at once; the nearest thing is a group for each service.
    const bool grouped = options_.alert_grouping.has_value();
    Times(options_.alert_grouping.value_or(
              incident::AlertGrouping{.group_by = {"service"},
                                      .group_wait = base::Duration(0),
                                      .repeat_interval = options_.repeat_interval}),
          "  ", grouped);
    none_used_ = catch_all_.front() == kNone;
    Below(plan.routes, catch_all_, 1);
    out_ += "receivers:\n";
    for (const auto& receiver : plan.receivers) {
      out_ += fmt::format("- name: {}\n", Quoted(receiver.name));
    }
    if (none_used_ && plan.FindReceiver(kNone) == nullptr) {
      out_ += fmt::format("- name: {}\n", kNone);
    }
    return std::move(out_);
  }

 private:
  // By which receivers somebody may hear of what goes there.
  Names ReceiversOf(const std::string& policy, const std::vector<Target>& targets) {
    people_.routes.assign(1, PlanRoute{.name = "probe",
                                       .matchers = {},
                                       .policy = policy,
                                       .targets = targets,
                                       .hours = {},
                                       .zone = {},
                                       .children = {}});
    return notify::routing::ReceiversOf(people_, model::LabelsView());
  }

  void Times(const incident::AlertGrouping& grouping, std::string_view indent, bool grouped) {
    std::string by;
    for (const std::string& name : grouping.group_by) by += (by.empty() ? "" : ", ") + Quoted(name);
    out_ += fmt::format("{0}group_by: [{1}]\n{0}group_wait: {2}\n", indent, by,
                        base::FormatDuration(grouping.group_wait));
    if (grouped)
      out_ += fmt::format("{}group_interval: {}\n", indent, Span(grouping.group_interval));
    if (grouping.repeat_interval.count() > 0) {
      out_ += fmt::format("{}repeat_interval: {}\n", indent, Span(grouping.repeat_interval));
    }
  }

  // The routes below one that leads to `receivers`; behind them, for what none of them takes, its
  // own receivers if it has several.
  void Below(const std::vector<PlanRoute>& routes, const Names& receivers, size_t depth) {
    const bool any_goes_on =
        std::any_of(routes.begin(), routes.end(), [](const PlanRoute& r) { return r.go_on; });
    const bool others = receivers.size() > 1 && !any_goes_on;
    if (routes.empty() && !others) return;
    const std::string indent(2 * depth, ' ');
    out_ += indent + "routes:\n";
    size_t written = 0;
    for (const PlanRoute& route : routes) {
      if (CanSpell(route)) {
        One(route, receivers, depth);
        ++written;
      } else {
        out_ += fmt::format("{}# {} is left out: a label's name needs quotes\n", indent,
                            Quoted(route.name));
      }
    }
    for (size_t i = 0; others && i < receivers.size(); ++i, ++written) {
      Head({}, receivers[i], {}, i + 1 < receivers.size(), depth);
    }
    if (written == 0) out_ += indent + "  []\n";
  }

  void One(const PlanRoute& route, const Names& parents, size_t depth) {
    Names receivers = parents;
    if (route.nobody) {
      receivers = {std::string(kNone)};
    } else if (!route.policy.empty() || !route.targets.empty()) {
      receivers = ReceiversOf(route.policy, route.targets);
      if (receivers.empty()) receivers = catch_all_;
    }
    if (!route.children.empty()) {
      Head(route.name, receivers.front(), route.matchers, route.go_on, depth);
      Below(route.children, receivers, depth + 1);
      return;
    }
    for (size_t i = 0; i < receivers.size(); ++i) {
      Head(route.name, receivers[i], route.matchers, i + 1 < receivers.size() || route.go_on,
           depth);
    }
  }

  // A grouping rule that has the name of a route was made for it (importer/alertmanager.cc).
  void Head(std::string_view name, std::string_view receiver,
            const std::vector<model::Matcher>& matchers, bool go_on, size_t depth) {
    const std::string indent(2 * depth, ' ');
    none_used_ = none_used_ || receiver == kNone;
    out_ += fmt::format("{}- receiver: {}\n", indent, Quoted(receiver));
    if (!matchers.empty()) out_ += indent + "  matchers:\n";
    for (const model::Matcher& matcher : matchers) {
      out_ += fmt::format("{}  - {}\n", indent, Quoted(matcher.ToString()));
    }
    if (go_on) out_ += indent + "  continue: true\n";
    for (const incident::GroupingRule& rule : options_.grouping_rules) {
      if (rule.name == name) Times(rule.grouping, indent + "  ", true);
    }
  }

  const EngineOptions& options_;
  Plan people_;  // without its routes
  Names catch_all_;
  bool none_used_ = false;
  std::string out_;
};

}  // namespace

std::string AlertmanagerConfig(const Plan& plan, const EngineOptions& options) {
  return Writer(plan, options).Write(plan);
}

net::Response AlertmanagerStatus(std::string_view config, std::string_view version,
                                 base::TimePoint started_at) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("cluster").BeginObject();
  json.Field("name", "vedette").Key("peers").BeginArray().EndArray().Field("status", "disabled");
  json.EndObject().Key("config").BeginObject().Field("original", config).EndObject();
  json.Field("uptime", started_at).Key("versionInfo").BeginObject();
  json.Field("branch", "")
      .Field("buildDate", "")
      .Field("buildUser", "")
      .Field("goVersion", "")
      .Field("revision", "")
      .Field("version", fmt::format("vedette {}", version));
  json.EndObject().EndObject();
  return net::JsonResponse(200, body);
}

Route AlertmanagerStatusRoute(AlertmanagerStatusSources sources) {
  return {.method = "GET",
          .pattern = "/api/v2/status",
          .permission = Permission::kRead,
          .handler =
              [sources = std::move(sources)](const Call&) {
                return AlertmanagerStatus(AlertmanagerConfig(*sources.plan(), sources.options()),
                                          sources.version, sources.started_at);
              },
          .operation = "v2GetStatus"};
}

}  // namespace vedette::api
