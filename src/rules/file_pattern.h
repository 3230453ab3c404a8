#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vedette::rules {

// The files that a pattern of `rule_files` names ('*', '?' and [..] in the last part of the path),
// in order. Errors begin with the pattern: one without such characters must name a file.
base::Result<std::vector<std::string>> FilesOf(const std::string& pattern);

}  // namespace vedette::rules
