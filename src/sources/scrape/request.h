#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/client.h"
#include "sources/scrape/config.h"
#include "sources/scrape/target.h"

namespace vedette::sources::scrape {

// The request for one scrape of a target, with the credentials of its job, whose files are read
// now. Error: a file that cannot be read; messages never hold a secret. Thread-safe.
base::Result<net::ClientRequest> MakeRequest(const JobConfig& job, const Target& target);

// The content of a small file; kNotFound, or kResourceExhausted when it is larger than the limit.
base::Result<std::string> ReadSmallFile(const std::string& path, size_t bytes_max);

}  // namespace vedette::sources::scrape
