#include "decide/round.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json_fields.h"
#include "model/json_fields.h"
#include "notify/routing/router_state.h"

namespace vedette::notify::routing {

static std::string_view EnumName(TargetKind kind) { return TargetKindName(kind); }

template <typename Archive>
void Fields(Archive& archive, Target& target) {
  archive("kind", target.kind);
  archive("name", target.name);
}

template <typename Archive>
void Fields(Archive& archive, TestPage& test) {
  archive("id", test.id);
  archive("tenant", test.tenant);
  archive("target", test.target);
  archive("severity", test.severity);
  archive("asked_by", test.asked_by);
}

template <typename Archive>
void Fields(Archive& archive, Kept& kept) {
  archive("key", kept.key);
  archive("value", kept.value);
}

}  // namespace vedette::notify::routing

namespace vedette::decide {
namespace {

using incident::RoutingInput;
using notify::routing::Override;
using notify::routing::Plan;
using notify::routing::Router;
using notify::routing::TestPage;

constexpr std::string_view kPlan = "plan";
constexpr std::string_view kOverrides = "override";
constexpr std::string_view kRemoval = "removal";
constexpr std::string_view kTest = "test";

base::Result<std::vector<Override>> OverridesOf(std::string_view lines) {
  std::vector<Override> overrides;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    VEDETTE_TRY(Override override, notify::routing::OverrideFromJson(lines.substr(0, end)));
    overrides.push_back(std::move(override));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return overrides;
}

base::Result<> Add(Router& router, const std::vector<Override>& overrides, base::TimePoint now) {
  for (size_t i = 0; i < overrides.size(); ++i) {
    const base::Result<> done = router.Add(overrides[i], now);
    if (done.ok()) continue;
    for (size_t j = 0; j < i; ++j) {
      base::IgnoreError(router.Remove(overrides[j].id), "it was added a moment ago");
    }
    return done;
  }
  return {};
}

RoutingAnswer Tell(Router& router, const RoutingInput& input, base::TimePoint now) {
  if (input.kind == kPlan) {
    VEDETTE_TRY(Plan plan, notify::routing::PlanFromJson(input.text));
    router.SetPlan(std::make_shared<const Plan>(std::move(plan)));
  } else if (input.kind == kOverrides) {
    VEDETTE_TRY(const std::vector<Override> overrides, OverridesOf(input.text));
    VEDETTE_TRY_VOID(Add(router, overrides, now));
  } else if (input.kind == kRemoval) {
    VEDETTE_TRY_VOID(router.Remove(input.text));
  } else if (input.kind == kTest) {
    VEDETTE_TRY(const base::Json json, base::ParseJson(input.text));
    base::JsonIn in(json);
    TestPage test;
    Fields(in, test);
    VEDETTE_TRY_VOID(in.result());
    return router.Test(test, now);
  } else {
    return base::DataLoss("routing: kind '" + input.kind + "' is not known");
  }
  return std::vector<std::string>{};
}

// As they are when all inputs are taken: before the pages, so that nobody is called of what has
// ended, and after them, since they may have been decided before it ended.
void TellOfAlerts(Router& router, const incident::Decisions& decisions, base::TimePoint now) {
  for (const incident::AlertView& view : decisions.alerts) {
    router.OnAlert(view.alert.tenant, view.incident_id,
                   {.alert = view.alert,
                    .fires = view.open,
                    .muted = !view.silenced_by.empty() || !view.inhibited_by.empty(),
                    .common = !view.has_route},
                   now);
  }
}

}  // namespace

RoutingInput PlanInput(const Plan& plan) { return {std::string(kPlan), ToJson(plan)}; }

RoutingInput OverridesInput(const std::vector<Override>& overrides) {
  RoutingInput input{std::string(kOverrides), {}};
  for (const Override& override : overrides) {
    if (!input.text.empty()) input.text += '\n';
    input.text += OverrideToJson(override);
  }
  return input;
}

RoutingInput RemovalInput(std::string override_id) {
  return {std::string(kRemoval), std::move(override_id)};
}

RoutingInput TestInput(const TestPage& test) {
  base::JsonOut out;
  Fields(out, const_cast<TestPage&>(test));  // reads only
  return {std::string(kTest), out.Finish()};
}

std::vector<RoutingAnswer> Route(Router& router, std::span<const incident::Input> inputs,
                                 const incident::Decisions& decisions, base::TimePoint now) {
  std::vector<RoutingAnswer> answers;
  for (const incident::Input& input : inputs) {
    const auto* told = std::get_if<RoutingInput>(&input.what);
    if (told != nullptr) answers.push_back(Tell(router, *told, now));
  }
  TellOfAlerts(router, decisions, now);
  for (const incident::Input& input : inputs) {
    const auto* result = std::get_if<incident::DeliveryResult>(&input.what);
    if (result == nullptr || !result->final) continue;
    router.OnDelivered({.incident_id = result->incident_id,
                        .tenant = result->tenant,
                        .receiver = result->receiver,
                        .to = result->to,
                        .ok = result->ok,
                        .detail = result->detail,
                        .key = result->dedup_key},
                       now);
  }
  for (const model::Page& page : decisions.pages) router.OnPage(page, now);
  for (const model::Page& page : decisions.widened) router.OnWidened(page, now);
  // What was merged comes first: who has the other one in hand has this one too.
  for (const bool merged : {true, false}) {
    for (const model::Incident& incident : decisions.changed) {
      if (incident.merged_into.empty() != merged) router.OnIncident(incident, now);
    }
  }
  TellOfAlerts(router, decisions, now);
  router.Advance(now);
  return answers;
}

Machine::Decided Machine::Run(std::span<const incident::Input> inputs) {
  for (const incident::Input& input : inputs) {
    base::IgnoreError(engine.Apply(input), "who asked was answered when it was asked");
  }
  Decided decided;
  decided.decisions = engine.Take();
  Route(router, inputs, decided.decisions, engine.now());
  decided.outcome = router.Take();
  return decided;
}

base::Result<Machine> Machine::Restore(std::string_view engine, std::string_view router) {
  VEDETTE_TRY(incident::Engine restored, incident::Engine::Restore(engine));
  VEDETTE_TRY(Router with, RouterFromText(router));
  return Machine{std::move(restored), std::move(with)};
}

std::string RouterToText(const Router& router) {
  base::JsonOut out;
  out("plan", ToJson(router.plan()));
  out("parts", router.Snapshot());
  return out.Finish();
}

base::Result<Router> RouterFromText(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return base::DataLoss("routing: " + json.error().message);
  base::JsonIn in(*json);
  std::string plan_text;
  std::vector<notify::routing::Kept> parts;
  in("plan", plan_text);
  in("parts", parts);
  VEDETTE_TRY_VOID(in.result());
  VEDETTE_TRY(Plan plan, notify::routing::PlanFromJson(plan_text));
  Router router;
  VEDETTE_TRY_VOID(router.Restore(parts));
  router.SetPlan(std::make_shared<const Plan>(std::move(plan)));
  return router;
}

}  // namespace vedette::decide
