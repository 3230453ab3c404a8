#include "net/server.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/worker_pool.h"
#include "net/testing/raw_client.h"

namespace vedette::net {
namespace {

// Answers with what it understood.
void Echo(Request request, std::unique_ptr<Responder> responder) {
  std::string body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) body += "|" + name + "=" + value;
  if (!request.body.empty()) body += "\n" + request.body;
  responder->Send(TextResponse(200, std::move(body)));
}

std::unique_ptr<HttpServer> StartServer(Handler handler = Echo, ServerOptions options = {}) {
  base::Result<std::unique_ptr<HttpServer>> server =
      HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return server.ok() ? *std::move(server) : nullptr;
}

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  const auto server = StartServer();
  RawClient client(server->port());

  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(
        client.Send("GET /a/" + std::to_string(i) + "?x=1&y=a%20b HTTP/1.1\r\nHost: h\r\n\r\n"));
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusOf(response), 200);
    EXPECT_EQ(BodyOf(response), "GET /a/" + std::to_string(i) + "|x=1|y=a b");
    EXPECT_EQ(HeaderOf(response, "Connection"), "");
    EXPECT_EQ(HeaderOf(response, "Date").size(), 29u);
  }
  EXPECT_EQ(server->stats().connections_accepted, 1u);
  EXPECT_EQ(server->stats().requests, 3u);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  base::WorkerPool workers({.name = "test", .threads = 4});
  const auto server =
      StartServer([&workers](Request request, std::unique_ptr<Responder> responder) {
        auto job = std::make_shared<std::pair<Request, std::unique_ptr<Responder>>>(
            std::move(request), std::move(responder));
        ASSERT_TRUE(workers.Submit([job] { Echo(std::move(job->first), std::move(job->second)); }));
      });
  RawClient client(server->port());

  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  }
  ASSERT_TRUE(client.Send(requests));

  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(BodyOf(client.ReadResponse()), "POST /" + std::to_string(i) + "\nabc");
  }
}

TEST(HttpServer, ReadsChunkedBodies) {
  const auto server = StartServer();
  RawClient client(server->port());

  client.Send(
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n");

  EXPECT_EQ(BodyOf(client.ReadResponse()), "POST /c\nhello world");
}

TEST(HttpServer, ClosesWhenTheClientAsksForIt) {
  const auto server = StartServer();
  RawClient client(server->port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  const std::string response = client.ReadAll();
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
  EXPECT_EQ(BodyOf(response), "GET /");
  EXPECT_TRUE(client.ended_by_server());
}

}  // namespace
}  // namespace vedette::net
