#pragma once

#include <string>

#include "base/result.h"

namespace vedette::app {

// What LoadConfig said of a file, and after it the mistakes of the rule files that it names, which
// LoadConfig does not read where the file itself is wrong: one a line.
std::string AllMistakes(const std::string& file, const base::Error& error);

}  // namespace vedette::app
