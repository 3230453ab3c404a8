#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/alert.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::heartbeat {

// What is expected to say regularly that it lives: a nightly job, another monitoring system.
struct Expected {
  model::TenantName tenant{model::kDefaultTenant};
  std::string name;
  base::Duration interval = std::chrono::minutes(1);
  base::Duration grace = std::chrono::minutes(1);  // beyond the interval, before somebody is told
  model::Severity severity = model::Severity::kCritical;
  std::string description;  // for whoever is told
  model::Labels labels;     // of the alert, beside its own
  friend bool operator==(const Expected&, const Expected&) = default;
};

inline constexpr size_t kExpectedMax = 1'000;

// kInvalidArgument with the field.
base::Result<> Validate(const Expected& expected);

enum class State {
  kWaiting,  // has never come, and is not overdue
  kAlive,
  kLate,     // the interval is over, the grace is not
  kMissing,  // somebody is told
  kFailed,   // it came and said that something went wrong: somebody is told
};
std::string_view StateName(State state);  // "waiting", "alive", "late", "missing", "failed"

// A sign of life.
struct Beat {
  bool failed = false;
  std::string message;  // for people; cut at 1,000 bytes
  std::string source;   // whose key it came with
};

struct Status {
  Expected expected;
  State state = State::kWaiting;
  int64_t beats = 0;
  std::optional<base::TimePoint> last_at;
  base::TimePoint due_at;  // when somebody is told, should none come before
  std::string message;     // of the last one
  std::string source;
};

// Dead man's switches: remembers who was last heard of and has an alert fire while somebody is
// missing or has failed. Signs of life are durable when Record returns. Thread-safe.
//
// `now` is a time that never steps, so that a step of the calendar raises nothing; it begins with
// the calendar when the process starts. What was due while the process was down, and could not be
// heard, gets up to `settle` more to be heard.
class Book {
 public:
  // Takes alerts as the incident engine does; told again and again while they last.
  using Post = std::function<base::Result<>(std::vector<model::Alert>)>;

  struct Options {
    base::Duration settle = std::chrono::minutes(4);
    base::Duration repeat = std::chrono::minutes(1);
    // An alert that is not told of again ends by itself after this long.
    base::Duration lasts = std::chrono::minutes(5);
  };

  static base::Result<std::unique_ptr<Book>> Open(sql::Database& database, base::TimePoint now,
                                                  Options options);

  // From now on these; of the others everything is forgotten, and their alerts end.
  base::Result<> Expect(std::vector<Expected> expected, base::TimePoint now) EXCLUDES(mutex_);
  // kNotFound when nobody expects it.
  base::Result<Status> Record(const model::TenantName& tenant, std::string_view name,
                              const Beat& beat, base::TimePoint now) EXCLUDES(mutex_);
  // In order of the names.
  std::vector<Status> List(const model::TenantName& tenant, base::TimePoint now) const
      EXCLUDES(mutex_);
  // Tells of what is missing, and of what is back; `calendar` is for the ends of alerts. To be
  // called about every second, by one thread. An error of `post` comes back, and all of it is told
  // again the next time.
  base::Result<> Tend(base::TimePoint now, base::TimePoint calendar, const Post& post)
      EXCLUDES(mutex_);
  size_t missing(base::TimePoint now) const EXCLUDES(mutex_);

 private:
  using Key = std::pair<model::TenantName, std::string>;
  struct Entry {
    Expected expected;
    base::TimePoint since;  // when it was first expected
    std::optional<base::TimePoint> last_at;
    base::TimePoint stored_at{};  // the last sign of life on disk
    bool failed = false;
    int64_t beats = 0;
    std::string message;
    std::string source;

    bool firing = false;        // as far as the engine knows
    base::TimePoint told_at{};  // 0: not by this process
    bool told() const { return firing && told_at != base::TimePoint{}; }
  };

  Book(sql::Database& database, base::TimePoint now, Options options)
      : database_(database), opened_at_(now), options_(options) {}

  base::Result<> Load(base::TimePoint now) EXCLUDES(mutex_);
  base::Result<> Store(const Key& key, const Entry& entry);
  base::TimePoint DueAt(const Entry& entry) const;
  State StateOf(const Entry& entry, base::TimePoint now) const;
  Status StatusOf(const Entry& entry, base::TimePoint now) const;
  model::Alert AlertOf(const Entry& entry, base::TimePoint now) const;

  sql::Database& database_;
  const base::TimePoint opened_at_;
  const Options options_;

  mutable base::Mutex mutex_;
  std::map<Key, Entry> entries_ GUARDED_BY(mutex_);
  std::vector<model::Alert> forgotten_ GUARDED_BY(mutex_);  // alerts that must end
};

}  // namespace vedette::heartbeat
