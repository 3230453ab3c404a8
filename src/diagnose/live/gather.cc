#include "diagnose/live/gather.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "detect/wording.h"
#include "diagnose/graph.h"
#include "diagnose/robust.h"
#include "model/names.h"
#include "model/sample.h"

namespace vedette::diagnose::live {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr base::Duration kUnknownInterval{15'000};
constexpr base::Duration kIntervalLook = std::chrono::minutes(15);
constexpr size_t kIntervalSeries = 20;
constexpr int64_t kIntervalsInRate = 4;
// Where samples are rare the window is longer, for so many rows of them.
constexpr int64_t kUsualRows = 60;
constexpr int64_t kIncidentRows = 12;
constexpr base::Duration kAround = std::chrono::minutes(10);   // an onset
constexpr base::Duration kShortest = std::chrono::minutes(1);  // that is looked at
constexpr int kHops = 2;  // around the incident's services, in systems that are too large to look
                          // at as a whole
constexpr base::Duration kCallsBefore = std::chrono::minutes(15);
constexpr base::Duration kTracesBefore = std::chrono::minutes(30);
constexpr base::Duration kLogsLeast = std::chrono::minutes(5);
constexpr double kDeviationMax = 30;
constexpr base::Duration kDetectedLate = std::chrono::seconds(60);
constexpr int64_t kRowsLate = 3;
constexpr size_t kUsualLeast = 30;  // rows
constexpr size_t kEntitiesNamed = 5;
constexpr double kKnownShare = 0.8;  // of the entities that the calls must know to judge by paths

class Gathering {
 public:
  Gathering(const Occasion& occasion, const Sources& sources, const GatherLimits& limits)
      : occasion_(occasion),
        sources_(sources),
        limits_(limits),
        deadline_(sources.clock.Steady() + limits.time_max) {}

  Gathered Run();

 private:
  void GatherCalls();
  std::vector<model::Labels> ListSeries();
  std::vector<model::Labels> ListNeighbourhood();
  std::set<std::string> Neighbourhood() const;
  base::Duration IntervalOf(const std::vector<model::Labels>& series) const;
  void GatherMetrics();
  base::Result<> Fill(size_t measure);
  void AddSeries(size_t measure, const query::MatrixSeries& series);
  void TrimRows();
  void LeaveOutTroubles();
  void GatherChanges();
  void GatherLogs();
  base::Result<> CountLogs(base::TimePoint from, base::TimePoint to, uint64_t LogForm::* count,
                           std::map<std::pair<std::string, std::string>, LogForm>& forms) const;
  void GatherTraces();
  void SetSymptom();
  void Note(std::string name, InputState state, std::string text) {
    out_.inputs.push_back({std::move(name), state, std::move(text)});
  }
  bool Late() const { return sources_.clock.Steady() >= deadline_; }

