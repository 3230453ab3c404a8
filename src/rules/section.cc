#include "rules/section.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/utf8.h"
#include "query/parser.h"
#include "rules/duration.h"
#include "rules/template.h"

namespace vedette::rules {
namespace {

constexpr size_t kNameBytesMax = 200;
constexpr base::Duration kIntervalMin = std::chrono::seconds(1);

void SetLabel(Texts& labels, std::string name, std::string value) {
  std::erase_if(labels, [&](const auto& label) { return label.first == name; });
  labels.emplace_back(std::move(name), std::move(value));
  std::sort(labels.begin(), labels.end());
}

void CheckTemplates(yaml::YamlReader& reader, std::string_view key, const Texts& texts) {
  for (const auto& [name, text] : texts) {
    const base::Result<Template> parsed = Template::Parse(name, text);
    if (!parsed.ok()) reader.Problem(key, fmt::format("\"{}\": {}", name, parsed.error().message));
  }
}

}  // namespace

void ReadDuration(yaml::YamlReader& reader, std::string_view key, base::Duration& out) {
  std::string text;
  if (!reader.Read(key, text)) return;
  base::Result<base::Duration> duration = ParsePrometheusDuration(text);
  if (duration.ok()) {
    out = *duration;
  } else {
    reader.Problem(key, duration.error().message, "write 30s, 5m or 1h30m");
  }
}

std::optional<base::Duration> ReadOptionalDuration(yaml::YamlReader& reader, std::string_view key) {
  const std::vector<std::string> keys = reader.Keys();
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) return std::nullopt;
  base::Duration duration{0};
  ReadDuration(reader, key, duration);
  return duration;
}

void ReadSorted(yaml::YamlReader& reader, std::string_view key, Texts& out) {
  reader.ReadTexts(key, [&](const std::string& name, const std::string& value) {
    out.emplace_back(name, value);
  });
  std::sort(out.begin(), out.end());
}

std::string ReadExpr(yaml::YamlReader& reader, std::string_view key) {
  std::string text;
  if (!reader.ReadVerbatim(key, text) || text.empty()) return {};
  const base::Result<query::ExprPtr> expr = query::Parse(text);
  if (!expr.ok()) {
    reader.Problem(key, expr.error().message);
  } else if ((*expr)->type != query::ValueType::kVector) {
    reader.Problem(
        key, fmt::format("gives a {}, not an instant vector", query::ValueTypeName((*expr)->type)));
  }
  return text;
}

Entry ReadEntry(yaml::YamlReader& reader, std::string_view severity) {
  Entry entry;
  entry.line = reader.line();
  entry.severity = severity;
  reader.Read("name", entry.name);
  if (entry.name.empty()) reader.Problem("name", "the name is missing");
  if (entry.name.size() > kNameBytesMax || !base::IsValidUtf8(entry.name)) {
    reader.Problem("name", fmt::format("must be UTF-8 of at most {} bytes", kNameBytesMax));
  }
  entry.interval = ReadOptionalDuration(reader, "interval");
  if (entry.interval && *entry.interval < kIntervalMin) {
    reader.Problem("interval", "must be at least 1s");
  }
  ReadDuration(reader, "for", entry.for_duration);
  ReadDuration(reader, "keep_firing_for", entry.keep_firing_for);
  reader.Read("severity", entry.severity);
  ReadSorted(reader, "labels", entry.labels);
  ReadSorted(reader, "annotations", entry.annotations);
  for (const auto& [name, value] : entry.labels) {
    if (name.empty() || name == model::kMetricName || !base::IsValidUtf8(name + value)) {
      reader.Problem("labels", fmt::format("invalid label \"{}\"", name));
    }
  }
  CheckTemplates(reader, "labels", entry.labels);
  CheckTemplates(reader, "annotations", entry.annotations);
  return entry;
}

Rule Entry::Alert(std::string alert, std::string expr, std::string summary) const {
  Rule rule;
  rule.alerting = true;
  rule.name = std::move(alert);
  rule.expr = std::move(expr);
  rule.for_duration = for_duration;
  rule.keep_firing_for = keep_firing_for;
  rule.labels = labels;
  SetLabel(rule.labels, "severity", severity);
  rule.annotations = annotations;
  const auto is_summary = [](const auto& text) { return text.first == "summary"; };
  if (std::none_of(annotations.begin(), annotations.end(), is_summary)) {
    SetLabel(rule.annotations, "summary", std::move(summary));
  }
  rule.line = line;
  return rule;
}

RuleGroup Entry::Group(std::string_view section, const std::string& file) const {
  RuleGroup group;
  group.file = file;
  group.name = fmt::format("{}/{}", section, name);
  group.interval = interval;
  return group;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace vedette::rules
