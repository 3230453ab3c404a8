#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::records {

// How a log message is taken apart: into a shape, which is what the lines of one statement of a
// program share, and the values in it. One walk over the bytes serves storage (shapes go into a
// dictionary, values into columns), search (words) and patterns (shapes are grouped). Pure
// functions but for Splitter's buffers.
//
// A word is a run of ASCII letters, digits, '_' and bytes above 127. Words with a digit are values,
// and so are words of hexadecimal letters only, from 4 on or within a UUID. Of short mixed words
// ("90ms", "21T10") only the digits are values.

inline constexpr char kHole = '\x01';  // where a value was, in a shape

struct ValueSpan {
  uint32_t offset = 0;  // in the message
  uint32_t size = 0;
};

// Not thread-safe.
class Splitter {
 public:
  // Messages that cannot be taken apart well (many values, a long shape, a hole of their own)
  // become one hole with the message as its value.
  void Split(std::string_view message);
  // Valid until the next Split.
  std::string_view shape() const { return {shape_.data(), shape_size_}; }
  const std::vector<ValueSpan>& values() const { return values_; }

 private:
  void AppendText(std::string_view message, size_t end);
  void AddHole(std::string_view message, size_t begin, size_t end);
  void AddMixed(std::string_view message, size_t begin, size_t end);

  std::string shape_;      // with room behind it: no shape is longer than its message
  size_t shape_size_ = 0;  // of it
  std::vector<ValueSpan> values_;
  size_t done_ = 0;  // bytes of the message that the shape covers
};

// Letters and digits of ASCII, '_' and all beyond ASCII.
inline constexpr std::array<bool, 256> kWordBytes = [] {
  std::array<bool, 256> is{};
  for (size_t i = 0; i < 256; ++i) {
    is[i] = (i >= '0' && i <= '9') || (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z') ||
            i == '_' || i >= 0x80;
  }
  return is;
}();
inline bool IsWordByte(char c) { return kWordBytes[static_cast<unsigned char>(c)]; }
char FoldCase(char c);  // of ASCII letters, to lower case
std::string FoldCase(std::string_view text);

// The hash of a word, without regard to its case.
uint64_t WordHash(std::string_view word);

// A hash of any bytes, the same on every machine and in every version.
uint64_t StableHash(std::string_view bytes);

}  // namespace vedette::records
