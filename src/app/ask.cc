#include "app/ask.h"

#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/ask_parts.h"
#include "app/data_folder.h"
#include "app/replays.h"
#include "base/duration.h"
#include "base/files.h"
#include "base/json.h"
#include "yaml/limits.h"

namespace vedette::app {
namespace {

using base::Json;

using ask::Describe;
using ask::Get;
using ask::PercentEncoded;
using ask::Post;
using ask::Printable;
using ask::Table;
using ask::Text;

std::string SeriesName(const Json& metric) {
  std::string name = Text(metric, "__name__"), labels;
  for (const auto& [key, value] : metric.items()) {
    if (key != "__name__") labels += (labels.empty() ? "" : ", ") + key + "=" + value.dump();
  }
  return labels.empty() && !name.empty() ? name : name + "{" + labels + "}";
}

std::string Time(const Json& seconds) {
  return base::FormatTime(base::FromMillis(static_cast<int64_t>(seconds.get<double>() * 1000)));
}

std::string DescribeResult(const Json& data) {
  const std::string type = Text(data, "resultType");
  const Json& result = data["result"];
  if (type == "scalar" || type == "string") return result[1].get<std::string>() + "\n";
  if (result.empty()) return "no data\n";
  if (type == "vector") {
    std::vector<std::vector<std::string>> rows;
    for (const Json& row : result) {
      rows.push_back({SeriesName(row["metric"]), row["value"][1].get<std::string>()});
    }
    return Table(rows);
  }
  std::string out;
  for (const Json& row : result) {
    out += SeriesName(row["metric"]) + "\n";
    for (const Json& point : row["values"]) {
      out += fmt::format("  {}  {}\n", Time(point[0]), point[1].get<std::string>());
    }
  }
  return out;
}

std::string DescribeIncident(const Json& incident) {
  std::string out = Table({{"id", Text(incident, "id")},
                           {"title", Text(incident, "title")},
                           {"severity", Text(incident, "severity")},
                           {"state", Text(incident, "state")},
                           {"started", Text(incident, "started_at")},
                           {"acknowledged", Text(incident, "acknowledged_at")},
                           {"resolved", Text(incident, "resolved_at")}});
  out += "\n";
  std::vector<std::vector<std::string>> rows;
  for (const Json& row : incident["timeline"]) {
    rows.push_back({Text(row, "time"), Text(row, "actor"), Text(row, "kind"), Text(row, "text")});
  }
  return out + Table(rows);
}

}  // namespace

base::Result<std::string> AskQuery(const QueryCommand& command, const AskOptions& options,
                                   net::HttpClient& client) {
  const bool range = !command.from.empty() || !command.to.empty();
  VEDETTE_TRY(const std::string body,
              range ? Get("/api/v1/query_range",
                          {{"query", command.expression},
                           {"start", command.from},
                           {"end", command.to},
                           {"step", command.step.empty() ? "60s" : command.step}},
                          options, client)
                    : Get("/api/v1/query", {{"query", command.expression}, {"time", command.time}},
                          options, client));
  if (options.json) return body + "\n";
  return Describe(body, [](const Json& json) { return DescribeResult(json["data"]); });
}

namespace {

// Counted lines: a row per series, its labels and its total.
std::string DescribeStats(const Json& stats) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& series : stats["series"]) {
    std::vector<std::string> row;
    for (const auto& [name, value] : series["labels"].items()) {
      row.push_back(name + "=" + value.get<std::string>());
    }
    row.push_back(series["total"].dump());
    if (series.contains("text")) row.push_back(Text(series, "text"));
    rows.push_back(std::move(row));
  }
  std::string out = rows.empty() ? "no log lines\n" : Table(rows);
  if (const std::string warning = Text(stats, "warning"); !warning.empty()) {
    out += "warning: " + warning + "\n";
  }
  return out;
}

}  // namespace

