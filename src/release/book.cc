#include "release/book.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/json.h"
#include "base/json_fields.h"
#include "release/bad_release.h"
#include "release/save_evidence.h"

namespace vedette::release {
namespace {

using sql::Int;
using sql::Real;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr std::string_view kColumns =
    "tenant, id, service, version, previous_version, title, author, url, released_at, "
    "watched_until, state, verdict, summary, needs_requests, decided_at, judged_at, anomaly_id, "
    "change_id, environment, namespace, ruled_out_by";
constexpr int kJudgementColumn = 21;
constexpr std::string_view kIdPrefix = "rel_";
constexpr size_t kIdDigits = 24;
constexpr base::Duration kUntoldStays = std::chrono::minutes(15);

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {{1, "releases", R"(
CREATE TABLE releases (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  service TEXT NOT NULL,
  version TEXT NOT NULL,
  previous_version TEXT NOT NULL,
  title TEXT NOT NULL,
  author TEXT NOT NULL,
  url TEXT NOT NULL,
  released_at INTEGER NOT NULL,
  watched_until INTEGER NOT NULL,
  state TEXT NOT NULL,
  verdict TEXT NOT NULL,
  summary TEXT NOT NULL,
  needs_requests REAL,
  decided_at INTEGER,
  judged_at INTEGER,
  anomaly_id TEXT NOT NULL,
  change_id TEXT NOT NULL,
  judgement TEXT NOT NULL,
  PRIMARY KEY (tenant, id));
CREATE INDEX releases_by_time ON releases (tenant, released_at, id);
CREATE INDEX releases_by_state ON releases (state, released_at))"},
                                                    {2, "where releases run", R"(
ALTER TABLE releases ADD COLUMN environment TEXT NOT NULL DEFAULT '';
ALTER TABLE releases ADD COLUMN namespace TEXT NOT NULL DEFAULT '')"},
                                                    {3, "what speaks for a bad release", R"(
ALTER TABLE releases ADD COLUMN ruled_out_by TEXT NOT NULL DEFAULT '')"}};
  return steps;
}

sql::Value OrNull(const std::optional<base::TimePoint>& time) {
  return time ? Time(*time) : sql::Null();
}

std::optional<base::TimePoint> TimeOrNone(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.GetTime(column);
}

void WriteDoubt(base::JsonWriter& json, const Doubt& doubt) {
  json.BeginObject().Field("incident_id", doubt.incident_id);
  json.Field("evidence_id", doubt.evidence_id).Field("why", doubt.why).EndObject();
}

std::string StoredDoubt(const Release& release) {
  std::string text;
  base::JsonWriter json(text);
  if (release.ruled_out_by) WriteDoubt(json, *release.ruled_out_by);
  return text;
}

std::optional<Doubt> ReadDoubt(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok() || !json->is_object()) return std::nullopt;
  return Doubt{.incident_id = json->value("incident_id", ""),
               .evidence_id = json->value("evidence_id", ""),
               .why = json->value("why", "")};
}

Release ReadRow(const Row& row) {
  Release release;
  release.tenant = model::TenantName(row.GetText(0));
  release.id = row.GetText(1);
  release.service = row.GetText(2);
  release.version = row.GetText(3);
  release.previous_version = row.GetText(4);
  release.title = row.GetText(5);
  release.author = row.GetText(6);
  release.url = row.GetText(7);
  release.released_at = row.GetTime(8);
  release.watched_until = row.GetTime(9);
  release.state = base::ParseEnum<State>(row.GetText(10)).value_or(State::kFinished);
  release.verdict = base::ParseEnum<Verdict>(row.GetText(11)).value_or(Verdict::kNoData);
  release.summary = row.GetText(12);
  if (!row.IsNull(13)) release.needs_requests = row.GetReal(13);
  release.decided_at = TimeOrNone(row, 14);
  release.judged_at = TimeOrNone(row, 15);
  release.anomaly_id = row.GetText(16);
  release.change_id = row.GetText(17);
  release.place = {.environment = std::string(row.GetText(18)),
                   .space = std::string(row.GetText(19))};
  release.ruled_out_by = ReadDoubt(row.GetText(20));
  return release;
}

Release ReadRowWithJudgement(const Row& row) {
  Release release = ReadRow(row);
  release.judgement_json = row.GetText(kJudgementColumn);
  return release;
}

// Evidence of judgements that said nothing new, when another one has taken their place. Their ids
// go on with a digit.
base::Result<> DropUntold(Session& session, const Release& release,
                          const std::vector<model::Evidence>& newest) {
  if (newest.empty()) return {};
  VEDETTE_TRY_VOID(session.Execute(
      "DELETE FROM evidence WHERE id >= ? AND id < ? AND tenant = ? AND taken_at < ?",
      {Text(fmt::format("ev_{}_0", release.id)), Text(fmt::format("ev_{}_:", release.id)),
       Text(release.tenant), Time(newest.front().taken_at - kUntoldStays)}));
  return {};
}

// "<milliseconds>-<id>" of the last row of the page before.
struct Position {
  base::TimePoint time;
  std::string id;
};
base::Result<Position> ReadCursor(std::string_view cursor) {
  const size_t dash = cursor.find('-');
  int64_t millis = 0;
  const char* const end = cursor.data() + std::min(dash, cursor.size());
  const auto [rest, error] = std::from_chars(cursor.data(), end, millis);
  if (dash == std::string_view::npos || error != std::errc() || rest != end) {
    return base::InvalidArgument("the cursor is not from a page of releases", "cursor");
  }
  return Position{base::FromMillis(millis), std::string(cursor.substr(dash + 1))};
}

}  // namespace

