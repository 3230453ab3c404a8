#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/testing/fake_clock.h"
#include "decide/round.h"
#include "incident/journal/journal.h"
#include "net/testing/fake_mail.h"
#include "notify/delivery/courier.h"
#include "notify/delivery/threads.h"
#include "simulation/faults.h"

namespace vedette::simulation {

// What is wrong on purpose, to see that the simulation finds it.
enum class Bug {
  kNone,
  kLosesALabel,       // grouping: alerts come without the label by which they are grouped
  kForgetsALetter,    // outbox: a message that was ordered is not written
  kSendsAgain,        // outbox: a letter that arrived goes out once more
  kNeverEscalates,    // escalation: time does not reach the router
  kForgetsASilence,   // journal: a silence is answered and not written
  kForgetsOverrides,  // the router's state is not written
};

// The paging core of a server as the real one joins it (app::EngineLoop, app::PageRouter,
// delivery::Dispatcher), on one thread and one simulated clock: a life from a start to a crash.
class Server {
 public:
  using What = decltype(incident::Input::what);

  struct Settings {
    incident::EngineOptions options;
    notify::routing::Plan plan;
    Bug bug = Bug::kNone;
  };
  // What a round decided, and whether it is durable.
  struct Round {
    std::vector<incident::Input> inputs;
    std::vector<base::Result<>> applied;
    std::vector<decide::RoutingAnswer> routed;
    incident::Decisions decisions;
    notify::routing::Outcome outcome;
    bool committed = false;
  };

  // Creates what is missing and goes on where the last life ended.
  static base::Result<std::unique_ptr<Server>> Boot(FlakyDatabase& database, Network& network,
                                                    base::FakeClock& clock, int64_t& next_id,
                                                    Settings settings);

  // One round with these inputs, what couriers reported, and what a start brings.
  Round Run(std::vector<What> whats);
  // Lets each courier try until it wants to wait; how many steps were made.
  int64_t Deliver();

  bool started() const { return started_; }  // a round was run
  base::TimePoint EngineTime() const;
  const incident::Engine& engine() const { return engine_; }
  const notify::routing::Router& router() const { return router_; }
  const incident::journal::Journal& journal() const { return *journal_; }

 private:
  Server(FlakyDatabase& database, base::FakeClock& clock, int64_t& next_id, Settings settings,
         std::unique_ptr<incident::journal::Journal> journal, incident::Engine engine,
         notify::routing::Router router);
  base::Result<> OpenCouriers(Network& network);
  base::Result<> Write(sql::Session& session, const Round& round);
  void Feed(Round& round, What what);

  FlakyDatabase& database_;
  base::FakeClock& clock_;
  int64_t& next_id_;
  const Settings settings_;
  std::unique_ptr<incident::journal::Journal> journal_;
  incident::Engine engine_;
  notify::routing::Router router_;
  base::TimePoint began_;
  base::SteadyPoint began_steady_;
  bool started_ = false;

  base::MetricsRegistry metrics_;
  net::FakeMail mail_;  // nobody is told by mail
  notify::delivery::Threads threads_;
  struct Lane {
    std::unique_ptr<notify::delivery::Channel> channel;
    std::unique_ptr<notify::delivery::CourierMetrics> metrics;
    std::unique_ptr<notify::delivery::Courier> courier;
  };
  std::vector<Lane> lanes_;
  std::deque<notify::delivery::Report> reports_;
  base::Random random_{7};  // of the bugs
};

}  // namespace vedette::simulation
