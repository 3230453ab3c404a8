#include "sources/exposition/line_reader.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>

#include "base/utf8.h"
#include "sources/exposition/number.h"

namespace vedette::sources::exposition {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr size_t kExemplarCharactersMax = 128;  // of OpenMetrics: names and values together

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool IsNameChar(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

// OpenMetrics' seconds; nothing beyond what milliseconds can hold.
std::optional<int64_t> SecondsToMillis(double seconds) {
  const double millis = std::round(seconds * 1000);
  if (!(std::abs(millis) < 9.2e18)) return std::nullopt;
  return static_cast<int64_t>(millis);
}

}  // namespace

void LineReader::Begin(std::string_view line) {
  rest_ = line;
  labels_.clear();
  target_ = &labels_;
  unescaped_.clear();
  unescaped_.reserve(line.size());
  SkipBlanks();
}

void LineReader::SkipBlanks() {
  if (strict()) return;
  while (!rest_.empty() && IsBlank(rest_[0])) rest_.remove_prefix(1);
}

bool LineReader::Take(char c) {
  if (Peek() != c || AtEnd()) return false;
  rest_.remove_prefix(1);
  return true;
}

base::Error LineReader::Expected(std::string_view what) const {
  if (AtEnd())
    return base::InvalidArgument(fmt::format("expected {}, found the end of the line", what));
  const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(rest_));
  return base::InvalidArgument(
      fmt::format("expected {}, found '{}'", what, rest_.substr(0, length)));
}

std::string_view LineReader::TakeName(bool colons) {
  size_t size = 0;
  if (!AtEnd() && (IsNameStart(rest_[0]) || (colons && rest_[0] == ':'))) size = 1;
  while (size > 0 && size < rest_.size() &&
         (IsNameChar(rest_[size]) || (colons && rest_[size] == ':'))) {
    ++size;
  }
  const std::string_view name = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return name;
}

// Everything before the closing quote. Unknown escapes stay as they are.
std::string_view LineReader::Unescape() {
  const size_t begin = unescaped_.size();
  while (!AtEnd() && rest_[0] != '"') {
    char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '\\' && (Peek() == '\\' || Peek() == '"' || Peek() == 'n')) {
      c = Peek() == 'n' ? '\n' : Peek();
      rest_.remove_prefix(1);
    }
    unescaped_ += c;
  }
  return std::string_view(unescaped_).substr(begin);
}

base::Result<std::string_view> LineReader::ReadQuoted(std::string_view what, size_t bytes_max) {
  if (!Take('"')) return Expected(fmt::format("'\"' before {}", what));
  size_t plain = 0;
  while (plain < rest_.size() && rest_[plain] != '"' && rest_[plain] != '\\') ++plain;
  std::string_view text = rest_.substr(0, plain);
  if (plain < rest_.size() && rest_[plain] == '\\') {
    text = Unescape();
  } else {
    rest_.remove_prefix(plain);
  }
  if (!Take('"')) return base::InvalidArgument(fmt::format("{} has no closing '\"'", what));
  if (text.size() > bytes_max) {
    return base::InvalidArgument(
        fmt::format("{} has {} bytes; the limit is {}", what, text.size(), bytes_max));
  }
  return text;
}

base::Result<> LineReader::AddLabel(std::string_view name, std::string_view value) {
  if (name.empty()) return base::InvalidArgument("a label has an empty name");
  if (name.size() > options_.name_bytes_max) {
    return base::InvalidArgument(
        fmt::format("a name has {} bytes; the limit is {}", name.size(), options_.name_bytes_max));
  }
  if (target_->size() >= options_.labels_max) {
    return base::InvalidArgument(fmt::format("more than {} labels", options_.labels_max));
  }
  const bool known =
      std::ranges::any_of(*target_, [&](const model::Label& l) { return l.name == name; });
  if (known && name == model::kMetricName) return base::InvalidArgument("two metric names");
  if (known) return base::InvalidArgument(fmt::format("label \"{}\" occurs twice", name));
  target_->push_back({name, value});
  return {};
}

base::Result<> LineReader::ReadSeries() {
  const std::string_view name = TakeName(true);
  if (name.empty() && Peek() != '{') return Expected("a metric name");
  if (!name.empty()) VEDETTE_TRY_VOID(AddLabel(model::kMetricName, name));
  if (!name.empty() && name.size() > options_.name_bytes_max) {
    return base::InvalidArgument(fmt::format("the metric name has {} bytes; the limit is {}",
                                             name.size(), options_.name_bytes_max));
  }
  SkipBlanks();
  if (Take('{')) VEDETTE_TRY_VOID(ReadLabels(name.empty()));
  const bool named = std::ranges::any_of(labels_, [](const model::Label& label) {
    return label.name == model::kMetricName && !label.value.empty();
  });
  if (!named) return base::InvalidArgument("the sample has no metric name");
  return {};
}

base::Result<> LineReader::ReadLabels(bool name_inside) {
  SkipBlanks();
  while (!Take('}')) {
    VEDETTE_TRY_VOID(ReadOneLabel(name_inside));
    SkipBlanks();
    if (Take(',')) {
      SkipBlanks();
      if (strict() && Peek() == '}') return Expected("a label after ','");
    } else if (Peek() != '}' || AtEnd()) {
      return Expected("',' or '}' after a label");
    }
  }
  return {};
}

