#include "detect/wording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "base/duration.h"
#include "base/json_writer.h"
#include "detect/baseline/calibration.h"
#include "model/quantity.h"

namespace vedette::detect {
namespace {

constexpr base::Duration kSecond{1'000};
constexpr base::Duration kRateWindowMin{300'000};
constexpr base::Duration kQuantileWindow{60'000};  // before an interval is known
constexpr std::string_view kQuantileLabel = "quantile";

// "p99 of " for 0.99; empty for what is no quantile.
std::string QuantilePrefix(model::LabelsView labels) {
  const std::string_view share = labels.Get(kQuantileLabel);
  if (!share.starts_with("0.")) return {};
  const std::string_view digits = share.substr(2);
  return fmt::format("p{}{} of ", digits, digits.size() == 1 ? "0" : "");
}

std::string BoundText(double bound) {
  return std::isinf(bound) ? "+Inf" : fmt::format("{}", bound);
}

void WriteHistogram(base::JsonWriter& json, const HistogramBook::Histogram& histogram) {
  json.Key("histogram").BeginObject();
  json.Field("events", histogram.buckets.back().told).Key("buckets").BeginArray();
  for (const HistogramBook::Bucket& bucket : histogram.buckets) {
    json.BeginArray().Value(BoundText(bucket.bound)).Value(bucket.told).EndArray();
  }
  json.EndArray().EndObject();
}

void WriteExpected(base::JsonWriter& json, double low, double high) {
  json.Key("expected").BeginObject().Field("low", low).Field("high", high).EndObject();
}

// "http_requests_total{code="500"} of payment (payment-0)"
std::string Subject(const model::Anomaly& anomaly) {
  std::string text(anomaly.labels.metric_name());
  std::string details;
  for (const std::string_view name :
       {"code", "status_code", "mode", "device", "method", "handler", "route", "path", "topic"}) {
    const std::string_view value = anomaly.labels.Get(name);
    if (value.empty()) continue;
    details += fmt::format("{}{}=\"{}\"", details.empty() ? "" : ",", name, value);
  }
  if (!details.empty()) text += fmt::format("{{{}}}", details);
  if (anomaly.entity != text) text += fmt::format(" of {}", anomaly.entity);
  std::string_view instance = anomaly.labels.Get("instance");
  if (instance.empty()) instance = anomaly.labels.Get("pod");
  if (!instance.empty() && instance != anomaly.entity) text += fmt::format(" ({})", instance);
  return text;
}

// "is 480 ms", of what is over "was 480 ms at worst".
std::string Being(const model::Anomaly& anomaly, bool as_rate) {
  const std::string value =
      model::FormatQuantity(anomaly.labels.metric_name(), anomaly.observed, as_rate);
  const bool over = anomaly.state == model::AnomalyState::kClosed;
  return over ? fmt::format("was {} at worst", value) : "is " + value;
}

std::string Since(const model::Anomaly& anomaly) {
  return fmt::format("since {} UTC", base::FormatTime(anomaly.started_at).substr(11, 5));
}

}  // namespace

std::string EntityOf(model::LabelsView labels) {
  for (const std::string_view name : {"service", "service_name", "app"}) {
    const std::string_view value = labels.Get(name);
    if (!value.empty()) return std::string(value);
  }
  const std::string_view space = labels.Get("namespace");
  if (!space.empty()) {
    for (const std::string_view name : {"deployment", "statefulset", "daemonset", "pod"}) {
      const std::string_view value = labels.Get(name);
      if (!value.empty()) return fmt::format("{}/{}", space, value);
    }
  }
  for (const std::string_view name : {"job", "instance", "component"}) {
    const std::string_view value = labels.Get(name);
    if (!value.empty()) return std::string(value);
  }
  const std::string_view metric = labels.metric_name();
  return metric.empty() ? labels.ToString() : std::string(metric);
}

std::string QueryOf(model::LabelsView labels, bool as_rate, base::Duration interval) {
  if (!as_rate) return labels.ToString();
  // A counter was compared by what came between two scrapes: the last two of the window.
  const base::Duration seconds((4 * interval.count() + 999) / 1000 * 1000);
  return fmt::format("irate({}[{}])", labels.ToString(),
                     base::FormatDuration(std::max(kRateWindowMin, seconds)));
}

std::string QuantileQueryOf(model::LabelsView labels, base::Duration interval) {
  const std::string name = fmt::format("{}_bucket", labels.metric_name());
  model::LabelsBuilder buckets(labels);
  buckets.Set(model::kMetricName, name);
  buckets.Remove(kQuantileLabel);
  // What was pooled lies between two scrapes that are an interval apart: a second more takes in the
  // first of them, and not the one before.
  const base::Duration whole = (interval + kSecond / 2) / kSecond * kSecond;
  const base::Duration window = whole.count() > 0 ? whole + kSecond : kQuantileWindow;
  return fmt::format("histogram_quantile({}, rate({}[{}]))", labels.Get(kQuantileLabel),
                     buckets.Build().ToString(), base::FormatDuration(window));
}

std::string DeviationSummary(const model::Anomaly& anomaly, bool as_rate) {
  const std::string_view metric = anomaly.labels.metric_name();
  const auto quantity = [&](double value) { return model::FormatQuantity(metric, value, as_rate); };
  const bool usual =
      anomaly.observed >= anomaly.expected_low && anomaly.observed <= anomaly.expected_high;
  const bool over = anomaly.state == model::AnomalyState::kClosed;
  const std::string what = usual
                               ? fmt::format("{} as never before, {} {}", over ? "moved" : "moves",
                                             over ? "was" : "is", quantity(anomaly.observed))
                               : Being(anomaly, as_rate);
  return fmt::format("{}{} {}, expected {} to {}, {}",
                     as_rate ? "rate of " : QuantilePrefix(anomaly.labels), Subject(anomaly), what,
                     quantity(anomaly.expected_low), quantity(anomaly.expected_high),
                     Since(anomaly));
}

std::string ThresholdSummary(const model::Anomaly& anomaly, double limit, bool as_rate) {
  const std::string_view metric = anomaly.labels.metric_name();
  return fmt::format("{}{} {}, the limit is {} (rule {}), {}", as_rate ? "rate of " : "",
                     Subject(anomaly), Being(anomaly, as_rate),
                     model::FormatQuantity(metric, limit, as_rate), anomaly.detector,
                     Since(anomaly));
}

std::string SummaryOfOver(const model::Anomaly& anomaly, bool as_rate) {
  if (anomaly.kind != model::AnomalyKind::kThreshold) return DeviationSummary(anomaly, as_rate);
  // The limit is the bound that it is beyond.
  const bool above = anomaly.observed >= anomaly.expected_high;
  return ThresholdSummary(anomaly, above ? anomaly.expected_high : anomaly.expected_low, as_rate);
}

std::string AbsenceSummary(const model::Anomaly& anomaly) {
  return fmt::format("no data of {} {} (rule {})", Subject(anomaly), Since(anomaly),
                     anomaly.detector);
}

std::string RecentJson(const baseline::SeriesState& state, double low, double high,
                       const Grounds* grounds, const HistogramBook::Histogram* histogram) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("observed").BeginArray();
  const size_t size = state.recent_size;
  for (size_t i = 0; i < size; ++i) {
    const size_t at = (state.recent_next + state.kRecent - size + i) % state.kRecent;
    const uint32_t ago = static_cast<uint32_t>(state.last_ms) - state.recent_ms[at];
    json.BeginArray()
        .Value(static_cast<double>(state.last_ms - ago) / 1000)
        .Value(static_cast<double>(state.recent[at]))
        .EndArray();
  }
  json.EndArray();
  WriteExpected(json, low, high);
  if (grounds != nullptr && grounds->surprise > 0) {
    json.Key("surprise").BeginObject().Field("nats", grounds->surprise);
    json.Field("false_alarms_per_day", baseline::FalseAlarmsPerDay(grounds->surprise)).EndObject();
  }
  if (histogram != nullptr) WriteHistogram(json, *histogram);
  if (grounds != nullptr) {
    json.Key("noise_budget");
    WriteGrounds(json, *grounds);
  }
  json.EndObject();
  return out;
}

std::string RecentJson(const Readings& readings, double low, double high) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("observed").BeginArray();
  for (size_t i = 0; i < readings.size(); ++i) {
    json.BeginArray().Value(static_cast<double>(readings[i].t_ms) / 1000);
    json.Value(readings[i].value).EndArray();
  }
  json.EndArray();
  WriteExpected(json, low, high);
  json.EndObject();
  return out;
}

}  // namespace vedette::detect
