#include "simulation/world.h"

#include <algorithm>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "incident/journal/history.h"
#include "notify/routing/schedule.h"
#include "replay/keeper.h"

namespace vedette::simulation {
namespace {

using incident::Command;
using incident::CommandKind;
using incident::SilenceCommand;
using notify::routing::Plan;
using notify::routing::TargetKind;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kSteps = 60;
const char* const kServices[] = {"api", "order", "payment"};
const char* const kReceivers[] = {"chat", "sms", "desk"};

incident::EngineOptions OptionsOf(base::Random& random) {
  incident::EngineOptions options;
  options.group_across_services = random.Below(2) == 0;
  if (random.Below(3) != 0) {
    options.alert_grouping =
        incident::AlertGrouping{.group_by = {"alertname"},
                                .group_wait = seconds(random.Below(40)),
                                .group_interval = seconds(1 + random.Below(300)),
                                .repeat_interval = hours(4)};
    if (random.Below(2) == 0) {
      incident::AlertGrouping other = *options.alert_grouping;
      other.group_wait = seconds(random.Below(10));
      options.grouping_rules = {
          {.name = "api", .match = {*model::Matcher::Parse("service=api")}, .grouping = other}};
    }
  }
  return options;
}

notify::routing::User UserOf(std::string name, std::string receiver) {
  notify::routing::User user;
  user.name = name;
  user.zone = *notify::routing::TimeZone::Find("Europe/Berlin");
  user.contacts.push_back({.receiver = std::move(receiver), .to = "@" + name, .severities = {}});
  return user;
}

// Two people who take turns by the clocks of Berlin, then a third, then the desk.
Plan PlanOf(base::Random& random) {
  Plan plan;
  for (const char* name : kReceivers) plan.receivers.push_back({name, "webhook"});
  plan.users = {UserOf("ann", "chat"), UserOf("ben", "chat"), UserOf("cem", "sms")};
  if (random.Below(2) == 0) {
    plan.users[0].contacts.push_back(
        {.receiver = "sms", .to = "+1", .severities = {}, .after = minutes(2)});
  }
  if (random.Below(3) == 0) {
    plan.users[1].quiet = notify::routing::QuietHours{
        .hours = {{.from = hours(22), .to = hours(6)}}, .below = model::Severity::kCritical};
  }
  notify::routing::Schedule& schedule = plan.schedules.emplace_back();
  schedule.name = "primary";
  schedule.zone = plan.users[0].zone;
  notify::routing::Layer& layer = schedule.layers.emplace_back();
  layer.name = "days";
  layer.start = *notify::routing::ParseLocal("2026-01-05 02:30");  // a reading that is skipped once
  layer.length = hours(24);
  layer.users = {"ann", "ben"};
  notify::routing::Policy& policy = plan.policies.emplace_back();
  policy.name = "pager";
  policy.repeats = static_cast<int64_t>(random.Below(2));
  policy.steps.push_back({.targets = {{TargetKind::kSchedule, "primary"}}, .patience = minutes(5)});
  policy.steps.push_back({.targets = {{TargetKind::kUser, "cem"}}, .patience = minutes(10)});
  notify::routing::Route& route = plan.routes.emplace_back();
  route.name = "all";
  route.policy = "pager";
  if (random.Below(2) == 0) {
    route.matchers = {*model::Matcher::Parse("service=~\"api|order\"")};
  }
  plan.catch_all = {{TargetKind::kReceiver, "desk"}};
  return plan;
}

// The nights on which the clocks change, and any other day.
base::TimePoint StartOf(base::Random& random) {
  const char* const starts[] = {"2026-03-28T18:00:00Z", "2026-10-24T18:00:00Z",
                                "2026-06-15T09:00:00Z"};
  return *base::ParseTime(starts[random.Below(3)]) + seconds(random.Below(6 * 3600));
}

}  // namespace

World::World(uint64_t seed, Bug bug)
    : seed_(seed),
      random_(seed),
      bug_(bug),
      settings_{.options = OptionsOf(random_), .plan = PlanOf(random_), .bug = bug},
      clock_(StartOf(random_)),
      network_(seed),
      disk_(*sql::Database::Open({.path = ":memory:"})),
      database_(*disk_) {
  network_.arrived = [this](const Network::Arrival& arrival) { OnArrival(arrival); };
  for (const char* receiver : kReceivers) fine_since_[receiver] = clock_.Steady();
}

std::optional<std::string> World::Run() {
  Boot();
  for (int step = 0; step < kSteps && !wrong_; ++step) Step();
  if (!wrong_) Drain();
  if (!wrong_) CheckEnd();
  if (!wrong_) CheckReplay();
  return wrong_;
}

// --- the story

void World::Boot() {
  server_.reset();
  database_.Revive();
  auto server = Server::Boot(database_, network_, clock_, next_id_, settings_);
  if (!server.ok()) return Fail("it does not start: " + server.error().message);
  server_ = *std::move(server);
  CheckPromises();
}

void World::Step() {
  if (random_.Below(15) == 0) {
    database_.DieAt(1 + static_cast<int64_t>(random_.Below(8)), random_.Below(2) == 0);
  }
  if (random_.Below(15) == 0) database_.Refuse(1 + static_cast<int64_t>(random_.Below(5)));
  if (random_.Below(8) == 0) ChangeWeather();
  MoveTime();
  RunRound(Inputs());
  if (!database_.dead() && random_.Below(4) != 0) Deliver();
  if (!database_.dead() && random_.Below(10) == 0) TendHistory();
  if (database_.dead()) Boot();
  if (!wrong_) Check();
}

void World::MoveTime() {
  const auto ahead = [&] {
    return clock_.Now().time_since_epoch() - clock_.Steady().time_since_epoch();
  };
  const auto before = ahead();
  switch (random_.Below(30)) {
    case 0: clock_.StepWallClock(-hours(1)); break;
    case 1: clock_.StepWallClock(hours(1)); break;
    case 2: clock_.StepWallClock(random_.Below(2) == 0 ? hours(24) : -hours(24)); break;
    case 3: clock_.Advance(minutes(random_.Below(120))); break;
    default: clock_.Advance(seconds(random_.Below(60))); break;
  }
  if (ahead() != before) calendar_set_at_ = clock_.Steady();
}

void World::ChangeWeather() {
  const std::string receiver = kReceivers[random_.Below(3)];
  const Weather kinds[] = {Weather::kFine, Weather::kFine,   Weather::kRefuses,
                           Weather::kBusy, Weather::kBroken, Weather::kSwallows};
  const Weather now = kinds[random_.Below(std::size(kinds))];
  network_.weather[receiver] = now;
  if (now != Weather::kFine) {
    fine_since_.erase(receiver);
  } else {
    fine_since_.try_emplace(receiver, clock_.Steady());
  }
}

// Few names, so that much of it is said twice, or late.
std::vector<Server::What> World::Inputs() {
  std::vector<Server::What> inputs;
  const size_t count = random_.Below(4);
  for (size_t i = 0; i < count; ++i) {
    switch (random_.Below(12)) {
      case 0:
      case 1: inputs.push_back(AnAnomaly()); break;
      case 2:
      case 3:
      case 4:
      case 5: inputs.push_back(AnAlert()); break;
      case 6: inputs.push_back(ASilence()); break;
      case 7: inputs.push_back(AnOverride()); break;
      case 8:
      case 9: inputs.push_back(ACommand()); break;
      default: inputs.push_back(incident::Tick{}); break;
    }
  }
  if (inputs.empty()) inputs.push_back(incident::Tick{});
  return inputs;
}

Server::What World::AnAlert() {
  const char* const severities[] = {"critical", "warning", "critical"};
  const base::TimePoint now = server_->EngineTime();
  const uint64_t number = random_.Below(3);
  model::Alert alert;
  alert.tenant = model::kDefaultTenant;
  alert.labels = model::Labels({{"alertname", fmt::format("A{}", number)},
                                {"service", kServices[random_.Below(3)]},
                                {"severity", severities[number]}});
  alert.starts_at = now - seconds(random_.Below(100));
  alert.ends_at = random_.Below(5) == 0 ? now : now + seconds(random_.Below(3600));
  return alert;
}

Server::What World::AnAnomaly() {
  const uint64_t number = random_.Below(4);
  model::Anomaly anomaly;
  anomaly.id = fmt::format("an_{}_{}", number, generation_);
  anomaly.tenant = model::kDefaultTenant;
  anomaly.entity = kServices[number % 3];
  anomaly.labels = model::Labels({{"__name__", "error_ratio"}, {"service", anomaly.entity}});
  anomaly.severity = number == 3 ? model::Severity::kWarning : model::Severity::kCritical;
  anomaly.score = 0.9;
  anomaly.detector = "baseline";
  anomaly.summary = "error ratio of " + anomaly.entity;
  anomaly.started_at = anomaly.updated_at = server_->EngineTime();
  const auto transition = static_cast<model::AnomalyTransition>(random_.Below(3));
  if (transition == model::AnomalyTransition::kClosed) {
    anomaly.state = model::AnomalyState::kClosed;
    anomaly.ended_at = anomaly.started_at;
    ++generation_;
  }
  return model::AnomalyUpdate{transition, std::move(anomaly)};
}

Server::What World::ACommand() {
  if (incidents_.empty()) return incident::Tick{};
  const CommandKind kinds[] = {CommandKind::kAcknowledge, CommandKind::kAcknowledge,
                               CommandKind::kResolve, CommandKind::kComment};
  auto it = incidents_.end();
  std::advance(it,
               -1 - static_cast<int64_t>(random_.Below(std::min<size_t>(3, incidents_.size()))));
  return Command{.kind = kinds[random_.Below(std::size(kinds))],
                 .tenant = std::string(model::kDefaultTenant),
                 .incident_id = it->first,
                 .actor = "ann",
                 .text = "said"};
}

Server::What World::ASilence() {
  SilenceCommand command{.actor = "ann", .silence = {}};
  command.silence.tenant = model::kDefaultTenant;
  command.silence.matchers = {*model::Matcher::Parse("alertname=\"A1\"")};
  command.silence.starts_at = server_->EngineTime();
  command.silence.ends_at = command.silence.starts_at + seconds(60 + random_.Below(3600));
  command.silence.created_by = "ann";
  return command;
}

Server::What World::AnOverride() {
  const base::TimePoint now = server_->EngineTime();
  return decide::OverridesInput({{.id = fmt::format("ov_{}", ++next_id_),
                                  .schedule = "primary",
                                  .user = "cem",
                                  .replaces = random_.Below(2) == 0 ? "ann" : "",
                                  .from = now,
                                  .to = now + hours(1 + random_.Below(12)),
                                  .reason = "",
                                  .created_by = "ann",
                                  .created_at = now}});
}

void World::RunRound(std::vector<Server::What> whats) {
  const Server::Round round = server_->Run(std::move(whats));
  // A crash after the commit takes the answer with it, not what was written.
  if (round.committed) Take(round);
  if (!round.committed && database_.dead()) {
    int64_t last = 0;
    base::IgnoreError(disk_->Read([&](sql::Session& session) {
      return session.Query("SELECT MAX(last_seq) FROM incident_journal", {},
                           [&](const sql::Row& row) { last = row.GetInt(0); });
    }),
                      "a database in memory can be read");
    if (last == round.inputs.back().seq) Take(round);
  }
}

void World::Deliver() {
  const bool disk_is_well = !database_.refusing();
  server_->Deliver();
  ReadOutbox();
  if (!disk_is_well || database_.dead()) return;
  carried_at_.push_back(clock_.Steady());
  CheckLate();
}

// Snapshots, and the comparison of what was decided then with what is decided now.
void World::TendHistory() {
  base::MetricsRegistry metrics;
  replay::Keeper keeper(database_, metrics, {.snapshot_inputs = 20});
  base::IgnoreError(keeper.Tend(clock_.Now()), "it may die here too");
  if (bug_ != Bug::kNone) return;
  if (metrics.WriteText().find("vedette_replay_differences_total 0") == std::string::npos) {
    Fail("a replay decides differently");
  }
}

// All receivers are well, nothing new comes, and everything finds its end.
void World::Drain() {
  database_.Revive();
  for (const char* receiver : kReceivers) {
    network_.weather[receiver] = Weather::kFine;
    fine_since_.try_emplace(receiver, clock_.Steady());
  }
  for (int i = 0; i < 50 && !wrong_; ++i) {
    clock_.Advance(i < 30 ? base::Duration(seconds(20)) : base::Duration(minutes(10)));
    RunRound({incident::Tick{}});
    Deliver();
    Check();
  }
}

// --- the account

void World::Take(const Server::Round& round) {
  for (size_t i = 0; i < round.inputs.size(); ++i)
    TakeInput(round.inputs[i], round.applied[i].ok());
  for (const incident::Membership& joined : round.decisions.joined) {
    member_of_[joined.anomaly_id] = joined.incident_id;
    Seen& seen = incidents_[joined.incident_id];
    const auto key = key_of_.find(joined.anomaly_id);
    if (key != key_of_.end()) seen.group_keys.insert(key->second);
  }
  for (const model::Incident& incident : round.decisions.changed) {
    Seen& seen = incidents_[incident.id];
    for (const model::TimelineEntry& row : incident.timeline) {
      if (row.kind == "opened" || row.kind == "reopened") {
        seen.since = row.time;
        seen.stepped.clear();
        seen.gave_up = false;
      }
      if (row.kind == "reopened" || row.kind == "resolved") acknowledged_.erase(incident.id);
    }
    seen.incident = incident;
  }
  TakeNotices(round);
  CheckPages(round);
}

void World::TakeInput(const incident::Input& input, bool ok) {
  if (const auto* alert = std::get_if<model::Alert>(&input.what)) {
    key_of_["an_" + input.fresh_id] = std::string(alert->labels.Get("alertname"));
  } else if (const auto* silence = std::get_if<SilenceCommand>(&input.what)) {
    if (ok) silences_[incident::SilenceId(input.fresh_id)] = silence->silence.ends_at;
  } else if (const auto* said = std::get_if<Command>(&input.what)) {
    if (ok && said->kind == CommandKind::kAcknowledge) acknowledged_.insert(said->incident_id);
  } else if (const auto* routing = std::get_if<incident::RoutingInput>(&input.what)) {
    const base::Result<base::Json> json = base::ParseJson(routing->text);
    if (routing->kind != "override" || !json.ok()) return;
    overrides_.insert(json->at("value").at("id").get<std::string>());
  }
}

void World::TakeNotices(const Server::Round& round) {
  for (const notify::routing::Notice& notice : round.outcome.notices) {
    Seen& seen = incidents_[notice.page.incident_id];
    if (notice.receiver.empty()) {
      seen.gave_up = true;
      continue;
    }
    seen.quiet_since.reset();
    const Letter letter{notice.page.dedup_key, notice.receiver, notice.to};
    Sent sent{.order = std::ssize(letters_) + 1,
              .lane = {notice.page.incident_id, notice.receiver, notice.to},
              .ordered_at = clock_.Steady()};
    if (!letters_.try_emplace(letter, std::move(sent)).second) {
      Fail("ordered twice: " + notice.page.dedup_key + " at " + notice.receiver);
    }
    by_key_.insert({notice.page.dedup_key, notice.receiver});
    Expect(letter);
    if (!notice.policy.empty()) {
      // Again where the escalation begins again: for a worse severity.
      seen.stepped[fmt::format("{}/{}", notice.round, notice.step)] = server_->engine().now();
    }
  }
  for (const notify::routing::Remark& remark : round.outcome.remarks) {
    Seen& seen = incidents_[remark.incident_id];
    const bool end = remark.kind == "exhausted" || remark.kind == "fell_back" ||
                     remark.kind == "nobody" || remark.kind == "deferred";
    const bool quiet = remark.kind == "over" || remark.kind == "held";
    if (quiet) seen.quiet_since = server_->engine().now();
    seen.gave_up = seen.gave_up || end || quiet;
  }
}

// What is ordered is in the outbox.
void World::Expect(const Letter& letter) {
  bool found = false;
  const auto read = disk_->Read([&](sql::Session& session) {
    return session.Query(
        "SELECT id FROM outbox WHERE dedup_key = ? AND receiver = ? AND recipient = ?",
        {sql::Text(std::get<0>(letter)), sql::Text(std::get<1>(letter)),
         sql::Text(std::get<2>(letter))},
        [&](const sql::Row&) { found = true; });
  });
  if (!read.ok() || !found) Fail("not in the outbox: " + std::get<0>(letter));
}

// A letter is sent again only when nobody can know that it arrived, and never after a later one.
void World::OnArrival(const Network::Arrival& arrival) {
  if (!by_key_.contains({arrival.key, arrival.receiver})) {
    return Fail("nobody ordered " + arrival.key);
  }
  const base::Result<base::Json> body = base::ParseJson(arrival.body);
  const std::string to = body.ok() ? body->value("to", "") : "";
  const auto found = letters_.find({arrival.key, arrival.receiver, to});
  if (found == letters_.end()) return Fail("nobody ordered " + arrival.key + " for " + to);
  Sent& sent = found->second;
  ++sent.arrivals;
  if (sent.settled) Fail("sent again although it had arrived: " + arrival.key);
  int64_t& last = last_arrived_[sent.lane];
  if (sent.order < last && !std::get<0>(sent.lane).empty()) Fail("out of order: " + arrival.key);
  last = std::max(last, sent.order);
}

// What the ledger has settled cannot arrive any more.
void World::ReadOutbox() {
  const auto read = disk_->Read([&](sql::Session& session) {
    return session.Query(
        "SELECT dedup_key, receiver, recipient FROM outbox "
        "WHERE done = 1 AND reported = 0 AND state = 'delivered'",
        {}, [&](const sql::Row& row) {
          const Letter letter{std::string(row.GetText(0)), std::string(row.GetText(1)),
                              std::string(row.GetText(2))};
          const auto it = letters_.find(letter);
          if (it == letters_.end()) return;
          it->second.settled = true;
          if (it->second.arrivals == 0) Fail("it never arrived: " + std::get<0>(letter));
        });
  });
  base::IgnoreError(read, "a database in memory can be read");
}

}  // namespace vedette::simulation
