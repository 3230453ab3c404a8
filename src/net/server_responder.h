#pragma once

#include <cstdint>
#include <memory>

#include "net/http.h"

namespace vedette::net {

class Connection;
class IoShard;

// The Responder of one request. It may outlive the connection and the server: its answer then
// goes nowhere. Compresses on the thread that answers, not on the I/O thread.
std::unique_ptr<Responder> MakeResponder(IoShard& shard, Connection& connection, uint64_t request,
                                         bool accepts_gzip);

}  // namespace vedette::net
