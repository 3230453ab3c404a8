#include "sources/scrape/target.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <xxhash.h>

#include "base/duration.h"

namespace vedette::sources::scrape {
namespace {

constexpr std::string_view kParameterPrefix = "__param_";

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendEscaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

std::string Url(std::string_view scheme, std::string_view address, std::string_view path,
                const LabelPairs& params) {
  std::string url(scheme);
  url.append("://").append(address).append(path);
  char separator = path.find('?') == std::string_view::npos ? '?' : '&';
  for (const auto& [name, value] : params) {
    url += std::exchange(separator, '&');
    AppendEscaped(url, name);
    url += '=';
    AppendEscaped(url, value);
  }
  return url;
}

Target MakeTarget(const JobConfig& job, const TargetGroup& group, const std::string& address) {
  std::string scheme = job.scheme;
  std::string path = job.metrics_path;
  LabelPairs params = job.params;
  LabelPairs labels = {{"job", job.job_name}, {"instance", address}};
  for (const auto& [name, value] : group.labels) {
    if (name == "__scheme__") {
      scheme = value;
    } else if (name == "__metrics_path__") {
      path = value;
    } else if (name.starts_with(kParameterPrefix)) {
      const std::string parameter = name.substr(kParameterPrefix.size());
      const auto same = std::ranges::find(params, parameter, [](const auto& p) { return p.first; });
      if (same == params.end()) {
        params.emplace_back(parameter, value);
      } else {
        same->second = value;
      }
    } else if (!name.starts_with("__")) {
      labels.emplace_back(name, value);
    }
  }
  LabelPairs discovered = {{"__address__", address},
                           {"__metrics_path__", path},
                           {"__scheme__", scheme},
                           {"__scrape_interval__", base::FormatDuration(job.scrape_interval)},
                           {"__scrape_timeout__", base::FormatDuration(job.scrape_timeout)},
                           {"job", job.job_name}};
  discovered.insert(discovered.end(), group.labels.begin(), group.labels.end());
  Target target{.url = Url(scheme, address, path, params),
                .labels = model::Labels(std::move(labels)),
                .discovered = model::Labels(std::move(discovered)),
                .key = {}};
  target.key = job.tenant + '\n' + target.url + '\n' + target.labels.bytes();
  return target;
}

}  // namespace

std::vector<Target> MakeTargets(const JobConfig& job, const std::vector<TargetGroup>& groups) {
  std::vector<Target> targets;
  std::set<std::string> keys;
  for (const TargetGroup& group : groups) {
    for (const std::string& address : group.targets) {
      Target target = MakeTarget(job, group, address);
      if (keys.insert(target.key).second) targets.push_back(std::move(target));
    }
  }
  return targets;
}

base::TimePoint NextScrape(const std::string& key, base::Duration interval, base::TimePoint now) {
  const auto period = static_cast<uint64_t>(std::max<int64_t>(1, interval.count()));
  const auto offset = static_cast<int64_t>(XXH3_64bits(key.data(), key.size()) % period);
  const int64_t since = base::ToMillis(now) - offset;
  const auto length = static_cast<int64_t>(period);
  const int64_t intervals = since / length - (since % length < 0 ? 1 : 0);
  return base::FromMillis((intervals + 1) * length + offset);
}

}  // namespace vedette::sources::scrape
