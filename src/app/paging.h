#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/notify_preview.h"
#include "api/slack_interactions.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "incident/journal/attachments.h"
#include "net/client.h"
#include "net/mail.h"
#include "notify/delivery/ack_links.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/push_book.h"
#include "notify/delivery/receiver.h"
#include "notify/delivery/replay_guard.h"
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
  // Whether a request is of a provider of this kind that a receiver knows, and new, by the header
  // with its signature; kUnauthenticated. The receiver's name.
  base::Result<std::string> CheckInbound(std::string_view kind, std::string_view signature,
                                         const net::Headers& headers, std::string_view body,
                                         base::TimePoint now) EXCLUDES(mutex_);
  // Whether it is the first time that this is seen in ten minutes.
  bool IsNew(std::string_view id, base::TimePoint now) { return replays_.Remember(id, now).ok(); }
  // Of an incident of which the receiver was told.
  base::Result<std::optional<model::TenantName>> TenantOf(std::string_view receiver,
                                                          std::string_view incident_id);
  // Says something as the first receiver of the kind that can; kFailedPrecondition when none can.
  base::Result<> Talk(std::string_view kind, const notify::delivery::Saying& saying)
      EXCLUDES(mutex_);
  notify::delivery::AckLinks& links() { return *links_; }
  sql::Database& database() { return parts_.database; }
  notify::delivery::PushBook& push() { return *push_; }
  incident::journal::Attachments& attachments() { return *attachments_; }
  // What somebody writes to stakeholders, or a file, to all receivers that were told of the
  // incident and can take it: how many have it. An error when all that could failed.
  base::Result<int64_t> Update(const notify::delivery::Commission& what) EXCLUDES(mutex_);
  base::Result<int64_t> Upload(const notify::delivery::Commission& what) EXCLUDES(mutex_);
  // In which tenant people act who write to us through the receiver.
  model::TenantName TenantAt(std::string_view receiver) EXCLUDES(mutex_);
  // There is something in the outbox.
  void Wake() EXCLUDES(mutex_);

  // What waits for a receiver, and when it last took something since the start.
  struct Queue {
    std::string receiver;
    int64_t waiting = 0;
    base::TimePoint oldest;
    base::TimePoint last_delivered;
  };
  // Of the receivers that are configured now.
  base::Result<std::vector<Queue>> Queues() EXCLUDES(mutex_);
  // Hands a page to these receivers at once, past the outbox, once; what came of it is in the log.
  void SendDirectly(const model::Page& page, const std::vector<std::string>& names)
      EXCLUDES(mutex_);
  // Gives up what is on the wire; it is sent again at the next start. Idempotent.
  void Stop() EXCLUDES(mutex_);

 private:
  Paging(Parts parts, std::unique_ptr<net::MailClient> mail,
         std::unique_ptr<notify::delivery::AckLinks> links,
         std::unique_ptr<notify::delivery::PushBook> push,
         std::unique_ptr<incident::journal::Attachments> attachments)
      : parts_(std::move(parts)),
        mail_(std::move(mail)),
        threads_(parts_.database, parts_.clock),
        links_(std::move(links)),
        push_(std::move(push)),
        attachments_(std::move(attachments)) {}

  std::unique_ptr<notify::delivery::Channel> MakeChannel(
      const notify::delivery::Receiver& receiver);
  notify::delivery::ChannelParts PartsOf(const std::string& receiver);
  base::Result<int64_t> Send(notify::delivery::Errand notify::delivery::Receiver::* errand,
                             const notify::delivery::Commission& what) EXCLUDES(mutex_);
  bool Report(const notify::delivery::Report& report) EXCLUDES(mutex_);

  const Parts parts_;
  const std::unique_ptr<net::MailClient> mail_;
  notify::delivery::Threads threads_;
  const std::unique_ptr<notify::delivery::AckLinks> links_;
  const std::unique_ptr<notify::delivery::PushBook> push_;
  const std::unique_ptr<incident::journal::Attachments> attachments_;
  notify::delivery::ReplayGuard replays_;
  base::Mutex apply_mutex_;  // one change at a time; taken before mutex_
  mutable base::Mutex mutex_;
  std::unique_ptr<notify::delivery::Dispatcher> dispatcher_ GUARDED_BY(mutex_);
  std::vector<notify::delivery::Receiver> receivers_ GUARDED_BY(mutex_);
  std::map<std::string, base::TimePoint> delivered_ GUARDED_BY(mutex_);  // last, by receiver
};

// What people may do through messages: what they read and whom they ask. Thread-safe.
struct PagingDesk {
  api::ChatSources chat;
  std::function<base::Result<model::Incident>(const model::TenantName&, std::string_view id)> find;
};
// The API of what `paging` can do: previews, and what comes back from its messages: buttons, links,
// words, webhooks. It must outlive them.
std::vector<api::Route> PagingRoutes(Paging& paging, const PagingDesk& desk);

}  // namespace vedette::app
