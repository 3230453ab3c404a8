#include "records/message.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <xxhash.h>

namespace vedette::records {
namespace {

constexpr size_t kValuesMax = 64;
constexpr size_t kShapeBytesMax = 2048;
constexpr size_t kHexWordMin = 4;
constexpr size_t kMixedPartsMax = 3;
constexpr size_t kMixedLettersMax = 2;
constexpr size_t kHashedBytesMax = 256;  // longer words are folded in a string
constexpr size_t kCopied = 16;           // at once, where more bytes follow

enum ByteClass : uint8_t { kSeparator = 0, kDigit = 1, kHexLetter = 2, kOther = 4, kUpper = 8 };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t i = 0; i < 256; ++i) classes[i] = kWordBytes[i] ? kOther : kSeparator;
  for (size_t i = '0'; i <= '9'; ++i) classes[i] = kDigit;
  for (size_t i = 'a'; i <= 'f'; ++i) classes[i] = kHexLetter;
  for (size_t i = 'A'; i <= 'Z'; ++i) classes[i] = kOther | kUpper;
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

uint8_t ClassOf(char c) { return kClasses[static_cast<unsigned char>(c)]; }

}  // namespace

char FoldCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string FoldCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = FoldCase(c);
  return out;
}

uint64_t StableHash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

uint64_t WordHash(std::string_view word) {
  uint8_t seen = 0;
  for (const char c : word) seen |= ClassOf(c);
  if ((seen & kUpper) == 0) return StableHash(word);
  if (word.size() > kHashedBytesMax) return StableHash(FoldCase(word));
  std::array<char, kHashedBytesMax> folded;
  std::transform(word.begin(), word.end(), folded.begin(), [](char c) { return FoldCase(c); });
  return StableHash({folded.data(), word.size()});
}

// Takes what lies before `end` into the shape.
void Splitter::AppendText(std::string_view message, size_t end) {
  const size_t size = end - done_;
  char* const to = shape_.data() + shape_size_;
  const char* const from = message.data() + done_;
  if (size <= kCopied && message.size() - done_ >= kCopied) {
    std::memcpy(to, from, kCopied);  // more than is wanted takes less than calling for it
  } else {
    std::copy_n(from, size, to);
  }
  shape_size_ += size;
}

void Splitter::AddHole(std::string_view message, size_t begin, size_t end) {
  AppendText(message, begin);
  shape_[shape_size_++] = kHole;
  values_.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
  done_ = end;
}

// A word of digits and other letters: "90ms" is 90 and "ms", a random token is one value.
void Splitter::AddMixed(std::string_view message, size_t begin, size_t end) {
  size_t parts = 0;
  size_t letters = 0;
  bool in_digits = false;
  for (size_t i = begin; i < end; ++i) {
    const bool digit = ClassOf(message[i]) == kDigit;
    if (i == begin || digit != in_digits) {
      ++parts;
      letters = 0;
    }
    in_digits = digit;
    if (!digit && ++letters > kMixedLettersMax) parts = kMixedPartsMax + 1;
    if (parts > kMixedPartsMax) return AddHole(message, begin, end);
  }
  for (size_t i = begin; i < end;) {
    size_t last = i;
    while (last < end && ClassOf(message[last]) == kDigit) ++last;
    if (last > i) AddHole(message, i, last);
    i = std::max(last, i + 1);
  }
}

void Splitter::Split(std::string_view message) {
  const size_t size = message.size();
  if (shape_.size() < size + kCopied) shape_.resize(size + kCopied);
  shape_size_ = 0;
  values_.clear();
  done_ = 0;
  bool has_hole_byte = false;
  for (size_t i = 0; i < size;) {
    uint8_t seen = ClassOf(message[i]);
    if (seen == kSeparator) {
      has_hole_byte |= message[i] == kHole;
      ++i;
      continue;
    }
    const size_t begin = i;
    for (++i; i < size; ++i) {
      const uint8_t next = ClassOf(message[i]);
      if (next == kSeparator) break;
      seen |= next;
    }
    if (seen == (kDigit | kHexLetter) || seen == kDigit) {
      AddHole(message, begin, i);
    } else if ((seen & kDigit) != 0) {
      AddMixed(message, begin, i);
    } else if (seen == kHexLetter &&
               (i - begin >= kHexWordMin ||
                (begin > 0 && message[begin - 1] == '-' && done_ > 0 && done_ == begin - 1))) {
      AddHole(message, begin, i);
    }
    if (values_.size() > kValuesMax || has_hole_byte) break;
  }
  if (values_.size() <= kValuesMax && !has_hole_byte &&
      shape_size_ + (size - done_) <= kShapeBytesMax) {
    return AppendText(message, size);
  }
  shape_[0] = kHole;
  shape_size_ = 1;
  values_.assign(1, {0, static_cast<uint32_t>(size)});
}

}  // namespace vedette::records
