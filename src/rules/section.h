#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "rules/rule.h"
#include "yaml/reader.h"

namespace vedette::rules {

// What the readers of a rule file's sections have in common.

// A duration as Prometheus writes it; a problem for anything else.
void ReadDuration(yaml::YamlReader& reader, std::string_view key, base::Duration& out);
std::optional<base::Duration> ReadOptionalDuration(yaml::YamlReader& reader, std::string_view key);
// A mapping of texts, sorted by name.
void ReadSorted(yaml::YamlReader& reader, std::string_view key, Texts& out);
// PromQL that gives a vector; a problem for anything else. Empty when it is missing.
std::string ReadExpr(yaml::YamlReader& reader, std::string_view key);

// The keys of every entry of Vedette's own sections: name, interval, for, keep_firing_for,
// severity, labels, annotations.
struct Entry {
  std::string name;
  int line = 0;
  std::optional<base::Duration> interval;
  base::Duration for_duration{0};
  base::Duration keep_firing_for{0};
  std::string severity;
  Texts labels;       // without severity
  Texts annotations;  // templates

  // An alerting rule of the entry. What it says of itself, unless the entry has an annotation
  // `summary`, is `summary`.
  Rule Alert(std::string alert, std::string expr, std::string summary) const;
  // An empty group for its rules: its name is "<section>/<name>".
  RuleGroup Group(std::string_view section, const std::string& file) const;
};
Entry ReadEntry(yaml::YamlReader& reader, std::string_view severity);

// A text in the quotes of PromQL and of templates.
std::string Quoted(std::string_view text);

}  // namespace vedette::rules
