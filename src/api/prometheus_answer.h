#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "model/histogram.h"
#include "model/labels.h"

namespace vedette::api {

// What the handlers of Prometheus' HTTP API share: its envelopes, its way to read parameters, its
// JSON of values. Pure.

inline constexpr std::string_view kTruncated = "results truncated due to limit";

// {"status":"success","data":DATA,"warnings":[...],"infos":[...]}; empty lists are left out.
net::Response PrometheusAnswer(std::string_view data, const std::vector<std::string>& warnings = {},
                               const std::vector<std::string>& infos = {});

// {"status":"error","errorType":...,"error":...}. Types are bad_data (400), not_found (404),
// execution (422), timeout and unavailable (503), internal (500).
net::Response PrometheusError(const base::Error& error);
net::Response PrometheusError(int status, std::string_view type, std::string_view message);

base::Error BadPrometheusParameter(std::string_view name, std::string_view value,
                                   std::string_view kind);

// RFC 3339 or seconds with a fraction. `missing` when the parameter is absent or empty.
base::Result<base::TimePoint> PrometheusTime(const Call& call, std::string_view name,
                                             base::TimePoint missing);
// Seconds with a fraction, or a duration such as 15s.
base::Result<base::Duration> PrometheusDuration(const Call& call, std::string_view name,
                                                base::Duration missing);
// Not negative; 0 when it is absent, which means no limit.
base::Result<size_t> PrometheusLimit(const Call& call, std::string_view name = "limit");

// Seconds with three decimals if any: 1435781451.781, 60.
void AppendTimestamp(std::string& out, int64_t t_ms);
// [1435781451.781,"1.5"]
void AppendPoint(std::string& out, int64_t t_ms, double value);
// [1435781451.781,{"count":"3","sum":"4.5","buckets":[[0,"1","2","3"]]}]
void AppendHistogramPoint(std::string& out, int64_t t_ms, const model::Histogram& histogram);

}  // namespace vedette::api
