#include "net/server.h"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/testing/fake_clock.h"
#include "base/worker_pool.h"
#include "net/gzip.h"
#include "net/testing/parked_requests.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_server.h"

namespace vedette::net {
namespace {

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  const auto server = StartServer(Echo);
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
  const auto server = StartServer(Echo);
  RawClient client(server->port());

  client.Send(
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n");

  EXPECT_EQ(BodyOf(client.ReadResponse()), "POST /c\nhello world");
}

TEST(HttpServer, ClosesWhenTheClientAsksForIt) {
  const auto server = StartServer(Echo);
  RawClient client(server->port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  const std::string response = client.ReadAll();
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
  EXPECT_EQ(BodyOf(response), "GET /");
  EXPECT_TRUE(client.ended_by_server());
}

TEST(HttpServer, SpeaksHttp10) {
  const auto server = StartServer(Echo);
  RawClient once(server->port());
  once.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(BodyOf(once.ReadAll()), "GET /");

  RawClient twice(server->port());
  for (int i = 0; i < 2; ++i) {
    twice.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(HeaderOf(twice.ReadResponse(), "Connection"), "keep-alive");
  }
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  const auto server = StartServer(Echo);
  RawClient client(server->port());
  client.Send("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(HeaderOf(client.ReadResponse(true), "Content-Length"), "9");
  EXPECT_EQ(BodyOf(client.ReadResponse()), "GET /");
}

TEST(HttpServer, SendsNoBodyWith204And304) {
  const auto server = StartServer([](Request request, std::unique_ptr<Responder> responder) {
    responder->Send(TextResponse(request.path == "/204" ? 204 : 304, "no body allowed"));
  });
  RawClient client(server->port());
  client.Send("GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /304 HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string first = client.ReadResponse();
  EXPECT_EQ(StatusOf(first), 204);
  EXPECT_EQ(HeaderOf(first, "Content-Length"), "");
  EXPECT_EQ(StatusOf(client.ReadResponse()), 304);
}

TEST(HttpServer, InvitesABodyThatWaitsForContinue) {
  const auto server = StartServer(Echo);
  RawClient client(server->port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadResponse()), 100);
  client.Send("abc");
  EXPECT_EQ(BodyOf(client.ReadResponse()), "POST /\nabc");
}

TEST(HttpServer, InvitesNoBodyThatItWouldRefuse) {
  const auto server = StartServer(Echo, {.body_bytes_max = 10});
  RawClient client(server->port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  const std::string response = client.ReadResponse();
  EXPECT_EQ(StatusOf(response), 413);
  EXPECT_EQ(BodyOf(response),
            R"~({"error":{"code":"resource_exhausted",)~"
            R"~("message":"the body is larger than 10 bytes (limits.body_bytes_max)",)~"
            R"~("field":"limits.body_bytes_max","limit":10}})~");
}

TEST(HttpServer, DecodesGzipRequestsAndCompressesResponses) {
  const auto server = StartServer(Echo);
  RawClient client(server->port());
  const std::string plain(5000, 'a');
  const std::string compressed = GzipCompress(plain);
  client.Send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nAccept-Encoding: br, gzip\r\n"
      "Content-Length: " +
      std::to_string(compressed.size()) + "\r\n\r\n" + compressed);

  const std::string response = client.ReadResponse();

  EXPECT_EQ(HeaderOf(response, "Content-Encoding"), "gzip");
  const std::string body = BodyOf(response);
  GzipInflater inflater;
  std::string_view in = body;
  std::string_view out;
  ASSERT_TRUE(inflater.Next(in, out));
  EXPECT_EQ(out, "POST /\n" + plain);
}

TEST(HttpServer, CompressesOnlyForClientsThatAcceptIt) {
  const auto server = StartServer([](Request, std::unique_ptr<Responder> responder) {
    responder->Send(TextResponse(200, std::string(5000, 'a')));
  });
  RawClient client(server->port());
  for (const std::string header : {"X: y", "Accept-Encoding: br", "Accept-Encoding: gzip;q=0",
                                   "Accept-Encoding: gzip; q=0.000"}) {
    client.Send("GET / HTTP/1.1\r\nHost: h\r\n" + header + "\r\n\r\n");
    EXPECT_EQ(BodyOf(client.ReadResponse()), std::string(5000, 'a')) << header;
  }
}

TEST(HttpServer, TellsTheHandlerWhoAsks) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient client(server->port());
  client.Send("GET /a%20b?c HTTP/1.1\r\nHost: h\r\nX-Y: z\r\n\r\n");

  ParkedRequests::Parked taken = parked.Take();

  EXPECT_EQ(taken.request.peer_address, "127.0.0.1");
  EXPECT_TRUE(taken.request.peer_is_loopback);
  EXPECT_FALSE(taken.request.tls);
  EXPECT_FALSE(taken.request.cancelled());
  EXPECT_EQ(taken.request.target, "/a%20b?c");
  EXPECT_EQ(taken.request.path, "/a b");
  EXPECT_EQ(taken.request.headers.Get("x-y"), "z");
}

TEST(HttpServer, WritesLargeAnswersWhole) {
  std::string large(20'000'000, 'x');
  for (size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>('a' + i % 26);
  const auto server = StartServer([&large](Request, std::unique_ptr<Responder> responder) {
    Response response{.status = 200, .headers = {}, .body = large};
    responder->Send(std::move(response));
  });
  RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(BodyOf(client.ReadResponse()), large);
}

TEST(HttpServer, SendsThe500ThatAHandlerForgot) {
  const auto server = StartServer([](Request request, std::unique_ptr<Responder>) {
    if (request.path == "/throw") throw std::runtime_error("from the test");
  });
  RawClient client(server->port());
  for (const std::string path : {"/drop", "/throw", "/drop"}) {
    client.Send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(StatusOf(client.ReadResponse()), 500) << path;
  }
}

TEST(HttpServer, TakesOnlyTheFirstAnswer) {
  const auto server = StartServer([](Request, std::unique_ptr<Responder> responder) {
    responder->Send(TextResponse(200, "first"));
    responder->Send(TextResponse(200, "second"));
    EXPECT_FALSE(responder->Stream({})->Write("third"));
  });
  RawClient client(server->port());
  for (int i = 0; i < 2; ++i) {
    client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(BodyOf(client.ReadResponse()), "first");
  }
}

TEST(HttpServer, ClosesAfterAMalformedRequestAndSaysWhy) {
  const auto server = StartServer(Echo);
  for (const std::string request :
       {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
        "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\nHost: h\n\n", "\x16\x03\x01"}) {
    RawClient client(server->port());
    client.Send(request + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string all = client.ReadAll();
    EXPECT_EQ(StatusOf(all), 400) << request;
    EXPECT_EQ(HeaderOf(all, "Connection"), "close");
    EXPECT_NE(BodyOf(all).find("\"code\":\"invalid_argument\""), std::string::npos);
    EXPECT_EQ(all.find("smuggled"), std::string::npos);
    EXPECT_TRUE(client.ended_by_server());
  }
  EXPECT_EQ(server->stats().requests, 0u);
  EXPECT_EQ(server->stats().requests_refused, 5u);
}

TEST(HttpServer, AnswersBeforeTheRestOfATooLargeBodyArrives) {
  const auto server = StartServer(Echo, {.body_bytes_max = 1000});
  RawClient client(server->port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  client.Send(std::string(3'000'000, 'x'));
  EXPECT_EQ(StatusOf(client.ReadAll()), 413) << "the answer must not be lost to a reset";
}

TEST(HttpServer, LimitsBodiesByPath) {
  const auto server = StartServer(Echo, {.body_limit = [](std::string_view path) -> size_t {
                                    return path == "/big" ? 1000 : 10;
                                  }});
  const auto status = [&server](const std::string& path) {
    RawClient client(server->port());
    client.Send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" +
                std::string(100, 'x'));
    return StatusOf(client.ReadResponse());
  };
  EXPECT_EQ(status("/big"), 200);
  EXPECT_EQ(status("/other"), 413);
}

TEST(HttpServer, BoundsTheBodiesInFlight) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler(), {.bodies_bytes_max = 150'000});
  const std::string post =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x');
  RawClient first(server->port());
  first.Send(post);
  ParkedRequests::Parked taken = parked.Take();

  RawClient second(server->port());
  second.Send(post);
  const std::string refused = second.ReadAll();
  EXPECT_EQ(StatusOf(refused), 503);
  EXPECT_EQ(HeaderOf(refused, "Retry-After"), "1");

  taken.responder->Send(TextResponse(200, ""));
  EXPECT_EQ(StatusOf(first.ReadResponse()), 200);
  first.Send(post);
  parked.Take().responder->Send(TextResponse(200, ""));
  EXPECT_EQ(StatusOf(first.ReadResponse()), 200);
}

TEST(HttpServer, RefusesConnectionsBeyondItsLimits) {
  for (ServerOptions options :
       {ServerOptions{.max_connections = 2}, ServerOptions{.max_connections_per_ip = 2}}) {
    base::FakeClock clock;
    options.clock = &clock;
    const auto server = StartServer(Echo, options);
    auto first = std::make_unique<RawClient>(server->port());
    RawClient second(server->port());
    for (RawClient* client : {first.get(), &second}) {
      client->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
      EXPECT_EQ(StatusOf(client->ReadResponse()), 200);
    }
    RawClient third(server->port());
    EXPECT_EQ(StatusOf(third.ReadAll()), 503);
    EXPECT_EQ(server->stats().connections_refused, 1u);

    first.reset();
    while (server->stats().connections == 2) std::this_thread::yield();
    RawClient fourth(server->port());
    fourth.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(StatusOf(fourth.ReadResponse()), 200);
  }
}

TEST(HttpServer, LetsStalledConnectionsMakeRoom) {
  for (ServerOptions options :
       {ServerOptions{.max_connections = 3}, ServerOptions{.max_connections_per_ip = 3}}) {
    base::FakeClock clock;
    options.clock = &clock;
    ParkedRequests parked;
    const auto server = StartServer(parked.handler(), options);
    RawClient busy(server->port());
    busy.Send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n");
    ParkedRequests::Parked taken = parked.Take();
    RawClient slow(server->port());
    slow.Send("GET / HTTP/1.1\r\nHo");
    while (server->stats().connections_accepted < 2) std::this_thread::yield();
    clock.Advance(base::Duration(900));
    RawClient fresh(server->port());
    while (server->stats().connections_accepted < 3) std::this_thread::yield();
    clock.Advance(base::Duration(100));

    RawClient newcomer(server->port());
    newcomer.Send("GET /new HTTP/1.1\r\nHost: h\r\n\r\n");
    parked.Take().responder->Send(TextResponse(200, "welcome"));

    EXPECT_EQ(BodyOf(newcomer.ReadResponse()), "welcome");
    EXPECT_EQ(slow.ReadAll(), "");
    EXPECT_TRUE(slow.ended_by_server());
    EXPECT_EQ(StatusOf(RawClient(server->port()).ReadAll()), 503) << "the others are in use or new";
    taken.responder->Send(TextResponse(200, "late"));
    EXPECT_EQ(BodyOf(busy.ReadResponse()), "late");
    EXPECT_EQ(server->stats().connections_evicted, 1u);
  }
}

TEST(HttpServer, AnswersWhileManyConnectionsAreIdleOrSlow) {
  const auto server = StartServer(Echo, {.io_threads = 2});
  std::vector<std::unique_ptr<RawClient>> others;
  for (int i = 0; i < 200; ++i) {
    others.push_back(std::make_unique<RawClient>(server->port()));
    ASSERT_TRUE(others.back()->connected());
    if (i % 2 == 0) others.back()->Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Le");
  }
  RawClient client(server->port());
  for (int i = 0; i < 100; ++i) {
    client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(StatusOf(client.ReadResponse()), 200);
  }
  EXPECT_EQ(server->stats().connections, 201u);
}

TEST(HttpServer, ServesConnectionsOnAllItsThreads) {
  base::WorkerPool workers({.name = "test", .threads = 2});
  const auto server = StartServer(
      [&workers](Request request, std::unique_ptr<Responder> responder) {
        auto job = std::make_shared<std::pair<Request, std::unique_ptr<Responder>>>(
            std::move(request), std::move(responder));
        if (!workers.Submit([job] { Echo(std::move(job->first), std::move(job->second)); })) {
          job->second->Send(TextResponse(503, "busy"));
        }
      },
      {.io_threads = 3});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(std::make_unique<RawClient>(server->port()));
  for (int round = 0; round < 20; ++round) {
    for (auto& client : clients) client->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    for (auto& client : clients) ASSERT_EQ(StatusOf(client->ReadResponse()), 200);
  }
}

TEST(HttpServer, RefusesWrongOptions) {
  const auto field = [](ServerOptions options) {
    const auto server = HttpServer::Start(std::move(options), Echo);
    return server.ok() ? "ok" : server.error().field;
  };
  EXPECT_EQ(field({.io_threads = 0}), "server.io_threads");
  EXPECT_EQ(field({.max_connections = 0}), "server.max_connections");
  EXPECT_EQ(field({.idle_timeout = base::Duration(0)}), "server.idle_timeout");
  EXPECT_EQ(field({.host = "no such host"}), "server.host");
  EXPECT_EQ(field({.key_file = "x"}), "server.tls");
}

TEST(HttpServer, SaysWhenThePortIsTaken) {
  const auto server = StartServer(Echo);
  const auto second = HttpServer::Start({.port = server->port()}, Echo);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace vedette::net
