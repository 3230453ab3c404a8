#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "rules/unit/test_file.h"

// Rule files and files of their unit tests from outside.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<vedette::yaml::Diagnostic> problems, warnings;
  static_cast<void>(vedette::rules::ParseRuleFile(text, "fuzz.yml", problems, warnings));
  problems.clear();
  static_cast<void>(vedette::rules::unit::ParseTestFile(text, problems));
  return 0;
}
