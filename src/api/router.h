#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/fair_pool.h"
#include "base/metrics.h"
#include "base/worker_pool.h"
#include "net/http.h"

namespace vedette::api {

// Says who a request comes from and whether that caller has the permission: kUnauthenticated or
// kPermissionDenied. Called on a worker.
using Authorizer = std::function<base::Result<Caller>(const net::Request&, Permission)>;

// What a person sees where there is nothing; must not block. None: everybody gets JSON.
using MissingPage = std::function<net::Response()>;

// The one way from HTTP to the modules: finds the route, refuses what the caller may not do, runs
// the handler on the request workers, and puts the security headers on every answer. Heavy routes
// run on a pool of their own that serves the tenants in turn. A full queue is answered 503 with
// Retry-After at once. A path that does not exist is 404: a page for a browser that was sent there,
// JSON for all others and for everything under /api. Immutable after construction; Handle is
// thread-safe and does not block.
class Router {
 public:
  // REQUIRES: no two routes with the same method and pattern.
  Router(std::vector<Route> routes, Authorizer authorizer, base::WorkerPool& workers,
         const base::Clock& clock, base::MetricsRegistry& metrics,
         base::FairPool* heavy = nullptr,  // null: workers do it all
         MissingPage missing_page = {});

  void Handle(net::Request request, std::unique_ptr<net::Responder> responder) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Match {
    const Route* route = nullptr;
    std::vector<std::pair<std::string, std::string>> path_values;
    std::string allowed_methods;  // when only the method is wrong
  };
  Match Find(std::string_view method, std::string_view path) const;
  struct Pending;
  net::Response NothingAt(const net::Request& request) const;
  static void Refuse(Pending& pending, const base::Error& error);
  void Run(const std::shared_ptr<Pending>& pending) const;
  void Serve(Pending& pending, Caller caller) const;

  const std::vector<Route> routes_;
  const Authorizer authorizer_;
  base::WorkerPool& workers_;
  base::FairPool* const heavy_;
  const MissingPage missing_page_;
  const base::Clock& clock_;
  base::Counter& requests_;
  base::Counter& refused_;
  base::Histogram& latency_;
  // Exact paths to indexes into routes_; patterns with a {name} are walked.
  std::unordered_map<std::string_view, std::vector<size_t>> exact_;
  std::vector<size_t> patterns_;
};

// Whether `path` has the form of `pattern`; the values of its {names} go to `values`.
bool MatchPattern(std::string_view pattern, std::string_view path,
                  std::vector<std::pair<std::string, std::string>>& values);

}  // namespace vedette::api
