#include "release/watch.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <limits>

#include "base/duration.h"
#include "base/id.h"
#include "base/log.h"

namespace vedette::release {
namespace {

constexpr std::string_view kDetector = "release verdict";
constexpr size_t kReportsWaitingMax = 1000;
constexpr size_t kChangesAtOnce = 1000;
constexpr size_t kPatternsShown = 10;
constexpr base::Duration kSoonest = std::chrono::seconds(15);  // between two judgements
constexpr base::Duration kLatest = std::chrono::minutes(5);
constexpr base::Duration kOlder = std::chrono::hours(24 * 30);  // how far back one is looked for
constexpr base::Duration kFuture = std::chrono::minutes(10);
// Two tellings of a deployment without a version, within that, are of one.
constexpr base::Duration kSameDeployment = std::chrono::minutes(5);
// And of one with a version: whoever deploys tells of it, and so does what runs, as it rolls out.
constexpr base::Duration kSameRollout = std::chrono::minutes(30);

// The older a release, the less often it is looked at: it changes less.
base::Duration Pause(base::Duration age) { return std::clamp(age / 40, kSoonest, kLatest); }

bool NeverServed(const model::Change& change) {
  constexpr std::array<std::string_view, 4> kStatuses = {"failed", "failure", "error", "cancelled"};
  return std::find(kStatuses.begin(), kStatuses.end(), change.status) != kStatuses.end();
}

double ScoreOf(model::Severity severity) {
  switch (severity) {
    case model::Severity::kInfo: return 0.4;
    case model::Severity::kWarning: return 0.75;
    case model::Severity::kCritical: return 0.95;
  }
  return 0.95;
}

std::string_view LabelOf(const model::Change& change, std::string_view name) {
  for (const auto& [label, value] : change.labels) {
    if (label == name) return value;
  }
  return {};
}

// Whether two changes of one version are of one deployment, by what its sender says of it: the
// number of the deployment, or the commit. Nothing when that says nothing.
std::optional<bool> SameBySender(const model::Change& a, const model::Change& b) {
  for (const std::string_view whose : {"source", "repository"}) {
    if (LabelOf(a, whose) != LabelOf(b, whose)) return std::nullopt;
  }
  const std::string_view number = LabelOf(a, "deployment");
  if (!number.empty() && number == LabelOf(b, "deployment")) return true;
  const std::string_view commit = LabelOf(a, "commit"), other = LabelOf(b, "commit");
  if (!commit.empty() && !other.empty() && commit != other) return false;
  return std::nullopt;
}

std::string NameOf(const Release& release) {
  if (release.version.empty()) return "The release of " + release.service;
  return fmt::format("Release {} of {}", release.version, release.service);
}

void Describe(const Release& release, const Judgement& judgement, model::Anomaly& out) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  out.summary = fmt::format("{} is bad. {}", NameOf(release), release.summary);
  out.observed = std::numeric_limits<double>::quiet_NaN();
  out.expected_low = -kNone;
  out.expected_high = kNone;
  for (const Check& check : judgement.checks) {
    if (check.outcome != Outcome::kWorse || check.sides.empty()) continue;
    out.observed = check.sides.front().value;
    if (check.sides.size() > 1) out.expected_high = check.sides[1].value;
    out.evidence.query = check.sides.front().source.query;
    out.evidence.from = check.sides.front().source.from;
    out.evidence.to = check.sides.front().source.to;
    break;
  }
  out.evidence.taken_at = release.judged_at.value_or(out.evidence.to);
  out.evidence.result_json =
      fmt::format("{{\"release\":\"{}\",\"judgement\":{}}}", release.id, release.judgement_json);
}

}  // namespace

base::Result<> Validate(const Options& options) {
  const auto wrong = [](std::string_view field, std::string_view what) {
    return base::InvalidArgument(fmt::format("{} {}", field, what), std::string(field));
  };
  using std::chrono::hours;
  using std::chrono::minutes;
  if (options.watch < minutes(5) || options.watch > hours(48)) {
    return wrong("watch", "must be between 5m and 48h");
  }
  if (options.before < minutes(15) || options.before > hours(24)) {
    return wrong("before", "must be between 15m and 24h");
  }
  if (options.kinds.empty()) return wrong("kinds", "must name at least one kind of change");
  return {};
}

