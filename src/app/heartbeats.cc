#include "app/heartbeats.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"

namespace vedette::app {
namespace {

constexpr std::chrono::seconds kEngineSilent{5};
// A letter that waits longer than this is in trouble; how long that may last, options say.
constexpr std::chrono::seconds kLetterLate{10};

// Whom to tell directly: the receivers of the catch-all, unless it names only people.
std::vector<std::string> SelfReceivers(const Config& config) {
  if (!config.heartbeats.self_receivers.empty()) return config.heartbeats.self_receivers;
  std::vector<std::string> names;
  for (const notify::routing::Target& target : config.plan.CatchAll()) {
    if (target.kind == notify::routing::TargetKind::kReceiver) names.push_back(target.name);
  }
  if (!names.empty()) return names;
  for (const notify::delivery::Receiver& receiver : config.receivers) {
    names.push_back(receiver.name);
  }
  return names;
}

bool IsLate(const Paging::Queue& queue, base::TimePoint now) {
  return queue.waiting > 0 && now - queue.oldest > kLetterLate;
}

}  // namespace

base::Result<std::unique_ptr<Heartbeats>> Heartbeats::Open(Parts parts, const Config& config) {
  const base::TimePoint start = parts.clock.Now();
  VEDETTE_TRY(std::unique_ptr<heartbeat::Book> book,
              heartbeat::Book::Open(parts.state, start, heartbeat::Book::Options()));
  std::unique_ptr<Heartbeats> heartbeats(new Heartbeats(std::move(parts), std::move(book), start));
  VEDETTE_TRY_VOID(heartbeats->Apply(config));
  return heartbeats;
}

Heartbeats::Heartbeats(Parts parts, std::unique_ptr<heartbeat::Book> book, base::TimePoint start)
    : parts_(std::move(parts)),
      monotone_(parts_.clock, start, 1.0),
      book_(std::move(book)),
      watch_({.client = parts_.client,
              .clock = parts_.clock,
              .metrics = parts_.metrics,
              .findings = parts_.findings,
              .page_directly = [this](const model::Page& page) { PageDirectly(page); }}) {
  parts_.metrics.AddCallback("vedette_heartbeats_missing",
                             "Expected heartbeats that are missing or have failed.",
                             [this] { return static_cast<double>(book_->missing(Now())); });
  watch_.Add("engine", true, [this] { return EngineTrouble(); });
  watch_.Add("outbox", true, [this] { return OutboxTrouble(); });
  watch_.Add("receivers", false, [this] { return ReceiverTrouble(); });
}

void Heartbeats::Watch(std::string part, SelfWatch::Probe probe) {
  watch_.Add(std::move(part), false, std::move(probe));
}

void Heartbeats::Stop() { watch_.Stop(); }

base::Result<> Heartbeats::Apply(const Config& config) {
  watch_.Apply(config.heartbeats.self);
  {
    base::MutexLock lock(mutex_);
    self_receivers_ = SelfReceivers(config);
  }
  return book_->Expect(config.heartbeats.expected, Now());
}

base::TimePoint Heartbeats::Now() const {
  return parts_.calendar_may_step ? monotone_.Now() : parts_.clock.Now();
}

base::Result<> Heartbeats::Tend() {
  return book_->Tend(Now(), parts_.clock.Now(), [this](auto alerts) -> base::Result<> {
    VEDETTE_TRY(const auto taken, parts_.loop.Post(std::move(alerts)));
    for (const base::Result<>& each : taken) VEDETTE_TRY_VOID(each);
    return {};
  });
}

std::vector<api::Route> Heartbeats::Routes() {
  return api::HeartbeatRoutes(
      {.list = [this](const auto& tenant) { return book_->List(tenant, Now()); },
       .record = [this](const auto& tenant, auto name,
                        const auto& beat) { return book_->Record(tenant, name, beat, Now()); },
       .self = [this] { return watch_.report(); }});
}

std::optional<std::string> Heartbeats::EngineTrouble() const {
  const auto silent = parts_.clock.Steady() - parts_.loop.last_progress();
  if (silent < kEngineSilent) return std::nullopt;
  return "the incident engine stands still; vedette_engine_stalled and the log say why";
}

// Nothing at all arrives anywhere, although something waits.
std::optional<std::string> Heartbeats::OutboxTrouble() {
  queues_.clear();
  base::Result<std::vector<Paging::Queue>> queues = parts_.paging.Queues();
  if (!queues.ok()) return "the outbox cannot be read: " + queues.error().message;
  queues_ = *std::move(queues);
  const base::TimePoint now = parts_.clock.Now();
  int64_t waiting = 0;
  base::TimePoint oldest = now;
  base::TimePoint delivered{};
  for (const Paging::Queue& queue : queues_) {
    delivered = std::max(delivered, queue.last_delivered);
    if (!IsLate(queue, now)) continue;
    waiting += queue.waiting;
    oldest = std::min(oldest, queue.oldest);
  }
  if (waiting == 0 || delivered > oldest) return std::nullopt;
  return fmt::format("{} page(s) wait in the outbox since {}, and no receiver takes any", waiting,
                     base::FormatTime(oldest));
}

// Some receivers take nothing, while others do. Asked after the outbox.
std::optional<std::string> Heartbeats::ReceiverTrouble() {
  const base::TimePoint now = parts_.clock.Now();
  std::string text;
  for (const Paging::Queue& queue : queues_) {
    if (!IsLate(queue, now) || queue.last_delivered > queue.oldest) continue;
    text += fmt::format("{}{} takes no pages; {} wait since {}", text.empty() ? "" : ". ",
                        queue.receiver, queue.waiting, base::FormatTime(queue.oldest));
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

void Heartbeats::PageDirectly(const model::Page& page) {
  std::vector<std::string> names;
  {
    base::MutexLock lock(mutex_);
    names = self_receivers_;
  }
  parts_.paging.SendDirectly(page, names);
}

}  // namespace vedette::app
