#include "app/paging.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "api/ack_pages.h"
#include "api/attachments.h"
#include "api/noise.h"
#include "api/pagerduty_webhook.h"
#include "api/push_devices.h"
#include "app/config_channels.h"
#include "app/page_template.h"
#include "base/base64.h"
#include "base/id.h"
#include "base/log.h"
#include "notify/channels/webpush/push_crypto.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/outbox.h"

namespace vedette::app {
namespace {

using notify::delivery::Attempt;

// A channel whose pages speak in the words of its receiver.
class Rewriting final : public notify::delivery::Channel {
 public:
  Rewriting(std::unique_ptr<Channel> inner, notify::delivery::PageRewriter rewrite,
            std::string external_url)
      : inner_(std::move(inner)),
        rewrite_(std::move(rewrite)),
        external_url_(std::move(external_url)) {}

  notify::delivery::Answer Send(const model::Page& page, const Attempt& attempt) override {
    return inner_->Send(rewrite_(page, attempt, external_url_), attempt);
  }
  std::string Preview(const model::Page& page, const Attempt& attempt) const override {
    return inner_->Preview(rewrite_(page, attempt, external_url_), attempt);
  }

 private:
  const std::unique_ptr<Channel> inner_;
  const notify::delivery::PageRewriter rewrite_;
  const std::string external_url_;
};

// The user who is reached so; empty when it is nobody in particular.
std::string PersonAt(const notify::routing::Plan& plan, std::string_view receiver,
                     std::string_view to) {
  for (const notify::routing::User& user : plan.users) {
    for (const notify::routing::Contact& contact : user.contacts) {
      if (!to.empty() && contact.receiver == receiver && contact.to == to) return user.name;
    }
    if (!to.empty() && user.email == to) return user.name;
  }
  return {};
}

uint64_t RandomSeed() {
  uint64_t seed = 0;
  base::FillSecureRandom(std::as_writable_bytes(std::span(&seed, 1)));
  return seed;
}

}  // namespace

base::Result<std::unique_ptr<Paging>> Paging::Open(Parts parts) {
  VEDETTE_TRY_VOID(notify::delivery::Dispatcher::Migrate(parts.database));
  VEDETTE_TRY(std::unique_ptr<net::MailClient> mail, net::MakeCurlMailClient());
  VEDETTE_TRY(std::unique_ptr<notify::delivery::AckLinks> links,
              notify::delivery::AckLinks::Open(parts.database));
  VEDETTE_TRY(std::unique_ptr<notify::delivery::PushBook> push,
              notify::delivery::PushBook::Open(parts.database));
  VEDETTE_TRY(std::unique_ptr<incident::journal::Attachments> attachments,
              incident::journal::Attachments::Open(parts.database));
  return std::unique_ptr<Paging>(new Paging(std::move(parts), std::move(mail), std::move(links),
                                            std::move(push), std::move(attachments)));
}

notify::delivery::ChannelParts Paging::PartsOf(const std::string& receiver) {
  return {.receiver = receiver,
          .external_url = parts_.external_url,
          .http = parts_.client,
          .mail = *mail_,
          .threads = threads_,
          .links = links_.get(),
          .push = push_.get()};
}

std::unique_ptr<notify::delivery::Channel> Paging::MakeChannel(
    const notify::delivery::Receiver& receiver) {
  std::unique_ptr<notify::delivery::Channel> channel = receiver.make(PartsOf(receiver.name));
  if (!receiver.rewrite) return channel;
  return std::make_unique<Rewriting>(std::move(channel), receiver.rewrite, parts_.external_url);
}

base::Result<api::PreviewAnswer> Paging::Preview(const api::PreviewRequest& request) {
  notify::delivery::Receiver receiver;
  if (request.receiver.empty()) {
    VEDETTE_TRY(receiver, ExampleReceiver(request.kind));
  } else {
    base::MutexLock lock(mutex_);
    const auto found = std::find_if(receivers_.begin(), receivers_.end(), [&](const auto& each) {
      return each.name == request.receiver;
    });
    if (found == receivers_.end()) {
      return base::InvalidArgument("there is no receiver of this name", "receiver");
    }
    receiver = *found;
  }
  if (request.has_template) {
    base::Result<notify::delivery::PageRewriter> rewrite =
        MakeRewriter({.title = request.title, .text = request.text});
    if (!rewrite.ok()) {
      return base::InvalidArgument(rewrite.error().message, "template." + rewrite.error().field);
    }
    receiver.rewrite = *std::move(rewrite);
  }
  const base::TimePoint now = parts_.clock.Now();
  const Attempt attempt{.number = 1, .now = now, .cancelled = {}};
  model::Page page = SamplePage(request.page, request.severity, now);
  page.tenant = request.tenant;
  const std::string payload = MakeChannel(receiver)->Preview(page, attempt);
  if (receiver.rewrite) page = receiver.rewrite(page, attempt, parts_.external_url);
  return api::PreviewAnswer{receiver.kind, page.title, page.text, payload};
}

base::Result<> Paging::Apply(const std::vector<notify::delivery::Receiver>& receivers) {
  base::MutexLock apply(apply_mutex_);
  std::unique_ptr<notify::delivery::Dispatcher> old;
  {
    base::MutexLock lock(mutex_);
    old = std::move(dispatcher_);
  }
  if (old) old->Stop();  // two couriers for one receiver would send twice

  std::vector<notify::delivery::Route> routes;
  for (const notify::delivery::Receiver& receiver : receivers) {
    routes.push_back({receiver, MakeChannel(receiver)});
  }
  auto dispatcher = std::make_unique<notify::delivery::Dispatcher>(
      std::move(routes),
      notify::delivery::Dispatcher::Parts{parts_.database, parts_.clock, parts_.metrics,
                                          [this](const auto& report) { return Report(report); }},
      notify::delivery::CourierOptions{}, RandomSeed());
  VEDETTE_TRY_VOID(dispatcher->Start());
  base::MutexLock lock(mutex_);
  dispatcher_ = std::move(dispatcher);
  receivers_ = receivers;
  return {};
}

base::Result<std::string> Paging::CheckInbound(std::string_view kind, std::string_view signature,
                                               const net::Headers& headers, std::string_view body,
                                               base::TimePoint now) {
  std::vector<std::pair<std::string, notify::delivery::InboundCheck>> checks;
  {
    base::MutexLock lock(mutex_);
    for (const notify::delivery::Receiver& receiver : receivers_) {
      if (receiver.kind != kind || !receiver.inbound) continue;
      checks.emplace_back(receiver.name, receiver.inbound);
    }
  }
  base::Error last = base::Unauthenticated("no receiver has a secret for this");
  for (const auto& [name, check] : checks) {
    const base::Result<> genuine = check(headers, body, now);
    if (!genuine.ok()) {
      last = genuine.error();
      continue;
    }
    VEDETTE_TRY_VOID(replays_.Remember(headers.Get(signature), now));
    return name;
  }
  return last;
}

base::Result<> Paging::Talk(std::string_view kind, const notify::delivery::Saying& saying) {
  notify::delivery::Talk talk;
  {
    base::MutexLock lock(mutex_);
    for (const notify::delivery::Receiver& receiver : receivers_) {
      if (!talk && receiver.kind == kind) talk = receiver.talk;
    }
  }
  if (!talk) return base::FailedPrecondition("no receiver of this kind can talk");
  return talk(parts_.client, saying);
}

base::Result<int64_t> Paging::Send(notify::delivery::Errand notify::delivery::Receiver::* errand,
                                   const notify::delivery::Commission& what) {
  std::vector<notify::delivery::Receiver> able;
  {
    base::MutexLock lock(mutex_);
    for (const notify::delivery::Receiver& receiver : receivers_) {
      if (receiver.*errand) able.push_back(receiver);
    }
  }
  int64_t done = 0;
  std::optional<base::Error> last;
  for (const notify::delivery::Receiver& receiver : able) {
    const base::Result<> sent = (receiver.*errand)(PartsOf(receiver.name), what);
    if (sent.ok()) ++done;
    if (!sent.ok() && sent.error().code != base::ErrorCode::kNotFound) last = sent.error();
  }
  if (done == 0 && last) return *last;
  return done;
}

base::Result<int64_t> Paging::Update(const notify::delivery::Commission& what) {
  return Send(&notify::delivery::Receiver::update, what);
}

base::Result<int64_t> Paging::Upload(const notify::delivery::Commission& what) {
  return Send(&notify::delivery::Receiver::upload, what);
}

model::TenantName Paging::TenantAt(std::string_view receiver) {
  base::MutexLock lock(mutex_);
  for (const notify::delivery::Receiver& known : receivers_) {
    if (known.name == receiver && !known.tenant.empty()) return known.tenant;
  }
  return model::TenantName(model::kDefaultTenant);
}

void Paging::Wake() {
  base::MutexLock lock(mutex_);
  if (dispatcher_) dispatcher_->Wake();
}

bool Paging::Report(const notify::delivery::Report& report) {
  if (report.ok && report.final) {
    base::MutexLock lock(mutex_);
    delivered_[report.receiver] = parts_.clock.Now();
  }
  return parts_.report(report);
}

base::Result<std::vector<Paging::Queue>> Paging::Queues() {
  std::map<std::string, notify::delivery::OutboxCounts> counts;
  VEDETTE_TRY_VOID(parts_.database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(counts, notify::delivery::CountOutbox(session));
    return {};
  }));
  std::vector<Queue> queues;
  base::MutexLock lock(mutex_);
  for (const notify::delivery::Receiver& receiver : receivers_) {
    Queue& queue = queues.emplace_back();
    queue.receiver = receiver.name;
    if (const auto it = counts.find(receiver.name); it != counts.end()) {
      queue.waiting = it->second.waiting;
      queue.oldest = it->second.oldest_waiting;
    }
    if (const auto it = delivered_.find(receiver.name); it != delivered_.end()) {
      queue.last_delivered = it->second;
    }
  }
  return queues;
}