Watch::Metrics::Metrics(base::MetricsRegistry& registry)
    : watched(registry.AddGauge("vedette_releases_watched", "Releases that are watched")),
      judgements(registry.AddCounter("vedette_release_judgements_total",
                                     "How often releases were judged")),
      failures(registry.AddCounter("vedette_release_judgement_failures_total",
                                   "Questions for a judgement that could not be answered")),
      refused(registry.AddCounter("vedette_releases_refused_total",
                                  "Releases beyond those that are watched at a time")) {}

Watch::Watch(Options options, Parts parts, std::unique_ptr<Book> book)
    : parts_(std::move(parts)),
      book_(std::move(book)),
      metrics_(parts_.metrics),
      options_(std::move(options)),
      reporter_(parts_.findings, kReportsWaitingMax, nullptr) {}

base::Result<std::unique_ptr<Watch>> Watch::Open(Options options, Parts parts) {
  VEDETTE_TRY_VOID(Validate(options));
  VEDETTE_TRY(std::unique_ptr<Book> book, Book::Open(parts.database));
  std::unique_ptr<Watch> watch(new Watch(std::move(options), std::move(parts), std::move(book)));
  VEDETTE_TRY(std::vector<Release> releases, watch->book_->Watched());
  base::MutexLock lock(watch->mutex_);
  for (Release& release : releases) {
    Key key(release.tenant, release.id);
    watch->watched_.emplace(std::move(key), Watched{std::move(release), {}, std::nullopt});
  }
  watch->metrics_.watched.Set(static_cast<double>(watch->watched_.size()));
  return watch;
}

void Watch::Adopt(std::vector<model::Anomaly>& open) {
  base::MutexLock lock(mutex_);
  for (const model::Anomaly& anomaly : open) {
    if (anomaly.detector != kDetector) continue;
    detect::Reported reported{.anomaly = anomaly, .last_report = {}, .last_arrival = {}};
    const auto owner = std::find_if(watched_.begin(), watched_.end(), [&](const auto& entry) {
      return entry.second.release.anomaly_id == anomaly.id;
    });
    if (owner != watched_.end()) {
      owner->second.reported = std::move(reported);
    } else {
      reporter_.Closed(reported, anomaly.updated_at, anomaly.updated_at);
    }
  }
  std::erase_if(open, [](const model::Anomaly& anomaly) { return anomaly.detector == kDetector; });
}

void Watch::Reconfigure(Options options) {
  base::MutexLock lock(mutex_);
  options_ = std::move(options);
}

base::Result<> Watch::FindReleases(const std::vector<model::TenantName>& tenants,
                                   base::TimePoint now) {
  base::MutexLock lock(mutex_);
  if (!options_.enabled) return {};
  reporter_.Flush();
  for (const model::TenantName& tenant : tenants) VEDETTE_TRY_VOID(FindReleasesOf(tenant, now));
  return {};
}

base::Result<> Watch::FindReleasesOf(const model::TenantName& tenant, base::TimePoint now) {
  records::ChangeQuery query;
  query.tenant = tenant;
  query.from = now - options_.watch;
  query.to = now + kFuture;
  query.limit = kChangesAtOnce;
  VEDETTE_TRY(records::Page<model::Change> page, parts_.records.QueryChanges(query));
  std::set<std::string> seen;
  const std::set<std::string>& before = seen_changes_[tenant];
  // Oldest first, so that a later release ends the watch of an earlier one.
  for (auto change = page.records.rbegin(); change != page.records.rend(); ++change) {
    seen.insert(change->id);
    if (before.contains(change->id)) continue;
    VEDETTE_TRY_VOID(Take(tenant, *change, page.records, now));
  }
  seen_changes_[tenant] = std::move(seen);
  return {};
}

