#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace vedette::app {

// What is left on the disk of a folder, and whether telemetry may still be taken: the last bytes
// belong to the state database, so that people are told whatever else fills the disk. Thread-safe;
// a question costs one system call.
class FreeSpace {
 public:
  // 0 bytes: no limit.
  FreeSpace(std::string folder, uint64_t min_bytes)
      : folder_(std::move(folder)), min_bytes_(min_bytes) {}

  // kUnavailable while less than the limit is free.
  base::Result<> Check() const;
  // Nothing when the system does not say.
  std::optional<uint64_t> bytes() const;

 private:
  const std::string folder_;
  const uint64_t min_bytes_;
};

}  // namespace vedette::app
