#include "app/watch_command.h"

#include <charconv>
#include <fmt/core.h>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ask_parts.h"
#include "base/duration.h"

namespace vedette::app {
namespace {

using ask::Text;
using base::Json;

constexpr size_t kServicesMax = 40;
constexpr size_t kIncidentsMax = 10;
constexpr double kManyErrors = 0.10;
constexpr double kBusy = 0.80;
constexpr double kSlowMs = 200;

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kOrange = "\x1b[38;5;208m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kClear = "\x1b[H\x1b[2J";

struct Row {
  std::string name;
  std::string state;
  int64_t incidents = 0;
  int64_t anomalies = 0;
  std::optional<double> calls;
  std::optional<double> errors;
  std::optional<double> latency_ms;
  std::optional<double> cpu;
  std::optional<double> memory;

  std::string_view Colour() const {
    if (errors.value_or(0) > kManyErrors || state == "CRITICAL") return kRed;
    if (cpu.value_or(0) > kBusy || memory.value_or(0) > kBusy) return kOrange;
    if (latency_ms.value_or(0) > kSlowMs || state == "WARNING") return kYellow;
    return {};
  }
};

std::optional<double> NumberOf(const Json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_number()) return std::nullopt;
  return it->get<double>();
}

std::optional<double> Of(const std::map<std::string, double>& values, const std::string& name) {
  const auto it = values.find(name);
  return it == values.end() ? std::nullopt : std::optional(it->second);
}

std::vector<Row> RowsOf(const WatchAnswers& answers) {
  std::map<std::string, const Json*> nodes;
  for (const Json& node : answers.topology.at("nodes")) nodes[Text(node, "name")] = &node;
  std::vector<Row> rows;
  for (const Json& service : answers.status.at("services")) {
    Row row;
    row.name = Text(service, "name");
    row.state = Text(service, "state");
    row.incidents = service.at("open_incidents").get<int64_t>();
    row.anomalies = service.at("open_anomalies").get<int64_t>();
    row.cpu = Of(answers.cpu, row.name);
    row.memory = Of(answers.memory, row.name);
    if (const auto node = nodes.find(row.name); node != nodes.end()) {
      row.calls = NumberOf(*node->second, "calls_per_second");
      row.errors = NumberOf(*node->second, "error_ratio");
      row.latency_ms = NumberOf(*node->second, "latency_ms");
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string Percent(const std::optional<double>& ratio) {
  return ratio ? fmt::format("{:.1f} %", *ratio * 100) : "-";
}

// The lines of a table, each in its colour.
std::string Coloured(const std::string& table, const std::vector<std::string_view>& colours) {
  std::string out;
  size_t line = 0;
  for (size_t from = 0; from < table.size(); ++line) {
    const size_t end = table.find('\n', from) + 1;
    const std::string_view text = std::string_view(table).substr(from, end - 1 - from);
    const std::string_view colour = line < colours.size() ? colours[line] : std::string_view();
    out += colour.empty() ? std::string(text) : fmt::format("{}{}{}", colour, text, kPlain);
    out += '\n';
    from = end;
  }
  return out;
}

std::string Services(const WatchAnswers& answers, bool colours) {
  const std::vector<Row> rows = RowsOf(answers);
  if (rows.empty()) return "no services yet\n";
  std::vector<std::vector<std::string>> cells = {{"SERVICE", "STATE", "CALLS/S", "ERRORS",
                                                  "LATENCY", "CPU", "MEMORY", "INCIDENTS",
                                                  "ANOMALIES"}};
  std::vector<std::string_view> painted = {{}};
  for (const Row& row : rows) {
    if (cells.size() > kServicesMax) break;
    cells.push_back({row.name, row.state, row.calls ? fmt::format("{:.1f}", *row.calls) : "-",
                     Percent(row.errors),
                     row.latency_ms ? fmt::format("{:.0f} ms", *row.latency_ms) : "-",
                     Percent(row.cpu), Percent(row.memory), std::to_string(row.incidents),
                     std::to_string(row.anomalies)});
    painted.push_back(colours ? row.Colour() : std::string_view());
  }
  std::string out = Coloured(ask::Table(cells), painted);
  if (rows.size() > kServicesMax) out += fmt::format("and {} more\n", rows.size() - kServicesMax);
  return out;
}

std::string Incidents(const Json& incidents, bool colours) {
  std::vector<std::vector<std::string>> cells = {
      {"INCIDENT", "SEVERITY", "STATUS", "SINCE", "TITLE"}};
  std::vector<std::string_view> painted = {{}};
  for (const Json& incident : incidents.at("incidents")) {
    if (cells.size() > kIncidentsMax) break;
    const std::string severity = Text(incident, "severity");
    cells.push_back({Text(incident, "id"), severity, Text(incident, "status"),
                     Text(incident, "started_at"), Text(incident, "title")});
    std::string_view colour = severity == "critical" ? kRed : kYellow;
    if (!colours || Text(incident, "status") != "firing") colour = {};
    painted.push_back(colour);
  }
  if (cells.size() == 1) return "no incident is open\n";
  return Coloured(ask::Table(cells), painted);
}

std::map<std::string, double> LevelsOf(const std::string& metric, const AskOptions& options,
                                       net::HttpClient& client) {
  std::map<std::string, double> levels;
  const base::Result<std::string> body = ask::Get(
      "/api/v1/query", {{"query", fmt::format("avg by (service) ({})", metric)}}, options, client);
  const base::Result<Json> json = body.ok() ? base::ParseJson(*body) : body.error();
  if (!json.ok()) return levels;  // a column without values says it too
  try {
    for (const Json& row : json->at("data").at("result")) {
      const std::string text = row.at("value").at(1).get<std::string>();
      double value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      levels[Text(row.at("metric"), "service")] = value;
    }
  } catch (const Json::exception&) {
    levels.clear();
  }
  return levels;
}

base::Result<std::string> Picture(const WatchCommand& command, const AskOptions& options,
                                  net::HttpClient& client) {
  const auto get = [&](const char* path, const char* key, const char* value) -> base::Result<Json> {
    VEDETTE_TRY(const std::string body, ask::Get(path, {{key, value}}, options, client));
    return base::ParseJson(body);
  };
  WatchAnswers answers;
  VEDETTE_TRY(answers.status, get("/api/v1/status/now", "", ""));
  VEDETTE_TRY(answers.topology, get("/api/v1/topology", "kind", "service"));
  VEDETTE_TRY(answers.incidents,
              get("/api/v1/incidents?state=open&state=acknowledged", "limit", "50"));
  answers.cpu = LevelsOf("process_cpu_usage", options, client);
  answers.memory = LevelsOf("process_memory_usage", options, client);
  return DrawWatch(answers, command.terminal);
}

}  // namespace

base::Result<std::string> DrawWatch(const WatchAnswers& answers, bool colours) {
  try {
    const Json& counts = answers.status.at("counts");
    std::string out = fmt::format(
        "{}  {}  {} open, {} in hand, {} anomalies\n\n", Text(answers.status, "now"),
        Text(answers.status, "system_state"), counts.at("open").get<int64_t>(),
        counts.at("acknowledged").get<int64_t>(), counts.at("anomalies").get<int64_t>());
    return out + Services(answers, colours) + "\n" + Incidents(answers.incidents, colours);
  } catch (const Json::exception& error) {
    return base::Internal(fmt::format("an answer is not of the expected form: {}", error.what()));
  }
}

base::Result<> Watch(const WatchCommand& command, const AskOptions& options,
                     net::HttpClient& client,
                     const std::function<void(const std::string&)>& write) {
  const base::SystemClock clock;
  while (true) {
    base::Result<std::string> picture = Picture(command, options, client);
    if (command.once) {
      if (!picture.ok()) return picture.error();
      write(*picture);
      return {};
    }
    const std::string text =
        picture.ok() ? *std::move(picture)
                     : fmt::format("{}\nasked again every {}\n", picture.error().message,
                                   base::FormatDuration(command.every));
    write(command.terminal ? fmt::format("{}{}", kClear, text) : text + "\n");
    ask::SleepUntil(clock.Steady() + command.every);
  }
}

}  // namespace vedette::app