bool Watch::IsKnown(const model::TenantName& tenant, const model::Change& change,
                    const Told& told) {
  if (book_->Get(tenant, ReleaseIdOf(change.id)).ok()) return true;
  return std::any_of(watched_.begin(), watched_.end(), [&](const auto& entry) {
    const Release& release = entry.second.release;
    if (release.tenant != tenant || release.service != change.service) return false;
    const base::Duration apart = std::chrono::abs(change.time - release.released_at);
    if (change.version.empty() || release.version.empty()) {
      return change.version == release.version && apart < kSameDeployment;
    }
    if (!SameVersion(release.version, change.version)) return false;
    const auto first = std::find_if(told.begin(), told.end(), [&](const model::Change& one) {
      return one.id == release.change_id;
    });
    const std::optional<bool> same =
        first == told.end() ? std::nullopt : SameBySender(*first, change);
    return same ? *same && change.time <= release.watched_until : apart < kSameRollout;
  });
}

base::Result<> Watch::Take(const model::TenantName& tenant, const model::Change& change,
                           const Told& told, base::TimePoint now) {
  const auto& kinds = options_.kinds;
  if (std::find(kinds.begin(), kinds.end(), change.kind) == kinds.end() || change.service.empty() ||
      NeverServed(change) || IsKnown(tenant, change, told)) {
    return {};
  }
  Release release;
  release.change_id = change.id;
  release.tenant = tenant;
  release.service = change.service;
  release.version = change.version;
  release.title = change.title;
  release.author = change.author;
  release.url = change.url;
  release.released_at = change.time;
  const base::Result<Watched*> added = Add(std::move(release), now);
  if (added.ok() || added.error().code != base::ErrorCode::kResourceExhausted) {
    return added.ok() ? base::Result<>() : added.error();
  }
  base::IgnoreError(added, "counted in vedette_releases_refused_total");
  return {};
}

base::Result<Watch::Watched*> Watch::Add(Release release, base::TimePoint now) {
  if (watched_.size() >= options_.watched_max) {
    metrics_.refused.Add();
    return base::ResourceExhausted(
        fmt::format("{} releases are watched already: this one of {} is not", watched_.size(),
                    release.service));
  }
  release.id = ReleaseIdOf(release.change_id);
  release.watched_until = release.released_at + options_.watch;
  release.summary = "Not judged yet";
  for (auto& [key, other] : watched_) {
    Release& their = other.release;
    if (their.tenant != release.tenant || their.service != release.service) continue;
    if (their.released_at < release.released_at) {
      their.watched_until = std::min(their.watched_until, release.released_at);
      other.due = now;
    } else {
      release.watched_until = std::min(release.watched_until, their.released_at);
    }
  }
  VEDETTE_TRY_VOID(book_->Save(release, {}, options_.kept_max));
  if (parts_.changed) parts_.changed(release);
  const Key key(release.tenant, release.id);
  Watched& added = watched_[key];
  added = {std::move(release), now, std::nullopt};
  metrics_.watched.Set(static_cast<double>(watched_.size()));
  return &added;
}

base::Result<bool> Watch::JudgeOne(base::TimePoint now) {
  base::MutexLock lock(mutex_);
  const Key* next = nullptr;
  base::TimePoint due = now;
  for (const auto& [key, watched] : watched_) {
    if (watched.due > due || watched.release.released_at > now) continue;
    due = watched.due;
    next = &key;
  }
  if (next == nullptr || !options_.enabled) return false;
  VEDETTE_TRY_VOID(JudgeLocked(Key(*next), now));
  return true;
}

Observation Watch::Observe(const Release& release, base::TimePoint until) {
  Subject subject;
  subject.tenant = release.tenant;
  subject.service = release.service;
  subject.version = release.version;
  subject.released_at = release.released_at;
  for (const auto& [key, other] : watched_) {
    if (key.first == release.tenant) subject.also_released.insert(other.release.service);
  }
  Reading reading(options_, parts_.ask, subject, until);
  Observation seen;
  const auto note = [&](const base::Result<>& result, std::string_view what) {
    if (result.ok()) return;
    metrics_.failures.Add();
    seen.notes.push_back(fmt::format("{} could not be read: {}", what, result.error().message));
  };
  const base::Result<bool> found = reading.Discover();
  note(found.ok() ? base::Result<>() : found.error(), "The names of the metrics");
  seen.service_found = found.ok() && *found;
  if (seen.service_found) {
    note(ReadErrors(reading, seen), "Requests and errors");
    note(ReadLatency(reading, seen), "Latency");
    note(ReadLevels(reading, seen), "CPU and memory");
  }
  AddPatterns(release, until, seen);
  return seen;
}