void Paging::SendDirectly(const model::Page& page, const std::vector<std::string>& names) {
  std::vector<notify::delivery::Receiver> chosen;
  {
    base::MutexLock lock(mutex_);
    for (const notify::delivery::Receiver& receiver : receivers_) {
      if (std::ranges::find(names, receiver.name) != names.end()) chosen.push_back(receiver);
    }
  }
  for (const notify::delivery::Receiver& receiver : chosen) {
    const notify::delivery::Answer answer = MakeChannel(receiver)->Send(
        page,
        {.number = 1, .now = parts_.clock.Now(), .cancelled = {}, .timeout = receiver.timeout});
    const bool taken = answer.verdict == notify::delivery::Verdict::kDelivered;
    base::LogWarning(taken ? "a page went out past the outbox" : "a page past the outbox failed",
                     {{"receiver", receiver.name}, {"detail", answer.detail}});
  }
}

void Paging::Stop() {
  base::MutexLock apply(apply_mutex_);
  std::unique_ptr<notify::delivery::Dispatcher> old;
  {
    base::MutexLock lock(mutex_);
    old = std::move(dispatcher_);
  }
  if (old) old->Stop();
}

base::Result<std::optional<model::TenantName>> Paging::TenantOf(std::string_view receiver,
                                                                std::string_view incident_id) {
  std::optional<model::TenantName> tenant;
  VEDETTE_TRY_VOID(parts_.database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(tenant, notify::delivery::TenantOf(session, receiver, incident_id));
    return {};
  }));
  return tenant;
}

