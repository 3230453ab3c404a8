#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace vedette::rules::unit {

// Runs unit tests of rules as promtool does: rules are evaluated over the input series from the
// start of each test, and alerts and expressions are compared with what the test expects.

struct Outcome {
  size_t tests = 0;                   // that ran
  std::vector<std::string> failures;  // each one line: "file:line: test, what, expected, got"
  // What promtool says nothing of: rule files that do not exist, and alerts that no rule gives,
  // of which to expect none is no test.
  std::vector<std::string> warnings;
};

// Runs the tests of a file. Files that cannot be read, and mistakes in them, are failures too. Rule
// files are relative to the file. `clock` measures how long queries take.
Outcome RunTestFile(const std::string& path, const base::Clock& clock);

// The same for a text that stands for the file `path`.
Outcome RunTests(std::string_view text, const std::string& path, const base::Clock& clock);

}  // namespace vedette::rules::unit
