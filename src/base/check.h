#pragma once

#include <source_location>
#include <string_view>

namespace vedette::base {

// Prints the condition and its place to stderr and aborts. For our own mistakes only: never on
// input, disk or network, which are Errors.
[[noreturn]] void CheckFailed(std::string_view condition,
                              std::source_location where = std::source_location::current());

}  // namespace vedette::base

// Always on; keep the condition cheap.
#define VEDETTE_CHECK(condition) \
  (static_cast<bool>(condition) ? void() : ::vedette::base::CheckFailed(#condition))

// For invariants too dear for release builds.
#ifdef NDEBUG
#define VEDETTE_DCHECK(condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#else
#define VEDETTE_DCHECK(condition) VEDETTE_CHECK(condition)
#endif
