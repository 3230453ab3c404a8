#include "api/prometheus.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "api/prometheus_ast.h"
#include "api/prometheus_labels.h"
#include "api/prometheus_selection.h"
#include "base/json_writer.h"
#include "query/format.h"
#include "query/parser.h"
#include "query/pretty.h"

namespace vedette::api {
namespace {

bool WriteVector(base::JsonWriter& json, const query::QueryResult& result, size_t limit) {
  std::string point;
  const size_t shown = std::min(limit, result.vector.size());
  for (size_t i = 0; i < shown; ++i) {
    const query::VectorSample& sample = result.vector[i];
    point.clear();
    const bool histogram = sample.histogram != nullptr;
    if (histogram) {
      AppendHistogramPoint(point, result.t_ms, *sample.histogram);
    } else {
      AppendPoint(point, result.t_ms, sample.value);
    }
    json.BeginObject().Field("metric", sample.labels);
    json.Key(histogram ? "histogram" : "value").Raw(point).EndObject();
  }
  return shown < result.vector.size();
}

void WritePoints(base::JsonWriter& json, const series::SampleColumns& samples) {
  std::string values;
  std::string histograms;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    const bool histogram = i < samples.histograms.size() && samples.histograms[i] != nullptr;
    std::string& points = histogram ? histograms : values;
    points += points.empty() ? '[' : ',';
    if (histogram) {
      AppendHistogramPoint(points, samples.t_ms[i], *samples.histograms[i]);
    } else {
      AppendPoint(points, samples.t_ms[i], samples.values[i]);
    }
  }
  if (!values.empty()) json.Key("values").Raw(values += ']');
  if (!histograms.empty()) json.Key("histograms").Raw(histograms += ']');
}

bool WriteMatrix(base::JsonWriter& json, const query::QueryResult& result, size_t limit) {
  const size_t shown = std::min(limit, result.matrix.size());
  for (size_t i = 0; i < shown; ++i) {
    const query::MatrixSeries& series = result.matrix[i];
    json.BeginObject().Field("metric", series.labels);
    WritePoints(json, series.samples);
    json.EndObject();
  }
  return shown < result.matrix.size();
}

// What is not measured apart is 0; the names are Prometheus'.
void WriteStats(base::JsonWriter& json, const query::QueryStats& stats) {
  const double seconds = stats.seconds;
  json.Key("stats").BeginObject().Key("timings").BeginObject();
  json.Field("evalTotalTime", seconds).Field("resultSortTime", 0);
  json.Field("queryPreparationTime", 0).Field("innerEvalTime", seconds);
  json.Field("execQueueTime", 0).Field("execTotalTime", seconds).EndObject();
  json.Key("samples").BeginObject();
  json.Field("totalQueryableSamples", stats.samples_read);
  json.Field("peakSamples", stats.samples_peak).EndObject().EndObject();
}

// What instant and range queries have in common.
template <typename Query>
base::Result<> FillCommon(const Call& call, Query& query) {
  query.tenant = call.caller.tenant;
  query.text = call.Parameter("query").value_or("");
  query.deadline = call.request.deadline;
  query.cancelled = call.request.cancelled;
  VEDETTE_TRY(query.timeout, PrometheusDuration(call, "timeout", base::Duration(0)));
  VEDETTE_TRY(query.lookback, PrometheusDuration(call, "lookback_delta", base::Duration(0)));
  // As in Thanos; "auto" is a matter of the step.
  const auto resolution = call.Parameter("max_source_resolution");
  if (!resolution.has_value() || resolution->empty() || *resolution == "auto") return {};
  VEDETTE_TRY(query.max_source_resolution,
              PrometheusDuration(call, "max_source_resolution", base::Duration(0)));
  return {};
}

net::Response QueryAnswer(const Call& call, base::Result<query::QueryResult> result, size_t limit) {
  if (!result.ok()) {
    const bool gone = result.error().code == base::ErrorCode::kUnavailable &&
                      call.request.cancelled && call.request.cancelled();
    return gone ? PrometheusError(499, "canceled", result.error().message)
                : PrometheusError(result.error());
  }
  std::string data;
  const bool with_stats = !call.Parameter("stats").value_or("").empty();
  if (AppendQueryData(data, *result, limit, with_stats)) {
    result->warnings.emplace_back(kTruncated);
  }
  return PrometheusAnswer(data, result->warnings, result->infos);
}

net::Response HandleInstant(query::Engine& engine, const Call& call) {
  const auto parameters = [&]() -> base::Result<std::pair<query::InstantQuery, size_t>> {
    query::InstantQuery query;
    VEDETTE_TRY_VOID(FillCommon(call, query));
    VEDETTE_TRY(query.time, PrometheusTime(call, "time", call.now));
    VEDETTE_TRY(const size_t limit, PrometheusLimit(call));
    return std::pair(std::move(query), limit);
  }();
  if (!parameters.ok()) return PrometheusError(parameters.error());
  return QueryAnswer(call, engine.Instant(parameters->first), parameters->second);
}

net::Response HandleRange(query::Engine& engine, const Call& call) {
  const auto parameters = [&]() -> base::Result<std::pair<query::RangeQuery, size_t>> {
    query::RangeQuery query;
    VEDETTE_TRY_VOID(FillCommon(call, query));
    for (const std::string_view name : {"start", "end"}) {
      if (call.Parameter(name).value_or("").empty()) {
        return BadPrometheusParameter(name, "", "timestamp");
      }
    }
    if (call.Parameter("step").value_or("").empty()) {
      return BadPrometheusParameter("step", "", "duration");
    }
    VEDETTE_TRY(query.start, PrometheusTime(call, "start", call.now));
    VEDETTE_TRY(query.end, PrometheusTime(call, "end", call.now));
    VEDETTE_TRY(query.step, PrometheusDuration(call, "step", base::Duration(0)));
    if (call.Parameter("max_source_resolution") == "auto") {
      query.max_source_resolution = query.step / 5;
    }
    VEDETTE_TRY(const size_t limit, PrometheusLimit(call));
    return std::pair(std::move(query), limit);
  }();
  if (!parameters.ok()) return PrometheusError(parameters.error());
  return QueryAnswer(call, engine.Range(parameters->first), parameters->second);
}

void WriteExemplars(base::JsonWriter& json, const std::vector<model::Exemplar>& exemplars) {
  json.BeginArray();
  std::string number;
  for (const model::Exemplar& exemplar : exemplars) {
    json.BeginObject().Field("labels", exemplar.labels);
    number.clear();
    query::AppendApiFloat(number, exemplar.value);
    json.Field("value", number);
    number.clear();
    AppendTimestamp(number, exemplar.t_ms);
    json.Key("timestamp").Raw(number).EndObject();
  }
  json.EndArray();
}

base::Result<std::string> FindExemplars(series::Store& store, const Call& call) {
  VEDETTE_TRY(series::SelectRequest request, SelectionOf(call));
  VEDETTE_TRY(const query::ExprPtr expr, query::Parse(call.Parameter("query").value_or("")));
  std::map<model::Labels, std::vector<model::Exemplar>> found;
  for (const query::VectorSelector* selector : query::SelectorsOf(*expr)) {
    request.matchers = selector->matchers;
    VEDETTE_TRY(std::vector<series::ExemplarSeries> all, store.Exemplars(request));
    for (series::ExemplarSeries& one : all) {
      found.try_emplace(std::move(one.labels), std::move(one.exemplars));
    }
  }
  std::string data;
  base::JsonWriter json(data);
  json.BeginArray();
  for (const auto& [labels, exemplars] : found) {
    json.BeginObject().Field("seriesLabels", labels);
    json.Key("exemplars");
    WriteExemplars(json, exemplars);
    json.EndObject();
  }
  json.EndArray();
  return data;
}

net::Response HandleExemplars(series::Store& store, const Call& call) {
  const base::Result<std::string> data = FindExemplars(store, call);
  return data.ok() ? PrometheusAnswer(*data) : PrometheusError(data.error());
}

net::Response HandleFormat(const Call& call) {
  const auto expr = query::Parse(call.Parameter("query").value_or(""));
  if (!expr.ok()) return PrometheusError(expr.error());
  std::string data;
  base::JsonWriter(data).Value(query::Pretty(**expr));
  return PrometheusAnswer(data);
}

net::Response HandleParse(const Call& call) {
  const auto expr = query::Parse(call.Parameter("query").value_or(""));
  if (!expr.ok()) return PrometheusError(expr.error());
  std::string data;
  base::JsonWriter json(data);
  WriteSyntaxTree(json, **expr);
  return PrometheusAnswer(data);
}

}  // namespace

