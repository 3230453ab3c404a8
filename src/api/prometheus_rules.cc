#include "api/prometheus_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/prometheus_answer.h"
#include "base/digest.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "model/matcher.h"
#include "query/parser.h"

namespace vedette::api {
namespace {

using rules::AlertStatus;
using rules::GroupStatus;
using rules::RuleStatus;

// What Prometheus says of a rule that was never evaluated.
constexpr std::string_view kNever = "0001-01-01T00:00:00Z";

struct Wanted {
  bool alerting = true;
  bool recording = true;
  bool alerts = true;
  std::vector<std::string> names;
  std::vector<std::string> groups;
  std::vector<std::string> files;
  std::vector<std::vector<model::Matcher>> matchers;  // one set must hold
  size_t group_limit = 0;                             // 0: all
  std::string next_token;

  bool any_filter() const { return !alerting || !recording || !names.empty() || !matchers.empty(); }
};

bool Contains(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

base::Error InvalidParameter(std::string_view name, std::string message) {
  return base::InvalidArgument(std::move(message), std::string(name));
}

base::Result<> ReadKind(const Call& call, Wanted& wanted) {
  std::string type = call.Parameter("type").value_or("");
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (!type.empty() && type != "alert" && type != "record") {
    return InvalidParameter("type", "not supported value \"" + type + "\"");
  }
  wanted.alerting = type != "record";
  wanted.recording = type != "alert";
  const std::string exclude = call.Parameter("exclude_alerts").value_or("");
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
  const bool yes = std::find(kTrue.begin(), kTrue.end(), exclude) != kTrue.end();
  const bool no = std::find(kFalse.begin(), kFalse.end(), exclude) != kFalse.end();
  if (!exclude.empty() && !yes && !no) {
    return InvalidParameter("exclude_alerts", "not a boolean: \"" + exclude + "\"");
  }
  wanted.alerts = !yes;
  return {};
}

base::Result<Wanted> ReadWanted(const Call& call) {
  Wanted wanted;
  VEDETTE_TRY_VOID(ReadKind(call, wanted));
  wanted.names = call.Parameters("rule_name[]");
  wanted.groups = call.Parameters("rule_group[]");
  wanted.files = call.Parameters("file[]");
  for (const std::string& text : call.Parameters("match[]")) {
    base::Result<std::vector<model::Matcher>> matchers = query::ParseSelector(text);
    if (!matchers.ok()) return InvalidParameter("match[]", matchers.error().message);
    wanted.matchers.push_back(*std::move(matchers));
  }
  const std::string limit = call.Parameter("group_limit").value_or("");
  VEDETTE_TRY(wanted.group_limit, PrometheusLimit(call, "group_limit"));
  if (!limit.empty() && wanted.group_limit == 0) {
    return InvalidParameter("group_limit", "group_limit needs to be greater than 0");
  }
  wanted.next_token = call.Parameter("group_next_token").value_or("");
  if (!wanted.next_token.empty() && wanted.group_limit == 0) {
    return InvalidParameter("group_limit",
                            "group_limit needs to be set in order to paginate over the groups");
  }
  return wanted;
}

bool Keeps(const Wanted& wanted, const RuleStatus& rule) {
  if (rule.alerting ? !wanted.alerting : !wanted.recording) return false;
  if (!Contains(wanted.names, rule.name)) return false;
  if (wanted.matchers.empty()) return true;
  model::LabelsBuilder builder;
  for (const auto& [name, value] : rule.labels) builder.Set(name, value);
  const model::Labels labels = builder.Build();
  return std::any_of(wanted.matchers.begin(), wanted.matchers.end(),
                     [&](const auto& all) { return model::MatchesAll(all, labels); });
}

// As Go's FormatFloat(value, 'e', -1, 64): the fewest digits, always with an exponent.
std::string Scientific(double value) {
  if (value != value) return "NaN";
  if (value > 1.7976931348623157e308) return "+Inf";
  if (value < -1.7976931348623157e308) return "-Inf";
  std::array<char, 40> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific);
  return {buffer.data(), end};
}

std::string TimeOrNever(const std::optional<base::TimePoint>& time) {
  return time ? base::FormatTime(*time) : std::string(kNever);
}

void WriteAlert(base::JsonWriter& json, const AlertStatus& alert) {
  json.BeginObject().Field("labels", alert.labels);
  json.Field("annotations", alert.annotations);
  json.Field("state", rules::AlertStateName(alert.state));
  json.Field("activeAt", alert.active_at);
  if (alert.keep_firing_since) {
    json.Field("keepFiringSince", *alert.keep_firing_since);
  }
  json.Field("value", Scientific(alert.value)).EndObject();
}

void WriteAlertingHead(base::JsonWriter& json, const RuleStatus& rule, bool with_alerts) {
  const bool evaluated = rule.last_evaluation.has_value();
  json.Field("state", evaluated ? rules::AlertStateName(rule.state) : "unknown");
  json.Field("name", rule.name).Field("query", rule.query);
  json.Field("duration", base::ToSeconds(rule.for_duration));
  json.Field("keepFiringFor", base::ToSeconds(rule.keep_firing_for));
  json.Field("onIngest", rule.on_ingest);
  if (!rule.polled_because.empty()) json.Field("polledBecause", rule.polled_because);
  json.Field("labels", rule.labels);
  json.Field("annotations", rule.annotations);
  json.Key("alerts").BeginArray();
  for (size_t i = 0; with_alerts && i < rule.alerts.size(); ++i) WriteAlert(json, rule.alerts[i]);
  json.EndArray();
}

void WriteRule(base::JsonWriter& json, const RuleStatus& rule, bool with_alerts) {
  json.BeginObject();
  if (rule.alerting) {
    WriteAlertingHead(json, rule, with_alerts);
  } else {
    json.Field("name", rule.name).Field("query", rule.query);
    if (!rule.labels.empty()) json.Field("labels", rule.labels);
  }
  json.Field("health", rules::RuleHealthName(rule.health));
  if (!rule.last_error.empty()) json.Field("lastError", rule.last_error);
  json.Field("evaluationTime", rule.evaluation_seconds);
  json.Field("lastEvaluation", TimeOrNever(rule.last_evaluation));
  json.Field("type", rule.alerting ? "alerting" : "recording").EndObject();
}

void WriteGroup(base::JsonWriter& json, const GroupStatus& group,
                const std::vector<const RuleStatus*>& kept, bool with_alerts) {
  json.BeginObject().Field("name", group.name).Field("file", group.file);
  json.Key("rules").BeginArray();
  for (const RuleStatus* rule : kept) WriteRule(json, *rule, with_alerts);
  json.EndArray();
  json.Field("interval", base::ToSeconds(group.interval)).Field("limit", group.limit);
  json.Field("evaluationTime", group.evaluation_seconds);
  json.Field("lastEvaluation", TimeOrNever(group.last_evaluation)).EndObject();
}

// Names a group for the client's next page.
std::string TokenOf(const GroupStatus& group) {
  return base::Sha256Hex(group.file + ";" + group.name).substr(0, 40);
}

// Appends {"groups":[...]}; false when the token names no group.
bool WriteGroups(std::string& data, const Wanted& wanted, const std::vector<GroupStatus>& groups) {
  base::JsonWriter json(data);
  json.BeginObject().Key("groups").BeginArray();
  bool begun = wanted.next_token.empty();
  size_t written = 0;
  std::string next;
  for (const GroupStatus& group : groups) {
    if (!begun && TokenOf(group) != wanted.next_token) continue;
    begun = true;
    if (!Contains(wanted.groups, group.name) || !Contains(wanted.files, group.file)) continue;
    std::vector<const RuleStatus*> kept;
    for (const RuleStatus& rule : group.rules) {
      if (Keeps(wanted, rule)) kept.push_back(&rule);
    }
    if (kept.empty() && wanted.any_filter()) continue;
    if (wanted.group_limit > 0 && written == wanted.group_limit) {
      next = TokenOf(group);
      break;
    }
    WriteGroup(json, group, kept, wanted.alerts);
    ++written;
  }
  json.EndArray();
  if (!next.empty()) json.Field("groupNextToken", next);
  json.EndObject();
  return begun;
}

net::Response ListRules(const RulesSource& source, const Call& call) {
  const base::Result<Wanted> wanted = ReadWanted(call);
  if (!wanted.ok()) return PrometheusError(wanted.error());
  std::vector<GroupStatus> groups;
  if (source) groups = source(call.caller.tenant);
  std::string data;
  if (!WriteGroups(data, *wanted, groups)) {
    return PrometheusError(InvalidParameter(
        "group_next_token", "no rule group with this token: the rules may have changed"));
  }
  return PrometheusAnswer(data);
}

net::Response ListAlerts(const RulesSource& source, const Call& call) {
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Key("alerts").BeginArray();
  std::vector<GroupStatus> groups;
  if (source) groups = source(call.caller.tenant);
  for (const GroupStatus& group : groups) {
    for (const RuleStatus& rule : group.rules) {
      for (const AlertStatus& alert : rule.alerts) WriteAlert(json, alert);
    }
  }
  json.EndArray().EndObject();
  return PrometheusAnswer(data);
}

}  // namespace

std::vector<Route> RuleRoutes(RulesSource source) {
  return {
      {"GET", "/api/v1/rules", Permission::kRead,
       [source](const Call& call) { return ListRules(source, call); }, "listRules"},
      {"GET", "/api/v1/alerts", Permission::kRead,
       [source](const Call& call) { return ListAlerts(source, call); }, "listAlerts"},
  };
}

}  // namespace vedette::api
