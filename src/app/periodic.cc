#include "app/periodic.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace vedette::app {

void Periodic::Add(std::string name, base::Duration every, Chore chore) {
  entries_.push_back({std::move(name), every, std::move(chore), waits_.Steady() + every});
}

void Periodic::Start() {
  if (!entries_.empty()) thread_ = std::thread([this] { Run(); });
}

void Periodic::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Periodic::Run() {
  const auto earlier = [](const Entry& a, const Entry& b) { return a.due < b.due; };
  while (true) {
    Entry& next = *std::min_element(entries_.begin(), entries_.end(), earlier);
    if (!WaitUntil(next.due)) return;
    const base::Result<> done = next.chore();
    if (!done.ok()) {
      base::LogWarning("a chore failed", {{"chore", next.name}, {"error", done.error().message}});
    }
    next.due = waits_.Steady() + next.every;
  }
}

bool Periodic::WaitUntil(base::SteadyPoint time) {
  base::MutexLock lock(mutex_);
  while (!stopping_ && waits_.Steady() < time) wake_.WaitUntil(mutex_, time);
  return !stopping_;
}

}  // namespace vedette::app
