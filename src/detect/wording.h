#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "detect/baseline/series_state.h"
#include "detect/baseline/signal.h"
#include "detect/grounds.h"
#include "detect/histogram_book.h"
#include "detect/readings.h"
#include "model/anomaly.h"
#include "model/labels.h"

namespace vedette::detect {

// What an anomaly says to people: whom it concerns, one sentence, and the question that shows it
// again. Pure functions.

// Whom a series concerns: its label service, service_name, app, namespace/pod's namespace and
// workload, job, instance or component, the first that it has; else its metric.
std::string EntityOf(model::LabelsView labels);

// PromQL that gives the values as they were compared at the times of their samples: the series, or
// its rate between the last two.
std::string QueryOf(model::LabelsView labels, bool as_rate, base::Duration interval);

// The same of a quantile of a histogram, whose labels are those of its name without _bucket with
// `quantile` in place of `le`. The interval is that of the newest value: more than one scrape where
// several were taken together. Values before it may have had another.
std::string QuantileQueryOf(model::LabelsView labels, base::Duration interval);

// "http_request_latency_p95_seconds of payment (payment-0) is 480 ms, expected 40 ms to 70 ms,
// since 02:10 UTC"; of a value within that range "moves as never before, is 60 ms, ...". Of what is
// over "was 480 ms at worst", "moved as never before, was 60 ms".
std::string DeviationSummary(const model::Anomaly& anomaly, bool as_rate);
// "up of payment (payment-0) is 0, the limit is 1 (rule target_down), since 02:10 UTC"; of what is
// over "was 0 at worst"
std::string ThresholdSummary(const model::Anomaly& anomaly, double limit, bool as_rate);
// The same of what is over, of either kind, by its worst value.
std::string SummaryOfOver(const model::Anomaly& anomaly, bool as_rate);
// "no data of up of payment (payment-0) since 02:10 UTC"
std::string AbsenceSummary(const model::Anomaly& anomaly);

// {"observed":[[unix seconds, value], ...],"expected":{"low":..,"high":..}} of the newest values;
// with grounds also "noise_budget" (grounds.h), and with a surprise among them
// "surprise":{"nats":..,"false_alarms_per_day":..}. With a histogram "histogram":{"events":..,
// "buckets":[["0.1",3],["+Inf",5]]}: how many came to each bucket, smaller ones included, between
// the last two quantiles.
std::string RecentJson(const baseline::SeriesState& state, double low, double high,
                       const Grounds* grounds = nullptr,
                       const HistogramBook::Histogram* histogram = nullptr);

// The same of what a rule compared, without grounds. A bound that is infinite is none.
std::string RecentJson(const Readings& readings, double low, double high);

}  // namespace vedette::detect
