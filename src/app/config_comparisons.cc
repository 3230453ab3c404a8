#include "app/config_comparisons.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>

#include "model/names.h"

namespace vedette::app {
namespace {

using notify::routing::LocalTime;
using notify::routing::Midnight;
using notify::routing::TimeZone;
using release::compare::Comparison;
using release::compare::LevelGroup;
using release::compare::MemberGroup;
using release::compare::RequestGroup;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr double kAny = 1e18;

void ReadClock(yaml::YamlReader& reader, std::string_view key, std::optional<base::Duration>& out) {
  std::string text;
  if (!reader.Read(key, text)) return;
  const base::Result<base::Duration> clock = notify::routing::ParseClock(text);
  if (clock.ok()) {
    out = *clock;
  } else {
    reader.Problem(key, clock.error().message);
  }
}

void ReadOptional(yaml::YamlReader& reader, std::string_view key, std::optional<double>& out) {
  double value = 0;
  if (reader.Read(key, value, -kAny, kAny)) out = value;
}

void ReadPoints(yaml::YamlReader& reader, std::string_view key, int& out) {
  int64_t points = out;
  reader.Read(key, points, 1, 1000);
  out = static_cast<int>(points);
}

void ReadSchedule(yaml::YamlReader& reader, ComparisonSchedule& out) {
  base::Duration every{0};
  if (reader.Read("every", every)) {
    if (every < minutes(1)) reader.Problem("every", "must be at least 1m");
    out.every = every;
  }
  ReadClock(reader, "target", out.target);
  ReadClock(reader, "at", out.at);
  int64_t back = out.days;
  if (reader.Read("days", back, 1, 366)) out.days = static_cast<int>(back);
  std::string zone;
  if (reader.Read("time_zone", zone)) {
    const base::Result<TimeZone> found = TimeZone::Find(zone);
    if (found.ok()) {
      out.zone = *found;
    } else {
      reader.Problem("time_zone", found.error().message);
    }
  }
  if (out.every && out.at) reader.Problem("at", "is of no use with every");
  // The target is the time of the run as well, unless one is given.
  if (!out.every && !out.at) out.at = out.target;
}

RequestGroup ReadRequests(yaml::YamlReader& reader) {
  RequestGroup group;
  reader.Read("name", group.name);
  reader.ReadVerbatim("selector", group.selector);
  reader.Read("key", group.key);
  reader.Read("code", group.code);
  reader.Read("skip", group.skip);
  reader.ReadSection("limits", [&](yaml::YamlReader& limits) {
    for (const std::string& which : limits.Keys()) {
      limits.ReadSection(which, [&](yaml::YamlReader& one) {
        release::compare::ClassLimit& limit = group.limits[which];
        one.Read("count", limit.count, 0, kAny);
        one.Read("percent", limit.percent, 0, kAny);
        limit.unseen = limit.count;
        one.Read("unseen", limit.unseen, 0, kAny);
      });
    }
  });
  reader.ReadSection("in_a_row", [&](yaml::YamlReader& rows) {
    for (const std::string& which : rows.Keys()) {
      rows.ReadSection(which, [&](yaml::YamlReader& one) {
        release::compare::RowLimit& limit = group.in_a_row[which];
        one.Read("count", limit.count, 0, kAny);
        ReadPoints(one, "points", limit.points);
      });
    }
  });
  if (group.name.empty()) reader.Problem("name", "is required");
  if (group.selector.empty()) reader.Problem("selector", "is required");
  if (group.key.empty()) reader.Problem("key", "must name at least one label");
  return group;
}

LevelGroup ReadLevel(yaml::YamlReader& reader) {
  LevelGroup group;
  reader.Read("name", group.name);
  reader.ReadVerbatim("query", group.query);
  reader.Read("key", group.key);
  reader.Read("unit", group.unit);
  ReadOptional(reader, "rise", group.rise);
  ReadOptional(reader, "limit", group.limit);
  ReadPoints(reader, "points", group.points);
  ReadPoints(reader, "averaged", group.averaged);
  reader.Read("skip", group.skip);
  if (group.name.empty()) reader.Problem("name", "is required");
  if (group.query.empty()) reader.Problem("query", "is required");
  return group;
}

MemberGroup ReadMembers(yaml::YamlReader& reader) {
  MemberGroup group;
  reader.Read("name", group.name);
  reader.ReadVerbatim("query", group.query);
  reader.Read("key", group.key);
  reader.Read("member", group.member);
  reader.Read("change", group.change, 1, kAny);
  if (group.name.empty()) reader.Problem("name", "is required");
  if (group.query.empty()) reader.Problem("query", "is required");
  if (group.member.empty()) reader.Problem("member", "is required");
  return group;
}

// Whether a name has that word, in lower case, in any case.
bool Mentions(std::string_view name, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
  };
  return std::search(name.begin(), name.end(), word.begin(), word.end(), same) != name.end();
}

// S1's skip lists hold for all groups of their kind.
void ReadSkips(yaml::YamlReader& reader, Comparison& out) {
  std::vector<std::string> errors;
  std::vector<std::string> cpu;
  std::vector<std::string> memory;
  reader.Read("skip_errors", errors);
  reader.Read("skip_cpu", cpu);
  reader.Read("skip_memory", memory);
  const auto append = [](const std::vector<std::string>& more, std::vector<std::string>& to) {
    to.insert(to.end(), more.begin(), more.end());
  };
  for (RequestGroup& group : out.requests) append(errors, group.skip);
  for (LevelGroup& group : out.levels) {
    if (Mentions(group.name, "cpu")) append(cpu, group.skip);
    if (Mentions(group.name, "memory")) append(memory, group.skip);
  }
}

ComparisonAlert ReadAlert(yaml::YamlReader& reader) {
  ComparisonAlert alert;
  std::string severity;
  if (reader.Read("severity", severity)) {
    const std::optional<model::Severity> known = model::ParseSeverity(severity);
    if (known) {
      alert.severity = *known;
    } else {
      reader.Problem("severity", "must be info, warning or critical");
    }
  }
  std::vector<std::pair<std::string, std::string>> labels;
  reader.ReadTexts("labels", [&](const std::string& name, const std::string& value) {
    labels.emplace_back(name, value);
  });
  alert.labels = model::Labels(std::move(labels));
  if (reader.Read("lasts", alert.lasts) && alert.lasts < minutes(1)) {
    reader.Problem("lasts", "must be at least 1m");
  }
  return alert;
}

}  // namespace

