#include "sources/senders/mapping.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/core.h>
#include <map>

#include <nlohmann/json.hpp>

#include "net/http.h"
#include "sources/alerts/json.h"

namespace vedette::sources::senders {
namespace {

using base::Json;

constexpr size_t kLabelBytesMax = 1'000;
constexpr size_t kAnnotationBytesMax = 4'000;
constexpr size_t kMembersMax = 64;  // of an object that becomes labels
constexpr size_t kFieldsMax = 256;  // of a form
constexpr base::TimePoint kExampleTime = base::FromMillis(1'700'000'000'000);

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool AnyIs(const Words& words, const std::string& value) {
  return std::ranges::any_of(words, [text = Lower(value)](const std::string& word) {
    std::string want = Lower(word);
    if (!want.ends_with('*')) return text == want;
    want.pop_back();
    return text.starts_with(want);
  });
}

// A time of RFC 3339, or seconds or milliseconds since 1970.
std::optional<base::TimePoint> WhenOf(const std::string& text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool whole = read.ec == std::errc() && (read.ptr == end || *read.ptr == '.');
  if (whole && number > 0) {
    constexpr int64_t kMillisFrom = 100'000'000'000;  // as seconds: the year 5138
    if (number > kMillisFrom * 1'000) return std::nullopt;
    return base::FromMillis(number >= kMillisFrom ? number : number * 1'000);
  }
  return alerts::ParseAlertTime(text);
}

// --- one alert

// What has become of one item.
class Translator {
 public:
  Translator(const Mapping& mapping, const Json& item, const Json& root, base::TimePoint now)
      : mapping_(mapping), item_(item), root_(root), now_(now) {}

  // The reason, when the message is no alert.
  std::optional<std::string> Ignored() const {
    for (const Exception& exception : mapping_.ignore) {
      const std::string value = Text(exception.value);
      const bool hit =
          exception.is.empty() ? !AnyIs(exception.is_not, value) : AnyIs(exception.is, value);
      if (!hit) continue;
      std::string why = Text(exception.because, kAnnotationBytesMax);
      return why.empty() ? fmt::format("\"{}\" is no alert", value) : why;
    }
    if (State() == Doing::kIgnored) {
      return fmt::format("the state \"{}\" says nothing", Text(mapping_.state.from));
    }
    return std::nullopt;
  }

  Mapped Make() const {
    Mapped mapped;
    mapped.doing = State();
    mapped.key = Text(mapping_.key);
    mapped.alert.labels = Labels(mapped.key);
    mapped.alert.annotations = Annotations();
    mapped.alert.generator_url = Text(mapping_.link, kAnnotationBytesMax);
    mapped.alert.updated_at = now_;
    mapped.alert.starts_at = std::min(WhenOf(Text(mapping_.starts_at)).value_or(now_), now_);
    const bool over = mapped.doing == Doing::kResolved;
    mapped.alert.ends_at = over ? now_ : now_ + mapping_.lasts;
    return mapped;
  }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  std::string Text(const Pattern& pattern, size_t bytes_max = kLabelBytesMax) const {
    return pattern.Fill(item_, root_, bytes_max);
  }

  Doing State() const {
    const StateRule& rule = mapping_.state;
    const std::string value = Text(rule.from);
    if (AnyIs(rule.resolved, value)) return Doing::kResolved;
    if (AnyIs(rule.ignored, value)) return Doing::kIgnored;
    if (AnyIs(rule.firing, value)) return Doing::kFiring;
    return rule.otherwise;
  }

  model::Severity Severity(const SeverityRule& rule) const {
    const std::string value = Text(rule.from);
    if (AnyIs(rule.critical, value)) return model::Severity::kCritical;
    if (AnyIs(rule.warning, value)) return model::Severity::kWarning;
    if (AnyIs(rule.info, value)) return model::Severity::kInfo;
    return rule.otherwise;
  }

  void AddMembers(const std::optional<Path>& path, size_t bytes_max, Pairs& out) const {
    if (!path) return;
    std::deque<Json> made;
    const Json* const object = path->Find(item_, root_, made);
    if (object == nullptr || !object->is_object()) return;
    for (const auto& [name, value] : object->items()) {
      if (out.size() >= kMembersMax) break;
      out.emplace_back(alerts::Cut(name, 256), alerts::Cut(TextOf(value), bytes_max));
    }
  }

  model::Labels Labels(const std::string& key) const {
    Pairs pairs;
    AddMembers(mapping_.labels_from, kLabelBytesMax, pairs);
    for (const auto& [name, pattern] : mapping_.labels) pairs.emplace_back(name, Text(pattern));
    const auto set = [&](std::string name, std::string value) {
      if (!value.empty()) pairs.emplace_back(std::move(name), std::move(value));
    };
    set("alertname", Text(mapping_.alertname));
    set("service", Text(mapping_.service));
    if (mapping_.severity) {
      set("severity", std::string(model::SeverityName(Severity(*mapping_.severity))));
    }
    if (!key.empty()) {
      set("sender", mapping_.name);
      set("alert_key", key);
    }
    return model::Labels(std::move(pairs));
  }

  model::Labels Annotations() const {
    Pairs pairs;
    AddMembers(mapping_.annotations_from, kAnnotationBytesMax, pairs);
    for (const auto& [name, pattern] : mapping_.annotations) {
      std::string text = Text(pattern, kAnnotationBytesMax);
      if (!text.empty()) pairs.emplace_back(name, std::move(text));
    }
    return model::Labels(std::move(pairs));
  }

  const Mapping& mapping_;
  const Json& item_;
  const Json& root_;
  const base::TimePoint now_;
};

// What an example says of an alert, by its name.
std::string PartOf(const Mapped& mapped, const std::string& name) {
  const auto after = [&](std::string_view prefix) {
    return std::string_view(name).substr(prefix.size());
  };
  if (name == "state") return std::string(DoingName(mapped.doing));
  if (name == "key") return mapped.key;
  if (name == "link") return mapped.alert.generator_url;
  if (name.starts_with("label.")) return std::string(mapped.alert.labels.Get(after("label.")));
  if (name.starts_with("annotation.")) {
    return std::string(mapped.alert.annotations.Get(after("annotation.")));
  }
  return "(nothing is called so)";
}

}  // namespace

std::string_view DoingName(Doing doing) {
  switch (doing) {
    case Doing::kFiring: return "firing";
    case Doing::kResolved: return "resolved";
    case Doing::kIgnored: break;
  }
  return "ignored";
}

base::Result<Json> ReadMessage(std::string_view body, std::string_view content_type) {
  if (body.size() > kMessageBytesMax) {
    return base::InvalidArgument(
        fmt::format("the body has {} bytes; the limit is {}", body.size(), kMessageBytesMax),
        "limits.body_bytes");
  }
  if (!content_type.starts_with("application/x-www-form-urlencoded")) return base::ParseJson(body);
  VEDETTE_TRY(const net::Parameters fields, net::ParseParameters(body, kFieldsMax));
  Json json = Json::object();
  for (const auto& [name, value] : fields) json[name] = value;
  return json;
}

base::Result<Translation> Translate(const Mapping& mapping, const Json& message,
                                    base::TimePoint now) {
  Translation translation;
  std::deque<Json> made;
  std::vector<const Json*> items;
  if (mapping.each) {
    const Json* const list = mapping.each->Find(message, message, made);
    if (list == nullptr || !list->is_array()) {
      return base::InvalidArgument("the list of alerts is missing", "each");
    }
    if (list->size() > kItemsMax) {
      return base::InvalidArgument(fmt::format("more than {} alerts in one message", kItemsMax));
    }
    for (const Json& item : *list) items.push_back(&item);
  } else {
    if (!message.is_object()) return base::InvalidArgument("the body must be an object");
    items.push_back(&message);
  }
  for (const Json* const item : items) {
    const Translator translator(mapping, *item, message, now);
    if (std::optional<std::string> why = translator.Ignored()) {
      translation.ignored.push_back(*std::move(why));
      continue;
    }
    Mapped mapped = translator.Make();
    if (mapped.alert.labels.Get("alertname").empty()) {
      return base::InvalidArgument("it has no name for an alert; is it of this sender?",
                                   "alertname");
    }
    if (!mapping.key.empty() && mapped.key.empty()) {
      return base::InvalidArgument("it has nothing that tells alerts apart; is it of this sender?",
                                   "key");
    }
    translation.alerts.push_back(std::move(mapped));
  }
  return translation;
}

std::vector<std::string> RunExamples(const Mapping& mapping) {
  std::vector<std::string> failures;
  for (const Example& example : mapping.examples) {
    const auto fail = [&](const std::string& what) {
      failures.push_back(fmt::format("line {}: {}", example.line, what));
    };
    const auto message = ReadMessage(example.payload, example.content_type);
    if (!message.ok()) {
      fail(message.error().message);
      continue;
    }
    const auto translation = Translate(mapping, *message, kExampleTime);
    if (!translation.ok()) {
      fail(translation.error().message);
      continue;
    }
    if (translation->alerts.size() != example.alerts.size()) {
      fail(fmt::format("makes {} alerts, expected {}", translation->alerts.size(),
                       example.alerts.size()));
      continue;
    }
    for (size_t i = 0; i < example.alerts.size(); ++i) {
      for (const auto& [name, want] : example.alerts[i]) {
        const std::string have = PartOf(translation->alerts[i], name);
        if (have != want) fail(fmt::format("{} is \"{}\", expected \"{}\"", name, have, want));
      }
    }
  }
  return failures;
}

}  // namespace vedette::sources::senders
