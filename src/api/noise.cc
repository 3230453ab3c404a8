#include "api/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "api/parameters.h"
#include "base/json_writer.h"
#include "model/page.h"
#include "notify/delivery/page_json.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using notify::routing::LocalTime;
using notify::routing::TimeZone;

constexpr base::Duration kWeek = std::chrono::days(7);
constexpr base::Duration kSpanMax = std::chrono::days(92);
constexpr int64_t kMessagesMax = 50'000;
constexpr size_t kIncidentsMax = 5'000;
constexpr std::string_view kNoRule = "(several or none)";

bool AtNight(const TimeZone& zone, base::TimePoint time) {
  const LocalTime local = zone.ToLocal(time);
  const base::Duration of_day = local - notify::routing::Midnight(local);
  return of_day >= std::chrono::hours(22) || of_day < std::chrono::hours(6);
}

// What is allowed in `span`, at least one.
int64_t Share(int64_t per_week, base::Duration span) {
  const double weeks = static_cast<double>(span.count()) / static_cast<double>(kWeek.count());
  return std::max<int64_t>(1, std::llround(static_cast<double>(per_week) * weeks));
}

// Who or what the messages are about, with the incidents behind them.
struct Group {
  NoiseTally tally;
  std::map<std::string, bool> incidents;  // and whether they count as acknowledged
  std::vector<const NoiseMessage*> messages;

  void Add(const NoiseMessage& message, bool at_night, bool acknowledged) {
    ++tally.messages;
    if (at_night) ++tally.night;
    incidents[message.incident_id] |= acknowledged;
    messages.push_back(&message);
  }
  NoiseTally Finish(std::string name, int64_t budget) {
    tally.name = std::move(name);
    tally.budget = budget;
    tally.incidents = static_cast<int64_t>(incidents.size());
    tally.acknowledged =
        std::ranges::count_if(incidents, [](const auto& each) { return each.second; });
    return tally;
  }
};

// What would not have been sent if `spared` incidents had told nobody.
template <typename Spared>
NoiseFix Try(std::string change, const Group& group, Spared spared) {
  NoiseFix fix{.change = std::move(change)};
  std::set<std::string_view> lost;
  for (const NoiseMessage* message : group.messages) {
    if (!spared(*message)) continue;
    ++fix.messages_less;
    if (message->acknowledged_at) lost.insert(message->incident_id);
  }
  fix.acknowledged_lost = static_cast<int64_t>(lost.size());
  return fix;
}

std::vector<NoiseFix> FixesOf(const Group& group) {
  std::vector<NoiseFix> fixes;
  for (const int minutes : {5, 15, 60}) {
    fixes.push_back(Try(fmt::format("wait {}m before the first page (for: {}m)", minutes, minutes),
                        group, [minutes](const NoiseMessage& message) {
                          return message.resolved_at && *message.resolved_at - message.started_at <=
                                                            std::chrono::minutes(minutes);
                        }));
  }
  fixes.push_back(Try("page only what is critical", group, [](const NoiseMessage& message) {
    return message.severity < model::Severity::kCritical;
  }));
  fixes.push_back(
      Try("one page for each incident", group,
          [seen = std::set<std::tuple<std::string_view, std::string_view, std::string_view>>()](
              const NoiseMessage& message) mutable {
            return !seen.emplace(message.incident_id, message.person, message.receiver).second;
          }));
  fixes.back().acknowledged_lost = 0;  // each incident is still told once
  std::erase_if(fixes, [](const NoiseFix& fix) { return fix.messages_less == 0; });
  std::ranges::sort(fixes, {}, [](const NoiseFix& fix) {
    return std::tuple(fix.acknowledged_lost, -fix.messages_less, fix.change);
  });
  return fixes;
}

// --- reading

struct Read {
  std::vector<NoiseMessage> messages;
  bool complete = true;
};

// "in_01:opened:1": only these ask for somebody.
bool AsksForSomebody(std::string_view dedup_key) {
  return dedup_key.starts_with("in_") &&
         (dedup_key.find(":opened:") != std::string_view::npos ||
          dedup_key.find(":severity_raised:") != std::string_view::npos ||
          dedup_key.find(":updated:") != std::string_view::npos);
}

base::Result<> ReadTrail(sql::Session& session, const model::TenantName& tenant,
                         base::TimePoint from, base::TimePoint to, Read& out) {
  return session.Query(
      "SELECT time, person, receiver, incident_id, dedup_key FROM routing_trail "
      "WHERE tenant = ? AND kind = 'notice' AND time >= ? AND time < ? ORDER BY time, seq LIMIT ?",
      {sql::Text(tenant), sql::Time(from), sql::Time(to), sql::Int(kMessagesMax + 1)},
      [&](const sql::Row& row) {
        if (static_cast<int64_t>(out.messages.size()) == kMessagesMax) out.complete = false;
        if (!out.complete || !AsksForSomebody(row.GetText(4))) return;
        NoiseMessage& message = out.messages.emplace_back();
        message.time = row.GetTime(0);
        message.person = row.GetText(1);
        message.receiver = row.GetText(2);
        message.incident_id = row.GetText(3);
      });
}

// The rule that an incident is about: of the first page that is still there.
base::Result<std::string> RuleOf(sql::Session& session, const model::TenantName& tenant,
                                 const std::string& incident_id) {
  std::string rule;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT page FROM outbox WHERE tenant = ? AND incident_id = ? ORDER BY id LIMIT 1",
      {sql::Text(tenant), sql::Text(incident_id)}, [&](const sql::Row& row) {
        const base::Result<model::Page> page = notify::delivery::PageFromJson(row.GetText(0));
        if (page.ok()) rule = page->labels.Get("alertname");
      }));
  return rule;
}

