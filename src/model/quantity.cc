#include "model/quantity.h"

#include <array>
#include <cmath>
#include <fmt/core.h>

namespace vedette::model {
namespace {

std::string Plain(double value) {
  const double size = std::abs(value);
  if (size >= 1000 && size < 1e6) return fmt::format("{:.0f}", value);
  return fmt::format("{:.3g}", value);
}

std::string Bytes(double value) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.3g} {}", value, kUnits[unit]);
}

}  // namespace

std::string FormatQuantity(std::string_view metric, double value, bool as_rate) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (as_rate) {
    if (metric.find("_bytes") != std::string_view::npos) return Bytes(value) + " per s";
    return Plain(value) + " per s";
  }
  if (metric.ends_with("_seconds")) {
    if (value != 0 && std::abs(value) < 1) return fmt::format("{:.3g} ms", value * 1000);
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
