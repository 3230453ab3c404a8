#include "app/paging.h"

#include <span>
#include <utility>

#include "base/id.h"
#include "notify/channels/slack/slack.h"
#include "notify/channels/webhook/webhook.h"

namespace vedette::app {
namespace {

// The one list of channels. The configuration reader lets no other kind pass.
std::unique_ptr<notify::delivery::Channel> MakeChannel(const notify::delivery::Receiver& receiver,
                                                       const std::string& external_url,
                                                       net::HttpClient& client) {
  if (receiver.kind == "slack") {
    return std::make_unique<notify::channels::Slack>(receiver, external_url, client);
  }
  return std::make_unique<notify::channels::Webhook>(receiver, external_url, client);
}

uint64_t RandomSeed() {
  uint64_t seed = 0;
  base::FillSecureRandom(std::as_writable_bytes(std::span(&seed, 1)));
  return seed;
}

}  // namespace

base::Result<std::unique_ptr<Paging>> Paging::Open(Parts parts) {
  VEDETTE_TRY_VOID(notify::delivery::Dispatcher::Migrate(parts.database));
  return std::unique_ptr<Paging>(new Paging(std::move(parts)));
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
    routes.push_back({receiver, MakeChannel(receiver, parts_.external_url, parts_.client)});
  }
  auto dispatcher = std::make_unique<notify::delivery::Dispatcher>(
      std::move(routes),
      notify::delivery::Dispatcher::Parts{parts_.database, parts_.clock, parts_.metrics,
                                          parts_.report},
      notify::delivery::CourierOptions{}, RandomSeed());
  VEDETTE_TRY_VOID(dispatcher->Start());
  base::MutexLock lock(mutex_);
  dispatcher_ = std::move(dispatcher);
  addresses_ = notify::delivery::AddressesOf(receivers);
  return {};
}

std::vector<notify::delivery::Address> Paging::Addresses() const {
  base::MutexLock lock(mutex_);
  return addresses_;
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

}  // namespace vedette::app
