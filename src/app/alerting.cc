#include "app/alerting.h"

#include <iterator>
#include <set>
#include <utility>

#include "api/alert_senders.h"
#include "api/alertmanager.h"
#include "api/incident_work.h"
#include "api/silences.h"
#include "auth/audit_log.h"
#include "base/log.h"
#include "base/utf8.h"

namespace vedette::app {

void Alerting::Listen(EngineLoop::Parts& parts) {
  parts.alert_changed = [this](const incident::AlertView& view) { board_.Put(view); };
  parts.silence_changed = [this](const model::Silence& silence) { board_.Put(silence); };
  parts.audit = [this](sql::Session& session, const incident::SilenceCommand& command,
                       const model::Silence& silence) {
    std::string detail;
    for (const model::Matcher& matcher : silence.matchers) {
      detail += (detail.empty() ? "" : ", ") + matcher.ToString();
    }
    const bool put = command.kind == incident::SilenceCommand::Kind::kPut;
    constexpr size_t kDetailBytesMax = 900;
    return auth::AuditLog::Append(session, {.time = clock_.Now(),
                                            .actor = command.actor,
                                            .action = put ? "silence.put" : "silence.expire",
                                            .target = silence.id,
                                            .detail = base::OneLine(detail, kDetailBytesMax)});
  };
}

std::vector<api::Route> Alerting::Routes(RouteParts parts) const {
  EngineLoop& loop = parts.loop;
  const auto silence = [&loop](incident::SilenceCommand command) {
    return loop.Command(std::move(command));
  };
  std::vector<api::Route> routes = api::AlertmanagerRoutes({
      .board = board_,
      .post = [&loop](std::vector<model::Alert> alerts) { return loop.Post(std::move(alerts)); },
      .silence = silence,
      .receivers =
          [&router = parts.router](const auto& tenant, const auto& labels) {
            return notify::routing::ReceiversOf(*router.view()->plan,
                                                notify::routing::RoutingLabels(tenant, labels));
          },
      .all_receivers =
          [&router = parts.router] {
            std::vector<std::string> names;
            for (const auto& receiver : router.view()->plan->receivers) {
              names.push_back(receiver.name);
            }
            return names;
          },
      .events = &parts.ingester,
  });
  const auto add = [&routes](std::vector<api::Route> more) {
    std::move(more.begin(), more.end(), std::back_inserter(routes));
  };
  add(api::AlertSenderRoutes(
      {.mappings = [this] { return senders_.list(); },
       .board = board_,
       .post =
           [&loop](std::vector<model::Alert> alerts) { return loop.Post(std::move(alerts)); }}));
  add(api::SilenceRoutes(board_, silence));
  add(api::IncidentWorkRoutes(parts.journal, [&loop](incident::Command command) {
    return loop.Command(std::move(command));
  }));
  return routes;
}

void Alerting::Apply(const Config& config) {
  senders_.Apply(config.senders);
  base::MutexLock lock(mutex_);
  windows_ = config.maintenance;
}

base::Result<> Alerting::TendWindows(EngineLoop& loop) {
  std::vector<MaintenanceWindow> windows;
  {
    base::MutexLock lock(mutex_);
    windows = windows_;
  }
  std::set<model::TenantName> tenants{model::TenantName(model::kDefaultTenant)};
  for (const MaintenanceWindow& window : windows) tenants.insert(window.tenant);
  std::vector<model::Silence> known;
  for (const model::TenantName& tenant : tenants) {
    for (const api::AlertBoard::Silence& silence : board_.Silences(tenant)) {
      if (!silence->window.empty()) known.push_back(*silence);
    }
  }
  for (incident::SilenceCommand& command : MaintenanceCommands(windows, known, clock_.Now())) {
    VEDETTE_TRY_VOID(loop.Command(std::move(command)));
  }
  return {};
}

}  // namespace vedette::app
