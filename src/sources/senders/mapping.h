#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/alert.h"
#include "model/severity.h"
#include "sources/senders/pattern.h"
#include "yaml/reader.h"

namespace vedette::sources::senders {

// How the webhooks of another system become alerts: a YAML file per sender, some of which ship with
// the program (catalog/senders), others of which people write. docs/guide/senders.md explains each
// key. Pure and thread-safe.

// Texts that a value may be, in any case; "down*" takes all that begin so.
using Words = std::vector<std::string>;

enum class Doing { kFiring, kResolved, kIgnored };
std::string_view DoingName(Doing doing);  // "firing", "resolved", "ignored"

// What a message is not an alert for.
struct Exception {
  Pattern value;
  Words is;      // any of these; or
  Words is_not;  // none of these
  Pattern because;
};

struct StateRule {
  Pattern from;
  Words firing;
  Words resolved;
  Words ignored;
  Doing otherwise = Doing::kFiring;
};

struct SeverityRule {
  Pattern from;
  Words critical;
  Words warning;
  Words info;
  model::Severity otherwise = model::Severity::kWarning;
};

// One alert that a mapping makes.
struct Mapped {
  model::Alert alert;  // without a tenant
  Doing doing = Doing::kFiring;
  std::string key;  // what makes two messages the same alert; empty: its labels
};

struct Translation {
  std::vector<Mapped> alerts;
  std::vector<std::string> ignored;  // why, one line each
};

// A message of the sender, and what must become of it: the mapping's own test.
struct Example {
  std::string payload;
  std::string content_type = "application/json";
  // Of each alert: "state", and "label.NAME", "annotation.NAME", "key", "link" with their texts.
  std::vector<std::vector<std::pair<std::string, std::string>>> alerts;
  int line = 0;
};

struct Mapping {
  std::string name;   // in the path: letters, digits, '-', '_'
  std::string title;  // for people
  std::string setup;  // what to do there, in Markdown
  std::optional<Path> each;
  std::vector<Exception> ignore;
  Pattern key;
  StateRule state;
  std::optional<SeverityRule> severity;
  Pattern alertname;
  Pattern service;
  std::vector<std::pair<std::string, Pattern>> labels;
  std::vector<std::pair<std::string, Pattern>> annotations;
  std::optional<Path> labels_from;  // an object all of whose members become labels
  std::optional<Path> annotations_from;
  Pattern link;
  Pattern starts_at;
  base::Duration lasts = std::chrono::hours(24);  // how long it fires when nobody says it ended
  std::vector<Example> examples;
};

inline constexpr size_t kItemsMax = 1'000;           // of one message
inline constexpr size_t kMessageBytesMax = 4 << 20;  // of its body

// Reads a file. What is wrong goes to `problems`; the result is of use when there are none.
Mapping ReadMapping(std::string_view text, std::vector<yaml::Diagnostic>& problems);

// The body as JSON; the fields of a form are an object of texts. kInvalidArgument.
base::Result<base::Json> ReadMessage(std::string_view body, std::string_view content_type);

// kInvalidArgument when it is none of this sender's messages.
base::Result<Translation> Translate(const Mapping& mapping, const base::Json& message,
                                    base::TimePoint now);

// Translates each example and compares: one line for each difference.
std::vector<std::string> RunExamples(const Mapping& mapping);

}  // namespace vedette::sources::senders
