#include "sources/scrape/http_discovery.h"

#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "sources/scrape/request.h"

namespace vedette::sources::scrape {

HttpGroups::HttpGroups(const model::TenantName& tenant, const std::string& job,
                       HttpDiscovery config, net::HttpClient& client)
    : config_(std::move(config)),
      key_(tenant + '\n' + job + '\n' + config_.url),
      job_(job),
      client_(client) {}

void HttpGroups::Inherit(const HttpGroups& before) {
  std::vector<TargetGroup> groups;
  {
    base::MutexLock lock(before.mutex_);
    groups = before.groups_;
  }
  base::MutexLock lock(mutex_);
  groups_ = std::move(groups);
}

bool HttpGroups::Begin(base::TimePoint now) {
  base::MutexLock lock(mutex_);
  // A calendar that was set back must not stop the questions.
  const bool due = now >= next_ || next_ - now > config_.refresh_interval;
  if (asking_ || !due) return false;
  asking_ = true;
  next_ = now + config_.refresh_interval;
  return true;
}

void HttpGroups::GiveUp() {
  base::MutexLock lock(mutex_);
  asking_ = false;
}

void HttpGroups::Ask(std::function<bool()> cancelled) {
  base::Result<std::vector<TargetGroup>> fetched = Fetch(std::move(cancelled));
  if (!fetched.ok()) {
    base::LogWarning("scrape: list of targets not read; the former targets stay",
                     {{"job", job_}, {"error", fetched.error().message}});
    return GiveUp();
  }
  for (TargetGroup& group : *fetched) group.labels.emplace_back("__meta_url", config_.url);
  base::MutexLock lock(mutex_);
  asking_ = false;
  if (*fetched == groups_) return;
  groups_ = *std::move(fetched);
  changed_ = true;
}

base::Result<std::vector<TargetGroup>> HttpGroups::Fetch(std::function<bool()> cancelled) const {
  VEDETTE_TRY(net::ClientRequest request, MakeRequest(config_));
  request.cancelled = std::move(cancelled);
  VEDETTE_TRY(const net::Response response, client_.Fetch(request));
  if (response.status != 200) {
    return base::Unavailable(fmt::format("server returned HTTP status {}", response.status));
  }
  if (!response.headers.Get("Content-Type").starts_with("application/json")) {
    return base::InvalidArgument("the answer's Content-Type is not application/json");
  }
  return ParseTargetGroups(response.body);
}

bool HttpGroups::TakeChanged() {
  base::MutexLock lock(mutex_);
  return std::exchange(changed_, false);
}

std::vector<TargetGroup> HttpGroups::groups() const {
  base::MutexLock lock(mutex_);
  return groups_;
}

}  // namespace vedette::sources::scrape
