#include "evidence/question.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_writer.h"
#include "diagnose/event_pairs.h"
#include "evidence/reading.h"
#include "evidence/traces.h"
#include "model/sample.h"

namespace vedette::evidence {
namespace {

using base::JsonWriter;

constexpr std::string_view kArrow = " -> ";
constexpr base::Duration kTimeMax{10'000};
constexpr int64_t kPointsMax = 600;
constexpr size_t kChangesMax = 1000;
constexpr double kSameShare = 1e-9;
constexpr double kSameKeptShare = 1e-6;  // of what was kept in single precision
constexpr int64_t kNanosPerMilli = 1'000'000;

// Detectors keep single samples; asked again, they are laid on a grid.
base::Duration StepOf(const model::Evidence& question) {
  if (question.step.count() > 0) return question.step;
  const int64_t span = (question.to - question.from).count();
  return base::Duration(std::max<int64_t>(1000, (span / kPointsMax + 999) / 1000 * 1000));
}

void WritePoint(JsonWriter& json, base::TimePoint time, double value) {
  json.BeginArray().Value(static_cast<double>(base::ToMillis(time)) / 1000);
  json.Value(fmt::format("{}", value)).EndArray();
}

std::string StatsAnswer(const query::logs::Stats& stats) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("resultType", "matrix").Key("result").BeginArray();
  for (const query::logs::Stats::Series& series : stats.series) {
    json.BeginObject().Key("metric").BeginObject();
    for (size_t i = 0; i < stats.by.size(); ++i) json.Field(stats.by[i], series.labels[i]);
    json.EndObject().Key("values").BeginArray();
    for (size_t i = 0; i < stats.times.size(); ++i) {
      WritePoint(json, stats.times[i], series.values[i].value_or(0));
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Field("complete", stats.complete).EndObject();
  return out;
}

bool SameNumber(double a, double b, double share = kSameShare) {
  return a == b || (std::isnan(a) && std::isnan(b)) ||
         std::abs(a - b) <= share * std::max(std::abs(a), std::abs(b));
}

// Numbers in text too: Prometheus writes values so.
std::optional<double> NumberIn(const base::Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > 32) return std::nullopt;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

bool Same(const base::Json& a, const base::Json& b) {
  if (a.is_array() && b.is_array()) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), Same);
  }
  if (a.is_object() && b.is_object()) {
    return a.size() == b.size() &&
           std::all_of(a.items().begin(), a.items().end(), [&](const auto& item) {
             const auto other = b.find(item.key());
             return other != b.end() && Same(item.value(), *other);
           });
  }
  const std::optional<double> one = NumberIn(a), other = NumberIn(b);
  return one && other ? SameNumber(*one, *other) : a == b;
}

// Whether the answer is part of what is stored: more may have been added to that. Nothing when the
// two have different forms: what a model says of its metrics is no answer to their query.
std::optional<bool> SameAnswer(const base::Json& before, const base::Json& now) {
  if (!before.is_object() || !now.is_object()) return std::nullopt;
  bool same = true;
  for (const auto& [name, value] : now.items()) {
    const auto stored = before.find(name);
    if (stored == before.end()) return std::nullopt;
    same = same && Same(value, *stored);
  }
  return same;
}

// A value that was kept of a moment; none: it was not finite.
struct Moment {
  base::TimePoint time;
  std::optional<double> value;
};

std::vector<Moment> MomentsOf(const base::Json& answer) {
  std::vector<Moment> moments;
  if (!answer.is_object()) return moments;
  const auto observed = answer.find("observed");
  if (observed == answer.end() || !observed->is_array()) return moments;
  for (const base::Json& point : *observed) {
    if (moments.size() >= kMomentsMax) break;
    if (!point.is_array() || point.size() != 2 || !point[0].is_number()) continue;
    moments.push_back({.time = base::FromMillis(std::llround(point[0].get<double>() * 1000)),
                       .value = NumberIn(point[1])});
  }
  return moments;
}

// Of the series of an answer the one that was meant: that whose labels are most of those that were
// told, else the one without further labels, such as a selector finds.
std::optional<double> MeantBy(const base::Json& before, const query::QueryResult& answer) {
  if (answer.type == query::ValueType::kScalar) return answer.scalar;
  const auto told = before.find("labels");
  const auto is_told = [&](const model::Label& label) {
    const auto at = told->find(std::string(label.name));
    return label.name == model::kMetricName || (at != told->end() && at->is_string() &&
                                                at->get_ref<const std::string&>() == label.value);
  };
  const query::VectorSample* meant = nullptr;
  for (const query::VectorSample& sample : answer.vector) {
    const bool fits = told == before.end() || answer.vector.size() == 1 ||
                      std::all_of(sample.labels.begin(), sample.labels.end(), is_told);
    if (!fits) continue;
    const bool more = meant != nullptr && sample.labels.view().size() > meant->labels.view().size();
    if (meant == nullptr || more == (told != before.end())) meant = &sample;
  }
  return meant == nullptr ? std::nullopt : std::optional(meant->value);
}

}  // namespace

