#include "api/rule_tools.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "rules/backtest/backtest.h"
#include "rules/backtest/limits.h"
#include "rules/backtest/reach.h"
#include "rules/backtest/report.h"
#include "rules/record_source.h"

namespace vedette::api {
namespace {

namespace backtest = rules::backtest;

constexpr size_t kRulesBytesMax = 1 << 20;
constexpr size_t kBodyBytesMax = 4 * kRulesBytesMax;  // with what JSON adds to them
constexpr base::Duration kRangeDefault = std::chrono::hours(24 * 7);
constexpr base::Duration kRangeMax = std::chrono::hours(24 * 366);
constexpr base::Duration kTimeMax = std::chrono::seconds(50);  // below that of a request
// For what takes more than a look at the series, when rules are checked.
constexpr base::Duration kReachTimeMax = std::chrono::seconds(2);
// How far back series count as there.
constexpr base::Duration kReach = std::chrono::hours(24);
constexpr size_t kUnreachableMax = 100;

// The text and the parameters of a request, wherever they stand.
class RuleRequest {
 public:
  static base::Result<RuleRequest> Read(const Call& call) {
    RuleRequest request(call);
    const std::string_view type = call.request.headers.Get("Content-Type");
    if (type.find("json") == std::string_view::npos) {
      request.text_ = call.request.body;
    } else {
      VEDETTE_TRY(request.json_, base::ParseJson(call.request.body));
      if (!request.json_.is_object())
        return base::InvalidArgument("the body must be a JSON object");
      const auto rules = request.json_.find("rules");
      if (rules == request.json_.end() || !rules->is_string()) {
        return BadParameter("rules", "must be given: the text of a rule file");
      }
      request.text_ = rules->get<std::string>();
    }
    if (request.text_.size() > kRulesBytesMax) {
      return BadParameter("rules", fmt::format("has {} bytes; the limit is {}",
                                               request.text_.size(), kRulesBytesMax));
    }
    return request;
  }

  const std::string& text() const { return text_; }

  std::string Text(const char* name) const {
    if (json_.is_object()) {
      const auto found = json_.find(name);
      if (found != json_.end() && !found->is_null()) {
        return found->is_string() ? found->get<std::string>() : base::DumpJson(*found);
      }
    }
    return call_->Parameter(name).value_or("");
  }

  base::Result<std::optional<base::TimePoint>> Time(const char* name) const {
    const std::string text = Text(name);
    if (text.empty()) return std::optional<base::TimePoint>();
    const base::Result<base::TimePoint> time = base::ParseTime(text);
    if (!time.ok()) return BadParameter(name, time.error().message);
    return std::optional<base::TimePoint>(*time);
  }

 private:
  explicit RuleRequest(const Call& call) : call_(&call) {}

