#include "detect/feedback_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "base/json_fields.h"

namespace vedette::detect {
namespace {

using sql::Int;
using sql::Null;
using sql::Real;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr const char* kSchema = R"(
CREATE TABLE feedback_marks (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  verdict TEXT NOT NULL,
  marked_by TEXT NOT NULL,
  why TEXT NOT NULL,
  marked_at BIGINT NOT NULL,
  change_id TEXT NOT NULL);
CREATE INDEX feedback_marks_by_target ON feedback_marks (tenant, target_id, marked_by);
CREATE TABLE feedback_groups (
  mark_id TEXT NOT NULL,
  service TEXT NOT NULL,
  metric TEXT NOT NULL,
  detector TEXT NOT NULL,
  share DOUBLE PRECISION NOT NULL,
  weighed BIGINT NOT NULL,
  PRIMARY KEY (mark_id, service, metric, detector));
CREATE TABLE feedback_changes (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  why TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  marks BIGINT NOT NULL,
  undone_at BIGINT,
  undone_by TEXT NOT NULL))";

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {{1, "marks of people", kSchema}};
  return steps;
}

// `where` holds of the marks.
base::Result<std::vector<Mark>> ReadMarks(Session& session, std::string_view where,
                                          std::vector<sql::Value> values) {
  std::vector<Mark> marks;
  VEDETTE_TRY_VOID(session.Query(
      fmt::format("SELECT m.id, m.tenant, m.target_kind, m.target_id, m.verdict, m.marked_by, "
                  "m.why, m.marked_at, m.change_id, g.service, g.metric, g.detector, g.share, "
                  "g.weighed FROM feedback_marks m LEFT JOIN feedback_groups g ON g.mark_id = m.id "
                  "WHERE {} ORDER BY m.marked_at DESC, m.id DESC, g.service, g.metric",
                  where),
      std::move(values), [&marks](const Row& row) {
        if (marks.empty() || marks.back().id != row.GetText(0)) {
          const auto verdict = base::ParseEnum<FeedbackVerdict>(row.GetText(4));
          marks.push_back({.id = std::string(row.GetText(0)),
                           .tenant = model::TenantName(row.GetText(1)),
                           .target_kind = std::string(row.GetText(2)),
                           .target_id = std::string(row.GetText(3)),
                           .verdict = verdict.value_or(FeedbackVerdict::kNone),
                           .by = std::string(row.GetText(5)),
                           .why = std::string(row.GetText(6)),
                           .at = row.GetTime(7),
                           .change_id = std::string(row.GetText(8)),
                           .groups = {}});
        }
        if (row.IsNull(9)) return;
        marks.back().groups.push_back({.service = std::string(row.GetText(9)),
                                       .metric = std::string(row.GetText(10)),
                                       .detector = std::string(row.GetText(11)),
                                       .share = row.GetReal(12),
                                       .weighed = row.GetInt(13) != 0});
      }));
  return marks;
}

base::Result<std::vector<FeedbackChange>> ReadChanges(Session& session, std::string_view where,
                                                      std::vector<sql::Value> values) {
  std::vector<FeedbackChange> changes;
  VEDETTE_TRY_VOID(session.Query(
      fmt::format("SELECT id, tenant, changed_by, why, changed_at, marks, undone_at, undone_by "
                  "FROM feedback_changes WHERE {} ORDER BY changed_at DESC, id DESC",
                  where),
      std::move(values), [&changes](const Row& row) {
        FeedbackChange& change = changes.emplace_back();
        change.id = row.GetText(0);
        change.tenant = row.GetText(1);
        change.by = row.GetText(2);
        change.why = row.GetText(3);
        change.at = row.GetTime(4);
        change.marks = row.GetInt(5);
        if (!row.IsNull(6)) change.undone_at = row.GetTime(6);
        change.undone_by = row.GetText(7);
      }));
  return changes;
}

