// Timeouts by a clock that the test moves: nothing here depends on the speed of the machine.

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>

#include "base/testing/fake_clock.h"
#include "net/testing/parked_requests.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_server.h"

namespace vedette::net {
namespace {

using base::Duration;

class ServerTimeout : public testing::Test {
 protected:
  // The sweep follows the shortest timeout: 20 ms of linger make it look every 5 ms.
  ServerOptions Options() { return {.linger_timeout = Duration(20), .clock = &clock_}; }

  void Start(Handler handler = Echo) { Start(std::move(handler), Options()); }
  void Start(Handler handler, ServerOptions options) {
    server_ = StartServer(std::move(handler), std::move(options));
    client_ = std::make_unique<RawClient>(server_->port());
  }
  // A request on another connection: afterwards the server has seen what the client sent before.
  void WaitUntilSeen() {
    RawClient other(server_->port());
    other.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(StatusOf(other.ReadResponse()), 200);
  }

  base::FakeClock clock_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<RawClient> client_;
};

TEST_F(ServerTimeout, RefusesAHeadThatDoesNotEnd) {
  Start();
  client_->Send("GET / HTTP/1.1\r\nHost: h\r\n");
  WaitUntilSeen();

  clock_.Advance(Duration(9'999));
  WaitUntilSeen();
  EXPECT_EQ(server_->stats().timeouts, 0u);
  clock_.Advance(Duration(1));

  EXPECT_EQ(StatusOf(client_->ReadAll()), 408);
  EXPECT_EQ(server_->stats().timeouts, 1u);
}

TEST_F(ServerTimeout, IsNotExtendedByHeadersThatTrickle) {
  Start();
  client_->Send("GET / HTTP/1.1\r\nHost: h\r\n");
  for (int i = 0; i < 5; ++i) {
    WaitUntilSeen();
    clock_.Advance(Duration(2'000));
    client_->Send("X: y\r\n");
  }
  EXPECT_EQ(StatusOf(client_->ReadAll()), 408);
}

TEST_F(ServerTimeout, ClosesAConnectionThatNeverAsks) {
  Start();
  WaitUntilSeen();
  clock_.Advance(Duration(10'000));
  EXPECT_EQ(client_->ReadAll(), "");
  EXPECT_TRUE(client_->ended_by_server());
}

TEST_F(ServerTimeout, ClosesIdleConnectionsSilently) {
  Start();
  client_->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client_->ReadResponse()), 200);
  WaitUntilSeen();
  clock_.Advance(Duration(59'000));
  client_->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client_->ReadResponse()), 200);
  WaitUntilSeen();
  clock_.Advance(Duration(60'000));
  EXPECT_EQ(client_->ReadAll(), "");
  EXPECT_EQ(server_->stats().timeouts, 0u);
}

TEST_F(ServerTimeout, GivesTheHeadItsTimeFromTheFirstByteOn) {
  Start();
  client_->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client_->ReadResponse()), 200);
  WaitUntilSeen();
  clock_.Advance(Duration(50'000));
  client_->Send("GET / HTTP/1.1\r\n");
  WaitUntilSeen();
  clock_.Advance(Duration(10'000));
  EXPECT_EQ(StatusOf(client_->ReadAll()), 408);
}

TEST_F(ServerTimeout, RefusesABodyBelowTheMinimumRate) {
  Start();
  client_->Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nx");
  for (int i = 0; i < 10; ++i) {
    WaitUntilSeen();
    clock_.Advance(Duration(1'001));
    client_->Send("x");
  }
  EXPECT_EQ(StatusOf(client_->ReadAll()), 408);
}

TEST_F(ServerTimeout, AllowsABodyAtTheMinimumRateUntilItsTimeoutOnly) {
  Start();
  client_->Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
  for (int i = 0; i < 29; ++i) {
    client_->Send(std::string(1'100, 'x'));
    WaitUntilSeen();
    clock_.Advance(Duration(1'000));
    WaitUntilSeen();
    ASSERT_EQ(server_->stats().timeouts, 0u) << "after " << i << " s";
  }
  clock_.Advance(Duration(1'000));
  EXPECT_EQ(StatusOf(client_->ReadAll()), 408);
}

TEST_F(ServerTimeout, AnswersForAHandlerThatDoesNot) {
  ParkedRequests parked;
  Start(parked.handler());
  client_->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ParkedRequests::Parked taken = parked.Take();
  EXPECT_EQ(taken.request.deadline, clock_.Steady() + Duration(60'000));
  clock_.Advance(Duration(60'000));

  const std::string response = client_->ReadAll();

  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
  EXPECT_TRUE(taken.request.cancelled());
  taken.responder->Send(TextResponse(200, "too late"));
}

TEST_F(ServerTimeout, CutsOffAClientThatDoesNotRead) {
  Start([](Request request, std::unique_ptr<Responder> responder) {
    responder->Send(request.path == "/large" ? TextResponse(200, std::string(20'000'000, 'x'))
                                             : TextResponse(200, ""));
  });
  client_->ShrinkReceiveBuffer();
  client_->Send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  client_->ReadUntil("\r\n\r\n");
  WaitUntilSeen();
  // The buffers of the kernel fill up at some moment; from then on nothing moves.
  while (server_->stats().timeouts == 0) {
    clock_.Advance(Duration(12'000));
    WaitUntilSeen();
  }
  while (server_->stats().connections > 0) std::this_thread::yield();
}

}  // namespace
}  // namespace vedette::net
