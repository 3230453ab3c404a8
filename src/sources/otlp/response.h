#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "sources/otlp/schema.h"

namespace vedette::sources::otlp {

// The bodies of answers, in the form of the request. Pure.
enum class Form { kProtobuf, kJson };

// Export{Metrics,Logs,Trace}ServiceResponse; with a partial success when something was refused.
std::string SuccessBody(Form form, Signal signal, uint64_t refused, std::string_view message);

// google.rpc.Status.
std::string ErrorBody(Form form, const base::Error& error);

}  // namespace vedette::sources::otlp
