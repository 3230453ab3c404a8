#include "api/targets.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "api/prometheus_answer.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "query/parser.h"

namespace vedette::api {
namespace {

using sources::scrape::Health;
using sources::scrape::TargetStatus;

// What Prometheus says of a target that was never scraped.
constexpr std::string_view kNever = "0001-01-01T00:00:00Z";

std::string_view HealthName(Health health) {
  switch (health) {
    case Health::kUp: return "up";
    case Health::kDown: return "down";
    case Health::kUnknown: return "unknown";
  }
  return "unknown";
}

void WriteTarget(base::JsonWriter& json, const TargetStatus& target) {
  const bool scraped = target.health != Health::kUnknown;
  json.BeginObject();
  json.Field("discoveredLabels", target.discovered);
  json.Field("labels", target.labels);
  json.Field("scrapePool", target.job);
  json.Field("scrapeUrl", target.url).Field("globalUrl", target.url);
  json.Field("lastError", target.last_error);
  json.Field("lastScrape", scraped ? base::FormatTime(target.last_scrape) : std::string(kNever));
  json.Field("lastScrapeDuration", base::ToSeconds(target.last_duration));
  json.Field("health", HealthName(target.health));
  json.Field("scrapeInterval", base::FormatDuration(target.interval));
  json.Field("scrapeTimeout", base::FormatDuration(target.timeout));
  json.EndObject();
}

// Those of the caller's tenant, and of the scrape pool it asks for.
std::vector<TargetStatus> TargetsOf(const sources::scrape::Scraper& scraper, const Call& call) {
  const std::string pool = call.Parameter("scrapePool").value_or("");
  std::vector<TargetStatus> targets = scraper.Targets();
  std::erase_if(targets, [&](const TargetStatus& target) {
    return target.tenant != call.caller.tenant || (!pool.empty() && target.job != pool);
  });
  return targets;
}

// What relabelling left out, and how much by scrape pool.
void WriteDropped(base::JsonWriter& json, const sources::scrape::Scraper& scraper, const Call& call,
                  bool list, std::map<std::string, uint64_t>& counts) {
  const std::string pool = call.Parameter("scrapePool").value_or("");
  json.Key("droppedTargets").BeginArray();
  for (const sources::scrape::DroppedTarget& target : scraper.Dropped()) {
    if (target.tenant != call.caller.tenant || (!pool.empty() && target.job != pool)) continue;
    ++counts[target.job];
    if (!list) continue;
    json.BeginObject().Field("discoveredLabels", target.discovered);
    json.Field("scrapePool", target.job).EndObject();
  }
  json.EndArray();
}

net::Response ListTargets(const sources::scrape::Scraper& scraper, const Call& call) {
  const std::string state = call.Parameter("state").value_or("any");
  if (!state.empty() && state != "active" && state != "dropped" && state != "any") {
    return PrometheusError(
        base::InvalidArgument(state + " is none of active, dropped, any", "state"));
  }
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Key("activeTargets").BeginArray();
  std::set<std::string> pools;
  for (const TargetStatus& target : TargetsOf(scraper, call)) {
    pools.insert(target.job);
    if (state != "dropped") WriteTarget(json, target);
  }
  json.EndArray();
  std::map<std::string, uint64_t> dropped;
  for (const std::string& pool : pools) dropped.emplace(pool, 0);
  WriteDropped(json, scraper, call, state != "active", dropped);
  json.Field("droppedTargetCounts", dropped).EndObject();
  return PrometheusAnswer(data);
}

net::Response ListPools(const sources::scrape::Scraper& scraper, const Call& call) {
  std::set<std::string> pools;
  for (const TargetStatus& target : TargetsOf(scraper, call)) pools.insert(target.job);
  for (const sources::scrape::DroppedTarget& target : scraper.Dropped()) {
    if (target.tenant == call.caller.tenant) pools.insert(target.job);
  }
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Field("scrapePools", pools).EndObject();
  return PrometheusAnswer(data);
}

void WriteEntry(base::JsonWriter& json, const MetadataBook::Entry& entry) {
  json.Field("type", entry.type).Field("help", entry.help).Field("unit", entry.unit);
}

// Unlike the limits of series and labels, 0 means none here and a negative one all, as without it.
base::Result<size_t> MetadataLimit(const Call& call, const std::string& name) {
  const std::string text = call.Parameter(name).value_or("-1");
  if (text.empty()) return SIZE_MAX;
  int64_t limit = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, limit);
  if (error != std::errc() || rest != end) {
    return base::InvalidArgument(name + " must be a number");
  }
  return limit < 0 ? SIZE_MAX : static_cast<size_t>(limit);
}

base::Result<std::string> ListMetadata(const MetadataBook& book, const Call& call) {
  VEDETTE_TRY(const size_t limit, MetadataLimit(call, "limit"));
  // A family has one description here, the newest, which fits every limit.
  VEDETTE_TRY_VOID(MetadataLimit(call, "limit_per_metric"));
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject();
  const std::string metric = call.Parameter("metric").value_or("");
  for (const auto& [name, entry] : book.Find(call.caller.tenant, metric, limit)) {
    json.Key(name).BeginArray().BeginObject();
    WriteEntry(json, entry);
    json.EndObject().EndArray();
  }
  json.EndObject();
  return data;
}

// The families that the series of a target belong to, by name.
base::Result<std::map<std::string, MetadataBook::Entry>> FamiliesOf(const TargetStatus& target,
                                                                    series::Store& store,
                                                                    const MetadataBook& book) {
  series::SelectRequest request;
  request.tenant = target.tenant;
  for (const std::string_view name : {"job", "instance"}) {
    VEDETTE_TRY(model::Matcher matcher,
                model::Matcher::Create(std::string(name), model::MatchOp::kEqual,
                                       std::string(target.labels.Get(name))));
    request.matchers.push_back(std::move(matcher));
  }
  VEDETTE_TRY(const std::vector<std::string> names, store.LabelValues(request, model::kMetricName));
  std::map<std::string, MetadataBook::Entry> families;
  for (const std::string& name : names) {
    const MetadataBook::Named found = book.OfSeries(target.tenant, name);
    if (!found.family.empty()) families.try_emplace(found.family, found.entry);
  }
  return families;
}

base::Result<std::string> ListTargetMetadata(const sources::scrape::Scraper& scraper,
                                             series::Store& store, const MetadataBook& book,
                                             const Call& call) {
  VEDETTE_TRY(size_t left, MetadataLimit(call, "limit"));
  const std::string metric = call.Parameter("metric").value_or("");
  const std::string selector = call.Parameter("match_target").value_or("");
  std::vector<model::Matcher> matchers;
  if (!selector.empty()) {
    base::Result<std::vector<model::Matcher>> parsed = query::ParseSelector(selector);
    if (!parsed.ok()) return base::InvalidArgument(parsed.error().message, "match_target");
    matchers = *std::move(parsed);
  }
  std::string data;
  base::JsonWriter json(data);
  json.BeginArray();
  bool any = false;
  for (const TargetStatus& target : TargetsOf(scraper, call)) {
    if (left == 0) break;
    if (!model::MatchesAll(matchers, target.labels)) continue;
    VEDETTE_TRY(const auto families, FamiliesOf(target, store, book));
    for (const auto& [name, entry] : families) {
      if (!metric.empty() && name != metric) continue;
      if (left-- == 0) break;
      json.BeginObject().Field("target", target.labels);
      if (metric.empty()) json.Field("metric", name);
      WriteEntry(json, entry);
      json.EndObject();
      any = true;
    }
  }
  json.EndArray();
  if (!any) return base::NotFound("specified metadata not found");
  return data;
}

net::Response AnswerOf(const base::Result<std::string>& data) {
  return data.ok() ? PrometheusAnswer(*data) : PrometheusError(data.error());
}

}  // namespace

std::vector<Route> TargetRoutes(const sources::scrape::Scraper& scraper, series::Store& store,
                                const MetadataBook& book) {
  constexpr Permission kRead = Permission::kRead;
  return {
      {"GET", "/api/v1/targets", kRead,
       [&scraper](const Call& call) { return ListTargets(scraper, call); }, "listTargets"},
      {"GET", "/api/v1/scrape_pools", kRead,
       [&scraper](const Call& call) { return ListPools(scraper, call); }, "listScrapePools"},
      {"GET", "/api/v1/targets/metadata", kRead,
       [&scraper, &store, &book](const Call& call) {
         return AnswerOf(ListTargetMetadata(scraper, store, book, call));
       },
       "listTargetMetadata"},
      {"GET", "/api/v1/metadata", kRead,
       [&book](const Call& call) { return AnswerOf(ListMetadata(book, call)); }, "listMetadata"},
  };
}

}  // namespace vedette::api
