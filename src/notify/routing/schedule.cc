#include "notify/routing/schedule.h"

#include <algorithm>
#include <utility>

namespace vedette::notify::routing {
namespace {

using base::Duration;
using base::TimePoint;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr Duration kHorizon = days(366);

struct Assignment {
  std::string_view user;
  std::string cause;
};

// When a turn begins; the first is number 0.
LocalTime TurnStart(const Layer& layer, int64_t turn) {
  if (!layer.monthly) return layer.start + turn * layer.length;
  const LocalTime midnight = Midnight(layer.start);
  const year_month_day first(std::chrono::floor<days>(midnight));
  const auto month = year_month(first.year(), first.month()) + months(turn);
  const year_month_day last(month / std::chrono::last);
  const LocalTime day = std::chrono::local_days(month / std::min(first.day(), last.day()));
  return day + (layer.start - midnight);
}

// The number of the turn that is on at `time`. REQUIRES: time is not before the first.
int64_t TurnAt(const Layer& layer, TimeZone zone, TimePoint time) {
  const Duration since = zone.ToLocal(time) - layer.start;
  // Months are at most that long: never too far.
  int64_t turn = layer.monthly ? since / days(31) : since / layer.length;
  // Near a change of the clocks the wall clock alone is a turn too far or too short.
  const auto begins = [&](int64_t n) { return zone.ToUtc(TurnStart(layer, n)); };
  while (turn > 0 && begins(turn) > time) --turn;
  while (begins(turn + 1) <= time) ++turn;
  return turn;
}

bool IsDayOf(const std::vector<int64_t>& days_of_month, LocalTime midnight) {
  const year_month_day date(std::chrono::floor<days>(midnight));
  const year_month_day last(date.year() / date.month() / std::chrono::last);
  const auto day = static_cast<int64_t>(static_cast<unsigned>(date.day()));
  const int64_t back = day - static_cast<int64_t>(static_cast<unsigned>(last.day())) - 1;
  return std::ranges::any_of(days_of_month, [&](int64_t n) { return n == day || n == back; });
}

// The hours, or the whole day, but only those that begin on the layer's days of the month.
bool ContainsOnDays(const Layer& layer, TimeZone zone, TimePoint time) {
  const Hours windows = layer.hours.empty() ? Hours{Window()} : layer.hours;
  const LocalTime today = Midnight(zone.ToLocal(time));
  for (const LocalTime midnight : {today - days(1), today}) {
    if (!IsDayOf(layer.days_of_month, midnight)) continue;
    for (const Window& window : windows) {
      if ((window.days >> WeekdayOf(midnight) & 1) == 0) continue;
      const Duration to = window.to <= window.from ? window.to + days(1) : window.to;
      const bool on =
          zone.ToUtc(midnight + window.from) <= time && time < zone.ToUtc(midnight + to);
      if (on) return true;
    }
  }
  return false;
}

bool IsOn(const Layer& layer, TimeZone zone, TimePoint time) {
  if (time < zone.ToUtc(layer.start) || (layer.end && time >= zone.ToUtc(*layer.end))) return false;
  if (!layer.days_of_month.empty()) return ContainsOnDays(layer, zone, time);
  return layer.hours.empty() || Contains(layer.hours, zone, time);
}

Assignment At(const Schedule& schedule, const std::vector<const Override*>& overrides,
              TimePoint time) {
  Assignment who;
  for (const Layer& layer : schedule.layers) {
    if (layer.users.empty() || !IsOn(layer, schedule.zone, time)) continue;
    const auto turn = static_cast<size_t>(TurnAt(layer, schedule.zone, time));
    const std::string& user = layer.users[turn % layer.users.size()];
    if (user != kNobody) who = {user, "layer " + layer.name};
  }
  const std::string_view planned = who.user;
  for (const Override* override : overrides) {
    if (time < override->from || time >= override->to) continue;
    if (!override->replaces.empty() && override->replaces != planned) continue;
    who = {override->user, "override " + override->id};
  }
  return who;
}

// The first moment after `time` at which somebody else may be on call.
TimePoint NextEdgeOf(const Schedule& schedule, const std::vector<const Override*>& overrides,
                     TimePoint time) {
  TimePoint next = time + kHorizon;
  const auto consider = [&](TimePoint edge) {
    if (edge > time) next = std::min(next, edge);
  };
  const TimeZone zone = schedule.zone;
  for (const Layer& layer : schedule.layers) {
    const TimePoint start = zone.ToUtc(layer.start);
    consider(start);
    if (layer.end) consider(zone.ToUtc(*layer.end));
    if (time >= start) {
      consider(zone.ToUtc(TurnStart(layer, TurnAt(layer, zone, time) + 1)));
    }
    // Of the days of the month each may be one.
    const bool by_days = layer.hours.empty() && !layer.days_of_month.empty();
    const Hours windows = by_days ? Hours{Window()} : layer.hours;
    if (const auto edge = NextEdge(windows, zone, time)) consider(*edge);
  }
  for (const Override* override : overrides) {
    consider(override->from);
    consider(override->to);
  }
  return next;
}

// Those of the schedule, the one that was made last at the end.
std::vector<const Override*> Own(const Schedule& schedule, const std::vector<Override>& overrides) {
  std::vector<const Override*> own;
  for (const Override& override : overrides) {
    if (override.schedule == schedule.name) own.push_back(&override);
  }
  std::sort(own.begin(), own.end(), [](const Override* a, const Override* b) {
    return std::pair(a->created_at, a->id) < std::pair(b->created_at, b->id);
  });
  return own;
}

Duration Overlap(TimePoint a_from, TimePoint a_to, TimePoint b_from, TimePoint b_to) {
  return std::max(Duration(0), std::min(a_to, b_to) - std::max(a_from, b_from));
}

void Add(Load& load, const Duty& duty, TimeZone zone) {
  ++load.shifts;
  load.total += duty.to - duty.from;
  LocalTime day = Midnight(zone.ToLocal(duty.from));
  for (; zone.ToUtc(day) < duty.to; day += days(1)) {
    const auto share = [&](Duration from, Duration to) {
      return Overlap(duty.from, duty.to, zone.ToUtc(day + from), zone.ToUtc(day + to));
    };
    load.nights += share(hours(0), hours(6)) + share(hours(22), hours(24));
    if (WeekdayOf(day) >= 5) load.weekends += share(hours(0), hours(24));
  }
}

}  // namespace

Duty OnCall(const Schedule& schedule, const std::vector<Override>& overrides, TimePoint time) {
  const std::vector<const Override*> own = Own(schedule, overrides);
  const Assignment now = At(schedule, own, time);
  Duty duty{.from = time,
            .to = NextEdgeOf(schedule, own, time),
            .user = std::string(now.user),
            .cause = now.cause};
  while (duty.to < time + kHorizon) {
    const Assignment then = At(schedule, own, duty.to);
    if (then.user != now.user || then.cause != now.cause) break;
    duty.to = NextEdgeOf(schedule, own, duty.to);
  }
  return duty;
}

std::vector<Duty> Duties(const Schedule& schedule, const std::vector<Override>& overrides,
                         TimePoint from, TimePoint to, size_t limit) {
  const std::vector<const Override*> own = Own(schedule, overrides);
  std::vector<Duty> duties;
  for (TimePoint time = from; time < to;) {
    const Assignment now = At(schedule, own, time);
    const TimePoint next = std::min(to, NextEdgeOf(schedule, own, time));
    if (!duties.empty() && duties.back().user == now.user && duties.back().cause == now.cause) {
      duties.back().to = next;
    } else if (duties.size() == limit) {
      break;
    } else {
      duties.push_back({time, next, std::string(now.user), now.cause});
    }
    time = next;
  }
  return duties;
}

std::map<std::string, Load> LoadOf(const std::vector<Duty>& duties, const Plan& plan) {
  std::map<std::string, Load> loads;
  for (const Duty& duty : duties) {
    const User* user = plan.FindUser(duty.user);
    Add(loads[duty.user], duty, user == nullptr ? TimeZone() : user->zone);
  }
  return loads;
}

}  // namespace vedette::notify::routing
