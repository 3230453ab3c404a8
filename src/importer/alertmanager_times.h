#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <vector>

#include "importer/imported.h"

namespace vedette::importer {

// The minutes of a week in which a route may tell, from Sunday 00:00 on by the clock of a zone.
// Not thread-safe.
class AmWeek {
 public:
  static constexpr size_t kDayMinutes = size_t{24} * 60;
  static constexpr const char* kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                          "thursday", "friday", "saturday"};

  void Open(size_t day, size_t from, size_t to) { Set(day, from, to, true); }
  void Close(size_t day, size_t from, size_t to) { Set(day, from, to, false); }
  bool empty() const { return minutes_.none(); }

  // As `hours` of a route; windows that are the same on several days are one.
  void Write(YamlWriter& out) const;

 private:
  void Set(size_t day, size_t from, size_t to, bool value);

  std::bitset<7 * kDayMinutes> minutes_;
};

}  // namespace vedette::importer
