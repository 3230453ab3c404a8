#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/engine.h"
#include "incident/input.h"
#include "notify/routing/plan.h"
#include "notify/routing/router.h"

namespace vedette::decide {

// One round of the paging core: the incident engine takes the inputs, then the router behind it
// says who is told. The server, a replay of its journal and the simulation of the tests all run
// this, so that equal inputs give equal messages. Pure: no clock, no disk, no threads.

// What the router is told, as an input for the journal.
incident::RoutingInput PlanInput(const notify::routing::Plan& plan);
// All of them or none.
incident::RoutingInput OverridesInput(const std::vector<notify::routing::Override>& overrides);
incident::RoutingInput RemovalInput(std::string override_id);
incident::RoutingInput TestInput(const notify::routing::TestPage& test);

// The keys of the letters that a test ordered; nothing for the others.
using RoutingAnswer = base::Result<std::vector<std::string>>;

// Tells the router what the round's inputs say to it and what the engine decided on them; its
// outcome collects until Router::Take. The answers are those to the RoutingInputs, in order. One
// that is refused changes nothing.
std::vector<RoutingAnswer> Route(notify::routing::Router& router,
                                 std::span<const incident::Input> inputs,
                                 const incident::Decisions& decisions, base::TimePoint now);

// Both together, for those who have no reason to hold them apart.
struct Machine {
  struct Decided {
    incident::Decisions decisions;
    notify::routing::Outcome outcome;
  };
  Decided Run(std::span<const incident::Input> inputs);
  // As they were kept. kDataLoss.
  static base::Result<Machine> Restore(std::string_view engine, std::string_view router);

  incident::Engine engine;
  notify::routing::Router router;
};

// The router's state with its plan as text, and back: kDataLoss.
std::string RouterToText(const notify::routing::Router& router);
base::Result<notify::routing::Router> RouterFromText(std::string_view text);

// The SHA-256 of everything that a round decided: equal if and only if the decisions are.
std::string Digest(const incident::Decisions& decisions, const notify::routing::Outcome& outcome);

}  // namespace vedette::decide