base::Result<std::string> AskLogs(const LogsCommand& command, const AskOptions& options,
                                  net::HttpClient& client) {
  VEDETTE_TRY(const std::string body, Get("/api/v1/logs/query",
                                          {{"query", command.query},
                                           {"service", command.service},
                                           {"level", command.level},
                                           {"from", command.from},
                                           {"to", command.to},
                                           {"limit", std::to_string(command.limit)}},
                                          options, client));
  if (options.json) return body + "\n";
  return Describe(body, [](const Json& json) {
    if (json.contains("stats")) return DescribeStats(json["stats"]);
    std::vector<std::vector<std::string>> rows;
    for (const Json& log : json["logs"]) {
      rows.push_back({Text(log, "time").empty() ? Text(log, "timestamp") : Text(log, "time"),
                      Text(log, "level"), Text(log, "service"), Text(log, "message")});
    }
    std::reverse(rows.begin(), rows.end());  // oldest first, as a log file reads
    return rows.empty() ? "no log lines\n" : Table(rows);
  });
}

namespace {

// What is said of the cause: the first hypotheses, each with its claims and where to check them.
std::string DescribeDiagnosis(const Json& diagnosis) {
  constexpr size_t kShown = 3;
  std::string out = "why      " + Printable(Text(diagnosis, "summary")) + "\n";
  size_t shown = 0;
  for (const Json& hypothesis : diagnosis.at("hypotheses")) {
    if (shown++ == kShown) break;
    out += fmt::format("{:>6.1f} %  {:<12}  {}\n", 100 * hypothesis.at("probability").get<double>(),
                       Text(hypothesis, "status"), Printable(Text(hypothesis, "entity")));
    for (const Json& claim : hypothesis.at("claims")) {
      out += fmt::format("    - {}  /e/{}\n", Printable(Text(claim, "text")),
                         Text(claim, "evidence_id"));
    }
  }
  for (const Json& input : diagnosis.at("inputs")) {
    if (Text(input, "state") == "ok") continue;
    out += fmt::format("    {} ({}): {}\n", Text(input, "name"), Text(input, "state"),
                       Printable(Text(input, "text")));
  }
  return out;
}

}  // namespace

base::Result<std::string> AskIncidents(const IncidentsCommand& command, const AskOptions& options,
                                       net::HttpClient& client) {
  const std::string path =
      command.id.empty() ? "/api/v1/incidents" : "/api/v1/incidents/" + PercentEncoded(command.id);
  VEDETTE_TRY(const std::string body,
              Get(path, {{"state", command.state}, {"limit", std::to_string(command.limit)}},
                  options, client));
  if (options.json) return body + "\n";
  if (!command.id.empty()) {
    VEDETTE_TRY(const std::string incident, Describe(body, DescribeIncident));
    VEDETTE_TRY(const std::string diagnosis, Get(path + "/diagnosis", {}, options, client));
    VEDETTE_TRY(const std::string why, Describe(diagnosis, DescribeDiagnosis));
    return why + "\n" + incident;
  }
  return Describe(body, [](const Json& json) {
    std::vector<std::vector<std::string>> rows = {{"ID", "STATE", "SEVERITY", "STARTED", "TITLE"}};
    for (const Json& incident : json["incidents"]) {
      rows.push_back({Text(incident, "id"), Text(incident, "state"), Text(incident, "severity"),
                      Text(incident, "started_at"), Text(incident, "title")});
    }
    return rows.size() == 1 ? "no incidents\n" : Table(rows);
  });
}

base::Result<std::string> AskWhy(const WhyCommand& command, const AskOptions& options,
                                 net::HttpClient& client) {
  VEDETTE_TRY(const std::string body,
              Get("/api/v1/ledger", {{"alert", command.id}, {"limit", "1000"}}, options, client));
  bool known = true;
  const auto describe = [&](const Json& json) {
    known = json.value("known", true);
    std::string out = json["told"].get<bool>() ? "somebody was told\n" : "nobody was told so far\n";
    for (const Json& line : json["answer"]) {
      out += "  " + Printable(line.get<std::string>()) + "\n";
    }
    std::vector<std::vector<std::string>> rows = {{"TIME", "KIND", "STATE", "WHY"}};
    for (const Json& entry : json["entries"]) {
      rows.push_back(
          {Text(entry, "time"), Text(entry, "kind"), Text(entry, "state"), Text(entry, "why")});
    }
    std::reverse(rows.begin() + 1, rows.end());  // oldest first
    return rows.size() == 1 ? out : out + "\n" + Table(rows);
  };
  VEDETTE_TRY(std::string text, Describe(body, describe));
  if (!known) return base::NotFound("there is no anomaly and no incident " + command.id);
  return options.json ? body + "\n" : text;
}

