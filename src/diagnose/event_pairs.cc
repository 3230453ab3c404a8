#include "diagnose/event_pairs.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace vedette::diagnose {
namespace {

constexpr size_t kMaxEvents = 64;
constexpr double kMinFollows = 0.6;  // share of cases in which one used to follow the other
constexpr double kMinExpected = 2;
constexpr double kMinShare = 0.58;
constexpr double kMinScore = 1.2;

using Key = std::pair<std::string, std::string>;   // entity, operation
using EventTimes = std::map<std::string, double>;  // first time of each event of one span

struct Group {
  std::vector<EventTimes> spans;
  int depth = 0;
};

struct Groups {
  std::map<Key, Group> groups;
  std::map<std::string, bool> failures;  // events that say that something failed
};

std::vector<int> Depths(const std::vector<Span>& spans) {
  std::vector<int> depths(spans.size(), -1);
  std::vector<size_t> path;
  for (size_t i = 0; i < spans.size(); ++i) {
    for (size_t at = i; depths[at] < 0;) {
      path.push_back(at);
      const auto parent = static_cast<size_t>(spans[at].parent);
      if (spans[at].parent < 0 || path.size() > spans.size()) {
        depths[at] = 0;
        break;
      }
      at = parent;
    }
    for (; !path.empty(); path.pop_back()) {
      const size_t at = path.back();
      if (depths[at] >= 0) continue;
      const auto parent = static_cast<size_t>(spans[at].parent);
      depths[at] = depths[parent] + (spans[at].entity != spans[parent].entity ? 1 : 0);
    }
  }
  return depths;
}

Groups GroupsOf(const TraceSet& set) {
  std::vector<EventTimes> events(set.spans.size());
  Groups result;
  for (const TracedLine& line : set.lines) {
    if (line.span < 0 || static_cast<size_t>(line.span) >= set.spans.size()) continue;
    EventTimes& times = events[static_cast<size_t>(line.span)];
    const auto [at, added] = times.try_emplace(line.event, line.time);
    if (!added) at->second = std::min(at->second, line.time);
    result.failures[line.event] |= line.failure;
  }
  const std::vector<int> depths = Depths(set.spans);
  for (size_t i = 0; i < set.spans.size(); ++i) {
    Group& group = result.groups[{set.spans[i].entity, set.spans[i].operation}];
    group.spans.push_back(std::move(events[i]));
    group.depth = std::max(group.depth, depths[i]);
  }
  return result;
}

// "unit#12": a position in the code, when the event has one.
struct Position {
  std::string_view unit;
  int line = 0;
};
std::optional<Position> PositionOf(std::string_view event) {
  const size_t hash = event.rfind('#');
  if (hash == std::string_view::npos) return std::nullopt;
  Position position{event.substr(0, hash), 0};
  const char* last = event.data() + event.size();
  const auto [end, error] = std::from_chars(event.data() + hash + 1, last, position.line);
  if (error != std::errc() || end != last) return std::nullopt;
  return position;
}

// The events of one operation, by number, and how they used to go together.
class Operation {
 public:
  Operation(const Key& key, const Group& usual, const Group& now, const Groups& usual_all,
            const Groups& now_all)
      : key_(key), usual_(usual), now_(now), usual_all_(usual_all), now_all_(now_all) {}

  std::vector<LostPair> Lost();

 private:
  using Set = std::bitset<kMaxEvents>;
  static constexpr size_t kStart = kMaxEvents;  // the predecessor that every span has

  void Number();
  Set SetOf(const EventTimes& times) const;
  void Count();
  std::optional<size_t> PredecessorOf(size_t event) const;
  std::optional<LostPair> Check(size_t event) const;
  std::string NewFailure() const;

  const Key& key_;
  const Group& usual_;
  const Group& now_;
  const Groups& usual_all_;
  const Groups& now_all_;
  std::vector<std::string> events_;  // none is a failure
  std::map<std::string, size_t, std::less<>> numbers_;
  std::vector<size_t> counts_;                                    // usual spans with the event
  std::array<std::array<int, kMaxEvents>, kMaxEvents> before_{};  // [a][b]: a came before b
  std::array<Set, kMaxEvents> alternatives_{};                    // events that came in place of it
};

void Operation::Number() {
  std::map<std::string, size_t> counts;
  for (const EventTimes& times : usual_.spans) {
    for (const auto& [event, time] : times) ++counts[event];
  }
  std::vector<std::pair<size_t, std::string>> order;
  for (const auto& [event, count] : counts) {
    if (!usual_all_.failures.at(event)) order.emplace_back(count, event);
  }
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tie(b.first, a.second) < std::tie(a.first, b.second);
  });
  if (order.size() > kMaxEvents) order.resize(kMaxEvents);
  for (const auto& [count, event] : order) {
    numbers_[event] = events_.size();
    events_.push_back(event);
    counts_.push_back(count);
  }
}

Operation::Set Operation::SetOf(const EventTimes& times) const {
  Set set;
  for (const auto& [event, time] : times) {
    if (const auto at = numbers_.find(event); at != numbers_.end()) set.set(at->second);
  }
  return set;
}

