#include "records/compress.h"

#include <zstd.h>

#include "model/labels.h"
#include "records/bits.h"

namespace vedette::records {
namespace {

constexpr int kLevel = 1;
constexpr size_t kGain = 32;  // zstd must save 1/32
constexpr uint64_t kRawBytesMax = 256 << 20;
constexpr char kRaw = 0;
constexpr char kZstd = 1;

}  // namespace

void AppendCompressed(std::string& out, std::string_view raw) {
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  const size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size >= raw.size() - raw.size() / kGain) {
    out += kRaw;
    AppendSized(out, raw);
    return;
  }
  out += kZstd;
  model::AppendVarint(out, raw.size());
  AppendSized(out, std::string_view(packed).substr(0, size));
}

base::Result<std::string> ReadCompressed(std::string_view& bytes) {
  const base::Error damaged = base::DataLoss("compressed bytes are damaged");
  if (bytes.empty()) return damaged;
  const char kind = bytes[0];
  bytes.remove_prefix(1);
  uint64_t raw_size = 0;
  if (kind != kRaw && kind != kZstd) return damaged;
  if (kind == kZstd && !model::ReadVarint(bytes, raw_size)) return damaged;
  std::string_view packed;
  if (!ReadSized(bytes, packed)) return damaged;
  if (kind == kRaw) return std::string(packed);
  if (raw_size > kRawBytesMax ||
      ZSTD_getFrameContentSize(packed.data(), packed.size()) != raw_size) {
    return damaged;
  }
  std::string raw(raw_size, '\0');
  const size_t size = ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0 || size != raw_size) return damaged;
  return raw;
}

}  // namespace vedette::records
