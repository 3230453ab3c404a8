#include "release/history.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "base/duration.h"
#include "release/signals.h"

namespace vedette::release {
namespace {

constexpr base::Duration kWeek = std::chrono::hours(24 * 7);
constexpr base::Duration kDay = std::chrono::hours(24);
// What goes wrong just before a release is the release's: pipelines tell of it when it is done.
constexpr base::Duration kToldLate = std::chrono::minutes(15);
constexpr int64_t kReleasesRead = 1000;
constexpr int64_t kAnomaliesRead = 1000;

class Past {
 public:
  Past(const Release& release, const Options& options, Subject& subject)
      : release_(release), options_(options), subject_(subject) {}

  base::TimePoint since() const {
    return release_.released_at - options_.weeks * kWeek - options_.before - kDay;
  }
  void TakeReleases(const std::vector<Release>& newest_first);
  void TakeAnomalies(const std::vector<model::Anomaly>& anomalies);
  History Conclude();

 private:
  void TakeBad(const Release& bad);

  const Release& release_;
  const Options& options_;
  Subject& subject_;
  std::vector<Span> trouble_;
  std::vector<Span> bad_;  // of these, the times of bad releases
  History history_;
};

void Past::TakeReleases(const std::vector<Release>& newest_first) {
  std::set<std::string> versions;
  for (const Release& other : newest_first) {
    if (other.id == release_.id) continue;
    if (!SamePlace(other.place, release_.place)) {
      subject_.other_places = true;
      continue;
    }
    if (other.released_at >= release_.released_at) continue;
    const bool latest = versions.insert(other.version).second;
    if (versions.size() == 1 && latest) history_.previous_version = other.version;
    if (other.verdict != Verdict::kBad) continue;
    TakeBad(other);
    // It may still serve beside the new one.
    const bool lately = other.watched_until > release_.released_at - options_.before;
    if (latest && lately && !other.version.empty()) subject_.bad_versions.push_back(other.version);
  }
}

void Past::TakeBad(const Release& bad) {
  const Span span = {bad.released_at, std::min(bad.watched_until, release_.released_at)};
  trouble_.push_back(span);
  bad_.push_back(span);
}

void Past::TakeAnomalies(const std::vector<model::Anomaly>& anomalies) {
  const base::TimePoint released = release_.released_at;
  for (const model::Anomaly& anomaly : anomalies) {
    // What is less opens no incident; verdicts are counted as releases.
    if (anomaly.severity < model::Severity::kWarning || anomaly.detector == kVerdictDetector ||
        anomaly.started_at >= released || !SamePlace(PlaceOf(anomaly.labels), release_.place)) {
      continue;
    }
    const base::TimePoint ended = anomaly.ended_at.value_or(released);
    trouble_.push_back({anomaly.started_at, std::min(ended, released)});
    const bool of_a_release = std::any_of(bad_.begin(), bad_.end(), [&](const Span& span) {
      return span.from - kToldLate <= anomaly.started_at && anomaly.started_at <= span.to;
    });
    const bool told_late = anomaly.started_at > released - kToldLate;
    if (ended < released || of_a_release || told_late) continue;
    subject_.wrong_since =
        std::min(subject_.wrong_since.value_or(anomaly.started_at), anomaly.started_at);
  }
}

History Past::Conclude() {
  const base::TimePoint released = release_.released_at;
  subject_.usual = UsualTime(std::move(trouble_));
  const std::optional<base::TimePoint> start = subject_.usual.StartOf(options_.before, released);
  if (!start) {
    subject_.usual = {};
    subject_.wrong_since.reset();
    subject_.bad_versions.clear();
    history_.note =
        "Something was wrong with the service nearly all the time before: it is compared with that";
    return std::move(history_);
  }
  const base::Duration left_out = subject_.usual.TroubleIn(*start, released);
  if (left_out.count() > 0) {
    history_.note =
        fmt::format("What came before is compared without {} in which {}the service had incidents",
                    base::FormatDuration(std::chrono::ceil<std::chrono::minutes>(left_out)),
                    bad_.empty() ? "" : "a release judged bad ran or ");
  }
  return std::move(history_);
}

}  // namespace

base::Result<History> ReadHistory(const Book& book, const detect::AnomalyStore& anomalies,
                                  const Release& release, const Options& options,
                                  Subject& subject) {
  subject.place = release.place;
  Past past(release, options, subject);
  VEDETTE_TRY(const ReleasePage releases, book.List({.tenant = release.tenant,
                                                     .service = release.service,
                                                     .from = past.since(),
                                                     .limit = kReleasesRead}));
  past.TakeReleases(releases.releases);
  VEDETTE_TRY(const detect::AnomalyPage page, anomalies.List({.tenant = release.tenant,
                                                              .from = past.since(),
                                                              .to = release.released_at,
                                                              .entity = release.service,
                                                              .limit = kAnomaliesRead}));
  past.TakeAnomalies(page.anomalies);
  return past.Conclude();
}

}  // namespace vedette::release
