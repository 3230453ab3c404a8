#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rules/template.h"
#include "rules/template_value.h"

namespace vedette::rules {

// The functions of templates: Go's (len, index, printf, eq, ...) and Prometheus' (humanize, query,
// reReplaceAll, ...). `and` and `or` are the interpreter's, since they may leave arguments out.

bool HasTemplateFunction(std::string_view name);

// Errors say what went wrong, without the place.
base::Result<TemplateValue> CallTemplateFunction(std::string_view name,
                                                 std::span<const TemplateValue> args,
                                                 const TemplateData& data);

}  // namespace vedette::rules
