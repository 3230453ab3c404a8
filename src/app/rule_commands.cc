#include "app/rule_commands.h"

#include <cstdio>
#include <fmt/core.h>

#include "base/clock.h"
#include "rules/unit/runner.h"

namespace vedette::app {

int TestRules(const std::vector<std::string>& files) {
  const base::SystemClock clock;
  bool failed = false;
  for (const std::string& file : files) {
    const rules::unit::Outcome outcome = rules::unit::RunTestFile(file, clock);
    for (const std::string& failure : outcome.failures) fmt::print(stderr, "{}\n", failure);
    if (outcome.failures.empty()) {
      fmt::print("{}: ok ({} test{})\n", file, outcome.tests, outcome.tests == 1 ? "" : "s");
    }
    failed = failed || !outcome.failures.empty();
  }
  return failed ? 1 : 0;
}

}  // namespace vedette::app
