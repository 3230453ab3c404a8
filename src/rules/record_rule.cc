#include "rules/record_rule.h"

#include <algorithm>
#include <fmt/core.h>

#include "rules/comparison.h"
#include "rules/duration.h"
#include "rules/section.h"

namespace vedette::rules {
namespace {

constexpr base::Duration kWindowMin = std::chrono::seconds(10);
constexpr base::Duration kWindowMax = std::chrono::hours(24);
constexpr base::Duration kDeadlineMax = std::chrono::hours(24 * 7);
constexpr size_t kByMax = 8;
constexpr size_t kDeadlinesMax = 1000;

std::optional<Condition> ReadCondition(yaml::YamlReader& reader, std::string_view key) {
  std::string text;
  if (!reader.Read(key, text) || text.empty()) return std::nullopt;
  base::Result<Condition> condition = Condition::Parse(text);
  if (condition.ok()) return *std::move(condition);
  reader.Problem(key, condition.error().message, "for instance status is success");
  return std::nullopt;
}

void ReadLogs(yaml::YamlReader& reader, RecordSelector& out) {
  out.logs = true;
  base::Result<query::logs::Query> query = query::logs::Parse(out.text);
  if (!query.ok()) {
    reader.Problem("logs", query.error().message, "a query as in docs/guide/logs.md");
  } else if (query->aggregation || !query->sort_by.empty() || query->limit > 0) {
    reader.Problem("logs", "must find lines, not count, sort or limit them");
  } else {
    out.query = *std::move(query);
  }
}

// The keys `events` or `logs`, and `where`.
void ReadSelector(yaml::YamlReader& reader, RecordSelector& out) {
  const bool events = reader.ReadSection("events", [&](yaml::YamlReader& r) {
    r.Read("service", out.service);
    r.Read("type", out.type);
  });
  const bool logs = reader.Read("logs", out.text);
  if (events == logs) {
    reader.Problem("", "needs one of events and logs",
                   "events: {type: payment}, or logs: 'service=pay \"payment done\"'");
  }
  if (logs) ReadLogs(reader, out);
  out.where = ReadCondition(reader, "where");
}

std::string TextOf(const RecordSelector& selector) {
  std::string text = selector.logs ? fmt::format("logs {}", selector.text) : "events";
  if (!selector.service.empty()) text += fmt::format(" of {}", selector.service);
  if (!selector.type.empty()) text += fmt::format(" of type {}", selector.type);
  if (selector.where) text += fmt::format(" where {}", selector.where->text());
  return text;
}

std::string AskedOf(const RecordRule& rule) {
  const std::string window = FormatPrometheusDuration(rule.window);
  switch (rule.kind) {
    case RecordRule::Kind::kContract:
      return fmt::format("{}: when {} then {} [{}]", TextOf(rule.input),
                         rule.when ? rule.when->text() : "always",
                         rule.then ? rule.then->text() : "", window);
    case RecordRule::Kind::kSequence: {
      std::string deadlines;
      for (const auto& [service, deadline] : rule.deadlines) {
        deadlines += fmt::format(", {} {}", service, FormatPrometheusDuration(deadline));
      }
      return fmt::format("{} by {} followed by {} by {} within {}{} [{}]", TextOf(rule.input),
                         rule.input_key, TextOf(rule.output), rule.output_key,
                         FormatPrometheusDuration(rule.within), deadlines, window);
    }
    case RecordRule::Kind::kBurst:
      return fmt::format("{}: at least {} and {} times the mean of {} [{}]", TextOf(rule.input),
                         rule.min_count, rule.factor, FormatPrometheusDuration(rule.baseline),
                         window);
    case RecordRule::Kind::kNewPattern:
      return fmt::format("{}: at least {} of a new pattern [{}], of services known for {}",
                         TextOf(rule.input), rule.min_count, window,
                         FormatPrometheusDuration(rule.known_for));
  }
  return {};
}

// All that the rule asks: two rules with one text are the same.
std::string TextOf(const RecordRule& rule) {
  std::string by;
  for (const std::string& field : rule.by) by += (by.empty() ? "" : ", ") + field;
  return fmt::format("{} by ({})", AskedOf(rule), by);
}

void ReadBy(yaml::YamlReader& reader, RecordRule& rule) {
  reader.Read("by", rule.by);
  if (rule.by.size() > kByMax) reader.Problem("by", fmt::format("at most {} fields", kByMax));
}

void ReadWindow(yaml::YamlReader& reader, std::string_view key, base::Duration low,
                base::Duration high, base::Duration& out) {
  ReadDuration(reader, key, out);
  if (out >= low && out <= high) return;
  reader.Problem(key, fmt::format("must be between {} and {}", FormatPrometheusDuration(low),
                                  FormatPrometheusDuration(high)));
  out = high;
}

void ReadSides(yaml::YamlReader& reader, RecordRule& rule) {
  reader.ReadSection("input", [&](yaml::YamlReader& r) {
    ReadSelector(r, rule.input);
    r.Read("key", rule.input_key);
    if (rule.input_key.empty()) r.Problem("key", "names the field that both have", "key: order_id");
  });
  const bool has_output = reader.ReadSection("output", [&](yaml::YamlReader& r) {
    ReadSelector(r, rule.output);
    rule.output_key = rule.input_key;
    r.Read("key", rule.output_key);
  });
  if (!has_output) reader.Problem("output", "is missing: what is to follow the input");
}

void ReadSequence(yaml::YamlReader& reader, RecordRule& rule) {
  rule.kind = RecordRule::Kind::kSequence;
  rule.window = std::chrono::minutes(15);
  ReadSides(reader, rule);
  ReadWindow(reader, "within", kWindowMin, kDeadlineMax, rule.within);
  reader.ReadTexts("deadlines", [&](const std::string& service, const std::string& text) {
    const base::Result<base::Duration> deadline = ParsePrometheusDuration(text);
    const bool fits = deadline.ok() && *deadline >= kWindowMin && *deadline <= kDeadlineMax;
    if (!fits) {
      reader.Problem("deadlines", fmt::format("\"{}\" must be between 10s and 7d", service));
    } else {
      rule.deadlines.emplace_back(service, *deadline);
    }
  });
  std::sort(rule.deadlines.begin(), rule.deadlines.end());
  if (rule.deadlines.size() > kDeadlinesMax) {
    reader.Problem("deadlines", fmt::format("at most {}", kDeadlinesMax));
  }
}

void ReadInvariant(yaml::YamlReader& reader, RecordRule& rule) {
  ReadSelector(reader, rule.input);
  rule.when = ReadCondition(reader, "when");
  rule.then = ReadCondition(reader, "then");
  if (!rule.then) reader.Problem("then", "says what must hold", "then: result is not null");
}

// The recording rule, and the alert on it.
RuleGroup GroupOf(std::string_view section, const Entry& entry, const std::string& file,
                  RecordRule rule, std::string_view metric, double allowed, std::string summary) {
  RuleGroup group = entry.Group(section, file);
  const std::string label = section == "contract" ? "contract" : "rule";
  const auto shared = std::make_shared<const RecordRule>(std::move(rule));
  Rule record;
  record.name = metric;
  record.expr = TextOf(*shared);
  record.records = shared;
  record.labels = {{label, entry.name}};
  record.line = entry.line;
  Rule alert = entry.Alert(
      entry.name, fmt::format("{}{{{}={}}} > {}", metric, label, Quoted(entry.name), allowed),
      std::move(summary));
  alert.records = shared;
  group.rules = {std::move(record), std::move(alert)};
  return group;
}

std::string OfGroup(const RecordRule& rule) {
  std::string text;
  for (const std::string& field : rule.by) {
    text += fmt::format("{{{{ with index $labels \"{}\" }}}} {{{{ . }}}}{{{{ end }}}}",
                        FieldLabel(field));
  }
  return text.empty() ? text : " of" + text;
}

}  // namespace

std::string FieldLabel(std::string_view field) {
  std::string label(field.substr(field.rfind('.') + 1));
  for (char& c : label) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!fits) c = '_';
  }
  if (label.empty() || (label[0] >= '0' && label[0] <= '9')) label.insert(label.begin(), '_');
  return label;
}