  const Occasion& occasion_;
  const Sources& sources_;
  const GatherLimits& limits_;
  const base::SteadyPoint deadline_;
  Gathered out_;
  std::string scope_;  // a regular expression for entities; empty: all
  bool table_full_ = false;
};

std::string EscapedForRegex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// --- calls

void Gathering::GatherCalls() {
  out_.calls_from = occasion_.onset - kCallsBefore;
  out_.calls_to = std::min(occasion_.end, occasion_.onset + limits_.after);
  base::Result<std::vector<evidence::CallsSeen>> calls =
      sources_.calls(occasion_.tenant, out_.calls_from, out_.calls_to);
  if (!calls.ok()) {
    Note("calls", InputState::kFailed, calls.error().message);
    return;
  }
  out_.calls = *std::move(calls);
  for (const evidence::CallsSeen& call : out_.calls) {
    out_.tables.calls.push_back({call.caller, call.callee});
  }
  if (out_.calls.empty()) {
    Note("calls", InputState::kNone,
         "nothing is known of who calls whom: send spans, or post the topology");
  } else {
    Note("calls", InputState::kOk, fmt::format("{} calls between services", out_.calls.size()));
  }
}

// --- metrics

std::set<std::string> Gathering::Neighbourhood() const {
  std::set<std::string> entities(occasion_.entities.begin(), occasion_.entities.end());
  const CallGraph graph(out_.tables.calls);
  std::set<std::string> edge = entities;
  for (int hop = 0; hop < kHops; ++hop) {
    std::set<std::string> next;
    for (const std::string& entity : edge) {
      const int number = graph.Find(entity);
      if (number < 0) continue;
      for (const int other : graph.Callees(number)) next.insert(graph.Name(other));
      for (const int other : graph.Callers(number)) next.insert(graph.Name(other));
    }
    for (const std::string& entity : next) {
      if (entities.size() < limits_.entities_max) entities.insert(entity);
    }
    edge = std::move(next);
  }
  for (const model::Anomaly& anomaly : occasion_.around) {
    if (entities.size() < limits_.entities_max) entities.insert(anomaly.entity);
  }
  return entities;
}

std::vector<model::Labels> Gathering::ListNeighbourhood() {
  const std::set<std::string> entities = Neighbourhood();
  for (const std::string& entity : entities) {
    scope_ += (scope_.empty() ? "" : "|") + EscapedForRegex(entity);
  }
  std::vector<model::Labels> all;
  for (const char* name : {"service", "service_name", "app", "job"}) {
    base::Result<model::Matcher> matcher =
        model::Matcher::Create(name, model::MatchOp::kRegex, scope_);
    if (!matcher.ok()) continue;
    base::Result<std::vector<model::Labels>> found =
        sources_.series.Series({.tenant = occasion_.tenant,
                                .matchers = {*std::move(matcher)},
                                .from_ms = base::ToMillis(occasion_.onset - limits_.before),
                                .to_ms = base::ToMillis(occasion_.end),
                                .max_series = limits_.series_listed_max});
    if (!found.ok()) {
      Note("metrics", InputState::kPartial, found.error().message);
      continue;
    }
    std::move(found->begin(), found->end(), std::back_inserter(all));
  }
  Note("metrics", InputState::kPartial,
       fmt::format("there are more than {} series: only {} services around the incident were "
                   "looked at",
                   limits_.series_listed_max, entities.size()));
  return all;
}

std::vector<model::Labels> Gathering::ListSeries() {
  base::Result<std::vector<model::Labels>> all =
      sources_.series.Series({.tenant = occasion_.tenant,
                              .matchers = {},
                              .from_ms = base::ToMillis(occasion_.onset - limits_.before),
                              .to_ms = base::ToMillis(occasion_.end),
                              .max_series = limits_.series_listed_max});
  if (all.ok()) return *std::move(all);
  if (all.error().code == base::ErrorCode::kResourceExhausted) return ListNeighbourhood();
  Note("metrics", InputState::kFailed, all.error().message);
  return {};
}

// How often samples come: the median distance in a few series, those of the anomalies first.
base::Duration Gathering::IntervalOf(const std::vector<model::Labels>& series) const {
  std::vector<model::LabelsView> looked_at;
  for (const model::Anomaly& anomaly : occasion_.anomalies) looked_at.push_back(anomaly.labels);
  const size_t stride = std::max<size_t>(1, series.size() / kIntervalSeries);
  for (size_t i = 0; i < series.size(); i += stride) looked_at.push_back(series[i]);
  if (looked_at.size() > kIntervalSeries) looked_at.resize(kIntervalSeries);
  std::vector<double> distances;
  for (const model::LabelsView labels : looked_at) {
    series::SelectRequest request{.tenant = occasion_.tenant,
                                  .matchers = {},
                                  .from_ms = base::ToMillis(occasion_.onset - kIntervalLook),
                                  .to_ms = base::ToMillis(occasion_.end)};
    for (const model::Label& label : labels) {
      base::Result<model::Matcher> matcher = model::Matcher::Create(
          std::string(label.name), model::MatchOp::kEqual, std::string(label.value));
      if (matcher.ok()) request.matchers.push_back(*std::move(matcher));
    }
    if (request.matchers.empty()) continue;
    const auto selected = sources_.series.Select(request);
    if (!selected.ok() || selected->empty()) continue;
    series::SampleColumns samples;
    if (!selected->front()->Read(samples, 10'000).ok()) continue;
    for (size_t i = 1; i < samples.t_ms.size(); ++i) {
      distances.push_back(static_cast<double>(samples.t_ms[i] - samples.t_ms[i - 1]));
    }
  }
  if (distances.empty()) return kUnknownInterval;
  return base::Duration(static_cast<int64_t>(Median(std::move(distances))));
}

void Gathering::AddSeries(size_t measure, const query::MatrixSeries& series) {
  if (out_.tables.series.size() >= limits_.series_max) {
    table_full_ = true;
    return;
  }
  const Measure& what = out_.measures[measure];
  Series row;
  row.entity = detect::EntityOf(series.labels);
  row.metric = what.Name();
  row.statistic = what.statistic;
  row.window.assign(out_.tables.times.size(), kNaN);
  const int64_t first = base::ToMillis(out_.window.from);
  const int64_t step = out_.window.windows.step.count();
  for (size_t i = 0; i < series.samples.t_ms.size(); ++i) {
    const int64_t at = (series.samples.t_ms[i] - first) / step;
    const double value = series.samples.values[i];
    if (at >= 0 && static_cast<size_t>(at) < row.window.size() && std::isfinite(value)) {
      row.window[static_cast<size_t>(at)] = value;
    }
  }
  std::vector<std::string> values;
  for (const std::string& name : what.by) values.emplace_back(series.labels.Get(name));
  out_.questions.push_back(
      {measure, QueryOf(what, out_.window.windows, values), series.labels, {}});
  out_.tables.series.push_back(std::move(row));
}

base::Result<> Gathering::Fill(size_t measure) {
  query::RangeQuery query;
  query.tenant = occasion_.tenant;
  query.text = QueryOf(out_.measures[measure], out_.window.windows, {}, scope_);
  query.start = out_.window.from;
  query.end = out_.window.to;
  query.step = out_.window.windows.step;
  query.deadline = deadline_;
  VEDETTE_TRY(const query::QueryResult result, sources_.metrics.Range(query));
  for (const query::MatrixSeries& series : result.matrix) AddSeries(measure, series);
  return {};
}

// The last rows may be empty: then the data end there.
void Gathering::TrimRows() {
  std::vector<base::TimePoint>& times = out_.tables.times;
  size_t rows = times.size();
  const auto empty = [&](size_t row) {
    return std::all_of(out_.tables.series.begin(), out_.tables.series.end(),
                       [&](const Series& series) { return std::isnan(series.window[row]); });
  };
  while (rows > 1 && empty(rows - 1)) --rows;
  times.resize(rows);
  for (Series& series : out_.tables.series) series.window.resize(rows);
  if (!times.empty()) out_.window.to = times.back();
}

// Rows of earlier troubles are no measure of what is usual; unless they are most of what there is.
void Gathering::LeaveOutTroubles() {
  const std::vector<base::TimePoint>& times = out_.tables.times;
  std::vector<size_t> rows;
  size_t before = 0;
  for (size_t row = 0; row < times.size() && times[row] < occasion_.onset; ++row) {
    ++before;
    const auto holds = [&](const Stretch& stretch) {
      return stretch.from <= times[row] && times[row] < stretch.to;
    };
    if (std::any_of(occasion_.troubles.begin(), occasion_.troubles.end(), holds)) {
      rows.push_back(row);
    }
  }
  if (rows.empty() || before - rows.size() < std::max(kUsualLeast, before / 4)) return;
  out_.left_out = occasion_.troubles;
  for (size_t i = 0; i < out_.tables.series.size(); ++i) {
    std::vector<double>& window = out_.tables.series[i].window;
    out_.questions[i].answered = window;
    for (const size_t row : rows) window[row] = kNaN;
  }
}

void Gathering::GatherMetrics() {
  const std::vector<model::Labels> series = ListSeries();
  out_.window = WindowOf(occasion_.onset, occasion_.end, IntervalOf(series), limits_);
  for (base::TimePoint t = out_.window.from; t <= out_.window.to; t += out_.window.windows.step) {
    out_.tables.times.push_back(t);
  }
  std::set<std::string, std::less<>> first;
  for (const model::Anomaly& anomaly : occasion_.anomalies) {
    first.emplace(anomaly.labels.metric_name());
  }
  Plan plan = PlanMeasures(series, first, limits_.measures_max);
  out_.measures = std::move(plan.measures);
  size_t failed = 0;
  std::string why;
  for (size_t i = 0; i < out_.measures.size(); ++i) {
    const base::Result<> filled =
        Late() ? base::Error(base::DeadlineExceeded("no time left")) : Fill(i);
    if (filled.ok()) continue;
    if (++failed == 1) why = filled.error().message;
  }
  TrimRows();
  out_.stopped = StoppedSources(out_.tables.times, out_.tables.series);
  LeaveOutTroubles();
  std::set<std::string> entities;
  for (const Series& each : out_.tables.series) entities.insert(each.entity);
  if (out_.tables.series.empty()) {
    Note("metrics", InputState::kNone, "there are no metrics of the hour before and of now");
    return;
  }
  Note("metrics",
       failed + plan.left_out > 0 || table_full_ ? InputState::kPartial : InputState::kOk,
       fmt::format("{} series of {} services", out_.tables.series.size(), entities.size()));
  std::string& text = out_.inputs.back().text;
  if (failed > 0) text += fmt::format("; {} questions failed: {}", failed, why);
  if (plan.left_out > 0) text += fmt::format("; {} metrics were left out", plan.left_out);
  if (table_full_) text += fmt::format("; series beyond {} were left out", limits_.series_max);
}

// --- records

void Gathering::GatherChanges() {
  records::ChangeQuery query;
  query.tenant = occasion_.tenant;
  query.from = out_.window.from;
  query.to = std::min(occasion_.end, occasion_.onset + limits_.after);
  query.limit = limits_.changes_max;
  base::Result<records::Page<model::Change>> page = sources_.records.QueryChanges(query);
  if (!page.ok()) {
    Note("changes", InputState::kFailed, page.error().message);
    return;
  }
  const bool more = !page->next_cursor.empty();
  out_.changes = std::move(page->records);
  for (const model::Change& change : out_.changes) {
    Change row;
    row.id = change.id;
    row.kind = change.kind == "feature_flag" ? ChangeKind::kFeatureFlag : ChangeKind::kDeployment;
    row.entity = change.service;
    row.time = change.time;
    row.title = change.title;
    const base::Result<base::Json> data = base::ParseJson(change.data_json);
    if (data.ok() && data->is_object() && data->contains("diff") && (*data)["diff"].is_string()) {
      row.diff = (*data)["diff"].get<std::string>();
    }
    out_.tables.changes.push_back(std::move(row));
  }
  if (out_.changes.empty()) {
    Note("changes", InputState::kNone, "no change was told of since the hour before");
  } else {
    Note("changes", more ? InputState::kPartial : InputState::kOk,
         fmt::format("{} changes since the hour before{}", out_.changes.size(),
                     more ? "; older ones were left out" : ""));
  }
}

base::Result<> Gathering::CountLogs(
    base::TimePoint from, base::TimePoint to, uint64_t LogForm::* count,
    std::map<std::pair<std::string, std::string>, LogForm>& forms) const {
  query::logs::Request request;
  request.tenant = occasion_.tenant;
  request.query = "level>=warn | count by (service, pattern) [365d]";
  request.from = from;
  request.to = to;
  request.cancelled = [this] { return Late(); };
  VEDETTE_TRY(const query::logs::Result result, sources_.logs.Run(request));
  if (!result.stats) return {};
  for (const query::logs::Stats::Series& series : result.stats->series) {
    LogForm& form = forms[{series.labels[0], series.labels[1]}];
    form.service = series.labels[0];
    form.pattern = series.labels[1];
    form.*count = static_cast<uint64_t>(series.total);
  }
  return {};
}

void Gathering::GatherLogs() {
  const base::TimePoint to = std::min(occasion_.end, occasion_.onset + limits_.after);
  const base::Duration length = std::max<base::Duration>(to - occasion_.onset, kLogsLeast);
  std::map<std::pair<std::string, std::string>, LogForm> forms;
  const base::Duration instant(1);
  base::Result<> counted = CountLogs(occasion_.onset, to, &LogForm::during, forms);
  if (counted.ok()) {
    counted =
        CountLogs(occasion_.onset - length, occasion_.onset - instant, &LogForm::before, forms);
  }
  if (!counted.ok()) {
    Note("logs", InputState::kFailed, counted.error().message);
    return;
  }
  if (forms.empty()) {
    Note("logs", InputState::kNone, "no warnings and errors in the logs before and since");
    return;
  }
  const base::Result<std::vector<records::LogPattern>> patterns =
      sources_.records.LogPatterns(occasion_.tenant);
  std::map<std::string, std::string> texts;
  if (patterns.ok()) {
    for (const records::LogPattern& pattern : *patterns) {
      texts[fmt::format("{:016x}", pattern.id)] = pattern.text;
    }
  }
  for (auto& [unused, form] : forms) {
    if (out_.log_forms.size() >= limits_.log_forms_max) break;
    const auto text = texts.find(form.pattern);
    if (text == texts.end()) continue;
    form.text = text->second;
    out_.tables.templates.push_back({.entity = form.service,
                                     .text = form.text,
                                     .count = static_cast<double>(form.during),
                                     .usual = static_cast<double>(form.before),
                                     .failure = true});
    out_.log_forms.push_back(std::move(form));
  }
  Note("logs", InputState::kOk,
       fmt::format("{} kinds of warnings and errors", out_.log_forms.size()));
}

void Gathering::GatherTraces() {
  out_.trace_windows = {.from = occasion_.onset - kTracesBefore,
                        .split = occasion_.onset,
                        .to = std::min(occasion_.end, occasion_.onset + limits_.after)};
  base::Result<evidence::Traces> traces = evidence::TracesIn(
      sources_.records, occasion_.tenant, out_.trace_windows, evidence::kSpansMax);
  if (!traces.ok()) {
    Note("spans", InputState::kFailed, traces.error().message);
    return;
  }
  const size_t usual = traces->usual.spans.size(), now = traces->now.spans.size();
  const InputState state = usual + now == 0    ? InputState::kNone
                           : !traces->complete ? InputState::kPartial
                                               : InputState::kOk;
  Note("spans", state,
       usual + now == 0 ? "no spans before and since"
                        : fmt::format("{} spans since the onset, {} before{}", now, usual,
                                      traces->complete ? "" : ": the newest, there are more"));
  out_.tables.usual_traces = std::move(traces->usual);
  out_.tables.traces = std::move(traces->now);
}

// Where it was noticed first from outside: the incident's service that no other one of it calls.
// Only where the calls know nearly all services, since what it does not reach counts less.
void Gathering::SetSymptom() {
  const CallGraph graph(out_.tables.calls);
  std::set<std::string> entities;
  for (const Series& series : out_.tables.series) entities.insert(series.entity);
  const auto known = std::count_if(entities.begin(), entities.end(),
                                   [&](const std::string& name) { return graph.Find(name) >= 0; });
  if (static_cast<double>(known) < kKnownShare * static_cast<double>(entities.size())) return;
  const std::set<std::string> hurt(occasion_.entities.begin(), occasion_.entities.end());
  for (const std::string& entity : occasion_.entities) {
    const int number = graph.Find(entity);
    if (number < 0) continue;
    const std::vector<int> above = graph.DistancesUpwards(number);
    const bool called = std::any_of(hurt.begin(), hurt.end(), [&](const std::string& other) {
      const int caller = graph.Find(other);
      return caller >= 0 && caller != number && above[static_cast<size_t>(caller)] > 0;
    });
    if (called) continue;
    out_.tables.symptom =
        Symptom{.entity = entity, .metric = {}, .statistic = {}, .text = occasion_.title};
    return;
  }
}

Gathered Gathering::Run() {
  out_.tables.detected_at = occasion_.onset;
  out_.tables.changes_are_all = false;
  out_.tables.deviation_max = kDeviationMax;
  GatherCalls();
  GatherMetrics();
  out_.tables.detected_late_max =
      std::max<base::Duration>(kDetectedLate, kRowsLate * out_.window.windows.step);
  GatherChanges();
  GatherLogs();
  GatherTraces();
  SetSymptom();
  if (!out_.stopped.empty()) {
    std::string names;
    for (size_t i = 0; i < std::min(kEntitiesNamed, out_.stopped.size()); ++i) {
      names += (i == 0 ? "" : ", ") + out_.stopped[i].entity;
    }
    Note("metrics", InputState::kPartial,
         fmt::format("no metrics any more of {}{}", names,
                     out_.stopped.size() > kEntitiesNamed ? " and others" : ""));
  }
  return std::move(out_);
}

}  // namespace

Occasion OccasionOf(const model::Incident& incident, std::vector<model::Anomaly> anomalies,
                    base::TimePoint until) {
  Occasion occasion;
  occasion.tenant = incident.tenant;
  occasion.incident_id = incident.id;
  occasion.title = incident.title;
  occasion.entities = incident.entities;
  occasion.anomalies = std::move(anomalies);
  occasion.onset = OnsetOf(occasion.anomalies, incident.started_at);
  occasion.end = std::max(until, occasion.onset);
  if (const std::optional<base::TimePoint> over = EndOf(occasion.anomalies)) {
    occasion.end = std::min(occasion.end, std::max(*over, occasion.onset + kShortest));
  }
  return occasion;
}

void AddOthers(Occasion& occasion, const std::vector<model::Anomaly>& anomalies) {
  for (const model::Anomaly& anomaly : anomalies) {
    if (anomaly.ended_at.value_or(base::TimePoint::max()) >= occasion.onset - kAround) {
      occasion.around.push_back(anomaly);
    }
  }
  occasion.troubles = TroublesBefore(anomalies, occasion.onset);
}

Window WindowOf(base::TimePoint onset, base::TimePoint end, base::Duration interval,
                const GatherLimits& limits) {
  const base::TimePoint from = onset - std::max(limits.before, kUsualRows * interval);
  const base::TimePoint to =
      std::min(end, onset + std::max(limits.after, kIncidentRows * interval));
  const int64_t unit = limits.step_min.count();
  const int64_t span = std::max<int64_t>((to - from).count(), unit);
  const int64_t least = std::max({unit, interval.count(), span / limits.rows_max});
  const int64_t step = (least + unit - 1) / unit * unit;
  Window window;
  window.windows.step = base::Duration(step);
  window.windows.rate = base::Duration(std::max(step, kIntervalsInRate * interval.count()));
  window.from = base::FromMillis(base::ToMillis(from) / step * step);
  window.to = base::FromMillis(base::ToMillis(to) / step * step);
  return window;
}

Gathered Gather(const Occasion& occasion, const Sources& sources, const GatherLimits& limits) {
  return Gathering(occasion, sources, limits).Run();
}

}  // namespace vedette::diagnose::live
