#include "detect/learned/checkpoint.h"

#include <bit>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "base/digest.h"
#include "base/files.h"
#include "base/log.h"

namespace vedette::detect::learned {
namespace {

// [VDTCHECK][key, 64 bytes][state, f64 little-endian][SHA-256 of all before, 64 bytes]
constexpr std::string_view kMagic = "VDTCHECK";
constexpr size_t kDigest = 64;
constexpr size_t kBytesMax = size_t{64} << 20;

void PutDouble(std::string& out, double value) {
  const auto bits = std::bit_cast<uint64_t>(value);
  for (int i = 0; i < 8; ++i) out += static_cast<char>(bits >> (8 * i) & 0xff);
}

double GetDouble(std::string_view bytes) {
  uint64_t bits = 0;
  for (size_t i = 0; i < 8; ++i) bits |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return std::bit_cast<double>(bits);
}

}  // namespace

std::vector<double> Checkpoint::Read(std::string_view key) const {
  const base::Result<std::string> file = base::ReadFile(path_, kBytesMax);
  if (!file.ok() || file->size() < kMagic.size() + 2 * kDigest) return {};
  const std::string_view all(*file);
  const std::string_view body = all.substr(0, all.size() - kDigest);
  if (base::Sha256Hex(body) != all.substr(body.size())) return {};
  if (!body.starts_with(kMagic) || body.substr(kMagic.size(), kDigest) != key) return {};
  std::vector<double> state;
  for (size_t at = kMagic.size() + kDigest; at + 8 <= body.size(); at += 8) {
    state.push_back(GetDouble(body.substr(at)));
  }
  return state;
}

void Checkpoint::Write(std::string_view key, const std::vector<double>& state) const {
  std::string bytes(kMagic);
  bytes += key;
  for (const double each : state) PutDouble(bytes, each);
  bytes += base::Sha256Hex(bytes);
  if (const auto written = base::ReplaceFile(path_, bytes); !written.ok()) {
    base::LogWarning("a training cannot note where it stands",
                     {{"error", written.error().message}});
  }
}

void Checkpoint::Remove() const {
  std::error_code ignored;  // one that stays belongs to a training that is over
  std::filesystem::remove(path_, ignored);
}

}  // namespace vedette::detect::learned
