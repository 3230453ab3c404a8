#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "notify/delivery/ledger.h"
#include "notify/routing/schedule.h"
#include "replay/replay.h"
#include "simulation/world.h"

namespace vedette::simulation {
namespace {

using model::IncidentState;
using std::chrono::minutes;
using std::chrono::seconds;

// A receiver that is well again gets what waits for it after the longest break that couriers make:
// a Retry-After of five minutes, or twice the longest wait between probes.
constexpr base::Duration kDeliveryBound = minutes(7);
constexpr base::Duration kRunsApart = minutes(2);

}  // namespace

void World::Check() {
  if (server_ == nullptr || database_.dead() || !server_->started()) return;
  const base::TimePoint now = server_->engine().now();
  const auto engine_due = server_->engine().NextDeadline();
  const auto router_due = server_->router().NextDeadline();
  // What an input makes due at once, or in the past, is run with the next one.
  const base::TimePoint due = std::min(engine_due.value_or(now), router_due.value_or(now));
  const bool again = due < now && due == overdue_;
  overdue_ = due < now ? due : base::TimePoint{};
  if (again) Fail("something is overdue since " + base::FormatTime(due));
  const auto& schedule = settings_.plan.schedules.front();
  if (OnCall(schedule, server_->router().overrides(), now).user.empty()) {
    Fail("nobody is on call");
  }
  CheckPromises();
  CheckGroups();
  CheckEscalation();
}

// Each page that the engine orders becomes a message, or a reason.
void World::CheckPages(const Server::Round& round) {
  for (const model::Page& page : round.decisions.pages) {
    const auto about = [&](const auto& it) { return it == page.incident_id; };
    const bool told = std::ranges::any_of(
        round.outcome.notices, about, [](const auto& notice) { return notice.page.incident_id; });
    const bool explained = std::ranges::any_of(
        round.outcome.remarks, about, [](const auto& remark) { return remark.incident_id; });
    const auto seen = incidents_.find(page.incident_id);
    const bool under_way = seen != incidents_.end() && !seen->second.stepped.empty();
    if (!told && !explained && !under_way) Fail("no message and no reason: " + page.dedup_key);
  }
}

// What was answered with success is there, whatever happened since.
void World::CheckPromises() {
  if (server_ == nullptr) return;
  const auto read = disk_->Read([&](sql::Session& session) {
    return session.Query("SELECT id FROM incidents WHERE state = 'open'", {},
                         [&](const sql::Row& row) {
                           const std::string id(row.GetText(0));
                           if (acknowledged_.contains(id))
                             Fail("an acknowledgement was lost: " + id);
                         });
  });
  if (!read.ok()) Fail(read.error().message);
  const base::TimePoint now = server_->engine().now();
  for (const auto& [id, ends_at] : silences_) {
    const model::Silence* silence =
        server_->engine().FindSilence(model::TenantName(model::kDefaultTenant), id);
    if (silence == nullptr && ends_at > now) Fail("a silence was lost: " + id);
  }
  std::set<std::string> overrides;
  for (const auto& override : server_->router().overrides()) overrides.insert(override.id);
  for (const std::string& id : overrides_) {
    if (!overrides.contains(id)) Fail("an override was lost: " + id);
  }
}

// Alerts share an incident if and only if they share their label.
void World::CheckGroups() {
  if (!settings_.options.alert_grouping) return;
  for (const auto& [id, seen] : incidents_) {
    if (seen.group_keys.size() > 1) Fail("different alerts in one incident: " + id);
    const auto& labels = seen.incident.group_labels;
    const auto it = labels.find("alertname");
    if (!seen.group_keys.empty() &&
        (it == labels.end() || it->second != *seen.group_keys.begin())) {
      Fail("an incident under the wrong name: " + id);
    }
  }
  server_->engine().ForEachAlert([&](const incident::AlertView& view) {
    const auto key = key_of_.find(view.anomaly_id);
    if (key != key_of_.end() && view.alert.labels.Get("alertname") != key->second) {
      Fail("an alert that nobody told: " + view.anomaly_id);
    }
    if (key != key_of_.end() && key->second.empty()) Fail("an alert without its label");
  });
}

// Nobody acknowledges: the next one is told, or the record says why not.
void World::CheckEscalation() {
  const base::TimePoint now = server_->engine().now();
  for (const auto& [id, seen] : incidents_) {
    if (seen.incident.state != IncidentState::kOpen || seen.gave_up) continue;
    const auto first = seen.stepped.find("1/1");
    if (first == seen.stepped.end() || seen.stepped.contains("1/2")) continue;
    // Deadlines come with the next round; one that fell into a pause is run by now.
    if (first->second < seen.since || now - first->second <= minutes(5)) continue;
    Fail(fmt::format("nobody was told after the first, of {}", id));
  }
}

// Nobody is called any more because nothing of it fires that is not silenced; what fires again is
// told by the next page, however many there were.
void World::CheckQuiet() {
  const base::TimePoint now = server_->engine().now();
  const base::Duration bound = settings_.options.flap_window + minutes(10);
  server_->engine().ForEachAlert([&](const incident::AlertView& view) {
    const auto seen = incidents_.find(view.incident_id);
    if (seen == incidents_.end() || seen->second.incident.state != IncidentState::kOpen) return;
    const std::optional<base::TimePoint> since = seen->second.quiet_since;
    const bool muted = !view.silenced_by.empty() || !view.inhibited_by.empty();
    if (!since || now - *since <= bound || muted || view.severity < model::Severity::kWarning) {
      return;
    }
    Fail(
        fmt::format("nobody is called of {} although {} fires", view.incident_id, view.anomaly_id));
  });
}

// What a receiver that is well should have by now. Where the calendar jumped to the moment before
// the next attempt, it waits for that once more: of two runs of the couriers after the jump, a
// minute apart, one sends.
void World::CheckLate() {
  const base::SteadyPoint now = clock_.Steady();
  const auto read = disk_->Read([&](sql::Session& session) {
    return session.Query(
        "SELECT dedup_key, receiver, recipient FROM outbox WHERE done = 0", {},
        [&](const sql::Row& row) {
          const std::string receiver(row.GetText(1));
          const auto fine = fine_since_.find(receiver);
          const auto sent =
              letters_.find({std::string(row.GetText(0)), receiver, std::string(row.GetText(2))});
          if (fine == fine_since_.end() || sent == letters_.end()) return;
          const base::SteadyPoint since =
              std::max({fine->second, sent->second.ordered_at, calendar_set_at_});
          const auto first_run = std::lower_bound(carried_at_.begin(), carried_at_.end(), since);
          if (now - since <= kDeliveryBound || now - *first_run <= kRunsApart) return;
          Fail(fmt::format("{} waits for {}, which is well", row.GetText(0), receiver));
        });
  });
  if (!read.ok()) Fail(read.error().message);
}

void World::CheckEnd() {
  ReadOutbox();
  const auto read = disk_->Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Query("SELECT dedup_key, receiver, state FROM outbox WHERE done = 0",
                                   {}, [&](const sql::Row& row) {
                                     Fail(fmt::format("{} did not reach {}: {}", row.GetText(0),
                                                      row.GetText(1), row.GetText(2)));
                                   }));
    VEDETTE_TRY(const int64_t count, notify::delivery::VerifyLedger(session));
    if (count == 0 && !letters_.empty()) Fail("the ledger is empty");
    return {};
  });
  if (!read.ok()) Fail(read.error().message);
  for (const auto& [id, seen] : incidents_) {
    const bool open = seen.incident.state != IncidentState::kResolved;
    if (open && !seen.incident.id.empty() && seen.incident.open_anomaly_ids.empty() &&
        seen.incident.acknowledged_by.empty()) {
      Fail("it never ends: " + id);
    }
  }
}

// The same inputs give the same decisions, bit for bit; the same configuration changes nothing.
void World::CheckReplay() {
  replay::Request request{.tenant = std::string(model::kDefaultTenant),
                          .from = base::FromMillis(0),
                          .to = server_->engine().now() + seconds(1),
                          .candidate = replay::Candidate{settings_.options, settings_.plan}};
  base::Result<replay::Report> report = replay::Run(*disk_, request);
  if (!report.ok()) return Fail("no replay: " + report.error().message);
  if (report->identical != report->compared || report->compared == 0) {
    Fail(fmt::format("{} of {} rounds are decided again as they were", report->identical,
                     report->compared));
  }
  const replay::Tally& messages = report->messages;
  if (messages.added + messages.removed + report->moved != 0) {
    Fail("the same configuration tells other people");
  }
  if (seed_ % 5 != 0) return;
  // Another one must at least be answered.
  request.candidate->options.alert_grouping.reset();
  request.candidate->plan.policies.front().steps.pop_back();
  report = replay::Run(*disk_, request);
  if (!report.ok()) Fail("no replay with another configuration: " + report.error().message);
}

}  // namespace vedette::simulation
