#include "model/unit.h"

#include <array>
#include <utility>

namespace vedette::model {
namespace {

struct Word {
  std::string_view told;
  std::string_view unit;
};

// What names end in, as OpenMetrics has it too.
constexpr std::array<Word, 27> kWords = {
    {{"seconds", "s"},      {"milliseconds", "ms"}, {"ms", "ms"},         {"microseconds", "us"},
     {"nanoseconds", "ns"}, {"minutes", "min"},     {"hours", "h"},       {"days", "d"},
     {"bytes", "B"},        {"kilobytes", "kB"},    {"megabytes", "MB"},  {"gigabytes", "GB"},
     {"kibibytes", "KiB"},  {"mebibytes", "MiB"},   {"gibibytes", "GiB"}, {"bits", "bit"},
     {"ratio", "ratio"},    {"percent", "percent"}, {"pct", "percent"},   {"celsius", "°C"},
     {"kelvin", "K"},       {"volts", "V"},         {"amperes", "A"},     {"watts", "W"},
     {"joules", "J"},       {"hertz", "Hz"},        {"meters", "m"}}};

// What else UCUM and senders call them; in these the case counts.
constexpr std::array<Word, 14> kSymbols = {{{"By", "B"},
                                            {"kBy", "kB"},
                                            {"MBy", "MB"},
                                            {"GBy", "GB"},
                                            {"KiBy", "KiB"},
                                            {"MiBy", "MiB"},
                                            {"GiBy", "GiB"},
                                            {"%", "percent"},
                                            {"Cel", "°C"},
                                            {"second", "s"},
                                            {"sec", "s"},
                                            {"byte", "B"},
                                            {"minute", "min"},
                                            {"hour", "h"}}};

template <size_t kSize>
std::string_view Find(const std::array<Word, kSize>& words, std::string_view told) {
  for (const Word& word : words) {
    if (word.told == told) return word.unit;
  }
  return {};
}

bool CutEnd(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

std::string OrOne(std::string unit) { return unit.empty() ? "1" : unit; }

// Of a name without colons.
std::string UnitOfPlainName(std::string_view name) {
  if (CutEnd(name, "_total")) return OrOne(UnitOfPlainName(name));
  if (name.ends_with("_count") || name.ends_with("_bucket")) return "1";
  if (name.ends_with("_created")) return "s";
  if (CutEnd(name, "_sum")) return UnitOfPlainName(name);
  if (CutEnd(name, "_per_second") || CutEnd(name, "_per_sec")) {
    return PerSecond(UnitOfPlainName(name));
  }
  const size_t last = name.rfind('_');
  if (last == std::string_view::npos) return {};
  return std::string(Find(kWords, name.substr(last + 1)));
}

}  // namespace

std::string ShortUnit(std::string_view told) {
  const size_t slash = told.find('/');
  if (slash != std::string_view::npos && slash > 0) {
    return ShortUnit(told.substr(0, slash)) + "/" + ShortUnit(told.substr(slash + 1));
  }
  if (const std::string_view unit = Find(kWords, told); !unit.empty()) return std::string(unit);
  if (const std::string_view unit = Find(kSymbols, told); !unit.empty()) return std::string(unit);
  // UCUM's annotation: a name for what is counted.
  if (told.size() > 2 && told.front() == '{' && told.back() == '}') {
    return std::string(told.substr(1, told.size() - 2));
  }
  return std::string(told);
}

std::string UnitOfName(std::string_view metric) {
  const size_t first = metric.find(':');
  const size_t second = first == std::string_view::npos ? first : metric.find(':', first + 1);
  if (second == std::string_view::npos) return UnitOfPlainName(metric);
  const std::string_view made = metric.substr(second + 1);
  const std::string_view of = metric.substr(first + 1, second - first - 1);
  if (made.find("ratio") != std::string_view::npos) return "ratio";
  // By custom the name of a rate is without _total, and so that of a counter.
  if (made.find("rate") != std::string_view::npos) return PerSecond(OrOne(UnitOfPlainName(of)));
  return UnitOfPlainName(of);
}

std::string PerSecond(std::string_view unit) {
  return unit.empty() ? std::string() : std::string(unit) + "/s";
}

}  // namespace vedette::model
