#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "notify/delivery/breaker.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/ledger.h"
#include "notify/delivery/outbox.h"
#include "notify/delivery/receiver.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

struct CourierOptions {
  BackoffOptions backoff = {};
  int64_t breaker_failures = 5;
  // A page is kept longer than the day that an outage may last, and given up only after it has
  // been tried many times, so that a wrong clock alone gives nothing up.
  base::Duration give_up_after = std::chrono::hours(48);
  int64_t give_up_attempts_min = 20;
  int64_t refused_attempts_max = 3;
  base::Duration retry_after_max = std::chrono::minutes(5);  // a receiver may ask for no more
  int64_t letters_in_memory_max = 64;
  // What waited this long is old news: of one incident only the newest page is sent.
  base::Duration collapse_after = std::chrono::seconds(30);
};

// What became of a letter: its end, or the first failure, after which it is tried on.
struct Report {
  std::string dedup_key;
  std::string incident_id;
  model::TenantName tenant;
  std::string receiver;
  std::string to = {};  // the address's
  bool ok = false;
  bool final = true;
  std::string detail;
};
// False when it could not be taken now; final reports are then made again after a restart.
using Reporter = std::function<bool(const Report&)>;

struct CourierMetrics {
  CourierMetrics(base::MetricsRegistry& registry, const std::string& receiver);

  base::Counter& delivered;
  base::Counter& retried;
  base::Counter& failed;
  base::Counter& superseded;
  base::Gauge& breaker_open;
  base::Histogram& latency;  // of one attempt
};

// Carries the letters of one receiver, one at a time, at least once each, in order within an
// incident; of those that waited long only the newest of each incident. Before anything is sent it
// is in the ledger: the order of a fresh letter was written with it, every later attempt is
// written by itself; what came of it follows. Not thread-safe; the dispatcher gives
// each courier a thread of its own.
class Courier {
 public:
  struct Parts {
    sql::Database& database;
    Channel& channel;
    const base::Clock& clock;
    CourierMetrics& metrics;
    Reporter report;
  };
  Courier(const Receiver& receiver, Parts parts, CourierOptions options, uint64_t seed);

  // Does at most one attempt. How long until there may be more to do: zero at once; nothing when
  // no letter waits. `cancelled` goes to the channel.
  std::optional<base::Duration> Step(const std::function<bool()>& cancelled = {});

 private:
  // An attempt that was made and is not in the database yet.
  struct Settlement {
    Letter letter;
    LedgerRow row;
    bool recovered = false;                  // the receiver works again: all that waits is due
    std::optional<base::TimePoint> unnoted;  // when the attempt began, if the ledger lacks it
  };

  const Letter* Choose(const std::vector<Letter>& heads, base::TimePoint now) const;
  bool IsDue(const Letter& letter, base::TimePoint now) const;
  // Its order is the newest thing that the ledger has to say of it.
  bool IsFresh(const Letter& letter, base::TimePoint now) const;
  bool IsOldNews(const Letter& letter, base::TimePoint now) const;
  LedgerRow AttemptRow(const Letter& letter, base::TimePoint now) const;
  base::Result<> NoteAttempt(Letter& letter, base::TimePoint now);
  Answer Send(const Letter& letter, const std::function<bool()>& cancelled);
  void Judge(Letter letter, const Answer& answer, base::Duration latency,
             std::optional<base::TimePoint> unnoted);
  bool IsHopeless(const Letter& letter, const Answer& answer, base::TimePoint now) const;
  base::Result<> Settle();
  base::SteadyPoint HeldUntil() const;

  const Address address_;
  const base::Duration min_interval_;
  const base::Duration timeout_;  // of one attempt
  const Parts parts_;
  const CourierOptions options_;

  base::Random random_;
  Breaker breaker_;
  base::SteadyPoint next_send_{};
  std::optional<Settlement> unsettled_;
  // Letters up to this one were there when this courier began: what became of them is not known.
  std::optional<int64_t> known_before_;
};

}  // namespace vedette::notify::delivery
