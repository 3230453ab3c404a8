#include "api/ledger.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/routing/store/store.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::journal::IncidentPage;
using incident::journal::IncidentQuery;
using notify::delivery::LedgerRow;
using notify::delivery::Letter;
using notify::routing::store::TrailRow;

constexpr size_t kIdBytesMax = 200;
constexpr int64_t kRowsPerLetter = 50;  // attempts shown of one letter
constexpr int64_t kTrailMax = 5'000;
constexpr std::string_view kNotice = "notice";

struct Entry {
  Letter letter;
  std::vector<LedgerRow> rows;
  const TrailRow* why = nullptr;  // what the router says of it; null for what is older than it
};

// All that is known about the question.
struct Findings {
  std::vector<model::Incident> incidents;  // that it is about
  std::vector<TrailRow> trail;
  std::vector<Entry> entries;
  std::vector<LedgerRow> acknowledged;  // by whom, oldest first
  std::string next_cursor;
};

void WriteProof(JsonWriter& json, std::string_view key, const std::vector<LedgerRow>& rows) {
  json.Key(key).BeginArray();
  for (const LedgerRow& row : rows) {
    json.BeginObject()
        .Field("seq", row.seq)
        .Field("time", row.time)
        .Field("event", row.event)
        .Field("attempt", row.attempt)
        .Field("outcome", row.outcome)
        .Field("status", row.status)
        .Field("latency_ms", row.latency_ms)
        .Field("delayed_seconds", row.delayed_seconds)
        .Field("detail", row.detail)
        .Field("hash", row.hash)
        .EndObject();
  }
  json.EndArray();
}

void WriteChain(JsonWriter& json, const TrailRow* why) {
  const TrailRow none;
  const TrailRow& row = why == nullptr ? none : *why;
  json.Field("person", row.person).Field("why", row.text).Key("chain").BeginObject();
  json.Field("route", row.route)
      .Field("policy", row.policy)
      .Field("step", row.step)
      .Field("round", row.round)
      .EndObject();
}

void WriteEntry(JsonWriter& json, const Entry& entry) {
  const Letter& letter = entry.letter;
  const bool delivered = letter.state == "delivered";
  const bool waiting = !letter.finished_at.has_value();
  const std::optional<base::TimePoint> none;
  json.BeginObject()
      .Field("id", std::to_string(letter.id))
      .Field("time", letter.created_at)
      .Field("incident_id", letter.incident_id)
      .Field("kind", letter.kind)
      .Field("dedup_key", letter.dedup_key)
      .Field("receiver", letter.address.receiver)
      .Field("channel", letter.address.channel)
      .Field("to", letter.address.to)
      .Field("state", waiting ? "pending" : letter.state)
      .Field("attempts", letter.attempts)
      .Field("replaced", letter.replaced);
  json.Field("delivered_at", delivered ? letter.finished_at : none);
  json.Field("next_attempt_at", waiting ? std::optional(letter.next_attempt_at) : none);
  json.Field("detail", letter.detail);
  WriteChain(json, entry.why);
  WriteProof(json, "proof", entry.rows);
  json.EndObject();
}

// --- the answer in words

std::string Sentence(const Entry& entry) {
  const Letter& letter = entry.letter;
  const std::string who = entry.why != nullptr && !entry.why->person.empty()
                              ? fmt::format("{} by {}", entry.why->person, letter.address.receiver)
                              : letter.address.receiver;
  const std::string when = base::FormatTime(letter.created_at);
  if (letter.address.receiver.empty()) {
    return fmt::format("nobody was told at {} ({}): {}", when, letter.kind, letter.detail);
  }
  if (letter.state == "delivered") {
    return fmt::format("{} was told at {} ({}), delivered at {}", who, when, letter.kind,
                       base::FormatTime(letter.finished_at.value_or(letter.created_at)));
  }
  return fmt::format("{} was to be told at {} ({}): {}{}{}", who, when, letter.kind, letter.state,
                     letter.detail.empty() ? "" : ", ", letter.detail);
}

