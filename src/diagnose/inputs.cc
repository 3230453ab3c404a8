#include "diagnose/inputs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

#include "model/names.h"

namespace vedette::diagnose {
namespace {

constexpr double kUsuallyThere = 0.8;  // share of the rows
constexpr size_t kRowsLeast = 5;
constexpr size_t kRowsOfSilence = 3;

}  // namespace

std::string_view InputStateName(InputState state) {
  static constexpr model::NameTable<InputState, 4> kNames = {{{{InputState::kOk, "ok"},
                                                               {InputState::kNone, "none"},
                                                               {InputState::kPartial, "partial"},
                                                               {InputState::kFailed, "failed"}}}};
  return kNames.NameOf(state);
}

std::vector<StoppedSource> StoppedSources(const std::vector<base::TimePoint>& times,
                                          const std::vector<Series>& series) {
  struct Seen {
    size_t last_row = 0;
    size_t series = 0;
    bool usual = false;
  };
  std::map<std::string, Seen> seen;
  for (size_t i = 0; i < series.size(); ++i) {
    size_t there = 0, last = 0;
    for (size_t row = 0; row < times.size(); ++row) {
      if (std::isnan(series[i].window[row])) continue;
      ++there;
      last = row;
    }
    if (there == 0) continue;
    Seen& entity = seen[series[i].entity];
    if (last >= entity.last_row) entity.series = i;
    entity.last_row = std::max(entity.last_row, last);
    entity.usual |= static_cast<double>(there) >= kUsuallyThere * static_cast<double>(last + 1) &&
                    there > kRowsLeast;
  }
  std::vector<StoppedSource> stopped;
  for (const auto& [entity, what] : seen) {
    if (!what.usual || times.size() - 1 - what.last_row < kRowsOfSilence) continue;
    stopped.push_back({entity, times[what.last_row], what.series});
  }
  return stopped;
}

}  // namespace vedette::diagnose
