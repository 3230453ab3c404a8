#include "api/ledger.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "api/ledger_people.h"
#include "api/parameters.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "model/alert.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/delivery/page_json.h"
#include "notify/routing/router_parts.h"
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
constexpr size_t kMembersRead = 20;  // of an incident, to find what it is made of
constexpr size_t kReasonsMax = 20;
constexpr std::string_view kNotice = "notice";

struct Entry {
  Letter letter;
  std::vector<LedgerRow> rows;
  const TrailRow* why = nullptr;  // what the router says of it; null for what is older than it
};

// All that is known about the question.
struct Findings {
  std::vector<model::Incident> incidents;  // that it is about
  // When it is about one anomaly: that, and since when it is known. What was said before is not
  // about it.
  std::optional<model::Anomaly> anomaly;
  base::TimePoint since{};
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

bool IsAlert(const model::Anomaly& anomaly) {
  return anomaly.kind == model::AnomalyKind::kRule || anomaly.kind == model::AnomalyKind::kAlert;
}

// Why a message of the incident says nothing of the anomaly; empty when it may.
std::string_view Beside(const Findings& found, const Entry& entry) {
  if (!found.anomaly) return {};
  const auto page = notify::delivery::PageFromJson(entry.letter.page_json);
  // In the time of the engine.
  if ((page.ok() ? page->decided_at : entry.letter.created_at) < found.since) {
    return "that was before this alert began";
  }
  // A message lists the alerts of its route; not all of them where there are many.
  if (!page.ok() || page->alerts.empty() || page->alerts_left_out > 0 || !IsAlert(*found.anomaly)) {
    return {};
  }
  const bool listed = std::ranges::any_of(page->alerts, [&](const model::Alert& alert) {
    return alert.labels == found.anomaly->labels;
  });
  return listed ? std::string_view() : "that was about others";
}

// Of an incident all messages, of an anomaly those that say that it goes on.
bool IsAbout(const Findings& found, const Entry& entry) {
  const bool ends = entry.letter.kind == model::PageKindName(model::PageKind::kResolved);
  return !found.anomaly || (!ends && Beside(found, entry).empty());
}

// --- why nobody was told

// What the timeline says of it.
void AddRows(const model::Incident& incident, const Findings& found,
             std::vector<std::string>& reasons) {
  for (const model::TimelineEntry& row : incident.timeline) {
    const bool held = row.kind == "page_held";
    const bool tells = held || row.kind == "silenced" || row.kind == "suppressed" ||
                       row.kind == "inhibited" || row.kind == "merged" || row.kind == "reopened";
    if (!tells || reasons.size() >= kReasonsMax || row.time < found.since) continue;
    const bool of_another =
        found.anomaly && !row.anomaly_id.empty() && row.anomaly_id != found.anomaly->id;
    if (of_another && !held) continue;
    reasons.push_back(fmt::format("{} {}: {}", base::FormatTime(row.time), row.kind, row.text));
  }
}

// Why people who were told of it hear no more, though it goes on.
void AddStillOpen(const Findings& found, std::vector<std::string>& lines) {
  for (const model::Incident& incident : found.incidents) {
    if (!incident.resolved_at || incident.open_anomaly_ids.empty()) continue;
    for (const model::TimelineEntry& row : incident.timeline) {
      if (row.kind != "page_held" || row.time < *incident.resolved_at) continue;
      lines.push_back(fmt::format("{} {}: {}", base::FormatTime(row.time), row.kind, row.text));
    }
  }
}

// The rules of the engine that keep a page back; only where no record says what happened.
void AddRules(const IncidentSources& sources, const incident::EngineOptions& options,
              const Call& call, const model::Incident& incident, const Findings& found,
              std::vector<std::string>& reasons) {
  bool alerts = false;
  bool others = false;
  incident::GroupingChoice choice;
  const auto count = [&](const model::Anomaly& anomaly) {
    if (IsAlert(anomaly)) choice = incident::GroupingOf(options, anomaly.labels);
    (IsAlert(anomaly) ? alerts : others) = true;
  };
  if (found.anomaly) count(*found.anomaly);
  for (size_t i = 0; !found.anomaly && i < incident.anomaly_ids.size() && i < kMembersRead; ++i) {
    const auto member = sources.anomalies.Get(call.caller.tenant, incident.anomaly_ids[i]);
    if (member.ok()) count(*member);
  }
  const model::Severity severity = found.anomaly ? found.anomaly->severity : incident.severity;
  const bool pages = (alerts && severity >= options.alert_page_severity) ||
                     (others && severity >= options.page_severity);
  const auto below = [&](std::string_view what, std::string_view key, model::Severity least) {
    reasons.push_back(fmt::format("only {} of incidents.{} ({}) and worse page", what, key,
                                  model::SeverityName(least)));
  };
  if (alerts && !pages) below("alerts", "alert_page_severity", options.alert_page_severity);
  if (others && !pages) below("anomalies", "page_severity", options.page_severity);
  if (choice.grouping == nullptr) return;
  const base::TimePoint flush = incident.started_at + choice.grouping->group_wait;
  if (call.now >= flush) return;
  reasons.push_back(fmt::format("its group waits for more alerts until {} (group_wait)",
                                base::FormatTime(flush)));
}

// Why an incident paged nobody, as far as it shows.
std::vector<std::string> Reasons(const IncidentSources& sources,
                                 const incident::EngineOptions& options, const Call& call,
                                 const model::Incident& incident, const Findings& found) {
  const bool recorded = std::ranges::any_of(found.trail, [&](const TrailRow& row) {
    return row.incident_id == incident.id && row.time >= found.since;
  });
  const std::string since =
      found.anomaly ? " since " + base::FormatTime(found.since) : std::string();
  std::vector<std::string> reasons;
  reasons.push_back(fmt::format("incident {} is {}, its severity is {}{}", incident.id,
                                model::IncidentStateName(incident.state),
                                model::SeverityName(incident.severity),
                                recorded ? "" : "; no page was ordered" + since));
  AddRows(incident, found, reasons);
  if (!recorded) AddRules(sources, options, call, incident, found, reasons);
  return reasons;
}

// Whether there is an anomaly or an incident of that id, or a trace of one.
bool IsKnown(const Findings& found) {
  return found.anomaly || !found.incidents.empty() || !found.entries.empty() ||
         !found.acknowledged.empty() || !found.trail.empty();
}

// Of what belongs to no incident.
std::string WhyAlone(const std::string& subject, const incident::EngineOptions& options,
                     const Findings& found) {
  if (!found.anomaly) return fmt::format("there is no anomaly and no incident {}", subject);
  if (IsAlert(*found.anomaly)) return fmt::format("{} belongs to no incident", subject);
  return fmt::format(
      "{} belongs to no incident: its severity is {}; only anomalies of incidents.open_severity "
      "({}) and worse open one",
      subject, model::SeverityName(found.anomaly->severity),
      model::SeverityName(options.open_severity));
}

struct Explanation {
  bool told = false;                     // anybody
  std::vector<std::string> lines;        // who, when and how, or why not
  std::vector<std::string> why_no_page;  // of them those that say why none was ordered
};

Explanation Explain(const IncidentSources& sources, const incident::EngineOptions& options,
                    const Call& call, const std::string& subject, const Findings& found) {
  Explanation explanation;
  std::vector<std::string>& lines = explanation.lines;
  bool ordered = false;
  for (auto entry = found.entries.rbegin(); entry != found.entries.rend(); ++entry) {
    const bool about = IsAbout(found, *entry);
    ordered = ordered || about;
    explanation.told = explanation.told || (about && entry->letter.state == "delivered");
    const std::string_view beside = Beside(found, *entry);
    lines.push_back(Sentence(*entry) + (beside.empty() ? "" : fmt::format("; {}", beside)));
  }
  for (const LedgerRow& row : found.acknowledged) {
    const std::string_view what =
        row.event == "acknowledged" ? "acknowledged" : "acknowledgement taken back";
    lines.push_back(fmt::format("{} {} by {}", base::FormatTime(row.time), what, row.detail));
  }
  for (const TrailRow& row : found.trail) {
    if (row.kind == kNotice || lines.size() >= 500) continue;
    lines.push_back(fmt::format("{} {}: {}", base::FormatTime(row.time), row.kind, row.text));
  }
  if (ordered) {
    AddStillOpen(found, lines);
    return explanation;
  }
  std::vector<std::string>& why = explanation.why_no_page;
  for (const model::Incident& incident : found.incidents) {
    for (std::string& reason : Reasons(sources, options, call, incident, found)) {
      why.push_back(std::move(reason));
    }
  }
  if (found.incidents.empty()) why.push_back(WhyAlone(subject, options, found));
  lines.insert(lines.end(), why.begin(), why.end());
  return explanation;
}

// --- the same by person

Telling TellingOf(const Entry& entry, const notify::routing::Plan& plan) {
  const Letter& letter = entry.letter;
  const TrailRow* const why = entry.why;
  Telling telling{.person = why == nullptr ? std::string() : why->person,
                  .time = letter.created_at,
                  .kind = letter.kind,
                  .receiver = letter.address.receiver,
                  .state = letter.finished_at ? letter.state : "pending",
                  .delivered_at = letter.state == "delivered" ? letter.finished_at : std::nullopt,
                  .detail = letter.detail,
                  .route = why == nullptr ? std::string() : why->route,
                  .step = why == nullptr ? 0 : why->step,
                  .why = why == nullptr ? std::string() : why->text};
  if (why != nullptr) return telling;
  const auto* const user = plan.FindUserAt(letter.address.receiver, letter.address.to);
  if (user != nullptr) telling.person = user->name;
  return telling;
}

void AddRoute(std::vector<notify::routing::Taken>& routes,
              std::optional<notify::routing::Taken> taken) {
  const auto known = [&](const auto& route) { return route.name == taken->name; };
  if (taken && std::ranges::none_of(routes, known)) routes.push_back(*std::move(taken));
}

std::vector<PersonAnswer> People(const notify::routing::View& view, const Findings& found,
                                 const Explanation& explanation) {
  PeopleFacts facts{.view = view,
                    .tellings = {},
                    .routes = {},
                    .trail = found.trail,
                    .incidents = found.incidents,
                    .since = found.since,
                    .why_no_page = fmt::format("{}", fmt::join(explanation.why_no_page, "; "))};
  for (auto entry = found.entries.rbegin(); entry != found.entries.rend(); ++entry) {
    if (!IsAbout(found, *entry) || entry->letter.address.receiver.empty()) continue;
    facts.tellings.push_back(TellingOf(*entry, *view.plan));
    AddRoute(facts.routes, notify::routing::FindRoute(*view.plan, facts.tellings.back().route));
    const auto page = notify::delivery::PageFromJson(entry->letter.page_json);
    if (!page.ok() || !notify::routing::CallsForPeople(page->kind)) continue;
    for (auto& taken : notify::routing::RoutesOf(*view.plan, *page)) {
      AddRoute(facts.routes, std::move(taken));
    }
  }
  return AnswerPeople(facts);
}

// --- reading

// It is known since the first row that names it: what another system says of its start may be long
// ago, or to come.
void ReadAnomaly(const IncidentSources& sources, const Call& call, const std::string& id,
                 Findings& found) {
  base::Result<model::Anomaly> anomaly = sources.anomalies.Get(call.caller.tenant, id);
  if (!anomaly.ok()) return;
  std::optional<base::TimePoint> first;
  for (const model::Incident& incident : found.incidents) {
    for (const model::TimelineEntry& row : incident.timeline) {
      if (row.anomaly_id == id) first = std::min(first.value_or(row.time), row.time);
    }
  }
  found.since = first.value_or(anomaly->started_at);
  found.anomaly = *std::move(anomaly);
}

// Clients of Alertmanager's API know an alert by its fingerprint: the newest anomaly that has it.
base::Result<std::string> IdOf(const IncidentSources& sources, const Call& call,
                               std::string alert) {
  constexpr size_t kFingerprintDigits = 16;
  constexpr int64_t kLookedAtMax = 1000;
  const bool fingerprint = alert.size() == kFingerprintDigits &&
                           alert.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!fingerprint) return alert;
  VEDETTE_TRY(const detect::AnomalyPage newest,
              sources.anomalies.List({.tenant = call.caller.tenant, .limit = kLookedAtMax}));
  for (const model::Anomaly& anomaly : newest.anomalies) {
    if (model::Fingerprint(anomaly.labels) == alert) return anomaly.id;
  }
  return alert;
}

