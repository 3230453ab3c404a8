#include "records/message.h"

#include <algorithm>
#include <array>
#include <xxhash.h>

namespace vedette::records {
namespace {

constexpr size_t kValuesMax = 64;
constexpr size_t kShapeBytesMax = 2048;
constexpr size_t kHexWordMin = 4;
constexpr size_t kMixedPartsMax = 3;
constexpr size_t kMixedLettersMax = 2;
constexpr size_t kHashedBytesMax = 256;  // longer words are folded in a string

enum ByteClass : uint8_t { kSeparator = 0, kDigit = 1, kHexLetter = 2, kOther = 4, kUpper = 8 };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t i = 0x80; i < 256; ++i) classes[i] = kOther;
  for (size_t i = '0'; i <= '9'; ++i) classes[i] = kDigit;
  for (size_t i = 'a'; i <= 'z'; ++i) classes[i] = i <= 'f' ? kHexLetter : kOther;
  for (size_t i = 'A'; i <= 'Z'; ++i) classes[i] = kOther | kUpper;
  classes['_'] = kOther;
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

uint8_t ClassOf(char c) { return kClasses[static_cast<unsigned char>(c)]; }

}  // namespace

bool IsWordByte(char c) { return ClassOf(c) != kSeparator; }

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

void Splitter::AddHole(std::string_view message, size_t begin, size_t end) {
  shape_.append(message.data() + done_, begin - done_);
  shape_ += kHole;
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
  shape_.clear();
  values_.clear();
  done_ = 0;
  const size_t size = message.size();
  bool has_hole_byte = false;
  for (size_t i = 0; i < size;) {
    uint8_t seen = ClassOf(message[i]);
    if (seen == kSeparator) {
      has_hole_byte |= message[i] == kHole;
      ++i;
      continue;
    }
    const size_t begin = i;
    for (++i; i < size && IsWordByte(message[i]); ++i) seen |= ClassOf(message[i]);
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
      shape_.size() + (size - done_) <= kShapeBytesMax) {
    shape_.append(message.data() + done_, size - done_);
    return;
  }
  shape_.assign(1, kHole);
  values_.assign(1, {0, static_cast<uint32_t>(size)});
}

}  // namespace vedette::records
