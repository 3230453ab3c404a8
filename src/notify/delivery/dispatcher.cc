#include "notify/delivery/dispatcher.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "notify/delivery/outbox.h"
#include "notify/delivery/schema.h"

namespace vedette::notify::delivery {
namespace {

// A courier looks by itself this often, should a wake-up ever be missed.
constexpr base::Duration kIdleWait = std::chrono::seconds(30);
// The clock of pages may run faster than the one we wait by, so waits are cut into pieces.
constexpr base::Duration kLongestWait = std::chrono::seconds(1);
constexpr int64_t kReportsAtStartMax = 10'000;

}  // namespace

Dispatcher::Lane::Lane(Route route, const Parts& parts, const CourierOptions& options,
                       uint64_t seed)
    : channel(std::move(route.channel)),
      metrics(parts.metrics, route.receiver.name),
      courier(route.receiver, {parts.database, *channel, parts.clock, metrics, parts.report},
              options, seed) {}

base::Result<> Dispatcher::Migrate(sql::Database& database) {
  return database.Migrate("delivery", Migrations());
}

Dispatcher::Dispatcher(std::vector<Route> routes, Parts parts, CourierOptions options,
                       uint64_t seed)
    : parts_(std::move(parts)) {
  for (Route& route : routes) {
    lanes_.push_back(std::make_unique<Lane>(std::move(route), parts_, options, seed++));
  }
}

Dispatcher::~Dispatcher() { Stop(); }

base::Result<> Dispatcher::Start() {
  std::vector<Letter> unreported;
  VEDETTE_TRY_VOID(parts_.database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(unreported, Unreported(session, kReportsAtStartMax));
    return {};
  }));
  for (const Letter& letter : unreported) {
    const bool taken = parts_.report({.dedup_key = letter.dedup_key,
                                      .incident_id = letter.incident_id,
                                      .tenant = letter.tenant,
                                      .receiver = letter.address.receiver,
                                      .to = letter.address.to,
                                      .ok = letter.state == "delivered",
                                      .final = true,
                                      .detail = letter.detail});
    if (!taken) break;  // the rest at the next start
  }
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    lane->thread = std::thread([this, &lane = *lane] { Run(lane); });
  }
  return {};
}

void Dispatcher::Run(Lane& lane) {
  const auto cancelled = [this] { return stopping_.load(std::memory_order_relaxed); };
  while (!cancelled()) WaitFor(lane, lane.courier.Step(cancelled));
}

void Dispatcher::WaitFor(Lane& lane, std::optional<base::Duration> wait) {
  const base::Duration longest = wait ? std::min(*wait, kLongestWait) : kIdleWait;
  const base::SteadyPoint deadline = waiting_.Steady() + longest;
  base::MutexLock lock(lane.mutex);
  while (!lane.woken && waiting_.Steady() < deadline) {
    if (!lane.wake.WaitUntil(lane.mutex, deadline)) break;
  }
  lane.woken = false;
}

void Dispatcher::Wake() {
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    {
      base::MutexLock lock(lane->mutex);
      lane->woken = true;
    }
    lane->wake.NotifyOne();
  }
}

void Dispatcher::Stop() {
  stopping_ = true;
  Wake();
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

}  // namespace vedette::notify::delivery
