#include "app/engine_loop.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/id.h"
#include "base/log.h"
#include "decide/round.h"
#include "detect/anomaly_store.h"
#include "notify/delivery/outbox.h"

namespace vedette::app {
namespace {

// How long people and couriers may wait for the thread to look up from an empty anomaly queue.
constexpr base::Duration kPoll = std::chrono::milliseconds(20);
// What engine time may differ from the calendar before that has stepped.
constexpr base::Duration kDriftMax = std::chrono::seconds(2);
constexpr base::Duration kSignOfLife = std::chrono::minutes(1);
constexpr base::Duration kRetryFirst = std::chrono::milliseconds(100);
constexpr base::Duration kRetryLongest = std::chrono::seconds(5);

}  // namespace

EngineLoop::Metrics::Metrics(base::MetricsRegistry& registry)
    : inputs(registry.AddCounter("vedette_engine_inputs_total", "Inputs of the incident engine")),
      pages(registry.AddCounter("vedette_pages_ordered_total", "Pages that were decided")),
      failed_commits(registry.AddCounter("vedette_engine_failed_commits_total",
                                         "Commits of the engine that are tried again")),
      unsaved_anomalies(registry.AddCounter("vedette_engine_unsaved_anomalies_total",
                                            "Anomalies that the database refused for good")),
      stalled(registry.AddGauge("vedette_engine_stalled", "1 while the engine cannot commit")),
      open_incidents(registry.AddGauge("vedette_incidents_open", "Incidents not resolved")),
      open_anomalies(registry.AddGauge("vedette_incident_anomalies_open",
                                       "Open anomalies that belong to incidents")),
      commit_seconds(registry.AddHistogram("vedette_engine_commit_seconds",
                                           "How long a commit of the engine takes")) {}

EngineLoop::EngineLoop(incident::Engine engine, Parts parts, EngineLoopOptions options)
    : engine_(std::move(engine)),
      parts_(std::move(parts)),
      options_(options),
      monotone_(parts_.clock, std::max(parts_.clock.Now(), engine_.now()), 1.0),
      metrics_(parts_.metrics),
      orders_(options.commands_waiting_max, base::OverflowPolicy::kReject),
      reports_(options.reports_waiting_max, base::OverflowPolicy::kReject) {}

EngineLoop::~EngineLoop() { Stop(); }

void EngineLoop::Start() {
  if (parts_.alert_changed) {
    engine_.ForEachAlert([this](const incident::AlertView& view) { parts_.alert_changed(view); });
  }
  if (parts_.silence_changed) engine_.ForEachSilence(parts_.silence_changed);
  thread_ = std::thread([this] { Run(); });
}

void EngineLoop::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  orders_.Close();
  reports_.Close();
  if (thread_.joinable()) thread_.join();
}

void EngineLoop::Run() {
  while (true) {
    Batch batch = Gather();
    if (batch.inputs.empty()) break;  // stopping, and all is done
    Decide(batch);
    const bool committed = !batch.WorthKeeping() || Commit(batch);
    if (!committed) break;  // stopping, and the disk still refuses: nobody was told of this batch
    Tell(batch);
    last_progress_ticks_ = parts_.clock.Steady().time_since_epoch().count();
  }
  RefuseOrders();
}

// --- the steps of a round

// Waits for something to do: commands, reports and anomalies as they come, a tick when there is
// nothing. No input at all means that the loop ends.
EngineLoop::Batch EngineLoop::Gather() {
  Batch batch;
  const base::SystemClock waiting;
  const base::SteadyPoint end = waiting.Steady() + options_.tick;
  const auto full = [&] { return batch.inputs.size() >= options_.batch_inputs_max; };
  FeedOptions(batch);
  if (!std::exchange(started_, true)) FeedSignal(batch, incident::Start{});
  while (true) {
    for (incident::RoutingInput& input : parts_.router.TakeInputs()) {
      FeedSignal(batch, std::move(input));
    }
    while (!full()) {
      std::optional<std::unique_ptr<Order>> order = orders_.PopUntil({});
      if (!order) break;
      FeedOrder(batch, *std::move(order));
    }
    while (!full()) {
      std::optional<notify::delivery::Report> report = reports_.PopUntil({});
      if (!report) break;
      FeedSignal(batch, incident::DeliveryResult{.dedup_key = report->dedup_key,
                                                 .incident_id = report->incident_id,
                                                 .tenant = report->tenant,
                                                 .receiver = report->receiver,
                                                 .ok = report->ok,
                                                 .final = report->final,
                                                 .detail = report->detail,
                                                 .to = report->to,
                                                 .person = parts_.router.PersonAt(*report)});
      batch.reports.push_back(*std::move(report));
    }
    // Something to do: take what else is there and go. Nothing yet: wait a little.
    const bool idle = batch.inputs.empty();
    base::SteadyPoint until = idle ? waiting.Steady() + kPoll : base::SteadyPoint{};
    while (!full()) {
      std::optional<model::AnomalyUpdate> update = parts_.anomalies.PopUntil(until);
      if (!update) break;
      if (update->anomaly.started_at < parts_.since) {
        if (update->receipt) update->receipt->fetch_add(1, std::memory_order_release);
        continue;
      }
      until = {};
      FeedSignal(batch, *update);
      batch.updates.push_back(*std::move(update));
    }
    if (!batch.inputs.empty()) return batch;
    base::MutexLock lock(mutex_);
    if (stopping_) return batch;
    if (waiting.Steady() >= end) break;
    // A closed queue does not wait.
    if (parts_.anomalies.closed()) wake_.WaitUntil(mutex_, waiting.Steady() + kPoll);
  }
  FeedSignal(batch, incident::Tick{});
  return batch;
}

