#include "app/page_router.h"

#include <fmt/core.h>
#include <utility>

#include "auth/audit_log.h"
#include "base/duration.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"

namespace vedette::app {
namespace {

using notify::routing::Kept;
using notify::routing::Notice;
using notify::routing::Override;
using notify::routing::Plan;
using notify::routing::TestPage;
using notify::routing::View;

constexpr size_t kOrdersMax = 64;
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

bool PageRouter::Decide(base::TimePoint now, const incident::Decisions& decisions,
                        const std::vector<notify::delivery::Report>& reports) {
  std::shared_ptr<const Plan> plan;
  {
    base::MutexLock lock(mutex_);
    plan = std::exchange(new_plan_, nullptr);
  }
  if (plan != nullptr) {
    plan_text_ = ToJson(*plan);
    router_.SetPlan(std::move(plan));
  }
  while (std::optional<std::unique_ptr<Order>> order = orders_.PopUntil({})) {
    (*order)->result = Carry(**order, now);
    waiting_.push_back(*std::move(order));
  }
  for (const notify::delivery::Report& report : reports) {
    if (!report.final) continue;
    router_.OnDelivered({.incident_id = report.incident_id,
                         .tenant = report.tenant,
                         .receiver = report.receiver,
                         .to = report.to,
                         .ok = report.ok,
                         .detail = report.detail},
                        now);
  }
  for (const model::Page& page : decisions.pages) router_.OnPage(page, now);
  for (const model::Incident& incident : decisions.changed) router_.OnIncident(incident, now);
  router_.Advance(now);
  outcome_ = router_.Take();
  return !outcome_.empty() || !waiting_.empty() || !plan_text_.empty();
}

PageRouter::Answer PageRouter::Carry(const Order& order, base::TimePoint now) {
  if (const auto* addition = std::get_if<Addition>(&order.what)) {
    std::vector<std::string> added;
    for (const Override& override : addition->overrides) {
      const base::Result<> done = router_.Add(override, now);
      if (done.ok()) {
        added.push_back(override.id);
        continue;
      }
      for (const std::string& id : added) {  // all or none
        base::IgnoreError(router_.Remove(id), "it was added a moment ago");
      }
      return done.error();
    }
    return added;
  }
  if (const auto* removal = std::get_if<Removal>(&order.what)) {
    VEDETTE_TRY_VOID(router_.Remove(removal->id));
    return std::vector<std::string>{};
  }
  return router_.Test(std::get<TestPage>(order.what), now);
}

base::Result<> PageRouter::Write(sql::Session& session, base::TimePoint engine_now,
                                 base::TimePoint now) {
  if (!plan_text_.empty()) {
    VEDETTE_TRY_VOID(notify::routing::store::SavePlan(session, plan_text_, engine_now));
  }
  VEDETTE_TRY_VOID(notify::routing::store::Save(session, outcome_, engine_now));
  for (const Notice& notice : outcome_.notices) {
    std::vector<notify::delivery::Address> addresses;
    if (!notice.receiver.empty()) {
      addresses.push_back(
          {.receiver = notice.receiver, .channel = notice.channel, .to = notice.to});
    }
    VEDETTE_TRY_VOID(notify::delivery::Enqueue(session, notice.page, addresses, now));
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
  plan_text_.clear();
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
