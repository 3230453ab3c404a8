#include "app/import_parity.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "importer/alertmanager_tree.h"
#include "incident/inhibition.h"
#include "model/alert.h"

namespace vedette::app {
namespace {

using importer::AlertmanagerTree;

constexpr size_t kAlertsMax = 100'000;
constexpr size_t kListedMax = 1'000;
constexpr base::Duration kHour = std::chrono::hours(1);
constexpr std::string_view kNobody = "nobody";

// --- the stream

base::Result<base::TimePoint> TimeOf(const base::Json& json, const char* key,
                                     base::TimePoint otherwise) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_string()) return otherwise;
  const auto text = it->get<std::string>();
  if (text.starts_with("0001-")) return otherwise;  // Go's zero
  return base::ParseTime(text);
}

base::Result<ParityAlert> ReadAlert(const base::Json& json, base::TimePoint now) {
  const auto labels = json.is_object() ? json.find("labels") : json.end();
  if (!json.is_object() || labels == json.end() || !labels->is_object()) {
    return base::InvalidArgument("each alert must be an object with labels");
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : labels->items()) {
    if (!value.is_string()) return base::InvalidArgument("a label must be a string", name);
    pairs.emplace_back(name, value.get<std::string>());
  }
  ParityAlert alert{.labels = model::Labels(pairs), .starts_at = now, .ends_at = now};
  VEDETTE_TRY(alert.starts_at, TimeOf(json, "startsAt", now));
  VEDETTE_TRY(alert.ends_at, TimeOf(json, "endsAt", alert.starts_at + kHour));
  return alert;
}

base::Result<std::vector<ParityAlert>> ReadList(const base::Json& list, base::TimePoint now) {
  std::vector<ParityAlert> alerts;
  if (list.size() > kAlertsMax) {
    return base::InvalidArgument(
        fmt::format("has {} alerts; the limit is {}", list.size(), kAlertsMax));
  }
  for (size_t i = 0; i < list.size(); ++i) {
    base::Result<ParityAlert> alert = ReadAlert(list[i], now);
    if (!alert.ok()) return alert.error().With(fmt::format("alert {}", i + 1));
    alerts.push_back(*std::move(alert));
  }
  return alerts;
}

// --- both sides

std::string Join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? std::string(kNobody) : out;
}

class Comparer {
 public:
  Comparer(const AlertmanagerTree& tree, const importer::Imported& imported, const Config& config)
      : tree_(tree), imported_(imported), config_(config), held_(config.incidents.inhibit_rules) {}

  // The others that fire at the moment are in `firing`, by number.
  std::string There(const ParityAlert& alert,
                    const std::map<int64_t, const ParityAlert*>& firing) const {
    for (const auto& [serial, other] : firing) {
      if (other != &alert && tree_.Inhibits(other->labels, alert.labels)) {
        return "nobody (inhibited)";
      }
    }
    std::set<std::string> names;
    for (const std::string& receiver : tree_.Receivers(alert.labels, alert.starts_at)) {
      const auto became = imported_.receivers.find(receiver);
      if (became == imported_.receivers.end()) continue;
      names.insert(became->second.begin(), became->second.end());
    }
    return Join({names.begin(), names.end()});
  }

  std::string Here(const ParityAlert& alert) const {
    if (held_.HeldBackBy(alert.labels) != 0) return "nobody (inhibited)";
    const auto windows =
        SilencesOf(config_.maintenance, alert.starts_at, alert.starts_at + base::Duration(1));
    for (const model::Silence& silence : windows) {
      const bool matches = std::ranges::all_of(
          silence.matchers, [&](const auto& matcher) { return matcher.Matches(alert.labels); });
      if (matches && silence.StateAt(alert.starts_at) == model::SilenceState::kActive) {
        return fmt::format("nobody (maintenance {})", silence.window);
      }
    }
    std::set<std::string> names;
    for (const notify::routing::Taken& taken : Match(config_.plan, LabelsHere(alert))) {
      const bool waits = taken.Defers(model::SeverityOfAlert(alert.labels)) &&
                         !notify::routing::Contains(taken.hours, taken.zone, alert.starts_at);
      if (waits) continue;
      for (const notify::routing::Target& target : taken.targets) names.insert(target.name);
    }
    return Join({names.begin(), names.end()});
  }

  void Begin(int64_t serial, const ParityAlert& alert) { held_.Add(serial, alert.labels); }
  void End(int64_t serial, const ParityAlert& alert) { held_.Remove(serial, alert.labels); }