std::optional<base::TimePoint> ComparisonSchedule::NextAfter(base::TimePoint time) const {
  if (every) {
    const int64_t period = every->count();
    return base::FromMillis((base::ToMillis(time) / period + 1) * period);
  }
  if (!at) return std::nullopt;
  // Days are counted from 1970, so that "every third day" is that over the ends of months, too.
  LocalTime day = Midnight(zone.ToLocal(time));
  while (true) {
    const int64_t number = std::chrono::floor<std::chrono::days>(day).time_since_epoch().count();
    const base::TimePoint run = zone.ToUtc(day + *at);
    if (number % days == 0 && run > time) return run;
    day += std::chrono::days(1);
  }
}

base::TimePoint ComparisonSchedule::ReferenceAt(base::TimePoint run) const {
  if (!target) return run;
  const LocalTime today = Midnight(zone.ToLocal(run));
  const base::TimePoint reference = zone.ToUtc(today + *target);
  return reference <= run ? reference : zone.ToUtc(today - std::chrono::days(1) + *target);
}

ComparisonConfig ReadComparison(yaml::YamlReader& reader) {
  ComparisonConfig out;
  Comparison& comparison = out.comparison;
  comparison = release::compare::Default();
  reader.Read("name", comparison.name);
  if (comparison.name.empty() || comparison.name.find('/') != std::string::npos) {
    reader.Problem("name", "must not be empty and have no /");
  }
  std::string tenant;
  if (reader.Read("tenant", tenant)) {
    if (!model::IsValidTenantName(tenant)) reader.Problem("tenant", "is no name of a tenant");
    comparison.tenant = model::TenantName(tenant);
  }
  ReadSchedule(reader, out.schedule);
  reader.Read("window", comparison.window);
  reader.Read("offset", comparison.offset);
  reader.Read("step", comparison.step);
  if (comparison.step < std::chrono::seconds(1)) reader.Problem("step", "must be at least 1s");
  if (comparison.window < comparison.step || comparison.window > hours(24 * 7)) {
    reader.Problem("window", "must be between a step and 7d");
  }
  std::vector<RequestGroup> requests;
  std::vector<LevelGroup> levels;
  std::vector<MemberGroup> members;
  if (reader.ReadList("requests", [&](auto& r) { requests.push_back(ReadRequests(r)); })) {
    comparison.requests = std::move(requests);
  }
  if (reader.ReadList("levels", [&](auto& r) { levels.push_back(ReadLevel(r)); })) {
    comparison.levels = std::move(levels);
  }
  if (reader.ReadList("members", [&](auto& r) { members.push_back(ReadMembers(r)); })) {
    comparison.members = std::move(members);
  }
  double divisor = 1;
  if (reader.Read("cpu_divisor", divisor, 0.01, 100)) {
    for (LevelGroup& group : comparison.levels) {
      if (group.name == "pod CPU") group.query = fmt::format("({}) / {}", group.query, divisor);
    }
  }
  ReadSkips(reader, comparison);
  reader.ReadSection("alert", [&](yaml::YamlReader& r) { out.alert = ReadAlert(r); });
  return out;
}

std::vector<ComparisonConfig> DefaultComparisons() {
  return {{.comparison = release::compare::Default(), .schedule = {}, .of_all_tenants = true}};
}

}  // namespace vedette::app