  const Call* call_;
  std::string text_;
  base::Json json_;
};

// What a text holds: either of the two.
struct Rules {
  std::vector<rules::RuleGroup> groups;
  std::vector<detect::rules::Rule> limits;
  std::vector<yaml::Diagnostic> problems;
  std::vector<yaml::Diagnostic> warnings;
};

// Groups that are loaded keep the name of their file, by which their turns lie in time.
Rules ReadRules(const RuleToolParts& parts, const RuleRequest& request,
                const model::TenantName& tenant) {
  Rules read;
  if (parts.read_limits) {
    if (auto limits = parts.read_limits(request.text(), read.problems)) {
      read.limits = *std::move(limits);
      return read;
    }
  }
  const std::string file = request.Text("file");
  read.groups = rules::ParseRuleFile(request.text(), file.empty() ? "rules" : file, read.problems,
                                     read.warnings);
  std::vector<rules::GroupStatus> live;
  if (file.empty() && parts.live) live = parts.live(tenant);
  for (rules::RuleGroup& group : read.groups) {
    group.tenant = tenant;
    for (const rules::GroupStatus& status : live) {
      if (status.name == group.name) group.file = status.file;
    }
  }
  return read;
}

void WriteProblem(base::JsonWriter& json, const yaml::Diagnostic& problem,
                  std::string_view severity) {
  json.BeginObject().Field("severity", severity);
  json.Field("line", problem.line).Field("column", problem.column);
  json.Field("message", problem.message).Field("hint", problem.hint).EndObject();
}

void WriteGroup(base::JsonWriter& json, const rules::RuleGroup& group, base::Duration interval) {
  json.BeginObject().Field("name", group.name);
  json.Field("interval", base::FormatDuration(group.interval.value_or(interval)));
  json.Key("rules").BeginArray();
  for (const rules::Rule& rule : group.rules) {
    json.BeginObject().Field("kind", rule.alerting ? "alert" : "recording");
    json.Field("name", rule.name).Field("query", rule.expr).Field("line", rule.line).EndObject();
  }
  json.EndArray().EndObject();
}

void WriteLimits(base::JsonWriter& json, const std::vector<detect::rules::Rule>& limits) {
  if (limits.empty()) return;
  json.BeginObject().Field("name", "limits").Field("interval", "0s");
  json.Key("rules").BeginArray();
  for (const detect::rules::Rule& rule : limits) {
    const bool absence = rule.kind == detect::rules::RuleKind::kAbsence;
    json.BeginObject().Field("kind", absence ? "absence" : "threshold");
    json.Field("name", rule.name).Field("query", rule.metric).Field("line", 0).EndObject();
  }
  json.EndArray().EndObject();
}

// Warns of what cannot fire on the data that there is.
base::Result<> AddUnreachable(const RuleToolParts& parts, const Call& call, Rules& read) {
  const model::TenantName& tenant = call.caller.tenant;
  const base::TimePoint from = call.now - kReach;
  std::vector<backtest::Unreachable> all;
  VEDETTE_TRY(all, backtest::UnreachableRules(read.groups, parts.series, tenant, from, call.now,
                                              kUnreachableMax));
  const base::SteadyPoint enough = parts.clock.Steady() + kReachTimeMax;
  const auto keep_going = [&] { return parts.clock.Steady() < enough; };
  rules::StoredRecords records(parts.records, tenant, keep_going);
  std::ranges::move(backtest::UnreachableContracts(read.groups, records, from, call.now),
                    std::back_inserter(all));
  query::Engine queries(parts.limits, parts.series, parts.clock);
  const auto gives = [&](const std::string& promql) -> base::Result<bool> {
    if (!keep_going()) return base::DeadlineExceeded("time");
    query::InstantQuery query;
    query.tenant = tenant;
    query.text = promql;
    query.time = call.now;
    query.deadline = enough;
    query.cancelled = call.request.cancelled;
    VEDETTE_TRY(const query::QueryResult result, queries.Instant(query));
    return !result.vector.empty();
  };
  std::ranges::move(backtest::MismatchedRules(read.groups, gives), std::back_inserter(all));
  for (const backtest::Unreachable& rule : all) {
    read.warnings.push_back(
        {rule.line, 1,
         fmt::format("group \"{}\", \"{}\" cannot fire: {}", rule.group, rule.rule, rule.reason),
         "within the last 24 hours"});
  }
  return {};
}

base::Result<std::string> Check(const RuleToolParts& parts, const Call& call) {
  VEDETTE_TRY(const RuleRequest request, RuleRequest::Read(call));
  Rules read = ReadRules(parts, request, call.caller.tenant);
  if (read.problems.empty()) VEDETTE_TRY_VOID(AddUnreachable(parts, call, read));
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("valid", read.problems.empty()).Key("problems").BeginArray();
  for (const yaml::Diagnostic& problem : read.problems) WriteProblem(json, problem, "error");
  for (const yaml::Diagnostic& warning : read.warnings) WriteProblem(json, warning, "warning");
  json.EndArray().Key("groups").BeginArray();
  if (read.problems.empty()) {
    for (const rules::RuleGroup& group : read.groups) {
      WriteGroup(json, group, parts.context().interval);
    }
    WriteLimits(json, read.limits);
  }
  json.EndArray().EndObject();
  return out;
}

base::Result<backtest::Options> ReadOptions(const RuleToolParts& parts, const RuleRequest& request,
                                            const Call& call) {
  VEDETTE_TRY(const std::optional<base::TimePoint> from, request.Time("from"));
  VEDETTE_TRY(const std::optional<base::TimePoint> to, request.Time("to"));
  backtest::Options options;
  options.to = to.value_or(call.now);
  options.from = from.value_or(options.to - kRangeDefault);
  if (options.to < options.from) return BadParameter("to", "lies before from");
  if (options.to - options.from > kRangeMax) {
    return BadParameter("to", "is more than 366 days after from");
  }
  options.context = parts.context();
  options.deadline = parts.clock.Steady() + kTimeMax;
  return options;
}

base::Result<std::string> Rehearse(const RuleToolParts& parts, const Call& call) {
  VEDETTE_TRY(const RuleRequest request, RuleRequest::Read(call));
  VEDETTE_TRY(const backtest::Options options, ReadOptions(parts, request, call));
  const Rules read = ReadRules(parts, request, call.caller.tenant);
  if (!read.problems.empty()) {
    return base::InvalidArgument(read.problems.front().ToString("rules"), "rules");
  }
  if (read.groups.empty() && read.limits.empty()) {
    return base::InvalidArgument("rules: there are none", "rules");
  }
  const model::TenantName& tenant = call.caller.tenant;
  const backtest::Data data{.tenant = tenant,
                            .metrics = parts.series,
                            .clock = parts.clock,
                            .limits = parts.limits,
                            .records = &parts.records};
  VEDETTE_TRY(const backtest::Report report,
              read.limits.empty() ? backtest::Rehearse(read.groups, options, data)
                                  : backtest::RehearseLimits(read.limits, options, data));
  return backtest::ToJson(report, parts.pages);
}

base::Result<std::string> ListUnreachable(const RuleToolParts& parts, const Call& call) {
  const model::TenantName& tenant = call.caller.tenant;
  const auto groups =
      parts.live ? backtest::GroupsOf(parts.live(tenant)) : std::vector<rules::RuleGroup>();
  const base::TimePoint from = call.now - kReach;
  VEDETTE_TRY(auto unreachable,
              backtest::UnreachableRules(groups, parts.series, tenant, from, call.now));
  if (parts.limits_in_force) {
    VEDETTE_TRY(auto limits,
                backtest::UnreachableLimits(parts.limits_in_force(), parts.series, from, call.now));
    std::ranges::move(limits, std::back_inserter(unreachable));
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("rules").BeginArray();
  for (const backtest::Unreachable& rule : unreachable) {
    json.BeginObject().Field("file", rule.file).Field("group", rule.group);
    json.Field("name", rule.rule).Field("reason", rule.reason).EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

}  // namespace

std::vector<Route> RuleToolRoutes(RuleToolParts parts) {
  const auto shared = std::make_shared<const RuleToolParts>(std::move(parts));
  return {Route{.method = "POST",
                .pattern = "/api/v1/rules/check",
                .permission = Permission::kRead,
                .handler = MakeHandler(shared, Check),
                .operation = "checkRules",
                .body_bytes_max = kBodyBytesMax},
          Route{.method = "GET",
                .pattern = "/api/v1/rules/unreachable",
                .permission = Permission::kRead,
                .handler = MakeHandler(shared, ListUnreachable),
                .operation = "listUnreachableRules",
                .heavy = true},
          Route{.method = "POST",
                .pattern = "/api/v1/backtests",
                .permission = Permission::kRead,
                .handler = MakeHandler(shared, Rehearse),
                .operation = "backtestRules",
                .heavy = true,
                .body_bytes_max = kBodyBytesMax}};
}

}  // namespace vedette::api