 private:
  const AlertmanagerTree& tree_;
  const importer::Imported& imported_;
  const Config& config_;
  incident::Inhibition held_;
};

// Whether both tell the same: for whom nobody is told, the reason does not matter.
bool Same(const std::string& there, const std::string& here) {
  return there == here || (there.starts_with(kNobody) && here.starts_with(kNobody));
}

}  // namespace

model::Labels LabelsHere(const ParityAlert& alert) {
  return notify::routing::RoutingLabels(model::TenantName(model::kDefaultTenant), alert.labels);
}

std::vector<ParityAlert> WeekOf(const std::vector<model::Labels>& samples, base::TimePoint now) {
  constexpr int kHours = 7 * 24;
  std::vector<ParityAlert> stream;
  for (const model::Labels& labels : samples) {
    for (int hour = 0; hour < kHours && stream.size() < kAlertsMax; ++hour) {
      const base::TimePoint at = now + hour * kHour;
      stream.push_back({.labels = labels, .starts_at = at, .ends_at = at});
    }
  }
  return stream;
}

base::Result<std::vector<ParityAlert>> ReadParityStream(std::string_view text,
                                                        base::TimePoint now) {
  const base::Result<base::Json> whole = base::ParseJson(text);
  if (whole.ok()) {
    const base::Json& json = *whole;
    if (json.is_array()) return ReadList(json, now);
    if (json.is_object() && json.contains("alerts") && json["alerts"].is_array()) {
      return ReadList(json["alerts"], now);
    }
  }
  base::Json list = base::Json::array();
  for (size_t begin = 0, number = 1; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    base::Result<base::Json> json = base::ParseJson(line);
    if (!json.ok()) return json.error().With(fmt::format("line {}", number));
    list.push_back(*std::move(json));
  }
  return ReadList(list, now);
}

base::Result<ParityResult> CompareWithAlertmanager(std::string_view text,
                                                   const importer::Imported& imported,
                                                   const Config& config,
                                                   std::vector<ParityAlert> stream,
                                                   base::TimePoint now) {
  VEDETTE_TRY(const AlertmanagerTree tree, AlertmanagerTree::Read(text));
  if (stream.empty()) stream = WeekOf(tree.Samples(), now);
  std::ranges::sort(stream, {}, [](const ParityAlert& alert) {
    return std::pair(alert.starts_at, alert.labels.ToString());
  });
  Comparer comparer(tree, imported, config);
  std::map<int64_t, const ParityAlert*> firing;
  std::multimap<base::TimePoint, int64_t> ends;
  std::set<std::string> seen;
  ParityResult result;
  for (size_t begin = 0; begin < stream.size();) {
    const base::TimePoint at = stream[begin].starts_at;
    size_t end = begin;
    while (end < stream.size() && stream[end].starts_at == at) ++end;
    while (!ends.empty() && ends.begin()->first <= at) {
      const auto gone = firing.find(ends.begin()->second);
      comparer.End(gone->first, *gone->second);
      firing.erase(gone);
      ends.erase(ends.begin());
    }
    for (size_t i = begin; i < end; ++i) {
      if (stream[i].ends_at <= at) continue;  // it holds back nothing
      const auto serial = static_cast<int64_t>(i) + 1;
      firing.emplace(serial, &stream[i]);
      ends.emplace(stream[i].ends_at, serial);
      comparer.Begin(serial, stream[i]);
    }
    for (size_t i = begin; i < end; ++i) {
      ++result.alerts;
      ParityDifference difference{.alert = stream[i],
                                  .there = comparer.There(stream[i], firing),
                                  .here = comparer.Here(stream[i])};
      if (Same(difference.there, difference.here)) continue;
      const std::string key =
          stream[i].labels.ToString() + difference.there + "\n" + difference.here;
      if (seen.insert(key).second) result.differences.push_back(std::move(difference));
    }
    begin = end;
  }
  return result;
}

std::string ParityText(const ParityResult& result) {
  std::string text;
  for (size_t i = 0; i < std::min(result.differences.size(), kListedMax); ++i) {
    const ParityDifference& difference = result.differences[i];
    text += fmt::format(
        "differs: {} at {}: there {}; here {}\n", difference.alert.labels.ToString(),
        base::FormatTime(difference.alert.starts_at), difference.there, difference.here);
  }
  if (result.differences.size() > kListedMax) {
    text += fmt::format("and {} more\n", result.differences.size() - kListedMax);
  }
  return text + fmt::format("parity: {} {}, {} differences\n", result.alerts, result.compared,
                            result.differences.size());
}

}  // namespace vedette::app
