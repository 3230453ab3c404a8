#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/route.h"
#include "notify/delivery/push_book.h"
#include "notify/routing/router.h"

namespace vedette::api {

struct PushSources {
  notify::delivery::PushBook& book;
  std::string public_key;  // base64url: what a browser's subscribe() takes
  std::function<std::shared_ptr<const notify::routing::View>()> view;
};

// Browsers that people are woken by:
//   GET    /api/v1/push/key           {"public_key"}: the applicationServerKey
//   GET    /api/v1/push/devices       ?person=; endpoints are secret and not shown
//   POST   /api/v1/push/devices       "person" (a user of the plan), "subscription" (the browser's
//                                     own JSON: endpoint, keys), "label"
//   DELETE /api/v1/push/devices/{id}
// Thread-safe.
std::vector<Route> PushDeviceRoutes(PushSources sources);

}  // namespace vedette::api
