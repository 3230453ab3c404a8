#include "model/quantity.h"

#include <array>
#include <cmath>
#include <fmt/core.h>

namespace vedette::model {
namespace {

constexpr double kWrittenOut = 1e15;  // below

// Three digits, and those before the point in any case: "1000", not "1e+03".
std::string Digits(double value) {
  const double size = std::abs(value);
  const bool whole = size >= 999.5 && size < kWrittenOut;
  return whole ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

std::string Plain(double value) {
  struct Word {
    double from;
    std::string_view name;
  };
  static constexpr std::array<Word, 3> kWords = {{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}}};
  const double size = std::abs(value);
  for (const Word& word : kWords) {
    if (size >= kWrittenOut || size < word.from) continue;
    return fmt::format("{} {}", Digits(value / word.from), word.name);
  }
  return Digits(value);
}

std::string Bytes(double value) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (std::abs(value) >= 1023.5 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", Digits(value), kUnits[unit]);
}

}  // namespace

std::string FormatQuantity(std::string_view metric, double value, bool as_rate) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (as_rate) {
    if (metric.find("_bytes") != std::string_view::npos) return Bytes(value) + " per s";
    return Plain(value) + " per s";
  }
  if (metric.ends_with("_seconds")) {
    if (value != 0 && std::abs(value) < 0.9995) return Digits(value * 1000) + " ms";
    return Plain(value) + " s";
  }
  if (metric.ends_with("_bytes")) return Bytes(value);
  return Plain(value);
}

bool IsCounterName(std::string_view metric) {
  return metric.ends_with("_total") || metric.ends_with("_count") || metric.ends_with("_sum");
}

std::string NameInWords(std::string_view metric) {
  for (const std::string_view unit : {"_total", "_seconds", "_bytes"}) {
    if (metric.ends_with(unit)) metric.remove_suffix(unit.size());
  }
  std::string words(metric);
  for (char& c : words) {
    if (c == '_' || c == ':') c = ' ';
  }
  return words;
}

}  // namespace vedette::model
