#include "api/targets.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"

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

void WriteLabels(base::JsonWriter& json, std::string_view key, model::LabelsView labels) {
  json.Key(key).BeginObject();
  for (const model::Label& label : labels) json.Field(label.name, label.value);
  json.EndObject();
}

void WriteTarget(base::JsonWriter& json, const TargetStatus& target) {
  const bool scraped = target.health != Health::kUnknown;
  json.BeginObject();
  WriteLabels(json, "discoveredLabels", target.discovered);
  WriteLabels(json, "labels", target.labels);
  json.Field("scrapePool", target.job);
  json.Field("scrapeUrl", target.url).Field("globalUrl", target.url);
  json.Field("lastError", target.last_error);
  json.Field("lastScrape", scraped ? base::FormatTime(target.last_scrape) : std::string(kNever));
  json.Field("lastScrapeDuration", static_cast<double>(target.last_duration.count()) / 1000);
  json.Field("health", HealthName(target.health));
  json.Field("scrapeInterval", base::FormatDuration(target.interval));
  json.Field("scrapeTimeout", base::FormatDuration(target.timeout));
  json.EndObject();
}

net::Response BadState(std::string_view state) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("status", "error").Field("errorType", "bad_data");
  json.Field("error", "invalid parameter \"state\": " + std::string(state) +
                          " is none of active, dropped, any");
  json.EndObject();
  return net::JsonResponse(400, std::move(body));
}

net::Response ListTargets(const sources::scrape::Scraper& scraper, const Call& call) {
  const std::string state = call.Parameter("state").value_or("any");
  if (state != "active" && state != "dropped" && state != "any") return BadState(state);
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("status", "success").Key("data").BeginObject();
  json.Key("activeTargets").BeginArray();
  if (state != "dropped") {
    for (const TargetStatus& target : scraper.Targets()) {
      if (target.tenant == call.caller.tenant) WriteTarget(json, target);
    }
  }
  // Nothing is dropped without relabelling.
  json.EndArray().Key("droppedTargets").BeginArray().EndArray();
  json.EndObject().EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

std::vector<Route> TargetRoutes(const sources::scrape::Scraper& scraper) {
  return {{.method = "GET",
           .pattern = "/api/v1/targets",
           .permission = Permission::kRead,
           .handler = [&scraper](const Call& call) { return ListTargets(scraper, call); },
           .operation = "listTargets"}};
}

}  // namespace vedette::api
