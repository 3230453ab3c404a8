#pragma once

#include <functional>
#include <string_view>

#include "model/tenant.h"

namespace vedette::api {

// What a sender says of a metric family; the views live during the call.
struct FamilyMetadata {
  std::string_view family;
  std::string_view type;
  std::string_view help;
  std::string_view unit;
};

// Called on request workers, for every family that a request describes.
using FamilyMetadataSink = std::function<void(const model::TenantName&, const FamilyMetadata&)>;

}  // namespace vedette::api
