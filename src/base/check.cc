#include "base/check.h"

#include <cstdio>
#include <cstdlib>
#include <fmt/core.h>

namespace vedette::base {

void CheckFailed(std::string_view condition, std::source_location where) {
  fmt::print(stderr, "{}:{}: check failed in {}: {}\n", where.file_name(), where.line(),
             where.function_name(), condition);
  std::abort();
}

}  // namespace vedette::base
