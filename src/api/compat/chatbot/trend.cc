#include "api/compat/chatbot/trend.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/compat/chatbot/request.h"
#include "base/json_writer.h"
#include "detect/patterns/patterns.h"

namespace vedette::api::compat::chatbot {
namespace {

constexpr base::Duration kMinute = std::chrono::minutes(1);  // a step; and the least that is asked
constexpr base::Duration kHour = std::chrono::hours(1);
constexpr int64_t kHoursMax = 24 * 90;
constexpr int64_t kStepsMax = 1000;
constexpr double kStableWithin = 0.2;  // of the older mean

struct Input {
  std::string component;
  std::string metric;
  double hours = 6;
};

struct Trend {
  std::string_view direction = "STABLE";
  size_t points = 0;
  double average = 0;
  double low = 0;
  double high = 0;
  double latest = 0;
  double older = 0;
  double newer = 0;
};

base::Result<Input> ReadInput(const Call& call) {
  VEDETTE_TRY(const Request request, Request::Read(call));
  Input input;
  VEDETTE_TRY(input.component, request.Text("component"));
  VEDETTE_TRY(input.metric, request.Text("metric_name"));
  VEDETTE_TRY(const base::Duration span, request.Span("hours", kHour, 6, kHoursMax));
  for (const auto& [name, text] :
       {std::pair("component", &input.component), {"metric_name", &input.metric}}) {
    if (text->empty()) return base::InvalidArgument(fmt::format("{} is required", name), name);
  }
  if (span < kMinute) return base::InvalidArgument("hours must be at least a minute", "hours");
  input.hours = static_cast<double>(span.count()) / static_cast<double>(kHour.count());
  return input;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  base::AppendJsonEscaped(out, text);
  return out + '"';
}

// The mean of all series with that label `component`, over steps of at least a minute.
base::Result<std::vector<double>> Read(query::Engine& engine, const Call& call, const Input& input,
                                       std::string_view component) {
  const auto span = base::Duration(static_cast<int64_t>(input.hours * 3'600'000));
  const base::Duration step{std::max<int64_t>(kMinute.count(), span.count() / kStepsMax)};
  const std::string selector =
      fmt::format("{{__name__={},component={}}}", Quoted(input.metric), Quoted(component));
  const auto result =
      engine.Range({.tenant = call.caller.tenant,
                    .text = fmt::format("avg(avg_over_time({}[{}ms]))", selector, step.count()),
                    .start = call.now - span + step,
                    .end = call.now,
                    .step = step,
                    .deadline = call.request.deadline,
                    .cancelled = call.request.cancelled});
  if (!result.ok()) return result.error();
  std::vector<double> values;
  if (!result->matrix.empty()) values = result->matrix[0].samples.values;
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  return values;
}

double Mean(const std::vector<double>& values, size_t from, size_t to) {
  double sum = 0;
  for (size_t i = from; i < to; ++i) sum += values[i];
  return sum / static_cast<double>(to - from);
}

Trend Judge(const std::vector<double>& values) {
  const size_t part = std::max<size_t>(1, values.size() / 6);
  Trend trend{.points = values.size(),
              .average = Mean(values, 0, values.size()),
              .low = *std::ranges::min_element(values),
              .high = *std::ranges::max_element(values),
              .latest = values.back(),
              .older = Mean(values, 0, part),
              .newer = Mean(values, values.size() - part, values.size())};
  const double margin = std::abs(trend.older) * kStableWithin;
  if (trend.newer > trend.older + margin) trend.direction = "INCREASING";
  if (trend.newer < trend.older - margin) trend.direction = "DECREASING";
  return trend;
}

std::string Sentence(const Input& input, const std::optional<Trend>& trend) {
  if (!trend) {
    return fmt::format("No data for {} of {} in the last {:g} hours", input.metric, input.component,
                       input.hours);
  }
  return fmt::format(
      "{} of {} over the last {:g} hours: {}. Average {:.6g}, min {:.6g}, max {:.6g}, latest "
      "{:.6g}",
      input.metric, input.component, input.hours, trend->direction, trend->average, trend->low,
      trend->high, trend->latest);
}

net::Response Answer(const Input& input, const std::optional<Trend>& trend, base::TimePoint now) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("trend", Sentence(input, trend));
  json.Field("component", input.component).Field("metric", input.metric);
  json.Field("query_hours", input.hours).Field("timestamp", now);
  json.Key("result");
  if (trend) {
    json.BeginObject().Field("direction", trend->direction);
    json.Field("average", trend->average).Field("min", trend->low).Field("max", trend->high);
    json.Field("latest", trend->latest).Field("oldest_mean", trend->older);
    json.Field("newest_mean", trend->newer).Field("points", static_cast<uint64_t>(trend->points));
    json.EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
  return net::JsonResponse(200, std::move(out));
}

// Whether series that name no component may be its.
bool MayBeOf(const Input& input) {
  const std::string_view named = detect::patterns::ComponentOfMetric(input.metric);
  return named.empty() || detect::patterns::IsComponent(named, input.component);
}

net::Response PostTrend(query::Engine& engine, const Call& call) {
  const base::Result<Input> input = ReadInput(call);
  if (!input.ok()) return ErrorResponse(input.error());
  base::Result<std::vector<double>> values = Read(engine, call, *input, input->component);
  if (values.ok() && values->empty() && MayBeOf(*input)) values = Read(engine, call, *input, "");
  if (!values.ok()) return ErrorResponse(values.error());
  return Answer(*input, values->empty() ? std::nullopt : std::optional(Judge(*values)), call.now);
}

}  // namespace

std::vector<Route> TrendRoutes(query::Engine& engine) {
  return {{"POST",
           "/metrics/trend",
           Permission::kRead,
           [&engine](const Call& call) { return PostTrend(engine, call); },
           "s5MetricsTrend",
           {},
           true}};
}

}  // namespace vedette::api::compat::chatbot
