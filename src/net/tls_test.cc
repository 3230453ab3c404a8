#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>

#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "net/client.h"
#include "net/sse.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_certificate.h"
#include "net/testing/test_server.h"

namespace vedette::net {
namespace {

using base::Duration;

class Tls : public testing::Test {
 protected:
  ServerOptions Options(const TestCertificate& certificate) {
    return {.certificate_file = certificate.certificate_file, .key_file = certificate.key_file};
  }
  std::unique_ptr<HttpClient> Client(std::string ca_file) {
    auto client = MakeCurlClient({.ca_file = std::move(ca_file)});
    EXPECT_TRUE(client.ok());
    return *std::move(client);
  }
  ClientRequest To(const HttpServer& server, std::string path = "/") {
    ClientRequest request;
    request.url = "https://127.0.0.1:" + std::to_string(server.port()) + path;
    request.addresses = AddressPolicy::kAny;
    request.response_bytes_max = 8 << 20;
    return request;
  }

  base::TempFolder folder_{"tls"};
  TestCertificate certificate_ = MakeTestCertificate(folder_.path(), "first", "127.0.0.1");
};

TEST_F(Tls, ServesClientsThatTrustTheCertificate) {
  const auto server = StartServer(
      [](Request request, std::unique_ptr<Responder> responder) {
        EXPECT_TRUE(request.tls);
        Echo(std::move(request), std::move(responder));
      },
      Options(certificate_));
  const auto client = Client(certificate_.certificate_file);

  for (int i = 0; i < 3; ++i) {
    ClientRequest request = To(*server, "/x");
    request.method = "POST";
    request.body = std::string(3'000'000, 'x');
    const base::Result<Response> response = client->Fetch(request);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->body, "POST /x\n" + request.body);
  }
  EXPECT_EQ(server->stats().connections_accepted, 1u);
}

TEST_F(Tls, CarriesStreams) {
  const auto server = StartServer(
      [](Request, std::unique_ptr<Responder> responder) {
        const auto stream = responder->Stream(SseHead());
        for (int i = 0; i < 100; ++i) EXPECT_TRUE(stream->Write(std::string(1000, 'x')));
      },
      Options(certificate_));
  const base::Result<Response> response = Client(certificate_.certificate_file)->Fetch(To(*server));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->body.size(), 100'000u);
}

TEST_F(Tls, IsRefusedByClientsThatDoNotTrustTheCertificate) {
  const auto server = StartServer(Echo, Options(certificate_));
  const TestCertificate other = MakeTestCertificate(folder_.path(), "other", "127.0.0.1");

  const base::Result<Response> result = Client(other.certificate_file)->Fetch(To(*server));

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::ErrorCode::kFailedPrecondition) << result.error().message;
  EXPECT_FALSE(Client("")->Fetch(To(*server)).ok()) << "the system does not know it";
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Tls, IsRefusedWhenTheCertificateIsForAnotherHost) {
  const TestCertificate other = MakeTestCertificate(folder_.path(), "host", "example.com");
  const auto server = StartServer(Echo, Options(other));
  const base::Result<Response> result = Client(other.certificate_file)->Fetch(To(*server));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::ErrorCode::kFailedPrecondition) << result.error().message;
}

TEST_F(Tls, LetsTheClientNameTheHostOfTheCertificate) {
  const TestCertificate other = MakeTestCertificate(folder_.path(), "named", "node.example");
  const auto server = StartServer(
      [](Request request, std::unique_ptr<Responder> responder) {
        if (request.path == "/there") {
          Response redirect{.status = 302, .headers = {}, .body = {}};
          redirect.headers.Add("Location", "/here");
          return responder->Send(std::move(redirect));
        }
        responder->Send(
            TextResponse(200, request.path + " " + std::string(request.headers.Get("Host"))));
      },
      Options(other));
  const auto client =
      *MakeCurlClient({.ca_file = other.certificate_file, .server_name = "node.example"});
  ClientRequest request = To(*server, "/there");
  request.redirects_max = 1;

  const base::Result<Response> response = client->Fetch(request);

  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->body, "/here 127.0.0.1:" + std::to_string(server->port()));
  const auto wrong =
      *MakeCurlClient({.ca_file = other.certificate_file, .server_name = "other.example"});
  EXPECT_FALSE(wrong->Fetch(request).ok());
}

