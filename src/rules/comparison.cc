#include "rules/comparison.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "query/parser.h"
#include "rules/duration.h"
#include "rules/expression.h"

namespace vedette::rules {
namespace {

constexpr base::Duration kOffsetMin = std::chrono::minutes(1);
constexpr base::Duration kOffsetMax = std::chrono::hours(24 * 366);
constexpr base::Duration kWeek = std::chrono::hours(24 * 7);
constexpr base::Duration kHalfHour = std::chrono::minutes(30);
constexpr size_t kSideAbove = 1;
constexpr size_t kSideBelow = 2;

std::string Number(double number) { return fmt::format("{:.10g}", number); }

// How much more, or less, than then; those that are given must all hold.
struct Bounds {
  std::optional<double> difference;
  std::optional<double> percent;
  double min = 0;
};

void ReadAmount(yaml::YamlReader& reader, std::string_view key, std::optional<double>& out) {
  double amount = 0;
  if (reader.Read(key, amount, 0, 1e300)) out = amount;
}

std::optional<Bounds> ReadBounds(yaml::YamlReader& reader, std::string_view key) {
  Bounds bounds;
  const bool there = reader.ReadSection(key, [&](yaml::YamlReader& r) {
    ReadAmount(r, "difference", bounds.difference);
    ReadAmount(r, "percent", bounds.percent);
    r.Read("min", bounds.min, 0, 1e300);
    if (key == "below" && bounds.percent && *bounds.percent >= 100) {
      r.Problem("percent", "must be less than 100: nothing is 100 % below what it was",
                "below: {percent: 50}");
    }
    if (!bounds.difference && !bounds.percent) {
      r.Problem("", "needs difference, percent or both", "above: {percent: 50, min: 100}");
    }
  });
  return there ? std::optional<Bounds>(bounds) : std::nullopt;
}

// A query and what it was then; `zero` where it has nothing and the other has.
struct Pair {
  std::string now;
  std::string then;
};

std::string Above(const Pair& pair, const Bounds& bounds) {
  const std::string then = fmt::format("({} or {} * 0)", pair.then, pair.now);
  std::string condition;
  const auto also = [&](std::string more) {
    condition += (condition.empty() ? "" : " and ") + std::move(more);
  };
  if (bounds.difference) {
    also(fmt::format("({} > {} + {})", pair.now, then, Number(*bounds.difference)));
  }
  if (bounds.percent) {
    also(fmt::format("({} > {} * {})", pair.now, then, Number(1 + *bounds.percent / 100)));
  }
  if (bounds.min > 0) also(fmt::format("({} >= {})", pair.now, Number(bounds.min)));
  return "(" + condition + ")";
}

std::string Below(const Pair& pair, const Bounds& bounds) {
  const std::string now = fmt::format("({} or {} * 0)", pair.now, pair.then);
  std::string condition;
  const auto also = [&](std::string more) {
    condition += (condition.empty() ? "" : " and ") + std::move(more);
  };
  if (bounds.difference) {
    also(fmt::format("({} < {} - {})", now, pair.then, Number(*bounds.difference)));
  }
  if (bounds.percent) {
    also(fmt::format("({} < {} * {})", now, pair.then, Number(1 - *bounds.percent / 100)));
  }
  if (bounds.min > 0) also(fmt::format("({} >= {})", pair.then, Number(bounds.min)));
  return "(" + condition + ")";
}

// True while the metrics of the query were there at that time.
std::string WasThere(const std::string& text, base::Duration offset) {
  const base::Result<query::ExprPtr> expr = query::Parse(text);
  if (!expr.ok()) return {};
  std::string any;
  for (const std::string& metric : ReadingOf(**expr).metrics) {
    any += fmt::format("{}group({{__name__={}}} offset {})", any.empty() ? "" : " or ",
                       Quoted(metric), FormatPrometheusDuration(offset));
  }
  return any;
}

base::Duration ReadOffset(yaml::YamlReader& reader) {
  base::Duration offset = kWeek;
  ReadDuration(reader, "offset", offset);
  int64_t days = 0;
  if (reader.Read("days", days, 1, 366)) offset = std::chrono::hours(24 * days);
  if (offset < kOffsetMin || offset > kOffsetMax) {
    reader.Problem("offset", "must be between 1m and 366d");
    offset = kWeek;
  }
  return offset;
}

std::string Shift(const std::string& text, base::Duration back) {
  const base::Result<std::string> shifted = Shifted(text, back);
  return shifted.ok() ? "(" + *shifted + ")" : text;  // a problem was reported already
}

// The extreme over the same hour of each week, and which week it was.
std::string Weeks(const std::string& text, std::string_view function, int64_t weeks) {
  std::string all;
  for (int64_t week = 1; week <= weeks; ++week) {
    all += fmt::format(
        "{}label_replace({}(({})[1h:5m] offset {}), \"vedette_week\", \"{}\", \"\", "
        "\"\")",
        all.empty() ? "" : " or ", function, text,
        FormatPrometheusDuration(week * kWeek - kHalfHour), week);
  }
  return "(" + all + ")";
}

}  // namespace

std::vector<RuleGroup> ReadComparison(yaml::YamlReader& reader, const std::string& file) {
  const Entry entry = ReadEntry(reader, "warning");
  const std::string text = ReadExpr(reader, "query");
  if (text.empty()) reader.Problem("query", "is missing: what is compared");
  const base::Duration offset = ReadOffset(reader);
  const std::optional<Bounds> above = ReadBounds(reader, "above");
  const std::optional<Bounds> below = ReadBounds(reader, "below");
  bool assume_zero = false;
  reader.Read("assume_zero", assume_zero);
  if (!above && !below) reader.Problem("", "needs above, below or both");
  const Pair pair{.now = "(" + text + ")", .then = Shift(text, offset)};
  std::string condition;
  if (above) condition = Above(pair, *above);
  if (below) condition += (condition.empty() ? "" : " or ") + Below(pair, *below);
  const std::string there = assume_zero ? "" : WasThere(text, offset);
  if (!there.empty()) condition = fmt::format("({}) and on () ({})", condition, there);
  RuleGroup group = entry.Group("comparison", file);
  group.rules.push_back(
      entry.Alert(entry.name, std::move(condition),
                  fmt::format("{{{{ $value | humanize }}}}, unlike the same time {} ago",
                              FormatPrometheusDuration(offset))));
  return {std::move(group)};
}

std::vector<RuleGroup> ReadBand(yaml::YamlReader& reader, const Entry& entry,
                                const std::string& file) {
  const std::string text = ReadExpr(reader, "ratio");
  int64_t weeks = 4, weeks_min = 2;
  double tolerance = 20;
  size_t side = 0;
  reader.ReadSection("weekly_band", [&](yaml::YamlReader& r) {
    r.Read("weeks", weeks, 1, 12);
    weeks_min = std::min(weeks_min, weeks);
    r.Read("weeks_min", weeks_min, 1, weeks);
    r.Read("tolerance", tolerance, 0, 1000);
    r.ReadChoice("side", {"both", "above", "below"}, side);
    if (side == kSideBelow && tolerance >= 100) {
      r.Problem("tolerance", "must be less than 100: no ratio is that far below");
    }
  });
  std::string traffic = ReadExpr(reader, "traffic");
  double min_traffic = 0;
  reader.Read("min_traffic", min_traffic, 0, 1e300);
  if (traffic.empty() != (min_traffic <= 0)) {
    reader.Problem("min_traffic", "and traffic go together");
  }
  const std::string lows = Weeks(text, "min_over_time", weeks);
  const std::string highs = Weeks(text, "max_over_time", weeks);
  const auto least = [&](const std::string& all) {
    return fmt::format("(count without (vedette_week) ({}) >= {})", all, weeks_min);
  };
  // Where there is traffic, a ratio that has no value at all is none of it.
  const std::string now = traffic.empty() ? text : fmt::format("({}) or ({}) * 0", text, traffic);
  const std::string below = fmt::format("(({}) < (min without (vedette_week) ({})) * {} and {})",
                                        now, lows, Number(1 - tolerance / 100), least(lows));
  const std::string above = fmt::format("(({}) > (max without (vedette_week) ({})) * {} and {})",
                                        text, highs, Number(1 + tolerance / 100), least(highs));
  std::string condition = side == kSideAbove   ? above
                          : side == kSideBelow ? below
                                               : above + " or " + below;
  if (!traffic.empty()) {
    condition = fmt::format("({}) and (({}) >= {})", condition, traffic, Number(min_traffic));
  }
  RuleGroup group = entry.Group("contract", file);
  group.rules.push_back(entry.Alert(
      entry.name, std::move(condition),
      fmt::format("{{{{ $value | humanize }}}}, outside of what it was in this hour of the {} "
                  "weeks before",
                  weeks)));
  return {std::move(group)};
}

}  // namespace vedette::rules
