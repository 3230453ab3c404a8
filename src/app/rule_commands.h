#pragma once

#include <string>
#include <vector>

namespace vedette::app {

// vedette test rules: runs unit tests of rules and prints one line for each file that passes on
// stdout, and for each failure on stderr. Exit status: 0 when all pass, else 1.
int TestRules(const std::vector<std::string>& files);

}  // namespace vedette::app