std::string_view EnumName(State state) {
  switch (state) {
    case State::kWatching: return "watching";
    case State::kFinished: return "finished";
    case State::kSuperseded: return "superseded";
  }
  return {};
}

std::string ReleaseIdOf(std::string_view change_id) {
  return std::string(kIdPrefix) + base::Sha256Hex(change_id).substr(0, kIdDigits);
}

std::string JudgementName(std::string_view release_id, base::TimePoint judged_at, bool told) {
  return fmt::format("{}_{}{}", release_id, told ? "t" : "", base::ToMillis(judged_at));
}

void WriteRelease(base::JsonWriter& json, const Release& release, bool with_judgement) {
  json.BeginObject().Field("id", release.id).Field("change_id", release.change_id);
  json.Field("service", release.service);
  json.Field("environment", release.place.environment);
  json.Field("namespace", release.place.space);
  json.Field("version", release.version).Field("previous_version", release.previous_version);
  json.Field("title", release.title).Field("author", release.author).Field("url", release.url);
  json.Field("released_at", release.released_at);
  json.Field("watched_until", release.watched_until);
  json.Field("state", EnumName(release.state)).Field("verdict", EnumName(release.verdict));
  json.Field("summary", SummaryOf(release)).Field("needs_requests", release.needs_requests);
  json.Field("decided_at", release.decided_at);
  json.Field("judged_at", release.judged_at);
  json.Field("anomaly_id", base::NullIfEmpty(release.anomaly_id));
  json.Key("ruled_out_by");
  if (release.ruled_out_by) {
    WriteDoubt(json, *release.ruled_out_by);
  } else {
    json.Null();
  }
  if (with_judgement) {
    json.Key("judgement").Raw(release.judgement_json.empty() ? "null" : release.judgement_json);
  }
  json.EndObject();
}

base::Result<std::unique_ptr<Book>> Book::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("release", Migrations()));
  return std::unique_ptr<Book>(new Book(database));
}

