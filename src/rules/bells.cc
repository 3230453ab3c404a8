#include "rules/bells.h"

#include <utility>

namespace vedette::rules {
namespace {

// A bell that is rung for something this much earlier wakes again.
constexpr int64_t kEarlierMs = 1000;

}  // namespace

Bells::Board::Board(std::vector<Watched> rules)
    : rules_(std::move(rules)), rung_(std::make_unique<std::atomic<int64_t>[]>(rules_.size())) {
  size_t parts = 0;
  for (size_t i = 0; i < rules_.size(); ++i) {
    const TriggerPlan& plan = rules_[i].plan;
    rung_[i].store(kSilent, std::memory_order_relaxed);
    first_part_.push_back(parts);
    for (const Trigger& trigger : plan.triggers) {
      hooks_[rules_[i].tenant][trigger.metric].push_back(
          {.rule = static_cast<uint32_t>(i),
           .trigger = &trigger,
           .reach_ms = plan.reach.count(),
           .part = plan.parts > 1 ? parts + trigger.part : kAlone});
    }
    if (plan.parts > 1) parts += plan.parts;
  }
  first_part_.push_back(parts);
  came_ = std::make_unique<std::atomic<int64_t>[]>(parts);
  for (size_t i = 0; i < parts; ++i) came_[i].store(INT64_MIN, std::memory_order_relaxed);
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

void Bells::NoteCame(const Board& board, size_t part, int64_t t_ms) {
  std::atomic<int64_t>& newest = board.came_[part];
  int64_t before = newest.load(std::memory_order_relaxed);
  while (t_ms > before && !newest.compare_exchange_weak(before, t_ms)) {
  }
}

std::vector<Bells::Rung> Bells::AllRung() const {
  std::vector<Rung> all;
  const std::shared_ptr<const Board> board = this->board();
  for (uint32_t rule = 0; rule < board->size(); ++rule) {
    const int64_t t_ms = board->rung_[rule].load();
    if (t_ms == kSilent) continue;
    bool complete = true;
    for (size_t i = board->first_part_[rule]; i < board->first_part_[rule + 1]; ++i) {
      complete = complete && board->came_[i].load() >= t_ms;
    }
    all.push_back({rule, t_ms, complete});
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