// Only of a service whose logs were known before: else all of its patterns would be new.
void Watch::AddPatterns(const Release& release, base::TimePoint until, Observation& seen) {
  const base::Result<std::vector<records::LogPattern>> all =
      parts_.records.LogPatterns(release.tenant);
  if (!all.ok()) {
    seen.notes.push_back("Log patterns could not be read: " + all.error().message);
    return;
  }
  bool known_before = false;
  std::vector<const records::LogPattern*> fresh;
  for (const records::LogPattern& pattern : *all) {
    if (pattern.service != release.service) continue;
    const base::TimePoint first = base::FromMillis(pattern.first_seen_ms);
    known_before = known_before || first < release.released_at;
    if (first >= release.released_at && first <= until) fresh.push_back(&pattern);
  }
  if (!known_before) return;
  std::sort(fresh.begin(), fresh.end(),
            [](const auto* a, const auto* b) { return a->lines > b->lines; });
  if (fresh.size() > kPatternsShown) fresh.resize(kPatternsShown);
  for (const records::LogPattern* pattern : fresh) {
    seen.new_patterns.push_back({.id = fmt::format("{:016x}", pattern->id),
                                 .text = pattern->text,
                                 .example = pattern->example,
                                 .first_seen = base::FromMillis(pattern->first_seen_ms),
                                 .lines = static_cast<int64_t>(pattern->lines)});
  }
}

base::Result<Release> Watch::JudgeLocked(const Key& key, base::TimePoint now) {
  Watched& watched = watched_.at(key);
  Release& release = watched.release;
  const base::TimePoint until = std::min(now, release.watched_until);
  const Verdict verdict_before = release.verdict;
  const std::string summary_before = release.summary;
  Judgement judgement;
  if (until > release.released_at) judgement = Judge(Observe(release, until), options_);
  metrics_.judgements.Add();
  std::vector<model::Evidence> evidence;
  // Bad stays bad: data that expired or came late does not make it good.
  if (release.verdict != Verdict::kBad || judgement.verdict == Verdict::kBad) {
    release.verdict = judgement.verdict;
    release.summary = judgement.summary;
    release.needs_requests = judgement.needs_requests;
    if (!release.decided_at) release.decided_at = judgement.decided_at;
    if (!judgement.previous_version.empty()) release.previous_version = judgement.previous_version;
    release.judgement_json.clear();
    base::JsonWriter json(release.judgement_json);
    WriteJudgement(json, judgement, release.id);
    release.judged_at = now;
    evidence = EvidenceOf(judgement, release.id, now);
    if (release.verdict == Verdict::kBad) {
      if (!watched.reported) watched.reported.emplace();
      Describe(release, judgement, watched.reported->anomaly);
    }
  }
  watched.due = now + Pause(until - release.released_at);
  if (now >= release.watched_until) {
    const bool whole = release.watched_until >= release.released_at + options_.watch;
    release.state = whole ? State::kFinished : State::kSuperseded;
  }
  Report(watched, now);
  VEDETTE_TRY_VOID(book_->Save(release, evidence, options_.kept_max));
  const bool over = release.state != State::kWatching;
  if (parts_.changed &&
      (over || release.verdict != verdict_before || release.summary != summary_before)) {
    parts_.changed(release);
  }
  Release result = release;
  if (over) watched_.erase(key);
  metrics_.watched.Set(static_cast<double>(watched_.size()));
  return result;
}

void Watch::Report(Watched& watched, base::TimePoint now) {
  if (!watched.reported) return;
  Release& release = watched.release;
  model::Anomaly& anomaly = watched.reported->anomaly;
  if (release.state != State::kWatching) {
    if (!release.anomaly_id.empty()) reporter_.Closed(*watched.reported, now, now);
    return;
  }
  if (!options_.open_incidents) return;
  anomaly.updated_at = now;
  if (!release.anomaly_id.empty()) {
    reporter_.Updated(*watched.reported, now);
    return;
  }
  anomaly.id = "an_" + base::NewId(now);
  anomaly.tenant = release.tenant;
  anomaly.kind = model::AnomalyKind::kRule;
  anomaly.entity = release.service;
  anomaly.labels = model::Labels({{"service", release.service}, {"version", release.version}});
  anomaly.severity = options_.severity;
  anomaly.score = ScoreOf(options_.severity);
  anomaly.detector = kDetector;
  anomaly.started_at = std::min(now, release.decided_at.value_or(now));
  anomaly.evidence.id = "ev_" + base::NewId(now);
  release.anomaly_id = anomaly.id;
  reporter_.Opened(*watched.reported, now);
}

