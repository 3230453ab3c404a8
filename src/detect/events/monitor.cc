#include "detect/events/monitor.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/id.h"
#include "base/log.h"

namespace vedette::detect::events {
namespace {

constexpr std::string_view kDetector = "event rules";
constexpr std::string_view kEvidenceLanguage = "events";  // evidence/question.h
constexpr size_t kNameBytesMax = 256;
constexpr size_t kDataBytesMax = 64 << 10;
constexpr size_t kPastsMax = 1000;
constexpr size_t kEpisodesMax = 10'000;
constexpr size_t kReportsWaitingMax = 1000;
constexpr int64_t kHealthWindow = 100;
constexpr size_t kRecentIssues = 5;
constexpr int64_t kArchivedAtOnce = 2000;  // rows, in one transaction
constexpr int64_t kExcess = 100;           // rows above the limit that start a clean-up
constexpr base::Duration kReconsidered = std::chrono::hours(1);

std::string NewEventId() {
  std::byte bytes[6];
  base::FillSecureRandom(bytes);
  std::string id = "evt_";
  for (const std::byte byte : bytes) id += fmt::format("{:02x}", std::to_integer<int>(byte));
  return id;
}

base::Result<> CheckName(std::string_view field, std::string_view name) {
  if (!name.empty() && name.size() <= kNameBytesMax) return {};
  return base::InvalidArgument(fmt::format("{} must have 1 to {} bytes", field, kNameBytesMax),
                               std::string(field));
}

base::Result<> Check(const Event& event) {
  VEDETTE_TRY_VOID(CheckName("source", event.source));
  VEDETTE_TRY_VOID(CheckName("event_type", event.event_type));
  if (!event.data.is_object()) return base::InvalidArgument("data must be an object", "data");
  if (!event.metadata.is_object() && !event.metadata.is_null()) {
    return base::InvalidArgument("metadata must be an object", "metadata");
  }
  for (const auto& [name, part] : {std::pair("data", &event.data), {"metadata", &event.metadata}}) {
    if (base::DumpJson(*part).size() > kDataBytesMax) {
      return base::InvalidArgument(fmt::format("{} has more than {} bytes", name, kDataBytesMax),
                                   name);
    }
  }
  return {};
}

model::Severity SeverityOf(Status status) {
  switch (status) {
    case Status::kNormal: return model::Severity::kInfo;
    case Status::kWarning: return model::Severity::kWarning;
    case Status::kCritical: return model::Severity::kCritical;
  }
  return model::Severity::kInfo;
}

std::string SummaryOf(const LogEntry& entry) {
  const auto& issues = entry.verdict.detected_issues;
  std::string text = fmt::format("{}: {}", entry.source, issues.empty() ? "" : issues.front());
  if (issues.size() > 1) text += fmt::format(" and {} more", issues.size() - 1);
  return text;
}

std::string ToJson(const LogEntry& entry) {
  std::string out;
  base::JsonWriter json(out);
  WriteEntry(json, entry);
  return out;
}

void Describe(const LogEntry& entry, double warning_threshold, model::Anomaly& out) {
  out.score = entry.verdict.severity_score;
  out.severity = SeverityOf(entry.verdict.status);
  out.observed = entry.verdict.severity_score;
  out.expected_low = 0;
  out.expected_high = warning_threshold;
  out.summary = SummaryOf(entry);
  out.updated_at = entry.time;
  out.evidence.language = kEvidenceLanguage;
  out.evidence.query = entry.event_id;
  out.evidence.from = out.evidence.to = out.evidence.taken_at = entry.time;
  out.evidence.result_json = ToJson(entry);
}

base::Json ParseStored(std::string_view text) {
  base::Result<base::Json> json = base::ParseJson(text);
  return json.ok() ? *std::move(json) : base::Json::object();
}

}  // namespace

base::Result<std::unique_ptr<Monitor>> Monitor::Open(
    MonitorOptions options, sql::Database& database,
    base::BoundedQueue<model::AnomalyUpdate>& findings) {
  VEDETTE_TRY_VOID(Validate(options.rules));
  VEDETTE_TRY_VOID(database.Migrate("event_rules", EventLogMigrations()));
  return std::unique_ptr<Monitor>(new Monitor(std::move(options), database, findings));
}

Monitor::Monitor(MonitorOptions options, sql::Database& database,
                 base::BoundedQueue<model::AnomalyUpdate>& findings)
    : database_(database),
      options_(std::move(options)),
      reporter_(findings, kReportsWaitingMax, nullptr) {}

base::Result<Past*> Monitor::PastOf(const Source& source) {
  if (const auto known = pasts_.find(source); known != pasts_.end()) return &known->second;
  VEDETTE_TRY(const LogPage page,
              List({.tenant = source.first, .source = source.second, .limit = Past::kEvents}));
  Past past;
  for (auto entry = page.entries.rbegin(); entry != page.entries.rend(); ++entry) {
    past.Add(NumbersOf(ParseStored(entry->data_json)), entry->verdict.status);
  }
  if (pasts_.size() >= kPastsMax) pasts_.erase(pasts_.begin());
  return &pasts_.emplace(source, std::move(past)).first->second;
}

base::Result<LogEntry> Monitor::Take(const model::TenantName& tenant, Event event,
                                     base::TimePoint now) {
  VEDETTE_TRY_VOID(Check(event));
  LogEntry entry;
  entry.time = now;
  entry.event_id = NewEventId();
  entry.source = event.source;
  entry.event_type = event.event_type;
  entry.data_json = base::DumpJson(Masked(event.data));
  entry.metadata_json = base::DumpJson(Masked(event.metadata));
  const Source source(tenant, event.source);
  const base::MutexLock lock(mutex_);
  VEDETTE_TRY(Past * past, PastOf(source));
  entry.verdict = Judge(options_.rules, event.data, event.metadata, *past);
  // Each tenant's own count: events of others must not decide when its rows are archived.
  const auto [taken, first] = taken_.try_emplace(tenant, 0);
  taken->second = (taken->second + 1) % kExcess;
  const bool tidies = first || taken->second == 0;
  const int64_t logs_max = options_.logs_max;
  const base::TimePoint horizon = now - options_.archive_retention;
  VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(Append(session, tenant, entry));
    if (!tidies) return {};
    VEDETTE_TRY_VOID(ArchiveExcess(session, tenant, logs_max));
    return DropArchives(session, horizon);
  }));
  past->Add(NumbersOf(event.data), entry.verdict.status);
  Follow(tenant, entry);
  return entry;
}

