#include "api/postmortem.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/postmortem_sections.h"
#include "api/postmortem_words.h"

namespace vedette::api {
namespace {

using model::Incident;
using model::TimelineEntry;

constexpr std::string_view kMachine = "vedette";
constexpr base::Duration kChangesBefore = std::chrono::hours(24);
constexpr base::Duration kUsualOf = std::chrono::hours(24 * 90);
constexpr size_t kChangesMax = 200;  // before it began, and as many while it went on
constexpr int64_t kUsualMax = 1000;
constexpr size_t kUsualMin = 5;  // incidents; fewer say nothing of what is usual
constexpr size_t kServicesNamed = 10;
constexpr size_t kStormFrom = 3;  // rows of a kind one after the other; more are told in short

const TimelineEntry* FirstRow(const Incident& incident, std::string_view kind) {
  const auto row = std::ranges::find(incident.timeline, kind, &TimelineEntry::kind);
  return row == incident.timeline.end() ? nullptr : &*row;
}

size_t RowsOf(const Incident& incident, std::string_view kind) {
  return static_cast<size_t>(std::ranges::count(incident.timeline, kind, &TimelineEntry::kind));
}

base::TimePoint HappenedAt(const TimelineEntry& row) { return row.happened_at.value_or(row.time); }

std::string Quoted(std::string_view text) { return fmt::format("\"{}\"", Plain(text)); }

// ": "on it"" of what somebody wrote with it; empty where they wrote nothing.
std::string Words(std::string_view text) { return text.empty() ? "" : ": " + Quoted(text); }

std::string Services(const Incident& incident) {
  std::string names;
  for (size_t i = 0; i < std::min(kServicesNamed, incident.entities.size()); ++i) {
    names += (i == 0 ? "" : ", ") + Plain(incident.entities[i]);
  }
  if (incident.entities.size() > kServicesNamed) {
    names += fmt::format(" and {} more", incident.entities.size() - kServicesNamed);
  }
  return names;
}

// --- what it was

void AppendHead(std::string& out, const PostMortemFacts& facts) {
  const Incident& incident = facts.incident;
  out += fmt::format(
      "# Post-mortem: {}\n\nThis is a draft, made at {} from what is stored of the incident "
      "[{}]({}/incidents/{}). What only people know is a blank: {}\n",
      Plain(incident.title), Moment(facts.now), Plain(incident.id), facts.external_url, incident.id,
      Blank("like this"));
  if (!incident.merged_into.empty()) {
    out += fmt::format("\nIt was merged into [{}]({}/incidents/{}), which goes on with it.\n",
                       Plain(incident.merged_into), facts.external_url, incident.merged_into);
  }
}

void AppendSummary(std::string& out, const PostMortemFacts& facts) {
  const Incident& incident = facts.incident;
  out += fmt::format("\n## Summary\n\nIt began at {}", Moment(incident.started_at));
  if (incident.resolved_at) {
    out +=
        fmt::format(" and was over {} later", Lasting(*incident.resolved_at - incident.started_at));
  } else if (incident.anomaly_ids.empty()) {
    out += ", and is not over";
  } else {
    out += fmt::format(", and is not over: of {} {} still open",
                       Counted(incident.anomaly_ids.size(), "anomaly"),
                       incident.open_anomaly_ids.size() == 1
                           ? std::string("1 is")
                           : fmt::format("{} are", incident.open_anomaly_ids.size()));
  }
  out += fmt::format(". Its severity was {}. It touched {}: {}.",
                     model::SeverityName(incident.severity),
                     Counted(incident.entities.size(), "service"), Services(incident));
  if (const TimelineEntry* opened = FirstRow(incident, "opened")) {
    out += fmt::format(" The first that was seen of it was {}.", Quoted(opened->text));
  }
  out += ImpactInShort(facts) + CauseInShort(facts) + "\n\n" +
         Blank("in two sentences, what happened as a customer would tell it") + "\n";
}

// --- how it went

void AppendTold(std::string& out, const Incident& incident) {
  const TimelineEntry* sent = FirstRow(incident, "page_sent");
  const TimelineEntry* opened = FirstRow(incident, "opened");
  if (sent == nullptr) {
    const TimelineEntry* held = FirstRow(incident, "page_held");
    out += held == nullptr ? "- No page about it was delivered to anybody.\n"
                           : fmt::format("- No page about it was delivered to anybody; {}.\n",
                                         Plain(held->text));
  } else {
    const base::TimePoint since = opened == nullptr ? incident.started_at : opened->time;
    out += fmt::format("- The first page was delivered at {}, {} after it was noticed ({}).\n",
                       Moment(sent->time), Lasting(sent->time - since), Plain(sent->text));
    out += fmt::format("- In all, {} arrived.\n", Counted(RowsOf(incident, "page_sent"), "page"));
  }
  if (const size_t failed = RowsOf(incident, "page_failed"); failed > 0) {
    out += fmt::format("- {} failed, first at {} ({}).\n", Counted(failed, "delivery attempt"),
                       Moment(FirstRow(incident, "page_failed")->time),
                       Plain(FirstRow(incident, "page_failed")->text));
  }
}

void AppendResponse(std::string& out, const Incident& incident) {
  if (incident.acknowledged_at) {
    const base::TimePoint since = model::AwaitedSince(incident);
    out += fmt::format("- {} acknowledged it at {}, {} after it {}.\n",
                       Plain(incident.acknowledged_by), Moment(*incident.acknowledged_at),
                       Lasting(*incident.acknowledged_at - since),
                       since == incident.started_at ? "began" : "was opened again");
  } else {
    out += "- Nobody acknowledged it.\n";
  }
  const auto mitigation = std::ranges::find(incident.phases, model::IncidentPhase::kMitigation,
                                            &model::PhaseStart::phase);
  if (mitigation != incident.phases.end()) {
    out += fmt::format("- {} began to mitigate at {}, {} after it began.\n", Plain(mitigation->by),
                       Moment(mitigation->started_at),
                       Lasting(mitigation->started_at - incident.started_at));
  } else {
    out += "- Nobody recorded when the mitigation began.\n";
  }
  if (const size_t again = RowsOf(incident, "reopened"); again > 0) {
    out += fmt::format("- It was opened again {}.\n",
                       again == 1 ? std::string("once") : fmt::format("{} times", again));
  }
  if (!incident.resolved_at) {
    out += "- It is not resolved.\n";
  } else if (incident.resolved_by == kMachine) {
    out += fmt::format("- It ended by itself at {}, {} after it began: nobody resolved it.\n",
                       Moment(*incident.resolved_at),
                       Lasting(*incident.resolved_at - incident.started_at));
  } else {
    out += fmt::format("- {} resolved it at {}, {} after it began.\n", Plain(incident.resolved_by),
                       Moment(*incident.resolved_at),
                       Lasting(*incident.resolved_at - incident.started_at));
  }
  if (incident.resolved_at && !incident.open_anomaly_ids.empty()) {
    out += fmt::format("- {} of its anomalies went on after that.\n",
                       incident.open_anomaly_ids.size());
  }
}

void AppendNoticed(std::string& out, const Incident& incident) {
  if (const TimelineEntry* opened = FirstRow(incident, "opened")) {
    out += fmt::format("- It was noticed at {}, {} later.\n", Moment(opened->time),
                       Lasting(opened->time - incident.started_at));
  } else {
    out += "- When it was noticed is not known.\n";
  }
}

void AppendCourse(std::string& out, const Incident& incident) {
  const TimelineEntry* const declared = FirstRow(incident, "declared");
  const bool seen = declared == nullptr || incident.started_at < declared->time;
  out += fmt::format(
      "\n## What happened\n\n- It began at {}, when {}.\n", Moment(incident.started_at),
      seen ? "the first of its anomalies or alerts did" : Plain(declared->actor) + " declared it");
  if (seen) AppendNoticed(out, incident);
  AppendTold(out, incident);
  AppendResponse(out, incident);
}

// --- what people did

std::string DoneBy(const TimelineEntry& row) {
  const std::string who = Plain(row.actor);
  const std::string text = Plain(row.text);
  if (row.kind == "comment") return fmt::format("{} wrote {}", who, Quoted(row.text));
  if (row.kind == "unacknowledged") {
    return fmt::format("{} took the acknowledgement back{}", who, Words(row.text));
  }
  if (row.kind == "declared") return fmt::format("{} declared it{}", who, Words(row.text));
  if (row.kind == "acknowledged") return fmt::format("{} acknowledged it{}", who, Words(row.text));
  if (row.kind == "resolved") return fmt::format("{} resolved it{}", who, Words(row.text));
  if (row.kind == "reopened") return fmt::format("{} opened it again{}", who, Words(row.text));
  if (row.kind == "phase") return fmt::format("{} said that the phase is now {}", who, text);
  if (row.kind == "role") return fmt::format("{} gave out a role ({})", who, text);
  if (row.kind == "task") return fmt::format("{} wrote down a task ({})", who, text);
  if (row.kind == "link") return fmt::format("{} added a link ({})", who, text);
  if (row.kind == "merged") return fmt::format("{} merged incidents ({})", who, text);
  if (row.kind == "split") return fmt::format("{} split it ({})", who, text);
  return fmt::format("{}, {}: {}", who, Plain(row.kind), text);
}

// What people marked as worth telling, in the order in which it happened.
void AppendStarred(std::string& out, const Incident& incident) {
  if (incident.starred.empty()) return;
  out += "\n## Key moments\n\n";
  std::vector<const TimelineEntry*> rows;
  for (const TimelineEntry& row : incident.timeline) {
    if (std::ranges::binary_search(incident.starred, row.seq)) rows.push_back(&row);
  }
  std::ranges::stable_sort(rows, {}, [](const TimelineEntry* row) { return HappenedAt(*row); });
  for (const TimelineEntry* row : rows) {
    out += fmt::format("- {}: {}.\n", Moment(HappenedAt(*row)),
                       row->actor == kMachine ? Plain(row->text) : DoneBy(*row));
  }
}

void AppendDone(std::string& out, const PostMortemFacts& facts) {
  out += "\n## What was done\n\n";
  std::vector<std::pair<base::TimePoint, std::string>> rows;
  for (const TimelineEntry& row : facts.incident.timeline) {
    if (row.actor == kMachine) continue;
    rows.emplace_back(HappenedAt(row), DoneBy(row));
  }
  for (const model::Change& change : facts.changes) {
    if (change.time < facts.incident.started_at || !IsOfIncident(facts, change)) continue;
    rows.emplace_back(change.time, "recorded change, " + Described(change));
  }
  std::ranges::stable_sort(rows, {}, &std::pair<base::TimePoint, std::string>::first);
  if (rows.empty()) out += "Nobody has written down what was done, and no change was recorded.\n";
  for (const auto& [time, what] : rows) out += fmt::format("- {}: {}.\n", Moment(time), what);
  for (const auto& [role, person] : facts.incident.roles) {
    out += fmt::format("- The role {} was {}'s.\n", Plain(role), Plain(person));
  }
  out += "\n" + Blank("what was tried elsewhere, in which order, and what of it helped") + "\n";
}

// --- what the figures say

// "The median of 14 incidents as severe in the 90 days before is 3 min 0 s." and where it belongs.
void Compare(std::string_view what, base::Duration took, size_t count, base::Duration median,
             std::string& well, std::string& slow) {
  if (count < kUsualMin) return;
  const bool longer = took > median;
  (longer ? slow : well) += fmt::format(
      "- {} took {}, {} than the median of the {} that were as severe in the 90 days before "
      "({}).\n",
      what, Lasting(took), longer ? "longer" : "no longer", Counted(count, "incident"),
      Lasting(median));
}

void AppendSpeed(std::string& out, const PostMortemFacts& facts) {
  const Incident& incident = facts.incident;
  const TimelineEntry* opened = FirstRow(incident, "opened");
  const TimelineEntry* sent = FirstRow(incident, "page_sent");
  const auto lasted = [](const auto& from, const auto& to) {
    return from && to ? Lasting(*to - *from) : std::string("not known");
  };
  using Time = std::optional<base::TimePoint>;
  const Time began = incident.started_at;
  const Time noticed = opened == nullptr ? Time() : opened->time;
  const Time told = sent == nullptr ? Time() : sent->time;
  const Time awaited = model::AwaitedSince(incident);
  out += fmt::format(
      "\n## What went well, and what was slow\n\n| | |\n|---|---|\n"
      "| Until it was noticed | {} |\n| From then to the first page | {} |\n"
      "| Until it was acknowledged | {} |\n| Until it was resolved | {} |\n",
      lasted(began, noticed), lasted(noticed, told), lasted(awaited, incident.acknowledged_at),
      lasted(began, incident.resolved_at));
}

void AppendJudged(std::string& out, const PostMortemFacts& facts) {
  const Incident& incident = facts.incident;
  const UsualTimes& usual = facts.usual;
  std::string well, slow;
  if (incident.acknowledged_at) {
    Compare("The acknowledgement", *incident.acknowledged_at - model::AwaitedSince(incident),
            usual.acknowledged, usual.to_acknowledge, well, slow);
  }
  if (incident.resolved_at) {
    Compare("The end", *incident.resolved_at - incident.started_at, usual.resolved,
            usual.to_resolve, well, slow);
  }
  if (const size_t failed = RowsOf(incident, "page_failed"); failed > 0) {
    slow += fmt::format("- {} failed.\n", Counted(failed, "delivery attempt"));
  }
  if (RowsOf(incident, "reopened") > 0)
    slow += "- It was opened again after it had been resolved.\n";
  if (usual.resolved < kUsualMin) {
    out += fmt::format(
        "\n{} as severe ended in the 90 days before: too few to say what is usual.\n",
        usual.resolved == 0 ? std::string("No incident") : Counted(usual.resolved, "incident"));
  }
  if (!well.empty()) out += "\nBy these figures this went well:\n\n" + well;
  if (!slow.empty()) out += "\nBy these figures this was slow or went wrong:\n\n" + slow;
  out += "\n" + Blank("what helped, what hindered, and where you were lucky") + "\n";
}

// --- what is left to do

void AppendTasks(std::string& out, const Incident& incident) {
  out += "\n## Action items\n\n";
  for (const model::IncidentTask& task : incident.tasks) {
    out += fmt::format("- [{}] {}", task.done_at ? "x" : " ", Plain(task.title));
    if (!task.assignee.empty()) out += fmt::format(" ({})", Plain(task.assignee));
    if (task.done_at) {
      out += fmt::format(", done by {} at {}", Plain(task.done_by), Moment(*task.done_at));
    }
    out += "\n";
  }
  if (incident.tasks.empty()) out += "No task was written down while it went on.\n\n";
  out +=
      fmt::format("- [ ] {}\n", Blank("what keeps it from happening again, who does it, by when"));
  if (incident.links.empty()) return;
  out += "\n## Links\n\n";
  for (const model::IncidentLink& link : incident.links) {
    out +=
        fmt::format("- {}: {}\n", Plain(link.title.empty() ? "link" : link.title), Plain(link.url));
  }
}

// Rows that come in storms.
enum class Storm { kNone, kAnomalies, kPages };
Storm StormOf(const TimelineEntry& row) {
  if (row.kind == "page_sent") return Storm::kPages;
  const bool of_anomalies =
      row.kind == "anomaly_opened" || row.kind == "anomaly_closed" || row.kind == "grouped";
  return of_anomalies ? Storm::kAnomalies : Storm::kNone;
}

// A storm is one row, so that what people did is not lost in it.
std::string InShort(std::span<const TimelineEntry> storm) {
  const auto count = [&](std::string_view kind) {
    return static_cast<size_t>(std::ranges::count(storm, kind, &TimelineEntry::kind));
  };
  const std::string what = StormOf(storm.front()) == Storm::kPages
                               ? fmt::format("**pages** {} arrived", Counted(storm.size(), "page"))
                               : fmt::format("**anomalies** {} opened and {} closed",
                                             count("anomaly_opened"), count("anomaly_closed"));
  return fmt::format("- {} {} until {}, the first: {}\n", Moment(storm.front().time), what,
                     Moment(storm.back().time), Plain(storm.front().text));
}

void AppendTimeline(std::string& out, const Incident& incident) {
  out += "\n## Timeline\n\n";
  std::vector<TimelineEntry> sorted = incident.timeline;
  std::ranges::stable_sort(sorted, {}, HappenedAt);
  const std::span<const TimelineEntry> rows = sorted;
  for (size_t i = 0; i < rows.size();) {
    const Storm storm = StormOf(rows[i]);
    size_t end = i + 1;
    while (storm != Storm::kNone && end < rows.size() && StormOf(rows[end]) == storm) ++end;
    if (end - i > kStormFrom) {
      out += InShort(rows.subspan(i, end - i));
      i = end;
      continue;
    }
    const TimelineEntry& row = rows[i++];
    out += fmt::format(
        "- {} **{}** {}{}{}\n", Moment(HappenedAt(row)), Plain(row.kind),
        row.actor == kMachine ? "" : Plain(row.actor) + ": ", Plain(row.text),
        row.happened_at ? fmt::format(" (written down at {})", Moment(row.time)) : std::string());
  }
}

// --- where it comes from

base::Duration MedianOf(std::vector<base::Duration>& times) {
  if (times.empty()) return base::Duration(0);
  const auto middle = times.begin() + static_cast<ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

base::Result<UsualTimes> UsualBefore(const incident::journal::Journal& journal,
                                     const Incident& incident) {
  VEDETTE_TRY(const incident::journal::IncidentPage page,
              journal.List({.tenant = incident.tenant,
                            .states = {model::IncidentState::kResolved},
                            .severity = incident.severity,
                            .from = incident.started_at - kUsualOf,
                            .to = incident.started_at,
                            .with_timeline = false,
                            .limit = kUsualMax}));
  std::vector<base::Duration> acknowledged, resolved;
  for (const Incident& other : page.incidents) {
    if (other.id == incident.id || !other.merged_into.empty()) continue;
    if (other.resolved_at) resolved.push_back(*other.resolved_at - other.started_at);
    if (other.acknowledged_at) {
      acknowledged.push_back(*other.acknowledged_at - model::AwaitedSince(other));
    }
  }
  return UsualTimes{.acknowledged = acknowledged.size(),
                    .to_acknowledge = MedianOf(acknowledged),
                    .resolved = resolved.size(),
                    .to_resolve = MedianOf(resolved)};
}

// The newest changes of a time. A page of the store may end before its limit.
base::Result<bool> ReadChanges(records::Store& store, records::ChangeQuery query,
                               std::vector<model::Change>& out) {
  const size_t most = out.size() + kChangesMax;
  do {
    query.limit = most - out.size();
    VEDETTE_TRY(records::Page<model::Change> page, store.QueryChanges(query));
    std::ranges::move(page.records, std::back_inserter(out));
    query.cursor = std::move(page.next_cursor);
  } while (!query.cursor.empty() && out.size() < most);
  return query.cursor.empty();
}

base::Result<PostMortemFacts> FactsOf(const PostMortemSources& sources, const Call& call) {
  const model::TenantName& tenant = call.caller.tenant;
  PostMortemFacts facts;
  VEDETTE_TRY(facts.incident, sources.journal.Find(tenant, call.PathValue("id")));
  VEDETTE_TRY(const std::optional<diagnose::live::StoredDiagnosis> diagnosis,
              sources.diagnoses.Find(tenant, facts.incident.id));
  if (diagnosis) {
    VEDETTE_TRY(facts.diagnosis, base::ParseJson(diagnosis->body));
    if (!diagnosis->impact.empty()) {
      VEDETTE_TRY(facts.impact, base::ParseJson(diagnosis->impact));
    }
  }
  VEDETTE_TRY(facts.verdicts, sources.diagnoses.Verdicts(tenant, facts.incident.id));
  records::ChangeQuery query;
  query.tenant = tenant;
  query.from = facts.incident.started_at;
  query.to = std::max(query.from, facts.incident.resolved_at.value_or(call.now));
  VEDETTE_TRY_VOID(ReadChanges(sources.records, query, facts.changes));
  query.to = query.from - base::Duration(1);
  query.from -= kChangesBefore;
  VEDETTE_TRY(const bool all, ReadChanges(sources.records, query, facts.changes));
  facts.older_changes_left_out = !all;
  VEDETTE_TRY(facts.usual, UsualBefore(sources.journal, facts.incident));
  facts.external_url = sources.external_url;
  facts.now = call.now;
  return facts;
}

base::Result<net::Response> GetPostMortem(const PostMortemSources& sources, const Call& call) {
  VEDETTE_TRY(const PostMortemFacts facts, FactsOf(sources, call));
  net::Response response = net::JsonResponse(200, PostMortem(facts));
  response.headers.Set("Content-Type", "text/markdown; charset=utf-8");
  return response;
}

}  // namespace

std::string PostMortem(const PostMortemFacts& facts) {
  std::string out;
  AppendHead(out, facts);
  AppendSummary(out, facts);
  AppendCourse(out, facts.incident);
  AppendStarred(out, facts.incident);
  AppendImpact(out, facts);
  AppendCause(out, facts);
  AppendChangesBefore(out, facts);
  AppendDone(out, facts);
  AppendSpeed(out, facts);
  AppendJudged(out, facts);
  AppendTasks(out, facts.incident);
  AppendTimeline(out, facts.incident);
  return out;
}

std::vector<Route> PostMortemRoutes(PostMortemSources sources) {
  const auto shared = std::make_shared<const PostMortemSources>(std::move(sources));
  return {Route{.method = "GET",
                .pattern = "/api/v1/incidents/{id}/postmortem",
                .permission = Permission::kRead,
                .handler = MakeHandler(shared, GetPostMortem),
                .operation = "getPostMortem"}};
}

}  // namespace vedette::api
