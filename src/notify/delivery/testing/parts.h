#pragma once

#include <memory>
#include <string>

#include "base/testing/fake_clock.h"
#include "net/testing/fake_client.h"
#include "net/testing/fake_mail.h"
#include "notify/delivery/ack_links.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/push_book.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

// What a channel under test is made of: no network, a database in memory.
class TestParts {
 public:
  explicit TestParts(std::string external_url = "https://vedette.example")
      : database_(*sql::Database::Open({.path = ":memory:"})),
        threads_(*database_, clock),
        external_url_(std::move(external_url)) {
    base::IgnoreError(Dispatcher::Migrate(*database_), "a test without tables fails anyway");
  }

  ChannelParts operator()() { return With(http); }
  // The same with a client that has a network.
  ChannelParts With(net::HttpClient& client) {
    return {.receiver = "ops",
            .external_url = external_url_,
            .http = client,
            .mail = mail,
            .threads = threads_,
            .links = links.get(),
            .push = push.get()};
  }

  base::FakeClock clock;
  net::FakeClient http;
  net::FakeMail mail;
  std::unique_ptr<AckLinks> links;  // none unless the test makes them
  std::unique_ptr<PushBook> push;   // the same
  sql::Database& database() { return *database_; }

 private:
  std::unique_ptr<sql::Database> database_;
  Threads threads_;
  std::string external_url_;
};

inline Attempt FirstAttempt(base::Duration delay = base::Duration(0)) {
  return {.number = 1, .now = base::FromMillis(1'700'000'000'000), .delay = delay, .cancelled = {}};
}

}  // namespace vedette::notify::delivery
