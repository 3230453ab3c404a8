#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/node/node.h>

namespace vedette::yaml {

// What YAML writes once and means often: aliases and merge keys.

struct Extent {
  // The values of the document when every alias (*name) is written out, at most `max` + 1: a few
  // lines can unfold to more than fits anywhere.
  size_t values = 0;
  std::optional<YAML::Mark> second;  // where another document begins
};

// Throws YAML::Exception as the parser does.
Extent ExtentOf(const std::string& text, size_t max);

// The mapping with those that its merge key (<<) names put in; its own keys win, and of several
// the first one. Nothing when the key names something else. Other nodes are given back as they are.
std::optional<YAML::Node> Merged(const YAML::Node& node);

}  // namespace vedette::yaml
