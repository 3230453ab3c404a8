#include "api/models.h"

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "net/http.h"

namespace vedette::api {
namespace {

using base::Json;

constexpr size_t kServicesMax = 1'000;
constexpr size_t kNameBytesMax = 256;

base::Result<std::vector<std::string>> ReadNames(const Json& body, const char* key, size_t limit) {
  std::vector<std::string> names;
  const auto found = body.find(key);
  if (found == body.end()) return names;
  if (!found->is_array() || found->size() > limit) {
    return base::InvalidArgument("must be a list of at most " + std::to_string(limit), key);
  }
  for (const Json& each : *found) {
    if (!each.is_string() || each.get_ref<const std::string&>().size() > kNameBytesMax) {
      return base::InvalidArgument("must be a list of short texts", key);
    }
    names.push_back(each.get<std::string>());
  }
  return names;
}

base::Result<std::optional<std::string>> ReadText(const Json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end()) return std::optional<std::string>();
  if (!found->is_string()) return base::InvalidArgument("must be a text", key);
  return std::optional(found->get<std::string>());
}

base::Result<std::optional<base::TimePoint>> ReadTime(const Json& body, const char* key) {
  VEDETTE_TRY(const std::optional<std::string> text, ReadText(body, key));
  if (!text) return std::optional<base::TimePoint>();
  base::Result<base::TimePoint> time = base::ParseTime(*text);
  if (!time.ok()) return base::InvalidArgument(time.error().message, key);
  return std::optional(*time);
}

base::Result<TrainingOrder> ReadOrder(const Call& call) {
  TrainingOrder order;
  order.tenant = call.caller.tenant;
  VEDETTE_TRY(const Json body, ReadJsonBody(call));
  VEDETTE_TRY(order.services, ReadNames(body, "services", kServicesMax));
  VEDETTE_TRY(const std::vector<std::string> kinds,
              ReadNames(body, "detectors", learn::kNetworkKinds));
  for (const std::string& name : kinds) {
    const std::optional<learn::NetworkKind> kind = learn::ParseNetworkKind(name);
    if (!kind) {
      return base::InvalidArgument("'" + name + "' is none of " + learn::NetworkKindNames(),
                                   "detectors");
    }
    order.kinds.push_back(*kind);
  }
  VEDETTE_TRY(order.from, ReadTime(body, "from"));
  VEDETTE_TRY(order.to, ReadTime(body, "to"));
  VEDETTE_TRY(const std::optional<std::string> step, ReadText(body, "step"));
  if (step) {
    const base::Result<base::Duration> duration = base::ParseDuration(*step);
    if (!duration.ok()) return base::InvalidArgument(duration.error().message, "step");
    order.step = *duration;
  }
  if (const auto seed = body.find("seed"); seed != body.end()) {
    constexpr uint64_t kSeedMax = 9'000'000'000'000'000;  // exact as a double too
    if (!seed->is_number_unsigned() || seed->get<uint64_t>() > kSeedMax) {
      return base::InvalidArgument("must be a whole number from 0 to 9e15", "seed");
    }
    order.seed = seed->get<uint64_t>();
  }
  return order;
}

net::Response Train(const ModelSources& sources, const Call& call) {
  base::Result<TrainingOrder> order = ReadOrder(call);
  if (!order.ok()) return ErrorResponse(order.error());
  const base::Result<> begun = sources.train(*std::move(order));
  if (!begun.ok()) return ErrorResponse(begun.error());
  return net::JsonResponse(202, sources.training(call.caller.tenant));
}

}  // namespace

std::vector<Route> ModelRoutes(ModelSources sources) {
  const auto shared = std::make_shared<const ModelSources>(std::move(sources));
  return {{"GET", "/api/v1/models", Permission::kRead,
           [shared](const Call& call) {
             return net::JsonResponse(200, shared->list(call.caller.tenant));
           },
           "listModels"},
          {"GET", "/api/v1/models/training", Permission::kRead,
           [shared](const Call& call) {
             return net::JsonResponse(200, shared->training(call.caller.tenant));
           },
           "getModelTraining"},
          {"POST", "/api/v1/models/training", Permission::kRespond,
           [shared](const Call& call) { return Train(*shared, call); }, "trainModels"}};
}

}  // namespace vedette::api
