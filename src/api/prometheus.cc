#include "api/prometheus.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>

#include "api/prometheus_ast.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "query/format.h"
#include "query/lexer.h"
#include "query/parser.h"
#include "query/printer.h"

namespace vedette::api {
namespace {

constexpr std::string_view kTruncated = "results truncated due to limit";

// Prometheus' version whose API and semantics this is: clients switch features by it.
constexpr std::string_view kBuildInfo =
    R"({"version":"3.0.0","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":"",)"
    R"("application":"Vedette"})";

struct Failure {
  int status;
  std::string_view type;
};

Failure FailureOf(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalidArgument: return {400, "bad_data"};
    case base::ErrorCode::kNotFound: return {404, "not_found"};
    case base::ErrorCode::kFailedPrecondition:
    case base::ErrorCode::kResourceExhausted:
    case base::ErrorCode::kUnimplemented: return {422, "execution"};
    case base::ErrorCode::kDeadlineExceeded: return {503, "timeout"};
    case base::ErrorCode::kUnavailable: return {503, "unavailable"};
    default: return {500, "internal"};
  }
}

void AppendTimestamp(std::string& out, int64_t t_ms) {
  const uint64_t size = t_ms < 0 ? ~static_cast<uint64_t>(t_ms) + 1 : static_cast<uint64_t>(t_ms);
  if (t_ms < 0) out += '-';
  fmt::format_to(std::back_inserter(out), "{}", size / 1000);
  if (size % 1000 != 0) fmt::format_to(std::back_inserter(out), ".{:03}", size % 1000);
}

// [1435781451.781,"1.5"]
void AppendPoint(std::string& out, int64_t t_ms, double value) {
  out += '[';
  AppendTimestamp(out, t_ms);
  out += ",\"";
  query::AppendApiFloat(out, value);
  out += "\"]";
}

void WriteLabels(base::JsonWriter& json, model::LabelsView labels) {
  json.BeginObject();
  for (const model::Label& label : labels) json.Field(label.name, label.value);
  json.EndObject();
}

void WriteStrings(base::JsonWriter& json, const std::vector<std::string>& list) {
  json.BeginArray();
  for (const std::string& text : list) json.Value(text);
  json.EndArray();
}

bool WriteVector(base::JsonWriter& json, const query::QueryResult& result, size_t limit) {
  std::string point;
  const size_t shown = std::min(limit, result.vector.size());
  for (size_t i = 0; i < shown; ++i) {
    const query::VectorSample& sample = result.vector[i];
    point.clear();
    AppendPoint(point, result.t_ms, sample.value);
    json.BeginObject().Key("metric");
    WriteLabels(json, sample.labels);
    json.Key("value").Raw(point).EndObject();
  }
  return shown < result.vector.size();
}

bool WriteMatrix(base::JsonWriter& json, const query::QueryResult& result, size_t limit) {
  std::string points;
  const size_t shown = std::min(limit, result.matrix.size());
  for (size_t i = 0; i < shown; ++i) {
    const query::MatrixSeries& series = result.matrix[i];
    points = "[";
    for (size_t k = 0; k < series.samples.t_ms.size(); ++k) {
      if (k > 0) points += ',';
      AppendPoint(points, series.samples.t_ms[k], series.samples.values[k]);
    }
    points += ']';
    json.BeginObject().Key("metric");
    WriteLabels(json, series.labels);
    json.Key("values").Raw(points).EndObject();
  }
  return shown < result.matrix.size();
}

net::Response ErrorAnswer(const Failure& failure, std::string_view message) {
  std::string body;
  base::JsonWriter(body)
      .BeginObject()
      .Field("status", "error")
      .Field("errorType", failure.type)
      .Field("error", message)
      .EndObject();
  net::Response response = net::JsonResponse(failure.status, std::move(body));
  if (failure.status == 503) response.headers.Set("Retry-After", "1");
  return response;
}

// {"status":"success","data":DATA,...}
net::Response Success(std::string_view data, const std::vector<std::string>& warnings = {},
                      const std::vector<std::string>& infos = {}) {
  std::string body;
  body.reserve(data.size() + 64);
  base::JsonWriter json(body);
  json.BeginObject().Field("status", "success").Key("data").Raw(data);
  if (!warnings.empty()) {
    json.Key("warnings");
    WriteStrings(json, warnings);
  }
  if (!infos.empty()) {
    json.Key("infos");
    WriteStrings(json, infos);
  }
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Error BadParameter(std::string_view name, std::string_view value, std::string_view kind) {
  return base::InvalidArgument(fmt::format("cannot parse \"{}\" to a valid {}", value, kind),
                               std::string(name));
}

base::Result<base::TimePoint> TimeParameter(const Call& call, std::string_view name,
                                            base::TimePoint missing) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text.has_value() || text->empty()) return missing;
  const base::Result<base::TimePoint> time = base::ParseTime(*text);
  if (!time.ok()) return BadParameter(name, *text, "timestamp");
  return *time;
}

