#include "rules/slo.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <utility>

#include "query/parser.h"
#include "rules/duration.h"
#include "rules/section.h"

namespace vedette::rules {
namespace {

constexpr std::string_view kWindow = "$window";
constexpr size_t kAlertsMax = 16;
constexpr size_t kByMax = 8;
constexpr base::Duration kBudgetInterval = std::chrono::minutes(2);  // below the lookback
constexpr base::Duration kWindowMin = std::chrono::hours(1);
constexpr base::Duration kWindowMax = std::chrono::hours(24 * 366);

// How much of the budget is gone when the long window is full of it, and who is told.
struct Step {
  base::Duration long_window;
  base::Duration short_window;
  double share;
  const char* severity;
};
constexpr Step kSteps[] = {
    {std::chrono::hours(1), std::chrono::minutes(5), 0.02, "critical"},
    {std::chrono::hours(6), std::chrono::minutes(30), 0.05, "critical"},
    {std::chrono::hours(24), std::chrono::hours(2), 0.10, "warning"},
    {std::chrono::hours(72), std::chrono::hours(6), 0.10, "warning"},
};

std::string Number(double number) { return fmt::format("{:.10g}", number); }

std::string Over(const std::string& text, base::Duration window) {
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t found = text.find(kWindow, at);
    out += text.substr(at, found - at);
    if (found == std::string::npos) return out;
    out += FormatPrometheusDuration(window);
    at = found + kWindow.size();
  }
}

std::string Joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// A counter, which is counted over the window, or an expression that says $window itself.
std::string ReadCount(yaml::YamlReader& reader, std::string_view key, const Slo& slo) {
  std::string text;
  if (!reader.ReadVerbatim(key, text) || text.empty()) return {};
  if (text.find(kWindow) == std::string::npos) {
    if (!query::ParseSelector(text).ok()) {
      reader.Problem(key, "must be a counter, or an expression with $window",
                     "for instance http_requests_total{job=\"shop\"}, or "
                     "sum(increase(http_requests_total[$window]))");
      return {};
    }
    text = slo.by.empty()
               ? fmt::format("sum(increase({}[{}]))", text, kWindow)
               : fmt::format("sum by ({}) (increase({}[{}]))", Joined(slo.by), text, kWindow);
  }
  const base::Result<query::ExprPtr> expr = query::Parse(Over(text, kWindowMin));
  if (!expr.ok()) {
    reader.Problem(key, expr.error().message);
  } else if ((*expr)->type != query::ValueType::kVector) {
    reader.Problem(key, "must give an instant vector");
  }
  return text;
}

void ReadObjective(yaml::YamlReader& reader, Slo& slo) {
  if (!reader.Read("objective", slo.objective, 0, 100)) {
    reader.Problem("objective", "the objective is missing", "in percent: objective: 99.9");
  } else if (slo.objective <= 1) {
    reader.Problem("objective", "is in percent", "write 99.9, not 0.999");
  } else if (slo.objective > 99.99999) {
    reader.Problem("objective", "leaves no budget: at most 99.99999");
  }
  ReadDuration(reader, "window", slo.window);
  if (slo.window < kWindowMin || slo.window > kWindowMax) {
    reader.Problem("window", "must be between 1h and 366d");
    slo.window = kWindowMax;
  }
}

void ReadQueries(yaml::YamlReader& reader, Slo& slo) {
  slo.total = ReadCount(reader, "total", slo);
  slo.errors = ReadCount(reader, "errors", slo);
  slo.good = ReadCount(reader, "good", slo);
  if (reader.ReadVerbatim("error_ratio", slo.ratio) &&
      slo.ratio.find(kWindow) == std::string::npos) {
    reader.Problem("error_ratio", "does not say $window",
                   "for instance sum(rate(bad[$window])) / sum(rate(all[$window]))");
  } else if (!slo.ratio.empty()) {
    const base::Result<query::ExprPtr> expr = query::Parse(Over(slo.ratio, kWindowMin));
    if (!expr.ok()) reader.Problem("error_ratio", expr.error().message);
  }
  const int counted = (slo.errors.empty() ? 0 : 1) + (slo.good.empty() ? 0 : 1);
  const bool by_count = !slo.total.empty() && counted == 1 && slo.ratio.empty();
  const bool by_ratio = !slo.ratio.empty() && counted == 0;
  if (!by_count && !by_ratio) {
    reader.Problem("", "needs total with one of errors and good, or error_ratio");
  }
}

void ReadAlerts(yaml::YamlReader& reader, Slo& slo) {
  const bool own = reader.ReadList("alerts", [&](yaml::YamlReader& r) {
    BurnAlert alert{.long_window = {}, .short_window = {}, .factor = 0, .severity = "critical"};
    ReadDuration(r, "long", alert.long_window);
    ReadDuration(r, "short", alert.short_window);
    if (!r.Read("factor", alert.factor, 0, 1e6) || alert.factor <= 0) {
      r.Problem("factor", "must be more than 0", "14.4 uses up 2 % of a budget of 30d in an hour");
    }
    r.Read("severity", alert.severity);
    if (alert.short_window.count() <= 0 || alert.long_window <= alert.short_window ||
        alert.long_window > slo.window) {
      r.Problem("long", "must be longer than short, and not longer than the window");
    }
    slo.alerts.push_back(std::move(alert));
  });
  if (slo.alerts.size() > kAlertsMax) {
    reader.Problem("alerts", fmt::format("at most {}", kAlertsMax));
  }
  if (own) return;
  for (const Step& step : kSteps) {
    if (step.long_window > slo.window) continue;
    const double factor = step.share * static_cast<double>(slo.window.count()) /
                          static_cast<double>(step.long_window.count());
    slo.alerts.push_back({step.long_window, step.short_window, factor, step.severity});
  }
}

Slo ReadDefinition(yaml::YamlReader& reader, const Entry& entry) {
  Slo slo;
  slo.name = entry.name;
  slo.labels = entry.labels;
  reader.Read("description", slo.description);
  reader.Read("by", slo.by);
  if (slo.by.size() > kByMax) reader.Problem("by", fmt::format("at most {} labels", kByMax));
  for (const std::string& label : slo.by) {
    if (!query::Parse(fmt::format("sum by ({}) (x)", label)).ok()) {
      reader.Problem("by", fmt::format("\"{}\" is no name of a label", label));
    }
  }
  ReadObjective(reader, slo);
  ReadQueries(reader, slo);
  reader.ReadSection("low_traffic",
                     [&](yaml::YamlReader& r) { r.Read("min_errors", slo.min_errors, 0, 1e12); });
  ReadAlerts(reader, slo);
  return slo;
}

// Fires while the budget burns faster than `factor` over both windows.
std::string Condition(const Slo& slo, const BurnAlert& alert) {
  const std::string budget = Number(slo.budget());
  const std::string factor = Number(alert.factor);
  const auto burns = [&](base::Duration window) {
    return fmt::format("({} / {} > {})", slo.ErrorRatio(window), budget, factor);
  };
  std::string condition = burns(alert.long_window) + " and " + burns(alert.short_window);
  if (const std::string errors = slo.Errors(alert.long_window);
      !errors.empty() && slo.min_errors > 0) {
    condition += fmt::format(" and ({} >= {})", errors, Number(slo.min_errors));
  }
  return "(" + condition + ")";
}

// "30d", as people call it, and not "4w2d".
std::string Period(base::Duration window) {
  const bool whole = window % std::chrono::hours(24) == base::Duration(0);
  return whole ? fmt::format("{}d", window / std::chrono::hours(24))
               : FormatPrometheusDuration(window);
}

// "checkout burns its error budget (99.9% over 30d) 17.2 times too fast; 43% of it is left", or
// "it is spent 2.6 times over".
std::string Summary(const Slo& slo) {
  const std::string name = Quoted(slo.name);
  std::string left = fmt::format("{}{{slo=%q", kBudgetLeft);
  std::string arguments = name;
  for (const std::string& label : slo.by) {
    left += fmt::format(",{}=%q", label);
    arguments += " $labels." + label;
  }
  left += "}";
  const auto with = [&](const std::string& query, std::string_view then) {
    return fmt::format("{{{{ with printf {} {} | query }}}}; {}", Quoted(query), arguments, then);
  };
  return fmt::format(
             "{{{{ {} }}}} burns its error budget ({}% over {}) "
             "{{{{ printf \"%.1f\" $value }}}} times too fast",
             name, Number(slo.objective), Period(slo.window)) +
         with("1 - " + left + " > 1",
              "it is spent {{ . | first | value | printf \"%.1f\" }} times over{{ else }}") +
         with(left, "{{ . | first | value | humanizePercentage }} of it is left{{ end }}{{ end }}");
}

RuleGroup AlertsOf(const Slo& slo, const Entry& entry, const std::string& file) {
  RuleGroup group = entry.Group("slo", file);
  std::vector<std::pair<std::string, std::string>> by_severity;  // with its condition
  for (const BurnAlert& alert : slo.alerts) {
    const auto same = [&](const auto& each) { return each.first == alert.severity; };
    const auto known = std::find_if(by_severity.begin(), by_severity.end(), same);
    if (known == by_severity.end()) {
      by_severity.emplace_back(alert.severity, Condition(slo, alert));
    } else {
      known->second += " or " + Condition(slo, alert);
    }
  }
  for (auto& [severity, condition] : by_severity) {
    Entry each = entry;
    each.severity = severity;
    each.labels.emplace_back("slo", slo.name);
    std::sort(each.labels.begin(), each.labels.end());
    group.rules.push_back(each.Alert(std::string(kBurnAlert), std::move(condition), Summary(slo)));
  }
  group.slo = std::make_shared<const Slo>(slo);
  return group;
}

RuleGroup BudgetOf(const Slo& slo, const Entry& entry, const std::string& file) {
  RuleGroup group = entry.Group("slo", file);
  group.name += "/budget";
  group.interval = entry.interval.value_or(kBudgetInterval);
  Rule rule;
  rule.name = kBudgetLeft;
  rule.expr = slo.BudgetLeft();
  rule.labels = slo.labels;
  rule.labels.emplace_back("slo", slo.name);
  std::sort(rule.labels.begin(), rule.labels.end());
  rule.line = entry.line;
  group.rules.push_back(std::move(rule));
  return group;
}

}  // namespace

