#include "diagnose/live/measures.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>
#include <tuple>

#include "base/duration.h"
#include "detect/baseline/signal.h"
#include "diagnose/evidence.h"

namespace vedette::diagnose::live {
namespace {

using detect::baseline::ClassifySignal;
using detect::baseline::Reading;
using detect::baseline::Signal;

constexpr std::string_view kSum = "_sum";
constexpr std::string_view kCount = "_count";
constexpr std::array<std::string_view, 5> kStatusLabels = {"code", "status_code", "response_code",
                                                           "http_status_code", "status"};
constexpr std::array<std::string_view, 4> kOutcomeLabels = {"outcome", "result", "grpc_code",
                                                            "status"};

std::string MatchersOf(const Measure& measure, const std::vector<std::string>& values,
                       const std::string& scope) {
  std::string matchers = measure.without;
  const auto add = [&](const std::string& matcher) {
    if (!matchers.empty()) matchers += ',';
    matchers += matcher;
  };
  for (size_t i = 0; i < measure.by.size(); ++i) {
    if (!values.empty()) {
      add(fmt::format("{}={}", measure.by[i], Quoted(values[i])));
    } else if (!scope.empty() && measure.by.size() == 1) {
      add(fmt::format("{}=~{}", measure.by[i], Quoted(scope)));
    } else {
      add(measure.by[i] + "!=\"\"");
    }
  }
  return matchers;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool IsStatus(std::string_view value) {
  return value.size() == 3 && value[0] >= '1' && value[0] <= '5' &&
         std::isdigit(static_cast<unsigned char>(value[1])) != 0;
}

bool IsMiss(std::string_view value) { return Lower(value) == "miss"; }

bool IsFailure(std::string_view value) {
  const std::string text = Lower(value);
  return text == "error" || text == "failure" || text == "failed" || text == "err";
}

// What the series of one metric and one way to name entities have together.
struct Family {
  Reading reading = Reading::kGauge;
  bool known_kind = false;
  bool has_status = false;  // a label of status codes, and it is `status_label`
  std::string status_label;
  std::set<std::string> failure_values;  // of `status_label`, where it holds words
  bool misses = false;                   // they say that a cache had no answer
  std::set<std::string> labels;
};

using FamilyKey = std::pair<std::string, std::vector<std::string>>;  // metric, by

void NoteOutcome(model::LabelsView labels, Family& family) {
  for (const std::string_view name : kStatusLabels) {
    if (IsStatus(labels.Get(name))) {
      family.has_status = true;
      family.status_label = name;
      return;
    }
  }
  if (family.has_status) return;
  for (const std::string_view name : kOutcomeLabels) {
    const std::string_view value = labels.Get(name);
    if (value.empty() || !(IsFailure(value) || IsMiss(value))) continue;
    family.misses |= IsMiss(value);
    family.status_label = name;
    family.failure_values.insert(std::string(value));
    return;
  }
}

std::string FailedMatcher(const Family& family) {
  if (family.has_status) return fmt::format("{}=~\"5..\"", family.status_label);
  return fmt::format("{}=~{}", family.status_label,
                     Quoted(fmt::format("{}", fmt::join(family.failure_values, "|"))));
}

std::string WithoutSuffix(const std::string& metric, std::string_view suffix) {
  return metric.substr(0, metric.size() - suffix.size());
}

class Planner {
 public:
  void Add(const model::Labels& series);
  Plan Run(const std::set<std::string, std::less<>>& first, size_t measures_max);

 private:
  std::vector<Measure> All();
  void AddCounter(const FamilyKey& key, const Family& family, std::vector<Measure>& measures);
  std::string Without(const std::vector<std::string>& by) const;

  std::map<FamilyKey, Family> families_;
  std::set<std::vector<std::string>> ways_;  // in which entities are named
};

void Planner::Add(const model::Labels& series) {
  const Signal signal = ClassifySignal(series);
  if (signal.reading == Reading::kSkip) return;
  if (signal.internal && signal.kind == detect::baseline::SignalKind::kOther) return;
  std::vector<std::string> by;
  for (auto& [name, value] : EntityLabels(series)) by.push_back(name);
  if (by.empty()) return;
  ways_.insert(by);
  Family& family = families_[{std::string(series.metric_name()), std::move(by)}];
  family.reading = signal.reading;
  family.known_kind |= signal.kind != detect::baseline::SignalKind::kOther;
  NoteOutcome(series, family);
  for (const model::Label& label : series) family.labels.emplace(label.name);
}

// Series that another, stronger label names belong to that entity: they are kept out.
std::string Planner::Without(const std::vector<std::string>& by) const {
  static const std::vector<std::string> kOrder = {"service", "service_name", "app", "namespace",
                                                  "job"};
  std::string matchers;
  const auto own = std::find(kOrder.begin(), kOrder.end(), by.front());
  for (auto stronger = kOrder.begin(); stronger != own; ++stronger) {
    const bool used = std::any_of(ways_.begin(), ways_.end(),
                                  [&](const auto& way) { return way.front() == *stronger; });
    if (used) matchers += fmt::format("{}{}=\"\"", matchers.empty() ? "" : ",", *stronger);
  }
  return matchers;
}

void Planner::AddCounter(const FamilyKey& key, const Family& family,
                         std::vector<Measure>& measures) {
  const auto& [metric, by] = key;
  Measure measure{.form = Form::kRate, .metric = metric, .by = by, .names = {metric}};
  measure.without = Without(by);
  measure.dimensions = family.labels;
  if (metric.ends_with(kSum)) {
    const std::string stem = WithoutSuffix(metric, kSum);
    if (!families_.contains({stem + std::string(kCount), by})) return;
    measure.form = Form::kMean;
    measure.metric = stem;
    measure.statistic = "mean";
    measure.names = {metric, stem + std::string(kCount)};
    measures.push_back(std::move(measure));
    return;
  }
  // The count of a histogram beside its requests would say the same twice.
  if (metric.ends_with(kCount)) measure.statistic = "rate";
  if (!family.status_label.empty()) {
    Measure failed = measure;
    failed.form = Form::kErrorShare;
    failed.failed = FailedMatcher(family);
    failed.misses = family.misses;
    failed.statistic.clear();
    measures.push_back(std::move(failed));
  }
  measures.push_back(std::move(measure));
}

std::vector<Measure> Planner::All() {
  std::vector<Measure> measures;
  for (const auto& [key, family] : families_) {
    if (family.reading == Reading::kCounter) {
      AddCounter(key, family, measures);
      continue;
    }
    Measure measure{
        .form = Form::kGauge, .metric = key.first, .by = key.second, .names = {key.first}};
    measure.without = Without(key.second);
    measures.push_back(std::move(measure));
  }
  return measures;
}

Plan Planner::Run(const std::set<std::string, std::less<>>& first, size_t measures_max) {
  Plan plan{.measures = All()};
  const auto rank = [&](const Measure& measure) {
    const bool wanted = std::any_of(measure.names.begin(), measure.names.end(),
                                    [&](const std::string& name) { return first.contains(name); });
    const bool known = KindOfMetric(measure.Name()) != MetricKind::kUnknown;
    return std::tuple(wanted ? 0 : 1, known ? 0 : 1);
  };
  std::sort(plan.measures.begin(), plan.measures.end(), [&](const Measure& a, const Measure& b) {
    return std::tuple(rank(a), a.Name(), a.statistic, a.by) <
           std::tuple(rank(b), b.Name(), b.statistic, b.by);
  });
  if (plan.measures.size() > measures_max) {
    plan.left_out = plan.measures.size() - measures_max;
    plan.measures.resize(measures_max);
  }
  return plan;
}

}  // namespace

std::string Measure::Name() const {
  if (form != Form::kErrorShare) return metric;
  return metric + std::string(misses ? kMissShare : kFailedShare);
}

std::vector<std::pair<std::string, std::string>> EntityLabels(model::LabelsView labels) {
  const auto value = [&](std::string_view name) { return std::string(labels.Get(name)); };
  for (const char* name : {"service", "service_name", "app"}) {
    if (!labels.Get(name).empty()) return {{name, value(name)}};
  }
  if (!labels.Get("namespace").empty()) {
    for (const char* name : {"deployment", "statefulset", "daemonset", "pod"}) {
      if (!labels.Get(name).empty()) {
        return {{"namespace", value("namespace")}, {name, value(name)}};
      }
    }
  }
  for (const char* name : {"job", "instance"}) {
    if (!labels.Get(name).empty()) return {{name, value(name)}};
  }
  return {};
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    out += c;
  }
  return out + '"';
}

std::string QueryOf(const Measure& measure, const Windows& windows,
                    const std::vector<std::string>& values, const std::string& scope) {
  const std::string matchers = MatchersOf(measure, values, scope);
  const std::string by = fmt::format("{}", fmt::join(measure.by, ", "));
  const auto rate = [&](const std::string& metric, const std::string& more) {
    return fmt::format("sum by ({}) (rate({}{{{}{}}}[{}]))", by, metric, matchers, more,
                       base::FormatDuration(windows.rate));
  };
  const std::string failed = "," + measure.failed;
  switch (measure.form) {
    case Form::kGauge:
      return fmt::format("avg by ({}) (avg_over_time({}{{{}}}[{}]))", by, measure.metric, matchers,
                         base::FormatDuration(windows.step));
    case Form::kRate: return rate(measure.names.front(), "");
    case Form::kErrorShare:
      return fmt::format("({0} or {1} * 0) / {1}", rate(measure.metric, failed),
                         rate(measure.metric, ""));
    case Form::kFailedRate:
      return fmt::format("{} or {} * 0", rate(measure.metric, failed), rate(measure.metric, ""));
    case Form::kMean:
      return fmt::format("{} / {}", rate(measure.names[0], ""), rate(measure.names[1], ""));
  }
  return "";
}

std::string IncreaseOf(const Measure& measure, Form form, const std::vector<std::string>& values,
                       const std::string& dimension, base::Duration length) {
  const bool of_mean = measure.form == Form::kMean;
  const std::string& metric = measure.names[of_mean && form == Form::kRate ? 1 : 0];
  return fmt::format(
      "sum by ({}) (increase({}{{{}{}}}[{}]))", dimension, metric, MatchersOf(measure, values, {}),
      form == Form::kFailedRate ? "," + measure.failed : "", base::FormatDuration(length));
}

Plan PlanMeasures(const std::vector<model::Labels>& series,
                  const std::set<std::string, std::less<>>& first, size_t measures_max) {
  Planner planner;
  for (const model::Labels& each : series) planner.Add(each);
  return planner.Run(first, measures_max);
}

}  // namespace vedette::diagnose::live
