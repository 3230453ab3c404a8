#include "app/storage_watch.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

#include "base/id.h"

namespace vedette::app {
namespace {

constexpr std::string_view kDetector = "vedette: stored data is damaged";
constexpr size_t kReportsWaitingMax = 16;

model::Anomaly Describe(uint64_t files, base::TimePoint now) {
  model::Anomaly anomaly;
  anomaly.id = "an_" + base::NewId(now);
  anomaly.tenant = model::kDefaultTenant;
  anomaly.kind = model::AnomalyKind::kRule;
  anomaly.entity = "vedette";
  anomaly.score = 0.95;
  anomaly.severity = model::Severity::kCritical;
  anomaly.started_at = anomaly.updated_at = now;
  anomaly.observed = static_cast<double>(files);
  anomaly.expected_low = -std::numeric_limits<double>::infinity();
  anomaly.expected_high = 0;
  anomaly.detector = kDetector;
  anomaly.summary = fmt::format(
      "Stored telemetry is damaged: {} file(s) were moved to telemetry/quarantine and are not "
      "served",
      files);
  anomaly.evidence.id = "ev_" + base::NewId(now);
  anomaly.evidence.query = "vedette_storage_quarantined_files";
  anomaly.evidence.from = anomaly.evidence.to = anomaly.evidence.taken_at = now;
  anomaly.evidence.result_json = fmt::format("{{\"quarantined_files\":{}}}", files);
  return anomaly;
}

}  // namespace

StorageWatch::StorageWatch(kv::Db& db, base::BoundedQueue<model::AnomalyUpdate>& findings,
                           base::MetricsRegistry& metrics)
    : db_(db), reporter_(findings, kReportsWaitingMax, nullptr) {
  metrics.AddCallback("vedette_storage_quarantined_files",
                      "Damaged files of the telemetry database that were set aside.",
                      [this] { return static_cast<double>(db_.GetStats().quarantined_files); });
  metrics.AddCallback("vedette_storage_lost_log_bytes_total",
                      "Bytes at the end of the write-ahead log that were damaged and lost.",
                      [this] { return static_cast<double>(db_.GetStats().lost_log_bytes); });
  metrics.AddCallback("vedette_storage_writes_stopped",
                      "1 while the telemetry database takes no writes.",
                      [this] { return db_.GetStats().writes_stopped ? 1.0 : 0.0; });
}

void StorageWatch::Adopt(std::vector<model::Anomaly>& open) {
  const auto own = std::find_if(open.begin(), open.end(), [](const model::Anomaly& anomaly) {
    return anomaly.detector == kDetector;
  });
  if (own == open.end()) return;
  reported_files_ = static_cast<uint64_t>(own->observed);
  open_ = detect::Reported{.anomaly = std::move(*own), .last_report = {}, .last_arrival = {}};
  open.erase(own);
}

base::Result<> StorageWatch::Tend(base::TimePoint now) {
  reporter_.Flush();
  const uint64_t files = db_.GetStats().quarantined_files;
  if (files == reported_files_) return {};
  reported_files_ = files;
  if (files == 0) {
    if (open_) reporter_.Closed(*open_, now, now);
    open_.reset();
    return {};
  }
  if (!open_) {
    open_ =
        detect::Reported{.anomaly = Describe(files, now), .last_report = {}, .last_arrival = {}};
    reporter_.Opened(*open_, now);
    return {};
  }
  model::Anomaly newer = Describe(files, now);
  newer.id = open_->anomaly.id;
  newer.evidence.id = open_->anomaly.evidence.id;
  newer.started_at = open_->anomaly.started_at;
  open_->anomaly = std::move(newer);
  reporter_.Updated(*open_, now);
  return {};
}

}  // namespace vedette::app