base::Result<LedgerAnswer> AskLedger(const AskOptions& options, net::HttpClient& client) {
  VEDETTE_TRY(const std::string body, Get("/api/v1/ledger/verify", {}, options, client));
  LedgerAnswer answer;
  VEDETTE_TRY(answer.text, Describe(body, [&](const Json& json) {
                answer.whole = json.at("ok").get<bool>();
                const int64_t rows = json.at("rows").get<int64_t>();
                if (answer.whole) return fmt::format("the chain of {} rows is whole\n", rows);
                return fmt::format("the chain of {} rows is broken at row {}: {}\n", rows,
                                   json.at("broken_at").get<int64_t>(), Text(json, "reason"));
              }));
  if (options.json) answer.text = body + "\n";
  return answer;
}

namespace {

std::string Number(const Json& object, const char* key) { return object.at(key).dump(); }

std::string DescribeReplay(const Json& replay) {
  const Json& proof = replay.at("reproduced");
  std::string out =
      fmt::format("{} to {}: {} inputs\n{} of {} rounds decide what they decided then",
                  Text(replay, "from"), Text(replay, "to"), Number(replay, "inputs"),
                  Number(proof, "identical"), Number(proof, "compared"));
  if (const std::string first = Text(proof, "first_difference"); !first.empty()) {
    out += fmt::format("; the first that does not is of {}", first);
  }
  out += "\n\n";
  std::vector<std::vector<std::string>> rows = {{"", "THEN", "NOW", "ADDED", "REMOVED"}};
  const auto row = [&rows](std::string name, const Json& tally) {
    rows.push_back({std::move(name), Number(tally, "recorded"), Number(tally, "candidate"),
                    Number(tally, "added"), Number(tally, "removed")});
  };
  row("messages", replay.at("messages"));
  row("incidents", replay.at("incidents"));
  row("pages for nobody", replay.at("unreachable"));
  for (const Json& person : replay.at("people")) {
    row(Text(person, "name"), person.at("messages"));
    row("  at night", person.at("nights"));
  }
  for (const Json& night : replay.at("nights")) {
    row(fmt::format("night of {}: {}", Text(night, "date"), Text(night, "name")),
        night.at("messages"));
  }
  out += Table(rows);
  if (replay.at("changes").empty()) return out + "\nno message changes\n";
  rows = {{"CHANGE", "TIME", "WHO", "KIND", "TITLE", "WHY"}};
  for (const Json& change : replay.at("changes")) {
    const std::string person = Text(change, "person");
    rows.push_back(
        {Text(change, "change"), Text(change, "time"),
         person.empty() ? Text(change, "receiver") : person + " (" + Text(change, "receiver") + ")",
         Text(change, "kind"), Text(change, "title"), Text(change, "why")});
  }
  out += "\n" + Table(rows);
  if (replay.at("changes_left_out") > 0) {
    out += fmt::format("and {} more\n", Number(replay, "changes_left_out"));
  }
  return out;
}

base::Result<std::string> ReplayFolder(const ReplayCommand& command,
                                       const std::optional<std::string>& config,
                                       const AskOptions& options) {
  const base::SystemClock clock;
  api::ReplayRequest request{.tenant = options.tenant.empty()
                                           ? model::TenantName(model::kDefaultTenant)
                                           : model::TenantName(options.tenant),
                             .asked_by = "cli",
                             .config = config,
                             .from = {},
                             .to = clock.Now(),
                             .changes_max = static_cast<size_t>(command.limit)};
  if (!command.to.empty()) {
    VEDETTE_TRY(request.to, base::ParseTime(command.to));
  }
  request.from = request.to - std::chrono::hours(24 * 7);
  if (!command.from.empty()) {
    VEDETTE_TRY(request.from, base::ParseTime(command.from));
  }
  VEDETTE_TRY_VOID(RequireDataFolder(command.data_dir));
  VEDETTE_TRY(const std::unique_ptr<sql::Database> database,
              sql::Database::Open({.path = StateDatabasePath(command.data_dir)}));
  VEDETTE_TRY(const auto journal, incident::journal::Journal::Open(*database));
  VEDETTE_TRY(const replay::Report report, ReplayWith(*database, request, nullptr, clock));
  return api::ReplayToJson(report, "", request.asked_by, clock.Now());
}

}  // namespace

