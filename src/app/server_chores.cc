#include <fmt/core.h>

#include "app/dependencies.h"
#include "app/record_metrics.h"
#include "app/server_parts.h"
#include "base/duration.h"
#include "base/log.h"

namespace vedette::app {

base::Result<> Server::Parts::DropOld() {
  const StorageConfig& storage = config.storage;
  const base::TimePoint now = clock.Now();
  const std::pair<records::RecordKind, std::optional<base::Duration>> kinds[] = {
      {records::RecordKind::kLogs, storage.retention_logs},
      {records::RecordKind::kEvents, storage.retention_events},
      {records::RecordKind::kChanges, storage.retention_changes},
      {records::RecordKind::kSpans, storage.retention_spans}};
  for (const auto& [kind, own] : kinds) {
    const base::Duration retention = own.value_or(storage.retention);
    if (retention.count() == 0) continue;
    VEDETTE_TRY_VOID(records->DropBefore(kind, now - retention));
  }
  if (storage.retention.count() == 0) return {};
  VEDETTE_TRY_VOID(series->DropBefore(now - storage.retention));
  return anomalies->DropBefore(now - storage.retention);
}

void Server::Parts::PublishStatus() {
  const model::TenantName tenant(model::kDefaultTenant);
  const base::TimePoint now = clock.Now();
  const base::Result<std::string> status = board->Get(tenant, now);
  if (!status.ok()) {
    base::IgnoreError(status, "the next turn publishes a newer one");
    return;
  }
  hub->Publish(tenant, "status",
               fmt::format("{{\"topic\":\"status\",\"id\":\"now\",\"rev\":{},\"patch\":{}}}",
                           base::ToMillis(now), *status));
}

void Server::Parts::HoldBack() {
  base::IgnoreError(alerting.TendWindows(*loop), "the chore of the same name tries again");
  base::IgnoreError(TellDependencies(topology->atlas(), *loop), "so does this one's");
}

void Server::Parts::AddChores() {
  using std::chrono::minutes;
  using std::chrono::seconds;
  chores.Add("retention", minutes(60), [this] { return DropOld(); });
  chores.Add("retention by size", minutes(1), [this] { return size_retention->Tend(clock.Now()); });
  chores.Add("detector states", minutes(1440), [this] { return learnt->DropOld(clock.Now()); });
  chores.Add("storage watch", seconds(5), [this] { return storage_watch->Tend(clock.Now()); });
  chores.Add("event rules", seconds(5), [this] { return event_monitor->Tend(clock.Now()); });
  chores.Add("heartbeats", seconds(1), [this] { return heartbeats->Tend(); });
  chores.Add("self reports", seconds(2), [this] { return self_reports->Tend(); });
  chores.Add("maintenance", seconds(30), [this] { return alerting.TendWindows(*loop); });
  chores.Add("dependencies", seconds(10),
             [this] { return TellDependencies(topology->atlas(), *loop); });
  chores.Add("seal records", seconds(15), [this] { return records->SealIdle(); });
  chores.Add("key use", minutes(1), [this] { return keys->SaveLastUsed(); });
  chores.Add("metric metadata", minutes(1), [this] { return metadata->Save(); });
  chores.Add("heartbeat", seconds(15), [this]() -> base::Result<> {
    hub->Heartbeat();
    log_tail->Heartbeat();
    return {};
  });
  chores.Add("status", seconds(5), [this]() -> base::Result<> {
    PublishStatus();
    return {};
  });
  AddRecordMetrics(metrics, *records);
  metrics.AddCallback("vedette_errors_ignored_total", "Errors dropped by name.",
                      [] { return static_cast<double>(base::IgnoredErrorCount()); });
  metrics.AddCallback("vedette_queries_waiting", "Queries that wait for a thread.",
                      [this] { return static_cast<double>(query_workers->queued()); });
  metrics.AddCallback("vedette_metadata_left_out_total",
                      "Descriptions of metrics beyond what is kept of a tenant.",
                      [this] { return static_cast<double>(metadata->left_out()); });
  metrics.AddCallback("vedette_findings_queue", "Anomaly reports waiting for the engine.",
                      [this] { return static_cast<double>(findings.size()); });
  metrics.AddCallback("vedette_series_active", "Series that have samples in memory.",
                      [this] { return static_cast<double>(series->Stats().active_series); });
  chores.Start();
}

}  // namespace vedette::app