base::Result<std::vector<CallsSeen>> CallsInSpans(records::Store& store,
                                                  const model::TenantName& tenant,
                                                  base::TimePoint from, base::TimePoint to) {
  VEDETTE_TRY(const std::vector<model::ServiceEdge> edges, store.ServiceEdges(tenant, from, to));
  struct Sum {
    CallsSeen seen;
    double total_ms = 0;
  };
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const model::ServiceEdge& edge : edges) {
    Sum& sum = sums[{edge.caller, edge.callee}];
    sum.seen.caller = edge.caller;
    sum.seen.callee = edge.callee;
    sum.seen.calls += edge.calls;
    sum.seen.errors += edge.errors;
    sum.total_ms += static_cast<double>(edge.total_ns) / static_cast<double>(kNanosPerMilli);
    const auto minute = std::optional(edge.minute);
    sum.seen.first_seen = sum.seen.first_seen ? std::min(sum.seen.first_seen, minute) : minute;
    sum.seen.last_seen = std::max(sum.seen.last_seen, minute);
  }
  std::vector<CallsSeen> calls;
  for (auto& [unused, sum] : sums) {
    if (sum.seen.calls > 0) sum.seen.mean_ms = sum.total_ms / static_cast<double>(sum.seen.calls);
    calls.push_back(std::move(sum.seen));
  }
  return calls;
}

std::string EdgeQuestion(std::string_view caller, std::string_view callee) {
  return fmt::format("{}{}{}", caller, kArrow, callee);
}

std::string EdgeAnswer(const CallsSeen& calls) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("caller", calls.caller).Field("callee", calls.callee);
  json.Field("source", calls.source).Field("calls", calls.calls).Field("errors", calls.errors);
  json.Field("mean_ms", calls.mean_ms);
  json.Field("first_seen", calls.first_seen);
  json.Field("last_seen", calls.last_seen);
  json.EndObject();
  return out;
}

std::string ChangeAnswer(const model::Change& change) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("id", change.id).Field("time", change.time);
  json.Field("service", change.service).Field("kind", change.kind).Field("title", change.title);
  json.Field("version", change.version).Field("status", change.status);
  json.Field("author", change.author).Field("url", change.url).EndObject();
  return out;
}

