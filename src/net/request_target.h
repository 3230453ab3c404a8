#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vedette::net {

// What the target of a request line names, decoded once. Everything later (authentication,
// routing, handlers) uses this path and never decodes again. Pure.
struct RequestTarget {
  std::string path;            // "/api/v1/query"; "*" for OPTIONS *
  std::string_view query;      // still encoded, without '?'; points into the argument
  std::string_view authority;  // host:port of an absolute target, else empty; as above
};

// Reads origin-form ("/path?query"), absolute-form ("http://host/path") and, for OPTIONS, "*".
// kInvalidArgument when the path is not canonical: "//", "." and ".." as segments (encoded or
// not), ';', '\', '#', control characters, an encoded '/', broken escapes, or not UTF-8.
base::Result<RequestTarget> ParseRequestTarget(std::string_view method, std::string_view target);

}  // namespace vedette::net
