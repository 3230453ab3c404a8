#include "app/page_router.h"

#include <fmt/core.h>
#include <utility>

#include "auth/audit_log.h"
#include "base/duration.h"
#include "base/log.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"
#include "notify/wording/text.h"

namespace vedette::app {
namespace {

using notify::routing::Kept;
using notify::routing::Notice;
using notify::routing::Override;
using notify::routing::Plan;
using notify::routing::TestPage;
using notify::routing::View;

constexpr size_t kOrdersMax = 64;
constexpr size_t kChainPartMax = 300;
constexpr std::chrono::seconds kOrderTimeout{10};

// Who changed what, for the audit log.
auth::AuditEntry AuditOf(const Override& override, const std::string& actor, base::TimePoint now) {
  return {.seq = 0,
          .time = now,
          .actor = actor,
          .action = "override.create",
          .target = override.id,
          .detail = fmt::format("schedule {}: {} from {} to {}", override.schedule, override.user,
                                base::FormatTime(override.from), base::FormatTime(override.to))};
}

// What the ledger says of an order: how it came from a signal to this message.
std::string ChainOf(const Notice& notice) {
  const model::Page& page = notice.page;
  const std::string entity = page.entities.empty() ? page.title : page.entities.front();
  const std::string signal = page.alerts.empty() ? entity : page.alerts.front().labels.ToString();
  const std::string_view rule = page.labels.Get("alertname");
  const std::string group = page.grouped ? page.group_labels.ToString() : "service " + entity;
  return fmt::format("signal {} > rule {} > group {} > {}",
                     notify::wording::OneLine(signal, kChainPartMax),
                     notify::wording::OneLine(rule.empty() ? page.title : rule, kChainPartMax),
                     notify::wording::OneLine(group, kChainPartMax), notice.why);
}

// Who acknowledged an incident, or took that back, for the ledger: under the incident's id, at no
// receiver.
notify::delivery::LedgerRow RowOf(const std::string& incident_id, const model::TimelineEntry& row) {
  return {.time = row.time,
          .event = row.kind,
          .dedup_key = incident_id,
          .receiver = {},
          .outcome = {},
          .detail = row.text.empty() ? row.actor : fmt::format("{}: {}", row.actor, row.text),
          .hash = {}};
}

}  // namespace

PageRouter::PageRouter(base::MetricsRegistry& metrics)
    : notices_(metrics.AddCounter("vedette_notices_ordered_total",
                                  "Messages to people and receivers that were ordered")),
      unreachable_(metrics.AddCounter("vedette_pages_unreachable_total",
                                      "Pages for which there was nobody to tell")),
      orders_(kOrdersMax, base::OverflowPolicy::kReject),
      view_(std::make_shared<const View>(View{std::make_shared<const Plan>(), {}})) {}

base::Result<std::unique_ptr<PageRouter>> PageRouter::Open(sql::Database& database,
                                                           base::MetricsRegistry& metrics) {
  VEDETTE_TRY_VOID(notify::routing::store::Migrate(database));
  std::vector<Kept> parts;
  VEDETTE_TRY_VOID(database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(parts, notify::routing::store::ReadState(session));
    return {};
  }));
  std::unique_ptr<PageRouter> router(new PageRouter(metrics));
  VEDETTE_TRY_VOID(router->router_.Restore(parts));
  router->Publish();
  return router;
}

// --- any thread

void PageRouter::SetPlan(Plan plan) {
  base::MutexLock lock(mutex_);
  new_plan_ = std::make_shared<const Plan>(std::move(plan));
  view_ = std::make_shared<const View>(View{new_plan_, view_->overrides});
}

std::shared_ptr<const View> PageRouter::view() const {
  base::MutexLock lock(mutex_);
  return view_;
}

std::string PageRouter::PersonAt(const notify::delivery::Report& report) const {
  const std::shared_ptr<const View> now = view();
  const notify::routing::User* user = now->plan->FindUserAt(report.receiver, report.to);
  if (user == nullptr) return {};
  return user->full_name.empty() ? user->name : user->full_name;
}

base::Result<> PageRouter::Add(std::vector<Override> overrides, std::string actor) {
  VEDETTE_TRY(const std::vector<std::string> done,
              Ask(Addition{std::move(overrides), std::move(actor)}));
  return {};
}

base::Result<> PageRouter::Remove(std::string id, std::string actor) {
  VEDETTE_TRY(const std::vector<std::string> done, Ask(Removal{std::move(id), std::move(actor)}));
  return {};
}

base::Result<std::vector<std::string>> PageRouter::Test(TestPage test) {
  return Ask(std::move(test));
}

api::OnCallSources PageRouter::Sources() {
  return {.view = [this] { return view(); },
          .add = [this](std::vector<Override> overrides,
                        std::string actor) { return Add(std::move(overrides), std::move(actor)); },
          .remove = [this](std::string id,
                           std::string actor) { return Remove(std::move(id), std::move(actor)); },
          .test = [this](TestPage test) { return Test(std::move(test)); }};
}