base::Result<Read> ReadNoise(const NoiseSources& sources, const model::TenantName& tenant,
                             base::TimePoint from, base::TimePoint to) {
  Read read;
  std::map<std::string, std::string> rules;
  VEDETTE_TRY_VOID(sources.database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(ReadTrail(session, tenant, from, to, read));
    for (const NoiseMessage& message : read.messages) {
      if (rules.contains(message.incident_id)) continue;
      if (rules.size() == kIncidentsMax) {
        read.complete = false;
        break;
      }
      VEDETTE_TRY(rules[message.incident_id], RuleOf(session, tenant, message.incident_id));
    }
    return {};
  }));
  std::map<std::string, model::Incident> incidents;
  for (const auto& [id, rule] : rules) {
    base::Result<model::Incident> incident = sources.find(tenant, id);
    if (incident.ok()) incidents[id] = *std::move(incident);
  }
  for (NoiseMessage& message : read.messages) {
    const auto found = incidents.find(message.incident_id);
    if (found == incidents.end()) continue;
    const model::Incident& incident = found->second;
    message.rule = rules[message.incident_id];
    message.severity = incident.severity;
    message.started_at = incident.started_at;
    message.acknowledged_at = incident.acknowledged_at;
    message.acknowledged_by = incident.acknowledged_by;
    message.resolved_at = incident.resolved_at;
  }
  return read;
}

// --- answering

void WriteTally(JsonWriter& json, const NoiseTally& tally) {
  json.Field("name", tally.name)
      .Field("messages", tally.messages)
      .Field("night", tally.night)
      .Field("incidents", tally.incidents)
      .Field("acknowledged", tally.acknowledged)
      .Field("budget", tally.budget)
      .Field("over", tally.messages > tally.budget);
}

std::string Body(const NoiseReport& report, const Read& read, base::TimePoint from,
                 base::TimePoint to) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Field("from", from)
      .Field("to", to)
      .Field("complete", read.complete)
      .Key("people")
      .BeginArray();
  for (const NoiseTally& person : report.people) {
    json.BeginObject();
    WriteTally(json, person);
    json.EndObject();
  }
  json.EndArray().Key("rules").BeginArray();
  for (const NoiseReport::Rule& rule : report.rules) {
    json.BeginObject();
    WriteTally(json, rule.tally);
    json.Key("fixes").BeginArray();
    for (const NoiseFix& fix : rule.fixes) {
      json.BeginObject()
          .Field("change", fix.change)
          .Field("messages_less", fix.messages_less)
          .Field("acknowledged_lost", fix.acknowledged_lost)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

base::Result<net::Response> Get(const NoiseSources& sources, const Call& call) {
  VEDETTE_TRY(const auto asked_to, ReadTime(call, "to"));
  const base::TimePoint to = asked_to.value_or(call.now);
  VEDETTE_TRY(const auto asked_from, ReadTime(call, "from"));
  const base::TimePoint from = asked_from.value_or(to - kWeek);
  if (from >= to) return BadParameter("from", "must be before to");
  if (to - from > kSpanMax) return BadParameter("from", "is more than 92 days before to");
  VEDETTE_TRY(const Read read, ReadNoise(sources, call.caller.tenant, from, to));
  const auto view = sources.view();
  return net::JsonResponse(200,
                           Body(CountNoise(read.messages, *view->plan, to - from), read, from, to));
}

}  // namespace

NoiseReport CountNoise(const std::vector<NoiseMessage>& messages, const notify::routing::Plan& plan,
                       base::Duration span) {
  std::map<std::string, Group> people;
  std::map<std::string, Group> rules;
  for (const NoiseMessage& message : messages) {
    const notify::routing::User* user = plan.FindUser(message.person);
    const bool night = AtNight(user == nullptr ? TimeZone() : user->zone, message.time);
    const bool taken = message.acknowledged_at.has_value();
    if (!message.person.empty()) {
      people[message.person].Add(message, night,
                                 taken && message.acknowledged_by == message.person);
    }
    rules[message.rule.empty() ? std::string(kNoRule) : message.rule].Add(message, night, taken);
  }
  NoiseReport report;
  for (auto& [name, group] : people) {
    report.people.push_back(group.Finish(name, Share(plan.noise.person_per_week, span)));
  }
  for (auto& [name, group] : rules) {
    NoiseReport::Rule& rule = report.rules.emplace_back();
    rule.tally = group.Finish(name, Share(plan.noise.rule_per_week, span));
    if (rule.tally.messages > rule.tally.budget) rule.fixes = FixesOf(group);
  }
  std::ranges::sort(report.people, [](const NoiseTally& a, const NoiseTally& b) {
    return std::pair(-a.messages, a.name) < std::pair(-b.messages, b.name);
  });
  std::ranges::sort(report.rules, [](const auto& a, const auto& b) {
    return std::pair(-a.tally.messages, a.tally.name) < std::pair(-b.tally.messages, b.tally.name);
  });
  return report;
}

std::vector<Route> NoiseRoutes(NoiseSources given) {
  const auto sources = std::make_shared<const NoiseSources>(std::move(given));
  return {Route{.method = "GET",
                .pattern = "/api/v1/notify/noise",
                .permission = Permission::kRead,
                .handler = MakeHandler(sources, Get),
                .operation = "getNoise"}};
}

}  // namespace vedette::api
