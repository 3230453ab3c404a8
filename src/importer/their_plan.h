#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "notify/routing/time_zone.h"

namespace vedette::importer {

// Who PagerDuty, Opsgenie or Grafana OnCall, as exported, would call for an alert: the other side
// of a parity run. Written after what those systems document and not after what the importer makes
// of the same file, so that an error in one does not hide in the other: it counts in minutes of the
// wall clock and never makes a schedule of Vedette. Where PagerDuty's own rendering of a schedule
// is in the export, that is asked first. Repeats and personal contacts are left out. Immutable.
class TheirPlan {
 public:
  // `system`: "pagerduty", "opsgenie", "grafana-oncall". kInvalidArgument.
  static base::Result<TheirPlan> Read(std::string_view system, std::string_view text);

  struct Call {
    int64_t after_seconds = 0;  // since the alert, if nobody acknowledges
    std::string person;         // id there
    friend auto operator<=>(const Call&, const Call&) = default;
  };
  // In order, each once. Nothing for labels that lead nowhere there.
  std::vector<Call> Calls(model::LabelsView labels, base::TimePoint time) const;

  // Labels that lead to each service, team or integration that calls somebody.
  std::vector<model::Labels> Samples() const;

 private:
  using Stretch = std::pair<int64_t, int64_t>;  // from, length, in minutes
  // Grafana OnCall's events: when each begins, and for how long.
  struct Series {
    char unit = 'w';  // 'h', 'd', 'w', 'm'
    int64_t interval = 1;
    int64_t minutes = 0;
    int64_t week_start = 0;
    std::vector<int64_t> weekdays;
    std::vector<int64_t> month_days;
  };
  struct Turns {
    notify::routing::TimeZone zone;
    notify::routing::LocalTime first;  // the turns are counted from here
    notify::routing::LocalTime from;   // and are on from here
    std::optional<notify::routing::LocalTime> until;
    int64_t minutes = 0;  // of a turn
    std::vector<std::vector<std::string>> groups;
    std::vector<Stretch> of_day;   // with both lists empty: always
    std::vector<Stretch> of_week;  // from Monday on
    int64_t level = 0;
    std::optional<Series> series = {};  // instead of the stretches
  };
  struct Rendered {
    base::TimePoint from;
    base::TimePoint to;
    std::string person;
  };
  enum class Winner { kFirst, kAll, kHighestLevel };
  struct Rota {
    std::vector<Turns> turns;
    Winner winner = Winner::kAll;
    std::vector<Rendered> rendered;
  };
  struct Rung {
    int64_t seconds = 0;  // since the alert; of PagerDuty for how long it lasts
    std::vector<std::string> people;
    std::vector<std::string> rotas;
  };
  struct Ladder {
    std::vector<Rung> rungs;
    bool empty_rungs_give_way = false;  // PagerDuty
  };
  class Reader;

  // The number of the turn of the event that begins on that day; of the one that is on.
  static std::optional<int64_t> TurnBegun(const Series& series, notify::routing::LocalTime first,
                                          notify::routing::LocalTime day);
  static std::optional<int64_t> TurnOn(const Turns& turns, notify::routing::LocalTime now);
  static std::vector<std::string> OnCall(const Turns& turns, base::TimePoint time);
  std::vector<std::string> OnCall(const std::string& rota, base::TimePoint time) const;

  std::map<std::string, Rota> rotas_;
  std::map<std::string, Ladder> ladders_;
  std::string label_;                        // "service", "team", "integration"
  std::map<std::string, std::string> ways_;  // its value -> a ladder
};

}  // namespace vedette::importer
