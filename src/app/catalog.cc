#include "app/catalog.h"

#include <charconv>
#include <fmt/core.h>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/check.h"
#include "yaml/reader.h"

namespace vedette::app {
namespace {

using detect::rules::Bound;
using detect::rules::Rule;

constexpr double kAnyNumber = 1e300;
constexpr double kClear = 0.1;  // of the way from the first limit back to what is usual

struct Limits {
  std::optional<double> warning;
  std::optional<double> critical;
  std::optional<double> clear;
};

// A series that tells the metric: value * scale, or the rate of a counter.
struct Source {
  std::string metric;
  double scale = 1;
  bool rate = false;
};

std::optional<Limits> ReadLimits(yaml::YamlReader& metric, std::string_view direction) {
  Limits limits;
  const bool found = metric.ReadSection(direction, [&](yaml::YamlReader& r) {
    double limit = 0;
    if (r.Read("warning", limit, -kAnyNumber, kAnyNumber)) limits.warning = limit;
    if (r.Read("critical", limit, -kAnyNumber, kAnyNumber)) limits.critical = limit;
  });
  return found ? std::optional(limits) : std::nullopt;
}

// Where an anomaly is over: nothing when the end of what is usual is no number, or no better.
std::optional<double> ClearOf(const Limits& limits, Bound bound, const std::string& usual) {
  double end = 0;
  const auto [rest, error] = std::from_chars(usual.data(), usual.data() + usual.size(), end);
  if (error != std::errc() || (!limits.warning && !limits.critical)) return std::nullopt;
  const double limit = limits.warning ? *limits.warning : *limits.critical;
  const bool better = bound == Bound::kAbove ? end < limit : end > limit;
  return better ? std::optional(limit + kClear * (end - limit)) : std::nullopt;
}

std::optional<double> Unscaled(const std::optional<double>& limit, double scale) {
  return limit.has_value() ? std::optional(*limit / scale) : std::nullopt;
}

void AddRule(const std::string& metric, const Source& source, Bound bound, const Limits& limits,
             std::vector<Rule>& out) {
  Rule rule;
  rule.name = source.metric + (bound == Bound::kBelow ? " low" : "");
  if (source.metric != metric) rule.name = fmt::format("{} ({})", rule.name, metric);
  rule.metric = source.metric;
  rule.bound = bound;
  rule.inclusive = true;
  rule.warning = Unscaled(limits.warning, source.scale);
  rule.critical = Unscaled(limits.critical, source.scale);
  rule.clear = Unscaled(limits.clear, source.scale);
  rule.per_second = source.rate;
  out.push_back(std::move(rule));
}

// What stands in a file.
struct Content {
  std::vector<Rule> rules;
  std::map<std::string, std::string, std::less<>> units;
};

// Of a series that tells a metric of `unit`; empty where its scale makes it one that has no name.
std::string UnitOf(const Source& source, std::string unit) {
  struct Scaled {
    std::string_view unit;
    double scale;
    std::string_view of;
  };
  constexpr Scaled kScaled[] = {{"percent", 100, "ratio"}, {"s", 0.001, "ms"}, {"GB", 1e-9, "B"}};
  constexpr std::string_view kPerSecond = "/s";
  if (source.rate && unit.ends_with(kPerSecond)) unit.resize(unit.size() - kPerSecond.size());
  if (source.scale == 1) return unit;
  for (const Scaled& scaled : kScaled) {
    if (scaled.unit == unit && scaled.scale == source.scale) return std::string(scaled.of);
  }
  return {};
}

void ReadMetric(yaml::YamlReader& reader, Content& out) {
  std::string metric;
  std::string unit;
  std::vector<std::string> usual;
  if (!reader.Read("name", metric)) reader.Problem("", "the name is missing");
  if (!reader.Read("unit", unit)) reader.Problem("", "the unit is missing");
  if (!reader.Read("normal", usual) || usual.size() != 2) {
    reader.Problem("", "normal must be [least, most]");
  }
  std::vector<Source> sources = {{.metric = metric}};
  reader.ReadList("from", [&](yaml::YamlReader& r) {
    Source source;
    if (!r.Read("metric", source.metric)) r.Problem("", "the metric is missing");
    r.Read("scale", source.scale, std::numeric_limits<double>::min(), kAnyNumber);
    r.Read("rate", source.rate);
    sources.push_back(std::move(source));
  });
  std::optional<Limits> above = ReadLimits(reader, "above");
  std::optional<Limits> below = ReadLimits(reader, "below");
  if (!above && !below) reader.Problem("", "needs above, below or both");
  if (above && usual.size() == 2) above->clear = ClearOf(*above, Bound::kAbove, usual[1]);
  if (below && usual.size() == 2) below->clear = ClearOf(*below, Bound::kBelow, usual[0]);
  for (const Source& source : sources) {
    if (above) AddRule(metric, source, Bound::kAbove, *above, out.rules);
    if (below) AddRule(metric, source, Bound::kBelow, *below, out.rules);
    if (std::string own = UnitOf(source, unit); !own.empty()) out.units.emplace(source.metric, own);
  }
}

base::Result<Content> ReadFile(std::string_view file, std::string_view text) {
  Content content;
  std::vector<yaml::Diagnostic> problems;
  yaml::ReadYaml(text, {}, problems, [&](yaml::YamlReader& root) {
    std::string component;
    if (!root.Read("component", component)) root.Problem("", "the component is missing");
    root.ReadList("metrics", [&](yaml::YamlReader& metric) { ReadMetric(metric, content); });
  });
  if (!problems.empty()) return base::InvalidArgument(problems.front().ToString(file));
  return content;
}

// Of all files inside the program.
Content WhatShips() {
  Content all;
  for (const base::EmbeddedFile& file : EmbeddedCatalog()) {
    base::Result<Content> read = ReadFile(file.path, file.bytes);
    VEDETTE_CHECK(read.ok());  // a test reads what ships
    std::move(read->rules.begin(), read->rules.end(), std::back_inserter(all.rules));
    all.units.merge(read->units);
  }
  return all;
}

}  // namespace

base::Result<std::vector<Rule>> ReadCatalog(std::string_view file, std::string_view text) {
  VEDETTE_TRY(Content content, ReadFile(file, text));
  return std::move(content.rules);
}

std::vector<Rule> CatalogRules() { return WhatShips().rules; }

std::map<std::string, std::string, std::less<>> CatalogUnits() { return WhatShips().units; }

base::Result<std::shared_ptr<const detect::rules::RuleSet>> RuleSetOf(std::vector<Rule> own,
                                                                      bool with_catalog) {
  if (!with_catalog) return detect::rules::RuleSet::Create(std::move(own));
  std::set<std::string> taken;
  for (const Rule& rule : own) {
    if (rule.kind == detect::rules::RuleKind::kThreshold) taken.insert(rule.metric);
    taken.insert(rule.name);
  }
  for (Rule& rule : CatalogRules()) {
    if (!taken.contains(rule.metric) && !taken.contains(rule.name)) own.push_back(std::move(rule));
  }
  return detect::rules::RuleSet::Create(std::move(own));
}

}  // namespace vedette::app
