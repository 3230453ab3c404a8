#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/result.h"
#include "records/cursor.h"
#include "records/format.h"

namespace vedette::records {

// Where a page goes on: everything at it and after it has been said.
struct Position {
  int64_t time_ms = INT64_MAX;
  std::string id;
  bool open = true;  // the first page: nothing has been said

  static base::Result<Position> Parse(std::string_view tenant, Kind kind, std::string_view cursor) {
    Position position;
    if (cursor.empty()) return position;
    VEDETTE_TRY(const std::string key, DecodeCursor(tenant, kind, cursor));
    const auto parts = ParseKey(key);
    if (!parts) return base::InvalidArgument("the cursor is not one of this list", "cursor");
    return Position{parts->time_ms, std::string(parts->id), false};
  }

  // No record after it in time is wanted; a position without an id is before all of its time.
  int64_t newest_ms() const {
    return open || !id.empty() || time_ms == INT64_MIN ? time_ms : time_ms - 1;
  }

  bool Before(int64_t time, const std::string& record_id) const {
    return open || time < time_ms || (time == time_ms && record_id < id);
  }
};

// The newest records seen so far, for a page that must have the newest of many sources: one more
// than the page shall have, once per time and id. Not thread-safe.
template <typename Record>
class Newest {
 public:
  Newest(size_t records_max, size_t bytes_max) : records_max_(records_max), bytes_max_(bytes_max) {}

  // Whether a record of that time can still get in.
  bool Wants(int64_t time_ms) const { return !full_ || time_ms >= oldest_ms_; }

  // `record` by reference: its id is given beside it, and by value it might be moved from before.
  void Add(int64_t time_ms, std::string id, size_t bytes, Record&& record) {
    if (!entries_.insert({time_ms, std::move(id), bytes, std::move(record)}).second) return;
    bytes_ += bytes;
    while (entries_.size() > 1 &&
           (entries_.size() > records_max_ + 1 || bytes_ - entries_.begin()->bytes >= bytes_max_)) {
      bytes_ -= entries_.begin()->bytes;
      entries_.erase(entries_.begin());
      full_ = true;
    }
    full_ |= entries_.size() > records_max_;
    if (full_) oldest_ms_ = entries_.begin()->time_ms;
  }

  // Forgets what is older, because not all of that is known.
  void DropBefore(int64_t time_ms) {
    while (!entries_.empty() && entries_.begin()->time_ms < time_ms) {
      bytes_ -= entries_.begin()->bytes;
      entries_.erase(entries_.begin());
    }
    full_ = entries_.size() > records_max_;
  }

  // The records, newest first, and the cursor behind them if there are more.
  std::vector<Record> Take(std::string_view tenant, Kind kind, std::string& cursor) {
    std::vector<Record> records;
    while (!entries_.empty() && records.size() < records_max_) {
      auto entry = std::move(entries_.extract(std::prev(entries_.end())).value());
      records.push_back(std::move(entry.record));
      if (records.size() == records_max_ || entries_.empty()) {
        if (full_) cursor = EncodeCursor(tenant, kind, entry.time_ms, entry.id);
      }
    }
    return records;
  }

 private:
  struct Entry {
    int64_t time_ms;
    std::string id;
    size_t bytes;
    Record record;
    friend bool operator<(const Entry& a, const Entry& b) {
      return std::tie(a.time_ms, a.id) < std::tie(b.time_ms, b.id);
    }
  };

  const size_t records_max_;
  const size_t bytes_max_;
  std::set<Entry> entries_;
  size_t bytes_ = 0;
  bool full_ = false;
  int64_t oldest_ms_ = INT64_MIN;
};

}  // namespace vedette::records
