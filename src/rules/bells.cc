#include "rules/bells.h"

#include <utility>

namespace vedette::rules {
namespace {

// A bell that is rung for something this much earlier wakes again.
constexpr int64_t kEarlierMs = 1000;

}  // namespace

Bells::Board::Board(std::vector<Watched> rules)
    : rules_(std::move(rules)), rung_(std::make_unique<std::atomic<int64_t>[]>(rules_.size())) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    rung_[i].store(kSilent, std::memory_order_relaxed);
    for (const Trigger& trigger : rules_[i].plan.triggers) {
      hooks_[rules_[i].tenant][trigger.metric].push_back(
          {static_cast<uint32_t>(i), &trigger, rules_[i].plan.reach.count()});
    }
  }
}

std::vector<Bells::Board::Hook> Bells::Board::Matching(std::string_view tenant,
                                                       model::LabelsView labels) const {
  std::vector<Hook> matching;
  const auto of_tenant = hooks_.find(tenant);
  if (of_tenant == hooks_.end()) return matching;
  const auto of_metric = of_tenant->second.find(labels.metric_name());
  if (of_metric == of_tenant->second.end()) return matching;
  for (const Hook& hook : of_metric->second) {
    if (model::MatchesAll(hook.trigger->matchers, labels)) matching.push_back(hook);
  }
  return matching;
}

void Bells::SetRules(std::vector<Watched> rules) {
  auto board = std::make_shared<const Board>(std::move(rules));
  base::MutexLock lock(mutex_);
  board_ = std::move(board);
  version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const Bells::Board> Bells::board() const {
  base::MutexLock lock(mutex_);
  return board_;
}

void Bells::Ring(const Board& board, uint32_t rule, int64_t t_ms) {
  std::atomic<int64_t>& bell = board.rung_[rule];
  int64_t before = bell.load(std::memory_order_relaxed);
  do {
    if (t_ms >= before) return;
  } while (!bell.compare_exchange_weak(before, t_ms));
  if (before == kSilent || before - t_ms > kEarlierMs) Wake();
}

std::vector<Bells::Rung> Bells::AllRung() const {
  std::vector<Rung> all;
  const std::shared_ptr<const Board> board = this->board();
  for (uint32_t rule = 0; rule < board->size(); ++rule) {
    const int64_t t_ms = board->rung_[rule].load();
    if (t_ms != kSilent) all.push_back({rule, t_ms});
  }
  return all;
}

void Bells::TakeDown(uint32_t rule) {
  base::MutexLock lock(mutex_);
  if (rule < board_->size()) board_->rung_[rule].store(kSilent);
}

void Bells::WaitUntil(base::SteadyPoint deadline) {
  const base::SystemClock waiting;
  base::MutexLock lock(mutex_);
  while (!awake_ && waiting.Steady() < deadline) rings_.WaitUntil(mutex_, deadline);
  awake_ = false;
}

void Bells::Wake() {
  {
    base::MutexLock lock(mutex_);
    awake_ = true;
  }
  rings_.NotifyAll();
}

}  // namespace vedette::rules