// Why an incident paged nobody, as far as it shows.
std::vector<std::string> Reasons(const model::Incident& incident) {
  std::vector<std::string> reasons;
  reasons.push_back(fmt::format("incident {} is {}, its severity is {}; no page was ordered",
                                incident.id, model::IncidentStateName(incident.state),
                                model::SeverityName(incident.severity)));
  for (const model::TimelineEntry& row : incident.timeline) {
    const bool tells = row.kind == "silenced" || row.kind == "page_held" ||
                       row.kind == "suppressed" || row.kind == "inhibited" || row.kind == "merged";
    if (!tells || reasons.size() >= 20) continue;
    reasons.push_back(fmt::format("{} {}: {}", base::FormatTime(row.time), row.kind, row.text));
  }
  if (incident.severity < model::Severity::kCritical) {
    reasons.emplace_back(
        "only incidents of incidents.page_severity (by default critical) and worse page");
  }
  return reasons;
}

// Whether anybody was told, and the sentences that say so or why not.
std::pair<bool, std::vector<std::string>> Explain(const IncidentSources& sources, const Call& call,
                                                  const std::string& subject,
                                                  const Findings& found) {
  std::vector<std::string> lines;
  bool told = false;
  for (auto entry = found.entries.rbegin(); entry != found.entries.rend(); ++entry) {
    told = told || entry->letter.state == "delivered";
    lines.push_back(Sentence(*entry));
  }
  for (const LedgerRow& row : found.acknowledged) {
    lines.push_back(fmt::format("{} acknowledged by {}", base::FormatTime(row.time), row.detail));
  }
  for (const TrailRow& row : found.trail) {
    if (row.kind == kNotice || lines.size() >= 500) continue;
    lines.push_back(fmt::format("{} {}: {}", base::FormatTime(row.time), row.kind, row.text));
  }
  if (!found.entries.empty()) return {told, lines};
  for (const model::Incident& incident : found.incidents) {
    for (std::string& reason : Reasons(incident)) lines.push_back(std::move(reason));
  }
  if (found.incidents.empty()) {
    const base::Result<model::Anomaly> anomaly = sources.anomalies.Get(call.caller.tenant, subject);
    lines.push_back(
        anomaly.ok()
            ? fmt::format("{} belongs to no incident: its severity is {}; only anomalies of "
                          "incidents.open_severity (by default warning) and worse open one",
                          subject, model::SeverityName(anomaly->severity))
            : fmt::format("there is no anomaly and no incident {}", subject));
  }
  return {told, lines};
}

// --- reading

// The ids of the incidents in question; nothing when all are.
base::Result<std::optional<std::vector<std::string>>> ReadSubject(const IncidentSources& sources,
                                                                  const Call& call,
                                                                  std::string& subject,
                                                                  Findings& found) {
  using Ids = std::optional<std::vector<std::string>>;
  VEDETTE_TRY(std::string incident_id, ReadText(call, "incident", kIdBytesMax));
  VEDETTE_TRY(const std::string alert, ReadText(call, "alert", kIdBytesMax));
  const bool is_incident = alert.starts_with("in_") || alert.starts_with("test_");
  if (incident_id.empty() && is_incident) incident_id = alert;
  subject = incident_id.empty() ? alert : incident_id;
  if (subject.empty()) return Ids();
  std::vector<std::string> ids;
  if (!incident_id.empty()) {
    ids.push_back(incident_id);
    base::Result<model::Incident> incident = sources.journal.Find(call.caller.tenant, incident_id);
    if (incident.ok()) found.incidents.push_back(*std::move(incident));
    return Ids(std::move(ids));
  }
  const IncidentQuery query{.tenant = call.caller.tenant, .anomaly_id = alert};
  VEDETTE_TRY(IncidentPage page, sources.journal.List(query));
  for (const model::Incident& incident : page.incidents) ids.push_back(incident.id);
  found.incidents = std::move(page.incidents);
  return Ids(std::move(ids));
}

