#include "app/feedback.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <tuple>
#include <utility>

#include "auth/audit_log.h"

namespace vedette::app {
namespace {

constexpr int64_t kPageOfList = 1000;
constexpr size_t kAnomaliesMax = 20'000;  // that a preview looks at
constexpr size_t kIncidentsMax = 5'000;

// The incident of a page: its key is "incident:kind:number".
std::string IncidentOfPage(std::string_view page) {
  return std::string(page.substr(0, page.find(':')));
}

base::Result<> Audit(sql::Session& session, const detect::FeedbackChange& change) {
  const bool undone = change.undone_at.has_value();
  return auth::AuditLog::Append(
      session, {.time = change.undone_at.value_or(change.at),
                .actor = undone ? change.undone_by : change.by,
                .action = undone ? "feedback.undo" : "feedback.apply",
                .target = change.id,
                .detail = fmt::format("{} marks{}{}", change.marks, change.why.empty() ? "" : ": ",
                                      change.why)});
}

base::Result<bool> ReadAnomalies(const detect::AnomalyStore& store, detect::AnomalyQuery query,
                                 std::vector<model::Anomaly>& out) {
  query.limit = kPageOfList;
  query.with_evidence = true;
  while (out.size() < kAnomaliesMax) {
    VEDETTE_TRY(detect::AnomalyPage page, store.List(query));
    std::move(page.anomalies.begin(), page.anomalies.end(), std::back_inserter(out));
    if (page.next_cursor.empty()) return true;
    query.cursor = std::move(page.next_cursor);
  }
  return false;
}

base::Result<bool> ReadIncidents(const incident::journal::Journal& journal,
                                 incident::journal::IncidentQuery query,
                                 std::vector<detect::PreviewIncident>& out) {
  query.limit = kPageOfList;
  query.with_timeline = false;
  const base::TimePoint from = *query.from;
  while (out.size() < kIncidentsMax) {
    VEDETTE_TRY(incident::journal::IncidentPage page, journal.List(query));
    for (model::Incident& incident : page.incidents) {
      if (incident.started_at < from) continue;
      out.push_back({.id = std::move(incident.id),
                     .title = std::move(incident.title),
                     .severity = incident.severity,
                     .anomaly_ids = std::move(incident.anomaly_ids)});
    }
    if (page.next_cursor.empty()) return true;
    query.cursor = std::move(page.next_cursor);
  }
  return false;
}

}  // namespace

base::Result<std::unique_ptr<Feedback>> Feedback::Open(sql::Database& state,
                                                       const detect::AnomalyStore& anomalies) {
  std::unique_ptr<Feedback> made(new Feedback(anomalies));
  VEDETTE_TRY(made->store_, detect::FeedbackStore::Open(state));
  VEDETTE_TRY_VOID(made->Refresh());
  return made;
}

void Feedback::Apply(const incident::EngineOptions& options) {
  base::MutexLock lock(mutex_);
  options_ = options;
}

base::Result<> Feedback::Refresh() {
  base::MutexLock lock(refresh_mutex_);
  VEDETTE_TRY(detect::FeedbackTable table, store_->Table());
  board_.Set(std::move(table));
  return {};
}

base::Result<> Feedback::DeleteTenant(std::string_view tenant) {
  VEDETTE_TRY_VOID(store_->DeleteTenant(tenant));
  return Refresh();
}

base::Result<> Feedback::Resolve(const incident::journal::Journal& journal,
                                 detect::Mark& mark) const {
  std::vector<std::string> ids{mark.target_id};
  if (mark.target_kind != "anomaly") {
    const std::string incident =
        mark.target_kind == "page" ? IncidentOfPage(mark.target_id) : mark.target_id;
    VEDETTE_TRY(model::Incident found, journal.Find(mark.tenant, incident));
    ids = std::move(found.anomaly_ids);
  }
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (const std::string& id : ids) {
    if (mark.groups.size() >= detect::FeedbackStore::kGroupsMax) break;
    const base::Result<model::Anomaly> anomaly = anomalies_.Get(mark.tenant, id);
    if (!anomaly.ok()) {
      const bool retired =
          anomaly.error().code == base::ErrorCode::kNotFound && mark.target_kind != "anomaly";
      if (retired) continue;
      return anomaly.error();
    }
    const std::string metric(anomaly->labels.metric_name());
    if (!seen.emplace(anomaly->entity, metric, anomaly->detector).second) continue;
    mark.groups.push_back({.service = anomaly->entity,
                           .metric = metric,
                           .detector = anomaly->detector,
                           .share = 1,
                           .weighed = anomaly->kind == model::AnomalyKind::kBaseline});
  }
  if (mark.groups.empty()) {
    return base::FailedPrecondition("nothing is stored any more of what this was made of");
  }
  // All of noise was noise; of what was useful, something was.
  if (mark.verdict == detect::FeedbackVerdict::kUseful) {
    const double share = 1 / static_cast<double>(mark.groups.size());
    for (detect::MarkedGroup& group : mark.groups) group.share = share;
  }
  return {};
}

base::Result<Feedback::Effect> Feedback::Preview(const incident::journal::Journal& journal,
                                                 const model::TenantName& tenant, int64_t days,
                                                 const std::vector<std::string>& ids,
                                                 base::TimePoint now) const {
  Effect effect;
  effect.to = now;
  effect.from = now - std::chrono::hours(24) * days;
  VEDETTE_TRY(std::vector<detect::Mark> marks, store_->Marks(tenant));
  detect::PreviewInput input;
  {
    base::MutexLock lock(mutex_);
    input.opens = options_.open_severity;
    input.pages = options_.page_severity;
  }
  input.before = detect::FeedbackTable(detect::CountMarks(marks, /*waiting=*/false));
  const std::set<std::string> wanted(ids.begin(), ids.end());
  for (const std::string& id : wanted) {
    const bool waits = std::ranges::any_of(
        marks, [&](const detect::Mark& mark) { return mark.id == id && mark.change_id.empty(); });
    if (!waits) return base::NotFound(fmt::format("no mark '{}' waits to be applied", id));
  }
  std::erase_if(marks, [&](const detect::Mark& mark) {
    return mark.change_id.empty() && !wanted.empty() && !wanted.contains(mark.id);
  });
  effect.marks =
      std::ranges::count_if(marks, [](const detect::Mark& mark) { return mark.change_id.empty(); });
  input.after = detect::FeedbackTable(detect::CountMarks(marks, /*waiting=*/true));
  VEDETTE_TRY(const bool all_anomalies,
              ReadAnomalies(anomalies_, {.tenant = tenant, .from = effect.from, .to = effect.to},
                            input.anomalies));
  VEDETTE_TRY(const bool all_incidents,
              ReadIncidents(journal, {.tenant = tenant, .from = effect.from, .to = effect.to},
                            input.incidents));
  effect.complete = all_anomalies && all_incidents;
  effect.preview = detect::Preview(input);
  return effect;
}

base::Result<detect::FeedbackChange> Feedback::PutIntoForce(detect::FeedbackChange change,
                                                            const std::vector<std::string>& ids) {
  VEDETTE_TRY(detect::FeedbackChange applied, store_->Apply(std::move(change), ids, Audit));
  VEDETTE_TRY_VOID(Refresh());
  return applied;
}

base::Result<detect::FeedbackChange> Feedback::Undo(const model::TenantName& tenant,
                                                    std::string_view id, const std::string& by,
                                                    base::TimePoint now) {
  VEDETTE_TRY(detect::FeedbackChange undone, store_->Undo(tenant, id, by, now, Audit));
  VEDETTE_TRY_VOID(Refresh());
  return undone;
}

std::vector<api::Route> Feedback::Routes(const detect::NoiseBudget& budget,
                                         const incident::journal::Journal& journal) {
  return api::FeedbackRoutes(
      {.store = *store_,
       .board = board_,
       .budget = budget,
       .resolve = [this, &journal](detect::Mark& mark) { return Resolve(journal, mark); },
       .preview = [this, &journal](
                      const model::TenantName& tenant, int64_t days,
                      const std::vector<std::string>& ids,
                      base::TimePoint now) { return Preview(journal, tenant, days, ids, now); },
       .apply = [this](detect::FeedbackChange change, const std::vector<std::string>& ids)
           -> base::Result<detect::FeedbackChange> { return PutIntoForce(std::move(change), ids); },
       .undo = [this](const model::TenantName& tenant, std::string_view id, const std::string& by,
                      base::TimePoint now) { return Undo(tenant, id, by, now); }});
}

}  // namespace vedette::app
