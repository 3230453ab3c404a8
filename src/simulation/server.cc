#include "simulation/server.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "incident/journal/history.h"
#include "notify/channels/webhook/webhook.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"

namespace vedette::simulation {
namespace {

namespace delivery = notify::delivery;
namespace store = notify::routing::store;
using incident::journal::Journal;

constexpr int kStepsMax = 2'000;  // of couriers at one moment

}  // namespace

base::Result<std::unique_ptr<Server>> Server::Boot(FlakyDatabase& database, Network& network,
                                                   base::FakeClock& clock, int64_t& next_id,
                                                   Settings settings) {
  VEDETTE_TRY_VOID(delivery::Dispatcher::Migrate(database));
  VEDETTE_TRY_VOID(store::Migrate(database));
  VEDETTE_TRY(std::unique_ptr<Journal> journal, Journal::Open(database));
  notify::routing::Router router;
  bool replayable = false;
  VEDETTE_TRY(incident::Engine engine, journal->Load(settings.options));
  VEDETTE_TRY_VOID(database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const auto parts, store::ReadState(session));
    VEDETTE_TRY_VOID(router.Restore(parts));
    VEDETTE_TRY(const auto snapshots, incident::journal::ListSnapshots(session));
    replayable = !snapshots.empty() && snapshots.back().replayable;
    return {};
  }));
  if (!replayable) {
    VEDETTE_TRY_VOID(journal->SaveSnapshot(engine, decide::RouterToText(router)));
  }
  std::unique_ptr<Server> server(new Server(database, clock, next_id, std::move(settings),
                                            std::move(journal), std::move(engine),
                                            std::move(router)));
  VEDETTE_TRY_VOID(server->OpenCouriers(network));
  return server;
}

Server::Server(FlakyDatabase& database, base::FakeClock& clock, int64_t& next_id, Settings settings,
               std::unique_ptr<Journal> journal, incident::Engine engine,
               notify::routing::Router router)
    : database_(database),
      clock_(clock),
      next_id_(next_id),
      settings_(std::move(settings)),
      journal_(std::move(journal)),
      engine_(std::move(engine)),
      router_(std::move(router)),
      began_(std::max(clock.Now(), engine_.now())),
      began_steady_(clock.Steady()),
      threads_(database, clock) {}

base::Result<> Server::OpenCouriers(Network& network) {
  const auto report = [this](const delivery::Report& said) {
    reports_.push_back(said);
    return true;
  };
  for (const notify::routing::Receiver& receiver : settings_.plan.receivers) {
    Lane& lane = lanes_.emplace_back();
    const delivery::ChannelParts parts{.receiver = receiver.name,
                                       .external_url = "http://vedette",
                                       .http = network,
                                       .mail = mail_,
                                       .threads = threads_};
    lane.channel = std::make_unique<notify::channels::Webhook>(
        notify::channels::WebhookSettings{.url = "http://" + receiver.name + "/page"}, parts);
    lane.metrics = std::make_unique<delivery::CourierMetrics>(metrics_, receiver.name);
    const delivery::Receiver of{.name = receiver.name, .kind = "webhook"};
    lane.courier = std::make_unique<delivery::Courier>(
        of, delivery::Courier::Parts{database_, *lane.channel, clock_, *lane.metrics, report},
        delivery::CourierOptions{}, static_cast<uint64_t>(++next_id_));
  }
  std::vector<delivery::Letter> unreported;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(unreported, delivery::Unreported(session, 10'000));
    return {};
  }));
  for (const delivery::Letter& letter : unreported) {
    report({.dedup_key = letter.dedup_key,
            .incident_id = letter.incident_id,
            .tenant = letter.tenant,
            .receiver = letter.address.receiver,
            .to = letter.address.to,
            .ok = letter.state == "delivered",
            .final = true,
            .detail = letter.detail});
  }
  return {};
}

base::TimePoint Server::EngineTime() const {
  return began_ + std::chrono::duration_cast<base::Duration>(clock_.Steady() - began_steady_);
}

