#include "importer/alertmanager_times.h"

#include <fmt/core.h>
#include <map>
#include <utility>

namespace vedette::importer {
namespace {

std::string Clock(size_t minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

}  // namespace

void AmWeek::Set(size_t day, size_t from, size_t to, bool value) {
  for (size_t minute = from; minute < to; ++minute) minutes_.set(day * kDayMinutes + minute, value);
}

void AmWeek::Write(YamlWriter& out) const {
  std::map<std::pair<size_t, size_t>, std::vector<std::string>> windows;  // their days
  for (size_t day = 0; day < 7; ++day) {
    for (size_t from = 0; from < kDayMinutes; ++from) {
      if (!minutes_[day * kDayMinutes + from]) continue;
      size_t to = from;
      while (to < kDayMinutes && minutes_[day * kDayMinutes + to]) ++to;
      windows[{from, to}].emplace_back(kDays[day]);
      from = to;
    }
  }
  out.Open("hours");
  for (const auto& [window, days] : windows) {
    out.Item()
        .Texts("days", days)
        .Text("from", Clock(window.first))
        .Text("to", Clock(window.second))
        .Close();
  }
  out.Close();
}

}  // namespace vedette::importer