// Seconds with a fraction, or a duration such as 15s. `missing` when it is not given.
base::Result<base::Duration> DurationParameter(const Call& call, std::string_view name,
                                               base::Duration missing) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text.has_value() || text->empty()) return missing;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error == std::errc() && end == text->data() + text->size()) {
    constexpr double kSecondsMax = 9'223'372'036.0;
    if (!(std::abs(seconds) <= kSecondsMax)) return BadParameter(name, *text, "duration");
    return base::Duration(std::llround(seconds * 1000));
  }
  const base::Result<int64_t> ms = query::ParsePromDuration(*text);
  if (!ms.ok()) return BadParameter(name, *text, "duration");
  return base::Duration(*ms);
}

base::Result<size_t> LimitParameter(const Call& call) {
  const std::optional<std::string> text = call.Parameter("limit");
  if (!text.has_value() || text->empty()) return size_t{0};
  size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc() || end != text->data() + text->size()) {
    return BadParameter("limit", *text, "number that is not negative");
  }
  return limit;
}

// What instant and range queries have in common.
template <typename Query>
base::Result<> FillCommon(const Call& call, Query& query) {
  query.tenant = call.caller.tenant;
  query.text = call.Parameter("query").value_or("");
  query.deadline = call.request.deadline;
  query.cancelled = call.request.cancelled;
  VEDETTE_TRY(query.timeout, DurationParameter(call, "timeout", base::Duration(0)));
  VEDETTE_TRY(query.lookback, DurationParameter(call, "lookback_delta", base::Duration(0)));
  return {};
}

net::Response QueryAnswer(const Call& call, base::Result<query::QueryResult> result, size_t limit) {
  if (!result.ok()) {
    const bool gone = result.error().code == base::ErrorCode::kUnavailable &&
                      call.request.cancelled && call.request.cancelled();
    return gone ? ErrorAnswer({499, "canceled"}, result.error().message)
                : PrometheusError(result.error());
  }
  std::string data;
  if (AppendQueryData(data, *result, limit)) result->warnings.emplace_back(kTruncated);
  return Success(data, result->warnings, result->infos);
}

net::Response HandleInstant(query::Engine& engine, const Call& call) {
  const auto parameters = [&]() -> base::Result<std::pair<query::InstantQuery, size_t>> {
    query::InstantQuery query;
    VEDETTE_TRY_VOID(FillCommon(call, query));
    VEDETTE_TRY(query.time, TimeParameter(call, "time", call.now));
    VEDETTE_TRY(const size_t limit, LimitParameter(call));
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
      if (call.Parameter(name).value_or("").empty()) return BadParameter(name, "", "timestamp");
    }
    if (call.Parameter("step").value_or("").empty()) return BadParameter("step", "", "duration");
    VEDETTE_TRY(query.start, TimeParameter(call, "start", call.now));
    VEDETTE_TRY(query.end, TimeParameter(call, "end", call.now));
    VEDETTE_TRY(query.step, DurationParameter(call, "step", base::Duration(0)));
    VEDETTE_TRY(const size_t limit, LimitParameter(call));
    return std::pair(std::move(query), limit);
  }();
  if (!parameters.ok()) return PrometheusError(parameters.error());
  return QueryAnswer(call, engine.Range(parameters->first), parameters->second);
}

