#include "detect/source_board.h"

#include <algorithm>
#include <utility>

namespace vedette::detect {
namespace {

base::TimePoint SilentSince(const SourceBoard::Source& source) {
  return std::max(source.last_at, source.resumed_at);
}

// How long it may be silent.
base::Duration Patience(const SourceBoard::Source& source) {
  return SourceBoard::kPauses * source.longest_pause;
}

}  // namespace

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
  // Over a restart nobody knows how long it was silent.
  if (source.resumed_at == base::TimePoint()) {
    const base::Duration pause = at - source.last_at;
    source.longest_pause = std::max(source.longest_pause, std::min(pause, source.longest_once));
    source.longest_once = std::max(source.longest_once, pause);
  } else if (at > source.resumed_at) {
    source.resumed_at = {};
  }
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
    return now - SilentSince(source) > kForgottenAfter + Patience(source);
  });
  for (auto& [key, source] : sources_) {
    if (tenant && source.tenant != *tenant) continue;
    const bool known =
        source.arrivals >= kKnownArrivals && source.last_at - source.first_at >= kKnownAfter;
    source.stopped = known && now - SilentSince(source) > std::max(stopped_after, Patience(source));
    list.push_back(source);
  }
  return list;
}

void SourceBoard::Resume(std::vector<Source> known, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  for (Source& source : known) {
    Key key(source.tenant, source.signal, source.name);
    // What had stopped before is still silent since then.
    source.resumed_at = std::exchange(source.stopped, false) ? source.last_at : now;
    const auto heard = sources_.find(key);
    if (heard == sources_.end()) {
      if (sources_.size() < kSourcesMax) sources_.emplace(std::move(key), std::move(source));
      continue;
    }
    source.last_at = std::max(source.last_at, heard->second.last_at);
    source.arrivals += heard->second.arrivals;
    heard->second = std::move(source);
  }
}

void SourceBoard::NoteOwn(std::string_view tenant, const model::WriteBatch& batch) {
  base::MutexLock lock(mutex_);
  std::shared_ptr<OwnNames> more;
  for (const model::WriteBatch::Entry& entry : batch.entries()) {
    const std::string_view name = batch.labels(entry).metric_name();
    if (IsOwn(more ? *more : *own_, tenant, name)) continue;
    if (!more) more = std::make_shared<OwnNames>(*own_);
    auto& names = (*more)[std::string(tenant)];
    if (names.size() < kOwnNamesMax) names.emplace(name);
  }
  if (more) own_ = std::move(more);
}

bool SourceBoard::IsOwn(const OwnNames& names, std::string_view tenant, std::string_view metric) {
  const auto own = names.find(tenant);
  return own != names.end() && own->second.contains(metric);
}

std::shared_ptr<const SourceBoard::OwnNames> SourceBoard::own_names() const {
  base::MutexLock lock(mutex_);
  return own_;
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
  for (const std::string_view name :
       {"job", "service", "service_name", "app", "component", "instance", "host"}) {
    const std::string_view value = labels.Get(name);
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace vedette::detect
