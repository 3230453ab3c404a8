#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "net/server.h"

namespace vedette::net {

// Starts a server on a free loopback port; a failure is the test's.
inline std::unique_ptr<HttpServer> StartServer(Handler handler, ServerOptions options = {}) {
  base::Result<std::unique_ptr<HttpServer>> server =
      HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return server.ok() ? *std::move(server) : nullptr;
}

// A handler that answers with what it understood: "METHOD path|name=value\nbody".
inline void Echo(Request request, std::unique_ptr<Responder> responder) {
  std::string body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) body += "|" + name + "=" + value;
  if (!request.body.empty()) body += "\n" + request.body;
  responder->Send(TextResponse(200, std::move(body)));
}

}  // namespace vedette::net
