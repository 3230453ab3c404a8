#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "api/route.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace vedette::api::compat::opsbuddy {

// What the handlers share. S4's POSTs take JSON and forms; its errors are
// {"error", "detail", "timestamp"}. Pure and thread-safe.

// The body: JSON, or a form as an object of texts, of which `data` and `logs` are JSON. An empty
// body is an empty object. kInvalidArgument with the field.
base::Result<base::Json> ReadBody(const Call& call);

// S4's 422 for input that is wrong, else the status of the error.
net::Response Failure(const base::Error& error, base::TimePoint now);
net::Response Failure(int status, std::string_view error, const base::Error& detail,
                      base::TimePoint now);

// What a query may say, from a JSON object or from the parameters of a GET.
struct QueryInput {
  std::string service;
  std::string level;
  std::string operation;
  std::string aggregation;
  std::string metric;
  std::string group_by;  // names with commas between
  base::TimePoint start;
  base::TimePoint end;
  size_t limit = 100;  // 1 to 10,000
};
// Times are ISO 8601 or seconds since 1970; the last `span` before now when absent.
base::Result<QueryInput> ReadQuery(const base::Json& json, base::TimePoint now,
                                   base::Duration span);
// The parameters of a GET as an object of texts.
base::Json ParametersOf(const Call& call);
// The query as it was understood.
void WriteQuery(base::JsonWriter& json, const QueryInput& query);

}  // namespace vedette::api::compat::opsbuddy
