#include "heartbeat/book.h"

#include <algorithm>
#include <fmt/core.h>

#include "base/duration.h"
#include "model/names.h"

namespace vedette::heartbeat {
namespace {

using sql::Int;
using sql::Null;
using sql::Text;
using sql::Time;

constexpr size_t kNameBytesMax = 100;
constexpr size_t kTextBytesMax = 1'000;
constexpr size_t kLabelsMax = 20;
constexpr base::Duration kIntervalMin = std::chrono::seconds(1);
constexpr base::Duration kIntervalMax = std::chrono::hours(24 * 366);
// Signs of life closer together than this cost no write each.
constexpr base::Duration kStoredApart = std::chrono::seconds(1);

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

// Cut at the edge of a character.
std::string Cut(std::string text) {
  if (text.size() <= kTextBytesMax) return text;
  size_t end = kTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string_view StateName(State state) {
  switch (state) {
    case State::kWaiting: return "waiting";
    case State::kAlive: return "alive";
    case State::kLate: return "late";
    case State::kMissing: return "missing";
    case State::kFailed: break;
  }
  return "failed";
}

base::Result<> Validate(const Expected& expected) {
  if (expected.name.empty() || expected.name.size() > kNameBytesMax ||
      !std::all_of(expected.name.begin(), expected.name.end(), IsPlain)) {
    return base::InvalidArgument(
        fmt::format("must be 1 to {} letters, digits, '.', '_' or '-'", kNameBytesMax), "name");
  }
  if (expected.interval < kIntervalMin || expected.interval > kIntervalMax) {
    return base::InvalidArgument("must be between 1s and 366d", "interval");
  }
  if (expected.grace < base::Duration(0) || expected.grace > kIntervalMax) {
    return base::InvalidArgument("must be between 0s and 366d", "grace");
  }
  if (!model::IsValidTenantName(expected.tenant)) {
    return base::InvalidArgument("is no name of a tenant", "tenant");
  }
  if (expected.labels.view().size() > kLabelsMax) {
    return base::InvalidArgument(fmt::format("has more than {}", kLabelsMax), "labels");
  }
  return {};
}

base::Result<std::unique_ptr<Book>> Book::Open(sql::Database& database, base::TimePoint now,
                                               Options options) {
  const sql::Migration steps[] = {{1, "heartbeats", R"sql(
CREATE TABLE heartbeat (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  since BIGINT NOT NULL,
  last_at BIGINT,
  failed BIGINT NOT NULL,
  beats BIGINT NOT NULL,
  message TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
);
)sql"}};
  VEDETTE_TRY_VOID(database.Migrate("heartbeat", steps));
  std::unique_ptr<Book> book(new Book(database, now, options));
  VEDETTE_TRY_VOID(book->Load(now));
  return book;
}

// A clock that was ahead when it wrote must not hide that somebody is missing now.
base::Result<> Book::Load(base::TimePoint now) {
  std::map<Key, Entry> entries;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query(
        "SELECT tenant, name, since, last_at, failed, beats, message, source FROM heartbeat", {},
        [&](const sql::Row& row) {
          Entry entry;
          entry.expected.tenant = std::string(row.GetText(0));
          entry.expected.name = std::string(row.GetText(1));
          entry.since = std::min(row.GetTime(2), now);
          if (!row.IsNull(3)) entry.last_at = std::min(row.GetTime(3), now);
          entry.failed = row.GetInt(4) != 0;
          entry.beats = row.GetInt(5);
          entry.message = row.GetText(6);
          entry.source = row.GetText(7);
          entry.firing = true;  // perhaps: if it is back, that will be told
          entries.emplace(Key(entry.expected.tenant, entry.expected.name), std::move(entry));
        });
  }));
  base::MutexLock lock(mutex_);
  entries_ = std::move(entries);
  return {};
}

base::Result<> Book::Store(const Key& key, const Entry& entry) {
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO heartbeat (tenant, name, since, last_at, failed, beats, message, source) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, name) DO UPDATE SET "
        "last_at = excluded.last_at, failed = excluded.failed, beats = excluded.beats, "
        "message = excluded.message, source = excluded.source",
        {Text(key.first), Text(key.second), Time(entry.since),
         entry.last_at ? Time(*entry.last_at) : Null(), Int(entry.failed ? 1 : 0), Int(entry.beats),
         Text(entry.message), Text(entry.source)}));
    return {};
  });
}

base::Result<> Book::Expect(std::vector<Expected> expected, base::TimePoint now) {
  if (expected.size() > kExpectedMax) {
    return base::InvalidArgument(fmt::format("more than {}", kExpectedMax), "heartbeats.expected");
  }
  for (const Expected& each : expected) VEDETTE_TRY_VOID(Validate(each));
  base::MutexLock lock(mutex_);
  std::map<Key, Entry> entries;
  for (Expected& each : expected) {
    const Key key(each.tenant, each.name);
    const auto known = entries_.find(key);
    Entry entry = known == entries_.end() ? Entry{} : known->second;
    if (known == entries_.end()) {
      entry.since = now;
      VEDETTE_TRY_VOID(Store(key, entry));
    } else if (entry.told() && each.labels != entry.expected.labels) {
      forgotten_.push_back(AlertOf(entry, now));
      entry.firing = false;
    }
    entry.expected = std::move(each);
    entries.insert_or_assign(key, std::move(entry));
  }
  for (const auto& [key, entry] : entries_) {
    if (entries.contains(key)) continue;
    if (entry.told()) forgotten_.push_back(AlertOf(entry, now));
    VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(session.Execute("DELETE FROM heartbeat WHERE tenant = ? AND name = ?",
                                       {Text(key.first), Text(key.second)}));
      return {};
    }));
  }
  entries_ = std::move(entries);
  return {};
}

