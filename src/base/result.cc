#include "base/result.h"

#include <atomic>

namespace vedette::base {
namespace {
std::atomic<long> ignored_errors{0};
}  // namespace

void IgnoreError(const Error& /*error*/, std::string_view /*reason*/) {
  ignored_errors.fetch_add(1, std::memory_order_relaxed);
}

long IgnoredErrorCount() { return ignored_errors.load(std::memory_order_relaxed); }

}  // namespace vedette::base