std::vector<api::Route> PagingRoutes(Paging& paging, const PagingDesk& desk) {
  std::vector<api::Route> routes = api::NotifyPreviewRoutes(
      [&paging](const api::PreviewRequest& request) { return paging.Preview(request); });
  const auto add = [&routes](std::vector<api::Route> more) {
    std::move(more.begin(), more.end(), std::back_inserter(routes));
  };
  api::ChatSources chat = desk.chat;
  chat.update = [&paging](const std::string& id, const std::string& text) {
    return paging.Update({.incident_id = id, .text = text, .file_name = {}, .file = {}});
  };
  add(api::SlackRoutes(
      {.check = [&paging](const net::Headers& headers, std::string_view body,
                          base::TimePoint now) -> base::Result<model::TenantName> {
         VEDETTE_TRY(const std::string receiver,
                     paging.CheckInbound("slack", "X-Slack-Signature", headers, body, now));
         return paging.TenantAt(receiver);
       },
       .chat = chat,
       .is_new = [&paging](std::string_view id,
                           base::TimePoint now) { return paging.IsNew(id, now); },
       .say = [&paging](const auto& saying) { return paging.Talk("slack", saying); }}));
  add(api::AttachmentRoutes({.files = paging.attachments(),
                             .find = desk.find,
                             .command = desk.chat.command,
                             .share =
                                 [&paging](const incident::journal::Attachments::File& file) {
                                   return paging.Upload({.incident_id = file.attachment.incident_id,
                                                         .text = file.attachment.name + ", from " +
                                                                 file.attachment.added_by,
                                                         .file_name = file.attachment.name,
                                                         .file = file.bytes});
                                 },
                             .update = chat.update}));
  add(api::NoiseRoutes({.database = paging.database(), .find = desk.find, .view = desk.chat.view}));
  add(api::PagerDutyRoutes(
      {.check =
           [&paging](const net::Headers& headers, std::string_view body, base::TimePoint now) {
             return paging.CheckInbound("pagerduty", "X-PagerDuty-Signature", headers, body, now);
           },
       .tenant_of = [&paging](std::string_view receiver,
                              std::string_view id) { return paging.TenantOf(receiver, id); },
       .command = desk.chat.command,
       .view = desk.chat.view}));
  add(api::AckPageRoutes(
      {.links = paging.links(),
       .find = desk.find,
       .command = desk.chat.command,
       .person = [view = desk.chat.view](std::string_view receiver, std::string_view to) {
         return PersonAt(*view()->plan, receiver, to);
       }}));
  // The key was made by PushBook: it is one.
  const base::Result<std::string> point = notify::channels::PublicKeyOf(paging.push().secret());
  add(api::PushDeviceRoutes({.book = paging.push(),
                             .public_key = point.ok() ? base::Base64Url(*point) : std::string(),
                             .view = desk.chat.view}));
  return routes;
}

}  // namespace vedette::app
