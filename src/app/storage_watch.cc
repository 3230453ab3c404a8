#include "app/storage_watch.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <system_error>
#include <utility>

namespace vedette::app {
namespace {

constexpr size_t kReportsWaitingMax = 16;

}  // namespace

StorageWatch::StorageWatch(kv::Db& db, const FreeSpace& space, std::string quarantine,
                           base::BoundedQueue<model::AnomalyUpdate>& findings,
                           base::MetricsRegistry& metrics)
    : db_(db),
      space_(space),
      quarantine_(std::move(quarantine)),
      reporter_(findings, kReportsWaitingMax, nullptr),
      damaged_telemetry_("vedette: stored data is damaged", reporter_),
      damaged_state_("vedette: the state database was damaged", reporter_),
      full_disk_("vedette: the disk is full", reporter_),
      no_writes_("vedette: telemetry is not stored", reporter_) {
  metrics.AddCallback("vedette_storage_quarantined_files",
                      "Damaged files of the telemetry database that were set aside.",
                      [this] { return static_cast<double>(db_.GetStats().quarantined_files); });
  metrics.AddCallback("vedette_storage_quarantined_states",
                      "Damaged state databases that were set aside.",
                      [this] { return static_cast<double>(DamagedStates()); });
  metrics.AddCallback("vedette_storage_lost_log_bytes_total",
                      "Bytes at the end of the write-ahead log that were damaged and lost.",
                      [this] { return static_cast<double>(db_.GetStats().lost_log_bytes); });
  metrics.AddCallback("vedette_storage_writes_stopped",
                      "1 while the telemetry database takes no writes.",
                      [this] { return db_.GetStats().writes_stopped ? 1.0 : 0.0; });
  metrics.AddCallback("vedette_storage_free_bytes", "What is free on the disk of the data folder.",
                      [this] { return static_cast<double>(space_.bytes().value_or(0)); });
  metrics.AddCallback("vedette_storage_full",
                      "1 while telemetry is refused because too little of the disk is free.",
                      [this] { return space_.Check().ok() ? 0.0 : 1.0; });
}

void StorageWatch::Adopt(std::vector<model::Anomaly>& open) {
  for (SelfAlert* alert : {&damaged_telemetry_, &damaged_state_, &full_disk_, &no_writes_})
    alert->Adopt(open);
}

base::Result<> StorageWatch::Tend(base::TimePoint now) {
  reporter_.Flush();
  using Finding = std::optional<SelfAlert::Finding>;
  const uint64_t files = db_.GetStats().quarantined_files;
  Finding telemetry;
  if (files > 0) {
    telemetry = {static_cast<double>(files),
                 fmt::format("Stored telemetry is damaged: {} file(s) were moved to "
                             "telemetry/quarantine and are not served",
                             files),
                 "vedette_storage_quarantined_files"};
  }
  damaged_telemetry_.Set(telemetry, now);

  damaged_state_.Set(StateFinding(), now);

  Finding full;
  if (const base::Result<> room = space_.Check(); !room.ok()) {
    full = {1, "Telemetry is refused: " + room.error().message, "vedette_storage_full"};
  }
  full_disk_.Set(full, now);

  // Reopening takes a moment: not worth a page.
  const bool stopped = db_.GetStats().needs_recovery;
  Finding no_writes;
  if (stopped && stopped_before_) {
    no_writes = {1,
                 "Telemetry is not stored: its database takes no writes, because the disk is full "
                 "or fails; the server's log says why. What was stored can be read",
                 "vedette_storage_writes_stopped"};
  }
  stopped_before_ = stopped;
  no_writes_.Set(no_writes, now);
  return {};
}

std::optional<SelfAlert::Finding> StorageWatch::StateFinding() const {
  const uint64_t states = DamagedStates();
  std::string text;
  if (states > 0) {
    text = fmt::format(
        "The state database was damaged and made anew from what could be read; {} damaged one(s) "
        "are in {}. Check the open incidents, silences and API keys: the latest changes may be "
        "missing, and pages may come again",
        states, quarantine_);
  }
  if (!lost_.empty()) {
    text += fmt::format("{}Of the incident journal: {}", text.empty() ? "" : ". ", lost_);
  }
  if (text.empty()) return std::nullopt;
  return SelfAlert::Finding{std::max(1.0, static_cast<double>(states)), text,
                            "vedette_storage_quarantined_states"};
}

uint64_t StorageWatch::DamagedStates() const {
  std::error_code error;
  uint64_t count = 0;
  for (std::filesystem::directory_iterator it(quarantine_, error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace vedette::app
