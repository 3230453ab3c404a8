#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>

#include "net/sse.h"
#include "net/testing/parked_requests.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_server.h"

namespace vedette::net {
namespace {

using base::Duration;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(ResponseStream, SendsEventsAsTheyAreWritten) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient client(server->port());
  client.Send(kGet);
  Response head = SseHead();
  head.body = ": hello\n\n";
  const auto stream = parked.Take().responder->Stream(std::move(head));
  const std::string begin = client.ReadUntil("hello\n\n\r\n");
  EXPECT_EQ(HeaderOf(begin, "Content-Type"), "text/event-stream");
  EXPECT_EQ(HeaderOf(begin, "Transfer-Encoding"), "chunked");

  for (int i = 0; i < 3; ++i) {
    std::string event;
    AppendSseEvent({.id = std::to_string(i), .event = {}, .data = "x"}, event);
    ASSERT_TRUE(stream->Write(event));
    EXPECT_EQ(client.ReadUntil("\n\n\r\n"), "f\r\nid: " + std::to_string(i) + "\ndata: x\n\n\r\n");
  }

  stream->Close();
  EXPECT_EQ(client.ReadUntil("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_TRUE(stream->closed());
  EXPECT_FALSE(stream->Write("late"));
}

TEST(ResponseStream, LeavesTheConnectionUsable) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.Send(kGet);
    // Dropping the stream ends it.
    parked.Take().responder->Stream(TextResponse(200, "begin "))->Write("end");
    EXPECT_EQ(BodyOf(client.ReadResponse()), "begin end");
  }
  EXPECT_EQ(server->stats().connections_accepted, 1u);
}

TEST(ResponseStream, EndsWithTheConnectionInHttp10) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient client(server->port());
  client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  parked.Take().responder->Stream({})->Write("abc");
  const std::string all = client.ReadAll();
  EXPECT_EQ(HeaderOf(all, "Transfer-Encoding"), "");
  EXPECT_EQ(BodyOf(all), "abc");
}

TEST(ResponseStream, HasNoBodyForHead) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient client(server->port());
  client.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kGet));
  const auto stream = parked.Take().responder->Stream(TextResponse(200, "body"));
  EXPECT_EQ(StatusOf(client.ReadResponse(true)), 200);
  parked.Take().responder->Send(TextResponse(200, "second"));
  EXPECT_EQ(BodyOf(client.ReadResponse()), "second");
  EXPECT_FALSE(stream->Write("x"));
}

TEST(ResponseStream, CarriesMuchFromAnotherThread) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient client(server->port());
  client.Send(kGet);
  const auto stream = parked.Take().responder->Stream({});
  std::string want;
  std::thread writer([&] {
    for (int i = 0; i < 500; ++i) {
      const std::string piece = std::to_string(i) + std::string(1000, 'x');
      want += piece;
      ASSERT_TRUE(stream->Write(piece));
    }
    stream->Close();
  });
  const std::string body = BodyOf(client.ReadUntil("\r\n0\r\n\r\n"));
  writer.join();
  EXPECT_EQ(body, want);
}

TEST(ResponseStream, IsClosedWhenTheClientLeaves) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  auto client = std::make_unique<RawClient>(server->port());
  client->Send(kGet);
  ParkedRequests::Parked taken = parked.Take();
  const auto stream = taken.responder->Stream({});
  client->ReadUntil("\r\n\r\n");
  EXPECT_FALSE(stream->closed());

  client.reset();

  while (!stream->closed()) std::this_thread::yield();
  EXPECT_FALSE(stream->Write("x"));
  EXPECT_TRUE(taken.request.cancelled());
}

