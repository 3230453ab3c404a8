#include "api/router.h"

#include <exception>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace vedette::api {
namespace {

// Cuts the part up to the next '/' from the front.
std::string_view TakeSegment(std::string_view& rest) {
  const size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  return segment;
}

void AddSecurityHeaders(net::Headers& headers) {
  headers.Set("X-Content-Type-Options", "nosniff");
  headers.Set("X-Frame-Options", "DENY");
  headers.Set("Referrer-Policy", "no-referrer");
  headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  if (!headers.Has("Cache-Control")) headers.Set("Cache-Control", "no-store");
}

// Whether somebody went to a page: programs and scripts do not ask for HTML by its name.
bool IsOfBrowser(const net::Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool api = request.path == "/api" || request.path.starts_with("/api/");
  return reads && !api && request.headers.Get("Accept").find("text/html") != std::string_view::npos;
}

// Puts the headers on whatever the handler sends.
class SecuringResponder final : public net::Responder {
 public:
  explicit SecuringResponder(std::unique_ptr<net::Responder> inner) : inner_(std::move(inner)) {}
  void Send(net::Response response) override {
    AddSecurityHeaders(response.headers);
    inner_->Send(std::move(response));
  }
  std::shared_ptr<net::ResponseStream> Stream(net::Response head) override {
    AddSecurityHeaders(head.headers);
    return inner_->Stream(std::move(head));
  }

 private:
  std::unique_ptr<net::Responder> inner_;
};

}  // namespace

// What a job of a pool owns: std::function needs copyable captures.
struct Router::Pending {
  Match match;
  net::Request request;
  std::unique_ptr<net::Responder> responder;
};

bool MatchPattern(std::string_view pattern, std::string_view path,
                  std::vector<std::pair<std::string, std::string>>& values) {
  values.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view want = TakeSegment(pattern);
    const std::string_view have = TakeSegment(path);
    if (want.starts_with('{') && want.ends_with('}')) {
      if (have.empty()) return false;
      values.emplace_back(want.substr(1, want.size() - 2), have);
    } else if (want != have) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

Router::Router(std::vector<Route> routes, Authorizer authorizer, base::WorkerPool& workers,
               const base::Clock& clock, base::MetricsRegistry& metrics, base::FairPool* heavy,
               MissingPage missing_page)
    : routes_(std::move(routes)),
      authorizer_(std::move(authorizer)),
      workers_(workers),
      heavy_(heavy),
      missing_page_(std::move(missing_page)),
      clock_(clock),
      requests_(metrics.AddCounter("vedette_http_requests_total", "Requests that found a route.")),
      refused_(metrics.AddCounter("vedette_http_requests_refused_total",
                                  "Requests refused because the worker queue was full.")),
      latency_(metrics.AddHistogram("vedette_http_request_duration_seconds",
                                    "From the whole request to its answer.")) {
  for (size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    VEDETTE_CHECK(static_cast<bool>(route.handler) != static_cast<bool>(route.stream));
    if (route.pattern.find('{') == std::string::npos) {
      exact_[route.pattern].push_back(i);
    } else {
      patterns_.push_back(i);
    }
  }
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  if (method == "HEAD") method = "GET";
  Match match;
  const auto consider = [&](size_t index) {
    const Route& route = routes_[index];
    if (route.method == method) {
      match.route = &route;
    } else {
      match.allowed_methods += (match.allowed_methods.empty() ? "" : ", ") + route.method;
    }
    return match.route != nullptr;
  };
  if (const auto found = exact_.find(path); found != exact_.end()) {
    for (const size_t index : found->second) {
      if (consider(index)) return match;
    }
  }
  for (const size_t index : patterns_) {
    if (MatchPattern(routes_[index].pattern, path, match.path_values) && consider(index)) {
      return match;
    }
  }
  return match;
}

void Router::Refuse(Pending& pending, const base::Error& error) {
  const ErrorForm& form = pending.match.route->error_form;
  pending.responder->Send(form ? form(pending.request, error) : ErrorResponse(error));
}

net::Response Router::NothingAt(const net::Request& request) const {
  if (!missing_page_ || !IsOfBrowser(request)) {
    return ErrorResponse(base::NotFound("there is nothing at " + request.path));
  }
  net::Response page = missing_page_();
  page.status = 404;
  return page;
}

void Router::Handle(net::Request request, std::unique_ptr<net::Responder> plain) const {
  auto responder = std::make_unique<SecuringResponder>(std::move(plain));
  Match match = Find(request.method, request.path);
  if (match.route == nullptr) {
    if (match.allowed_methods.empty()) {
      responder->Send(NothingAt(request));
      return;
    }
    net::Response response = ErrorResponse(
        base::InvalidArgument(request.method + " is not possible at " + request.path, "method"));
    response.status = 405;
    response.headers.Set("Allow", match.allowed_methods);
    responder->Send(std::move(response));
    return;
  }
  requests_.Add();
  auto pending = std::make_shared<Pending>(
      Pending{std::move(match), std::move(request), std::move(responder)});
  if (!workers_.Submit([this, pending] { Run(pending); })) {
    refused_.Add();
    Refuse(*pending, base::Unavailable("too many requests are waiting"));
  }
}

void Router::Run(const std::shared_ptr<Pending>& pending) const {
  const net::Request& request = pending->request;
  if (clock_.Steady() >= request.deadline || request.cancelled()) {
    return Refuse(*pending, base::DeadlineExceeded("the request waited too long"));
  }
  const Route& route = *pending->match.route;
  base::Result<Caller> caller = authorizer_(request, route.permission);
  if (!caller.ok()) return Refuse(*pending, caller.error());
  if (request.body.size() > route.body_bytes_max) {
    pending->responder->Send(TooLargeResponse(request.body.size(), route.body_bytes_max));
    return;
  }
  if (!route.heavy || heavy_ == nullptr) {
    Serve(*pending, *std::move(caller));
    return;
  }
  const bool taken =
      heavy_->Submit(caller->tenant, [this, pending, who = *caller] { Serve(*pending, who); });
  if (!taken) {
    refused_.Add();
    Refuse(*pending, base::Unavailable("too many queries are waiting"));
  }
}

void Router::Serve(Pending& pending, Caller caller) const {
  const Route& route = *pending.match.route;
  const net::Request& request = pending.request;
  const base::SteadyPoint start = clock_.Steady();
  if (start >= request.deadline || request.cancelled()) {
    return Refuse(pending, base::DeadlineExceeded("the request waited too long"));
  }
  const Call call{request, std::move(caller), pending.match.path_values, clock_.Now()};
  if (route.stream) {
    route.stream(call, std::move(pending.responder));
    return;
  }
  try {
    pending.responder->Send(route.handler(call));
  } catch (const std::exception& exception) {
    base::LogError("a handler failed",
                   {{"operation", route.operation}, {"error", exception.what()}});
    Refuse(pending, base::Internal("the request failed; the server's log says why"));
  }
  latency_.Observe(std::chrono::duration<double>(clock_.Steady() - start).count());
}

}  // namespace vedette::api
