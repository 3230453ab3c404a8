#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/client.h"
#include "net/server.h"
#include "net/testing/raw_server.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/testing/pages.h"
#include "notify/delivery/testing/parts.h"

namespace vedette::notify::delivery {

// A provider on a loopback port that answers as the test says; without an answer it hangs. It
// remembers what came. Thread-safe.
class FakeProvider {
 public:
  using Answers = std::function<std::optional<net::Response>(const net::Request&)>;

  explicit FakeProvider(Answers answers) : answers_(std::move(answers)) {
    auto server = net::HttpServer::Start(
        {}, [this](net::Request request, std::unique_ptr<net::Responder> responder) {
          std::optional<net::Response> answer = answers_(request);
          base::MutexLock lock(mutex_);
          requests_.push_back(std::move(request));
          if (answer) {
            responder->Send(*std::move(answer));
          } else {
            hanging_.push_back(std::move(responder));
          }
        });
    if (server.ok()) server_ = *std::move(server);
  }
  ~FakeProvider() {
    if (server_ == nullptr) return;
    {
      base::MutexLock lock(mutex_);
      for (const auto& responder : hanging_) responder->Send(net::TextResponse(500, ""));
    }
    server_->Stop();
  }
  FakeProvider(const FakeProvider&) = delete;
  FakeProvider& operator=(const FakeProvider&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  std::vector<net::Request> requests() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return requests_;
  }

 private:
  const Answers answers_;
  mutable base::Mutex mutex_;
  std::vector<net::Request> requests_ GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<net::Responder>> hanging_ GUARDED_BY(mutex_);
  std::unique_ptr<net::HttpServer> server_;
};

// What every channel over HTTP owes its courier, against a real client and server. `make` builds
// the channel for a provider at this URL, `good` is what the real one answers when all is well, and
// `secret` stands in the settings.
struct ChannelContract {
  std::function<std::unique_ptr<Channel>(const std::string& url, const ChannelParts& parts)> make;
  net::Response good;
  std::string secret;
};

inline Answer SendTo(const ChannelContract& contract, const std::string& url) {
  auto client = net::MakeCurlClient();
  TestParts parts;
  Attempt attempt = FirstAttempt();
  attempt.timeout = std::chrono::milliseconds(300);
  const std::unique_ptr<Channel> channel = contract.make(url, parts.With(**client));
  Answer answer = channel->Send(PageAbout("in_1"), attempt);
  EXPECT_EQ(answer.detail.find(contract.secret), std::string::npos) << answer.detail;
  EXPECT_EQ(channel->Preview(PageAbout("in_1"), attempt).find(contract.secret), std::string::npos);
  return answer;
}

inline void ExpectContract(const ChannelContract& contract) {
  const auto answered = [&](std::optional<net::Response> response) {
    FakeProvider provider([&](const net::Request&) { return response; });
    return SendTo(contract, provider.url());
  };
  const Answer good = answered(contract.good);
  EXPECT_EQ(good.verdict, Verdict::kDelivered) << good.detail;
  net::Response busy = net::JsonResponse(429, "{}");
  busy.headers.Add("Retry-After", "7");
  const Answer later = answered(busy);
  EXPECT_EQ(later.verdict, Verdict::kRetry);
  EXPECT_EQ(later.retry_after, std::chrono::seconds(7));
  for (const int status : {401, 403, 404, 500, 502, 503}) {
    EXPECT_EQ(answered(net::TextResponse(status, "<html>" + contract.secret)).verdict,
              Verdict::kRetry)
        << status;
  }
  EXPECT_EQ(answered(net::TextResponse(413, "too large")).verdict, Verdict::kRefused);
  const Answer hung = answered(std::nullopt);
  EXPECT_EQ(hung.verdict, Verdict::kRetry);
  EXPECT_FALSE(hung.detail.empty());
  const net::RawServer resets([](int fd) { net::ResetOnClose(fd); });
  EXPECT_EQ(SendTo(contract, "http://127.0.0.1:" + std::to_string(resets.port())).verdict,
            Verdict::kRetry);
  const net::RawServer truncates([](int fd) {
    net::SendAll(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":true");
  });
  EXPECT_EQ(SendTo(contract, "http://127.0.0.1:" + std::to_string(truncates.port())).verdict,
            Verdict::kRetry);
}

// A page as nobody wants one: a title of a megabyte with quotation marks, control characters,
// broken UTF-8, marks of direction, mentions, markup and emoji; thousands of services.
inline model::Page HostilePage(model::PageKind kind = model::PageKind::kOpened) {
  model::Page page = PageAbout("in_1", kind);
  std::string piece =
      "\"quote\" \\ <b>&amp;</b> <!channel> @all @everyone [a](https://evil.example) *x* "
      "\x01\x1b[31m"
      "\r\nBcc: victim@example.org\r\n\xff\xfe \xE2\x80\xAE txt \xF0\x9F\x98\x80 \xE2\x82\xAC\n";
  while (page.title.size() < (1 << 20)) page.title += piece;
  page.text = page.title;
  page.entities.assign(3000, "service \"<&>\" " + piece);
  std::vector<std::pair<std::string, std::string>> labels;
  for (int i = 0; i < 100; ++i) {
    labels.emplace_back("label_" + std::to_string(i), std::string(2000, '"'));
  }
  page.labels = model::Labels(labels);
  page.annotations = model::Labels(labels);
  return page;
}

}  // namespace vedette::notify::delivery