base::Duration RecordRule::Deadline(std::string_view service) const {
  for (const auto& [known, deadline] : deadlines) {
    if (known == service) return deadline;
  }
  return within;
}

base::Duration RecordRule::LongestDeadline() const {
  base::Duration longest = within;
  for (const auto& [known, deadline] : deadlines) longest = std::max(longest, deadline);
  return longest;
}

base::Duration RecordRule::Lookback() const {
  switch (kind) {
    case Kind::kSequence: return window + LongestDeadline();
    case Kind::kBurst: return window + baseline;
    case Kind::kContract:
    case Kind::kNewPattern: return window;
  }
  return window;
}

std::vector<RuleGroup> ReadContract(yaml::YamlReader& reader, const std::string& file) {
  const Entry entry = ReadEntry(reader, "warning");
  const std::vector<std::string> keys = reader.Keys();
  const auto has = [&](std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  if (has("ratio")) return ReadBand(reader, entry, file);
  RecordRule rule;
  rule.name = entry.name;
  if (has("input") || has("output")) {
    ReadSequence(reader, rule);
  } else {
    ReadInvariant(reader, rule);
  }
  ReadWindow(reader, "window", kWindowMin, kWindowMax, rule.window);
  ReadBy(reader, rule);
  double allowed = 0;
  reader.Read("allow", allowed, 0, 1e9);
  const bool sequence = rule.kind == RecordRule::Kind::kSequence;
  std::string summary =
      sequence ? fmt::format("{{{{ $value }}}} inputs{} had no output within {}, or a late one",
                             OfGroup(rule), FormatPrometheusDuration(rule.within))
               : fmt::format("{{{{ $value }}}} records{} within {}, for which {} does not hold",
                             OfGroup(rule), FormatPrometheusDuration(rule.window),
                             rule.then ? rule.then->text() : "");
  return {GroupOf("contract", entry, file, std::move(rule), kContractViolations, allowed,
                  std::move(summary))};
}

std::vector<RuleGroup> ReadLogBurst(yaml::YamlReader& reader, const std::string& file) {
  const Entry entry = ReadEntry(reader, "warning");
  RecordRule rule;
  rule.kind = RecordRule::Kind::kBurst;
  rule.name = entry.name;
  rule.input.text = "level>=error";
  rule.min_count = 20;
  reader.Read("logs", rule.input.text);
  ReadLogs(reader, rule.input);
  ReadWindow(reader, "window", kWindowMin, kWindowMax, rule.window);
  ReadWindow(reader, "baseline", rule.window, kDeadlineMax, rule.baseline);
  reader.Read("min_count", rule.min_count, 1, 1e9);
  reader.Read("factor", rule.factor, 1, 1e6);
  ReadBy(reader, rule);
  std::string summary =
      fmt::format("{{{{ $value }}}} log lines{} within {}, more than {} times as many as before",
                  OfGroup(rule), FormatPrometheusDuration(rule.window), rule.factor);
  return {GroupOf("log_burst", entry, file, std::move(rule), kLogBurst, 0, std::move(summary))};
}

std::vector<RuleGroup> ReadNewLogPattern(yaml::YamlReader& reader, const std::string& file) {
  const Entry entry = ReadEntry(reader, "warning");
  RecordRule rule;
  rule.kind = RecordRule::Kind::kNewPattern;
  rule.name = entry.name;
  rule.input.text = "level>=warn";
  rule.window = std::chrono::minutes(30);
  reader.Read("logs", rule.input.text);
  ReadLogs(reader, rule.input);
  ReadWindow(reader, "window", kWindowMin, kWindowMax, rule.window);
  reader.Read("min_count", rule.min_count, 1, 1e9);
  ReadDuration(reader, "known_for", rule.known_for);
  std::string summary =
      "new kind of log line of {{ $labels.service }} ({{ $value }}): {{ $labels.example }}";
  return {
      GroupOf("new_log_pattern", entry, file, std::move(rule), kNewPattern, 0, std::move(summary))};
}

}  // namespace vedette::rules
