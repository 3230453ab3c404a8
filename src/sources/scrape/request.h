#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/client.h"
#include "sources/scrape/config.h"

namespace vedette::sources::scrape {

// The request for one scrape, with the credentials of its job, whose files are read now. Error: a
// file that cannot be read; messages never hold a secret. Thread-safe.
base::Result<net::ClientRequest> MakeRequest(const JobConfig& job, const std::string& url,
                                             base::Duration timeout);
// The same for a list of targets.
base::Result<net::ClientRequest> MakeRequest(const HttpDiscovery& discovery);

// The client for servers with this tls_config.
net::ClientOptions ClientOptionsOf(const TlsConfig& tls);

}  // namespace vedette::sources::scrape
