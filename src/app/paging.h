#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/notify_preview.h"
#include "api/slack_interactions.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "net/client.h"
#include "net/mail.h"
#include "notify/channels/slack/slack_signature.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/receiver.h"
#include "notify/delivery/threads.h"
#include "sql/database.h"

namespace vedette::app {

// The receivers as configured now, each with its channel and courier; they can change while pages
// are on their way: what waits is in the outbox. Thread-safe.
class Paging {
 public:
  struct Parts {
    sql::Database& database;
    const base::Clock& clock;
    base::MetricsRegistry& metrics;
    net::HttpClient& client;
    notify::delivery::Reporter report;
    std::string external_url;
  };
  // Creates the outbox; pages may be ordered from now on.
  static base::Result<std::unique_ptr<Paging>> Open(Parts parts);
  ~Paging() { Stop(); }

  // From now on these receivers. REQUIRES: Validate(receivers) passed, and each can make its
  // channel.
  base::Result<> Apply(const std::vector<notify::delivery::Receiver>& receivers) EXCLUDES(mutex_);
  // What a receiver, or an example of its kind, would be sent about a sample incident; nothing is
  // sent. kInvalidArgument with the field.
  base::Result<api::PreviewAnswer> Preview(const api::PreviewRequest& request) EXCLUDES(mutex_);
  // Whether a request is of a Slack app that a receiver knows, and new; kUnauthenticated.
  base::Result<> CheckSlack(const net::Headers& headers, std::string_view body, base::TimePoint now)
      EXCLUDES(mutex_);
  // There is something in the outbox.
  void Wake() EXCLUDES(mutex_);
  // Gives up what is on the wire; it is sent again at the next start. Idempotent.
  void Stop() EXCLUDES(mutex_);

 private:
  Paging(Parts parts, std::unique_ptr<net::MailClient> mail)
      : parts_(std::move(parts)), mail_(std::move(mail)), threads_(parts_.database, parts_.clock) {}

  std::unique_ptr<notify::delivery::Channel> MakeChannel(
      const notify::delivery::Receiver& receiver);

  const Parts parts_;
  const std::unique_ptr<net::MailClient> mail_;
  notify::delivery::Threads threads_;
  notify::channels::ReplayGuard replays_;
  base::Mutex apply_mutex_;  // one change at a time; taken before mutex_
  mutable base::Mutex mutex_;
  std::unique_ptr<notify::delivery::Dispatcher> dispatcher_ GUARDED_BY(mutex_);
  std::vector<notify::delivery::Receiver> receivers_ GUARDED_BY(mutex_);
};

// The API of what `paging` can do: previews, and the buttons of its messages. It must outlive them.
std::vector<api::Route> PagingRoutes(Paging& paging, api::CommandSink command);

}  // namespace vedette::app