base::Result<std::string> AskReplay(const ReplayCommand& command, const AskOptions& options,
                                    net::HttpClient& client) {
  std::optional<std::string> config;
  if (!command.config_file.empty()) {
    VEDETTE_TRY(config, base::ReadFile(command.config_file, yaml::kDocumentBytesMax));
  }
  std::string body;
  if (!command.data_dir.empty()) {
    VEDETTE_TRY(body, ReplayFolder(command, config, options));
  } else {
    Json question = {{"limit", command.limit}};
    if (config) question["config"] = *config;
    if (!command.from.empty()) question["from"] = command.from;
    if (!command.to.empty()) question["to"] = command.to;
    VEDETTE_TRY(body, Post("/api/v1/replays", question, options, client));
  }
  if (options.json) return body + "\n";
  return Describe(body, DescribeReplay);
}

namespace {

constexpr base::Duration kAskAgainAfter = std::chrono::seconds(5);

int ExitStatusOf(const std::string& verdict) {
  if (verdict == "good") return 0;
  if (verdict == "bad") return 1;
  return verdict == "not_enough_traffic" ? 2 : 3;
}

std::string DescribeRelease(const Json& release) {
  std::string out =
      fmt::format("{}: {} {}\n{}\n", Text(release, "verdict"), Text(release, "service"),
                  Text(release, "version"), Text(release, "summary"));
  const auto doubt = release.find("ruled_out_by");
  if (doubt != release.end() && doubt->is_object()) {
    out += fmt::format("ruled out by incident {}, evidence {}\n", Text(*doubt, "incident_id"),
                       Text(*doubt, "evidence_id"));
  }
  const auto judgement = release.find("judgement");
  if (judgement == release.end() || !judgement->is_object()) return out;
  std::vector<std::vector<std::string>> rows = {{"", "SIGNAL", "OUTCOME", ""}};
  for (const Json& check : judgement->at("checks")) {
    rows.push_back({"", Text(check, "signal"), Text(check, "outcome"), Text(check, "text")});
  }
  if (rows.size() > 1) out += "\n" + Table(rows);
  for (const Json& pattern : judgement->at("new_patterns")) {
    out += fmt::format("new log pattern: {}\n", Text(pattern, "text"));
  }
  for (const Json& note : judgement->at("notes")) {
    if (note.is_string()) out += Printable(note.get<std::string>()) + "\n";
  }
  return out;
}

}  // namespace

base::Result<JudgeAnswer> AskJudge(const JudgeCommand& command, const AskOptions& options,
                                   net::HttpClient& client) {
  const base::SystemClock clock;
  const base::SteadyPoint deadline = clock.Steady() + command.wait;
  while (true) {
    const base::Result<std::string> body = Get("/api/v1/judge",
                                               {{"service", command.service},
                                                {"version", command.version},
                                                {"since", command.since},
                                                {"environment", command.environment},
                                                {"namespace", command.space}},
                                               options, client);
    const bool last = clock.Steady() + kAskAgainAfter > deadline;
    if (!body.ok() && last) return body.error();
    if (body.ok()) {
      VEDETTE_TRY(const Json release, base::ParseJson(*body));
      JudgeAnswer answer;
      answer.exit_status = ExitStatusOf(Text(release, "verdict"));
      if (last || answer.exit_status <= 1) {
        if (options.json) {
          answer.text = *body + "\n";
          return answer;
        }
        VEDETTE_TRY(answer.text, Describe(*body, DescribeRelease));
        return answer;
      }
    }
    ask::SleepUntil(clock.Steady() + kAskAgainAfter);
  }
}

// --- feedback

