#include "release/place.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>

namespace vedette::release {
namespace {

constexpr std::array<std::string_view, 4> kEnvironmentLabels = {
    "environment", "env", "deployment_environment", "deployment_environment_name"};
constexpr std::array<std::string_view, 5> kSpaceLabels = {
    "namespace", "kubernetes_namespace", "k8s_namespace_name", "exported_namespace",
    "destination_workload_namespace"};
constexpr std::array<std::string_view, 6> kTrials = {"staging", "development", "test",
                                                     "testing", "qa",          "preview"};

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// What is meant by the short forms and the long ones.
std::string Plain(std::string_view environment) {
  std::string name = Lower(environment);
  if (name == "prod" || name == "prd" || name == "live") return "production";
  if (name == "stage" || name == "stg") return "staging";
  if (name == "dev") return "development";
  return name;
}

std::string_view First(model::LabelsView labels, const auto& names) {
  for (const std::string_view name : names) {
    if (!labels.Get(name).empty()) return labels.Get(name);
  }
  return {};
}

// Whether a namespace is called after an environment: shop-staging, prod.
bool CalledAfter(std::string_view space, std::string_view environment) {
  const std::string whole = Lower(space) + '-';
  for (size_t from = 0; from < whole.size();) {
    const size_t end = whole.find_first_of("-_.", from);
    if (end > from && SameEnvironment(whole.substr(from, end - from), environment)) return true;
    from = end + 1;
  }
  return false;
}

bool Fits(const std::string& environment, const std::string& space) {
  if (environment.empty() || space.empty() || CalledAfter(space, environment)) return true;
  return Plain(environment) == "production" &&
         std::none_of(kTrials.begin(), kTrials.end(),
                      [&](std::string_view trial) { return CalledAfter(space, trial); });
}

}  // namespace

Place PlaceOf(const model::Change& change) {
  Place place;
  for (const auto& [name, value] : change.labels) {
    if (name == "environment") place.environment = value;
    if (name == "namespace") place.space = value;
  }
  return place;
}

Place PlaceOf(model::LabelsView labels) {
  return {.environment = std::string(First(labels, kEnvironmentLabels)),
          .space = std::string(First(labels, kSpaceLabels))};
}

const std::vector<std::string>& PlaceLabelNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all(kEnvironmentLabels.begin(), kEnvironmentLabels.end());
    all.insert(all.end(), kSpaceLabels.begin(), kSpaceLabels.end());
    return all;
  }();
  return names;
}

bool SameEnvironment(std::string_view a, std::string_view b) { return Plain(a) == Plain(b); }

bool IsProduction(const Place& place) {
  if (!place.environment.empty()) return SameEnvironment(place.environment, "production");
  return CalledAfter(place.space, "production");
}

bool SameAsTold(const Place& a, const Place& b) {
  const bool environments = a.environment.empty() || b.environment.empty() ||
                            SameEnvironment(a.environment, b.environment);
  return environments && (a.space.empty() || b.space.empty() || a.space == b.space);
}

bool SamePlace(const Place& a, const Place& b) {
  if (!SameAsTold(a, b)) return false;
  const bool comparable =
      (!a.environment.empty() && !b.environment.empty()) || (!a.space.empty() && !b.space.empty());
  return comparable || (Fits(a.environment, b.space) && Fits(b.environment, a.space));
}

std::string TextOf(const Place& place) {
  if (place.environment.empty()) return "namespace " + place.space;
  if (place.space.empty()) return "environment " + place.environment;
  return fmt::format("environment {} (namespace {})", place.environment, place.space);
}

}  // namespace vedette::release
