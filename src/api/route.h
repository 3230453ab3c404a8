#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "net/http.h"

namespace vedette::api {

// What a caller must be allowed to do. Deny by default: a path that is no Route is 404, and a
// Route without the permission is 403.
enum class Permission {
  kPublic,   // health and static pages: no key
  kRead,     // queries, lists, streams
  kIngest,   // telemetry in
  kRespond,  // acknowledge, resolve, comment
  kEdit,     // write results of rules over the past, run the simulation
  kAdmin,    // delete data, take snapshots
};
std::string_view PermissionName(Permission permission);

// Who is asking, as authentication found it.
struct Caller {
  std::string name;  // of the key, or "loopback"
  model::TenantName tenant;
  bool any_tenant = false;  // may act on tenants other than its own: who sits at the machine
};

// One request on its way to a handler.
struct Call {
  const net::Request& request;
  Caller caller;
  std::vector<std::pair<std::string, std::string>> path_values;  // {id} -> value, decoded
  base::TimePoint now;

  std::string_view PathValue(std::string_view name) const;
  // A query parameter, or for POST forms (application/x-www-form-urlencoded) a form field.
  std::optional<std::string> Parameter(std::string_view name) const;
  // All values of a repeated parameter such as match[], query string first.
  std::vector<std::string> Parameters(std::string_view name) const;
};

// Runs on a request worker; may block. Must be thread-safe.
using CallHandler = std::function<net::Response(const Call&)>;

// What becomes of a handler's result: the response itself, JSON as the body of a 200, or the error.
net::Response Answer(net::Response response);
net::Response Answer(base::Result<net::Response> response);
net::Response Answer(base::Result<std::string> json);

// The handler of a route whose group shares `parts` (a pointer of any kind): `function` is a
// function of the parts and the call, or a method of the parts, and gives what Answer takes.
template <typename Pointer, typename Function>
CallHandler MakeHandler(Pointer parts, Function function) {
  return
      [parts, function](const Call& call) { return Answer(std::invoke(function, *parts, call)); };
}

// For answers without an end (server-sent events): takes over the responder. Same thread.
using StreamHandler = std::function<void(const Call&, std::unique_ptr<net::Responder>)>;

// How a route tells errors whose form is not that of ErrorResponse.
using ErrorForm = std::function<net::Response(const net::Request&, const base::Error&)>;

struct Route {
  std::string method;   // "GET"
  std::string pattern;  // "/api/v1/incidents/{id}": a {name} takes exactly one segment
  Permission permission;
  CallHandler handler;
  std::string operation;      // operationId in openapi.json: "listIncidents"
  StreamHandler stream = {};  // instead of `handler`
  // May take seconds: waits its turn among the tenants, away from the workers that take telemetry.
  bool heavy = false;
  // The most decoded bytes of a body, within limits.body_bytes_max: 413. Small unless the route
  // says otherwise, since what a handler makes of a body can be far larger.
  size_t body_bytes_max = 1 << 20;
  ErrorForm error_form = {};  // of what is refused without the handler; may be empty
};

// For telemetry and files: whatever limits.body_bytes_max allows.
inline constexpr size_t kLargeBody = std::numeric_limits<size_t>::max();
// The same route, for such bodies.
Route WithLargeBody(Route route);

// The HTTP status for an error code.
int HttpStatus(base::ErrorCode code);
// {"error":{"code","message","field"}} with HttpStatus; Retry-After where a retry helps.
net::Response ErrorResponse(const base::Error& error);
// The same for a body of so many bytes: 413 with the limit, and without Retry-After.
net::Response TooLargeResponse(size_t bytes, size_t bytes_max);

}  // namespace vedette::api