TEST(ResponseStream, IsClosedWhenTheClientIsTooSlow) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler(), {.stream_bytes_max = 100'000});
  RawClient client(server->port());
  client.ShrinkReceiveBuffer();
  client.Send(kGet);
  const auto stream = parked.Take().responder->Stream({});

  const std::string piece(10'000, 'x');
  size_t written = 0;
  while (stream->Write(piece)) {
    written += piece.size();
    ASSERT_LT(written, 1'000'000'000u);
    std::this_thread::yield();
  }

  EXPECT_TRUE(stream->closed());
  client.ReadAll();
  EXPECT_TRUE(client.ended_by_server());
  EXPECT_EQ(server->stats().streams_dropped, 1u);
}

TEST(HttpServerCancel, IsSeenByTheHandlerWhenTheClientLeaves) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  for (const bool reset : {false, true}) {
    RawClient client(server->port());
    client.Send(kGet);
    ParkedRequests::Parked taken = parked.Take();
    EXPECT_FALSE(taken.request.cancelled());
    if (reset) {
      client.Reset();
    } else {
      client.CloseSending();
    }
    while (!taken.request.cancelled()) std::this_thread::yield();
    taken.responder->Send(TextResponse(200, "for whom?"));
    // Who has only closed its sending side still reads the answer.
    if (!reset) {
      EXPECT_EQ(BodyOf(client.ReadAll()), "for whom?");
    }
  }
}

TEST(HttpServerCancel, DoesNotStopRequestsThatCameWithTheGoodbye) {
  const auto server = StartServer(Echo);
  RawClient client(server->port());
  client.Send(std::string(kGet) + "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  client.CloseSending();
  EXPECT_EQ(BodyOf(client.ReadResponse()), "GET /");
  EXPECT_EQ(BodyOf(client.ReadAll()), "GET /2");
}

TEST(HttpServerStop, WaitsForRequestsInFlight) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  RawClient idle(server->port());
  RawClient client(server->port());
  client.Send(kGet);
  ParkedRequests::Parked taken = parked.Take();

  std::atomic<bool> stopped = false;
  std::thread stopper([&] {
    server->Stop();
    stopped = true;
  });
  idle.ReadAll();  // the idle connection is closed first
  EXPECT_TRUE(idle.ended_by_server());
  EXPECT_FALSE(RawClient(server->port()).connected());
  EXPECT_FALSE(stopped);
  taken.responder->Send(TextResponse(200, "done"));
  const std::string response = client.ReadAll();
  EXPECT_EQ(BodyOf(response), "done");
  client.CloseSending();
  stopper.join();
}

TEST(HttpServerStop, GivesUpOnRequestsAfterItsTimeout) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler(), {.stop_timeout = Duration(50)});
  RawClient client(server->port());
  client.Send(kGet);
  ParkedRequests::Parked taken = parked.Take();

  server->Stop();

  EXPECT_TRUE(taken.request.cancelled());
  EXPECT_EQ(client.ReadAll(), "");
  taken.responder->Send(TextResponse(200, "too late"));
}

TEST(HttpServerStop, EndsStreams) {
  ParkedRequests parked;
  const auto server = StartServer(parked.handler());
  auto client = std::make_unique<RawClient>(server->port());
  client->Send(kGet);
  const auto stream = parked.Take().responder->Stream({});
  ASSERT_TRUE(stream->Write("last words"));
  std::thread stopper([&] { server->Stop(); });
  EXPECT_EQ(BodyOf(client->ReadAll()), "last words");
  client.reset();
  stopper.join();
  EXPECT_TRUE(stream->closed());
  EXPECT_FALSE(stream->Write("x"));
}

TEST(HttpServerStop, LetsRespondersOutliveTheServer) {
  ParkedRequests parked;
  auto server = StartServer(parked.handler(), {.stop_timeout = Duration(1)});
  RawClient client(server->port());
  client.Send(std::string(kGet));
  RawClient other(server->port());
  other.Send(kGet);
  ParkedRequests::Parked first = parked.Take();
  ParkedRequests::Parked second = parked.Take();
  const auto stream = first.responder->Stream({});
  server.reset();
  EXPECT_FALSE(stream->Write("x"));
  const auto late = second.responder->Stream({});
  late->Close();
}

}  // namespace
}  // namespace vedette::net
