#include "app/ask_parts.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/mutex.h"
#include "net/client.h"

namespace vedette::app::ask {

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

namespace {

// The body of the answer, or the server's own words.
base::Result<std::string> Send(net::ClientRequest request, const AskOptions& options,
                               net::HttpClient& client) {
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

base::Result<std::string> Post(const std::string& path, const char* type, std::string body,
                               const AskOptions& options, net::HttpClient& client) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = options.url + path;
  request.headers.Set("Content-Type", type);
  request.body = std::move(body);
  return Send(std::move(request), options, client);
}

}  // namespace

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
  return Send(std::move(request), options, client);
}

base::Result<std::string> Post(const std::string& path, const Json& body, const AskOptions& options,
                               net::HttpClient& client) {
  return Post(path, "application/json", base::DumpJson(body), options, client);
}

base::Result<std::string> PostYaml(const std::string& path, std::string yaml,
                                   const AskOptions& options, net::HttpClient& client) {
  return Post(path, "application/yaml", std::move(yaml), options, client);
}

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

void SleepUntil(base::SteadyPoint until) {
  const base::SystemClock clock;
  base::Mutex mutex;
  base::CondVar never;
  base::MutexLock lock(mutex);
  while (clock.Steady() < until) never.WaitUntil(mutex, until);
}

base::Result<std::string> Describe(const std::string& body,
                                   const std::function<std::string(const Json&)>& describe) {
  VEDETTE_TRY(const Json json, base::ParseJson(body));
  try {
    return describe(json);
  } catch (const Json::exception& error) {
    return base::Internal(fmt::format("the answer is not of the expected form: {}", error.what()));
  }
}

}  // namespace vedette::app::ask
