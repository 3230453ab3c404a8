#include "detect/source_board.h"

#include <algorithm>

namespace vedette::detect {

void SourceBoard::Heard(std::string_view tenant, std::string_view signal, std::string_view name,
                        base::TimePoint at) {
  if (name.empty()) return;
  base::MutexLock lock(mutex_);
  Key key(tenant, signal, name);
  auto it = sources_.find(key);
  if (it == sources_.end()) {
    if (sources_.size() >= kSourcesMax) {
      ++left_out_;
      return;
    }
    Source source{.tenant = std::string(tenant),
                  .signal = std::string(signal),
                  .name = std::string(name),
                  .first_at = at,
                  .last_at = at,
                  .arrivals = 1};
    sources_.emplace(std::move(key), std::move(source));
    return;
  }
  Source& source = it->second;
  if (at <= source.last_at) return;
  source.longest_pause = std::max(source.longest_pause, at - source.last_at);
  source.last_at = at;
  ++source.arrivals;
}

std::vector<SourceBoard::Source> SourceBoard::List(base::TimePoint now,
                                                   base::Duration stopped_after,
                                                   std::optional<std::string_view> tenant) {
  base::MutexLock lock(mutex_);
  std::vector<Source> list;
  std::erase_if(sources_, [&](const auto& each) {
    const Source& source = each.second;
    return now - source.last_at >
           std::max<base::Duration>(kForgottenAfter, 2 * source.longest_pause);
  });
  for (auto& [key, source] : sources_) {
    if (tenant && source.tenant != *tenant) continue;
    const bool known =
        source.arrivals >= kKnownArrivals && source.last_at - source.first_at >= kKnownAfter;
    const auto pauses = base::Duration(
        static_cast<int64_t>(kPauses * static_cast<double>(source.longest_pause.count())));
    source.stopped = known && now - source.last_at > std::max(stopped_after, pauses);
    list.push_back(source);
  }
  return list;
}

void SourceBoard::DeleteTenant(std::string_view tenant) {
  base::MutexLock lock(mutex_);
  std::erase_if(sources_, [&](const auto& each) { return each.second.tenant == tenant; });
}

int64_t SourceBoard::left_out() const {
  base::MutexLock lock(mutex_);
  return left_out_;
}

std::string_view SourceOf(model::LabelsView labels) {
  for (const std::string_view name : {"job", "service", "service_name"}) {
    const std::string_view value = labels.Get(name);
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace vedette::detect
