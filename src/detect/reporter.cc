#include "detect/reporter.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace vedette::detect {

static double Outside(const Compared& compared) {
  return std::max({0.0, compared.low - compared.observed, compared.observed - compared.high});
}

void BeginWorst(Reported& reported) {
  const model::Anomaly& anomaly = reported.anomaly;
  reported.worst = {anomaly.observed, anomaly.expected_low, anomaly.expected_high};
}

void NoteWorst(Reported& reported, const Compared& now) {
  if (Outside(now) > Outside(reported.worst)) reported.worst = now;
}

void TellWorst(Reported& reported) {
  model::Anomaly& anomaly = reported.anomaly;
  anomaly.state = model::AnomalyState::kClosed;
  anomaly.observed = reported.worst.observed;
  anomaly.expected_low = reported.worst.low;
  anomaly.expected_high = reported.worst.high;
}

void Reporter::Opened(Reported& reported, base::TimePoint now) {
  reported.last_report = now;
  if (metrics_ != nullptr) {
    metrics_->opened.Add();
    metrics_->open.Add(1);
  }
  Send(model::AnomalyTransition::kOpened, reported.anomaly);
}

void Reporter::Updated(Reported& reported, base::TimePoint now) {
  reported.last_report = now;
  Send(model::AnomalyTransition::kUpdated, reported.anomaly);
}

void Reporter::Closed(Reported& reported, base::TimePoint ended, base::TimePoint now) {
  reported.anomaly.state = model::AnomalyState::kClosed;
  reported.anomaly.ended_at = std::max(ended, reported.anomaly.started_at);
  // Never older than what was said before, or the store would take the end for an old report.
  reported.anomaly.updated_at =
      std::max({now, *reported.anomaly.ended_at, reported.anomaly.updated_at});
  if (metrics_ != nullptr) {
    metrics_->closed.Add();
    metrics_->open.Add(-1);
  }
  Send(model::AnomalyTransition::kClosed, reported.anomaly);
}

void Reporter::Send(model::AnomalyTransition transition, const model::Anomaly& anomaly) {
  Flush();
  model::AnomalyUpdate update{transition, anomaly, receipts_};
  ++said_;
  if (metrics_ != nullptr) metrics_->unkept.Add(1);
  if (waiting_.empty() && queue_.Push(update)) return;
  if (metrics_ != nullptr) metrics_->delayed.Add();
  if (transition == model::AnomalyTransition::kUpdated) return Forget();
  if (waiting_.size() >= waiting_max_) {
    base::LogError("a report of an anomaly is lost: nobody takes reports",
                   {{"anomaly", waiting_.front().anomaly.id}, {"waiting", waiting_.size()}});
    waiting_.pop_front();
    Forget();
    ++lost_;
    if (metrics_ != nullptr) metrics_->lost.Add();
  }
  waiting_.push_back(std::move(update));
}

void Reporter::Forget() {
  --said_;
  if (metrics_ != nullptr) metrics_->unkept.Add(-1);
}

void Reporter::CountKept() {
  const uint64_t all = kept();
  if (metrics_ != nullptr) metrics_->unkept.Add(-static_cast<double>(all - counted_));
  counted_ = all;
}

void Reporter::Flush() {
  while (!waiting_.empty() && queue_.Push(waiting_.front())) waiting_.pop_front();
}

}  // namespace vedette::detect