void Operation::Count() {
  std::array<Set, kMaxEvents> with{}, without{};
  for (const EventTimes& times : usual_.spans) {
    const Set set = SetOf(times);
    for (size_t b = 0; b < events_.size(); ++b) {
      (set.test(b) ? with : without)[b] |= set;
    }
    for (const auto& [first, first_time] : times) {
      const auto a = numbers_.find(first);
      if (a == numbers_.end()) continue;
      for (const auto& [second, second_time] : times) {
        const auto b = numbers_.find(second);
        if (b != numbers_.end() && first_time <= second_time) ++before_[a->second][b->second];
      }
    }
  }
  for (size_t b = 0; b < events_.size(); ++b) alternatives_[b] = without[b] & ~with[b];
}

// The event just before: by its position in the same unit of code, else by time; else the start.
std::optional<size_t> Operation::PredecessorOf(size_t event) const {
  const std::optional<Position> position = PositionOf(events_[event]);
  size_t best = kStart;
  for (size_t a = 0; a < events_.size(); ++a) {
    if (a == event || before_[a][event] == 0) continue;
    if (static_cast<double>(before_[a][event]) < kMinFollows * static_cast<double>(counts_[a]))
      continue;
    if (position) {
      const std::optional<Position> other = PositionOf(events_[a]);
      if (!other || other->unit != position->unit || other->line >= position->line) continue;
      if (best == kStart || other->line > PositionOf(events_[best])->line) best = a;
    } else if (before_[event][a] < before_[a][event] &&
               (best == kStart || before_[best][a] > before_[a][best])) {
      best = a;
    }
  }
  if (best != kStart) return best;
  return static_cast<double>(counts_[event]) >=
                 kMinFollows * static_cast<double>(usual_.spans.size())
             ? std::optional(kStart)
             : std::nullopt;
}

std::optional<LostPair> Operation::Check(size_t event) const {
  const std::optional<size_t> before = PredecessorOf(event);
  if (!before || counts_[event] < 2) return std::nullopt;
  const bool start = *before == kStart;
  const double follows =
      start ? static_cast<double>(counts_[event]) / static_cast<double>(usual_.spans.size())
            : before_[*before][event] / static_cast<double>(counts_[*before]);
  double cases = 0, seen = 0;
  for (const EventTimes& times : now_.spans) {
    const Set set = SetOf(times);
    if (!start && !set.test(*before)) continue;
    ++cases;
    if (set.test(event) || (set & alternatives_[event]).any()) ++seen;
  }
  LostPair pair;
  pair.expected = cases * follows;
  pair.seen = seen;
  pair.share = pair.expected / (pair.expected + seen);
  pair.score = (pair.expected - seen) / std::sqrt(pair.expected + 1);
  if (cases < kMinExpected || pair.share < kMinShare || pair.score < kMinScore) return std::nullopt;
  pair.entity = key_.first;
  pair.operation = key_.second;
  pair.before = start ? key_.second + " start" : events_[*before];
  pair.after = events_[event];
  pair.depth = now_.depth;
  return pair;
}

// The most frequent failure that the operation did not have before.
std::string Operation::NewFailure() const {
  std::map<std::string, size_t> counts;
  for (const EventTimes& times : now_.spans) {
    for (const auto& [event, time] : times) {
      if (now_all_.failures.at(event)) ++counts[event];
    }
  }
  for (const EventTimes& times : usual_.spans) {
    for (const auto& [event, time] : times) counts.erase(event);
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

std::vector<LostPair> Operation::Lost() {
  Number();
  Count();
  std::vector<LostPair> pairs;
  for (size_t event = 0; event < events_.size(); ++event) {
    if (std::optional<LostPair> pair = Check(event)) pairs.push_back(*std::move(pair));
  }
  if (pairs.empty()) return pairs;
  const std::string failure = NewFailure();
  for (LostPair& pair : pairs) pair.failure = failure;
  return pairs;
}

// The deepest entity first, then the one with the highest score; within it the clearest pair.
void Sort(std::vector<LostPair>& pairs) {
  std::map<std::string, std::pair<int, double>> best;
  for (const LostPair& pair : pairs) {
    auto& [depth, score] = best.try_emplace(pair.entity, -1, 0.0).first->second;
    depth = std::max(depth, pair.depth);
    score = std::max(score, pair.score);
  }
  const auto order = [&](const LostPair& pair) {
    const auto& [depth, score] = best.at(pair.entity);
    return std::tuple(-depth, -score, pair.entity, -pair.share, -pair.score, pair.after);
  };
  std::sort(pairs.begin(), pairs.end(),
            [&](const LostPair& a, const LostPair& b) { return order(a) < order(b); });
}

}  // namespace

std::vector<LostPair> FindLostPairs(const TraceSet& usual, const TraceSet& now) {
  if (usual.lines.empty() || now.lines.empty()) return {};
  const Groups usual_all = GroupsOf(usual), now_all = GroupsOf(now);
  std::vector<LostPair> pairs;
  for (const auto& [key, group] : usual_all.groups) {
    const auto other = now_all.groups.find(key);
    if (other == now_all.groups.end() || group.spans.size() < 2) continue;
    std::vector<LostPair> lost = Operation(key, group, other->second, usual_all, now_all).Lost();
    std::move(lost.begin(), lost.end(), std::back_inserter(pairs));
  }
  Sort(pairs);
  return pairs;
}

}  // namespace vedette::diagnose