void Monitor::Follow(const model::TenantName& tenant, const LogEntry& entry) {
  const Source source(tenant, entry.source);
  const auto known = episodes_.find(source);
  if (entry.verdict.status == Status::kNormal) {
    if (known == episodes_.end()) return;
    known->second.last_event = entry.time;
    if (++known->second.normals < options_.normal_to_close) return;
    reporter_.Closed(known->second.reported, entry.time, entry.time);
    episodes_.erase(known);
    return;
  }
  if (known != episodes_.end()) {
    Episode& episode = known->second;
    episode.normals = 0;
    episode.last_event = entry.time;
    if (entry.verdict.severity_score < episode.reported.anomaly.score) return;
    Describe(entry, options_.rules.warning_threshold, episode.reported.anomaly);
    reporter_.Updated(episode.reported, entry.time);
    return;
  }
  OpenEpisode(source, entry, entry, entry.time);
}

void Monitor::OpenEpisode(const Source& source, const LogEntry& first, const LogEntry& worst,
                          base::TimePoint now) {
  if (episodes_.size() >= kEpisodesMax) {
    base::LogError("too many sources are in trouble: this one has no anomaly",
                   {{"source", source.second}, {"limit", kEpisodesMax}});
    return;
  }
  Episode episode;
  model::Anomaly& anomaly = episode.reported.anomaly;
  anomaly.id = "an_" + base::NewId(now);
  anomaly.tenant = source.first;
  anomaly.kind = model::AnomalyKind::kRule;
  anomaly.entity = source.second;
  anomaly.labels = model::Labels({{"event_type", first.event_type}, {"service", source.second}});
  anomaly.detector = kDetector;
  anomaly.started_at = first.time;
  anomaly.evidence.id = "ev_" + base::NewId(now);
  Describe(worst, options_.rules.warning_threshold, anomaly);
  episode.last_event = worst.time;
  reporter_.Opened(episode.reported, now);
  episodes_.emplace(source, std::move(episode));
}