double Slo::budget() const { return (100 - objective) / 100; }

std::string Slo::Errors(base::Duration over) const {
  if (total.empty()) return {};
  const std::string all = Over(total, over);
  // Where nothing of the kind was ever counted, there is no series for it.
  if (!errors.empty()) return fmt::format("(({}) or ({}) * 0)", Over(errors, over), all);
  return fmt::format("clamp_min(({}) - (({}) or ({}) * 0), 0)", all, Over(good, over), all);
}

std::string Slo::ErrorRatio(base::Duration over) const {
  if (!ratio.empty()) return fmt::format("({})", Over(ratio, over));
  return fmt::format("({} / ({} > 0))", Errors(over), Over(total, over));
}

std::string Slo::BudgetLeft() const {
  return fmt::format("1 - {} / {}", ErrorRatio(window), Number(budget()));
}

std::vector<RuleGroup> ReadSlo(yaml::YamlReader& reader, const std::string& file) {
  const Entry entry = ReadEntry(reader, {});
  if (!entry.severity.empty()) {
    reader.Problem("severity", "each of the alerts has its own", "alerts: [{severity: ...}]");
  }
  const Slo slo = ReadDefinition(reader, entry);
  return {BudgetOf(slo, entry, file), AlertsOf(slo, entry, file)};
}

}  // namespace vedette::rules
