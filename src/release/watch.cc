#include "release/watch.h"

#include <algorithm>
#include <fmt/core.h>

#include "base/duration.h"
#include "base/id.h"
#include "base/log.h"
#include "release/bad_release.h"
#include "release/history.h"
#include "release/read_patterns.h"
#include "release/signals.h"
#include "release/tellings.h"

namespace vedette::release {
namespace {

constexpr size_t kReportsWaitingMax = 1000;
constexpr size_t kChangesAtOnce = 1000;
constexpr base::Duration kSoonest = std::chrono::seconds(15);  // between two judgements
constexpr base::Duration kLatest = std::chrono::minutes(5);
constexpr base::Duration kOlder = std::chrono::hours(24 * 30);  // how far back one is looked for
constexpr base::Duration kLongestWatch = std::chrono::hours(48);
constexpr base::Duration kFuture = std::chrono::minutes(10);

// The older a release, the less often it is looked at: it changes less.
base::Duration Pause(base::Duration age) { return std::clamp(age / 40, kSoonest, kLatest); }

// Why no metrics are those of the release's place; empty: some are, or may be.
std::string NotItsOwn(const Reading& reading) {
  const Subject& subject = reading.subject();
  if (reading.only_elsewhere()) {
    return fmt::format("{} has metrics, but none of {}", subject.service, TextOf(subject.place));
  }
  if (!subject.other_places || reading.place_told() || subject.place.empty() ||
      IsProduction(subject.place)) {
    return {};
  }
  return fmt::format("No label of the metrics of {} tells {} from the others it is released to",
                     subject.service, TextOf(subject.place));
}

// The judgement becomes the release's. `name`: of its evidence.
void TakeOver(const Judgement& judgement, std::string_view name, Release& release) {
  release.verdict = judgement.verdict;
  release.summary = judgement.summary;
  release.needs_requests = judgement.needs_requests;
  if (!release.decided_at) release.decided_at = judgement.decided_at;
  if (!judgement.previous_version.empty()) release.previous_version = judgement.previous_version;
  release.judgement_json.clear();
  base::JsonWriter json(release.judgement_json);
  WriteJudgement(json, judgement, name);
}

}  // namespace

base::Result<> Validate(const Options& options) {
  const auto wrong = [](std::string_view field, std::string_view what) {
    return base::InvalidArgument(fmt::format("{} {}", field, what), std::string(field));
  };
  using std::chrono::hours;
  using std::chrono::minutes;
  if (options.watch < minutes(5) || options.watch > kLongestWatch) {
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

Watch::Watch(Options options, Parts parts)
    : parts_(std::move(parts)),
      metrics_(parts_.metrics),
      options_(std::move(options)),
      reporter_(parts_.findings, kReportsWaitingMax, nullptr) {}

base::Result<std::unique_ptr<Watch>> Watch::Open(Options options, Parts parts) {
  VEDETTE_TRY_VOID(Validate(options));
  VEDETTE_TRY(std::unique_ptr<Book> book, Book::Open(parts.database));
  VEDETTE_TRY(std::unique_ptr<detect::AnomalyStore> anomalies,
              detect::AnomalyStore::Open(parts.database));
  std::unique_ptr<Watch> watch(new Watch(std::move(options), std::move(parts)));
  watch->book_ = std::move(book);
  watch->anomalies_ = std::move(anomalies);
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
    if (anomaly.detector != kVerdictDetector) continue;
    detect::Reported reported{};
    reported.anomaly = anomaly;
    const auto owner = std::find_if(watched_.begin(), watched_.end(), [&](const auto& entry) {
      return entry.second.release.anomaly_id == anomaly.id;
    });
    if (owner != watched_.end()) {
      owner->second.reported = std::move(reported);
    } else {
      reporter_.Closed(reported, anomaly.updated_at, anomaly.updated_at);
    }
  }
  std::erase_if(open,
                [](const model::Anomaly& anomaly) { return anomaly.detector == kVerdictDetector; });
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

// Looks in the book, where those are that are not watched any more: after a restart all changes of
// the last hours are new here.
base::Result<bool> Watch::IsKnown(const model::TenantName& tenant, const model::Change& change,
                                  const Told& told) const {
  if (book_->Get(tenant, ReleaseIdOf(change.id)).ok()) return true;
  VEDETTE_TRY(const ReleasePage near, book_->List({.tenant = tenant,
                                                   .service = change.service,
                                                   .from = change.time - kLongestWatch,
                                                   .to = change.time + kLongestWatch,
                                                   .limit = kChangesAtOnce}));
  return std::any_of(near.releases.begin(), near.releases.end(),
                     [&](const Release& release) { return TellsOf(change, release, told); });
}

base::Result<> Watch::Take(const model::TenantName& tenant, const model::Change& change,
                           const Told& told, base::TimePoint now) {
  const auto& kinds = options_.kinds;
  if (std::find(kinds.begin(), kinds.end(), change.kind) == kinds.end() || change.service.empty()) {
    return {};
  }
  if (DeploymentFailed(change)) return TakeBack(tenant, change, told, now);
  if (FailedAfterAll(change, told)) return {};
  if (WasTakenBack(change)) return EndBy(tenant, change, now);
  VEDETTE_TRY(const bool known, IsKnown(tenant, change, told));
  if (known) return {};
  Release release;
  release.change_id = change.id;
  release.tenant = tenant;
  release.service = change.service;
  release.place = PlaceOf(change);
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

// The release of that version, or the last one where none is told, does not serve any more: what it
// did until then is judged once more.
base::Result<> Watch::EndBy(const model::TenantName& tenant, const model::Change& change,
                            base::TimePoint now) {
  for (auto& [key, watched] : watched_) {
    Release& release = watched.release;
    if (release.tenant != tenant || release.service != change.service ||
        !SamePlace(release.place, PlaceOf(change)) || release.released_at >= change.time ||
        release.watched_until <= change.time) {
      continue;
    }
    if (!change.version.empty() && !SameVersion(release.version, change.version)) continue;
    release.watched_until = change.time;
    watched.due = now;
    VEDETTE_TRY_VOID(book_->Save(release, {}, options_.kept_max));
  }
  return {};
}

// A deployment failed that was begun: there is no such release, and the one before goes on.
base::Result<> Watch::TakeBack(const model::TenantName& tenant, const model::Change& failed,
                               const Told& told, base::TimePoint now) {
  for (const model::Change& change : told) {
    if (DeploymentFailed(change) || change.service != failed.service ||
        !SameBySender(change, failed).value_or(false)) {
      continue;
    }
    const Key key(tenant, ReleaseIdOf(change.id));
    const auto watched = watched_.find(key);
    if (watched == watched_.end()) continue;
    const Release release = watched->second.release;
    if (watched->second.reported && !release.anomaly_id.empty()) {
      reporter_.Closed(*watched->second.reported, now, now);
    }
    VEDETTE_TRY_VOID(book_->Delete(tenant, release.id));
    watched_.erase(watched);
    VEDETTE_TRY_VOID(Revive(release, now));
  }
  metrics_.watched.Set(static_cast<double>(watched_.size()));
  return {};
}

// Watches on the release whose watch ended with one that is none.
base::Result<> Watch::Revive(const Release& gone, base::TimePoint now) {
  VEDETTE_TRY(const ReleasePage before, book_->List({.tenant = gone.tenant,
                                                     .service = gone.service,
                                                     .from = gone.released_at - kLongestWatch,
                                                     .to = gone.released_at}));
  for (const Release& listed : before.releases) {
    if (!SamePlace(listed.place, gone.place) || listed.watched_until != gone.released_at) continue;
    const Key key(listed.tenant, listed.id);
    auto found = watched_.find(key);
    if (found == watched_.end()) {
      VEDETTE_TRY(Release release, book_->Get(listed.tenant, listed.id));
      release.anomaly_id.clear();  // was closed; if it is still bad, people are told anew
      found = watched_.emplace(key, Watched{std::move(release), now, std::nullopt}).first;
    }
    Release& release = found->second.release;
    release.watched_until = release.released_at + options_.watch;
    release.state = State::kWatching;
    found->second.due = now;
    VEDETTE_TRY_VOID(book_->Save(release, {}, options_.kept_max));
    if (parts_.changed) parts_.changed(release);
    return {};
  }
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
    if (their.tenant != release.tenant || their.service != release.service ||
        !SamePlace(their.place, release.place)) {
      continue;
    }
    if (their.released_at < release.released_at) {
      if (their.watched_until <= release.released_at) continue;
      their.watched_until = release.released_at;
      other.due = now;
      // A restart must find it so: this release is then known already.
      VEDETTE_TRY_VOID(book_->Save(their, {}, options_.kept_max));
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
  // Of those that are due at once the earlier first: what it turns out to be matters to the later.
  const Key* next = nullptr;
  std::pair<base::TimePoint, base::TimePoint> first = {now, base::TimePoint::max()};
  for (const auto& [key, watched] : watched_) {
    const base::TimePoint released = watched.release.released_at;
    if (released > now || std::pair(watched.due, released) >= first) continue;
    first = {watched.due, released};
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
  Observation seen;
  const auto note = [&](const base::Result<>& result, std::string_view what) {
    if (result.ok()) return;
    metrics_.failures.Add();
    seen.notes.push_back(fmt::format("{} could not be read: {}", what, result.error().message));
  };
  base::Result<History> history = ReadHistory(*book_, *anomalies_, release, options_, subject);
  note(history.ok() ? base::Result<>() : history.error(), "What came before");
  Reading reading(options_, parts_.ask, subject, until);
  const base::Result<bool> found = reading.Discover();
  note(found.ok() ? base::Result<>() : found.error(), "The names of the metrics");
  seen.service_found = found.ok() && *found;
  if (const std::string why = NotItsOwn(reading); !why.empty()) {
    seen.service_found = true;
    seen.release_seen = false;
    seen.notes.insert(seen.notes.begin(), why);
  } else if (seen.service_found) {
    note(ReadErrors(reading, seen), "Requests and errors");
    note(ReadLatency(reading, seen), "Latency");
    note(ReadLevels(reading, seen), "CPU and memory");
  }
  if (history.ok() && !history->note.empty()) seen.notes.push_back(std::move(history->note));
  if (history.ok() && seen.previous_version.empty()) {
    seen.previous_version = std::move(history->previous_version);
  }
  note(ReadPatterns(parts_.records, parts_.answer, release, until, seen), "New log patterns");
  return seen;
}

Judgement Watch::JudgeAt(const Release& release, base::TimePoint until) {
  metrics_.judgements.Add();
  if (until > release.released_at) return Judge(Observe(release, until), options_);
  Judgement none;
  none.summary = fmt::format("Nothing can be said before it is released, at {}",
                             base::FormatTime(release.released_at));
  return none;
}

// Diagnoses come after verdicts and may change their mind. One that cannot be read changes nothing.
void Watch::NoteDoubt(Release& release) {
  if (release.verdict != Verdict::kBad || !parts_.ruled_out) return;
  base::Result<std::optional<Doubt>> doubt = parts_.ruled_out(release);
  if (doubt.ok()) release.ruled_out_by = *std::move(doubt);
}

std::vector<model::Evidence> Watch::Settle(Watched& watched, const Judgement& judgement,
                                           base::TimePoint now) {
  Release& release = watched.release;
  // Bad stays bad: data that expired or came late does not make it good.
  if (release.verdict == Verdict::kBad && judgement.verdict != Verdict::kBad) {
    NoteDoubt(release);
    return {};
  }
  const bool told = !release.judged_at || release.verdict != judgement.verdict;
  const std::string name = JudgementName(release.id, now, told);
  release.judged_at = now;
  TakeOver(judgement, name, release);
  NoteDoubt(release);
  std::vector<model::Evidence> evidence = EvidenceOf(judgement, name, now);
  // What people were told stays as it was then; the release itself has the latest numbers.
  if (release.verdict == Verdict::kBad && (told || !watched.reported)) {
    if (!watched.reported) watched.reported.emplace();
    Describe(release, judgement, evidence, options_.severity, watched.reported->anomaly);
  }
  return evidence;
}

base::Result<Release> Watch::JudgeLocked(const Key& key, base::TimePoint now) {
  Watched& watched = watched_.at(key);
  Release& release = watched.release;
  const base::TimePoint until = std::min(now, release.watched_until);
  const Verdict verdict_before = release.verdict;
  const std::string summary_before = SummaryOf(release);
  const Judgement judgement = JudgeAt(release, until);
  const std::vector<model::Evidence> evidence = Settle(watched, judgement, now);
  watched.due = now + Pause(until - release.released_at);
  if (now >= release.watched_until) {
    const bool whole = release.watched_until >= release.released_at + options_.watch;
    release.state = whole ? State::kFinished : State::kSuperseded;
  }
  if (release.verdict == Verdict::kBad && verdict_before != Verdict::kBad) {
    for (auto& [other, later] : watched_) {
      const Release& their = later.release;
      const bool after = their.released_at > release.released_at;
      if (after && their.tenant == release.tenant && their.service == release.service) {
        later.due = now;
      }
    }
  }
  Report(watched, now);
  VEDETTE_TRY_VOID(book_->Save(release, evidence, options_.kept_max));
  const bool over = release.state != State::kWatching;
  if (parts_.changed &&
      (over || release.verdict != verdict_before || SummaryOf(release) != summary_before)) {
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
    if (question.since && !NearlyAt(*question.since, release)) continue;
    if (!SamePlace(question.place, release.place)) continue;
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
  if (known || question.since) return known;
  VEDETTE_TRY_VOID(TakeOlder(question, now));
  return FindInBook(question);
}

// A release that nobody told of is judged as it is asked for, and that is all: it ends no watch.
base::Result<Release> Watch::JudgeUntold(const Question& question, base::TimePoint now) {
  Release release;
  release.tenant = question.tenant;
  release.service = question.service;
  release.version = question.version;
  release.place = question.place;
  release.state = State::kFinished;
  release.released_at = release.watched_until = now;
  release.judged_at = now;
  std::optional<base::TimePoint> since = question.since;
  if (!since && !question.version.empty()) {
    VEDETTE_TRY(since, SeenInMetrics(question, now));
  }
  if (!since) {
    release.summary = fmt::format("{} is not known: post it to /api/v1/changes, or ask with since",
                                  NameOf(release));
    return release;
  }
  release.change_id =
      fmt::format("asked:{}:{}:{}", question.service, question.version, base::ToMillis(*since));
  release.title = question.since ? "Asked for by a pipeline" : "Seen in the metrics";
  release.released_at = *since;
  release.watched_until = *since + options_.watch;
  const base::TimePoint until = std::min(now, release.watched_until);
  const Judgement judgement = JudgeAt(release, until);
  const std::string name =
      fmt::format("asked_{}_{}", ReleaseIdOf(release.change_id), base::ToMillis(now));
  TakeOver(judgement, name, release);
  VEDETTE_TRY_VOID(book_->SaveEvidence(release.tenant, EvidenceOf(judgement, name, now)));
  return release;
}

base::Result<Release> Watch::JudgeNow(const Question& question, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  VEDETTE_TRY(const std::optional<Key> key, FindAsked(question, now));
  if (!key) return JudgeUntold(question, now);
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
  seen_changes_.erase(std::string(tenant));
  return book_->DeleteTenant(tenant);
}

}  // namespace vedette::release