base::Result<> Remove(Session& session, std::string_view id) {
  VEDETTE_TRY_VOID(session.Execute("DELETE FROM feedback_groups WHERE mark_id = ?", {Text(id)}));
  VEDETTE_TRY_VOID(session.Execute("DELETE FROM feedback_marks WHERE id = ?", {Text(id)}));
  return {};
}

base::Result<> Insert(Session& session, const Mark& mark) {
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO feedback_marks (id, tenant, target_kind, target_id, verdict, marked_by, why, "
      "marked_at, change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {Text(mark.id), Text(mark.tenant), Text(mark.target_kind), Text(mark.target_id),
       Text(EnumName(mark.verdict)), Text(mark.by), Text(mark.why), Time(mark.at),
       Text(mark.change_id)}));
  for (const MarkedGroup& group : mark.groups) {
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO feedback_groups (mark_id, service, metric, detector, share, weighed) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        {Text(mark.id), Text(group.service), Text(group.metric), Text(group.detector),
         Real(group.share), Int(group.weighed ? 1 : 0)}));
  }
  return {};
}

base::Result<int64_t> Count(Session& session, std::string_view tenant) {
  int64_t count = 0;
  VEDETTE_TRY_VOID(session.Query("SELECT COUNT(*) FROM feedback_marks WHERE tenant = ?",
                                 {Text(tenant)},
                                 [&count](const Row& row) { count = row.GetInt(0); }));
  return count;
}

}  // namespace

std::string_view EnumName(FeedbackVerdict verdict) {
  switch (verdict) {
    case FeedbackVerdict::kUseful: return "useful";
    case FeedbackVerdict::kNoise: return "noise";
    case FeedbackVerdict::kNone: return "none";
  }
  return {};
}

base::Result<std::unique_ptr<FeedbackStore>> FeedbackStore::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("feedback", Migrations()));
  return std::unique_ptr<FeedbackStore>(new FeedbackStore(database));
}

base::Result<> FeedbackStore::Add(const Mark& mark) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(const std::vector<Mark> waiting,
                ReadMarks(session,
                          "m.tenant = ? AND m.target_id = ? AND m.marked_by = ? "
                          "AND m.change_id = ''",
                          {Text(mark.tenant), Text(mark.target_id), Text(mark.by)}));
    for (const Mark& each : waiting) VEDETTE_TRY_VOID(Remove(session, each.id));
    VEDETTE_TRY(const int64_t count, Count(session, mark.tenant));
    if (count >= kMarksMax) {
      return base::ResourceExhausted(fmt::format("a tenant has at most {} marks", kMarksMax));
    }
    return Insert(session, mark);
  });
}

base::Result<> FeedbackStore::Withdraw(std::string_view tenant, std::string_view id) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(const std::vector<Mark> found,
                ReadMarks(session, "m.tenant = ? AND m.id = ?", {Text(tenant), Text(id)}));
    if (found.empty()) return base::NotFound(fmt::format("there is no mark '{}'", id));
    if (!found.front().change_id.empty()) {
      return base::FailedPrecondition(
          fmt::format("the mark is in force by the change {}: undo that, or mark with 'none'",
                      found.front().change_id));
    }
    return Remove(session, id);
  });
}

base::Result<std::vector<Mark>> FeedbackStore::Marks(std::string_view tenant) const {
  std::vector<Mark> marks;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(marks, ReadMarks(session, "m.tenant = ?", {Text(tenant)}));
    return {};
  }));
  return marks;
}

base::Result<std::vector<FeedbackChange>> FeedbackStore::Changes(std::string_view tenant) const {
  std::vector<FeedbackChange> changes;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(changes, ReadChanges(session, "tenant = ?", {Text(tenant)}));
    return {};
  }));
  return changes;
}

