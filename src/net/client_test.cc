#include "net/client.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "net/gzip.h"
#include "net/server.h"
#include "net/testing/fake_client.h"
#include "net/testing/faults.h"
#include "net/testing/raw_server.h"

namespace vedette::net {
namespace {

using base::ErrorCode;

std::unique_ptr<HttpClient> NewClient() {
  base::Result<std::unique_ptr<HttpClient>> client = MakeCurlClient();
  EXPECT_TRUE(client.ok());
  return *std::move(client);
}

ClientRequest To(uint16_t port, std::string path = "/") {
  ClientRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(port) + path;
  request.addresses = AddressPolicy::kAny;
  return request;
}

std::unique_ptr<HttpServer> Serve(std::function<Response(const Request&)> answer) {
  auto server = HttpServer::Start(
      {}, [answer = std::move(answer)](Request request, std::unique_ptr<Responder> responder) {
        responder->Send(answer(request));
      });
  EXPECT_TRUE(server.ok());
  return *std::move(server);
}

ErrorCode CodeOf(const base::Result<Response>& result) {
  EXPECT_FALSE(result.ok()) << "status " << (result.ok() ? result->status : 0);
  return result.ok() ? ErrorCode::kInternal : result.error().code;
}

TEST(CurlClient, SendsMethodHeadersAndBody) {
  const auto server = Serve([](const Request& request) {
    return TextResponse(201, request.method + " " + request.path + " " +
                                 std::string(request.headers.Get("X-Key")) + "|" +
                                 std::string(request.headers.Get("Content-Type")) + "|" +
                                 std::string(request.headers.Get("Expect")) + "|" + request.body);
  });
  ClientRequest request = To(server->port(), "/hook");
  request.method = "POST";
  request.headers.Add("X-Key", "k");
  request.headers.Add("Content-Type", "application/json");
  request.body = std::string(2'000'000, 'x');
  request.response_bytes_max = 3'000'000;

  const base::Result<Response> response = NewClient()->Fetch(request);

  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->headers.Get("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response->body, "POST /hook k|application/json||" + request.body);
}

TEST(CurlClient, SpeaksAllMethods) {
  const auto server = Serve(
      [](const Request& request) { return TextResponse(200, request.method + request.body); });
  const auto client = NewClient();
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}) {
    ClientRequest request = To(server->port());
    request.method = method;
    if (method == "PATCH") request.body = "b";
    const base::Result<Response> response = client->Fetch(request);
    ASSERT_TRUE(response.ok()) << method << response.error().message;
    EXPECT_EQ(response->body, method == "HEAD" ? "" : method + request.body);
  }
  EXPECT_EQ(server->stats().connections_accepted, 1u) << "the connection is reused";
}

TEST(CurlClient, ReturnsErrorStatusesAsResponses) {
  const auto server = Serve([](const Request&) { return TextResponse(503, "busy"); });
  const base::Result<Response> response = NewClient()->Fetch(To(server->port()));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "busy");
}

TEST(CurlClient, DecodesGzipAndStopsBombs) {
  const std::string plain(3'000'000, 'a');
  const auto server = Serve([&plain](const Request& request) {
    EXPECT_NE(request.headers.Get("Accept-Encoding").find("gzip"), std::string_view::npos);
    Response response = TextResponse(200, GzipCompress(plain));
    response.headers.Add("Content-Encoding", "gzip");
    return response;
  });
  ClientRequest request = To(server->port());
  request.response_bytes_max = plain.size();
  const base::Result<Response> response = NewClient()->Fetch(request);
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->body, plain);
  EXPECT_FALSE(response->headers.Has("Content-Encoding"));

  request.response_bytes_max = plain.size() - 1;
  EXPECT_EQ(CodeOf(NewClient()->Fetch(request)), ErrorCode::kResourceExhausted);
}

TEST(CurlClient, StopsEndlessBodies) {
  RawServer server([](int fd) {
    SendAll(fd, "HTTP/1.1 200 OK\r\n\r\n");
    const std::string piece(65536, 'x');
    while (SendAll(fd, piece)) {
    }
  });
  EXPECT_EQ(CodeOf(NewClient()->Fetch(To(server.port()))), ErrorCode::kResourceExhausted);
}

