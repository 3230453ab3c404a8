#include "app/ask.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"

namespace vedette::app {
namespace {

using base::Json;

std::string PercentEncoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

// GETs a path with parameters (empty values are left out); the body, or the server's own words.
base::Result<std::string> Get(const std::string& path,
                              const std::vector<std::pair<std::string, std::string>>& parameters,
                              const AskOptions& options, net::HttpClient& client) {
  net::ClientRequest request;
  request.url = options.url + path;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    request.url += request.url.find('?') == std::string::npos ? '?' : '&';
    request.url += name + "=" + PercentEncoded(value);
  }
  if (!options.key.empty()) request.headers.Set("Authorization", "Bearer " + options.key);
  if (!options.tenant.empty()) request.headers.Set("X-Scope-OrgID", options.tenant);
  request.addresses = net::AddressPolicy::kAny;
  request.timeout = std::chrono::minutes(2);
  request.response_bytes_max = 256 << 20;
  base::Result<net::Response> response = client.Fetch(request);
  if (!response.ok()) return response.error().With("asking " + options.url);
  if (response->status < 300) return std::move(response->body);

  const base::Result<Json> body = base::ParseJson(response->body);
  std::string reason = response->body.substr(0, 500);
  if (body.ok() && body->is_object() && body->contains("error")) {
    const Json& error = (*body)["error"];
    if (error.is_string()) reason = error.get<std::string>();
    if (error.is_object()) reason = error.value("message", reason);
  }
  return base::FailedPrecondition(fmt::format("{} ({})", reason, response->status));
}

// Columns padded to their widest cell.
std::string Table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - row[i].size() + 2, ' ');
    }
    out += line + "\n";
  }
  return out;
}

// Control characters of logged text must not reach a terminal.
std::string Printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::string Text(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return {};
  return Printable(object[key].get<std::string>());
}

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

// Reads the server's answer; a malformed one is the server's fault, said as such.
base::Result<std::string> Describe(const std::string& body,
                                   const std::function<std::string(const Json&)>& describe) {
  VEDETTE_TRY(const Json json, base::ParseJson(body));
  try {
    return describe(json);
  } catch (const Json::exception& error) {
    return base::Internal(fmt::format("the answer is not of the expected form: {}", error.what()));
  }
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

base::Result<std::string> AskIncidents(const IncidentsCommand& command, const AskOptions& options,
                                       net::HttpClient& client) {
  const std::string path =
      command.id.empty() ? "/api/v1/incidents" : "/api/v1/incidents/" + PercentEncoded(command.id);
  VEDETTE_TRY(const std::string body,
              Get(path, {{"state", command.state}, {"limit", std::to_string(command.limit)}},
                  options, client));
  if (options.json) return body + "\n";
  if (!command.id.empty()) return Describe(body, DescribeIncident);
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
  if (options.json) return body + "\n";
  return Describe(body, [](const Json& json) {
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
  });
}

}  // namespace vedette::app