// name="value", "name"="value", or, where the metric name may stand inside, "metric name".
base::Result<> LineReader::ReadOneLabel(bool& name_inside) {
  std::string_view name;
  const bool quoted = Peek() == '"';
  if (quoted) {
    VEDETTE_TRY(name, ReadQuoted("the name", options_.name_bytes_max));
  } else {
    name = TakeName(false);
    if (name.empty()) return Expected("a label name or '}'");
  }
  SkipBlanks();
  if (quoted && name_inside && (Peek() == ',' || Peek() == '}')) {
    name_inside = false;
    return AddLabel(model::kMetricName, name);
  }
  if (!Take('=')) return Expected(fmt::format("'=' after the label name \"{}\"", name));
  SkipBlanks();
  VEDETTE_TRY(const std::string_view value,
              ReadQuoted(fmt::format("the value of label \"{}\"", name.substr(0, 200)),
                         options_.value_bytes_max));
  return AddLabel(name, value);
}

std::string_view LineReader::ReadWord() {
  SkipBlanks();
  const size_t size = std::min(rest_.find_first_of(" \t"), rest_.size());
  const std::string_view word = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return word;
}

base::Result<> LineReader::ExpectSpace(std::string_view what) {
  if (!strict() || Take(' ')) return {};
  return Expected(fmt::format("a space before {}", what));
}

base::Result<> LineReader::ReadSpace(std::string_view what) {
  VEDETTE_TRY_VOID(ExpectSpace(what));
  if (!strict()) return {};
  if (Peek() == ' ' || Peek() == '\t') {
    return base::InvalidArgument(fmt::format("more than one space before {}", what));
  }
  return {};
}

base::Result<double> LineReader::ReadValue(std::string_view what) {
  if (AtEnd()) return base::InvalidArgument(fmt::format("{} is missing", what));
  VEDETTE_TRY_VOID(ReadSpace(what));
  const std::string_view word = ReadWord();
  if (word.empty()) return base::InvalidArgument(fmt::format("{} is missing", what));
  const std::optional<double> value = Number(word);
  if (!value) {
    return base::InvalidArgument(fmt::format("{} \"{}\" is no number", what, word.substr(0, 80)));
  }
  return *value;
}

// OpenMetrics has no hexadecimal numbers.
std::optional<double> LineReader::Number(std::string_view word) const {
  if (strict() && word.find_first_of("xX") != std::string_view::npos) return std::nullopt;
  return ParseValue(word);
}

base::Result<std::optional<int64_t>> LineReader::ReadTimestamp() {
  SkipBlanks();
  if (AtEnd() || Peek() == '#' || rest_.starts_with(" #")) return std::optional<int64_t>();
  VEDETTE_TRY_VOID(ReadSpace("the timestamp"));
  const std::string_view word = ReadWord();
  std::optional<int64_t> millis;
  if (!strict()) {
    millis = ParseInteger(word);
  } else if (const std::optional<double> seconds = Number(word)) {
    millis = SecondsToMillis(*seconds);
  }
  if (!millis) {
    const std::string_view unit =
        strict() ? "a number of seconds" : "a whole number of milliseconds";
    return base::InvalidArgument(
        fmt::format("the timestamp \"{}\" is not {}", word.substr(0, 80), unit));
  }
  return millis;
}

base::Result<std::optional<ParsedExemplar>> LineReader::ReadExemplar() {
  if (!strict() || !rest_.starts_with(" #")) return std::optional<ParsedExemplar>();
  rest_.remove_prefix(2);
  VEDETTE_TRY_VOID(ReadSpace("the exemplar"));
  if (!Take('{')) return Expected("'{' of an exemplar");
  exemplar_labels_.clear();
  target_ = &exemplar_labels_;
  VEDETTE_TRY_VOID(ReadLabels(false));
  size_t characters = 0;
  for (const model::Label& label : exemplar_labels_) {
    characters += Characters(label.name) + Characters(label.value);
  }
  if (characters > kExemplarCharactersMax) {
    return base::InvalidArgument(
        fmt::format("the labels of the exemplar have {} characters; the "
                    "limit is {}",
                    characters, kExemplarCharactersMax));
  }
  ParsedExemplar exemplar{.labels = exemplar_labels_, .value = 0, .t_ms = {}};
  VEDETTE_TRY(exemplar.value, ReadValue("the value of the exemplar"));
  VEDETTE_TRY(exemplar.t_ms, ReadTimestamp());
  return std::optional(exemplar);
}

base::Result<> LineReader::ExpectEnd() {
  SkipBlanks();
  if (AtEnd()) return {};
  return Expected("the end of the line");
}

base::Result<std::string_view> LineReader::ReadFamily() {
  SkipBlanks();
  if (Peek() == '"') return ReadQuoted("the name", options_.name_bytes_max);
  const std::string_view name = TakeName(true);
  if (name.empty()) return Expected("a metric name");
  return name;
}

std::string LineReader::ReadHelp() {
  SkipBlanks();
  std::string help;
  for (size_t i = 0; i < rest_.size(); ++i) {
    const char next = i + 1 < rest_.size() ? rest_[i + 1] : '\0';
    const bool escape = rest_[i] == '\\' && (next == '\\' || next == 'n' || next == '"');
    if (escape) ++i;
    help += escape && next == 'n' ? '\n' : rest_[i];
  }
  rest_ = {};
  return help;
}

}  // namespace vedette::sources::exposition
