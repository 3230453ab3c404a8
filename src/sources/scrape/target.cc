#include "sources/scrape/target.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <string_view>
#include <utility>
#include <xxhash.h>

#include "base/duration.h"

namespace vedette::sources::scrape {
namespace {

constexpr std::string_view kParameterPrefix = "__param_";
constexpr base::Duration kShortestInterval{100};

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

// What is known of a target before relabelling.
model::Labels Discovered(const JobConfig& job, const TargetGroup& group,
                         const std::string& address) {
  LabelPairs labels = {{"__address__", address},
                       {"__metrics_path__", job.metrics_path},
                       {"__scheme__", job.scheme},
                       {"__scrape_interval__", base::FormatDuration(job.scrape_interval)},
                       {"__scrape_timeout__", base::FormatDuration(job.scrape_timeout)},
                       {"job", job.job_name}};
  // The first value of a parameter is the one that relabelling sees; of equal names, the last
  // label wins.
  for (auto param = job.params.rbegin(); param != job.params.rend(); ++param) {
    labels.emplace_back(std::string(kParameterPrefix) + param->first, param->second);
  }
  labels.insert(labels.end(), group.labels.begin(), group.labels.end());
  return model::Labels(std::move(labels));
}

// The parameters of the job, with what the labels say of their first values.
LabelPairs ParamsOf(const JobConfig& job, model::LabelsView labels) {
  LabelPairs params = job.params;
  for (const model::Label& label : labels) {
    if (!label.name.starts_with(kParameterPrefix)) continue;
    const std::string_view name = label.name.substr(kParameterPrefix.size());
    const auto same = std::ranges::find(params, name, &LabelPairs::value_type::first);
    if (same == params.end()) {
      params.emplace_back(name, label.value);
    } else {
      same->second = label.value;
    }
  }
  return params;
}

// The labels that people see: no __ ones, and an instance.
model::Labels Visible(model::LabelsView labels) {
  model::LabelsBuilder builder;
  for (const model::Label& label : labels) {
    if (!label.name.starts_with("__")) builder.Append(label.name, label.value);
  }
  if (labels.Get("instance").empty()) builder.Append("instance", labels.Get("__address__"));
  return builder.Build();
}

base::Error Bad(std::string_view label, std::string_view value, std::string_view what) {
  return base::InvalidArgument(
      fmt::format("after relabelling, {} \"{}\" {}", label, value.substr(0, 200), what),
      std::string(label));
}

base::Result<Target> MakeTarget(const JobConfig& job, model::LabelsView labels) {
  const std::string_view address = labels.Get("__address__");
  if (address.find_first_of("/ \t\r\n?#@") != std::string_view::npos) {
    return Bad("__address__", address, "is not of the form host:port");
  }
  const std::string_view scheme = labels.Get("__scheme__");
  if (scheme != "http" && scheme != "https") {
    return Bad("__scheme__", scheme, "is neither http nor https");
  }
  Target target;
  const std::string_view interval = labels.Get("__scrape_interval__");
  const std::string_view timeout = labels.Get("__scrape_timeout__");
  const auto read_interval = base::ParseDuration(interval);
  if (!read_interval.ok() || *read_interval < kShortestInterval) {
    return Bad("__scrape_interval__", interval, "is no duration of at least 100ms");
  }
  const auto read_timeout = base::ParseDuration(timeout);
  if (!read_timeout.ok() || read_timeout->count() <= 0 || *read_timeout > *read_interval) {
    return Bad("__scrape_timeout__", timeout, "is no duration of at most the interval");
  }
  target.interval = *read_interval;
  target.timeout = *read_timeout;
  target.url = Url(scheme, address, labels.Get("__metrics_path__"), ParamsOf(job, labels));
  target.labels = Visible(labels);
  target.key = job.tenant + '\n' + target.url + '\n' + target.labels.bytes();
  return target;
}

}  // namespace

TargetSet MakeTargets(const JobConfig& job, const std::vector<TargetGroup>& groups) {
  TargetSet set;
  std::set<std::string> keys;
  for (const TargetGroup& group : groups) {
    for (const std::string& address : group.targets) {
      model::Labels discovered = Discovered(job, group, address);
      model::LabelsBuilder builder(discovered);
      relabel::Texts texts;
      const bool kept = relabel::Apply(job.relabel, builder, texts);
      const model::Labels labels = kept ? builder.Build() : model::Labels();
      if (labels.Get("__address__").empty()) {
        set.dropped.push_back({job.tenant, job.job_name, std::move(discovered)});
        continue;
      }
      base::Result<Target> target = MakeTarget(job, labels);
      if (!target.ok()) {
        set.error = std::move(target).error().message;
        continue;
      }
      target->discovered = std::move(discovered);
      if (keys.insert(target->key).second) set.targets.push_back(*std::move(target));
    }
  }
  if (job.target_limit > 0 && set.targets.size() > job.target_limit) {
    set.error = fmt::format("{} targets are more than target_limit = {}: none is scraped",
                            set.targets.size(), job.target_limit);
    set.targets.clear();
  }
  return set;
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
