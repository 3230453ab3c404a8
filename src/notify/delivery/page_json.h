#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "base/result.h"
#include "model/page.h"

namespace vedette::notify::delivery {

// Writes the members of a page into an object that is open, version 1: the form in the outbox and
// the body that webhooks receive (docs/formats/state.md).
void WritePageMembers(base::JsonWriter& json, const model::Page& page);

std::string PageToJson(const model::Page& page);
// Error: kDataLoss with the member at fault.
base::Result<model::Page> PageFromJson(std::string_view text);

}  // namespace vedette::notify::delivery