// The ids of the incidents in question; nothing when all are.
base::Result<std::optional<std::vector<std::string>>> ReadSubject(const IncidentSources& sources,
                                                                  const Call& call,
                                                                  std::string& subject,
                                                                  Findings& found) {
  using Ids = std::optional<std::vector<std::string>>;
  VEDETTE_TRY(std::string incident_id, ReadText(call, "incident", kIdBytesMax));
  VEDETTE_TRY(std::string alert, ReadText(call, "alert", kIdBytesMax));
  VEDETTE_TRY(alert, IdOf(sources, call, std::move(alert)));
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
  const IncidentQuery query{
      .tenant = call.caller.tenant, .anomaly_id = alert, .with_timeline = false};
  VEDETTE_TRY(const IncidentPage page, sources.journal.List(query));
  for (const model::Incident& incident : page.incidents) {
    ids.push_back(incident.id);
    base::Result<model::Incident> whole = sources.journal.Find(call.caller.tenant, incident.id);
    found.incidents.push_back(whole.ok() ? *std::move(whole) : incident);
  }
  ReadAnomaly(sources, call, alert, found);
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

base::Result<std::string> List(const IncidentSources& sources,
                               const incident::EngineOptions& options,
                               const notify::routing::View& view, const Call& call) {
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
    const Explanation explanation = Explain(sources, options, call, subject, found);
    json.Field("alert", subject).Field("known", IsKnown(found));
    json.Field("told", explanation.told).Field("answer", explanation.lines);
    WriteProof(json, "acknowledgements", found.acknowledged);
    WriteTrail(json, found.trail);
    json.Key("people");
    WritePeople(json, People(view, found, explanation));
  }
  json.EndObject();
  return body;
}

base::Result<std::string> Verify(const IncidentSources& sources, const Call&) {
  notify::delivery::LedgerCheck check;
  VEDETTE_TRY_VOID(sources.database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(check, notify::delivery::CheckLedger(session));
    return {};
  }));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("rows", check.rows).Field("ok", check.ok());
  if (!check.ok()) json.Field("broken_at", check.broken_at).Field("reason", check.reason);
  json.EndObject();
  return body;
}

}  // namespace

std::vector<Route> LedgerRoutes(IncidentSources given, EngineOptionsSource options, PlanView view) {
  const auto sources = std::make_shared<const IncidentSources>(std::move(given));
  return {{.method = "GET",
           .pattern = "/api/v1/ledger",
           .permission = Permission::kRead,
           .handler =
               [sources, options = std::move(options), view = std::move(view)](const Call& call) {
                 return Answer(List(*sources, options(), *view(), call));
               },
           .operation = "listLedger"},
          {.method = "GET",
           .pattern = "/api/v1/ledger/verify",
           .permission = Permission::kRead,
           .handler = MakeHandler(sources, Verify),
           .operation = "verifyLedger",
           .heavy = true}};
}

}  // namespace vedette::api
