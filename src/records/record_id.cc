#include "records/record_id.h"

#include <array>

namespace vedette::records {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kCharacters = 26;
constexpr uint8_t kForeign = 255;

constexpr std::array<uint8_t, 256> MakeDigits() {
  std::array<uint8_t, 256> digits{};
  for (uint8_t& digit : digits) digit = kForeign;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return digits;
}
constexpr std::array<uint8_t, 256> kDigits = MakeDigits();

}  // namespace

std::optional<IdNumber> ParseId(std::string_view text) {
  if (text.size() != kCharacters || text[0] > '7') return std::nullopt;  // 128 bits
  IdNumber number = 0;
  for (const char c : text) {
    const uint8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit == kForeign) return std::nullopt;
    number = (number << 5) | digit;
  }
  return number;
}

std::string FormatId(IdNumber number) {
  std::string text(kCharacters, '0');
  for (size_t i = kCharacters; i-- > 0; number >>= 5) {
    text[i] = kAlphabet[static_cast<size_t>(number & 31)];
  }
  return text;
}

}  // namespace vedette::records