std::string MatrixAnswer(const std::vector<query::MatrixSeries>& matrix) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Field("resultType", "matrix").Key("result").BeginArray();
  for (const query::MatrixSeries& series : matrix) {
    json.BeginObject();
    json.Field("metric", series.labels);
    json.Key("values").BeginArray();
    for (size_t i = 0; i < series.samples.t_ms.size(); ++i) {
      if (!std::isfinite(series.samples.values[i])) continue;
      WritePoint(json, base::FromMillis(series.samples.t_ms[i]), series.samples.values[i]);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

base::Result<std::string> Asker::AskMetrics(const model::TenantName& tenant,
                                            const model::Evidence& question) const {
  query::RangeQuery query;
  query.tenant = tenant;
  query.text = question.query;
  query.start = question.from;
  query.end = question.to;
  query.step = StepOf(question);
  query.timeout = kTimeMax;
  VEDETTE_TRY(const query::QueryResult result, sources_.metrics.Range(query));
  return MatrixAnswer(result.matrix);
}

base::Result<std::string> Asker::AskLogs(const model::TenantName& tenant,
                                         const model::Evidence& question) const {
  const base::SteadyPoint deadline = sources_.clock.Steady() + kTimeMax;
  query::logs::Request request;
  request.tenant = tenant;
  request.query = question.query;
  request.from = question.from;
  request.to = question.to;
  request.whole = question.step > question.to - question.from;
  request.cancelled = [&] { return sources_.clock.Steady() >= deadline; };
  VEDETTE_TRY(const query::logs::Result result, sources_.logs.Run(request));
  if (!result.stats) return base::InvalidArgument("evidence of logs must count lines", "query");
  return StatsAnswer(*result.stats);
}

base::Result<std::string> Asker::AskChange(const model::TenantName& tenant,
                                           const model::Evidence& question) const {
  records::ChangeQuery query;
  query.tenant = tenant;
  query.from = question.from;
  query.to = question.to;
  query.limit = kChangesMax;
  for (int page = 0; page < 4; ++page) {
    VEDETTE_TRY(const records::Page<model::Change> changes, sources_.records.QueryChanges(query));
    for (const model::Change& change : changes.records) {
      if (change.id == question.query) return ChangeAnswer(change);
    }
    if (changes.next_cursor.empty()) break;
    query.cursor = changes.next_cursor;
  }
  return base::NotFound(fmt::format("the change '{}' is not stored any more", question.query));
}

base::Result<std::string> Asker::AskEdge(const model::TenantName& tenant,
                                         const model::Evidence& question) const {
  const size_t arrow = question.query.find(kArrow);
  if (arrow == std::string::npos) {
    return base::InvalidArgument("evidence of calls must be \"caller -> callee\"", "query");
  }
  const std::string caller = question.query.substr(0, arrow);
  const std::string callee = question.query.substr(arrow + kArrow.size());
  VEDETTE_TRY(const std::vector<CallsSeen> all, sources_.calls(tenant, question.from, question.to));
  for (const CallsSeen& calls : all) {
    if (calls.caller == caller && calls.callee == callee) return EdgeAnswer(calls);
  }
  return base::NotFound(fmt::format("no call of '{}' is known of any more", question.query));
}

base::Result<std::string> Asker::AskSpans(const model::TenantName& tenant,
                                          const model::Evidence& question) const {
  const std::optional<SpanSubject> subject = ParseSpanQuestion(question.query);
  if (!subject) {
    return base::InvalidArgument("evidence of spans must be \"operation of service since time\"",
                                 "query");
  }
  VEDETTE_TRY(
      const Traces traces,
      TracesIn(sources_.records, tenant,
               {.from = question.from, .split = subject->split, .to = question.to}, kSpansMax));
  for (const diagnose::SlowEntity& slow : diagnose::RankByTime(traces.usual, traces.now)) {
    if (slow.entity == subject->service && slow.operation == subject->operation) {
      return SpanAnswer(traces, slow);
    }
  }
  return base::NotFound(fmt::format("no time was added to '{}'", question.query));
}

base::Result<std::string> Asker::AskPairs(const model::TenantName& tenant,
                                          const model::Evidence& question) const {
  VEDETTE_TRY(const PairSubject subject, ParsePairQuestion(question.query));
  VEDETTE_TRY(
      const Traces traces,
      TracesIn(sources_.records, tenant,
               {.from = question.from, .split = subject.split, .to = question.to}, kSpansMax));
  for (const diagnose::LostPair& pair : diagnose::FindLostPairs(traces.usual, traces.now)) {
    if (pair.entity == subject.service && pair.operation == subject.operation &&
        pair.before == subject.before && pair.after == subject.after) {
      return PairAnswer(pair);
    }
  }
  return base::NotFound("nothing is missing there");
}

base::Result<std::string> Asker::AskEvent(const model::TenantName& tenant,
                                          const model::Evidence& question) const {
  if (!sources_.judged) return base::NotFound("no events are judged here");
  return sources_.judged(tenant, question.query, question.from, question.to);
}

base::Result<Again> Asker::AskMoments(const model::TenantName& tenant,
                                      const model::Evidence& question,
                                      const base::Json& before) const {
  Again again{.result_json = {}, .taken_at = sources_.clock.Now(), .same = {}, .points = {}};
  Again::Points points;
  JsonWriter json(again.result_json);
  json.BeginObject().Key("observed").BeginArray();
  for (const Moment& moment : MomentsOf(before)) {
    query::InstantQuery query;
    query.tenant = tenant;
    query.text = question.query;
    query.time = moment.time;
    query.timeout = kTimeMax;
    VEDETTE_TRY(const query::QueryResult result, sources_.metrics.Instant(query));
    std::optional<double> value = MeantBy(before, result);
    if (value && !std::isfinite(*value)) value.reset();
    json.BeginArray().Value(static_cast<double>(base::ToMillis(moment.time)) / 1000);
    json.Value(value).EndArray();
    const bool same = value && moment.value ? SameNumber(*value, *moment.value, kSameKeptShare)
                                            : value == moment.value;
    ++points.total;
    points.same += same ? 1 : 0;
  }
  json.EndArray().EndObject();
  again.same = points.same == points.total;
  again.points = points;
  return again;
}

base::Result<std::string> Asker::Ask(const model::TenantName& tenant,
                                     const model::Evidence& question) const {
  if (question.language == kPromql) return AskMetrics(tenant, question);
  if (question.language == kLogs) return AskLogs(tenant, question);
  if (question.language == kChanges) return AskChange(tenant, question);
  if (question.language == kEdges) return AskEdge(tenant, question);
  if (question.language == kSpans) return AskSpans(tenant, question);
  if (question.language == kPairs) return AskPairs(tenant, question);
  if (question.language == kEvents) return AskEvent(tenant, question);
  return base::InvalidArgument(fmt::format("'{}' is no language of evidence", question.language),
                               "language");
}

base::Result<Again> Asker::AskAgain(const model::TenantName& tenant,
                                    const model::Evidence& evidence) const {
  const base::Result<base::Json> before = base::ParseJson(evidence.result_json);
  const bool on_a_grid = evidence.language != kPromql || evidence.step.count() > 0;
  if (!on_a_grid && before.ok() && !MomentsOf(*before).empty()) {
    return AskMoments(tenant, evidence, *before);
  }
  Again again;
  VEDETTE_TRY(again.result_json, Ask(tenant, evidence));
  again.taken_at = sources_.clock.Now();
  if (std::optional<Reading> reading = ReadingOf(evidence.result_json)) {
    VEDETTE_TRY_VOID(Take(*reading, again.result_json));
    again.result_json = WithReading(again.result_json, *reading);
  }
  const base::Result<base::Json> now = base::ParseJson(again.result_json);
  if (on_a_grid && before.ok() && now.ok()) again.same = SameAnswer(*before, *now);
  return again;
}

}  // namespace vedette::evidence
