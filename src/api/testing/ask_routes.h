#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "net/http.h"

namespace vedette::api {

// Gives a request to the route that has its method and path, without a router: the tests of
// handlers. The caller is of the tenant "shop". 404 when no route fits.
inline net::Response AskRoutes(const std::vector<Route>& routes, std::string method,
                               const std::string& target, std::string body,
                               const std::string& content_type, base::TimePoint now,
                               size_t body_bytes_max = net::Request().body_bytes_max) {
  net::Request request;
  request.body_bytes_max = body_bytes_max;
  request.method = std::move(method);
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) {
    request.query = *net::ParseParameters(target.substr(question + 1));
  }
  if (!content_type.empty()) request.headers.Add("Content-Type", content_type);
  request.body = std::move(body);
  request.deadline = base::SteadyPoint::max();
  const Call call{
      .request = request, .caller = {"loopback", "shop", true}, .path_values = {}, .now = now};
  for (const Route& route : routes) {
    if (route.method == request.method && route.pattern == request.path) return route.handler(call);
  }
  return net::Response{.status = 404, .headers = {}, .body = {}};
}

}  // namespace vedette::api
