#include "api/slos.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "api/parameters.h"
#include "api/prometheus_answer.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "model/alert.h"
#include "rules/slo.h"

namespace vedette::api {
namespace {

using rules::Slo;

constexpr size_t kSlosMax = 500;
constexpr size_t kGroupsMax = 200;  // of one objective
constexpr size_t kNameBytesMax = 200;

// The windows over which the burn rate is told: those of its alerts.
std::set<base::Duration> WindowsOf(const Slo& slo) {
  std::set<base::Duration> windows;
  for (const rules::BurnAlert& alert : slo.alerts) {
    windows.insert(alert.long_window);
    windows.insert(alert.short_window);
  }
  return windows;
}

// One budget: of one combination of the labels of `by`.
struct Budget {
  std::optional<double> error_ratio;            // over the whole window
  std::map<base::Duration, double> burn_rates;  // by window
};

using Budgets = std::map<model::Labels, Budget>;

class SloReader {
 public:
  SloReader(query::Engine& queries, const Call& call) : queries_(queries), call_(call) {}

  base::Result<Budgets> Read(const Slo& slo) {
    Budgets budgets;
    VEDETTE_TRY(const auto whole, Ratios(slo, slo.window));
    for (const query::VectorSample& sample : whole) {
      if (budgets.size() >= kGroupsMax) break;
      budgets[sample.labels].error_ratio = sample.value;
    }
    for (const base::Duration window : WindowsOf(slo)) {
      VEDETTE_TRY(const auto ratios, Ratios(slo, window));
      for (const query::VectorSample& sample : ratios) {
        const auto found = budgets.find(sample.labels);
        if (found == budgets.end()) continue;
        found->second.burn_rates[window] = sample.value / slo.budget();
      }
    }
    return budgets;
  }

 private:
  base::Result<std::vector<query::VectorSample>> Ratios(const Slo& slo, base::Duration window) {
    query::InstantQuery query;
    query.tenant = call_.caller.tenant;
    query.text = slo.ErrorRatio(window);
    query.time = call_.now;
    VEDETTE_TRY(query::QueryResult result, queries_.Instant(query));
    std::erase_if(result.vector, [](const auto& sample) { return !std::isfinite(sample.value); });
    return std::move(result.vector);
  }

  query::Engine& queries_;
  const Call& call_;
};

// Whether an alert is about a budget: it has all of its labels.
bool IsAbout(const rules::AlertStatus& alert, const model::Labels& labels) {
  return std::all_of(labels.begin(), labels.end(), [&](const model::Label& label) {
    return model::LabelsView(alert.labels).Get(label.name) == label.value;
  });
}

// The severity of what fires: "ok" when nothing does.
std::string StateOf(const rules::GroupStatus& group, const model::Labels& labels) {
  model::Severity worst = model::Severity::kInfo;
  bool fires = false;
  for (const rules::RuleStatus& rule : group.rules) {
    for (const rules::AlertStatus& alert : rule.alerts) {
      if (alert.state != rules::AlertState::kFiring || !IsAbout(alert, labels)) continue;
      fires = true;
      worst = std::max(worst, model::SeverityOfAlert(alert.labels));
    }
  }
  return fires ? std::string(model::SeverityName(worst)) : "ok";
}

// How long the rest of the budget lasts as it burns now: over the longest of the short windows.
std::optional<base::Duration> LastsFor(const Slo& slo, const Budget& budget, double remaining) {
  const auto rate = budget.burn_rates.find(std::chrono::hours(1));
  if (rate == budget.burn_rates.end() || rate->second <= 0) return std::nullopt;
  if (remaining <= 0) return base::Duration(0);
  const double left = remaining * static_cast<double>(slo.window.count()) / rate->second;
  if (left > static_cast<double>(slo.window.count())) return std::nullopt;
  return base::Duration(static_cast<int64_t>(left) / 60'000 * 60'000);
}

void WriteBudget(base::JsonWriter& json, const Slo& slo, const rules::GroupStatus& group,
                 const model::Labels& labels, const Budget& budget) {
  const double spent = *budget.error_ratio / slo.budget();
  json.BeginObject().Field("labels", labels);
  json.Field("state", StateOf(group, labels));
  json.Field("error_ratio", *budget.error_ratio);
  json.Field("spent", spent).Field("remaining", 1 - spent);
  const auto left = LastsFor(slo, budget, 1 - spent);
  json.Field("lasts_for", base::NullIfEmpty(left ? base::FormatDuration(*left) : ""));
  json.Key("burn_rates").BeginArray();
  for (const auto& [window, rate] : budget.burn_rates) {
    json.BeginObject().Field("window", base::FormatDuration(window)).Field("rate", rate);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

void WriteSlo(base::JsonWriter& json, const Slo& slo, const rules::GroupStatus& group,
              const base::Result<Budgets>& budgets) {
  json.BeginObject().Field("name", slo.name).Field("description", slo.description);
  json.Field("objective", slo.objective).Field("window", base::FormatDuration(slo.window));
  json.Field("file", group.file)
      .Field("labels", slo.labels)
      .Field("query", slo.ErrorRatio(slo.window));
  json.Key("alerts").BeginArray();
  for (const rules::BurnAlert& alert : slo.alerts) {
    json.BeginObject().Field("severity", alert.severity).Field("factor", alert.factor);
    json.Field("long", base::FormatDuration(alert.long_window));
    json.Field("short", base::FormatDuration(alert.short_window)).EndObject();
  }
  json.EndArray().Key("budgets").BeginArray();
  if (budgets.ok()) {
    for (const auto& [labels, budget] : *budgets) WriteBudget(json, slo, group, labels, budget);
  }
  json.EndArray();
  if (!budgets.ok()) json.Field("error", budgets.error().message);
  json.EndObject();
}

base::Result<std::string> ListSlos(const RulesSource& live, query::Engine& queries,
                                   const Call& call) {
  VEDETTE_TRY(const std::string wanted, ReadText(call, "name", kNameBytesMax));
  std::vector<rules::GroupStatus> groups;
  if (live) groups = live(call.caller.tenant);
  SloReader reader(queries, call);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("slos").BeginArray();
  size_t listed = 0;
  for (const rules::GroupStatus& group : groups) {
    if (group.slo == nullptr || listed >= kSlosMax) continue;
    if (!wanted.empty() && group.slo->name != wanted) continue;
    ++listed;
    WriteSlo(json, *group.slo, group, reader.Read(*group.slo));
  }
  json.EndArray().EndObject();
  return out;
}

}  // namespace

std::vector<Route> SloRoutes(RulesSource live, query::Engine& queries) {
  const auto handler = [live = std::move(live), &queries](const Call& call) {
    return Answer(ListSlos(live, queries, call));
  };
  return {Route{.method = "GET",
                .pattern = "/api/v1/slos",
                .permission = Permission::kRead,
                .handler = handler,
                .operation = "listSlos",
                .heavy = true}};
}

}  // namespace vedette::api
