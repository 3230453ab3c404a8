#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "detect/learned/model.h"

namespace vedette::detect::learned {

// A model as bytes: docs/formats/model.md.

inline constexpr size_t kModelBytesMax = size_t{32} << 20;

std::string EncodeModel(const Model& model);

// kDataLoss says what is wrong: another format or version, a checksum that differs, sizes beyond
// the limits or other than the network's, numbers that are none.
base::Result<std::unique_ptr<Model>> DecodeModel(std::string_view bytes);

// The same without the checksum at the end: for whoever has checked it.
base::Result<std::unique_ptr<Model>> DecodeModelBody(std::string_view bytes);

// What a person wants to know of a model, its trial included, as a JSON object.
std::string ModelSummary(const Model& model);

}  // namespace vedette::detect::learned
