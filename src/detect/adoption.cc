#include "detect/adoption.h"

#include <utility>

namespace vedette::detect {
namespace {

std::string KeyOf(std::string_view tenant, model::LabelsView labels, std::string_view detector) {
  std::string key(tenant);
  key += '\0';
  key += detector;
  key += '\0';
  key += labels.bytes();
  return key;
}

}  // namespace

AdoptionBook::AdoptionBook(std::vector<model::Anomaly> anomalies, WasClosed was_closed)
    : was_closed_(std::move(was_closed)) {
  base::MutexLock lock(mutex_);
  for (model::Anomaly& anomaly : anomalies) {
    if (anomaly.state == model::AnomalyState::kClosed) continue;
    std::string key = KeyOf(anomaly.tenant, anomaly.labels, anomaly.detector);
    if (waiting_.contains(key)) key += anomaly.id;  // nobody asks for it: an orphan
    waiting_.insert_or_assign(std::move(key), std::move(anomaly));
  }
}

std::optional<model::Anomaly> AdoptionBook::Take(std::string_view tenant, model::LabelsView labels,
                                                 std::string_view detector) {
  base::MutexLock lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  auto node = waiting_.extract(KeyOf(tenant, labels, detector));
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

std::vector<model::Anomaly> AdoptionBook::TakeOrphans() {
  base::MutexLock lock(mutex_);
  std::vector<model::Anomaly> orphans;
  orphans.reserve(waiting_.size());
  for (auto& [key, anomaly] : waiting_) orphans.push_back(std::move(anomaly));
  waiting_.clear();
  return orphans;
}

bool AdoptionBook::empty() const {
  base::MutexLock lock(mutex_);
  return waiting_.empty();
}

}  // namespace vedette::detect
