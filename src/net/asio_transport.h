#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "net/tls_context.h"
#include "net/transport.h"

namespace vedette::net {

// The two transports. Both take an accepted socket over.
std::unique_ptr<Transport> MakePlainTransport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> MakeTlsTransport(boost::asio::ip::tcp::socket socket,
                                            TlsContext::Shared context);

}  // namespace vedette::net
