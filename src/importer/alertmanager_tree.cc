#include "importer/alertmanager_tree.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "yaml/reader.h"

namespace vedette::importer {
namespace {

using model::Matcher;
using yaml::YamlReader;

constexpr size_t kDepthMax = 32;
constexpr size_t kSamplesMax = 2'000;

constexpr const char* kWeekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                     "thursday", "friday", "saturday"};
constexpr const char* kMonths[] = {"january",   "february", "march",    "april",
                                   "may",       "june",     "july",     "august",
                                   "september", "october",  "november", "december"};

template <size_t N>
std::optional<int> Named(const char* const (&names)[N], std::string_view text, int first) {
  const auto found = std::ranges::find(names, text);
  if (found != std::end(names)) return static_cast<int>(found - std::begin(names)) + first;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int> Number(std::string_view text) {
  static constexpr const char* kNone[] = {""};
  return Named(kNone, text, 0);
}

// "monday:friday", "-3:-1", "2026".
template <typename Parse>
void AddRange(const std::string& text, const Parse& parse, std::vector<AmTimes::Range>& out) {
  const size_t colon = text.find(':');
  const std::optional<int> first = parse(std::string_view(text).substr(0, colon));
  const std::optional<int> last =
      colon == std::string::npos ? first : parse(std::string_view(text).substr(colon + 1));
  if (first && last) out.emplace_back(*first, *last);
}

std::optional<int> MinuteOf(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<int> hour = Number(text.substr(0, colon));
  const std::optional<int> minute = Number(text.substr(colon + 1));
  if (!hour || !minute) return std::nullopt;
  return *hour * 60 + *minute;
}

bool Within(const std::vector<AmTimes::Range>& ranges, int value) {
  return ranges.empty() || std::ranges::any_of(ranges, [&](const AmTimes::Range& range) {
           return range.first <= value && value <= range.second;
         });
}

void AddTexts(const std::vector<std::string>& texts, std::vector<Matcher>& out) {
  for (const std::string& text : texts) {
    const base::Result<std::vector<Matcher>> matchers = Matcher::ParseList(text);
    if (matchers.ok()) out.insert(out.end(), matchers->begin(), matchers->end());
  }
}

void ReadMatchers(YamlReader& reader, const char* pairs, const char* expressions, const char* texts,
                  std::vector<Matcher>& out) {
  const auto add = [&](model::MatchOp op) {
    return [&out, op](const std::string& name, const std::string& value) {
      const base::Result<Matcher> matcher = Matcher::Create(name, op, value);
      if (matcher.ok()) out.push_back(*matcher);
    };
  };
  reader.ReadTexts(pairs, add(model::MatchOp::kEqual));
  reader.ReadTexts(expressions, add(model::MatchOp::kRegex));
  std::vector<std::string> list;
  reader.Read(texts, list);
  AddTexts(list, out);
}

bool AllMatch(const std::vector<Matcher>& matchers, model::LabelsView labels) {
  return std::ranges::all_of(matchers,
                             [&](const Matcher& matcher) { return matcher.Matches(labels); });
}

}  // namespace

bool AmTimes::Holds(base::TimePoint time) const {
  const notify::routing::LocalTime local = zone.ToLocal(time);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const int minute = static_cast<int>((local - day) / std::chrono::minutes(1));
  const int of_month = static_cast<int>(static_cast<unsigned>(date.day()));
  const std::chrono::year_month_day_last end(date.year(),
                                             std::chrono::month_day_last(date.month()));
  const int from_end = of_month - static_cast<int>(static_cast<unsigned>(end.day())) - 1;
  const bool day_fits = days.empty() || std::ranges::any_of(days, [&](const Range& range) {
                          const auto place = [&](int bound) {
                            return bound < 0 ? from_end - bound : of_month - bound;
                          };
                          return place(range.first) >= 0 && place(range.second) <= 0;
                        });
  const int weekday = static_cast<int>(std::chrono::weekday(day).c_encoding());
  return day_fits && Within(minutes, minute) && Within(weekdays, weekday) &&
         Within(months, static_cast<int>(static_cast<unsigned>(date.month()))) &&
         Within(years, static_cast<int>(date.year()));
}

// Fills a tree; what it does not know is passed by.
class AlertmanagerTree::Reader {
 public:
  static Node ReadNode(YamlReader& reader, const std::string& inherited, size_t depth) {
    Node node;
    node.receiver = inherited;
    reader.Read("receiver", node.receiver);
    ReadMatchers(reader, "match", "match_re", "matchers", node.matchers);
    reader.Read("continue", node.go_on);
    reader.Read("mute_time_intervals", node.mute);
    reader.Read("active_time_intervals", node.active);
    if (depth < kDepthMax) {
      reader.ReadList("routes", [&](YamlReader& r) {
        node.children.push_back(ReadNode(r, node.receiver, depth + 1));
      });
    }
    return node;
  }

