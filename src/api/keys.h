#pragma once

#include <vector>

#include "api/route.h"
#include "auth/api_keys.h"

namespace vedette::api {

// The API keys of the caller's tenant, for administrators. Every change is in the audit log.
//   GET    /api/v1/keys        all, the revoked ones too; never a token
//   POST   /api/v1/keys        JSON of "name", "role" and perhaps "expires_at": the key and its
//                              token, which nobody can see again
//   DELETE /api/v1/keys/{id}   revokes it for good
// `keys` outlives the routes. Thread-safe.
std::vector<Route> KeyRoutes(auth::ApiKeys& keys);

}  // namespace vedette::api
