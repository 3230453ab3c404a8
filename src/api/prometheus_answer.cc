#include "api/prometheus_answer.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <utility>

#include "base/duration.h"
#include "query/format.h"
#include "query/histogram_ops.h"
#include "query/lexer.h"

namespace vedette::api {
namespace {

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

void AppendQuotedFloat(std::string& out, double value) {
  out += '"';
  query::AppendApiFloat(out, value);
  out += '"';
}

}  // namespace

net::Response PrometheusAnswer(std::string_view data, const std::vector<std::string>& warnings,
                               const std::vector<std::string>& infos) {
  std::string body;
  body.reserve(data.size() + 64);
  base::JsonWriter json(body);
  json.BeginObject().Field("status", "success").Key("data").Raw(data);
  if (!warnings.empty()) json.Field("warnings", warnings);
  if (!infos.empty()) json.Field("infos", infos);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::Response PrometheusError(int status, std::string_view type, std::string_view message) {
  std::string body;
  base::JsonWriter(body)
      .BeginObject()
      .Field("status", "error")
      .Field("errorType", type)
      .Field("error", message)
      .EndObject();
  net::Response response = net::JsonResponse(status, std::move(body));
  if (status == 503) response.headers.Set("Retry-After", "1");
  return response;
}

net::Response PrometheusError(const base::Error& error) {
  const Failure failure = FailureOf(error.code);
  const bool parameter = error.code == base::ErrorCode::kInvalidArgument && !error.field.empty();
  return PrometheusError(
      failure.status, failure.type,
      parameter ? fmt::format("invalid parameter \"{}\": {}", error.field, error.message)
                : error.message);
}

base::Error BadPrometheusParameter(std::string_view name, std::string_view value,
                                   std::string_view kind) {
  return base::InvalidArgument(fmt::format("cannot parse \"{}\" to a valid {}", value, kind),
                               std::string(name));
}

base::Result<base::TimePoint> PrometheusTime(const Call& call, std::string_view name,
                                             base::TimePoint missing) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text.has_value() || text->empty()) return missing;
  // How Prometheus' own client writes the first and the last time there are.
  if (*text == "-292273086-05-16T16:47:06Z") return base::FromMillis(INT64_MIN);
  if (*text == "292277025-08-18T07:12:54.999999999Z") return base::FromMillis(INT64_MAX);
  const base::Result<base::TimePoint> time = base::ParseTime(*text);
  if (time.ok()) return *time;
  // Seconds in any form of a number: 1.79e9.
  double seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  constexpr double kSecondsMax = 9e15;
  if (error != std::errc() || end != text->data() + text->size() ||
      !(std::abs(seconds) <= kSecondsMax)) {
    return BadPrometheusParameter(name, *text, "timestamp");
  }
  return base::FromMillis(std::llround(seconds * 1000));
}

base::Result<base::Duration> PrometheusDuration(const Call& call, std::string_view name,
                                                base::Duration missing) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text.has_value() || text->empty()) return missing;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error == std::errc() && end == text->data() + text->size()) {
    constexpr double kSecondsMax = 9'223'372'036.0;
    if (!(std::abs(seconds) <= kSecondsMax)) {
      return BadPrometheusParameter(name, *text, "duration");
    }
    return base::Duration(std::llround(seconds * 1000));
  }
  const base::Result<int64_t> ms = query::ParsePromDuration(*text);
  if (!ms.ok()) return BadPrometheusParameter(name, *text, "duration");
  return base::Duration(*ms);
}

base::Result<size_t> PrometheusLimit(const Call& call, std::string_view name) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text.has_value() || text->empty()) return size_t{0};
  size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc() || end != text->data() + text->size()) {
    return BadPrometheusParameter(name, *text, "number that is not negative");
  }
  return limit;
}

void AppendTimestamp(std::string& out, int64_t t_ms) {
  const uint64_t size = t_ms < 0 ? ~static_cast<uint64_t>(t_ms) + 1 : static_cast<uint64_t>(t_ms);
  if (t_ms < 0) out += '-';
  const fmt::format_int seconds(size / 1000);
  out.append(seconds.data(), seconds.size());
  if (size % 1000 == 0) return;
  const fmt::format_int thousandths(1000 + size % 1000);  // the one in front keeps the zeros
  out += '.';
  out.append(thousandths.data() + 1, thousandths.size() - 1);
}

void AppendPoint(std::string& out, int64_t t_ms, double value) {
  out += '[';
  AppendTimestamp(out, t_ms);
  out += ',';
  AppendQuotedFloat(out, value);
  out += ']';
}

void AppendHistogramPoint(std::string& out, int64_t t_ms, const model::Histogram& histogram) {
  out += '[';
  AppendTimestamp(out, t_ms);
  out += ",{\"count\":";
  AppendQuotedFloat(out, histogram.count);
  out += ",\"sum\":";
  AppendQuotedFloat(out, histogram.sum);
  std::string_view before = ",\"buckets\":[";
  for (const query::BucketView& bucket : query::BucketsOf(histogram)) {
    if (bucket.count == 0) continue;
    // How the bounds belong to it: 0 right, 1 left, 2 neither, 3 both.
    int rule = bucket.upper_inclusive ? 0 : 2;
    if (bucket.lower_inclusive) rule = bucket.upper_inclusive ? 3 : 1;
    fmt::format_to(std::back_inserter(out), "{}[{},", before, rule);
    AppendQuotedFloat(out, bucket.lower);
    out += ',';
    AppendQuotedFloat(out, bucket.upper);
    out += ',';
    AppendQuotedFloat(out, bucket.count);
    out += ']';
    before = ",";
  }
  out += before == "," ? "]}]" : "}]";
}

}  // namespace vedette::api
