#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/change.h"
#include "model/labels.h"

namespace vedette::release {

// Where a release runs, as far as it was told. Pure.
struct Place {
  std::string environment;
  std::string space;  // the namespace
  bool empty() const { return environment.empty() && space.empty(); }
  friend bool operator==(const Place&, const Place&) = default;
};

// The labels environment and namespace of a change.
Place PlaceOf(const model::Change& change);
// The same of a series, by the usual names.
Place PlaceOf(model::LabelsView labels);

// The labels of series that may name an environment or a namespace.
const std::vector<std::string>& PlaceLabelNames();

// "prod" is production, and case is nothing.
bool SameEnvironment(std::string_view a, std::string_view b);
// Whether a name is that of what customers use.
bool IsProduction(const Place& place);
// Whether environment and environment, namespace and namespace are the same, where both are told.
bool SameAsTold(const Place& a, const Place& b);
// Whether both may be one: what only one of them tells does not divide them. Of an environment
// against a namespace: when the namespace is called after it, or the environment is production.
bool SamePlace(const Place& a, const Place& b);

// "environment staging", "namespace shop", "environment production (namespace shop)".
std::string TextOf(const Place& place);

}  // namespace vedette::release