base::Result<std::optional<base::TimePoint>> Watch::SeenInMetrics(const Question& question,
                                                                  base::TimePoint now) {
  Subject subject;
  subject.tenant = question.tenant;
  subject.service = question.service;
  subject.version = question.version;
  subject.released_at = now - options_.watch;
  Reading reading(options_, parts_.ask, subject, now);
  VEDETTE_TRY(const bool found, reading.Discover());
  if (!found) return std::optional<base::TimePoint>();
  return FirstSeen(reading);
}

base::Result<std::optional<Watch::Key>> Watch::FindInBook(const Question& question) const {
  VEDETTE_TRY(const ReleasePage page,
              book_->List({.tenant = question.tenant, .service = question.service, .limit = 100}));
  for (const Release& release : page.releases) {
    if (question.since && release.released_at != *question.since) continue;
    if (!question.version.empty() && !SameVersion(release.version, question.version)) continue;
    return std::optional<Key>(Key(release.tenant, release.id));
  }
  return std::optional<Key>();
}

base::Result<> Watch::TakeOlder(const Question& question, base::TimePoint now) {
  records::ChangeQuery query;
  query.tenant = question.tenant;
  query.from = now - kOlder;
  query.to = now;
  query.service = question.service;
  query.limit = kChangesAtOnce;
  VEDETTE_TRY(const records::Page<model::Change> page, parts_.records.QueryChanges(query));
  for (const model::Change& change : page.records) {
    if (!question.version.empty() && !SameVersion(change.version, question.version)) continue;
    return Take(question.tenant, change, page.records, now);
  }
  return {};
}

base::Result<std::optional<Watch::Key>> Watch::FindAsked(const Question& question,
                                                         base::TimePoint now) {
  VEDETTE_TRY_VOID(FindReleasesOf(question.tenant, now));
  VEDETTE_TRY(std::optional<Key> known, FindInBook(question));
  if (!known && !question.since) {
    VEDETTE_TRY_VOID(TakeOlder(question, now));
    VEDETTE_TRY(known, FindInBook(question));
  }
  if (known) return known;
  std::optional<base::TimePoint> since = question.since;
  if (!since && !question.version.empty()) {
    VEDETTE_TRY(since, SeenInMetrics(question, now));
  }
  if (!since) return std::optional<Key>();
  Release release;
  release.change_id =
      fmt::format("asked:{}:{}:{}", question.service, question.version, base::ToMillis(*since));
  release.tenant = question.tenant;
  release.service = question.service;
  release.version = question.version;
  release.title = question.since ? "Asked for by a pipeline" : "Seen in the metrics";
  release.released_at = *since;
  VEDETTE_TRY(const Watched* added, Add(std::move(release), now));
  return std::optional<Key>(Key(added->release.tenant, added->release.id));
}

base::Result<Release> Watch::JudgeNow(const Question& question, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  VEDETTE_TRY(const std::optional<Key> key, FindAsked(question, now));
  if (!key) {
    Release none;
    none.tenant = question.tenant;
    none.service = question.service;
    none.version = question.version;
    none.state = State::kFinished;
    none.released_at = none.watched_until = now;
    none.judged_at = now;
    none.summary =
        fmt::format("{} is not known: post it to /api/v1/changes, or ask with since", NameOf(none));
    return none;
  }
  if (!watched_.contains(*key)) return book_->Get(key->first, key->second);
  return JudgeLocked(*key, now);
}

base::Result<Release> Watch::Get(std::string_view tenant, std::string_view id) const {
  return book_->Get(tenant, id);
}

base::Result<ReleasePage> Watch::List(const ReleaseQuery& query) const {
  return book_->List(query);
}

base::Result<> Watch::DeleteTenant(std::string_view tenant) {
  base::MutexLock lock(mutex_);
  std::erase_if(watched_, [&](const auto& entry) { return entry.first.first == tenant; });
  return book_->DeleteTenant(tenant);
}

}  // namespace vedette::release