bool AppendQueryData(std::string& out, const query::QueryResult& result, size_t limit,
                     bool with_stats) {
  if (limit == 0) limit = SIZE_MAX;
  base::JsonWriter json(out);
  json.BeginObject();
  bool cut = false;
  switch (result.type) {
    case query::ValueType::kScalar: {
      std::string point;
      AppendPoint(point, result.t_ms, result.scalar);
      json.Field("resultType", "scalar").Key("result").Raw(point);
      break;
    }
    case query::ValueType::kString: {
      std::string time;
      AppendTimestamp(time, result.t_ms);
      json.Field("resultType", "string").Key("result").BeginArray();
      json.Raw(time).Value(result.text).EndArray();
      break;
    }
    case query::ValueType::kVector:
      json.Field("resultType", "vector").Key("result").BeginArray();
      cut = WriteVector(json, result, limit);
      json.EndArray();
      break;
    case query::ValueType::kMatrix:
      json.Field("resultType", "matrix").Key("result").BeginArray();
      cut = WriteMatrix(json, result, limit);
      json.EndArray();
      break;
  }
  if (with_stats) WriteStats(json, result.stats);
  json.EndObject();
  return cut;
}

std::vector<Route> PrometheusRoutes(query::Engine& engine, series::Store& store) {
  const CallHandler instant = [&engine](const Call& call) { return HandleInstant(engine, call); };
  const CallHandler range = [&engine](const Call& call) { return HandleRange(engine, call); };
  const CallHandler exemplars = [&store](const Call& call) { return HandleExemplars(store, call); };
  constexpr Permission kRead = Permission::kRead;
  std::vector<Route> routes = {
      {"GET", "/api/v1/query", kRead, instant, "queryInstant"},
      {"POST", "/api/v1/query", kRead, instant, "queryInstantForm"},
      {"GET", "/api/v1/query_range", kRead, range, "queryRange"},
      {"POST", "/api/v1/query_range", kRead, range, "queryRangeForm"},
      {"GET", "/api/v1/query_exemplars", kRead, exemplars, "queryExemplars"},
      {"POST", "/api/v1/query_exemplars", kRead, exemplars, "queryExemplarsForm"},
      {"GET", "/api/v1/format_query", kRead, HandleFormat, "formatQuery"},
      {"POST", "/api/v1/format_query", kRead, HandleFormat, "formatQueryForm"},
      {"GET", "/api/v1/parse_query", kRead, HandleParse, "parseQuery"},
      {"POST", "/api/v1/parse_query", kRead, HandleParse, "parseQueryForm"},
  };
  // Formatting and parsing read nothing.
  for (Route& route : routes) route.heavy = route.pattern.starts_with("/api/v1/query");
  std::vector<Route> labels = LabelRoutes(store);
  std::move(labels.begin(), labels.end(), std::back_inserter(routes));
  return routes;
}

}  // namespace vedette::api
