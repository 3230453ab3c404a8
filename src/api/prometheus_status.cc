#include "api/prometheus_status.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <string_view>
#include <thread>
#include <unistd.h>

#include "api/prometheus_answer.h"
#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

constexpr size_t kListDefault = 10;
constexpr size_t kListMax = 10'000;
constexpr size_t kPrefixBytesMax = 1'024;

// Prometheus' version whose API and semantics this is: clients switch features by it.
constexpr std::string_view kBuildInfo =
    R"({"version":"3.5.0","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":"",)"
    R"("application":"Vedette"})";

// What of Prometheus' optional behaviour is here, by its own names.
constexpr std::string_view kFeatures =
    R"({"api":{"exclude_alerts":true,"label_values_match":true,"lifecycle":false,)"
    R"("otlp_write_receiver":true,"query_stats":true,"query_warnings":true,)"
    R"("remote_write_receiver":true,"time_range_labels":true,"time_range_series":true},)"
    R"("promql":{"anchored":true,"at_modifier":true,"bool":true,"by":true,"delayed_name_removal":)"
    R"(true,"duration_expr":true,"group_left":true,"group_right":true,"ignoring":true,)"
    R"("negative_offset":true,"offset":true,"on":true,"subqueries":true,"without":true}})";

void WriteCounts(base::JsonWriter& json, std::string_view key,
                 const std::vector<series::NamedCount>& list) {
  json.Key(key).BeginArray();
  for (const series::NamedCount& one : list) {
    json.BeginObject().Field("name", one.name).Field("value", one.count).EndObject();
  }
  json.EndArray();
}

base::Result<size_t> ListLimit(const Call& call) {
  VEDETTE_TRY(const size_t limit, PrometheusLimit(call));
  if (limit > kListMax) {
    return base::InvalidArgument(fmt::format("limit must not exceed {}", kListMax), "limit");
  }
  return limit == 0 ? kListDefault : limit;
}

base::Result<std::string> TsdbStatus(series::Store& store, const Call& call) {
  series::CardinalityRequest request;
  request.tenant = call.caller.tenant;
  VEDETTE_TRY(request.limit, ListLimit(call));
  if (call.Parameter("limit") == "0") {
    return base::InvalidArgument("limit must be a positive number", "limit");
  }
  VEDETTE_TRY(const series::Cardinality found, store.CountSeries(request));
  const series::StoreStats stats = store.Stats();
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Key("headStats").BeginObject();
  json.Field("numSeries", found.series).Field("numLabelPairs", found.label_pairs);
  json.Field("chunkCount", stats.chunks_written);
  json.Field("minTime", found.min_ms).Field("maxTime", found.max_ms).EndObject();
  WriteCounts(json, "seriesCountByMetricName", found.series_by_metric);
  WriteCounts(json, "labelValueCountByLabelName", found.values_by_label);
  WriteCounts(json, "memoryInBytesByLabelName", found.bytes_by_label);
  WriteCounts(json, "seriesCountByLabelValuePair", found.series_by_pair);
  json.EndObject();
  return data;
}

base::Result<std::string> Explore(series::Store& store, const Call& call) {
  series::CardinalityRequest request;
  request.tenant = call.caller.tenant;
  VEDETTE_TRY(request.limit, ListLimit(call));
  for (const auto& [name, into] :
       {std::pair("prefix", &request.prefix), std::pair("label", &request.label)}) {
    *into = call.Parameter(name).value_or("");
    if (into->size() > kPrefixBytesMax) {
      return base::InvalidArgument(
          fmt::format("has {} bytes; the limit is {}", into->size(), kPrefixBytesMax), name);
    }
  }
  VEDETTE_TRY(const series::Cardinality found, store.CountSeries(request));
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Field("tenant", request.tenant).Field("series", found.series);
  json.Field("labels", found.labels).Field("labelPairs", found.label_pairs);
  WriteCounts(json, "seriesByMetric", found.series_by_metric);
  WriteCounts(json, "seriesByLabel", found.series_by_label);
  WriteCounts(json, "valuesByLabel", found.values_by_label);
  WriteCounts(json, "bytesByLabel", found.bytes_by_label);
  WriteCounts(json, "seriesByPair", found.series_by_pair);
  if (!request.label.empty()) WriteCounts(json, "seriesByValue", found.series_by_value);
  if (call.caller.any_tenant) {
    std::vector<series::NamedCount> tenants = store.SeriesByTenant();
    if (tenants.size() > request.limit) tenants.resize(request.limit);
    WriteCounts(json, "seriesByTenant", tenants);
  }
  json.EndObject();
  return data;
}