base::Result<int64_t> ReadBefore(const Call& call) {
  const std::string cursor = call.Parameter("cursor").value_or("");
  if (cursor.empty()) return 0;
  int64_t id = 0;
  const char* const end = cursor.data() + cursor.size();
  const auto [rest, error] = std::from_chars(cursor.data(), end, id);
  if (error != std::errc{} || rest != end || id < 1) {
    return BadParameter("cursor", "not a cursor of this list");
  }
  return id;
}

// A notice is found by the letter that it became.
void Connect(Findings& found) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<Key, const TrailRow*> notices;
  for (const TrailRow& row : found.trail) {
    if (row.kind == kNotice) notices[{row.dedup_key, row.receiver, row.to}] = &row;
  }
  for (Entry& entry : found.entries) {
    const Letter& letter = entry.letter;
    const auto it = notices.find({letter.dedup_key, letter.address.receiver, letter.address.to});
    if (it != notices.end()) entry.why = it->second;
  }
}

base::Result<> ReadEntries(sql::Session& session, const notify::delivery::LetterQuery& query,
                           Findings& found) {
  VEDETTE_TRY(std::vector<Letter> letters, notify::delivery::ReadLetters(session, query));
  std::vector<std::string> ids;
  for (Letter& letter : letters) {
    VEDETTE_TRY(std::vector<LedgerRow> rows,
                notify::delivery::ReadLedger(session, letter.dedup_key, letter.address.receiver,
                                             kRowsPerLetter, letter.address.to));
    const bool known = std::find(ids.begin(), ids.end(), letter.incident_id) != ids.end();
    if (!known) ids.push_back(letter.incident_id);
    found.entries.push_back({std::move(letter), std::move(rows)});
  }
  for (const std::string& id : query.incident_ids) {
    VEDETTE_TRY(const std::vector<LedgerRow> rows,
                notify::delivery::ReadLedger(session, id, {}, kRowsPerLetter));
    found.acknowledged.insert(found.acknowledged.end(), rows.begin(), rows.end());
  }
  for (const std::string& id : query.incident_ids) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  VEDETTE_TRY(found.trail,
              notify::routing::store::ReadTrail(session, query.tenant, ids, kTrailMax));
  return {};
}

void WriteTrail(JsonWriter& json, const std::vector<TrailRow>& trail) {
  json.Key("trail").BeginArray();
  for (const TrailRow& row : trail) {
    json.BeginObject()
        .Field("time", row.time)
        .Field("incident_id", row.incident_id)
        .Field("kind", row.kind)
        .Field("text", row.text)
        .EndObject();
  }
  json.EndArray();
}

}  // namespace

base::Result<std::string> ListLedger(const IncidentSources& sources, const Call& call) {
  Findings found;
  std::string subject;
  VEDETTE_TRY(const auto ids, ReadSubject(sources, call, subject, found));
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  VEDETTE_TRY(const int64_t before, ReadBefore(call));
  if (!ids || !ids->empty()) {
    const notify::delivery::LetterQuery query{
        .tenant = call.caller.tenant,
        .incident_ids = ids.value_or(std::vector<std::string>()),
        .limit = limit + 1,
        .before_id = before};
    VEDETTE_TRY_VOID(sources.database.Read(
        [&](sql::Session& session) { return ReadEntries(session, query, found); }));
  }
  if (static_cast<int64_t>(found.entries.size()) > limit) {
    found.entries.pop_back();
    found.next_cursor = std::to_string(found.entries.back().letter.id);
  }
  Connect(found);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("entries").BeginArray();
  for (const Entry& entry : found.entries) WriteEntry(json, entry);
  json.EndArray().Field("next_cursor", base::NullIfEmpty(found.next_cursor));
  if (!subject.empty()) {
    const auto [told, lines] = Explain(sources, call, subject, found);
    json.Field("alert", subject).Field("told", told).Field("answer", lines);
    WriteProof(json, "acknowledgements", found.acknowledged);
    WriteTrail(json, found.trail);
  }
  json.EndObject();
  return body;
}

}  // namespace vedette::api
