#include "sim/weights.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace vedette::sim {
namespace {

constexpr std::string_view kOther = "other";

base::Error Invalid(std::string message) {
  return base::InvalidArgument(std::move(message), "weights");
}

std::string TypesOfChance() {
  std::string names;
  for (size_t i = 0; i < kIncidentTypes; ++i) {
    names += std::string(IncidentTypeName(static_cast<IncidentType>(i))) + ", ";
  }
  return names + std::string(kOther);
}

std::optional<size_t> TypeOfChance(std::string_view name) {
  const std::optional<IncidentType> type = ParseIncidentType(name);
  if (!type || static_cast<size_t>(*type) >= kIncidentTypes) return std::nullopt;
  return static_cast<size_t>(*type);
}

}  // namespace

base::Result<Weights> WeightsOf(const std::vector<std::pair<std::string, double>>& named) {
  std::array<std::optional<double>, kIncidentTypes> own;
  std::optional<double> other;
  for (const auto& [name, weight] : named) {
    const std::optional<size_t> type = TypeOfChance(name);
    if (!type && name != kOther) {
      return Invalid(
          fmt::format("\"{}\" is no type that chance draws: write {}", name, TypesOfChance()));
    }
    if (!(weight >= 0 && std::isfinite(weight))) {
      return Invalid(fmt::format("the weight of {} must be 0 or more", name));
    }
    std::optional<double>& place = type ? own[*type] : other;
    if (place) return Invalid(fmt::format("{} occurs twice", name));
    place = weight;
  }
  Weights weights{};
  for (size_t i = 0; i < kIncidentTypes; ++i) weights[i] = own[i].value_or(other.value_or(1));
  const bool any = std::any_of(weights.begin(), weights.end(), [](double w) { return w > 0; });
  if (!any) return Invalid("one weight at least must be above 0");
  return weights;
}

base::Result<Weights> ParseWeights(std::string_view text) {
  std::vector<std::pair<std::string, double>> named;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const size_t equals = item.find('=');
    const std::string_view number =
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    double weight = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
    if (error != std::errc() || end != number.data() + number.size()) {
      return Invalid(
          fmt::format("\"{}\" is no type with a number: write cpu_spike=2,other=0.5", item));
    }
    named.emplace_back(item.substr(0, equals), weight);
  }
  return WeightsOf(named);
}

}  // namespace vedette::sim