void Server::Feed(Round& round, What what) {
  incident::Input input{.seq = engine_.seq() + 1,
                        .time = EngineTime(),
                        .fresh_id = fmt::format("{:026}", ++next_id_),
                        .what = std::move(what)};
  round.applied.push_back(engine_.Apply(input));
  round.inputs.push_back(std::move(input));
}

Server::Round Server::Run(std::vector<What> whats) {
  Round round;
  if (!std::exchange(started_, true)) {
    Feed(round, incident::Start{});
    Feed(round, decide::PlanInput(settings_.plan));
  }
  for (What& what : whats) {
    auto* alert = std::get_if<model::Alert>(&what);
    if (alert != nullptr && settings_.bug == Bug::kLosesALabel && random_.Below(5) == 0) {
      model::LabelsBuilder labels(alert->labels);
      labels.Set("alertname", "");
      alert->labels = labels.Build();
    }
    Feed(round, std::move(what));
  }
  for (const delivery::Report& report : reports_) {
    Feed(round, incident::DeliveryResult{.dedup_key = report.dedup_key,
                                         .incident_id = report.incident_id,
                                         .tenant = report.tenant,
                                         .receiver = report.receiver,
                                         .ok = report.ok,
                                         .final = report.final,
                                         .detail = report.detail,
                                         .to = report.to});
  }
  round.decisions = engine_.Take();
  // Without time the router does what it is told, and nothing else.
  const base::TimePoint now =
      settings_.bug == Bug::kNeverEscalates ? base::TimePoint{} : engine_.now();
  round.routed = decide::Route(router_, round.inputs, round.decisions, now);
  round.outcome = router_.Take();
  std::vector<incident::Input> kept = round.inputs;
  if (settings_.bug == Bug::kForgetsASilence) {
    std::erase_if(kept, [](const incident::Input& input) {
      return std::holds_alternative<incident::SilenceCommand>(input.what);
    });
  }
  if (kept.empty()) return round;
  const std::string decided = decide::Digest(round.decisions, round.outcome);
  // The engine's loop holds on to a batch while the disk refuses.
  while (!round.committed && !database_.dead()) {
    round.committed = journal_
                          ->Commit(
                              kept, round.decisions,
                              [&](sql::Session& session) { return Write(session, round); }, decided)
                          .ok();
  }
  if (round.committed) reports_.clear();
  return round;
}

base::Result<> Server::Write(sql::Session& session, const Round& round) {
  const base::TimePoint now = clock_.Now();
  notify::routing::Outcome outcome = round.outcome;
  if (settings_.bug == Bug::kForgetsOverrides) outcome.kept.clear();
  VEDETTE_TRY_VOID(store::Save(session, outcome, engine_.now()));
  for (const notify::routing::Notice& notice : round.outcome.notices) {
    if (settings_.bug == Bug::kForgetsALetter && random_.Below(10) == 0) continue;
    std::vector<delivery::Address> addresses;
    if (!notice.receiver.empty()) {
      addresses.push_back(
          {.receiver = notice.receiver, .channel = notice.channel, .to = notice.to});
    }
    VEDETTE_TRY_VOID(delivery::Enqueue(session, notice.page, addresses, now));
  }
  for (const delivery::Report& report : reports_) {
    if (!report.final) continue;
    VEDETTE_TRY_VOID(delivery::MarkReported(session, report.dedup_key, report.receiver, report.to));
    if (settings_.bug == Bug::kSendsAgain && random_.Below(10) == 0) {
      VEDETTE_TRY_VOID(session.Execute(
          "UPDATE outbox SET state = 'pending', done = 0, reported = 0 WHERE dedup_key = ?",
          {sql::Text(report.dedup_key)}));
    }
  }
  return {};
}

int64_t Server::Deliver() {
  int64_t steps = 0;
  for (Lane& lane : lanes_) {
    for (int i = 0; i < kStepsMax && !database_.dead(); ++i) {
      const std::optional<base::Duration> wait = lane.courier->Step();
      ++steps;
      if (!wait || wait->count() > 0) break;
    }
  }
  return steps;
}

}  // namespace vedette::simulation
