#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace vedette::base {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

constexpr size_t kStride = 32;

uint64_t Joined(const char* p) {
  uint64_t words[kStride / sizeof(uint64_t)];
  std::memcpy(words, p, sizeof words);
  return words[0] | words[1] | words[2] | words[3];
}

}  // namespace

bool IsAscii(std::string_view text) {
  uint64_t seen = 0;
  if (text.size() < kStride) {
    for (const char c : text) seen |= static_cast<unsigned char>(c);
    return seen < 0x80;
  }
  // The last stride overlaps the one before it: no byte is looked at by itself.
  const size_t last = text.size() - kStride;
  for (size_t i = 0; i < last; i += kStride) seen |= Joined(text.data() + i);
  seen |= Joined(text.data() + last);
  return (seen & 0x8080808080808080) == 0;
}

size_t Utf8SequenceLength(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2   ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_high = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_high ? 0 : length;
}

bool IsValidUtf8(std::string_view text) {
  if (IsAscii(text)) return true;
  while (!text.empty()) {
    while (text.size() >= sizeof(uint64_t)) {  // eight ASCII bytes at a time
      uint64_t word;
      std::memcpy(&word, text.data(), sizeof word);
      if ((word & 0x8080808080808080) != 0) break;
      text.remove_prefix(sizeof word);
    }
    if (text.empty()) break;
    const size_t length = Utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string OneLine(std::string_view text, size_t bytes_max) {
  constexpr std::string_view kCut = "...";
  std::string line;
  line.reserve(std::min(text.size(), bytes_max));
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    const bool plain = length > 0 && static_cast<unsigned char>(text[0]) >= 0x20 && text[0] != 0x7f;
    const std::string_view piece = plain ? text.substr(0, length) : std::string_view(" ");
    if (line.size() + piece.size() > bytes_max) {
      while (!line.empty() && line.size() + kCut.size() > bytes_max) {
        while (!line.empty() && IsContinuation(line.back())) line.pop_back();
        if (!line.empty()) line.pop_back();
      }
      return line.append(kCut);
    }
    line += piece;
    text.remove_prefix(std::max<size_t>(1, length));
  }
  return line;
}

}  // namespace vedette::base
