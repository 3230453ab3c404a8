#include "app/paging.h"

#include <algorithm>
#include <span>
#include <utility>

#include "app/config_channels.h"
#include "app/page_template.h"
#include "base/id.h"
#include "notify/delivery/channel.h"

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

uint64_t RandomSeed() {
  uint64_t seed = 0;
  base::FillSecureRandom(std::as_writable_bytes(std::span(&seed, 1)));
  return seed;
}

}  // namespace

base::Result<std::unique_ptr<Paging>> Paging::Open(Parts parts) {
  VEDETTE_TRY_VOID(notify::delivery::Dispatcher::Migrate(parts.database));
  VEDETTE_TRY(std::unique_ptr<net::MailClient> mail, net::MakeCurlMailClient());
  return std::unique_ptr<Paging>(new Paging(std::move(parts), std::move(mail)));
}

std::unique_ptr<notify::delivery::Channel> Paging::MakeChannel(
    const notify::delivery::Receiver& receiver) {
  std::unique_ptr<notify::delivery::Channel> channel =
      receiver.make({.receiver = receiver.name,
                     .external_url = parts_.external_url,
                     .http = parts_.client,
                     .mail = *mail_,
                     .threads = threads_});
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
                                          parts_.report},
      notify::delivery::CourierOptions{}, RandomSeed());
  VEDETTE_TRY_VOID(dispatcher->Start());
  base::MutexLock lock(mutex_);
  dispatcher_ = std::move(dispatcher);
  receivers_ = receivers;
  return {};
}

base::Result<> Paging::CheckSlack(const net::Headers& headers, std::string_view body,
                                  base::TimePoint now) {
  std::vector<notify::delivery::InboundCheck> checks;
  {
    base::MutexLock lock(mutex_);
    for (const notify::delivery::Receiver& receiver : receivers_) {
      if (receiver.kind == "slack" && receiver.inbound) checks.push_back(receiver.inbound);
    }
  }
  base::Result<> last = base::Unauthenticated("no receiver has a signing_secret");
  for (const notify::delivery::InboundCheck& check : checks) {
    last = check(headers, body, now);
    if (last.ok()) return replays_.Remember(headers.Get("X-Slack-Signature"), now);
  }
  return last;
}

void Paging::Wake() {
  base::MutexLock lock(mutex_);
  if (dispatcher_) dispatcher_->Wake();
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

std::vector<api::Route> PagingRoutes(Paging& paging, api::CommandSink command) {
  std::vector<api::Route> routes = api::NotifyPreviewRoutes(
      [&paging](const api::PreviewRequest& request) { return paging.Preview(request); });
  const auto check = [&paging](const net::Headers& headers, std::string_view body,
                               base::TimePoint now) {
    return paging.CheckSlack(headers, body, now);
  };
  for (api::Route& route : api::SlackRoutes(check, std::move(command))) {
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace vedette::app