void EngineLoop::Decide(Batch& batch) {
  batch.decisions = engine_.Take();
  for (Waiting& waiting : batch.waiting) {
    const auto* command = std::get_if<incident::SilenceCommand>(&waiting.order->whats.front());
    if (command == nullptr) continue;
    const model::TenantName& tenant = command->silence.tenant;
    const model::Silence* silence =
        engine_.FindSilence(tenant, incident::SilenceId(waiting.outcome.fresh_id));
    if (silence == nullptr) silence = engine_.FindSilence(tenant, command->silence.id);
    if (silence != nullptr) waiting.outcome.silence = *silence;
  }
  batch.routed = parts_.router.Decide(engine_.now(), batch.inputs, batch.decisions);
  batch.sign_of_life = engine_.now() >= last_kept_ + kSignOfLife;
  metrics_.inputs.Add(batch.inputs.size());
  metrics_.pages.Add(batch.decisions.pages.size());
}

// False when the loop is stopping and the disk still refuses.
bool EngineLoop::Commit(const Batch& batch) {
  const base::SteadyPoint start = parts_.clock.Steady();
  const std::string decided = decide::Digest(batch.decisions, parts_.router.outcome());
  const bool done = RetryUntilDone("committing incidents", [&] {
    return parts_.journal.Commit(
        batch.inputs, batch.decisions, [&](sql::Session& session) { return Write(session, batch); },
        decided);
  });
  if (done) last_kept_ = engine_.now();
  const std::chrono::duration<double> took = parts_.clock.Steady() - start;
  metrics_.commit_seconds.Observe(took.count());
  return done;
}

void EngineLoop::Tell(Batch& batch) {
  for (const model::AnomalyUpdate& update : batch.updates) {
    if (update.receipt) update.receipt->fetch_add(1, std::memory_order_release);
  }
  parts_.router.Tell();
  if (batch.routed) parts_.pages_ordered();
  if (parts_.alert_changed) {
    for (const incident::AlertView& view : batch.decisions.alerts) parts_.alert_changed(view);
  }
  if (parts_.silence_changed) {
    for (const model::Silence& silence : batch.decisions.silences) parts_.silence_changed(silence);
  }
  for (Waiting& waiting : batch.waiting) {
    waiting.order->answer.set_value(std::move(waiting.outcome));
  }
  for (const model::Incident& incident : batch.decisions.changed) parts_.incident_changed(incident);
  for (const auto* updates : {&batch.updates, &batch.decisions.anomalies}) {
    for (const model::AnomalyUpdate& update : *updates) parts_.anomaly_changed(update.anomaly);
  }
  const incident::Counts counts = engine_.counts();
  metrics_.open_incidents.Set(static_cast<double>(counts.open_incidents));
  metrics_.open_anomalies.Set(static_cast<double>(counts.open_anomalies));
}

// --- their parts

// A refused command leaves no trace, and of quiet ticks one a minute: they say that the server was
// there.
bool EngineLoop::Batch::WorthKeeping() const {
  return !decisions.empty() || !updates.empty() || !reports.empty() || routed || sign_of_life;
}

base::Result<> EngineLoop::Feed(Batch& batch, What what) {
  const base::TimePoint now = EngineTime();
  incident::Input& input = batch.inputs.emplace_back();
  input.seq = engine_.seq() + 1;
  input.time = now;
  input.fresh_id = base::NewId(now);
  input.what = std::move(what);
  return engine_.Apply(input);
}

