#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::detect::learned {

// A file with the state of one training, so that whoever begins the same training again goes on
// where it stood when its process ended. Nothing depends on it: one that cannot be written, is
// damaged or belongs to another training is as none. It is not forced to the disk, so a power
// failure may lose it. Immutable; one training at a time uses a path.
class Checkpoint {
 public:
  explicit Checkpoint(std::string path) : path_(std::move(path)) {}

  // What was written last, if it was under this key; otherwise empty.
  std::vector<double> Read(std::string_view key) const;
  // REQUIRES: `key` has as many bytes as one of Sha256Hex.
  void Write(std::string_view key, const std::vector<double>& state) const;
  void Remove() const;

 private:
  const std::string path_;
};

}  // namespace vedette::detect::learned
