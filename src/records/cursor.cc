#include "records/cursor.h"

#include <cstdint>
#include <optional>

namespace vedette::records {
namespace {

// Hexadecimal: checksum over the whole key (4 bytes), then time and id as they are in the key.
constexpr size_t kChecksumBytes = 4;
constexpr char kDigits[] = "0123456789abcdef";

uint32_t ChecksumOf(std::string_view bytes) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

std::string ToHex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::optional<std::string> FromHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    const size_t high = std::string_view(kDigits).find(text[i]);
    const size_t low = std::string_view(kDigits).find(text[i + 1]);
    if (high >= 16 || low >= 16) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string ChecksumBytes(std::string_view key) {
  const uint32_t checksum = ChecksumOf(key);
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((checksum >> shift) & 0xff);
  return out;
}

}  // namespace

std::string EncodeCursor(std::string_view tenant, Kind kind, int64_t time_ms, std::string_view id) {
  const std::string key = RecordKey(tenant, kind, time_ms, id);
  const std::string_view position = std::string_view(key).substr(KindPrefix(tenant, kind).size());
  return ToHex(ChecksumBytes(key)) + ToHex(position);
}

base::Result<std::string> DecodeCursor(std::string_view tenant, Kind kind,
                                       std::string_view cursor) {
  const auto bytes = FromHex(cursor);
  if (bytes.has_value() && bytes->size() > kChecksumBytes) {
    std::string key = KindPrefix(tenant, kind) + bytes->substr(kChecksumBytes);
    if (ParseKey(key).has_value() && ChecksumBytes(key) == bytes->substr(0, kChecksumBytes)) {
      return key;
    }
  }
  return base::InvalidArgument("the cursor is not one of this list", "cursor");
}

}  // namespace vedette::records
