#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/inflater.h"

namespace vedette::net {

// Undoes gzip. Members that follow one another are joined, as RFC 1952 says.
class GzipInflater final : public Inflater {
 public:
  GzipInflater();
  ~GzipInflater() override;
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;

  bool Next(std::string_view& in, std::string_view& out) override;
  bool complete() const override;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// Compresses at a low level, for responses. Empty when the result would not be smaller or there
// is no memory for it. Thread-safe.
std::string GzipCompress(std::string_view text);

}  // namespace vedette::net
