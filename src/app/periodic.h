#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace vedette::app {

// Small chores, each at its own interval of real time, all on one thread. A chore that fails is
// logged and tried again at its next turn.
class Periodic {
 public:
  using Chore = std::function<base::Result<>()>;

  Periodic() = default;
  ~Periodic() { Stop(); }
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  // Before Start.
  void Add(std::string name, base::Duration every, Chore chore);
  void Start();
  // Waits for the chore that runs. Idempotent.
  void Stop() EXCLUDES(mutex_);

 private:
  struct Entry {
    std::string name;
    base::Duration every;
    Chore chore;
    base::SteadyPoint due;
  };
  void Run() EXCLUDES(mutex_);
  bool WaitUntil(base::SteadyPoint time) EXCLUDES(mutex_);

  const base::SystemClock waits_;
  std::vector<Entry> entries_;  // the thread's own once it runs

  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vedette::app