base::Result<Status> Book::Record(const model::TenantName& tenant, std::string_view name,
                                  const Beat& beat, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  const auto it = entries_.find(Key(tenant, name));
  if (it == entries_.end()) {
    return base::NotFound(
        fmt::format("no heartbeat '{}' is expected: add it to heartbeats.expected", name));
  }
  Entry entry = it->second;
  const bool changes =
      entry.failed != beat.failed || !entry.last_at || StateOf(entry, now) != State::kAlive;
  entry.last_at = now;
  entry.failed = beat.failed;
  entry.beats += 1;
  entry.message = Cut(beat.message);
  entry.source = Cut(beat.source);
  if (changes || now - entry.stored_at >= kStoredApart) {
    VEDETTE_TRY_VOID(Store(it->first, entry));
    entry.stored_at = now;
  }
  it->second = std::move(entry);
  return StatusOf(it->second, now);
}

std::vector<Status> Book::List(const model::TenantName& tenant, base::TimePoint now) const {
  base::MutexLock lock(mutex_);
  std::vector<Status> list;
  for (const auto& [key, entry] : entries_) {
    if (key.first == tenant) list.push_back(StatusOf(entry, now));
  }
  return list;
}

size_t Book::missing(base::TimePoint now) const {
  base::MutexLock lock(mutex_);
  return static_cast<size_t>(std::ranges::count_if(
      entries_, [&](const auto& pair) { return StateOf(pair.second, now) >= State::kMissing; }));
}

base::TimePoint Book::DueAt(const Entry& entry) const {
  const base::Duration patience = entry.expected.interval + entry.expected.grace;
  const base::TimePoint due = entry.last_at.value_or(entry.since) + patience;
  return std::max(due, opened_at_ + std::min(patience, options_.settle));
}

State Book::StateOf(const Entry& entry, base::TimePoint now) const {
  if (entry.last_at && entry.failed) return State::kFailed;
  if (now >= DueAt(entry)) return State::kMissing;
  if (!entry.last_at) return State::kWaiting;
  return now >= *entry.last_at + entry.expected.interval ? State::kLate : State::kAlive;
}

Status Book::StatusOf(const Entry& entry, base::TimePoint now) const {
  return {.expected = entry.expected,
          .state = StateOf(entry, now),
          .beats = entry.beats,
          .last_at = entry.last_at,
          .due_at = DueAt(entry),
          .message = entry.message,
          .source = entry.source};
}

// The labels say which one it is, and stay the same as long as it is configured as it is.
model::Alert Book::AlertOf(const Entry& entry, base::TimePoint now) const {
  const Expected& expected = entry.expected;
  model::Alert alert;
  alert.tenant = expected.tenant;
  std::vector<std::pair<std::string, std::string>> labels;
  labels.emplace_back("alertname", "HeartbeatMissing");
  labels.emplace_back("service", expected.name);
  labels.emplace_back("severity", model::SeverityName(expected.severity));
  for (const model::Label& label : expected.labels) labels.emplace_back(label.name, label.value);
  labels.emplace_back("heartbeat", expected.name);
  alert.labels = model::Labels(std::move(labels));
  std::string summary;
  if (StateOf(entry, now) == State::kFailed) {
    summary = fmt::format("{} says that it failed", expected.name);
    if (!entry.message.empty()) summary += ": " + entry.message;
  } else if (entry.last_at) {
    summary =
        fmt::format("{} has not been heard of since {}; expected every {}", expected.name,
                    base::FormatTime(*entry.last_at), base::FormatDuration(expected.interval));
  } else {
    summary = fmt::format("{} has never been heard of, in {}", expected.name,
                          base::FormatDuration(now - entry.since));
  }
  alert.annotations =
      model::Labels({{"summary", std::move(summary)}, {"description", expected.description}});
  return alert;
}

base::Result<> Book::Tend(base::TimePoint now, base::TimePoint calendar, const Post& post) {
  std::vector<model::Alert> alerts;
  std::map<Key, bool> told;  // whether it fires
  size_t forgotten = 0;
  {
    base::MutexLock lock(mutex_);
    forgotten = forgotten_.size();
    alerts = forgotten_;
    for (model::Alert& alert : alerts) alert.ends_at = calendar;
    for (const auto& [key, entry] : entries_) {
      const bool down = StateOf(entry, now) >= State::kMissing;
      const bool again = now - entry.told_at >= options_.repeat;
      if (down ? entry.firing && !again : !entry.firing) continue;
      // While the process settles it is not known yet whether it is back.
      if (!down && entry.told_at == base::TimePoint{} &&
          (!entry.last_at || *entry.last_at < opened_at_)) {
        continue;
      }
      model::Alert alert = AlertOf(entry, now);
      alert.ends_at = down ? calendar + options_.lasts : calendar;
      alerts.push_back(std::move(alert));
      told[key] = down;
    }
  }
  if (alerts.empty()) return {};
  VEDETTE_TRY_VOID(post(std::move(alerts)));
  base::MutexLock lock(mutex_);
  forgotten_.erase(forgotten_.begin(), forgotten_.begin() + static_cast<ptrdiff_t>(forgotten));
  for (const auto& [key, fires] : told) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) continue;
    it->second.firing = fires;
    it->second.told_at = now;
  }
  return {};
}

}  // namespace vedette::heartbeat
