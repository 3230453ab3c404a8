#include "app/free_space.h"

#include <fmt/core.h>
#include <sys/statvfs.h>

namespace vedette::app {

std::optional<uint64_t> FreeSpace::bytes() const {
  struct statvfs disk{};
  if (::statvfs(folder_.c_str(), &disk) != 0) return std::nullopt;
  return static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
}

base::Result<> FreeSpace::Check() const {
  if (min_bytes_ == 0) return {};
  const std::optional<uint64_t> left = bytes();
  if (!left || *left >= min_bytes_) return {};
  return base::Unavailable(
      fmt::format("the disk of {} is full: {} MiB are left, and the last {} MiB "
                  "(storage.min_free_bytes) are not for telemetry",
                  folder_, *left >> 20, min_bytes_ >> 20));
}

}  // namespace vedette::app