PageRouter::Answer PageRouter::Ask(decltype(Order::what) what) {
  auto order = std::make_unique<Order>();
  order->what = std::move(what);
  std::future<Answer> answer = order->answer.get_future();
  if (!orders_.Push(std::move(order))) {
    return base::Unavailable("the incident engine is stopping or has too much to do");
  }
  if (answer.wait_for(kOrderTimeout) != std::future_status::ready) {
    return base::Unavailable("the incident engine could not store this in time; it may still");
  }
  try {
    return answer.get();
  } catch (const std::future_error&) {  // the loop ended with the order in its hands
    return base::Unavailable("the incident engine stopped before this was stored");
  }
}

// --- the engine's thread

std::vector<incident::RoutingInput> PageRouter::TakeInputs() {
  std::shared_ptr<const Plan> plan;
  {
    base::MutexLock lock(mutex_);
    plan = std::exchange(new_plan_, nullptr);
  }
  std::vector<incident::RoutingInput> inputs;
  if (plan != nullptr) inputs.push_back(decide::PlanInput(*plan));
  plans_waiting_ = inputs.size();
  while (std::optional<std::unique_ptr<Order>> order = orders_.PopUntil({})) {
    if (const auto* addition = std::get_if<Addition>(&(*order)->what)) {
      inputs.push_back(decide::OverridesInput(addition->overrides));
    } else if (const auto* removal = std::get_if<Removal>(&(*order)->what)) {
      inputs.push_back(decide::RemovalInput(removal->id));
    } else {
      inputs.push_back(decide::TestInput(std::get<TestPage>((*order)->what)));
    }
    waiting_.push_back(*std::move(order));
  }
  return inputs;
}

bool PageRouter::Decide(base::TimePoint now, std::span<const incident::Input> inputs,
                        const incident::Decisions& decisions) {
  std::vector<decide::RoutingAnswer> answers = decide::Route(router_, inputs, decisions, now);
  const bool told = !answers.empty();
  // A plan that is valid as configured reads back; the old one would go on otherwise.
  for (size_t i = 0; i < plans_waiting_ && i < answers.size(); ++i) {
    if (!answers[i].ok()) {
      base::LogError("the plan of notifications cannot be taken over",
                     {{"error", answers[i].error().message}});
    }
  }
  for (size_t i = 0; i < waiting_.size() && i + plans_waiting_ < answers.size(); ++i) {
    waiting_[i]->result = std::move(answers[i + plans_waiting_]);
  }
  plans_waiting_ = 0;
  outcome_ = router_.Take();
  acknowledged_.clear();
  for (const model::Incident& incident : decisions.changed) {
    for (const model::TimelineEntry& row : incident.timeline) {
      if (row.kind == "acknowledged" || row.kind == "unacknowledged") {
        acknowledged_.emplace_back(incident.id, row);
      }
    }
  }
  return told || !outcome_.empty() || !acknowledged_.empty();
}

base::Result<> PageRouter::Write(sql::Session& session, base::TimePoint engine_now,
                                 base::TimePoint now) {
  VEDETTE_TRY_VOID(notify::routing::store::Save(session, outcome_, engine_now));
  for (const Notice& notice : outcome_.notices) {
    std::vector<notify::delivery::Address> addresses;
    if (!notice.receiver.empty()) {
      addresses.push_back(
          {.receiver = notice.receiver, .channel = notice.channel, .to = notice.to});
    }
    VEDETTE_TRY_VOID(
        notify::delivery::Enqueue(session, notice.page, addresses, now, ChainOf(notice)));
  }
  for (const auto& [incident_id, row] : acknowledged_) {
    VEDETTE_TRY_VOID(notify::delivery::AppendToLedger(session, RowOf(incident_id, row)));
  }
  for (const std::unique_ptr<Order>& order : waiting_) {
    if (!order->result.ok()) continue;
    if (const auto* addition = std::get_if<Addition>(&order->what)) {
      for (const Override& override : addition->overrides) {
        VEDETTE_TRY_VOID(auth::AuditLog::Append(session, AuditOf(override, addition->actor, now)));
      }
    } else if (const auto* removal = std::get_if<Removal>(&order->what)) {
      VEDETTE_TRY_VOID(auth::AuditLog::Append(session, {.seq = 0,
                                                        .time = now,
                                                        .actor = removal->actor,
                                                        .action = "override.delete",
                                                        .target = removal->id,
                                                        .detail = {}}));
    }
  }
  return {};
}

void PageRouter::Tell() {
  for (const Notice& notice : outcome_.notices) {
    (notice.receiver.empty() ? unreachable_ : notices_).Add();
  }
  const bool changed = !waiting_.empty();
  outcome_ = {};
  if (!changed) return;
  Publish();
  for (std::unique_ptr<Order>& order : std::exchange(waiting_, {})) {
    order->answer.set_value(std::move(order->result));
  }
}

void PageRouter::Close() {
  orders_.Close();
  while (std::optional<std::unique_ptr<Order>> order = orders_.PopUntil({})) {
    (*order)->answer.set_value(base::Unavailable("the incident engine has stopped"));
  }
}

void PageRouter::Publish() {
  base::MutexLock lock(mutex_);
  view_ = std::make_shared<const View>(View{view_->plan, router_.overrides()});
}

}  // namespace vedette::app
