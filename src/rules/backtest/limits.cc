#include "rules/backtest/limits.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "detect/rules/threshold.h"

namespace vedette::rules::backtest {
namespace {

namespace limits = detect::rules;

constexpr base::Duration kWarmUp = std::chrono::hours(1);
constexpr size_t kSeriesSamplesMax = 20'000'000;

std::string QueryOf(const limits::Rule& rule) {
  std::string matchers;
  for (const model::Matcher& matcher : rule.matchers) {
    matchers += (matchers.empty() ? "" : ",") + matcher.ToString();
  }
  return matchers.empty() ? rule.metric : fmt::format("{}{{{}}}", rule.metric, matchers);
}

bool Worse(const limits::Rule& rule, double value, double than) {
  return rule.bound == limits::Bound::kBelow ? value < than : value > than;
}

// What one series gives.
void Judge(const limits::Rule& rule, model::LabelsView labels, const series::SampleColumns& samples,
           const Options& options, RuleReport& report) {
  limits::ThresholdState state;
  std::optional<Episode> open;
  const auto close = [&] {
    Episode closed = *std::exchange(open, std::nullopt);
    const bool within = !closed.resolved_at || *closed.resolved_at >= options.from;
    if (within) report.episodes.push_back(std::move(closed));
  };
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    const int64_t t_ms = samples.t_ms[i];
    const limits::ThresholdVerdict verdict = limits::Step(rule, state, t_ms, samples.values[i]);
    if (!verdict.judged) continue;
    if (t_ms >= base::ToMillis(options.from)) ++report.evaluations;
    if (open && !state.broken) {
      open->resolved_at = base::FromMillis(state.clean_since_ms);
      close();
    }
    if (!state.broken) continue;
    if (!open) {
      open = Episode{.labels = model::Labels(labels),
                     .active_at = base::FromMillis(state.since_ms),
                     .fired_at = base::FromMillis(t_ms),
                     .peak = verdict.observed};
    }
    open->severity = std::max(open->severity, state.severity);
    if (Worse(rule, verdict.observed, open->peak)) open->peak = verdict.observed;
  }
  if (open) close();
}

base::Result<> JudgeAll(const limits::Rule& rule, const Options& options, const Data& data,
                        RuleReport& report) {
  series::SelectRequest request;
  request.tenant = data.tenant;
  request.matchers = rule.matchers;
  VEDETTE_TRY(model::Matcher name, model::Matcher::Create(std::string(model::kMetricName),
                                                          model::MatchOp::kEqual, rule.metric));
  request.matchers.push_back(std::move(name));
  request.from_ms = base::ToMillis(options.from - std::max(kWarmUp, rule.lasts));
  request.to_ms = base::ToMillis(options.to);
  request.max_series = data.limits.series_max;
  VEDETTE_TRY(const auto selection, data.metrics.Select(request));
  series::SampleColumns samples;
  for (const auto& series : selection) {
    if (data.cancelled && data.cancelled()) return base::Unavailable("the back-test was cancelled");
    if (data.clock.Steady() >= options.deadline) return base::DeadlineExceeded("time");
    samples.Clear();
    VEDETTE_TRY_VOID(series->Read(samples, kSeriesSamplesMax));
    Judge(rule, series->labels(), samples, options, report);
  }
  return {};
}

}  // namespace

base::Result<Report> RehearseLimits(const std::vector<limits::Rule>& rules, const Options& options,
                                    const Data& data) {
  if (options.to < options.from) return base::InvalidArgument("to: lies before from", "to");
  Report report{.from = options.from, .to = options.to, .reached = options.to};
  for (const limits::Rule& rule : rules) {
    const bool absence = rule.kind == limits::RuleKind::kAbsence;
    RuleReport& each = report.rules.emplace_back();
    each.kind = absence ? "absence" : "threshold";
    each.name = rule.name;
    each.query = QueryOf(rule);
    each.lower_is_worse = rule.bound == limits::Bound::kBelow;
    if (absence) {
      each.last_error = "when values arrived is not stored: absence cannot be back-tested";
      continue;
    }
    const base::Result<> judged = JudgeAll(rule, options, data, each);
    if (!judged.ok() && judged.error().code == base::ErrorCode::kUnavailable) {
      return judged.error();
    }
    if (!judged.ok()) {
      if (judged.error().code == base::ErrorCode::kDeadlineExceeded) report.limit = "time";
      ++each.failures;
      each.last_error = judged.error().message;
    }
    Summarize(each, options, report.reached);
  }
  return report;
}

}  // namespace vedette::rules::backtest