base::Result<> Book::Save(const Release& release, const std::vector<model::Evidence>& evidence,
                          size_t kept_max) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    const Release& r = release;
    VEDETTE_TRY_VOID(session.Execute(
        fmt::format("INSERT INTO releases ({}, judgement) VALUES "
                    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (tenant, id) DO UPDATE SET "
                    "previous_version = excluded.previous_version, "
                    "watched_until = excluded.watched_until, state = excluded.state, "
                    "verdict = excluded.verdict, summary = excluded.summary, "
                    "needs_requests = excluded.needs_requests, decided_at = excluded.decided_at, "
                    "judged_at = excluded.judged_at, anomaly_id = excluded.anomaly_id, "
                    "ruled_out_by = excluded.ruled_out_by, judgement = excluded.judgement",
                    kColumns),
        {Text(r.tenant),
         Text(r.id),
         Text(r.service),
         Text(r.version),
         Text(r.previous_version),
         Text(r.title),
         Text(r.author),
         Text(r.url),
         Time(r.released_at),
         Time(r.watched_until),
         Text(EnumName(r.state)),
         Text(EnumName(r.verdict)),
         Text(r.summary),
         r.needs_requests ? Real(*r.needs_requests) : sql::Null(),
         OrNull(r.decided_at),
         OrNull(r.judged_at),
         Text(r.anomaly_id),
         Text(r.change_id),
         Text(r.place.environment),
         Text(r.place.space),
         Text(StoredDoubt(r)),
         Text(r.judgement_json)}));
    VEDETTE_TRY_VOID(SaveAll(session, r.tenant, evidence));
    VEDETTE_TRY_VOID(DropUntold(session, r, evidence));
    VEDETTE_TRY(
        const int64_t gone,
        session.Execute(
            "DELETE FROM releases WHERE state <> 'watching' AND (tenant, id) IN (SELECT tenant, id "
            "FROM releases ORDER BY released_at DESC LIMIT -1 OFFSET ?)",
            {Int(static_cast<int64_t>(kept_max))}));
    if (gone == 0) return {};
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM evidence WHERE id >= 'ev_rel_' AND id < 'ev_rel`' AND "
                        "substr(id, 4, 28) NOT IN "
                        "(SELECT id FROM releases)"));
    return {};
  });
}

base::Result<Release> Book::Get(std::string_view tenant, std::string_view id) const {
  std::optional<Release> release;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(
        fmt::format("SELECT {}, judgement FROM releases WHERE tenant = ? AND id = ?", kColumns),
        {Text(tenant), Text(id)}, [&](const Row& row) { release = ReadRowWithJudgement(row); });
  }));
  if (!release) return base::NotFound(fmt::format("there is no release '{}'", id));
  return *std::move(release);
}

base::Result<ReleasePage> Book::List(const ReleaseQuery& query) const {
  std::string where = "tenant = ?";
  std::vector<sql::Value> values = {Text(query.tenant)};
  const auto add = [&](std::string_view condition, sql::Value value) {
    where += condition;
    values.push_back(std::move(value));
  };
  if (!query.service.empty()) add(" AND service = ?", Text(query.service));
  if (query.verdict) add(" AND verdict = ?", Text(EnumName(*query.verdict)));
  if (query.state) add(" AND state = ?", Text(EnumName(*query.state)));
  if (query.from) add(" AND released_at >= ?", Time(*query.from));
  if (query.to) add(" AND released_at <= ?", Time(*query.to));
  if (!query.cursor.empty()) {
    VEDETTE_TRY(const Position position, ReadCursor(query.cursor));
    add(" AND (released_at < ?", Time(position.time));
    add(" OR (released_at = ?", Time(position.time));
    add(" AND id < ?))", Text(position.id));
  }
  values.push_back(Int(query.limit + 1));
  ReleasePage page;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(fmt::format("SELECT {} FROM releases WHERE {} ORDER BY released_at DESC, "
                                     "id DESC LIMIT ?",
                                     kColumns, where),
                         values, [&](const Row& row) { page.releases.push_back(ReadRow(row)); });
  }));
  if (static_cast<int64_t>(page.releases.size()) > query.limit) {
    page.releases.pop_back();
    const Release& last = page.releases.back();
    page.next_cursor = fmt::format("{}-{}", base::ToMillis(last.released_at), last.id);
  }
  return page;
}

base::Result<std::vector<Release>> Book::Watched() const {
  std::vector<Release> releases;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(fmt::format("SELECT {}, judgement FROM releases WHERE state = 'watching' "
                                     "ORDER BY released_at",
                                     kColumns),
                         {},
                         [&](const Row& row) { releases.push_back(ReadRowWithJudgement(row)); });
  }));
  return releases;
}

base::Result<> Book::SaveEvidence(std::string_view tenant,
                                  const std::vector<model::Evidence>& evidence) {
  return database_.Transact([&](Session& session) { return SaveAll(session, tenant, evidence); });
}

base::Result<> Book::Delete(std::string_view tenant, std::string_view id) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM releases WHERE tenant = ? AND id = ?",
                                     {Text(tenant), Text(id)}));
    return {};
  });
}

base::Result<> Book::DeleteTenant(std::string_view tenant) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM releases WHERE tenant = ?", {Text(tenant)}));
    return {};
  });
}

}  // namespace vedette::release