// The selections that match[], start and end ask for; without match[] one of everything.
base::Result<std::vector<series::SelectRequest>> Selections(const Call& call) {
  series::SelectRequest request;
  request.tenant = call.caller.tenant;
  VEDETTE_TRY(const base::TimePoint start,
              TimeParameter(call, "start", base::FromMillis(INT64_MIN)));
  VEDETTE_TRY(const base::TimePoint end, TimeParameter(call, "end", base::FromMillis(INT64_MAX)));
  request.from_ms = base::ToMillis(start);
  request.to_ms = base::ToMillis(end);
  if (request.to_ms < request.from_ms) {
    return base::InvalidArgument("end timestamp must not be before start time", "end");
  }
  std::vector<series::SelectRequest> requests;
  for (const std::string& text : call.Parameters("match[]")) {
    base::Result<std::vector<model::Matcher>> matchers = query::ParseSelector(text);
    if (!matchers.ok()) return base::InvalidArgument(matchers.error().message, "match[]");
    request.matchers = *std::move(matchers);
    requests.push_back(request);
  }
  if (requests.empty()) requests.push_back(request);
  return requests;
}

// Writes at most `limit` of the items (0: all) as a JSON array.
template <typename Items, typename Write>
net::Response ListAnswer(const Items& items, size_t limit, Write write) {
  std::string data;
  base::JsonWriter json(data);
  json.BeginArray();
  size_t left = limit == 0 ? items.size() : limit;
  for (const auto& item : items) {
    if (left-- == 0) break;
    write(json, item);
  }
  json.EndArray();
  if (limit > 0 && items.size() > limit) return Success(data, {std::string(kTruncated)});
  return Success(data);
}

