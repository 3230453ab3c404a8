#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace vedette::net {

// Undoes gzip as bytes arrive, a piece of bounded size at a time, so that the caller can stop a
// bomb. Members that follow one another are joined, as RFC 1952 says. Not thread-safe.
class GzipInflater {
 public:
  GzipInflater();
  ~GzipInflater();
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;

  // Takes some of `in` off its front and gives what it became, valid until the next call. Call
  // until `in` is empty and nothing more comes out. False when the data is not gzip.
  [[nodiscard]] bool Next(std::string_view& in, std::string_view& out);

  // True when the last member is complete and at least one was there.
  bool complete() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// Compresses at a low level, for responses. Empty when the result would not be smaller or there
// is no memory for it. Thread-safe.
std::string GzipCompress(std::string_view text);

}  // namespace vedette::net
