#include "app/self_watch.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/log.h"
#include "notify/delivery/receiver.h"

namespace vedette::app {
namespace {

constexpr base::Duration kTurn = std::chrono::seconds(1);
constexpr base::Duration kRetry = std::chrono::seconds(10);  // of a heartbeat that was not taken
constexpr size_t kReportsWaitingMax = 16;
constexpr std::string_view kOwnIncident = "vedette-self";

constexpr const char* kMetric = "vedette_self_failing_parts";

}  // namespace

SelfWatch::SelfWatch(Parts parts)
    : parts_(std::move(parts)),
      reporter_(parts_.findings, kReportsWaitingMax, nullptr),
      beats_(parts_.metrics.AddCounter("vedette_heartbeats_sent_total",
                                       "Heartbeats that somebody outside took.")),
      lost_beats_(parts_.metrics.AddCounter("vedette_heartbeats_send_failures_total",
                                            "Heartbeats that nobody took.")),
      failing_(parts_.metrics.AddGauge(kMetric, "Parts of this server that fail.")) {}

void SelfWatch::Add(std::string part, bool silences_pages, Probe probe) {
  SelfAlert alert("vedette: " + part, reporter_);
  watched_.push_back({.name = std::move(part),
                      .silences_pages = silences_pages,
                      .probe = std::move(probe),
                      .alert = std::move(alert)});
}

void SelfWatch::Adopt(std::vector<model::Anomaly>& open) {
  for (Part& part : watched_) part.alert.Adopt(open);
}

void SelfWatch::Apply(SelfWatchOptions options) {
  base::MutexLock lock(mutex_);
  new_options_ = std::move(options);
}

void SelfWatch::Start() {
  thread_ = std::thread([this] { Run(); });
}

void SelfWatch::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

api::SelfReport SelfWatch::report() const {
  base::MutexLock lock(mutex_);
  return report_;
}

void SelfWatch::Run() {
  const base::SystemClock waiting;
  while (true) {
    Step();
    base::MutexLock lock(mutex_);
    const base::SteadyPoint until = waiting.Steady() + kTurn;
    while (!stopping_ && waiting.Steady() < until) wake_.WaitUntil(mutex_, until);
    if (stopping_) return;
  }
}

void SelfWatch::Step() {
  TakeOptions();
  reporter_.Flush();
  bool healthy = true;
  size_t failing = 0;
  for (Part& part : watched_) {
    Look(part, options_.stalled_after);
    Tell(part, options_.repeat);
    healthy = healthy && !part.fails;
    failing += part.fails ? 1 : 0;
  }
  failing_.Set(static_cast<double>(failing));
  Publish();
  if (!healthy) return;
  for (Line& line : lines_) {
    if (parts_.clock.Steady() >= line.due) Send(line);
  }
  Publish();
}

void SelfWatch::TakeOptions() {
  std::optional<SelfWatchOptions> options;
  {
    base::MutexLock lock(mutex_);
    options = std::exchange(new_options_, std::nullopt);
  }
  if (!options) return;
  std::vector<Line> lines;
  for (const SentBeat& beat : options->sent) {
    const auto known = std::ranges::find(lines_, beat, &Line::beat);
    lines.push_back(known != lines_.end() ? *known : Line{.beat = beat, .due = {}, .shown = {}});
    lines.back().shown.name = beat.name;
    lines.back().shown.host = notify::delivery::HostOf(beat.url);
    lines.back().shown.interval = beat.interval;
  }
  lines_ = std::move(lines);
  options_ = *std::move(options);
}

void SelfWatch::Look(Part& part, base::Duration stalled_after) {
  const base::SteadyPoint now = parts_.clock.Steady();
  std::optional<std::string> trouble = part.probe();
  if (!trouble) {
    part.trouble.reset();
    part.since.reset();
    part.text.clear();
    part.fails = false;
    return;
  }
  if (!part.trouble) {
    part.trouble = now;
    part.since = parts_.clock.Now();
  }
  part.text = *std::move(trouble);
  const bool fails = now - *part.trouble >= stalled_after;
  if (fails && !part.fails) {
    base::LogError("a part of this server fails", {{"part", part.name}, {"why", part.text}});
  }
  part.fails = fails;
}

void SelfWatch::Tell(Part& part, base::Duration repeat) {
  std::optional<SelfAlert::Finding> finding;
  if (part.fails) finding = {1, "Vedette itself fails: " + part.text, kMetric};
  part.alert.Set(finding, parts_.clock.Now());
  if (!part.silences_pages) return;
  const base::SteadyPoint now = parts_.clock.Steady();
  if (part.fails && (!part.paged || now - *part.paged >= repeat)) {
    part.paged = now;
    Page(part, model::PageKind::kOpened);
  } else if (!part.fails && part.paged) {
    part.paged.reset();
    Page(part, model::PageKind::kResolved);
  }
}

void SelfWatch::Page(Part& part, model::PageKind kind) {
  const base::TimePoint now = parts_.clock.Now();
  const bool over = kind == model::PageKind::kResolved;
  model::Page page;
  page.kind = kind;
  page.tenant = model::kDefaultTenant;
  page.incident_id = fmt::format("{}-{}", kOwnIncident, part.name);
  page.dedup_key = fmt::format("{}.{}.{}.{}", page.incident_id, model::PageKindName(kind),
                               base::ToMillis(now), ++part.pages);
  page.title = over ? fmt::format("Vedette: its {} works again", part.name)
                    : fmt::format("Vedette itself fails: {}", part.text);
  page.text = over ? "What waited meanwhile is sent now."
                   : "Other pages may not arrive. This one went around the part that fails, and is "
                     "not in the ledger.";
  page.severity = model::Severity::kCritical;
  page.entities = {"vedette"};
  page.incident_started_at = part.since.value_or(now);
  page.decided_at = now;
  page.labels = model::Labels({{"alertname", "VedetteFails"},
                               {"part", part.name},
                               {"service", "vedette"},
                               {"severity", "critical"}});
  page.priority = 1;
  page.state = over ? model::IncidentState::kResolved : model::IncidentState::kOpen;
  parts_.page_directly(page);
}

void SelfWatch::Send(Line& line) {
  net::ClientRequest request{.method = line.beat.method, .url = line.beat.url};
  request.timeout = line.beat.timeout;
  request.addresses = net::AddressPolicy::kAny;  // a person configured it
  request.cancelled = [this] {
    base::MutexLock lock(mutex_);
    return stopping_;
  };
  const base::Result<net::Response> answer = parts_.client.Fetch(request);
  const base::SteadyPoint now = parts_.clock.Steady();
  const bool taken = answer.ok() && answer->status >= 200 && answer->status < 300;
  (taken ? beats_ : lost_beats_).Add();
  line.shown.detail = answer.ok() ? fmt::format("HTTP {}", answer->status) : answer.error().message;
  line.due = now + (taken ? line.beat.interval : std::min(kRetry, line.beat.interval));
  if (taken) {
    line.shown.last_at = parts_.clock.Now();
  } else {
    base::LogWarning("a heartbeat was not taken",
                     {{"name", line.beat.name}, {"error", line.shown.detail}});
  }
}

void SelfWatch::Publish() {
  api::SelfReport report;
  for (const Part& part : watched_) {
    report.parts.push_back({part.name, !part.fails, part.since, part.text});
    report.healthy = report.healthy && !part.fails;
  }
  for (const Line& line : lines_) report.sent.push_back(line.shown);
  base::MutexLock lock(mutex_);
  report_ = std::move(report);
}

}  // namespace vedette::app
