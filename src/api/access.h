#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/route.h"
#include "api/router.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"

namespace vedette::api {

// Who holds an API key and what it may do.
struct KeyHolder {
  Caller caller;
  std::function<bool(Permission)> may;
};

// Looks a key up; kUnauthenticated when it is unknown, expired or revoked.
using KeyLookup = std::function<base::Result<KeyHolder>(std::string_view key, base::TimePoint now)>;

struct AccessOptions {
  // Requests from this machine need no key and may do everything; the tenant is X-Scope-OrgID.
  bool loopback_open = true;
};

// The rule of who may do what:
//   - a key (Authorization: Bearer, X-API-Key, the password of Basic, the session cookie, or where
//     data comes in the query parameter api_key) decides whenever one is given, and its role's
//     permissions hold;
//   - without a key, kPublic is for everybody, and the rest for loopback callers if that is open;
//   - a web page of another origin can use neither the open loopback nor the cookie: requests that
//     a browser marks as foreign, or that name another host than this one, are refused. Telemetry
//     that is posted, and not by a page, may name any.
// `lookup` and `clock` must outlive the result, which is thread-safe if `lookup` is.
Authorizer MakeAuthorizer(AccessOptions options, KeyLookup lookup, const base::Clock& clock);

// The cookie that holds the key of a browser session.
inline constexpr std::string_view kSessionCookie = "vedette_key";

// POST /api/v1/session {"key"} checks a key and keeps it in an HttpOnly cookie; DELETE forgets it;
// GET says who asks, and what they may do.
std::vector<Route> SessionRoutes(KeyLookup lookup);

}  // namespace vedette::api