void EngineLoop::FeedSignal(Batch& batch, What what) {
  base::IgnoreError(Feed(batch, std::move(what)), "signals are never refused");
}

void EngineLoop::FeedOrder(Batch& batch, std::unique_ptr<Order> order) {
  Waiting waiting{.order = std::move(order), .outcome = {}};
  const base::Duration drift = EngineTime() - parts_.clock.Now();
  for (const What& what : waiting.order->whats) {
    What fed = what;
    // Ends are told by the calendar; only a step of it makes a difference.
    if (auto* alert = std::get_if<model::Alert>(&fed); alert != nullptr &&
                                                       std::chrono::abs(drift) > kDriftMax &&
                                                       alert->ends_at != base::TimePoint{}) {
      alert->ends_at += drift;
    }
    if (const auto* command = std::get_if<incident::Command>(&fed)) RecallFor(batch, *command);
    waiting.outcome.applied.push_back(Feed(batch, std::move(fed)));
    std::string& fresh_id = waiting.outcome.fresh_id;
    if (fresh_id.empty()) fresh_id = batch.inputs.back().fresh_id;
  }
  batch.waiting.push_back(std::move(waiting));
}

// People go on with an incident that the engine may have forgotten, for the review or because it
// was not over. One that the table does not have either is refused by the engine.
void EngineLoop::RecallFor(Batch& batch, const incident::Command& command) {
  if (engine_.IsOpen(command.tenant, command.incident_id)) return;
  base::Result<model::Incident> incident = parts_.journal.Find(command.tenant, command.incident_id);
  if (!incident.ok()) return;
  const int64_t rows = incident->timeline.empty() ? 0 : incident->timeline.back().seq;
  FeedSignal(batch, incident::Recall{*std::move(incident), rows});
}

base::TimePoint EngineLoop::EngineTime() const {
  return parts_.calendar == Calendar::kMayStep ? monotone_.Now() : parts_.clock.Now();
}

// What belongs to the inputs beside the journal's own rows, in the same transaction.
base::Result<> EngineLoop::Write(sql::Session& session, const Batch& batch) {
  std::vector<const model::AnomalyUpdate*> updates;
  for (const model::AnomalyUpdate& update : batch.updates) updates.push_back(&update);
  for (const model::AnomalyUpdate& update : batch.decisions.anomalies) updates.push_back(&update);
  for (const model::AnomalyUpdate* each : updates) {
    const model::AnomalyUpdate& update = *each;
    const base::Result<> saved = detect::SaveAnomaly(session, update);
    if (saved.ok()) continue;
    if (base::IsRetryable(saved.error().code) || saved.error().code == base::ErrorCode::kDataLoss) {
      return saved;
    }
    // One that can never be written must not keep all others from being paged.
    metrics_.unsaved_anomalies.Add();
    base::LogError("an anomaly cannot be saved",
                   {{"anomaly", update.anomaly.id}, {"error", saved.error().message}});
  }
  VEDETTE_TRY_VOID(parts_.router.Write(session, engine_.now(), parts_.clock.Now()));
  for (const Waiting& waiting : batch.waiting) {
    const auto* command = std::get_if<incident::SilenceCommand>(&waiting.order->whats.front());
    const bool done = command != nullptr && waiting.outcome.applied.front().ok();
    if (!done || !parts_.audit || !waiting.outcome.silence) continue;
    VEDETTE_TRY_VOID(parts_.audit(session, *command, *waiting.outcome.silence));
  }
  for (const notify::delivery::Report& report : batch.reports) {
    if (!report.final) continue;
    VEDETTE_TRY_VOID(
        notify::delivery::MarkReported(session, report.dedup_key, report.receiver, report.to));
  }
  return {};
}

bool EngineLoop::RetryUntilDone(std::string_view what,
                                const std::function<base::Result<>()>& action) {
  const base::SystemClock waiting;
  base::Duration wait = kRetryFirst;
  while (true) {
    const base::Result<> result = action();
    metrics_.stalled.Set(result.ok() ? 0 : 1);
    if (result.ok()) return true;
    metrics_.failed_commits.Add();
    base::LogError("the incident engine cannot write",
                   {{"what", what},
                    {"code", ErrorCodeName(result.error().code)},
                    {"error", result.error().message}});
    const base::SteadyPoint until = waiting.Steady() + wait;
    wait = std::min(2 * wait, kRetryLongest);
    base::MutexLock lock(mutex_);
    while (!stopping_ && waiting.Steady() < until) {
      if (!wake_.WaitUntil(mutex_, until)) break;
    }
    if (stopping_) return false;
  }
}

