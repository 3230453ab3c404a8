#include "api/prometheus_selection.h"

#include <cstdint>
#include <string>
#include <utility>

#include "api/prometheus_answer.h"
#include "query/parser.h"

namespace vedette::api {

base::Result<series::SelectRequest> SelectionOf(const Call& call) {
  VEDETTE_TRY(const base::TimePoint start,
              PrometheusTime(call, "start", base::FromMillis(INT64_MIN)));
  VEDETTE_TRY(const base::TimePoint end, PrometheusTime(call, "end", base::FromMillis(INT64_MAX)));
  if (end < start) {
    return base::InvalidArgument("end timestamp must not be before start time", "end");
  }
  series::SelectRequest request;
  request.tenant = call.caller.tenant;
  request.from_ms = base::ToMillis(start);
  request.to_ms = base::ToMillis(end);
  return request;
}

base::Result<std::vector<series::SelectRequest>> SelectionsOf(const Call& call) {
  VEDETTE_TRY(series::SelectRequest request, SelectionOf(call));
  std::vector<series::SelectRequest> requests;
  for (const std::string& text : call.Parameters("match[]")) {
    base::Result<std::vector<model::Matcher>> matchers = query::ParseSelector(text);
    if (!matchers.ok()) return base::InvalidArgument(matchers.error().message, "match[]");
    request.matchers = *std::move(matchers);
    requests.push_back(request);
  }
  return requests;
}

}  // namespace vedette::api
