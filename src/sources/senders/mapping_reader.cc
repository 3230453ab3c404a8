#include <algorithm>
#include <fmt/core.h>

#include "sources/senders/mapping.h"

namespace vedette::sources::senders {
namespace {

constexpr size_t kNameBytesMax = 50;
constexpr base::Duration kLastsMin = std::chrono::minutes(1);
constexpr base::Duration kLastsMax = std::chrono::hours(24 * 366);
const std::vector<std::string> kDoings = {"firing", "resolved", "ignored"};
const std::vector<std::string> kSeverities = {"info", "warning", "critical"};

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Pattern ParsePattern(yaml::YamlReader& reader, std::string_view key, const std::string& text) {
  base::Result<Pattern> pattern = Pattern::Parse(text);
  if (pattern.ok()) return *std::move(pattern);
  reader.Problem(key, pattern.error().message);
  return {};
}

bool ReadPattern(yaml::YamlReader& reader, std::string_view key, Pattern& out) {
  std::string text;
  if (!reader.Read(key, text)) return false;
  out = ParsePattern(reader, key, text);
  return true;
}

void ReadPath(yaml::YamlReader& reader, std::string_view key, std::optional<Path>& out) {
  std::string text;
  if (!reader.Read(key, text)) return;
  base::Result<Path> path = Path::Parse(text);
  if (path.ok()) {
    out = *std::move(path);
  } else {
    reader.Problem(key, path.error().message);
  }
}

void ReadPatterns(yaml::YamlReader& reader, std::string_view key,
                  std::vector<std::pair<std::string, Pattern>>& out) {
  reader.ReadTexts(key, [&](const std::string& name, const std::string& text) {
    out.emplace_back(name, ParsePattern(reader, key, text));
  });
}

void ReadState(yaml::YamlReader& reader, StateRule& out) {
  if (!ReadPattern(reader, "from", out.from)) reader.Problem("", "from is missing");
  reader.Read("firing", out.firing);
  reader.Read("resolved", out.resolved);
  reader.Read("ignored", out.ignored);
  size_t otherwise = 0;
  if (reader.ReadChoice("otherwise", kDoings, otherwise)) {
    out.otherwise = static_cast<Doing>(otherwise);
  }
}

void ReadSeverity(yaml::YamlReader& reader, SeverityRule& out) {
  ReadPattern(reader, "from", out.from);
  reader.Read("critical", out.critical);
  reader.Read("warning", out.warning);
  reader.Read("info", out.info);
  size_t otherwise = static_cast<size_t>(out.otherwise);
  if (reader.ReadChoice("otherwise", kSeverities, otherwise)) {
    out.otherwise = static_cast<model::Severity>(otherwise);
  }
}

Exception ReadException(yaml::YamlReader& reader) {
  Exception exception;
  if (!ReadPattern(reader, "value", exception.value)) reader.Problem("", "value is missing");
  reader.Read("is", exception.is);
  reader.Read("is_not", exception.is_not);
  if (exception.is.empty() == exception.is_not.empty()) {
    reader.Problem("", "needs is or is_not");
  }
  ReadPattern(reader, "because", exception.because);
  return exception;
}

Example ReadExample(yaml::YamlReader& reader) {
  Example example;
  example.line = reader.line();
  if (!reader.Read("payload", example.payload)) reader.Problem("", "payload is missing");
  reader.Read("content_type", example.content_type);
  reader.ReadList("alerts", [&](yaml::YamlReader& alert) {
    auto& parts = example.alerts.emplace_back();
    for (const std::string& name : alert.Keys()) {
      std::string text;
      if (alert.Read(name, text)) parts.emplace_back(name, text);
    }
  });
  return example;
}

}  // namespace

Mapping ReadMapping(std::string_view text, std::vector<yaml::Diagnostic>& problems) {
  Mapping mapping;
  // ${NAME} is no variable of the environment here.
  yaml::ReadYaml(text, {}, problems, [&](yaml::YamlReader& reader) {
    if (!reader.Read("name", mapping.name)) reader.Problem("", "the name is missing");
    if (!mapping.name.empty() && (!IsPlainName(mapping.name) || mapping.name == "preview")) {
      reader.Problem(
          "name",
          fmt::format("must be 1 to {} of a-z, 0-9, '-' and '_', and not preview", kNameBytesMax));
    }
    mapping.title = mapping.name;
    reader.Read("title", mapping.title);
    reader.Read("setup", mapping.setup);
    ReadPath(reader, "each", mapping.each);
    reader.ReadList("ignore",
                    [&](yaml::YamlReader& r) { mapping.ignore.push_back(ReadException(r)); });
    ReadPattern(reader, "key", mapping.key);
    reader.ReadSection("state", [&](yaml::YamlReader& r) { ReadState(r, mapping.state); });
    reader.ReadSection("severity",
                       [&](yaml::YamlReader& r) { ReadSeverity(r, mapping.severity.emplace()); });
    const bool named = ReadPattern(reader, "alertname", mapping.alertname);
    ReadPattern(reader, "service", mapping.service);
    ReadPatterns(reader, "labels", mapping.labels);
    ReadPatterns(reader, "annotations", mapping.annotations);
    ReadPath(reader, "labels_from", mapping.labels_from);
    ReadPath(reader, "annotations_from", mapping.annotations_from);
    if (!named && !mapping.labels_from) {
      reader.Problem("", "alertname is missing", "or labels_from, when the sender has such labels");
    }
    ReadPattern(reader, "link", mapping.link);
    ReadPattern(reader, "starts_at", mapping.starts_at);
    reader.Read("lasts", mapping.lasts);
    if (mapping.lasts < kLastsMin || mapping.lasts > kLastsMax) {
      reader.Problem("lasts", "must be between 1m and 366d");
    }
    reader.ReadList("examples",
                    [&](yaml::YamlReader& r) { mapping.examples.push_back(ReadExample(r)); });
  });
  return mapping;
}

}  // namespace vedette::sources::senders
