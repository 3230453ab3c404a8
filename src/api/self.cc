#include "api/self.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace vedette::api {
namespace {

constexpr std::array<std::string_view, 5> kTopics = {"incidents", "anomalies", "status", "releases",
                                                     "diagnoses"};

// "incidents,status" into its parts; kInvalidArgument for a topic that there is not.
base::Result<std::vector<std::string>> ParseTopics(std::string_view text) {
  std::vector<std::string> topics;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view topic = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (std::find(kTopics.begin(), kTopics.end(), topic) == kTopics.end()) {
      return base::InvalidArgument("topics: incidents, anomalies, status, releases, diagnoses",
                                   "topics");
    }
    topics.emplace_back(topic);
  }
  return topics;
}

void OpenStream(StreamHub& hub, const Call& call, std::unique_ptr<net::Responder> responder) {
  base::Result<std::vector<std::string>> topics =
      ParseTopics(call.Parameter("topics").value_or(""));
  if (!topics.ok()) {
    responder->Send(ErrorResponse(topics.error()));
    return;
  }
  const std::string_view last = call.request.headers.Get("Last-Event-ID");
  if (!hub.Open(call.caller.tenant, *std::move(topics), last, responder)) {
    responder->Send(ErrorResponse(base::Unavailable("too many live streams are open")));
  }
}

}  // namespace

std::vector<Route> SelfRoutes(base::MetricsRegistry& metrics, StreamHub& hub,
                              std::function<bool()> ready) {
  std::vector<Route> routes;
  routes.push_back({"GET", "/metrics", Permission::kRead,
                    [&metrics](const Call&) {
                      net::Response response = net::TextResponse(200, metrics.WriteText());
                      response.headers.Set("Content-Type", "text/plain; version=0.0.4");
                      return response;
                    },
                    "getSelfMetrics"});
  routes.push_back({"GET", "/healthz", Permission::kPublic,
                    [](const Call&) { return net::JsonResponse(200, "{\"status\":\"ok\"}"); },
                    "getHealth"});
  routes.push_back({"GET", "/readyz", Permission::kPublic,
                    [ready = std::move(ready)](const Call&) {
                      return ready() ? net::JsonResponse(200, "{\"status\":\"ready\"}")
                                     : net::JsonResponse(503, "{\"status\":\"not ready\"}");
                    },
                    "getReadiness"});
  routes.push_back({"GET",
                    "/api/v1/stream",
                    Permission::kRead,
                    {},
                    "stream",
                    [&hub](const Call& call, std::unique_ptr<net::Responder> responder) {
                      OpenStream(hub, call, std::move(responder));
                    }});
  return routes;
}

}  // namespace vedette::api