base::Result<std::string> SlowQueries(const query::QueryLog& log, const Call& call) {
  VEDETTE_TRY(size_t limit, PrometheusLimit(call));
  if (limit == 0) limit = 100;
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject();
  json.Field("thresholdSeconds", base::ToSeconds(log.threshold()));
  json.Key("queries").BeginArray();
  for (const query::QueryRecord& record : log.Slow(&call.caller.tenant, limit)) {
    json.BeginObject().Field("query", record.text).Field("kind", record.kind);
    json.Field("tenant", record.tenant);
    json.Field("endedAt", record.ended_at);
    json.Field("seconds", record.stats.seconds).Field("samplesRead", record.stats.samples_read);
    json.Field("samplesPeak", record.stats.samples_peak);
    json.Field("bytesPeak", record.stats.bytes_peak);
    if (!record.error.empty()) json.Field("error", record.error);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return data;
}

std::string RuntimeInfo(const ServerFacts& facts, base::TimePoint now) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const int threads = static_cast<int>(std::thread::hardware_concurrency());
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Field("startTime", facts.started_at);
  json.Field("CWD", facts.data_dir).Field("hostname", host.data());
  json.Field("serverTime", now).Field("reloadConfigSuccess", true);
  json.Field("lastConfigTime", facts.configured_at);
  json.Field("corruptionCount", 0).Field("goroutineCount", 0).Field("GOMAXPROCS", threads);
  json.Field("GOMEMLIMIT", 0).Field("GOGC", "").Field("GODEBUG", "");
  json.Field("storageRetention", facts.retention).EndObject();
  return data;
}

std::string ConfigText(const ServerFacts& facts) {
  std::string data;
  base::JsonWriter(data).BeginObject().Field("yaml", facts.config).EndObject();
  return data;
}

std::string Flags(const ServerFacts& facts) {
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject();
  for (const auto& [name, value] : facts.settings) json.Field(name, value);
  json.EndObject();
  return data;
}

Route Read(std::string pattern, std::string operation, CallHandler handler) {
  return {"GET", std::move(pattern), Permission::kRead, std::move(handler), std::move(operation)};
}

Route Fixed(std::string pattern, std::string operation, std::string_view data) {
  return Read(std::move(pattern), std::move(operation),
              [data](const Call& /*call*/) { return PrometheusAnswer(data); });
}

// A route whose data may be an error.
template <typename Make>
Route Checked(std::string pattern, std::string operation, Make make) {
  return Read(std::move(pattern), std::move(operation), [make](const Call& call) {
    const base::Result<std::string> data = make(call);
    return data.ok() ? PrometheusAnswer(*data) : PrometheusError(data.error());
  });
}

}  // namespace

std::vector<Route> ServerStatusRoutes(std::function<ServerFacts()> facts, series::Store& store,
                                      const query::QueryLog& log) {
  std::vector<Route> routes = {
      Fixed("/api/v1/status/buildinfo", "getBuildInfo", kBuildInfo),
      Read("/api/v1/status/config", "getConfig",
           [facts](const Call& /*call*/) { return PrometheusAnswer(ConfigText(facts())); }),
      Read("/api/v1/status/flags", "getFlags",
           [facts](const Call& /*call*/) { return PrometheusAnswer(Flags(facts())); }),
      Read("/api/v1/status/runtimeinfo", "getRuntimeInfo",
           [facts](const Call& call) { return PrometheusAnswer(RuntimeInfo(facts(), call.now)); }),
      Checked("/api/v1/status/tsdb", "getTsdbStatus",
              [&store](const Call& call) { return TsdbStatus(store, call); }),
      // The server answers once recovery is done.
      Fixed("/api/v1/status/walreplay", "getWalReplay",
            R"({"min":0,"max":0,"current":0,"state":"done"})"),
      // Vedette notifies by itself.
      Fixed("/api/v1/alertmanagers", "listAlertmanagers",
            R"({"activeAlertmanagers":[],"droppedAlertmanagers":[]})"),
      Fixed("/api/v1/notifications", "listNotifications", "[]"),
      Fixed("/api/v1/features", "listFeatures", kFeatures),
      Checked("/api/v1/cardinality", "exploreCardinality",
              [&store](const Call& call) { return Explore(store, call); }),
      Checked("/api/v1/status/slow_queries", "listSlowQueries",
              [&log](const Call& call) { return SlowQueries(log, call); }),
  };
  // They look at all of the index.
  for (Route& route : routes) {
    route.heavy = route.operation == "getTsdbStatus" || route.operation == "exploreCardinality";
  }
  return routes;
}

}  // namespace vedette::api