// As Follow and Tend would have it, had the verdicts been these.
void Monitor::Track(const MonitorOptions& options, std::optional<Trouble>& trouble,
                    const LogEntry& entry) {
  if (trouble && entry.time - trouble->last_event >= options.silence_to_close) trouble.reset();
  const bool normal = entry.verdict.status == Status::kNormal;
  if (!trouble) {
    if (!normal) trouble = Trouble{.first = entry, .worst = entry, .last_event = entry.time};
    return;
  }
  trouble->last_event = entry.time;
  trouble->normals = normal ? trouble->normals + 1 : 0;
  if (trouble->normals >= options.normal_to_close) {
    trouble.reset();
  } else if (!normal && entry.verdict.severity_score >= trouble->worst.verdict.severity_score) {
    trouble->worst = entry;
  }
}

// Brings the anomaly of a source in line with what its verdicts are now.
void Monitor::Align(const Source& source, const std::optional<Trouble>& trouble,
                    base::TimePoint now) {
  const bool open = trouble && now - trouble->last_event < options_.silence_to_close;
  const auto known = episodes_.find(source);
  if (known == episodes_.end()) {
    if (open) OpenEpisode(source, trouble->first, trouble->worst, now);
  } else if (!open) {
    reporter_.Closed(known->second.reported, now, now);
    episodes_.erase(known);
    return;
  } else {
    model::Anomaly& anomaly = known->second.reported.anomaly;
    Describe(trouble->worst, options_.rules.warning_threshold, anomaly);
    // It is said now, or it would be older than what was said before.
    anomaly.updated_at = anomaly.evidence.taken_at = now;
    reporter_.Updated(known->second.reported, now);
  }
  const auto episode = episodes_.find(source);
  if (episode == episodes_.end()) return;
  episode->second.normals = trouble->normals;
  episode->second.last_event = trouble->last_event;
}

base::Result<LogPage> Monitor::List(const LogQuery& query) const {
  LogPage page;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(page, Find(session, query));
    return {};
  }));
  return page;
}

base::Result<std::string> Monitor::EventJson(const model::TenantName& tenant,
                                             const std::string& event_id, base::TimePoint from,
                                             base::TimePoint to) const {
  LogQuery query{.tenant = tenant, .event_id = event_id, .from = from, .to = to, .limit = 1};
  for (const bool archived : {false, true}) {
    query.archived = archived;
    VEDETTE_TRY(const LogPage page, List(query));
    if (!page.entries.empty()) return ToJson(page.entries.front());
  }
  return base::NotFound(fmt::format("the event '{}' is not kept any more", event_id));
}

base::Result<LogStats> Monitor::Stats(const model::TenantName& tenant) const {
  LogStats stats;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(stats, ReadStats(session, tenant));
    return {};
  }));
  return stats;
}

base::Result<Health> Monitor::GetHealth(const model::TenantName& tenant) const {
  LogPage page;
  Health health;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(page, Find(session, {.tenant = tenant, .limit = kHealthWindow}));
    return session.Query(
        "SELECT total(entries) FROM monitoring_archives WHERE tenant = ?", {sql::Text(tenant)},
        [&](const sql::Row& row) { health.events = static_cast<int64_t>(row.GetReal(0)); });
  }));
  health.events += page.total;
  for (const LogEntry& entry : page.entries) {
    health.status = std::max(health.status, entry.verdict.status);
    health.severity_score = std::max(health.severity_score, entry.verdict.severity_score);
    for (const std::string& issue : entry.verdict.detected_issues) {
      auto& recent = health.recent_issues;
      if (recent.size() < kRecentIssues && std::ranges::find(recent, issue) == recent.end()) {
        recent.push_back(issue);
      }
    }
  }
  if (!page.entries.empty()) health.last_update = page.entries.front().time;
  return health;
}

base::Result<Reevaluation> Monitor::Reevaluate(const model::TenantName& tenant,
                                               base::TimePoint since, base::TimePoint now) {
  const base::MutexLock lock(mutex_);
  return ReevaluateLocked(tenant, since, now);
}

