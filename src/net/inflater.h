#pragma once

#include <string_view>

namespace vedette::net {

// Undoes a content coding as bytes arrive, a piece of bounded size at a time, so that the caller
// can stop a bomb. Not thread-safe.
class Inflater {
 public:
  virtual ~Inflater() = default;

  // Takes some of `in` off its front and gives what it became, valid until the next call. Call
  // until `in` is empty and nothing more comes out. False when the data is not of this coding.
  [[nodiscard]] virtual bool Next(std::string_view& in, std::string_view& out) = 0;

  // True when the last member is complete and at least one was there.
  virtual bool complete() const = 0;
};

}  // namespace vedette::net
