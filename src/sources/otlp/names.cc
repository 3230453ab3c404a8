#include "sources/otlp/names.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "model/names.h"

namespace vedette::sources::otlp {
namespace {

using enum Translation;

constexpr model::NameTable<Translation, 4> kTranslations{{{
    {kUnderscoreEscapingWithSuffixes, "UnderscoreEscapingWithSuffixes"},
    {kUnderscoreEscapingWithoutSuffixes, "UnderscoreEscapingWithoutSuffixes"},
    {kNoUtf8EscapingWithSuffixes, "NoUTF8EscapingWithSuffixes"},
    {kNoTranslation, "NoTranslation"},
}}};

using Word = std::pair<std::string_view, std::string_view>;

// Units of UCUM and the words that Prometheus uses for them.
constexpr std::array kUnits = {
    Word{"d", "days"},
    Word{"h", "hours"},
    Word{"min", "minutes"},
    Word{"s", "seconds"},
    Word{"ms", "milliseconds"},
    Word{"us", "microseconds"},
    Word{"ns", "nanoseconds"},
    Word{"By", "bytes"},
    Word{"KiBy", "kibibytes"},
    Word{"MiBy", "mebibytes"},
    Word{"GiBy", "gibibytes"},
    Word{"TiBy", "tibibytes"},
    Word{"KBy", "kilobytes"},
    Word{"MBy", "megabytes"},
    Word{"GBy", "gigabytes"},
    Word{"TBy", "terabytes"},
    Word{"m", "meters"},
    Word{"V", "volts"},
    Word{"A", "amperes"},
    Word{"J", "joules"},
    Word{"W", "watts"},
    Word{"g", "grams"},
    Word{"Cel", "celsius"},
    Word{"Hz", "hertz"},
    Word{"1", ""},
    Word{"%", "percent"},
};
constexpr std::array kPerUnits = {
    Word{"s", "second"}, Word{"m", "minute"}, Word{"h", "hour"}, Word{"d", "day"},
    Word{"w", "week"},   Word{"mo", "month"}, Word{"y", "year"},
};

template <size_t kCount>
std::string_view Lookup(const std::array<Word, kCount>& words, std::string_view unit) {
  for (const auto& [from, to] : words) {
    if (from == unit) return to;
  }
  return unit;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// The runs of characters that a name may have.
std::vector<std::string> Tokens(std::string_view name, bool with_underscores = false) {
  std::vector<std::string> tokens;
  bool inside = false;
  for (const char c : name) {
    const bool fits = IsNameCharacter(c) || (with_underscores && c == '_');
    if (fits && !inside) tokens.emplace_back();
    if (fits) tokens.back() += c;
    inside = fits;
  }
  return tokens;
}

std::string Join(const std::vector<std::string>& tokens) {
  std::string joined;
  for (const std::string& token : tokens) joined += (joined.empty() ? "" : "_") + token;
  return joined;
}

// The words of a unit such as By/s: "bytes" and "per_second". A unit with an annotation, such as
// {request}, has no word.
struct UnitWords {
  std::string main;
  std::string per;
};

UnitWords WordsOf(std::string_view unit) {
  UnitWords words;
  const auto annotated = [](std::string_view part) {
    return part.find_first_of("{}") != std::string_view::npos;
  };
  const size_t slash = unit.find('/');
  const std::string_view main = Trimmed(unit.substr(0, slash));
  if (!main.empty() && !annotated(main)) words.main = Lookup(kUnits, main);
  if (slash == std::string_view::npos) return words;
  const std::string_view per = Trimmed(unit.substr(slash + 1));
  if (!per.empty() && !annotated(per)) {
    words.per = "per_" + std::string(Lookup(kPerUnits, per));
  }
  return words;
}

void MoveToEnd(std::vector<std::string>& tokens, std::string_view token) {
  std::erase(tokens, token);
  tokens.emplace_back(token);
}

// With digits in front, a name needs something before them.
std::string Named(std::string name) {
  if (!name.empty() && IsDigit(name[0])) name.insert(name.begin(), '_');
  return name;
}

std::string EscapedWithSuffixes(std::string_view name, std::string_view unit, MetricKind kind) {
  std::vector<std::string> tokens = Tokens(name);
  const UnitWords words = WordsOf(unit);
  for (const std::string& word : {words.main, words.per}) {
    std::string clean = Join(Tokens(word));
    if (clean.empty() || clean == "per" || std::ranges::find(tokens, clean) != tokens.end())
      continue;
    tokens.push_back(std::move(clean));
  }
  if (kind == MetricKind::kCounter) MoveToEnd(tokens, "total");
  if (kind == MetricKind::kGauge && unit == "1") MoveToEnd(tokens, "ratio");
  return Named(Join(tokens));
}

// Without the suffix and the character before it, so that it can be put at the end.
void CutSuffix(std::string& name, std::string_view suffix) {
  if (name.size() > suffix.size() + 1 && name.ends_with(suffix)) {
    name.resize(name.size() - suffix.size() - 1);
  }
}

std::string PlainWithSuffixes(std::string_view plain, std::string_view unit, MetricKind kind) {
  std::string name(plain);
  const UnitWords words = WordsOf(unit);
  const bool ratio = unit == "1" && kind == MetricKind::kGauge;
  const bool total = kind == MetricKind::kCounter;
  if (ratio) CutSuffix(name, "ratio");
  if (total) CutSuffix(name, "total");
  if (!words.per.empty()) CutSuffix(name, words.per);
  if (!words.main.empty() && !name.ends_with(words.main)) name += "_" + words.main;
  if (!words.per.empty()) name += "_" + words.per;
  if (total) name += "_total";
  if (ratio) name += "_ratio";
  return name;
}

}  // namespace

std::optional<Translation> ParseTranslation(std::string_view name) {
  return kTranslations.Find(name);
}

std::string MetricName(std::string_view name, std::string_view unit, MetricKind kind,
                       Translation translation) {
  if (name.empty()) return {};
  switch (translation) {
    case kUnderscoreEscapingWithSuffixes: return EscapedWithSuffixes(name, unit, kind);
    case kUnderscoreEscapingWithoutSuffixes: return Named(Join(Tokens(name, true)));
    case kNoUtf8EscapingWithSuffixes: return PlainWithSuffixes(name, unit, kind);
    case kNoTranslation: break;
  }
  return std::string(name);
}

std::string LabelName(std::string_view attribute, Translation translation) {
  std::string name(attribute);
  if (translation == kNoUtf8EscapingWithSuffixes || translation == kNoTranslation) return name;
  for (char& c : name) {
    if (!IsNameCharacter(c) || c == ':') c = '_';
  }
  if (name.empty()) return name;
  if (IsDigit(name[0])) return "key_" + name;
  if (name[0] == '_' && !name.starts_with("__")) return "key" + name;
  return name;
}

}  // namespace vedette::sources::otlp
