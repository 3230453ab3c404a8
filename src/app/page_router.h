#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "api/oncall.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "decide/round.h"
#include "incident/engine.h"
#include "model/incident.h"
#include "notify/delivery/courier.h"
#include "notify/routing/router.h"
#include "sql/database.h"

namespace vedette::app {

// The router of pages where it lives: beside the incident engine, on its thread. What it decides is
// written in the engine's transaction, so that a crash loses and doubles nothing. Between Decide
// and Tell nothing is shown; a batch that is never committed leaves no trace.
class PageRouter {
 public:
  // Creates the tables (the outbox's must be there), and goes on where the last run ended.
  static base::Result<std::unique_ptr<PageRouter>> Open(sql::Database& database,
                                                        base::MetricsRegistry& metrics);

  // --- any thread

  // From the next input on.
  void SetPlan(notify::routing::Plan plan) EXCLUDES(mutex_);
  std::shared_ptr<const notify::routing::View> view() const EXCLUDES(mutex_);
  // The name of whose contact a message went to; empty where it is not one person's.
  std::string PersonAt(const notify::delivery::Report& report) const EXCLUDES(mutex_);

  // These return when it is durable. Errors: kInvalidArgument, kNotFound, kResourceExhausted;
  // kUnavailable when it is not certain to be durable yet.
  base::Result<> Add(std::vector<notify::routing::Override> overrides, std::string actor);
  base::Result<> Remove(std::string id, std::string actor);
  base::Result<std::vector<std::string>> Test(notify::routing::TestPage test);  // keys of letters

  api::OnCallSources Sources();  // the same, for the API; refers to this

  // --- the engine's thread

  // What the configuration and people say, to be put among the inputs of the round.
  std::vector<incident::RoutingInput> TakeInputs() EXCLUDES(mutex_);
  // Takes the inputs of the round and what the engine decided. True when there is something to
  // write.
  bool Decide(base::TimePoint now, std::span<const incident::Input> inputs,
              const incident::Decisions& decisions);
  // What it decided in this round.
  const notify::routing::Outcome& outcome() const { return outcome_; }
  // Its state after the last round, for replays.
  std::string Snapshot() const { return decide::RouterToText(router_); }
  // May be called again after an error.
  base::Result<> Write(sql::Session& session, base::TimePoint engine_now, base::TimePoint now);
  // After the commit.
  void Tell() EXCLUDES(mutex_);
  // The loop has ended.
  void Close();

 private:
  using Answer = base::Result<std::vector<std::string>>;
  struct Addition {
    std::vector<notify::routing::Override> overrides;  // all or none
    std::string actor;
  };
  struct Removal {
    std::string id;
    std::string actor;
  };
  struct Order {
    std::variant<Addition, Removal, notify::routing::TestPage> what;
    std::promise<Answer> answer;
    Answer result;
  };

  explicit PageRouter(base::MetricsRegistry& metrics);

  Answer Ask(decltype(Order::what) what);
  void Publish() EXCLUDES(mutex_);

  base::Counter& notices_;
  base::Counter& unreachable_;
  base::BoundedQueue<std::unique_ptr<Order>> orders_;

  // The engine's thread.
  notify::routing::Router router_;
  notify::routing::Outcome outcome_;                                        // of the batch
  std::vector<std::pair<std::string, model::TimelineEntry>> acknowledged_;  // of incidents, by id
  std::vector<std::unique_ptr<Order>> waiting_;  // answered when it is committed
  size_t plans_waiting_ = 0;                     // inputs before theirs

  mutable base::Mutex mutex_;
  std::shared_ptr<const notify::routing::Plan> new_plan_ GUARDED_BY(mutex_);
  std::shared_ptr<const notify::routing::View> view_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