  static AmTimes ReadTimes(YamlReader& reader) {
    AmTimes times;
    const auto ranges = [&](const char* key, const auto& parse, std::vector<AmTimes::Range>& out) {
      std::vector<std::string> texts;
      reader.Read(key, texts);
      for (const std::string& text : texts) AddRange(text, parse, out);
    };
    ranges("weekdays", [](auto text) { return Named(kWeekdays, text, 0); }, times.weekdays);
    ranges("months", [](auto text) { return Named(kMonths, text, 1); }, times.months);
    ranges("days_of_month", Number, times.days);
    ranges("years", Number, times.years);
    reader.ReadList("times", [&](YamlReader& r) {
      std::string start;
      std::string end;
      r.Read("start_time", start);
      r.Read("end_time", end);
      const std::optional<int> from = MinuteOf(start);
      const std::optional<int> to = MinuteOf(end);
      if (from && to) times.minutes.emplace_back(*from, *to - 1);
    });
    std::string zone;
    if (reader.Read("location", zone)) {
      const auto found = notify::routing::TimeZone::Find(zone);
      if (found.ok()) times.zone = *found;
    }
    return times;
  }

  static void ReadAll(YamlReader& root, AlertmanagerTree& tree) {
    root.ReadSection("route", [&](YamlReader& r) { tree.root_ = ReadNode(r, "", 0); });
    for (const char* key : {"time_intervals", "mute_time_intervals"}) {
      root.ReadList(key, [&](YamlReader& r) {
        std::string name;
        r.Read("name", name);
        std::vector<AmTimes>& intervals = tree.intervals_[name];
        r.ReadList("time_intervals", [&](YamlReader& t) { intervals.push_back(ReadTimes(t)); });
      });
    }
    root.ReadList("inhibit_rules", [&](YamlReader& r) {
      Rule& rule = tree.rules_.emplace_back();
      ReadMatchers(r, "source_match", "source_match_re", "source_matchers", rule.source);
      ReadMatchers(r, "target_match", "target_match_re", "target_matchers", rule.target);
      r.Read("equal", rule.equal);
    });
  }
};

base::Result<AlertmanagerTree> AlertmanagerTree::Read(std::string_view text) {
  AlertmanagerTree tree;
  std::vector<yaml::Diagnostic> problems;
  yaml::ReadYaml(text, {}, problems, [&](YamlReader& root) { Reader::ReadAll(root, tree); });
  if (tree.root_.receiver.empty()) {
    return base::InvalidArgument("it has no route; is it of Alertmanager?");
  }
  return tree;
}

bool AlertmanagerTree::AnyHolds(const std::vector<std::string>& names, base::TimePoint time) const {
  return std::ranges::any_of(names, [&](const std::string& name) {
    const auto found = intervals_.find(name);
    return found != intervals_.end() &&
           std::ranges::any_of(found->second,
                               [&](const AmTimes& times) { return times.Holds(time); });
  });
}

bool AlertmanagerTree::IsMute(const Node& node, base::TimePoint time) const {
  if (AnyHolds(node.mute, time)) return true;
  return !node.active.empty() && !AnyHolds(node.active, time);
}

void AlertmanagerTree::Visit(const Node& node, model::LabelsView labels, base::TimePoint time,
                             std::vector<std::string>& out) const {
  bool any = false;
  for (const Node& child : node.children) {
    if (!AllMatch(child.matchers, labels)) continue;
    any = true;
    Visit(child, labels, time, out);
    if (!child.go_on) break;
  }
  if (any || IsMute(node, time)) return;
  if (std::ranges::find(out, node.receiver) == out.end()) out.push_back(node.receiver);
}

std::vector<std::string> AlertmanagerTree::Receivers(model::LabelsView labels,
                                                     base::TimePoint time) const {
  std::vector<std::string> out;
  Visit(root_, labels, time, out);
  return out;
}

bool AlertmanagerTree::Inhibits(model::LabelsView source, model::LabelsView target) const {
  return std::ranges::any_of(rules_, [&](const Rule& rule) {
    if (!AllMatch(rule.source, source) || !AllMatch(rule.target, target)) return false;
    // An alert that both sides match is not held back by another such.
    if (AllMatch(rule.target, source) && AllMatch(rule.source, target)) return false;
    return std::ranges::all_of(
        rule.equal, [&](const std::string& name) { return source.Get(name) == target.Get(name); });
  });
}

void AlertmanagerTree::Sample(const Node& node, std::map<std::string, std::string> values,
                              std::vector<model::Labels>& out) const {
  for (const Matcher& matcher : node.matchers) {
    if (matcher.op() == model::MatchOp::kEqual) {
      values[matcher.name()] = matcher.value();
    } else if (matcher.op() == model::MatchOp::kRegex && !matcher.alternatives().empty()) {
      values[matcher.name()] = matcher.alternatives().front();
    }
  }
  for (const char* severity : {"critical", "warning", "info"}) {
    if (out.size() >= kSamplesMax) return;
    std::map<std::string, std::string> each = values;
    each.try_emplace("alertname", "Sample");
    each.try_emplace("severity", severity);
    out.emplace_back(std::vector<std::pair<std::string, std::string>>(each.begin(), each.end()));
  }
  for (const Node& child : node.children) Sample(child, values, out);
}

std::vector<model::Labels> AlertmanagerTree::Samples() const {
  std::vector<model::Labels> out;
  Sample(root_, {}, out);
  return out;
}

}  // namespace vedette::importer
