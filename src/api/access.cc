#include "api/access.h"

#include <array>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

// The key of a request and whether the browser sent it by itself.
struct GivenKey {
  std::string key;
  bool by_cookie = false;
};

std::optional<std::string> CookieValue(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const size_t end = cookies.find(';');
    std::string_view pair = cookies.substr(0, end);
    cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

std::optional<GivenKey> KeyOf(const net::Request& request, Permission permission) {
  const std::string_view authorization = request.headers.Get("Authorization");
  constexpr std::string_view kBasic = "Basic ";
  for (const std::string_view scheme : {"Bearer ", "Token "}) {  // the second is InfluxDB's
    if (authorization.starts_with(scheme)) {
      return GivenKey{std::string(authorization.substr(scheme.size()))};
    }
  }
  if (authorization.starts_with(kBasic)) {
    const base::Result<std::string> pair = base::DecodeBase64(authorization.substr(kBasic.size()));
    const size_t colon = pair ? pair->find(':') : std::string::npos;
    return GivenKey{colon == std::string::npos ? std::string() : pair->substr(colon + 1)};
  }
  if (request.headers.Has("X-API-Key")) {
    return GivenKey{std::string(request.headers.Get("X-API-Key"))};
  }
  // For senders of webhooks that know no headers. Addresses are written to logs on the way: a key
  // that can read or act has no business in one.
  if (permission == Permission::kIngest) {
    if (const auto key = net::FindParameter(request.query, "api_key")) {
      return GivenKey{std::string(*key)};
    }
  }
  if (auto cookie = CookieValue(request.headers.Get("Cookie"), kSessionCookie)) {
    return GivenKey{*std::move(cookie), true};
  }
  return std::nullopt;
}

// "localhost:8000" or "[::1]:8000" without the port.
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool NamesLoopback(std::string_view host) {
  host = WithoutPort(host);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// What a browser says of a request that another site's page made.
bool IsForeign(const net::Request& request) {
  if (request.headers.Get("Sec-Fetch-Site") == "cross-site") return true;
  const std::string_view origin = request.headers.Get("Origin");
  if (origin.empty()) return false;
  const size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ||
         origin.substr(scheme + 3) != request.headers.Get("Host");
}

base::Error Foreign() {
  return base::PermissionDenied("a page of another site cannot act here without an API key");
}

base::Result<Caller> WithKey(const GivenKey& given, const net::Request& request,
                             const KeyLookup& lookup, Permission permission, base::TimePoint now) {
  if (given.by_cookie && IsForeign(request)) return Foreign();
  VEDETTE_TRY(const KeyHolder holder, lookup(given.key, now));
  if (permission != Permission::kPublic && !holder.may(permission)) {
    return base::PermissionDenied(fmt::format("the key {} lacks the permission {}",
                                              holder.caller.name, PermissionName(permission)));
  }
  return holder.caller;
}

// A name that leads here may be somebody else's (DNS rebinding), whose page then asks in its own
// origin. A browser gives all that a page posts an Origin, so what has none is a program's: an
// agent may send to this machine under any name that it has for it.
bool IsSentByAProgram(const net::Request& request, Permission permission) {
  return permission == Permission::kIngest && request.method == "POST" &&
         !request.headers.Has("Origin") && !request.headers.Has("Sec-Fetch-Site");
}

base::Result<Caller> FromLoopback(const net::Request& request, Permission permission) {
  const std::string_view host = request.headers.Get("Host");
  if (!host.empty() && !NamesLoopback(host) && !IsSentByAProgram(request, permission)) {
    return base::PermissionDenied(
        fmt::format("the open loopback is for localhost, not for {}", host));
  }
  if (IsForeign(request)) return Foreign();
  // A proxy on this machine speaks for others, who are not on this machine.
  for (const std::string_view header : {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"}) {
    if (request.headers.Has(header)) {
      return base::Unauthenticated("behind a proxy an API key is needed: Authorization: Bearer");
    }
  }
  Caller caller{"loopback", std::string(request.headers.Get("X-Scope-OrgID")), true};
  if (caller.tenant.empty()) caller.tenant = model::kDefaultTenant;
  if (!model::IsValidTenantName(caller.tenant)) {
    return base::InvalidArgument("no tenant can have this name", "X-Scope-OrgID");
  }
  return caller;
}

}  // namespace

Authorizer MakeAuthorizer(AccessOptions options, KeyLookup lookup, const base::Clock& clock) {
  return [options, lookup = std::move(lookup), &clock](
             const net::Request& request, Permission permission) -> base::Result<Caller> {
    const std::optional<GivenKey> given = KeyOf(request, permission);
    if (given && !(permission == Permission::kPublic && given->by_cookie)) {
      return WithKey(*given, request, lookup, permission, clock.Now());
    }
    if (permission == Permission::kPublic) return Caller{"anonymous", {}};
    if (options.loopback_open && request.peer_is_loopback) {
      return FromLoopback(request, permission);
    }
    return base::Unauthenticated("an API key is needed: Authorization: Bearer <key>");
  };
}

namespace {

base::Result<std::string> WhoAsks(const KeyLookup& lookup, const Call& call) {
  std::function<bool(Permission)> may = [](Permission) { return true; };  // the open loopback
  if (const std::optional<GivenKey> given = KeyOf(call.request, Permission::kRead)) {
    VEDETTE_TRY(const KeyHolder holder, lookup(given->key, call.now));
    may = holder.may;
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("name", call.caller.name).Field("tenant", call.caller.tenant);
  json.Field("any_tenant", call.caller.any_tenant).Key("permissions").BeginArray();
  for (const Permission permission : {Permission::kRead, Permission::kIngest, Permission::kRespond,
                                      Permission::kEdit, Permission::kAdmin}) {
    if (may(permission)) json.Value(PermissionName(permission));
  }
  json.EndArray().EndObject();
  return out;
}

}  // namespace

std::vector<Route> SessionRoutes(KeyLookup lookup) {
  const auto cookie = [](const Call& call, std::string_view value, int seconds) {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", kSessionCookie,
                       value, seconds, call.request.tls ? "; Secure" : "");
  };
  std::vector<Route> routes;
  routes.push_back({"GET", "/api/v1/session", Permission::kRead,
                    [lookup](const Call& call) { return Answer(WhoAsks(lookup, call)); },
                    "getSession"});
  routes.push_back({"POST", "/api/v1/session", Permission::kPublic,
                    [lookup = std::move(lookup), cookie](const Call& call) {
                      const base::Result<base::Json> body = base::ParseJson(call.request.body);
                      if (!body.ok()) return ErrorResponse(body.error());
                      if (!body->is_object() || !body->contains("key") ||
                          !(*body)["key"].is_string()) {
                        return ErrorResponse(base::InvalidArgument("the key is missing", "key"));
                      }
                      const auto key = (*body)["key"].get<std::string>();
                      const base::Result<KeyHolder> holder = lookup(key, call.now);
                      if (!holder.ok()) return ErrorResponse(holder.error());
                      net::Response response = net::JsonResponse(200, "{\"status\":\"ok\"}");
                      response.headers.Set("Set-Cookie", cookie(call, key, 7 * 24 * 3600));
                      return response;
                    },
                    "openSession"});
  routes.push_back({"DELETE", "/api/v1/session", Permission::kPublic,
                    [cookie](const Call& call) {
                      net::Response response = net::JsonResponse(200, "{\"status\":\"ok\"}");
                      response.headers.Set("Set-Cookie", cookie(call, "", 0));
                      return response;
                    },
                    "closeSession"});
  return routes;
}

}  // namespace vedette::api
