#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::diagnose {

// What a change of code does, by its form alone: no language is parsed and no word has a meaning.
enum class DiffNature {
  kUnknown,     // no diff, or none of the below
  kInert,       // only files that do not run: styles, templates, documents, tests
  kMoved,       // the same lines in another place
  kDependency,  // versions of libraries
  kNudged,      // a value changed by less than a factor of two
  kValue,       // a value changed: another text, another unit, or a factor of two and more
  kRemoved,     // lines taken out, and nothing in their place
};

// `diff` is unified; `files` are those that it touches.
DiffNature NatureOf(std::string_view diff, const std::vector<std::string>& files);

std::string_view DescribeNature(DiffNature nature);

}  // namespace vedette::diagnose