base::Result<Reevaluation> Monitor::ReevaluateLocked(const model::TenantName& tenant,
                                                     base::TimePoint since, base::TimePoint now) {
  Reevaluation result;
  const MonitorOptions options = options_;
  std::map<std::string, std::optional<Trouble>> troubles;
  std::set<std::string> changed;
  VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const LogPage all, Find(session, {.tenant = tenant,
                                                  .limit = options.logs_max + kExcess,
                                                  .oldest_first = true}));
    std::map<std::string, Past> pasts;
    for (LogEntry entry : all.entries) {
      const base::Json data = ParseStored(entry.data_json);
      Past& past = pasts[entry.source];
      if (entry.time >= since) {
        const auto before = std::pair(entry.verdict.status, entry.verdict.severity_score);
        entry.verdict = Judge(options.rules, data, ParseStored(entry.metadata_json), past);
        if (before != std::pair(entry.verdict.status, entry.verdict.severity_score)) {
          changed.insert(entry.source);
        }
        VEDETTE_TRY_VOID(SaveVerdict(session, entry));
        ++result.events;
        ++result.by_status[static_cast<size_t>(entry.verdict.status)];
      }
      past.Add(NumbersOf(data), entry.verdict.status);
      Track(options, troubles[entry.source], entry);
    }
    return {};
  }));
  for (const std::string& source : changed) Align({tenant, source}, troubles[source], now);
  std::erase_if(pasts_, [&](const auto& past) { return past.first.first == tenant; });
  return result;
}

base::Result<int64_t> Monitor::CleanUp(const model::TenantName& tenant, base::TimePoint before) {
  const base::MutexLock lock(mutex_);
  int64_t removed = 0;
  int64_t some = 0;
  do {
    VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY(some, Archive(session, tenant, before, kArchivedAtOnce));
      return {};
    }));
    removed += some;
  } while (some == kArchivedAtOnce);
  return removed;
}

base::Result<> Monitor::DeleteTenant(std::string_view tenant) {
  const base::MutexLock lock(mutex_);
  const auto of_tenant = [&](const auto& entry) { return entry.first.first == tenant; };
  std::erase_if(pasts_, of_tenant);
  std::erase_if(episodes_, of_tenant);
  taken_.erase(model::TenantName(tenant));
  return database_.Transact(
      [&](sql::Session& session) { return events::DeleteTenant(session, tenant); });
}

base::Result<> Monitor::Reconfigure(MonitorOptions options, base::TimePoint now) {
  VEDETTE_TRY_VOID(Validate(options.rules));
  const base::MutexLock lock(mutex_);
  const bool same = options.rules == options_.rules;
  options_ = std::move(options);
  if (same) return {};
  std::vector<model::TenantName> tenants;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query("SELECT DISTINCT tenant FROM monitoring_logs", {},
                         [&](const sql::Row& row) { tenants.emplace_back(row.GetText(0)); });
  }));
  for (const model::TenantName& tenant : tenants) {
    VEDETTE_TRY_VOID(ReevaluateLocked(tenant, now - kReconsidered, now));
  }
  return {};
}

// How many of its events in a row were normal, up to the newest; those that end an anomaly count.
int Monitor::NormalsOf(const Source& source) const {
  const base::Result<LogPage> page =
      List({.tenant = source.first, .source = source.second, .limit = options_.normal_to_close});
  if (!page.ok()) return 0;
  const auto bad = std::ranges::find_if(
      page->entries, [](const LogEntry& entry) { return entry.verdict.status != Status::kNormal; });
  return static_cast<int>(bad - page->entries.begin());
}

void Monitor::Adopt(std::vector<model::Anomaly>& open, base::TimePoint now) {
  const base::MutexLock lock(mutex_);
  for (const model::Anomaly& anomaly : open) {
    if (anomaly.detector != kDetector) continue;
    Episode episode;
    episode.reported.anomaly = anomaly;
    episode.last_event = now;
    episode.normals = NormalsOf({anomaly.tenant, anomaly.entity});
    episodes_.emplace(Source(anomaly.tenant, anomaly.entity), std::move(episode));
  }
  std::erase_if(open, [](const model::Anomaly& anomaly) { return anomaly.detector == kDetector; });
}

base::Result<> Monitor::Tend(base::TimePoint now) {
  const base::MutexLock lock(mutex_);
  reporter_.Flush();
  for (auto entry = episodes_.begin(); entry != episodes_.end();) {
    Episode& episode = entry->second;
    if (now - episode.last_event < options_.silence_to_close) {
      ++entry;
      continue;
    }
    reporter_.Closed(episode.reported, now, now);
    entry = episodes_.erase(entry);
  }
  return {};
}

}  // namespace vedette::detect::events
