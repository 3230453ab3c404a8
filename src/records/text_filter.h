#pragma once

#include <string>
#include <string_view>

namespace vedette::records {

// Looks for a text without regard to the case of ASCII letters; all other bytes, UTF-8 included,
// must be equal. An empty text is found everywhere. Thread-safe.
class TextFilter {
 public:
  explicit TextFilter(std::string_view text);
  bool Matches(std::string_view haystack) const;

 private:
  std::string lower_;
};

}  // namespace vedette::records