base::Result<FeedbackChange> FeedbackStore::Apply(FeedbackChange change,
                                                  const std::vector<std::string>& ids,
                                                  const Beside& beside) {
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(std::vector<Mark> waiting,
                ReadMarks(session, "m.tenant = ? AND m.change_id = ''", {Text(change.tenant)}));
    if (waiting.empty()) return base::FailedPrecondition("no feedback waits to be applied");
    const std::set<std::string> wanted(ids.begin(), ids.end());
    std::set<std::string> known;
    for (const Mark& mark : waiting) known.insert(mark.id);
    for (const std::string& id : wanted) {
      if (known.contains(id)) continue;
      return base::NotFound(fmt::format("no mark '{}' waits to be applied", id));
    }
    change.marks = 0;
    for (const Mark& mark : waiting) {
      if (!wanted.empty() && !wanted.contains(mark.id)) continue;
      VEDETTE_TRY_VOID(session.Execute("UPDATE feedback_marks SET change_id = ? WHERE id = ?",
                                       {Text(change.id), Text(mark.id)}));
      ++change.marks;
    }
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO feedback_changes (id, tenant, changed_by, why, changed_at, marks, undone_at, "
        "undone_by) VALUES (?, ?, ?, ?, ?, ?, ?, '')",
        {Text(change.id), Text(change.tenant), Text(change.by), Text(change.why), Time(change.at),
         Int(change.marks), Null()}));
    return beside ? beside(session, change) : base::Result<>();
  }));
  return change;
}

base::Result<FeedbackChange> FeedbackStore::Undo(std::string_view tenant,
                                                 std::string_view change_id, std::string_view by,
                                                 base::TimePoint now, const Beside& beside) {
  FeedbackChange change;
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(std::vector<FeedbackChange> found,
                ReadChanges(session, "tenant = ? AND id = ?", {Text(tenant), Text(change_id)}));
    if (found.empty()) return base::NotFound(fmt::format("there is no change '{}'", change_id));
    change = std::move(found.front());
    if (change.undone_at) return base::FailedPrecondition("the change is undone already");
    change.undone_at = now;
    change.undone_by = by;
    VEDETTE_TRY_VOID(
        session.Execute("UPDATE feedback_changes SET undone_at = ?, undone_by = ? WHERE id = ?",
                        {Time(now), Text(by), Text(change_id)}));
    VEDETTE_TRY_VOID(session.Execute("UPDATE feedback_marks SET change_id = '' WHERE change_id = ?",
                                     {Text(change_id)}));
    return beside ? beside(session, change) : base::Result<>();
  }));
  return change;
}

base::Result<FeedbackTable> FeedbackStore::Table() const {
  std::vector<Mark> marks;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(marks, ReadMarks(session, "m.change_id <> ''", {}));
    return {};
  }));
  return FeedbackTable(CountMarks(marks, /*waiting=*/false));
}

base::Result<> FeedbackStore::DeleteTenant(std::string_view tenant) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute(
        "DELETE FROM feedback_groups WHERE mark_id IN (SELECT id FROM feedback_marks WHERE "
        "tenant = ?)",
        {Text(tenant)}));
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM feedback_marks WHERE tenant = ?", {Text(tenant)}));
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM feedback_changes WHERE tenant = ?", {Text(tenant)}));
    return {};
  });
}

std::map<FeedbackGroup, FeedbackCounts> CountMarks(const std::vector<Mark>& marks, bool waiting) {
  using Thing = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<Thing, const Mark*> newest;
  for (const Mark& mark : marks) {
    if (!waiting && mark.change_id.empty()) continue;
    const Mark*& known = newest[Thing(mark.tenant, mark.target_id, mark.by)];
    if (known == nullptr || std::pair(known->at, known->id) < std::pair(mark.at, mark.id)) {
      known = &mark;
    }
  }
  std::map<FeedbackGroup, FeedbackCounts> groups;
  for (const auto& [thing, mark] : newest) {
    if (mark->verdict == FeedbackVerdict::kNone) continue;
    for (const MarkedGroup& group : mark->groups) {
      if (!group.weighed) continue;
      FeedbackCounts& counts = groups[{mark->tenant, group.service, group.metric}];
      (mark->verdict == FeedbackVerdict::kUseful ? counts.useful : counts.noise) += group.share;
    }
  }
  return groups;
}

}  // namespace vedette::detect