TEST_F(Tls, IsTakenUncheckedWhenTheClientWantsThat) {
  const auto server = StartServer(Echo, Options(certificate_));
  const auto client = *MakeCurlClient({.verify = false});
  EXPECT_TRUE(client->Fetch(To(*server)).ok());
}

TEST_F(Tls, NeedsTheClientsCertificateToBeReadable) {
  const auto server = StartServer(Echo, Options(certificate_));
  const auto fetch = [&](const std::string& file) {
    const auto client = *MakeCurlClient({.ca_file = certificate_.certificate_file,
                                         .certificate_file = file,
                                         .key_file = certificate_.key_file});
    return client->Fetch(To(*server));
  };
  EXPECT_TRUE(fetch(certificate_.certificate_file).ok());
  const base::Result<Response> missing = fetch(folder_.path() + "/missing.crt");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::ErrorCode::kFailedPrecondition);
}

TEST_F(Tls, UsesReloadedCertificatesForNewConnectionsOnly) {
  const auto server = StartServer(Echo, Options(certificate_));
  const std::string old_ca = folder_.File("old.crt");
  std::filesystem::copy_file(certificate_.certificate_file, old_ca);
  const auto old_client = Client(old_ca);
  ASSERT_TRUE(old_client->Fetch(To(*server)).ok());

  MakeTestCertificate(folder_.path(), "first", "127.0.0.1");  // writes over the files
  ASSERT_TRUE(server->ReloadCertificates().ok());

  EXPECT_TRUE(old_client->Fetch(To(*server)).ok()) << "its connection is kept";
  EXPECT_FALSE(Client(old_ca)->Fetch(To(*server)).ok());
  EXPECT_TRUE(Client(certificate_.certificate_file)->Fetch(To(*server)).ok());
}

TEST_F(Tls, KeepsTheCertificateWhenTheNewFilesAreBroken) {
  const auto server = StartServer(Echo, Options(certificate_));
  const std::string old_ca = folder_.File("old.crt");
  std::filesystem::copy_file(certificate_.certificate_file, old_ca);

  const TestCertificate other = MakeTestCertificate(folder_.path(), "other", "127.0.0.1");
  std::filesystem::copy_file(other.key_file, certificate_.key_file,
                             std::filesystem::copy_options::overwrite_existing);
  const base::Result<> mismatch = server->ReloadCertificates();
  ASSERT_FALSE(mismatch.ok());
  EXPECT_EQ(mismatch.error().field, "tls.key_file");

  std::ofstream(certificate_.certificate_file) << "garbage";
  const base::Result<> garbage = server->ReloadCertificates();
  ASSERT_FALSE(garbage.ok());
  EXPECT_EQ(garbage.error().field, "tls.certificate_file");

  EXPECT_TRUE(Client(old_ca)->Fetch(To(*server)).ok());
}

TEST_F(Tls, NeedsReadableFilesToStart) {
  const auto missing = HttpServer::Start(
      Options({.certificate_file = folder_.File("none"), .key_file = certificate_.key_file}), Echo);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::ErrorCode::kInvalidArgument);
  EXPECT_NE(missing.error().message.find("none"), std::string::npos);
}

TEST_F(Tls, ClosesWhenTheClientDoesNotSpeakIt) {
  const auto server = StartServer(Echo, Options(certificate_));
  RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.ReadAll().find("HTTP/1.1 200"), std::string::npos);
  EXPECT_TRUE(client.ended_by_server());
}

TEST_F(Tls, ClosesWhenTheHandshakeTakesTooLong) {
  base::FakeClock clock;
  ServerOptions options = Options(certificate_);
  options.linger_timeout = Duration(20);
  options.clock = &clock;
  const auto server = StartServer(Echo, options);
  RawClient client(server->port());
  client.Send("\x16\x03\x01");
  while (server->stats().connections_accepted == 0) std::this_thread::yield();
  clock.Advance(options.header_timeout);
  EXPECT_EQ(client.ReadAll(), "");
  EXPECT_TRUE(client.ended_by_server());
}

TEST_F(Tls, StopsGracefullyWithOpenConnections) {
  const auto server = StartServer(Echo, Options(certificate_));
  const auto client = Client(certificate_.certificate_file);
  ASSERT_TRUE(client->Fetch(To(*server)).ok());
  server->Stop();
  EXPECT_FALSE(client->Fetch(To(*server)).ok());
}

}  // namespace
}  // namespace vedette::net
