#include "api/influx.h"

#include <algorithm>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"

namespace vedette::api {
namespace {

namespace influx = sources::influx;

enum class Dialect { kV1, kV2 };

constexpr std::string_view kVersion = "1.8-vedette";  // of the protocol; clients look at the 1.8

net::Response WithVersion(net::Response response) {
  response.headers.Set("X-Influxdb-Version", std::string(kVersion));
  return response;
}

std::string_view V2Code(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalidArgument: return "invalid";
    case base::ErrorCode::kResourceExhausted: return "too many requests";
    case base::ErrorCode::kUnavailable: return "unavailable";
    default: return "internal error";
  }
}

net::Response Failure(Dialect dialect, const base::Error& error) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  if (dialect == Dialect::kV1) {
    json.Field("error", error.message);
  } else {
    json.Field("code", V2Code(error.code)).Field("message", error.message);
  }
  json.EndObject();
  net::Response response = net::JsonResponse(HttpStatus(error.code), std::move(body));
  if (base::IsRetryable(error.code)) response.headers.Set("Retry-After", "1");
  if (dialect == Dialect::kV1) response.headers.Set("X-Influxdb-Error", error.message);
  return WithVersion(std::move(response));
}

// "line 3", "lines 1, 2, 3 and 5 more"
std::string LinesText(const std::vector<uint64_t>& lines) {
  constexpr size_t kShownMax = 10;
  const size_t shown = std::min(lines.size(), kShownMax);
  std::string text = lines.size() == 1 ? "line " : "lines ";
  for (size_t i = 0; i < shown; ++i) text += fmt::format("{}{}", i > 0 ? ", " : "", lines[i]);
  if (lines.size() > shown) text += fmt::format(" and {} more", lines.size() - shown);
  return text;
}

// What became of a request of which some points were refused.
std::string PartialWrite(const influx::ParseReport& parsed, const ingest::WriteReport& stored) {
  std::string text = "partial write: ";
  if (parsed.refused_lines > 0) {
    text += fmt::format("{} of {} lines were refused", parsed.refused_lines, parsed.lines);
  }
  if (stored.refused() > 0) {
    text += fmt::format("{}{} of {} samples were refused ({})",
                        parsed.refused_lines > 0 ? ", " : "", stored.refused(), parsed.samples,
                        LinesText(parsed.LinesOf(stored.refused_entries)));
  }
  text += "; the others are stored";
  for (const influx::LineProblem& problem : parsed.problems) {
    text += fmt::format("; line {}: {}", problem.line, problem.message);
  }
  if (stored.refused() > 0) text += "; " + stored.first_refusal;
  return text;
}

// Header values have no control characters.
std::string OneLine(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text;
}

net::Response Write(ingest::Ingester& ingester, influx::ParseOptions options, Dialect dialect,
                    const Call& call) {
  const std::string name = call.Parameter("precision").value_or("");
  const auto precision = influx::ParsePrecision(name);
  if (!precision) {
    return Failure(dialect, base::InvalidArgument(
                                fmt::format("precision \"{}\" is none of ns, us, ms, s, m, h",
                                            OneLine(name.substr(0, 20))),
                                "precision"));
  }
  options.precision = *precision;
  options.extra_value = call.Parameter("db").value_or("");
  if (options.extra_value.empty()) options.extra_value = call.Parameter("bucket").value_or("");
  if (options.extra_value.size() > options.value_bytes_max) {
    return Failure(dialect, base::InvalidArgument("the name of the database is too long", "db"));
  }
  model::WriteBatch batch;
  const auto parsed = influx::Parse(call.request.body, options, call.now, batch);
  if (!parsed.ok()) return Failure(dialect, parsed.error());
  const auto stored = ingester.Write(call.caller.tenant, batch);
  if (!stored.ok()) return Failure(dialect, stored.error());
  if (parsed->refused_lines > 0 || stored->refused() > 0) {
    return Failure(dialect, base::InvalidArgument(OneLine(PartialWrite(*parsed, *stored))));
  }
  return WithVersion({.status = 204, .headers = {}, .body = {}});
}

// True for a statement that has nothing to do here: databases need not be made.
bool IsCreateDatabase(std::string_view statement) {
  std::string upper(statement.substr(0, 40));
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper.starts_with("CREATE DATABASE ") || upper.starts_with("CREATE DATABASE\"");
}

net::Response Query(const Call& call) {
  const std::string statement = call.Parameter("q").value_or("");
  if (!IsCreateDatabase(statement)) {
    return Failure(Dialect::kV1,
                   base::InvalidArgument("InfluxQL is not spoken here: ask with PromQL at "
                                         "/api/v1/query",
                                         "q"));
  }
  return WithVersion(net::JsonResponse(200, R"({"results":[{"statement_id":0}]})"));
}

}  // namespace

std::vector<Route> InfluxRoutes(ingest::Ingester& ingester, influx::ParseOptions options) {
  const auto write = [&](std::string path, Dialect dialect, std::string operation) {
    return Route{
        .method = "POST",
        .pattern = std::move(path),
        .permission = Permission::kIngest,
        .handler = [&ingester, options,
                    dialect](const Call& call) { return Write(ingester, options, dialect, call); },
        .operation = std::move(operation),
        .body_bytes_max = kLargeBody};
  };
  const CallHandler ping = [](const Call&) {
    return WithVersion({.status = 204, .headers = {}, .body = {}});
  };
  return {
      write("/write", Dialect::kV1, "influxWriteV1"),
      write("/api/v2/write", Dialect::kV2, "influxWriteV2"),
      write("/api/v1/import/influx", Dialect::kV2, "importInflux"),
      {"GET", "/ping", Permission::kPublic, ping, "influxPing"},
      {"POST", "/query", Permission::kIngest, Query, "influxQueryPost"},
      {"GET", "/query", Permission::kIngest, Query, "influxQuery"},
  };
}

}  // namespace vedette::api