TEST(CurlClient, StopsEndlessHeaders) {
  RawServer server([](int fd) {
    SendAll(fd, "HTTP/1.1 200 OK\r\n");
    while (SendAll(fd, "X-Header: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(CodeOf(NewClient()->Fetch(To(server.port()))), ErrorCode::kResourceExhausted);
}

TEST(CurlClient, GivesUpAfterTheTimeout) {
  RawServer server([](int fd) { WaitForClientToLeave(fd); });
  ClientRequest request = To(server.port());
  request.timeout = base::Duration(50);
  EXPECT_EQ(CodeOf(NewClient()->Fetch(request)), ErrorCode::kDeadlineExceeded);
}

TEST(CurlClient, GivesUpOnAnAnswerThatTrickles) {
  RawServer server([](int fd) {
    SendAll(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    WaitForClientToLeave(fd);
  });
  ClientRequest request = To(server.port());
  request.timeout = base::Duration(50);
  EXPECT_EQ(CodeOf(NewClient()->Fetch(request)), ErrorCode::kDeadlineExceeded);
}

TEST(CurlClient, StopsWhenCancelled) {
  RawServer server([](int fd) { WaitForClientToLeave(fd); });
  ClientRequest request = To(server.port());
  request.cancelled = [] { return true; };
  const base::Result<Response> result = NewClient()->Fetch(request);
  EXPECT_EQ(CodeOf(result), ErrorCode::kUnavailable);
  EXPECT_NE(result.error().message.find("cancelled"), std::string::npos);
}

TEST(CurlClient, ReportsATruncatedAnswer) {
  RawServer server([](int fd) { SendAll(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"); });
  EXPECT_EQ(CodeOf(NewClient()->Fetch(To(server.port()))), ErrorCode::kUnavailable);
}

TEST(CurlClient, ReportsAResetAndARefusal) {
  uint16_t port = 0;
  {
    RawServer server([](int fd) { ResetOnClose(fd); });
    port = server.port();
    EXPECT_EQ(CodeOf(NewClient()->Fetch(To(port))), ErrorCode::kUnavailable);
  }
  EXPECT_EQ(CodeOf(NewClient()->Fetch(To(port))), ErrorCode::kUnavailable);
}

TEST(CurlClient, NamesTheHostButNoSecretInErrors) {
  RawServer server([](int fd) { ResetOnClose(fd); });
  const base::Result<Response> result =
      NewClient()->Fetch(To(server.port(), "/services/SECRET?token=SECRET"));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message.find("SECRET"), std::string::npos) << result.error().message;
  EXPECT_NE(result.error().message.find("127.0.0.1"), std::string::npos);
}

TEST(CurlClient, RefusesMalformedRequests) {
  const auto client = NewClient();
  const auto code_for_url = [&client](std::string url) {
    ClientRequest request;
    request.url = std::move(url);
    return CodeOf(client->Fetch(request));
  };
  for (const std::string url :
       {"", "nonsense", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
        "http://", "http://user:secret@example.com/", "http://exa mple.com/", "dict://x:1/"}) {
    EXPECT_EQ(code_for_url(url), ErrorCode::kInvalidArgument) << url;
  }
  ClientRequest request = To(1);
  request.headers.Add("X-Evil", "a\r\nX-Other: b");
  EXPECT_EQ(CodeOf(client->Fetch(request)), ErrorCode::kInvalidArgument);
  request = To(1);
  request.method = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(CodeOf(client->Fetch(request)), ErrorCode::kInvalidArgument);
}

TEST(CurlClient, ConnectsToNoForbiddenAddressHoweverItIsSpelled) {
  const auto server = Serve([](const Request&) { return TextResponse(200, "canary"); });
  const auto client = NewClient();
  const std::string port = std::to_string(server->port());
  for (const std::string host :
       {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
        "127.0.0.1.", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0",
        "0", "[::]", "127.127.127.127", "LOCALHOST", "[::127.0.0.1]"}) {
    ClientRequest request;
    request.url = "http://" + host + ":" + port + "/";
    request.timeout = base::Duration(2000);
    EXPECT_FALSE(client->Fetch(request).ok()) << host;
  }
  for (const std::string host :
       {"169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "2852039166", "0xa9fea9fe",
        "[fd00:ec2::254]", "0251.0376.0251.0376", "100.100.100.200"}) {
    ClientRequest request = To(server->port());
    request.url = "http://" + host + ":" + port + "/";
    request.timeout = base::Duration(2000);
    EXPECT_EQ(CodeOf(client->Fetch(request)), ErrorCode::kPermissionDenied) << host;
  }
  EXPECT_EQ(server->stats().connections_accepted, 0u);
}

TEST(CurlClient, ChecksTheAddressOfAReusedConnectionToo) {
  const auto server = Serve([](const Request&) { return TextResponse(200, "canary"); });
  const auto client = NewClient();
  ASSERT_TRUE(client->Fetch(To(server->port())).ok());

  ClientRequest request = To(server->port());
  request.addresses = AddressPolicy::kPublicOnly;

  EXPECT_EQ(CodeOf(client->Fetch(request)), ErrorCode::kPermissionDenied);
  EXPECT_EQ(server->stats().requests, 1u);
}

TEST(CurlClient, IgnoresProxiesOfTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto server = Serve([](const Request&) { return TextResponse(200, "direct"); });
  const base::Result<Response> response = NewClient()->Fetch(To(server->port()));
  ::unsetenv("http_proxy");
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->body, "direct");
}

Response RedirectTo(std::string location) {
  Response response = TextResponse(302, "moved");
  response.headers.Add("Location", std::move(location));
  return response;
}

TEST(CurlClient, FollowsRedirectsOnlyWhenTold) {
  const auto server = Serve([](const Request& request) {
    return request.path == "/end" ? TextResponse(200, "end") : RedirectTo("/end");
  });
  ClientRequest request = To(server->port(), "/begin");
  EXPECT_EQ(NewClient()->Fetch(request)->status, 302);
  request.redirects_max = 1;
  EXPECT_EQ(NewClient()->Fetch(request)->body, "end");
  request.method = "POST";
  EXPECT_EQ(NewClient()->Fetch(request)->status, 302) << "a POST is never repeated elsewhere";
}

TEST(CurlClient, StopsRedirectLoops) {
  const auto server = Serve([](const Request&) { return RedirectTo("/again"); });
  ClientRequest request = To(server->port());
  request.redirects_max = 3;
  EXPECT_EQ(CodeOf(NewClient()->Fetch(request)), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(server->stats().requests, 4u);
}

TEST(CurlClient, ChecksEveryRedirect) {
  std::string location;
  const auto server = Serve([&location](const Request&) { return RedirectTo(location); });
  ClientRequest request = To(server->port());
  request.redirects_max = 3;
  location = "http://169.254.169.254/latest/meta-data";
  EXPECT_EQ(CodeOf(NewClient()->Fetch(request)), ErrorCode::kPermissionDenied);
  for (const std::string bad : {"file:///etc/passwd", "gopher://127.0.0.1/", "http://u:p@h/"}) {
    location = bad;
    EXPECT_EQ(CodeOf(NewClient()->Fetch(request)), ErrorCode::kInvalidArgument) << bad;
  }
}

TEST(CurlClient, KeepsCredentialsFromAnotherOrigin) {
  std::string seen = "nothing";
  const auto other = Serve([&seen](const Request& request) {
    seen = std::string(request.headers.Get("Authorization")) +
           std::string(request.headers.Get("X-Api-Key")) +
           std::string(request.headers.Get("Accept"));
    return TextResponse(200, "");
  });
  const auto server = Serve([&other](const Request&) {
    return RedirectTo("http://127.0.0.1:" + std::to_string(other->port()) + "/");
  });
  ClientRequest request = To(server->port());
  request.redirects_max = 1;
  request.headers.Add("Authorization", "Bearer secret");
  request.headers.Add("X-Api-Key", "secret");
  request.headers.Add("Accept", "text/plain");

  ASSERT_TRUE(NewClient()->Fetch(request).ok());

  EXPECT_EQ(seen, "text/plain");
}

TEST(FakeClient, RepliesAsScriptedAndRemembers) {
  FakeClient client;
  client.Reply(TextResponse(500, "first"));
  client.Fail(base::Unavailable("second"));

  EXPECT_EQ(client.Fetch(To(1, "/a"))->body, "first");
  EXPECT_FALSE(client.Fetch(To(1, "/b")).ok());
  EXPECT_EQ(client.Fetch(To(1, "/c"))->status, 200);
  ASSERT_EQ(client.requests().size(), 3u);
  EXPECT_EQ(client.requests()[1].url, "http://127.0.0.1:1/b");
}

TEST(FaultyClient, FailsTheNthOperationOnly) {
  FakeClient inner;
  FaultyClient client(inner);
  for (const NetFault fault :
       {NetFault::kRefused, NetFault::kReset, NetFault::kTimeout, NetFault::kTruncated}) {
    const size_t before = inner.request_count();
    client.FailAt(2, fault);
    EXPECT_TRUE(client.Fetch(To(1)).ok());
    EXPECT_FALSE(client.fired());
    EXPECT_FALSE(client.Fetch(To(1)).ok());
    EXPECT_TRUE(client.fired());
    EXPECT_TRUE(client.Fetch(To(1)).ok());
    EXPECT_EQ(inner.request_count() - before, fault == NetFault::kRefused ? 2u : 3u);
  }
}

}  // namespace
}  // namespace vedette::net