// The union of what `find(request)` gives for all selections, sorted.
template <typename Item, typename Find>
base::Result<std::set<Item>> Union(const Call& call, Find find) {
  VEDETTE_TRY(const std::vector<series::SelectRequest> requests, Selections(call));
  std::set<Item> all;
  for (const series::SelectRequest& request : requests) {
    VEDETTE_TRY(std::vector<Item> found, find(request));
    all.insert(std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return all;
}

net::Response HandleSeries(series::Store& store, const Call& call) {
  if (call.Parameters("match[]").empty()) {
    return PrometheusError(base::InvalidArgument("no match[] parameter provided"));
  }
  const base::Result<size_t> limit = LimitParameter(call);
  if (!limit.ok()) return PrometheusError(limit.error());
  const auto all = Union<model::Labels>(
      call, [&](const series::SelectRequest& request) { return store.Series(request); });
  if (!all.ok()) return PrometheusError(all.error());
  return ListAnswer(*all, *limit, [](base::JsonWriter& json, const model::Labels& labels) {
    WriteLabels(json, labels);
  });
}

void WriteText(base::JsonWriter& json, const std::string& text) { json.Value(text); }

net::Response HandleLabels(series::Store& store, const Call& call) {
  const base::Result<size_t> limit = LimitParameter(call);
  if (!limit.ok()) return PrometheusError(limit.error());
  const auto all = Union<std::string>(
      call, [&](const series::SelectRequest& request) { return store.LabelNames(request); });
  if (!all.ok()) return PrometheusError(all.error());
  return ListAnswer(*all, *limit, WriteText);
}

// Label names beyond letters, digits and underscores come as Prometheus escapes them in paths:
// U__ in front, "__" for an underscore, _hex_ for other characters. Others are as they are.
std::string UnescapedName(std::string_view escaped) {
  std::string_view rest = escaped;
  if (!rest.starts_with("U__")) return std::string(escaped);
  rest.remove_prefix(3);
  std::string name;
  while (!rest.empty()) {
    if (rest.front() != '_' || rest.starts_with("__")) {
      name += rest.front();
      rest.remove_prefix(rest.front() == '_' ? 2 : 1);
      continue;
    }
    const size_t end = rest.find('_', 1);
    const std::string_view code = rest.substr(1, end == std::string_view::npos ? 0 : end - 1);
    const base::Result<std::string> character = query::Unquote(fmt::format("\"\\U{:0>8}\"", code));
    if (code.empty() || !character.ok()) return std::string(escaped);
    name += *character;
    rest.remove_prefix(end + 1);
  }
  return name;
}

net::Response HandleLabelValues(series::Store& store, const Call& call) {
  const std::string name = UnescapedName(call.PathValue("name"));
  if (name.empty()) {
    return PrometheusError(base::InvalidArgument("invalid label name: \"\"", "name"));
  }
  const base::Result<size_t> limit = LimitParameter(call);
  if (!limit.ok()) return PrometheusError(limit.error());
  const auto all = Union<std::string>(
      call, [&](const series::SelectRequest& request) { return store.LabelValues(request, name); });
  if (!all.ok()) return PrometheusError(all.error());
  return ListAnswer(*all, *limit, WriteText);
}

net::Response HandleFormat(const Call& call) {
  const auto expr = query::Parse(call.Parameter("query").value_or(""));
  if (!expr.ok()) return PrometheusError(expr.error());
  std::string data;
  base::JsonWriter(data).Value(query::Print(**expr));
  return Success(data);
}

net::Response HandleParse(const Call& call) {
  const auto expr = query::Parse(call.Parameter("query").value_or(""));
  if (!expr.ok()) return PrometheusError(expr.error());
  std::string data;
  base::JsonWriter json(data);
  WriteSyntaxTree(json, **expr);
  return Success(data);
}

}  // namespace

net::Response PrometheusError(const base::Error& error) {
  const bool parameter = error.code == base::ErrorCode::kInvalidArgument && !error.field.empty();
  return ErrorAnswer(FailureOf(error.code), parameter ? fmt::format("invalid parameter \"{}\": {}",
                                                                    error.field, error.message)
                                                      : error.message);
}

bool AppendQueryData(std::string& out, const query::QueryResult& result, size_t limit) {
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
  json.EndObject();
  return cut;
}

std::vector<Route> PrometheusRoutes(query::Engine& engine, series::Store& store) {
  const CallHandler instant = [&engine](const Call& call) { return HandleInstant(engine, call); };
  const CallHandler range = [&engine](const Call& call) { return HandleRange(engine, call); };
  const CallHandler series = [&store](const Call& call) { return HandleSeries(store, call); };
  const CallHandler labels = [&store](const Call& call) { return HandleLabels(store, call); };
  const CallHandler values = [&store](const Call& call) { return HandleLabelValues(store, call); };
  const CallHandler metadata = [](const Call& /*call*/) { return Success("{}"); };
  const CallHandler build_info = [](const Call& /*call*/) { return Success(kBuildInfo); };
  constexpr Permission kRead = Permission::kRead;
  return {
      {"GET", "/api/v1/query", kRead, instant, "queryInstant"},
      {"POST", "/api/v1/query", kRead, instant, "queryInstantForm"},
      {"GET", "/api/v1/query_range", kRead, range, "queryRange"},
      {"POST", "/api/v1/query_range", kRead, range, "queryRangeForm"},
      {"GET", "/api/v1/series", kRead, series, "listSeries"},
      {"POST", "/api/v1/series", kRead, series, "listSeriesForm"},
      {"GET", "/api/v1/labels", kRead, labels, "listLabels"},
      {"POST", "/api/v1/labels", kRead, labels, "listLabelsForm"},
      {"GET", "/api/v1/label/{name}/values", kRead, values, "listLabelValues"},
      {"GET", "/api/v1/metadata", kRead, metadata, "listMetadata"},
      {"GET", "/api/v1/format_query", kRead, HandleFormat, "formatQuery"},
      {"POST", "/api/v1/format_query", kRead, HandleFormat, "formatQueryForm"},
      {"GET", "/api/v1/parse_query", kRead, HandleParse, "parseQuery"},
      {"POST", "/api/v1/parse_query", kRead, HandleParse, "parseQueryForm"},
      {"GET", "/api/v1/status/buildinfo", kRead, build_info, "getBuildInfo"},
  };
}

}  // namespace vedette::api