void EngineLoop::RefuseOrders() {
  parts_.router.Close();
  while (std::optional<std::unique_ptr<Order>> order = orders_.PopUntil({})) {
    (*order)->answer.set_value(base::Unavailable("the incident engine has stopped"));
  }
}

void EngineLoop::FeedOptions(Batch& batch) {
  std::optional<incident::EngineOptions> options;
  std::vector<incident::Dependencies> dependencies;
  {
    base::MutexLock lock(mutex_);
    options = std::exchange(new_options_, std::nullopt);
    for (const model::TenantName& tenant : std::exchange(new_dependencies_, {})) {
      dependencies.push_back(dependencies_[tenant]);
    }
  }
  for (incident::Dependencies& each : dependencies) FeedSignal(batch, std::move(each));
  if (options && !(*options == engine_.options())) FeedSignal(batch, *std::move(options));
}

// --- other threads

base::Result<EngineLoop::Answer> EngineLoop::Give(std::vector<What> whats) {
  auto order = std::make_unique<Order>();
  order->whats = std::move(whats);
  Answer answer = order->answer.get_future();
  if (!orders_.Push(std::move(order))) {
    return base::Unavailable("the incident engine is stopping or has too much to do");
  }
  parts_.anomalies.Interrupt();
  return answer;
}

base::Result<EngineLoop::Outcome> EngineLoop::Await(Answer answer) const {
  if (answer.wait_for(options_.command_timeout) != std::future_status::ready) {
    return base::Unavailable("the incident engine could not store this in time; it may still");
  }
  try {
    return answer.get();
  } catch (const std::future_error&) {  // the loop ended with the command in its hands
    return base::Unavailable("the incident engine stopped before this was stored");
  }
}

base::Result<model::Incident> EngineLoop::Command(incident::Command command) {
  VEDETTE_TRY(Answer answer, Give({command}));
  VEDETTE_TRY(const Outcome outcome, Await(std::move(answer)));
  VEDETTE_TRY_VOID(outcome.applied.front());
  const bool opens = command.kind == incident::CommandKind::kDeclare;
  return parts_.journal.Find(command.tenant,
                             opens ? incident::IncidentId(outcome.fresh_id) : command.incident_id);
}

base::Result<model::Silence> EngineLoop::Command(incident::SilenceCommand command) {
  VEDETTE_TRY(Answer answer, Give({std::move(command)}));
  VEDETTE_TRY(Outcome outcome, Await(std::move(answer)));
  if (!outcome.applied.front().ok()) return outcome.applied.front().error();
  if (!outcome.silence) return base::NotFound("there is no such silence");
  return *std::move(outcome.silence);
}

base::Result<std::vector<base::Result<>>> EngineLoop::Post(std::vector<model::Alert> alerts) {
  std::vector<Answer> answers;
  for (size_t begin = 0; begin < alerts.size(); begin += options_.batch_inputs_max) {
    const size_t end = std::min(alerts.size(), begin + options_.batch_inputs_max);
    std::vector<What> whats(std::make_move_iterator(alerts.begin() + static_cast<int64_t>(begin)),
                            std::make_move_iterator(alerts.begin() + static_cast<int64_t>(end)));
    VEDETTE_TRY(Answer answer, Give(std::move(whats)));
    answers.push_back(std::move(answer));
  }
  std::vector<base::Result<>> all;
  for (Answer& answer : answers) {
    VEDETTE_TRY(Outcome outcome, Await(std::move(answer)));
    std::move(outcome.applied.begin(), outcome.applied.end(), std::back_inserter(all));
  }
  return all;
}

bool EngineLoop::Report(const notify::delivery::Report& report) { return reports_.Push(report); }

void EngineLoop::SetOptions(const incident::EngineOptions& options) {
  base::MutexLock lock(mutex_);
  new_options_ = options;
}

void EngineLoop::SetDependencies(incident::Dependencies dependencies) {
  base::MutexLock lock(mutex_);
  incident::Dependencies& known = dependencies_[dependencies.tenant];
  if (known.edges == dependencies.edges) return;
  new_dependencies_.insert(dependencies.tenant);
  known = std::move(dependencies);
}

base::SteadyPoint EngineLoop::last_progress() const {
  return base::SteadyPoint(base::SteadyPoint::duration(last_progress_ticks_.load()));
}

}  // namespace vedette::app