namespace {

using What = FeedbackCommand::What;

std::string DescribeMarks(const Json& json) {
  std::vector<std::vector<std::string>> rows = {{"ID", "STATE", "VERDICT", "OF", "BY", "WHY"}};
  for (const Json& mark : json.at("feedback")) {
    rows.push_back({Text(mark, "id"), Text(mark, "state"), Text(mark, "verdict"),
                    Text(mark, "target_id"), Text(mark, "by"), Text(mark, "why")});
  }
  return rows.size() == 1 ? "no feedback\n" : Table(rows);
}

std::string DescribePreview(const Json& json) {
  std::string out = fmt::format("{} to {}, had {} marks been in force:\n\n", Text(json, "from"),
                                Text(json, "to"), Number(json, "marks"));
  std::vector<std::vector<std::string>> rows = {{"", "BEFORE", "KEPT", "LOWERED", "DROPPED"}};
  for (const char* what : {"anomalies", "incidents", "pages"}) {
    const Json& tally = json.at(what);
    const bool pages = !tally.contains("lowered");
    rows.push_back({what, Number(tally, "before"), Number(tally, "kept"),
                    pages ? "" : Number(tally, "lowered"), Number(tally, "dropped")});
  }
  out += Table(rows) + "\n";
  rows = {{"SERVICE", "METRIC", "DETECTOR", "BEFORE", "KEPT", "DROPPED", "WEIGHT"}};
  for (const Json& group : json.at("groups")) {
    rows.push_back({Text(group, "service"), Text(group, "metric"), Text(group, "detector"),
                    Number(group, "before"), Number(group, "kept"), Number(group, "dropped"),
                    fmt::format("{:.3g} -> {:.3g}", group.at("weight_before").get<double>(),
                                group.at("weight_after").get<double>())});
  }
  return rows.size() == 1 ? out + "nothing was found in this time\n" : out + Table(rows);
}

std::string DescribeBudget(const Json& json) {
  const auto nats = [](const Json& of, const char* level) {
    return fmt::format("{:.1f}", of.at("levels").at(level).get<double>());
  };
  std::vector<std::vector<std::string>> rows = {
      {"SERVICE", "METRIC", "WEIGHT", "LISTED", "ALARM", "PAGE", "WHY"},
      {"all others", "", "1", nats(json, "listed_nats"), nats(json, "alarm_nats"),
       nats(json, "critical_nats"), ""}};
  for (const Json& group : json.at("groups")) {
    rows.push_back({Text(group, "service"), Text(group, "metric"),
                    fmt::format("{:.3g}", group.at("weight").get<double>()),
                    nats(group, "listed_nats"), nats(group, "alarm_nats"),
                    nats(group, "critical_nats"), Text(group, "why")});
  }
  return fmt::format("{} false alarms a week over {} series; levels in nats\n\n",
                     Number(json, "false_alarms_per_week"), Number(json, "series")) +
         Table(rows);
}

std::string DescribeChange(const Json& json) {
  const bool undone = !Text(json, "undone_at").empty();
  return fmt::format("{} marks {}: {}\n", Number(json, "marks"),
                     undone ? "wait again, undone" : "in force", Text(json, "id"));
}

base::Result<std::string> AskWhat(const FeedbackCommand& command, const AskOptions& options,
                                  net::HttpClient& client) {
  Json body = Json::object();
  if (!command.why.empty()) body["why"] = command.why;
  if (!command.by.empty()) body["by"] = command.by;
  switch (command.what) {
    case What::kMark: {
      const bool anomaly = command.id.starts_with("an_");
      const bool page = command.id.find(':') != std::string::npos;
      body[anomaly ? "anomaly" : page ? "page" : "incident"] = command.id;
      body["verdict"] = command.verdict;
      return Post("/api/v1/feedback", body, options, client);
    }
    case What::kPreview:
      return Get("/api/v1/feedback/preview", {{"days", command.days}}, options, client);
    case What::kApply: return Post("/api/v1/feedback/apply", body, options, client);
    case What::kUndo:
      return Post("/api/v1/feedback/changes/" + PercentEncoded(command.id) + "/undo", body, options,
                  client);
    case What::kBudget:
      return Get("/api/v1/noise-budget", {{"service", command.service}, {"metric", command.metric}},
                 options, client);
    case What::kList: break;
  }
  return Get("/api/v1/feedback", {{"limit", "1000"}}, options, client);
}

}  // namespace

base::Result<std::string> AskFeedback(const FeedbackCommand& command, const AskOptions& options,
                                      net::HttpClient& client) {
  VEDETTE_TRY(const std::string body, AskWhat(command, options, client));
  if (options.json) return body + "\n";
  switch (command.what) {
    case What::kMark:
      return Describe(body, [](const Json& mark) {
        return fmt::format("{} waits: see 'vedette feedback preview', then 'apply'\n",
                           Text(mark, "id"));
      });
    case What::kPreview: return Describe(body, DescribePreview);
    case What::kApply:
    case What::kUndo: return Describe(body, DescribeChange);
    case What::kBudget: return Describe(body, DescribeBudget);
    case What::kList: break;
  }
  return Describe(body, DescribeMarks);
}

}  // namespace vedette::app
