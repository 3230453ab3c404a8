#include "notify/channels/webhook/webhook.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/bounded_queue.h"
#include "base/digest.h"
#include "base/json.h"
#include "net/server.h"
#include "notify/delivery/page_json.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::Verdict;

const WebhookSettings kSettings{.url = "https://hooks.example/private-token", .secret = "s3cret"};

delivery::Attempt AttemptAt(int64_t seconds) {
  return {.number = 2,
          .now = base::FromMillis(seconds * 1000),
          .delay = std::chrono::seconds(7),
          .cancelled = {}};
}

TEST(Webhook, PostsThePageAsJson) {
  delivery::TestParts parts("https://vedette.example/");
  Webhook webhook({.url = kSettings.url, .headers = {{"X-Team", "pay"}}}, parts());
  const model::Page page = delivery::PageAbout("in_1");

  const delivery::Answer answer = webhook.Send(page, AttemptAt(1'700'000'007));

  EXPECT_EQ(answer.verdict, Verdict::kDelivered);
  ASSERT_EQ(parts.http.requests().size(), 1u);
  const net::ClientRequest request = parts.http.requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, kSettings.url);
  EXPECT_EQ(request.headers.Get("X-Team"), "pay");
  EXPECT_EQ(request.headers.Get("Content-Type"), "application/json");
  EXPECT_EQ(request.headers.Get("Idempotency-Key"), "in_1:opened:1");
  const base::Result<base::Json> body = base::ParseJson(request.body);
  ASSERT_TRUE(body.ok()) << request.body;
  EXPECT_EQ((*body)["version"], "1");
  EXPECT_EQ((*body)["dedup_key"], "in_1:opened:1");
  EXPECT_EQ((*body)["kind"], "opened");
  EXPECT_EQ((*body)["severity"], "critical");
  EXPECT_EQ((*body)["entities"], base::Json({"payment", "order"}));
  EXPECT_EQ((*body)["attempt"], 2);
  EXPECT_EQ((*body)["delayed_seconds"], 7);
  EXPECT_EQ((*body)["replaced"], 0);
  EXPECT_EQ((*body)["to"], "");
  EXPECT_EQ((*body)["incident_url"], "https://vedette.example/incidents/in_1");
  EXPECT_TRUE(delivery::PageFromJson(request.body).ok()) << "extra members do not disturb";
}

TEST(Webhook, SignsTimeAndBody) {
  delivery::TestParts parts;
  Webhook webhook(kSettings, parts());

  webhook.Send(delivery::PageAbout("in_1"), AttemptAt(1'700'000'007));

  const net::ClientRequest request = parts.http.requests()[0];
  EXPECT_EQ(request.headers.Get("X-Vedette-Signature"),
            "t=1700000007,v1=" + base::HmacSha256Hex("s3cret", "1700000007." + request.body));
}

TEST(Webhook, SignsNothingWithoutASecret) {
  delivery::TestParts parts;
  Webhook webhook({.url = kSettings.url}, parts());

  webhook.Send(delivery::PageAbout("in_1"), AttemptAt(0));

  EXPECT_FALSE(parts.http.requests()[0].headers.Has("X-Vedette-Signature"));
}

TEST(Webhook, TellsFailuresApart) {
  const auto reply = [](int status, std::string retry_after = "") {
    net::Response response{.status = status, .headers = {}, .body = "secret text of a stranger"};
    if (!retry_after.empty()) response.headers.Add("Retry-After", retry_after);
    return base::Result<net::Response>(std::move(response));
  };
  struct Case {
    std::string what;
    base::Result<net::Response> reply;
    Verdict want;
  };
  const Case cases[] = {
      {"fine", reply(204), Verdict::kDelivered},
      {"broken", reply(500), Verdict::kRetry},
      {"busy", reply(429, "30"), Verdict::kRetry},
      {"refused", reply(400), Verdict::kRefused},
      {"hangs", base::DeadlineExceeded("hooks.example: no answer in 10s"), Verdict::kRetry},
      {"resets", base::Unavailable("hooks.example: connection reset"), Verdict::kRetry},
      {"truncated", base::Unavailable("hooks.example: ended early"), Verdict::kRetry},
      {"endless", base::ResourceExhausted("hooks.example: answer too long"), Verdict::kRetry},
      {"bad TLS", base::FailedPrecondition("hooks.example: not trusted"), Verdict::kRetry},
  };
  for (const Case& c : cases) {
    delivery::TestParts parts;
    parts.http.SetHandler([&](const net::ClientRequest&) { return c.reply; });
    Webhook webhook(kSettings, parts());

    const delivery::Answer answer = webhook.Send(delivery::PageAbout("in_1"), AttemptAt(0));

    EXPECT_EQ(answer.verdict, c.want) << c.what;
    EXPECT_FALSE(answer.detail.empty()) << c.what;
    EXPECT_EQ(answer.detail.find("secret"), std::string::npos) << answer.detail;
    EXPECT_EQ(answer.detail.find("private-token"), std::string::npos) << answer.detail;
    if (c.what == "busy") {
      EXPECT_EQ(answer.retry_after, std::chrono::seconds(30));
    }
  }
}

// The same against a real server and client on loopback.
TEST(Webhook, WorksOverARealConnection) {
  base::BoundedQueue<net::Request> requests(10, base::OverflowPolicy::kReject);
  base::BoundedQueue<std::unique_ptr<net::Responder>> hanging(10, base::OverflowPolicy::kReject);
  auto server = net::HttpServer::Start(
      {}, [&](net::Request request, std::unique_ptr<net::Responder> responder) {
        const std::string path = request.path;
        EXPECT_TRUE(requests.Push(std::move(request)));
        if (path == "/hang") {
          EXPECT_TRUE(hanging.Push(std::move(responder)));
        } else {
          responder->Send(net::TextResponse(path == "/busy" ? 503 : 204, ""));
        }
      });
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto client = net::MakeCurlClient();
  ASSERT_TRUE(client.ok());
  const std::string root = "http://127.0.0.1:" + std::to_string((*server)->port());
  const auto send = [&](const std::string& url) {
    delivery::Attempt attempt = AttemptAt(0);
    attempt.timeout = std::chrono::milliseconds(300);
    delivery::TestParts parts;
    return Webhook({.url = url, .secret = "s3cret"}, parts.With(**client))
        .Send(delivery::PageAbout("in_1"), attempt);
  };

  EXPECT_EQ(send(root + "/ok?token=private").verdict, Verdict::kDelivered);
  const std::optional<net::Request> request = requests.Pop();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->headers.Get("Idempotency-Key"), "in_1:opened:1");
  EXPECT_EQ(request->headers.Get("X-Vedette-Signature"),
            "t=0,v1=" + base::HmacSha256Hex("s3cret", "0." + request->body));
  EXPECT_EQ(send(root + "/busy").status, 503);
  const delivery::Answer hung = send(root + "/hang?token=private");
  EXPECT_EQ(hung.verdict, Verdict::kRetry);
  EXPECT_EQ(hung.detail.find("private"), std::string::npos) << hung.detail;
  hanging.Close();
  (*hanging.Pop())->Send(net::TextResponse(200, ""));
  (*server)->Stop();
  EXPECT_EQ(send(root + "/gone").verdict, Verdict::kRetry);
}

TEST(Webhook, KeepsTheContractOfChannels) {
  delivery::ExpectContract(
      {.make =
           [](const std::string& url, const delivery::ChannelParts& parts) {
             return std::make_unique<Webhook>(
                 WebhookSettings{.url = url + "/private-token", .secret = "private-token"}, parts);
           },
       .good = net::TextResponse(204, ""),
       .secret = "private-token"});
}

}  // namespace
}  // namespace vedette::notify::channels
